"""Two ends of a direct path that have met, and a stranger who knows where they are."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from customer_client.direct.peer import NotReached, Peer
from protocol.direct import DirectEnd


class Side:
    """One end, and what came to it."""

    def __init__(self, *, calls: bool) -> None:
        self.heard: list[tuple[int, bytes | str]] = []
        self.ended = 0
        self.peer = Peer([], lambda *what: self.heard.append(what), self._end, calls=calls)
        self.end: DirectEnd | None = None

    def _end(self) -> None:
        self.ended += 1

    async def meets(self, other: "Side") -> bool:
        """Meet `other`; say whether that came about."""
        assert other.end
        try:
            await self.peer.meet(other.end)
        except NotReached:
            return False
        return True


@asynccontextmanager
async def gathered() -> AsyncIterator[tuple[Side, Side]]:
    """Yield who calls and who is called, before they know of each other."""
    sides = Side(calls=True), Side(calls=False)
    try:
        for side in sides:
            side.end = await side.peer.gather()
        yield sides
    finally:
        for side in sides:
            await side.peer.close()


async def meet(one: Side, other: Side) -> tuple[bool, bool]:
    """Let both meet; say for each whether it did."""
    return tuple(await asyncio.gather(one.meets(other), other.meets(one)))  # type: ignore[return-value]


@asynccontextmanager
async def met() -> AsyncIterator[tuple[Side, Side]]:
    """Yield who called and who was called, once they can talk."""
    async with gathered() as (one, other):
        assert await meet(one, other) == (True, True)
        yield one, other


def throw(datagram: bytes, *sides: Side) -> None:
    """Send `datagram` to every address of `sides` from a socket that has nothing to do with them."""
    for side in sides:
        assert side.end
        for candidate in side.end.candidates:
            family = socket.AF_INET6 if ":" in candidate.address else socket.AF_INET
            with socket.socket(family, socket.SOCK_DGRAM) as stranger:
                stranger.sendto(datagram, (candidate.address, candidate.port))
