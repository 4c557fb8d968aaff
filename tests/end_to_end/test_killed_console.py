"""A rep's browser that is killed, in every state a session can have for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Error, expect

from protocol import messages as m
from protocol import requests as r
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.serving import Person as Linked
from tests.end_to_end.serving import (
    Server,
    ask,
    is_open,
    linked,
    make_available,
    open_session,
    serving,
    spoken,
)
from tests.waiting import until

RULES: dict[str, Any] = {"rep_lost_seconds": 2, "offer_seconds": 3, "monitoring": "announced"}


@asynccontextmanager
async def desk(tmp_path: Path, **rules: Any) -> AsyncIterator[tuple[Server, Linked, Linked]]:
    """A broker with Ben, who is available, and a customer, both by link."""
    async with (
        serving(tmp_path, site={"rules": RULES | rules}) as server,
        linked(server, "ben") as ben,
        linked(server) as customer,
    ):
        await make_available(ben)
        await customer.until(is_open)
        yield server, ben, customer


async def killed(browser: Browser) -> None:
    """Let `browser` crash, as if its computer had lost its power."""
    session = await browser.new_browser_cdp_session()
    # It may be too quick to answer.
    with suppress(Error):
        await session.send("Browser.crash")
    await until(lambda: not browser.is_connected())


async def served(server: Server, browser: Browser, customer: Linked) -> tuple[Person, str]:
    """Let Ana accept the customer's session at her console; return her and the session."""
    ana = await sign_in(browser, server.url)
    session = await open_session(customer, name="Max Muster")
    queue = ana.page.get_by_role("region", name="Queue")
    await queue.get_by_role("button", name="Accept").click()
    await customer.until(lambda _: customer.sessions[session].session.owner != "")
    return ana, session


def state(link: Linked, session: str) -> Any:
    return link.sessions[session].session


def me(link: Linked) -> str:
    assert link.welcome
    return link.welcome.party


def reps(link: Linked) -> dict[str, m.Colleague]:
    """Return who serves the team of the rep behind `link`, by name."""
    shown = link.last.get(m.Team)
    return {rep.name: rep for rep in shown.reps} if isinstance(shown, m.Team) else {}


async def party(link: Linked, name: str) -> str:
    """Return the id of the available rep called `name`."""
    await until(lambda: name in reps(link) and reps(link)[name].available)
    return reps(link)[name].rep


async def new_session(customer: Linked) -> str:
    """Return the session in which the customer is called, and follow it."""

    def listed() -> tuple[str, ...]:
        shown = customer.last.get(m.MySessions)
        return shown.sessions if isinstance(shown, m.MySessions) else ()

    await until(lambda: bool(listed()))
    session = listed()[-1]
    await customer.follow(session)
    await customer.until(lambda _: state(customer, session).state == "calling")
    return session


async def test_the_owner_is_killed_and_the_session_goes_back_to_its_queue(tmp_path: Path) -> None:
    async with desk(tmp_path) as (server, _, customer), chromium() as browser:
        ana, session = await served(server, browser, customer)
        await ana.say("One moment.")
        await until(lambda: spoken(customer, session) == ["One moment."])
        owner = state(customer, session).owner
        await killed(browser)
        # The customer is told at once that the rep is reconnecting.
        await customer.until(lambda _: owner in state(customer, session).gone)
        await customer.until(lambda _: state(customer, session).state == "waiting")
        assert state(customer, session).front


async def test_the_owner_is_killed_and_comes_back_in_time(tmp_path: Path) -> None:
    async with desk(tmp_path, rep_lost_seconds=600) as (server, _, customer):
        async with chromium() as browser:
            _, session = await served(server, browser, customer)
            owner = state(customer, session).owner
            await killed(browser)
        await customer.until(lambda _: owner in state(customer, session).gone)
        async with chromium() as browser:
            ana = await sign_in(browser, server.url)
            await customer.until(lambda _: not state(customer, session).gone)
            await ana.page.keyboard.press("Alt+1")
            await ana.say("I am back.")
            await until(lambda: spoken(customer, session) == ["I am back."])


async def test_who_is_offered_a_session_is_killed_and_its_owner_keeps_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as (server, ben, customer), chromium() as browser:
        ana = await sign_in(browser, server.url)
        session = await open_session(customer, name="Max Muster")
        await ask(ben, r.Accept, session)
        followed = await ben.follow(session)
        await ask(ben, r.Transfer, session, rep=await party(ben, "Ana"))
        mine = ana.page.get_by_role("region", name="My sessions")
        await expect(mine.get_by_role("button", name="Accept")).to_be_visible()
        await killed(browser)
        await ben.until(lambda _: followed.session.offer is None)
        assert (followed.session.state, followed.session.owner) == ("talking", me(ben))


async def test_an_owner_is_killed_while_a_colleague_decides_who_then_has_it(tmp_path: Path) -> None:
    async with (
        desk(tmp_path, offer_seconds=600, rep_lost_seconds=600) as (server, ben, customer),
        chromium() as browser,
    ):
        ana, session = await served(server, browser, customer)
        await ana.press("Transfer")
        await ana.page.get_by_role("dialog").get_by_role("button", name="Ben").click()
        followed = await ben.follow(session)
        await ben.until(lambda _: followed.session.offer is not None)
        await killed(browser)
        await customer.until(lambda _: bool(state(customer, session).gone))
        await ask(ben, r.Accept, session)
        await customer.until(lambda _: state(customer, session).owner == me(ben))
        assert state(customer, session).state == "talking"


async def test_who_has_joined_is_killed_and_the_owner_goes_on(tmp_path: Path) -> None:
    async with desk(tmp_path) as (server, ben, customer), chromium() as browser:
        ana = await sign_in(browser, server.url)
        session = await open_session(customer, name="Max Muster")
        await ask(ben, r.Accept, session)
        followed = await ben.follow(session)
        invited = await party(ben, "Ana")
        await ask(ben, r.Invite, session, rep=invited)
        await ana.press("Join")
        await ben.until(lambda _: invited in followed.session.joined)
        await killed(browser)
        await ben.until(lambda _: invited in followed.session.gone)
        await ask(ben, r.Say, session, text="I am still here.")
        await until(lambda: spoken(customer, session) == ["I am still here."])
        assert followed.session.owner == me(ben)


async def test_who_calls_is_killed_and_the_customer_waits_for_the_team(tmp_path: Path) -> None:
    rules = {"call_seconds": 600}
    async with desk(tmp_path, **rules) as (server, ben, customer), chromium() as browser:
        ana, session = await served(server, browser, customer)
        await ask(customer, r.End, session)
        await ana.press("Skip")
        await ana.page.goto(f"{server.url}/console#/contacts/{session}")
        await ana.press("Call")
        await expect(ana.page.get_by_text("Connecting…")).to_be_visible()
        called = await new_session(customer)
        await killed(browser)
        await until(lambda: not reps(ben)["Ana"].available)
        await ask(customer, r.AnswerCall, called, accepted=True)
        digest = state(customer, called).rules.agreement_digest
        await customer.until(lambda _: state(customer, called).state == "agreement")
        await ask(customer, r.AcceptAgreement, called, digest=digest)
        digest = state(customer, called).rules.recording_digest
        await ask(customer, r.AnswerRecording, called, allowed=True, digest=digest)
        await customer.until(lambda _: not state(customer, called).meant_for)
        assert state(customer, called).state == "waiting"
        await ask(ben, r.Accept, called)
        await customer.until(lambda _: state(customer, called).state == "talking")
