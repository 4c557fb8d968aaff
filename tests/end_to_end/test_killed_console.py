"""A rep's browser that is killed, in every state a session can have for them."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Error, expect

from protocol import facts as f
from protocol import messages as m
from protocol import picture as p
from protocol import requests as r
from protocol.session import Session
from tests.end_to_end.browsers import Person, chromium, sign_in, sign_in_on
from tests.end_to_end.screens import PlayedSharer, allow, sees_colour, sharing
from tests.end_to_end.serving import Person as Linked
from tests.end_to_end.serving import (
    Server,
    ask,
    available_rep,
    colleagues,
    is_open,
    linked,
    make_available,
    open_session,
    serving,
    spoken,
)
from tests.end_to_end.shoppers import profile
from tests.end_to_end.steering import BLUE
from tests.waiting import until

NO_DRAFT = "!Object.keys(localStorage).some((key) => key.startsWith('deskside.draft.'))"

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


def dropped(link: Linked, session: str) -> list[str]:
    """Return who was ever lost from a session: whoever is missed for good is not shown as gone."""
    facts = link.sessions[session].facts
    return [fact.party for fact in facts if isinstance(fact, f.Dropped)]


def me(link: Linked) -> str:
    assert link.welcome
    return link.welcome.party


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
        await until(lambda: owner in dropped(customer, session))
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


async def test_what_was_not_sent_yet_when_the_browser_was_killed_is_sent_once_it_is_back(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, rep_lost_seconds=600) as (server, _, customer):
        async with profile(tmp_path) as context:
            ana = await sign_in_on(context.pages[0], server.url)
            session = await open_session(customer, name="Max Muster")
            queue = ana.page.get_by_role("region", name="Queue")
            await queue.get_by_role("button", name="Accept").click()
            box = ana.page.get_by_role("textbox", name="Message", exact=True)
            await expect(box).to_be_visible()
            await server.kill()
            await ana.say("Said while nobody heard.")
            await ana.reads("Said while nobody heard.")
            # Typed, they are a draft until they would outlive the browser as a line.
            await ana.sees(NO_DRAFT)
            assert context.browser
            await killed(context.browser)
        await server.start()
        async with profile(tmp_path) as context:
            # Whether the cookie had reached the disk is the browser's affair.
            await context.clear_cookies()
            await sign_in_on(context.pages[0], server.url)
            await until(lambda: spoken(customer, session) == ["Said while nobody heard."])


async def test_who_steers_a_screen_is_killed_lets_go_of_it_and_sees_it_again(
    tmp_path: Path,
) -> None:
    async with (
        desk(tmp_path, rep_lost_seconds=600) as (server, _, customer),
        AsyncExitStack() as stack,
    ):
        async with chromium() as browser:
            _, session, sharer = await steered(server, browser, customer, stack)
            await killed(browser)
        # Their input ends with them, and what they held down is let go.
        await until(lambda: sharer.of(p.ReleaseAll))
        await until(lambda: sharer.of(p.Watched)[-1].viewers == 0)
        assert state(customer, session).sharing
        async with chromium() as browser:
            ana = await sign_in(browser, server.url)
            await ana.page.keyboard.press("Alt+1")
            await sees_colour(ana, (5, 5), BLUE)
            assert ana.faults == []


async def test_who_sees_a_screen_is_killed_for_good_and_nobody_sees_it_any_more(
    tmp_path: Path,
) -> None:
    async with (
        desk(tmp_path) as (server, _, customer),
        AsyncExitStack() as stack,
        chromium() as browser,
    ):
        _, session, sharer = await steered(server, browser, customer, stack)
        await killed(browser)
        await customer.until(lambda _: state(customer, session).state == "waiting")
        assert (state(customer, session).grants, state(customer, session).front) == ((), True)
        await until(lambda: sharer.of(p.Watched)[-1].viewers == 0)


async def steered(
    server: Server, browser: Browser, customer: Linked, stack: AsyncExitStack
) -> tuple[Person, str, PlayedSharer]:
    """Let Ana see and steer a screen that is shared until `stack` ends, and hold a key down."""
    ana, session = await served(server, browser, customer)
    await allow(customer, session, ana, "Request control")
    sharer = await stack.enter_async_context(sharing(server, customer, session))
    await sharer.show_plain(640, 480, BLUE)
    await sees_colour(ana, (5, 5), BLUE)
    await ana.page.locator(".screen-surface > canvas").first.click()
    await ana.page.keyboard.down("Shift")
    await until(lambda: [key.code for key in sharer.of(p.Key) if key.down] == ["ShiftLeft"])
    return ana, session, sharer


async def test_who_is_offered_a_session_is_killed_and_its_owner_keeps_it(tmp_path: Path) -> None:
    # Long enough for the offer to be seen on a busy machine.
    rules = {"offer_seconds": 15}
    async with desk(tmp_path, **rules) as (server, ben, customer), chromium() as browser:
        ana = await sign_in(browser, server.url)
        session = await open_session(customer, name="Max Muster")
        await ask(ben, r.Accept, session)
        followed = await ben.follow(session)
        await ask(ben, r.Transfer, session, rep=await available_rep(ben, "Ana"))
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
        invited = await available_rep(ben, "Ana")
        await ask(ben, r.Invite, session, rep=invited)
        await ana.press("Join")
        await ben.until(lambda _: invited in followed.session.joined)
        await killed(browser)
        await ben.until(lambda _: invited in followed.session.gone)
        await ask(ben, r.Say, session, text="I am still here.")
        await until(lambda: spoken(customer, session) == ["I am still here."])
        assert followed.session.owner == me(ben)


async def test_who_is_invited_or_asks_is_killed_and_nothing_has_changed(tmp_path: Path) -> None:
    async with desk(tmp_path, offer_seconds=600) as (server, ben, customer):
        session = await open_session(customer, name="Max Muster")
        await ask(ben, r.Accept, session)
        followed = await ben.follow(session)
        async with chromium() as browser:
            ana = await sign_in(browser, server.url)
            await ask(ben, r.Invite, session, rep=await available_rep(ben, "Ana"))
            await expect(ana.page.get_by_role("button", name="Join")).to_be_visible()
            await killed(browser)
        await until(lambda: not colleagues(ben)["Ana"].available)
        assert followed.session.owner == me(ben)
        assert not followed.session.gone, "who has not joined is not missed"
        async with chromium() as browser:
            # The invitation has waited for her.
            ana = await sign_in(browser, server.url)
            await ana.press("Join")
            await expect(ana.page.get_by_role("button", name="Leave")).to_be_visible()
            await ask(ben, r.Transfer, session, rep=await available_rep(ben, "Ana"))
            await ana.press("Accept")
            for action in ("Transfer", "Invite", "Return to queue", "End session"):
                await ana.press(action)
                dialog = ana.page.get_by_role("dialog")
                await expect(dialog).to_be_visible()
                await ana.page.keyboard.press("Escape")
                await expect(dialog).to_be_hidden()
            owner = followed.session.owner
            await ana.press("End session")
            await killed(browser)
        # Nothing was ended: the customer reads that she is reconnecting, and is served first.
        await until(lambda: owner in dropped(customer, session))
        await customer.until(lambda _: state(customer, session).state == "waiting")
        assert state(customer, session).front


async def test_a_lead_who_looks_in_is_killed_and_is_said_to_look_away(tmp_path: Path) -> None:
    async with desk(tmp_path) as (server, ben, customer):
        session = await open_session(customer, name="Max Muster")
        await ask(ben, r.Accept, session)
        followed = await ben.follow(session)
        async with chromium() as browser, linked(server, "lea") as other:
            lea = await sign_in(browser, server.url, "lea")
            await lea.page.get_by_role("link", name="Board").click()
            await lea.page.get_by_role("button", name="Look in: Max Muster").click()
            await expect(lea.page.get_by_role("button", name="Look away")).to_be_visible()
            seen = await other.follow(session)
            await other.until(lambda _: watching(seen.session) == (me(other),))
            # Her other device goes with the same power cut.
            await killed(browser)
        await ben.until(lambda _: not followed.session.announced)
        async with linked(server, "lea") as again:
            seen = await again.follow(session)
            await again.until(lambda _: seen.session.owner and not watching(seen.session))
        await ask(ben, r.Say, session, text="It is only us.")
        await until(lambda: spoken(customer, session) == ["It is only us."])


def watching(session: Session) -> tuple[str, ...]:
    return session.monitoring + session.announced


async def test_the_browser_is_killed_with_the_wrap_up_open_and_it_is_written_later(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as (server, _, customer):
        async with chromium() as browser:
            ana, session = await served(server, browser, customer)
            await ask(customer, r.End, session)
            await ana.page.get_by_role("textbox", name="Wrap-up note").fill("It was the cable.")
            await killed(browser)
        async with chromium() as browser:
            ana = await sign_in(browser, server.url)
            mine = ana.page.get_by_role("region", name="My sessions")
            await expect(mine.get_by_text("Max Muster")).to_have_count(0)
            await ana.page.get_by_role("link", name="History").click()
            await ana.page.get_by_role("link", name=re.compile("Max Muster")).click()
            await ana.press("Add a wrap-up note")
            await ana.page.get_by_role("textbox", name="Wrap-up note").fill("It was the cable.")
            await ana.press("Save the note")
            await expect(ana.page.get_by_role("log")).to_contain_text("It was the cable.")
            assert ana.faults == []


async def test_who_has_a_pushed_offer_is_killed_and_it_goes_to_somebody_else(
    tmp_path: Path,
) -> None:
    teams = [{"id": "support", "name": "Support", "hand_out": "least_busy"}]
    async with (
        serving(tmp_path, site={"rules": RULES | {"offer_seconds": 600}}) as server,
        linked(server, "ben") as ben,
        linked(server) as customer,
    ):
        settings = json.loads(await server.command("site", "show"))
        others = [team for team in settings["teams"] if team["id"] != "support"]
        await server.set_site(tmp_path, teams=[*teams, *others])
        async with chromium() as browser:
            ana = await sign_in(browser, server.url)
            await customer.until(is_open)
            session = await open_session(customer, name="Max Muster")
            mine = ana.page.get_by_role("region", name="My sessions")
            await expect(mine.get_by_role("button", name="Decline")).to_be_visible()
            await make_available(ben)
            await killed(browser)
        await until(lambda: session in offered_to(ben))
        await ask(ben, r.Accept, session)
        await customer.until(lambda _: state(customer, session).owner == me(ben))


def offered_to(link: Linked) -> tuple[str, ...]:
    """Return the sessions that concern the rep behind `link`."""
    shown = link.last.get(m.MySessions)
    return shown.sessions if isinstance(shown, m.MySessions) else ()


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
        await until(lambda: not colleagues(ben)["Ana"].available)
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
