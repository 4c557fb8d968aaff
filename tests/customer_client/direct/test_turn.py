"""Two ends that may only be reached through a real TURN server meet with the password that a broker makes."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aioice import stun, turn

from broker.direct import TurnServer, turn_server
from customer_client.direct.peer import Peer
from protocol.direct import PICTURE, IceServer
from tests.coturn import SECRET, coturn
from tests.end_to_end.serving import free_port
from tests.waiting import until

INSIDE_4 = ("127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "192.168.1.1")
INSIDE_6 = ("::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fd12::1", "fe80::1")
"""Where nobody may get by way of a TURN server: its own machine, and the networks around it."""

OUTSIDE_4, OUTSIDE_6 = "8.8.8.8", "2600::1"


async def own_addresses() -> list[str]:
    """Return one address of this machine that others could reach of each family that it has."""
    peer = Peer([], lambda *_: None, lambda: None)
    try:
        candidates = (await peer.gather()).candidates
    finally:
        await peer.close()
    of_family = {":" in each.address: each.address for each in candidates}
    return [*of_family.values()]


@dataclass(frozen=True)
class Served:
    """A TURN server, and where it is."""

    addresses: list[str]
    port: int

    @property
    def urls(self) -> list[str]:
        named = [f"[{each}]" if ":" in each else each for each in self.addresses]
        return [f"turn:{each}:{self.port}" for each in named]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    addresses, port = await own_addresses(), free_port()
    async with coturn(tmp_path, addresses, port):
        yield Served(addresses, port)


async def lends(server: IceServer) -> list[str]:
    """Return the addresses that `server` lends to who comes with that password."""
    peer = Peer([server], lambda *_: None, lambda: None, relay_only=True)
    try:
        return [each.address for each in (await peer.gather()).candidates]
    finally:
        await peer.close()


def helper(url: str, secret: str = SECRET, seconds: int = 600) -> IceServer:
    return turn_server(TurnServer(turn=url, secret=secret), int(time.time()) + seconds, "s1")


async def meet_by(server: IceServer) -> None:
    heard: list[tuple[int, bytes | str]] = []
    one = Peer([server], lambda *_: None, lambda: None, calls=True, relay_only=True)
    other = Peer([server], lambda *what: heard.append(what), lambda: None, relay_only=True)
    try:
        there, here = await one.gather(), await other.gather()
        assert {each.kind for each in (*there.candidates, *here.candidates)} == {"relay"}
        await asyncio.gather(one.meet(here), other.meet(there))
        one.send(PICTURE, b"through the server")
        await until(lambda: heard == [(PICTURE, b"through the server")])
    finally:
        await one.close()
        await other.close()


async def test_two_ends_meet_over_the_turn_server_alone(served: Served) -> None:
    for url, address in zip(served.urls, served.addresses, strict=True):
        # Who comes by a family is lent an address of it.
        assert await lends(helper(url)) == [address]
        await meet_by(helper(url))


@pytest.mark.parametrize("wrong", [{"secret": "south"}, {"seconds": -60}])
async def test_a_wrong_or_old_password_opens_nothing(served: Served, wrong: dict[str, Any]) -> None:
    for url in served.urls:
        assert not await lends(helper(url, **wrong))


async def test_nobody_gets_into_the_servers_machine_or_its_networks(served: Served) -> None:
    for address, url in zip(served.addresses, served.urls, strict=True):
        words = helper(url)
        lent, _ = await turn.create_turn_endpoint(
            asyncio.DatagramProtocol,
            server_addr=(address, served.port),
            username=words.username,
            password=words.password,
        )
        client = vars(lent)["_TurnTransport__inner_protocol"]
        inside = INSIDE_6 if ":" in address else INSIDE_4
        for number, forbidden in enumerate(inside):
            with pytest.raises(stun.TransactionFailed) as refused:
                await client.channel_bind(0x4000 + number, (forbidden, 9))
            assert refused.value.response.error_code == 403, forbidden
        # Who is anywhere else may be met, and so may who is lent an address as well.
        outside = OUTSIDE_6 if ":" in address else OUTSIDE_4
        for number, met in enumerate((outside, address)):
            await client.channel_bind(0x4100 + number, (met, 9))
        await client.delete()
    # A transport lets go of its socket in the loop's next turn.
    await asyncio.sleep(0)


@pytest.mark.parametrize("url", ["turns:turn.example.test", "turn:[::1", "stun:", "turn:x:y:z"])
async def test_a_server_that_cannot_be_asked_stands_in_nobodys_way(url: str) -> None:
    peer = Peer([IceServer(url=url)], lambda *_: None, lambda: None)
    try:
        assert (await peer.gather()).candidates
    finally:
        await peer.close()
