"""The client's link against a broker that says whatever a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from customer_client.link import Followed, Link
from protocol import facts as f
from protocol import messages as m
from tests.waiting import until

Script = Callable[[web.WebSocketResponse, int], Awaitable[None]]


@asynccontextmanager
async def link_to(script: Script) -> AsyncIterator[Link]:
    """A link to a broker that plays `script` on each connection, telling it the number."""
    connections = 0

    async def serve(request: web.Request) -> web.WebSocketResponse:
        nonlocal connections
        connections += 1
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await script(socket, connections)
        return socket

    async def ticket() -> str:
        return "ticket"

    app = web.Application()
    app.router.add_get("/v1/link", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as http:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            async with Link(url, ticket, http).running() as link:
                yield link
    finally:
        await runner.cleanup()


def welcome() -> str:
    frame = m.Welcome(
        party="c", role="customer", name="", now=1, beat_seconds=1, teams=(), sessions=(),
        available=False,
    )  # fmt: skip
    return m.encode(frame).decode()


async def test_what_a_newer_broker_says_is_passed_over() -> None:
    async def script(socket: web.WebSocketResponse, _: int) -> None:
        await socket.send_str('{"type":"hologram"}')
        await socket.send_str(welcome())
        await socket.receive()

    async with link_to(script) as link:
        await link.until(lambda link: link.welcome)


async def test_a_final_goodbye_ends_the_knocking() -> None:
    async def script(socket: web.WebSocketResponse, number: int) -> None:
        assert number == 1
        await socket.send_str(welcome())
        await socket.send_str(m.encode(m.Goodbye(why="signed_out", final=True)).decode())

    async with link_to(script) as link:
        await link.until(lambda link: link.dismissed)
        await until(lambda: link._socket is None)


async def test_a_silent_broker_is_left_for_another_connection() -> None:
    async def script(socket: web.WebSocketResponse, number: int) -> None:
        await socket.send_str(welcome())
        if number > 1:
            await socket.send_str(m.encode(m.Availability(open=True)).decode())
        await socket.receive()

    async with link_to(script) as link:
        await link.until(lambda link: m.Availability in link.last)
        assert link.connections == 2


async def test_a_gap_is_filled_by_asking_again() -> None:
    def said(place: int) -> f.Said:
        return f.Said(place=place, text=str(place))

    async def script(socket: web.WebSocketResponse, _: int) -> None:
        await socket.send_str(welcome())
        asked = m.decode_up((await socket.receive()).data)
        assert asked == m.Resume(session="s", after=0)
        gap = m.Facts(session="s", after=2, facts=(said(3),))
        await socket.send_str(m.encode(gap).decode())
        asked = m.decode_up((await socket.receive()).data)
        assert asked == m.Resume(session="s", after=0)
        whole = m.Facts(session="s", after=0, facts=(said(1), said(2), said(3)))
        await socket.send_str(m.encode(whole).decode())
        await socket.receive()

    async with link_to(script) as link:
        await link.until(lambda link: link.welcome)
        followed = await link.follow("s")
        await link.until(lambda _: len(followed.facts) == 3)
        assert [fact.place for fact in followed.facts] == [1, 2, 3]


def test_facts_that_come_twice_are_taken_once() -> None:
    followed = Followed("s")
    first = m.Facts(session="s", after=0, facts=(f.Said(place=1, text="one"),))
    assert followed.take(first)
    assert followed.take(first)
    assert len(followed.facts) == 1


def test_an_empty_frame_from_further_on_shows_that_something_is_missing() -> None:
    followed = Followed("s")
    assert not followed.take(m.Facts(session="s", after=4, facts=()))
    assert not followed.complete


async def test_the_wait_stays_bounded_however_often_it_fails() -> None:
    waits: list[float] = []

    async def ticket() -> str:
        raise ConnectionError

    async with aiohttp.ClientSession() as http:
        link = Link("http://127.0.0.1:9", ticket, http)

        class NoWait:
            def uniform(self, low: float, high: float) -> float:
                waits.append(high)
                return low

        link._jitter = NoWait()  # type: ignore[assignment]
        async with link.running():
            await until(lambda: len(waits) > 1200)
    assert max(waits) == 15.0
    await asyncio.sleep(0)
