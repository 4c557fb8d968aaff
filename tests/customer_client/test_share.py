"""The sharer from the command line, with a real server, its relay, a screen and a rep."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from http.cookies import Morsel
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from broker.gate import COOKIE
from customer_client.link import Link, new_request_id
from customer_client.screen.x11 import why_not
from protocol import facts as f
from protocol import messages as m
from protocol import requests as r
from tests.broker.test_up import ready, up
from tests.customer_client.screen.conftest import Watching
from tests.customer_client.screen.screens import Canvas, text, xvfb
from tests.customer_client.screen.test_applications import SHARED, STRANGE, Desk, of, openbox
from tests.waiting import LIMIT_SECONDS, until

PASSWORD = "a-password-for-tests"


class Queueing(Link):
    """A rep's link, which keeps who came to the queue."""

    def __init__(self, *about: Any) -> None:
        super().__init__(*about)
        self.waiting_sessions: list[str] = []

    async def _hear(self, frame: m.Frame | m.Beat) -> None:
        if isinstance(frame, m.Queue):
            self.waiting_sessions += [each.session for each in frame.came]
        await super()._hear(frame)


class Rep:
    """Ana at the API, as the console would be."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.http = http
        self.link = Queueing(url, self._ticket, http)
        self.session = ""
        self._cookie = ""

    async def _call(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"X-Deskside": "1", "Cookie": f"{COOKIE}={self._cookie}"}
        async with self.http.post(self.url + path, json=body, headers=headers) as response:
            assert response.ok, await response.text()
            # It is marked Secure, and no jar would send it over plain http.
            self._cookie = (response.cookies.get(COOKIE) or Morsel()).value or self._cookie
            return await response.json()

    async def _ticket(self) -> str:
        return str((await self._call("/v1/tickets", {}))["ticket"])

    async def sign_in(self) -> None:
        await self._call("/v1/sign-in", {"name": "ana", "password": PASSWORD})

    async def ask(self, kind: type[r.Request], **about: Any) -> None:
        await self.link.ask(kind(id=new_request_id(), session=self.session, **about))

    async def accept(self) -> None:
        """Accept whoever waits first."""
        await self.link.until(lambda _: self.link.waiting_sessions)
        self.session = self.link.waiting_sessions[0]
        await self.link.follow(self.session)
        await self.ask(r.Accept)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Watching]:
        opening = await self._call(f"/v1/sessions/{self.session}/picture", {})
        async with self.http.ws_connect(opening["address"], max_msg_size=2**23) as socket:
            await socket.send_str(opening["lease"])
            watching = Watching(socket)
            async with asyncio.TaskGroup() as group:
                task = group.create_task(watching.listen())
                try:
                    yield watching
                finally:
                    task.cancel()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with up(tmp_path, demo="1", demo_password=PASSWORD) as process:
        yield ready(process)


@pytest.fixture
async def rep(server: str) -> AsyncIterator[Rep]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        rep = Rep(server, http)
        await rep.sign_in()
        async with rep.link.running():
            await rep.link.until(lambda link: link.welcome)
            await rep.link.signal(m.SetAvailable(available=True))
            await rep.link.until(lambda link: m.Switch in link.last)
            yield rep


@asynccontextmanager
async def sharer(
    server: str, display: str, *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the command, which must end by itself at Ctrl-C or before."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "customer_client.share", "--broker", server),
        *("--issue", "Computer", "--name", "Max", *arguments),
        env=os.environ | {"DISPLAY": display},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        async with asyncio.timeout(LIMIT_SECONDS):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line_with(process: asyncio.subprocess.Process, words: str) -> str:
    assert process.stdout
    async with asyncio.timeout(30):
        while line := (await process.stdout.readline()).decode():
            if words in line:
                return line
    raise AssertionError(f"it ended without: {words}")


def type_in(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n".encode())


async def test_a_rep_asks_and_sees_what_was_allowed_beforehand(server: str, rep: Rep) -> None:
    with xvfb() as display, closing(Canvas(display)) as canvas:
        canvas.draw(0, 0, text(800, 600))
        async with sharer(server, display, "--allow", "view,control,recording"):
            await rep.accept()
            await rep.ask(r.RequestGrants, tools=("view", "control"))
            followed = rep.link.sessions[rep.session]
            await rep.link.until(lambda _: followed.session.sharing)
            async with rep.watching() as watching:
                await watching.shows(canvas)
        # Ctrl-C ended the session.
        await rep.link.until(lambda _: followed.session.state == "ended")


async def test_who_is_asked_answers_on_the_terminal_and_chats(server: str, rep: Rep) -> None:
    with xvfb() as display:
        async with sharer(server, display) as process:
            await line_with(process, "Do you accept?")
            type_in(process, "y")
            await line_with(process, "record")
            type_in(process, "n")
            await rep.accept()
            followed = rep.link.sessions[rep.session]
            await rep.ask(r.Say, text="Good \x1b[2Jmorning")
            assert "Ana: Good \N{REPLACEMENT CHARACTER}[2Jmorning" in (
                await line_with(process, "morning")
            )
            await rep.ask(r.RequestGrants, tools=("view",))
            await line_with(process, "[y/N]")
            type_in(process, "n")
            await rep.link.until(
                lambda _: any(isinstance(each, f.GrantsRefused) for each in followed.facts)
            )
            assert not followed.session.grants

            await rep.ask(r.RequestGrants, tools=("view",))
            await line_with(process, "[y/N]")
            type_in(process, "y")
            await rep.link.until(lambda _: followed.session.sharing)
            type_in(process, "/stop")
            await rep.link.until(lambda _: not followed.session.sharing)
            type_in(process, "Thank you")
            await rep.link.until(
                lambda _: any(getattr(each, "text", "") == "Thank you" for each in followed.facts)
            )
            await rep.ask(r.End)
            await line_with(process, "ended")
            # A Ctrl-C now might come when nobody handles it any more.
            async with asyncio.timeout(LIMIT_SECONDS):
                assert await process.wait() == 0


async def test_nobody_at_the_terminal_means_no(server: str, rep: Rep) -> None:
    with xvfb() as display:
        async with sharer(server, display, "--allow", "agreement") as process:
            assert process.stdin
            process.stdin.close()
            await rep.accept()
            await rep.ask(r.RequestGrants, tools=("view",))
            await line_with(process, "nobody here")
            followed = rep.link.sessions[rep.session]
            await rep.link.until(
                lambda _: any(isinstance(each, f.GrantsRefused) for each in followed.facts)
            )
            assert not followed.session.grants


@pytest.mark.parametrize(
    ("environment", "words"),
    [({"WAYLAND_DISPLAY": "wayland-0"}, "Wayland"), ({}, "no screen"), ({"DISPLAY": ":1"}, "")],
)
def test_where_no_screen_can_be_shared_a_sentence_says_why(
    environment: dict[str, str], words: str
) -> None:
    assert words in why_not(environment)
    assert bool(words) == bool(why_not(environment))


async def test_a_terminal_speaks_the_customers_language_and_takes_its_yes(
    server: str, rep: Rep
) -> None:
    with xvfb() as display:
        async with sharer(server, display, "--language", "de") as process:
            await line_with(process, "Stimmen Sie zu? [j/N]")
            type_in(process, "ja")
            await line_with(process, "[j/N]")
            type_in(process, "j")
            await rep.accept()
            await line_with(process, "Ana ist für Sie da.")
            await rep.ask(r.RequestGrants, tools=("view",))
            await line_with(process, "Ana möchte: Ihren Bildschirm sehen. Erlauben? [j/N]")
            type_in(process, "Ja")
            await line_with(process, "Ihr Bildschirm wird jetzt gezeigt.")


async def test_one_application_is_shared_and_then_everything(server: str, rep: Rep) -> None:
    with xvfb() as display, openbox(display), closing(Desk(display)) as desk:
        await desk.opened(desk.mine, "letter", 100, 100, 300, 200)
        await desk.opened(desk.strange, "diary", 300, 200, 200, 200)
        await desk.key(desk.mine)
        words = ("--application", "letter", "--allow", "view,recording")
        async with sharer(server, display, *words) as process:
            await rep.accept()
            await rep.ask(r.RequestGrants, tools=("view",))
            followed = rep.link.sessions[rep.session]
            await rep.link.until(lambda _: followed.session.sharing == "applications")
            async with rep.watching() as watching:
                await until(lambda: of(watching.painter.pixels, SHARED).any())
                await desk.seen(watching)
                assert not of(watching.painter.pixels, STRANGE).any()
                type_in(process, "/change")
                assert "Program: letter" in await line_with(process, "letter")
                type_in(process, "/change all")
                await watching.shows(desk.canvas)
            await rep.link.until(lambda _: followed.session.sharing == "screen")


async def test_an_application_that_is_not_there_is_no_reason_to_share_more(server: str) -> None:
    with xvfb() as display:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "customer_client.share", "--broker", server),
            *("--application", "letter"),
            env=os.environ | {"DISPLAY": display},
            stderr=asyncio.subprocess.PIPE,
        )
        _, faults = await process.communicate()
        assert process.returncode == 1
        assert b"No application is called letter" in faults
