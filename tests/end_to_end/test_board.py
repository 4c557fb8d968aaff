"""A lead at the board: who waits and talks, looking in as the site lets them, and taking over."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from protocol import requests as r
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, start, visit
from tests.end_to_end.serving import ask, begin, linked, make_available, serving

ROOM = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def monitored(policy: str) -> dict[str, Any]:
    return {"rules": {"monitoring": policy}}


async def turn_to_board(lead: Person) -> Locator:
    await lead.page.get_by_role("link", name="Board").click()
    return lead.page.get_by_role("region", name="Support")


async def photograph(lead: Person, name: str) -> None:
    """Take a picture where somebody wants to look at one: `BOARD_PICTURES` names the folder."""
    if folder := os.environ.get("BOARD_PICTURES"):
        await lead.page.screenshot(path=f"{folder}/{name}.png")


async def test_the_board_is_live_and_fits_a_small_screen(tmp_path: Path) -> None:
    async with serving(tmp_path, site=monitored("announced")) as server, chromium() as browser:
        lea = await sign_in(browser, server.url, "lea")
        board = await turn_to_board(lea)
        await expect(board).to_contain_text("Nobody is being helped right now.")
        ana = await sign_in(browser, server.url)
        reps = board.get_by_role("region", name="Reps")
        await expect(reps.get_by_role("row", name="Ana")).to_contain_text("Available")
        customer = await visit(browser, server.url)
        await start(customer)
        longest = board.locator("dd").nth(1)
        await expect(longest).to_have_text(re.compile(r"^\d:\d\d$"))
        await ana.press("Accept")
        row = board.get_by_role("row", name="Max Muster")
        await expect(row).to_contain_text("Ana")
        await expect(row).to_contain_text("Computer")
        await expect(longest).to_have_text("–")
        await expect(reps.get_by_role("row", name="Ana")).to_contain_text("1 active")
        before = await row.get_by_role("timer").inner_text()
        await expect(row.get_by_role("timer")).not_to_have_text(before)
        await assert_accessible(lea.page, "board")
        for width in (1280, 1920):
            await lea.page.set_viewport_size({"width": width, "height": 800})
            assert await lea.page.evaluate(ROOM) == 0
        await lea.page.set_viewport_size({"width": 1280, "height": 800})
        for scheme in ("light", "dark"):
            await lea.page.emulate_media(color_scheme=scheme)
            await photograph(lea, f"board-{scheme}")
        await ana.page.get_by_role("switch", name="Available").click()
        await expect(reps.get_by_role("row", name="Ana")).to_contain_text("Not available")
        assert [*lea.faults, *ana.faults, *customer.faults] == []


@pytest.mark.parametrize("policy", ["announced", "silent"])
async def test_a_lead_looks_in_as_the_site_lets_them_and_takes_over(
    tmp_path: Path, policy: str
) -> None:
    async with serving(tmp_path, site=monitored(policy)) as server, chromium() as browser:
        ana, lea = [await sign_in(browser, server.url, name) for name in ("ana", "lea")]
        customer = await visit(browser, server.url)
        await meet(customer, ana)
        await customer.say("It is about the printer.")
        board = await turn_to_board(lea)
        told = "customer and reps are told" if policy == "announced" else "neither customer nor"
        await expect(board).to_contain_text(told)
        await board.get_by_role("button", name="Look in: Max Muster").press("Enter")
        await lea.reads("It is about the printer.")
        await expect(lea.page.get_by_role("textbox", name="Message", exact=True)).to_have_count(0)
        mine = "everybody was told" if policy == "announced" else "You look in unseen"
        await expect(lea.page.get_by_role("toolbar", name="This session")).to_contain_text(mine)
        reading = customer.page.get_by_text("who leads the team")
        if policy == "announced":
            await expect(reading).to_be_visible()
        await photograph(lea, f"watching-{policy}")
        await assert_accessible(lea.page, "looking in")
        # A reload is no reason to look away; how long it may take is a matter of its own.
        async with linked(server, "lea"):
            await lea.page.reload()
            sessions = lea.page.get_by_role("region", name="My sessions")
            await sessions.get_by_text("Max Muster").click()
        await customer.say("Can you hear me?")
        await lea.reads("Can you hear me?")
        await lea.press("Take over")
        await lea.page.get_by_role("dialog").get_by_role("button", name="Take over").click()
        await customer.reads("Lea takes care of you now.")
        await lea.say("Lea here.")
        await customer.reads("Lea here.")
        if policy == "silent":
            await expect(reading).to_have_count(0)
        await ana.say("I stay, too.")
        await customer.reads("I stay, too.")
        assert [*lea.faults, *ana.faults, *customer.faults] == []


async def test_a_lead_whose_browser_dies_is_said_to_be_gone(tmp_path: Path) -> None:
    async with serving(tmp_path, site=monitored("announced")) as server, chromium() as browser:
        ana, lea = [await sign_in(browser, server.url, name) for name in ("ana", "lea")]
        customer = await visit(browser, server.url)
        await meet(customer, ana)
        board = await turn_to_board(lea)
        await board.get_by_role("button", name="Look in: Max Muster").click()
        await expect(customer.page.get_by_text("Lea, who leads the team")).to_be_visible()
        await lea.page.context.close()
        await expect(customer.page.get_by_text("Lea no longer reads along.")).to_be_visible()
        await expect(ana.page.get_by_role("log")).to_contain_text("Lea no longer monitors")
        assert [*ana.faults, *customer.faults] == []


@pytest.mark.parametrize("loss", [("role", "lea", "rep"), ("team", "lea", "network")])
async def test_a_lead_who_loses_role_or_team_stops_looking_in_at_once(
    tmp_path: Path, loss: tuple[str, ...]
) -> None:
    async with serving(tmp_path, site=monitored("announced")) as server, chromium() as browser:
        ana, lea = [await sign_in(browser, server.url, name) for name in ("ana", "lea")]
        customer = await visit(browser, server.url)
        await meet(customer, ana)
        board = await turn_to_board(lea)
        await board.get_by_role("button", name="Look in: Max Muster").click()
        await expect(customer.page.get_by_text("Lea, who leads the team")).to_be_visible()
        await server.command("account", *loss)
        await expect(customer.page.get_by_text("Lea no longer reads along.")).to_be_visible()
        secret = "The number is 4711."
        await customer.say(secret)
        await ana.reads(secret)
        # Whatever the console was doing, it ends up without the session.
        await expect(lea.page.get_by_role("region", name="My sessions")).to_be_visible()
        await expect(lea.page.get_by_text("Max Muster")).to_have_count(0)
        await expect(lea.page.get_by_text(secret)).to_have_count(0)
        assert [*ana.faults, *customer.faults] == []


async def test_where_nobody_may_look_in_a_lead_can_still_take_over(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser, linked(server, "ana") as ana:
        await make_available(ana)
        lea = await sign_in(browser, server.url, "lea")
        async with linked(server) as customer:
            session = await begin(customer, ana, name="Max Muster")
            await ask(customer, r.Say, session, text="I am Max.")
            board = await turn_to_board(lea)
            await expect(board).to_contain_text("does not let leads look in")
            await expect(board.get_by_role("button", name="Look in")).to_have_count(0)
            await board.get_by_role("button", name="Take over: Max Muster").click()
            dialog = lea.page.get_by_role("dialog")
            await expect(dialog).to_contain_text("Ana stays in the session")
            await dialog.get_by_role("button", name="Take over").click()
            await lea.reads("I am Max.")
            await lea.say("Lea here.")
            assert lea.faults == []


async def test_reps_have_no_board_and_who_takes_no_sessions_has_no_switch(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        ana = await sign_in(browser, server.url)
        await expect(ana.page.get_by_role("link", name="Board")).to_have_count(0)
        await ana.page.get_by_role("button", name=re.compile("colleague")).click()
        team = ana.page.get_by_role("dialog", name=re.compile("colleague"))
        await expect(team).to_contain_text("Ben")
        await assert_accessible(ana.page, "the team")
        await photograph(ana, "team")
        for name in ("adam", "cora"):
            staff = await sign_in(browser, server.url, name)
            await expect(staff.page.get_by_role("button", name="Sign out")).to_be_visible()
            await expect(staff.page.get_by_role("switch", name="Available")).to_have_count(0)
            await expect(staff.page.get_by_role("link", name="Board")).to_have_count(0)


async def test_who_does_not_stir_is_away_and_reads_so_when_they_are_back(tmp_path: Path) -> None:
    idle = {"idle_seconds": 60}
    async with serving(tmp_path, site=idle) as server, chromium() as browser:
        lea = await sign_in(browser, server.url, "lea")
        board = await turn_to_board(lea)
        ana = await sign_in(browser, server.url)
        row = board.get_by_role("region", name="Reps").get_by_role("row", name="Ana")
        await expect(row).to_contain_text("Available")
        banner = ana.page.get_by_text(re.compile("You have been away since"))
        await expect(banner).to_be_visible(timeout=90_000)
        await expect(row).to_contain_text("Away")
        await ana.page.mouse.move(300, 300)
        await expect(ana.page.get_by_text(re.compile("You were away from"))).to_be_visible()
        await expect(row).to_contain_text("Available")
        await photograph(ana, "back")
        await ana.press("Understood")
        await expect(ana.page.get_by_text("You were away")).to_have_count(0)
