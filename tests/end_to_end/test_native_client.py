"""The native client from source, through the story of a visit, against a real server and a rep."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from customer_client.link import Link
from protocol import facts as f
from protocol import messages as m
from protocol import requests as r
from tests.end_to_end.native_window import (
    AGAIN_SECONDS,
    NativeWindow,
    desktop,
    native_window,
)
from tests.end_to_end.serving import (
    Person,
    Rep,
    Server,
    ask,
    linked,
    make_available,
    serving,
)
from tests.waiting import until


@pytest.fixture
def display() -> Iterator[str]:
    with desktop() as name:
        yield name


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path) as server:
        yield server


async def start(window: NativeWindow, name: str = "Max") -> None:
    """Fill in the start form, whose first field has the keyboard, and start."""
    await is_to_be_filled_in(window)
    await window.type(name)
    # It can start only once the broker has said that somebody is there, and a list takes its time
    # to open.
    await window.press_until_it_helps("shift+Tab", "Down", "Down", "Return", "Tab", "Return")


async def is_to_be_filled_in(window: NativeWindow) -> None:
    """Wait for the start form: until the site is known there is no field that takes what is typed."""
    await window.shows()
    await window.is_about("How can we help?", "Wie können wir Ihnen helfen?")


async def agree(window: NativeWindow) -> None:
    """Press the second answer of a question: the menu comes before both."""
    await window.press("Tab", "Tab", "Tab", "space")


async def first_in_queue(rep: Link) -> str:
    """Wait for somebody to wait, and follow their session."""

    def came(link: object) -> bool:
        queue = rep.last.get(m.Queue)
        return isinstance(queue, m.Queue) and bool(queue.came)

    await rep.until(came)
    queue = rep.last[m.Queue]
    assert isinstance(queue, m.Queue)
    followed = await rep.follow(queue.came[0].session)
    await rep.until(lambda _: followed.session.state == "waiting")
    return queue.came[0].session


def said(rep: Link, session: str) -> list[str]:
    return [e.text for e in rep.sessions[session].facts if isinstance(e, f.Said)]


async def say(window: NativeWindow, rep: Link, session: str, word: str) -> None:
    """Type a word until the rep hears it."""
    before = said(rep, session).count(word)
    for _ in range(6):
        await window.type(word)
        await window.press("Return")
        with suppress(TimeoutError):
            await until(lambda: said(rep, session).count(word) > before, AGAIN_SECONDS)
            return
    pytest.fail(f"nobody heard {word}")


async def test_a_visit_from_the_first_key_to_the_last(server: Server, display: str) -> None:
    async with linked(server, "ana") as rep:
        await make_available(rep)
        async with native_window(display, "--broker", server.url) as window:
            await start(window)
            await window.is_about("Before we begin")
            await agree(window)
            await window.is_about("May we record this session?")
            await agree(window)
            await window.is_about("Waiting for a colleague")
            session = await first_in_queue(rep)
            await ask(rep, r.Accept, session)
            await window.is_about("Ana")

            # What is typed goes to the rep, and what the rep says was read.
            await ask(rep, r.Say, session, text="Good morning")
            await window.type("Hello Ana")
            await window.press("Return")
            await rep.until(lambda _: "Hello Ana" in said(rep, session))
            followed = rep.sessions[session]
            customer = followed.session.customer
            await rep.until(
                lambda _: customer in followed.marks and followed.marks[customer].read > 4
            )

            # A nudge calls by what works here.
            await ask(rep, r.Nudge, session)
            await rep.until(lambda _: any(isinstance(e, f.NudgeReported) for e in followed.facts))
            report = next(e for e in followed.facts if isinstance(e, f.NudgeReported))
            assert {"title", "shake", "focus"} <= set(report.worked)

            # The screen is shown to who was allowed to see it, until that is stopped.
            await ask(rep, r.RequestGrants, session, tools=("view",))
            await rep.until(lambda _: followed.session.prompt)
            # From the message back: accept is the last of what was asked.
            await window.is_about("Ana asks for your permission")
            await window.press("shift+Tab", "space")
            await rep.until(lambda _: followed.session.sharing)
            assert [grant.tool for grant in followed.session.grants] == ["view"]
            await window.is_about("Your screen can be seen by Ana")
            # The message has the keyboard again once something can be said. From there round: attach,
            # emoji, end, menu, change, stop.
            await say(window, rep, session, "Moment")
            await window.press("Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "space")
            await rep.until(lambda _: not followed.session.sharing)

            await ask(rep, r.End, session)
            await window.is_about("Chat ended")
            await window.close_for_good()
            assert await window.process.wait() == 0


async def test_closing_the_window_ends_the_chat_after_a_question(
    server: Server, display: str
) -> None:
    async with linked(server, "ana") as rep:
        await make_available(rep)
        async with native_window(
            display, "--broker", server.url, LANG="de_DE.UTF-8", LANGUAGE=""
        ) as window:
            await start(window)
            await window.is_about("Bevor wir beginnen", "Before we begin")
            await agree(window)
            await window.is_about("Dürfen wir diese Sitzung aufzeichnen?")
            await agree(window)
            session = await first_in_queue(rep)
            followed = rep.sessions[session]
            assert followed.session.language == "de"
            await window.close()
            await window.is_about("Diesen Chat beenden?")
            # Menu, end, menu; keep chatting, end.
            await window.press("Tab", "Tab", "Tab", "Tab", "space")
            await rep.until(lambda _: followed.session.state == "ended")
            assert followed.session.ending == "abandoned"


async def code_of(server: Server, rep: Person) -> str:
    """Return a code that leads to `rep`, who has a cookie already."""
    assert isinstance(rep.way, Rep)
    headers = {"Cookie": rep.way.cookie, "X-Deskside": "1"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.url}/v1/codes", json={}, headers=headers) as response,
    ):
        code: str = (await response.json())["code"]
        return code


async def test_a_typed_code_leads_to_its_rep_and_afterwards_one_rates_and_deletes(
    server: Server, display: str
) -> None:
    async with linked(server, "ana") as rep:
        await make_available(rep)
        async with native_window(display, "--broker", server.url) as window:
            await is_to_be_filled_in(window)
            # Back from the name: what it is about, the menu, and round to the code.
            await window.press("shift+Tab", "shift+Tab", "shift+Tab")
            await window.type(await code_of(server, rep))
            await window.press_until_it_helps("Return")
            await window.is_about("Ana is expecting you")
            await window.type("Max")
            await window.press_until_it_helps("Return")
            await window.is_about("Before we begin")
            await agree(window)
            await window.is_about("May we record this session?")
            await agree(window)
            await window.is_about("Ana")
            mine = rep.last[m.MySessions]
            assert isinstance(mine, m.MySessions)
            followed = await rep.follow(mine.sessions[0])
            session = followed.session.id
            await say(window, rep, session, "Thanks")
            await ask(rep, r.End, session)
            await window.is_about("Chat ended")

            # Back from the remark: very.
            await window.type("Quick")
            await window.press("shift+Tab", "space", "Tab", "Tab", "Tab", "space")
            await rep.until(lambda _: followed.session.survey == "done")
            (answer,) = (e for e in followed.facts if isinstance(e, f.SurveySubmitted))
            assert (answer.rating, answer.text) == (5, "Quick")

            await window.press_until_it_helps("Tab", "space")
            await window.is_about("Menu")
            # Back from its button: back, delete.
            await window.press_until_it_helps("shift+Tab", "shift+Tab", "space")
            await window.is_about("Delete my data")
            await window.press("shift+Tab", "space")
            await rep.until(lambda _: any(isinstance(e, f.TextsErased) for e in followed.facts))
            assert set(said(rep, session)) == {""}
            await window.close_for_good()
            assert await window.process.wait() == 0
