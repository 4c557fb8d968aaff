"""Reps who pass a customer on to each other and help each other, at real consoles."""

import re
from pathlib import Path

from playwright.async_api import Locator, expect

from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.serving import serving


def my_sessions(rep: Person) -> Locator:
    return rep.page.get_by_role("region", name="My sessions")


async def choose_ben(rep: Person, action: str) -> None:
    """Open the dialog behind the button `action` and choose Ben in it."""
    await rep.press(action)
    await rep.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Ben")).click()


async def test_a_session_is_offered_to_a_colleague_who_takes_it_over(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        ana, ben = [await sign_in(browser, server.url, name) for name in ("ana", "ben")]
        customer = await visit(browser, server.url)
        await meet(customer, ana)
        await customer.say("It is about the network.")
        await choose_ben(ana, "Transfer")
        await expect(my_sessions(ben)).to_contain_text("Ana offers you this session")
        await expect(my_sessions(ben).get_by_role("timer")).to_have_text(re.compile(r"^[01]:\d\d$"))
        await my_sessions(ben).get_by_role("button", name="Accept").click()
        await customer.reads("Ben is here for you.")
        await ben.reads("It is about the network.")
        await ben.say("Let me see.")
        await customer.reads("Let me see.")
        await expect(my_sessions(ana).get_by_text("Max Muster")).to_have_count(0)
        assert [*customer.faults, *ana.faults, *ben.faults] == []


async def test_a_colleague_who_declines_leaves_everything_as_it_was(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        ana, ben = [await sign_in(browser, server.url, name) for name in ("ana", "ben")]
        customer = await visit(browser, server.url)
        await meet(customer, ana)
        await choose_ben(ana, "Transfer")
        await my_sessions(ben).get_by_role("button", name="Decline").click()
        await expect(my_sessions(ben).get_by_text("Max Muster")).to_have_count(0)
        await expect(ana.page.get_by_role("log")).to_contain_text("Ben declined.")
        await ana.say("I stay with you.")
        await customer.reads("I stay with you.")
        assert [*customer.faults, *ana.faults, *ben.faults] == []


async def test_a_colleague_is_invited_joins_speaks_and_leaves(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        ana, ben = [await sign_in(browser, server.url, name) for name in ("ana", "ben")]
        customer = await visit(browser, server.url)
        await meet(customer, ana)
        await choose_ben(ana, "Invite")
        await expect(my_sessions(ben)).to_contain_text("Ana invites you")
        await my_sessions(ben).get_by_role("button", name="Join").click()
        await customer.reads("Ben has joined.")
        await ben.say("I know this printer.")
        await customer.reads("I know this printer.")
        await ana.reads("I know this printer.")
        await ben.press("Leave")
        await customer.reads("Ben has left.")
        await expect(my_sessions(ben).get_by_text("Max Muster")).to_have_count(0)
        await ana.say("Did it help?")
        await customer.reads("Did it help?")
        assert [*customer.faults, *ana.faults, *ben.faults] == []
