"""Asks ClamAV's daemon whether something is harmful; it sees the bytes and no name.

`INSTREAM` of clamd's protocol: pieces with their length before them (4 bytes, big-endian), then the
length 0; one line comes back.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

PIECE_BYTES = 64 * 1024
CONNECT_SECONDS = 5
MOST_ANSWER_BYTES = 16 * 1024
ANSWER_SECONDS = 120
"""Unpacking a large archive takes clamd a while; by itself it stops after 120 s."""


class NotChecked(Exception):
    """The scanner is away or did not answer; it may do so later."""


class CannotCheck(Exception):
    """The scanner refuses to look at this, and always will."""


class BadScanner(ValueError):
    """This address is no scanner's."""


class Clamd:
    """The daemon at `address`: the path of its socket, or `HOST:PORT`."""

    def __init__(self, address: str) -> None:
        self._path = address if address.startswith("/") else ""
        host, _, port = address.rpartition(":")
        if not self._path and not (host and port.isascii() and port.isdigit()):
            raise BadScanner(f"{address!r} is neither the path of a socket nor HOST:PORT")
        self._host, self._port = host.strip("[]"), 0 if self._path else int(port)

    async def find(self, content: AsyncIterator[bytes]) -> str:
        """Return what is found in `content`, "" for nothing; raise `NotChecked` or `CannotCheck`.

        What `content` raises goes on to the caller: it was not checked either.
        """
        with await self._connected() as line:
            return _found(await _asked(line, content))

    async def _connected(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        line = None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                family, target = await self._target()
                line = socket.socket(family)
                line.setblocking(False)
                await loop.sock_connect(line, target)
        except (OSError, TimeoutError) as fault:
            if line:
                line.close()
            raise NotChecked(f"clamd cannot be reached: {fault}") from None
        return line

    async def _target(self) -> tuple[int, Any]:
        if self._path:
            return socket.AF_UNIX, self._path
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        return found[0][0], found[0][4]


async def _asked(line: socket.socket, content: AsyncIterator[bytes]) -> str:
    """Send `content` over `line` and return the daemon's answer."""
    loop = asyncio.get_running_loop()
    # It hangs up in the middle where it has seen enough; what it said before can still be read,
    # which asyncio's streams would not let us.
    with suppress(ConnectionError):
        await loop.sock_sendall(line, b"zINSTREAM\0")
        async for piece in content:
            for start in range(0, len(piece), PIECE_BYTES):
                part = piece[start : start + PIECE_BYTES]
                await loop.sock_sendall(line, len(part).to_bytes(4, "big") + part)
        await loop.sock_sendall(line, bytes(4))
    answer = b""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            while not answer.endswith(b"\0") and len(answer) < MOST_ANSWER_BYTES:
                said = await loop.sock_recv(line, 4096)
                if not said:
                    break
                answer += said
    except (OSError, TimeoutError):
        raise NotChecked("clamd did not answer") from None
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def _found(answer: str) -> str:
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    if "size limit exceeded" in said:
        raise CannotCheck(said)
    raise NotChecked(said)
