"""Reps who pass a customer on to each other and help each other, at real consoles."""

import re
from pathlib import Path

from playwright.async_api import Locator, expect

from tests.end_to_end.browsers import Person, chromium, meet, sign_in, start, visit
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


async def test_a_session_goes_to_another_team_where_somebody_is_there(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        ana, nia = [await sign_in(browser, server.url, name) for name in ("ana", "nia")]
        customer = await visit(browser, server.url)
        await meet(customer, ana)
        await customer.say("It is about the network.")
        await ana.reads("It is about the network.")
        await ana.press("Transfer")
        transfer = ana.page.get_by_role("dialog", name="Transfer")
        network = transfer.get_by_role("button", name=re.compile("^Network"))
        await expect(network).to_contain_text("1 available")
        await network.click()
        await expect(my_sessions(ana).get_by_text("Max Muster")).to_have_count(0)
        # Ana is not of that team.
        await expect(ana.page.get_by_role("region", name="Queue")).not_to_contain_text("Max Muster")
        queue = nia.page.get_by_role("region", name="Queue")
        await expect(queue.get_by_role("listitem")).to_contain_text("Max Muster")
        await queue.get_by_role("button", name="Accept").click()
        await customer.reads("Nia is here for you.")
        await nia.reads("It is about the network.")
        await nia.say("Let me see.")
        await customer.reads("Let me see.")
        assert [*customer.faults, *ana.faults, *nia.faults] == []


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
        # Between the two of them, while the customer reads along.
        await ben.page.keyboard.press("Alt+n")
        aside = ben.page.get_by_role("textbox", name="Private note", exact=True)
        await aside.fill("It is the third one this week.")
        await aside.press("Enter")
        await ana.reads("It is the third one this week.")
        await ben.press("Leave")
        await customer.reads("Ben has left.")
        await expect(my_sessions(ben).get_by_text("Max Muster")).to_have_count(0)
        await ana.say("Did it help?")
        await customer.reads("Did it help?")
        await expect(customer.page.get_by_role("log")).not_to_contain_text("third one")
        assert [*customer.faults, *ana.faults, *ben.faults] == []


async def test_a_session_returns_to_the_queue_and_a_colleague_goes_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        ana, ben = [await sign_in(browser, server.url, name) for name in ("ana", "ben")]
        customer = await visit(browser, server.url)
        await start(customer)
        queue = ben.page.get_by_role("region", name="Queue")
        waited = queue.get_by_role("timer")
        await expect(queue.get_by_role("listitem")).to_contain_text("Max Muster")
        await expect(queue.get_by_role("listitem")).to_contain_text("Computer")
        await expect(waited).not_to_have_text(await waited.inner_text())
        theirs = ana.page.get_by_role("region", name="Queue")
        await expect(theirs.get_by_role("listitem")).to_contain_text("Max Muster")
        await ana.page.keyboard.press("Alt+a")
        await customer.reads("Ana is here for you.")
        await see_the_other_write(customer, ana)
        await push_a_link(customer, ana)
        await ana.press("Transfer")
        transfer = ana.page.get_by_role("dialog", name="Transfer")
        # Nobody is there of that team.
        await expect(transfer.get_by_role("button", name=re.compile("^Network"))).to_be_disabled()
        await ana.page.keyboard.press("Escape")
        await expect(transfer).to_have_count(0)
        await ana.press("Return to queue")
        dialog = ana.page.get_by_role("dialog", name="Return this session to the queue?")
        await dialog.get_by_role("button", name="Return to queue").click()
        await customer.reads("You are back in the queue; your place is kept.")
        await expect(my_sessions(ana).get_by_text("Max Muster")).to_have_count(0)
        await queue.get_by_role("button", name="Accept").click()
        await customer.reads("Ben is here for you.")
        await ben.reads("It is about the network.")
        # Who is lost is said to be, and since when.
        await customer.page.close()
        await expect(ben.page.get_by_role("region", name="Conversation")).to_contain_text(
            re.compile(r"Away since \d+:\d\d")
        )
        assert [*customer.faults, *ana.faults, *ben.faults] == []


async def see_the_other_write(customer: Person, ana: Person) -> None:
    """Write from both ends, each reading that the other does, and send the customer's words."""
    message = customer.page.get_by_role("textbox", name="Message", exact=True)
    own = ana.page.get_by_role("textbox", name="Message", exact=True)
    # Who writes is told to those who are there, and to nobody who comes a moment later.
    await expect(own).to_be_visible()
    await ana.watch_for("Max Muster is writing…")
    await message.press_sequentially("It is")
    await ana.noticed()
    await customer.say("It is about the network.")
    await ana.reads("It is about the network.")
    await customer.watch_for("Ana is writing…")
    await own.press_sequentially("I see")
    await customer.noticed()
    await own.fill("")


async def push_a_link(customer: Person, ana: Person) -> None:
    """Send the customer a button that opens an address."""
    await ana.page.keyboard.press("Alt+k")
    dialog = ana.page.get_by_role("dialog", name="Send a link")
    await dialog.get_by_role("textbox", name="Web address").fill("https://example.org/paper")
    await dialog.get_by_role("textbox", name="Words on the button").fill("How to fill in paper")
    await dialog.get_by_role("button", name="Send").click()
    link = customer.page.get_by_role("log").get_by_role("link", name="How to fill in paper")
    await expect(link).to_have_attribute("href", "https://example.org/paper")
