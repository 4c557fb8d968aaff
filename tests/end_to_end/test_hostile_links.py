"""Links whose sender means harm: broken messages, other people's sessions, no reading."""

import asyncio
import random
from pathlib import Path

import aiohttp
import psutil
import pytest
from msgspec.structs import replace

from customer_client.link import Visitor, new_request_id
from protocol import messages as m
from protocol.requests import REQUESTS, Call, Request, Say, Start
from protocol.session import Refused
from tests.end_to_end.serving import Server, ask, begin, linked, open_session, serving
from tests.protocol.examples import smallest
from tests.protocol.malformed import malformed_messages
from tests.waiting import LIMIT_SECONDS, until

SEED = 20261121
LINKS = 5
EACH = 2000
AT_ONCE = 100
GROWTH_BYTES = 8 * 1024 * 1024


async def socket_of(server: Server, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    ticket = await Visitor(server.url, http).ticket()
    return await http.ws_connect(f"{server.url}/v1/link", params={"ticket": ticket})


async def test_ten_thousand_malformed_messages_are_refused_and_memory_stays_flat(
    tmp_path: Path,
) -> None:
    async with (
        serving(tmp_path) as server,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        linked(server, "ana") as rep,
        linked(server) as customer,
    ):
        session = await begin(customer, rep)
        await torment(server, http, random.Random(SEED))
        assert server.process
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss
        await torment(server, http, random.Random(SEED + 1))
        assert process.memory_info().rss - before < GROWTH_BYTES
        await ask(customer, Say, session, text="still served")


async def torment(server: Server, http: aiohttp.ClientSession, rng: random.Random) -> None:
    """Send `EACH` broken messages over each of `LINKS` links; each is refused."""
    sockets = [await socket_of(server, http) for _ in range(LINKS)]
    await asyncio.gather(
        *(be_refused(socket, malformed_messages(rng.randrange(2**32), EACH)) for socket in sockets)
    )
    for socket in sockets:
        await socket.close()


async def be_refused(socket: aiohttp.ClientWebSocketResponse, messages: list[str]) -> None:
    """Send `messages`; few at once, so that memory is not that of answers nobody has heard yet."""
    for start in range(0, len(messages), AT_ONCE):
        some = messages[start : start + AT_ONCE]
        for message in some:
            await socket.send_str(message)
        refused = 0
        while refused < len(some):
            frame = m.decode_down((await socket.receive(timeout=LIMIT_SECONDS)).data)
            if isinstance(frame, m.RefusedRequest):
                assert frame.code == "malformed"
                refused += 1


async def test_a_message_over_the_limit_closes_the_link_and_nothing_else(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        socket = await socket_of(server, http)
        await socket.send_str("x" * (m.LINK_LIMIT + 1))
        async for _ in socket:
            pass
        assert socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        assert not (await socket_of(server, http)).closed


async def test_every_request_about_anothers_session_is_refused_as_unknown(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        linked(server, "nia") as other_team,
        linked(server) as customer,
        linked(server) as stranger,
    ):
        session = await begin(customer, rep)
        before = len(customer.sessions[session].facts)
        for link in (stranger, other_team):
            # These two are about no session; they open one.
            for kind in set(REQUESTS) - {Start, Call}:
                asked = replace(smallest(kind), id=new_request_id(), session=session)
                assert isinstance(asked, Request)
                with pytest.raises(Refused) as refused:
                    await link.ask(asked)
                assert refused.value == Refused("unknown_session"), kind
        assert len(customer.sessions[session].facts) == before


async def test_nobody_can_follow_or_mark_anothers_session(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        linked(server) as customer,
        linked(server) as stranger,
    ):
        session = await begin(customer, rep)
        followed = await stranger.follow(session)
        await stranger.until(lambda link: m.RefusedRequest in link.last)
        await stranger.signal(m.Writing(session=session))
        await stranger.signal(m.Seen(session=session, delivered=3, read=3))
        # An answer to a later request shows that the signals have been dealt with.
        await open_session(stranger)
        assert not followed.facts
        assert m.IsWriting not in customer.last
        assert stranger.welcome
        assert stranger.welcome.party not in customer.sessions[session].marks


async def test_a_reader_who_does_not_read_is_closed_and_loses_nothing(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        linked(server, "ana") as rep,
        linked(server) as customer,
    ):
        session = await begin(customer, rep)
        ticket = await Visitor(server.url, http, customer.token).ticket()
        slow = await http.ws_connect(f"{server.url}/v1/link", params={"ticket": ticket})
        await slow.send_str(m.encode(m.Resume(session=session)).decode())
        # What is not read fills the system's buffers first, then the broker's.
        assert slow._response.connection
        protocol = slow._response.connection.protocol
        assert protocol is not None
        protocol.pause_reading()
        said = ["x" * 4000 + str(number) for number in range(2500)]
        for text in said:
            await ask(rep, Say, session, text=text[-4000:])
        followed = customer.sessions[session]
        await until(lambda: len(followed.facts) >= len(said))
        protocol.resume_reading()
        async for _ in slow:
            pass
        assert slow.closed
