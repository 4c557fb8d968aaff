"""The network of the native client goes away: for as long as its place is kept, and for longer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import sqlalchemy as sa
from msgspec.structs import replace
from yarl import URL

from broker import schema
from broker.clock import now
from customer_client.link import Link
from protocol import picture as p
from protocol import requests as r
from protocol.picture_bytes import decode, encode
from protocol.session import Session
from tests.broker.people import ask_picture, linked, relaying
from tests.broker.servers import Server, serving
from tests.end_to_end.faulty_line import ByteLine, byte_line
from tests.end_to_end.native_window import NativeWindow, desktop, native_window
from tests.end_to_end.serving import ask, make_available
from tests.end_to_end.test_native_client import agree, first_in_queue, say, start
from tests.waiting import until

STEP_SECONDS = 20
"""Less than after what the broker would think itself dead."""

KEPT_SECONDS = 600
BACK_SECONDS = 120.0
"""Whoever tries to come back does so less and less often."""


class Clock:
    """The right time, but for what a test has let pass."""

    def __init__(self) -> None:
        self.passed = 0

    def __call__(self) -> int:
        return now() + self.passed


@dataclass
class Talk:
    """A customer in a window, on a screen that a rep sees; `lines` are all that leads there."""

    clock: Clock
    server: Server
    lines: tuple[ByteLine, ...]
    window: NativeWindow
    rep: Link
    session_id: str
    seen: list[p.Body] = field(default_factory=list)

    @property
    def session(self) -> Session:
        return self.rep.sessions[self.session_id].session

    @property
    def is_there(self) -> bool:
        return self.session.customer not in self.session.gone

    async def cut(self) -> None:
        """Take the network away from the customer, and wait until the broker has noticed."""
        for line in self.lines:
            line.away = True
            line.cut()
        await until(lambda: not self.is_there)

    def mend(self) -> None:
        for line in self.lines:
            line.away = False

    async def let_pass(self, seconds: int) -> None:
        """Let so much time pass, in steps that let the broker do what it does all the time."""
        for _ in range(0, seconds, STEP_SECONDS):
            self.clock.passed += STEP_SECONDS * 1000
            due, read = self.clock(), self.server.parts.database.read
            while await read(_beaten_at) < due:  # noqa: ASYNC110 - a row tells nobody
                await asyncio.sleep(0.05)

    async def watch(self, cookie: str, relay: str) -> None:
        """Take in what the rep sees at `relay`, anew whenever more time has passed than a lease holds."""
        while True:
            reply = await ask_picture(self.server, self.session_id, cookie=cookie)
            if reply.status == HTTPStatus.CONFLICT:
                return  # it is over
            async with self.server.http.ws_connect(relay) as ws:
                await ws.send_str(reply.json["lease"])
                received = sent = 0
                async for each in ws:
                    message, received = decode(each.data), received + len(each.data)
                    self.seen.append(message.body)
                    if isinstance(message.body, p.Patch | p.Video):
                        sent += 1
                        ack = p.Ack(received=received, drawn=message.sequence)
                        said = p.Message(stream=0, sequence=sent, time=0, body=ack)
                        # The relay may have closed it since.
                        with suppress(ConnectionError):
                            await ws.send_bytes(encode(said))


def _beaten_at(conn: sa.Connection) -> int:
    return conn.scalar(sa.select(sa.func.min(schema.brokers.c.seen_at))) or 0


@asynccontextmanager
async def talking(folder: Path) -> AsyncIterator[Talk]:
    """Max shares his screen with Ana, over lines that can be taken away."""
    clock = Clock()
    async with relaying(folder, clock=clock) as relay:
        relay_port = URL(relay.at.address).port
        assert relay_port
        async with byte_line(relay_port) as picture_line:
            through = f"ws{picture_line.url.removeprefix('http')}/v1/picture"
            relays = [replace(relay.at, address=through)]
            async with serving(folder, clock=clock, relays=relays) as server:
                account = await server.add("ana", "rep")
                cookie = await server.sign_in(account)
                port = URL(server.url).port
                assert port
                async with (
                    byte_line(port) as line,
                    linked(server, cookie=cookie) as rep,
                ):
                    await make_available(rep)
                    with desktop() as display:
                        async with native_window(display, "--broker", line.url) as window:
                            session = await shared(window, rep)
                            talk = Talk(clock, server, (line, picture_line), window, rep, session)
                            async with asyncio.TaskGroup() as group:
                                watching = group.create_task(talk.watch(cookie, relay.at.address))
                                await until(lambda: has_picture(talk.seen))
                                yield talk
                                watching.cancel()


async def shared(window: NativeWindow, rep: Link) -> str:
    """Come from the start form to a screen that is seen; return the session."""
    await start(window)
    await agree(window)
    await window.is_about("May we record this session?")
    await agree(window)
    session = await first_in_queue(rep)
    await ask(rep, r.Accept, session)
    await ask(rep, r.RequestGrants, session, tools=("view",))
    await window.is_about("Ana asks for your permission")
    await window.press("shift+Tab", "space")
    await rep.until(lambda _: rep.sessions[session].session.sharing)
    return session


def has_picture(seen: list[p.Body]) -> bool:
    return any(isinstance(each, p.Patch | p.Video) for each in seen)


async def test_who_is_back_within_ten_minutes_goes_on_where_they_were(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        await talk.cut()
        await talk.let_pass(KEPT_SECONDS - 2 * STEP_SECONDS)
        assert not talk.is_there
        assert talk.session.state == "talking"
        assert talk.session.sharing
        before = len(talk.seen)
        assert not has_picture(talk.seen[before:])

        talk.mend()
        await until(lambda: talk.is_there, BACK_SECONDS)
        await until(lambda: has_picture(talk.seen[before:]), BACK_SECONDS)
        assert talk.session.sharing
        assert [grant.tool for grant in talk.session.grants] == ["view"]
        await say(talk.window, talk.rep, talk.session_id, "Here I am again")


async def test_who_is_back_later_learns_that_it_is_over(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        await talk.cut()
        await talk.let_pass(KEPT_SECONDS + STEP_SECONDS)
        await until(lambda: talk.session.state == "ended")
        talk.mend()
        await talk.window.is_about("Chat ended", seconds=BACK_SECONDS)
        await talk.window.close_for_good()
