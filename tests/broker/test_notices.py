"""What customers are told about a problem that is known: shown, pushed once, and left because of."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from broker import store, waits
from broker.cli import main
from broker.database import open_database
from broker.doorbell import InProcess
from broker.notices import Notices, order
from broker.site import MOST_ACTIVE, BadSite, Notice, Settings, Site, parse
from protocol import requests as r
from protocol.facts import Noticed
from protocol.session import Party
from tests.broker.desks import ANA, CUSTOMER, SITE, STRANGER, Counter, new_id
from tests.broker.servers import Server, serving
from tests.waiting import until

MAIL = Notice(id="mail", text={"en": "Mail is down.", "de": "Die E-Mail geht nicht."})
SETTINGS = Settings(organisation="Example", languages=("en", "de"), notices=(MAIL,))
MAX = Party(id="c-de", role="customer", name="Max")


def site_of(counter: Counter, settings: Settings = SETTINGS) -> Site:
    return Site(counter.database, SITE, settings, counter.clock)


def notices_of(counter: Counter, settings: Settings = SETTINGS) -> Notices:
    return Notices(counter.database, SITE, site_of(counter, settings), counter.desk)


async def noticed(counter: Counter, session: str) -> list[tuple[str, str]]:
    facts = await counter.database.read(
        lambda conn: store.read_facts(conn, SITE, session, "broker")
    )
    return [(fact.notice, fact.text) for fact in facts if isinstance(fact, Noticed)]


async def test_everybody_who_waits_is_told_once_in_their_language(counter: Counter) -> None:
    waiting = await counter.start()
    german = (await counter.ask(r.Start, MAX, issue="cable", language="de")).session
    talking = await counter.start_talking(STRANGER, ANA)
    notices = notices_of(counter)
    await notices.look()
    assert await noticed(counter, waiting) == []
    await order(counter.database, SITE, "mail")
    for _ in range(3):
        await notices.look()
    assert await noticed(counter, waiting) == [("mail", "Mail is down.")]
    assert await noticed(counter, german) == [("mail", "Die E-Mail geht nicht.")]
    assert await noticed(counter, talking) == []


async def test_a_second_order_tells_them_again(counter: Counter) -> None:
    session = await counter.start()
    notices = notices_of(counter)
    for _ in range(2):
        await order(counter.database, SITE, "mail")
        await notices.look()
    assert len(await noticed(counter, session)) == 2


async def test_two_brokers_with_the_same_order_tell_everybody_once(
    counter: Counter, database_url: str
) -> None:
    sessions = [
        await counter.start(Party(id=f"c-{n}", role="customer", name="Max")) for n in range(12)
    ]
    other = Counter(await open_database(database_url), counter.clock, InProcess())
    await order(counter.database, SITE, "mail")
    await asyncio.gather(notices_of(counter).look(), notices_of(other).look())
    assert [len(await noticed(counter, session)) for session in sessions] == [1] * 12
    await other.database.close()


async def test_a_broker_that_dies_half_way_leaves_the_rest_to_the_next(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [await counter.start(who) for who in (CUSTOMER, STRANGER, MAX)]
    await order(counter.database, SITE, "mail")
    dying, notice = notices_of(counter), counter.desk.notice

    async def dies(session: str, *given: Any, **named: Any) -> object:
        if session == sessions[1]:
            raise ConnectionResetError
        return await notice(session, *given, **named)

    with monkeypatch.context() as while_dying:
        while_dying.setattr(counter.desk, "notice", dies)
        with pytest.raises(ConnectionResetError):
            await dying.look()
    await notices_of(counter).look()
    assert [len(await noticed(counter, session)) for session in sessions] == [1] * 3


@pytest.mark.parametrize("notices", [(), (replace(MAIL, until=1),)])
async def test_an_order_for_what_is_gone_tells_nobody(
    counter: Counter, notices: tuple[Notice, ...]
) -> None:
    settings = Settings(organisation="Example", notices=notices)
    session = await counter.start()
    await order(counter.database, SITE, "mail")
    await notices_of(counter, settings).look()
    await notices_of(counter).look()
    assert await noticed(counter, session) == []


async def test_what_was_added_a_moment_ago_can_be_sent(counter: Counter) -> None:
    session = await counter.start()
    running = notices_of(counter, Settings(organisation="Example"))
    await site_of(counter).save(SETTINGS)
    await order(counter.database, SITE, "mail")
    await running.look()
    assert len(await noticed(counter, session)) == 1


# --- what is shown


async def test_only_what_is_active_is_shown(counter: Counter) -> None:
    soon = Notice(id="soon", text={"en": "Till noon."}, until=counter.clock() + 1000)
    site = site_of(counter, Settings(organisation="Example", notices=(soon, MAIL)))
    assert [(n.id, n.text) for n in site.shown("en").notices] == [
        ("soon", "Till noon."),
        ("mail", "Mail is down."),
    ]
    counter.clock.move(1)
    assert [notice.id for notice in site.shown("en").notices] == ["mail"]


async def test_ten_at_a_time_and_no_more(counter: Counter) -> None:
    def many(count: int, until: int = 0) -> tuple[Notice, ...]:
        return tuple(
            Notice(id=f"{until}-{n}", text={"en": "Down."}, until=until) for n in range(count)
        )

    over = many(20, until=counter.clock())
    site = site_of(counter)
    await site.save(Settings(organisation="Example", notices=many(MOST_ACTIVE) + over))
    with pytest.raises(BadSite, match="at most 10"):
        await site.save(Settings(organisation="Example", notices=many(MOST_ACTIVE + 1)))


@pytest.mark.parametrize(
    ("notices", "why"),
    [
        ([{"id": "a", "text": {"en": "x" * 1021}}], "1020"),
        ([{"id": "a", "text": {"en": ""}}], "length"),
        ([{"id": "", "text": {"en": "x"}}], "length"),
        ([{"id": "a", "text": {"de": "x"}}], "needed in 'en'"),
        ([{"id": "a", "text": {}}], "needs a text"),
        ([{"id": "a", "text": {"en": "x"}}] * 2, "id of its own"),
        ([{"id": "a", "text": {"en": "x"}, "until": -1}], ">= 0"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(notices: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(BadSite, match=why):
        parse(json.dumps({"organisation": "Example", "notices": notices}))
    parse(json.dumps({"organisation": "E", "notices": [{"id": "a", "text": {"en": "x" * 1020}}]}))


# --- from the command line to the customer


@pytest.fixture
async def served(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """A broker, and an environment in which commands find its data."""
    monkeypatch.chdir(data_folder)
    monkeypatch.setenv("DESKSIDE_DATA", str(data_folder))
    monkeypatch.setenv("DESKSIDE_DEMO", "1")
    async with serving(data_folder) as server:
        yield server


class Page:
    """A customer's link, and all that came down on it."""

    def __init__(self, link: Any) -> None:
        self.link = link
        self.facts: list[dict[str, Any]] = []

    async def frame(self, kind: str) -> dict[str, Any]:
        """Return the next frame of `kind`."""
        while True:
            frame: dict[str, Any] = await self.link.receive_json()
            assert frame["type"] != "refused", frame
            self.facts += frame.get("facts", [])
            if frame["type"] == kind:
                return frame

    async def ask(self, kind: str, session: str = "", **fields: Any) -> dict[str, Any]:
        asked = {"type": kind, "id": new_id(), "session": session}
        await self.link.send_json(asked | fields)
        return await self.frame("answered")

    async def fact(self, kind: str) -> dict[str, Any]:
        """Return the first fact of `kind`, as soon as it is there."""
        while not (found := [fact for fact in self.facts if fact["type"] == kind]):
            await self.frame("facts")
        return found[0]


async def open_link(server: Server, **who: str) -> Any:
    reply = await server.call("POST", "/v1/tickets", **who)  # type: ignore[arg-type]
    return server.link(reply.json["ticket"])


async def test_a_customer_who_waits_reads_a_notice_and_leaves_because_of_it(
    served: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    _, token = await served.visitor()
    rep = await open_link(served, cookie=await served.sign_in_as("rep"))
    texts = (await served.call("GET", "/v1/site?lang=de")).json
    agreement, recording = (texts[name]["digest"] for name in ("agreement", "recording"))
    async with asyncio.timeout(30), rep as there, await open_link(served, token=token) as link:
        await there.send_json({"type": "set_available", "available": True})
        page = Page(link)
        while not (await page.frame("availability"))["open"]:
            pass
        session = (await page.ask("start", issue="computer", language="de"))["session"]
        await page.ask("accept_agreement", session, digest=agreement)
        await page.ask("answer_recording", session, allowed=False, digest=recording)
        await link.send_json({"type": "resume", "session": session})
        words = ("--text", "en=Mail is down.", "--text", "de=Die E-Mail geht nicht.")
        assert await asyncio.to_thread(main, ["notice", "add", *words]) == 0
        notice = capsys.readouterr().out.strip().splitlines()[-1]
        assert await asyncio.to_thread(main, ["notice", "send", notice]) == 0
        told = await page.fact("noticed")
        assert (told["notice"], told["text"]) == (notice, "Die E-Mail geht nicht.")
        await until(served.parts.site.notices)
        shown = (await served.call("GET", "/v1/site?lang=de")).json["notices"]
        assert shown == [{"id": notice, "text": "Die E-Mail geht nicht."}]
        await page.ask("leave_on_notice", session, notice=notice)
        ended = await page.fact("ended")
    assert (ended["ending"], ended["notice"]) == ("left_on_notice", notice)
    last = await served.parts.desk.session(session)
    assert (last.state, last.ending, last.survey) == ("ended", "left_on_notice", "none")
    name = served.parts.config.site
    found = await served.parts.database.read(lambda conn: waits.ended_waits(conn, name, "support"))
    assert [wait.ending for wait in found] == ["left_on_notice"]
    assert waits.gave_up(found) == 0
