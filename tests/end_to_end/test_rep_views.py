"""The console's other views: what was, what is kept ready, codes, settings; each one accessible."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from protocol import requests as r
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.serving import (
    Server,
    ask,
    begin,
    is_open,
    linked,
    make_available,
    open_session,
    serving,
    spoken,
)
from tests.waiting import until


async def turn_to(page: Page, view: str) -> None:
    """Follow the navigation to `view`."""
    await page.get_by_role("navigation").get_by_role("link", name=view).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(view)


async def past(server: Server, name: str, words: str) -> None:
    """Live through a session of Ana's with a customer called `name` who says `words`."""
    async with linked(server, "ana") as ana, linked(server) as customer:
        session = await begin(customer, ana, name=name)
        await ask(customer, r.Say, session, text=words)
        await ask(ana, r.End, session)


async def test_an_ended_session_is_found_by_its_words_read_and_deleted(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        await past(server, "Max Muster", "The fan is very loud.")
        await past(server, "Erika Beispiel", "Only half of each page.")
        lead = await sign_in(browser, server.url, "lea")
        page = lead.page
        await turn_to(page, "History")
        found = page.get_by_role("region", name="Ended sessions").get_by_role("listitem")
        await expect(found).to_have_count(2)
        await page.get_by_role("textbox", name="Search").fill("lou")
        await expect(found).to_have_count(1)
        await found.get_by_role("link").click()
        await lead.reads("The fan is very loud.")
        await assert_accessible(page, "history")
        await lead.press("Delete all words")
        await page.get_by_role("dialog").get_by_role("button", name="Delete all words").click()
        await expect(page.get_by_role("log")).not_to_contain_text("loud")
        await page.go_back()
        await expect(page.get_by_text("Choose a session to read it.")).to_be_visible()
        await page.get_by_role("textbox", name="Search").fill("lou")
        await expect(page.get_by_text("Nothing found.")).to_be_visible()
        assert lead.faults == []


async def test_a_rep_writes_a_canned_message_of_their_own_and_uses_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        page = rep.page
        await turn_to(page, "Canned messages")
        await assert_accessible(page, "canned messages")
        await page.get_by_role("link", name="Greeting").click()
        await expect(page.get_by_text("Only a lead can change this one.")).to_be_visible()
        await rep.press("New canned message")
        await page.get_by_role("textbox", name="Title").fill("Coffee")
        await page.get_by_role("textbox", name="Shortcut").fill("coffee")
        await page.get_by_role("textbox", name="Text (EN)").fill("Dear {customer}, one coffee.")
        await assert_accessible(page, "a canned message")
        await rep.press("Save")
        await expect(page.get_by_role("link", name="Coffee")).to_be_visible()
        async with linked(server, "ana") as ana, linked(server) as customer:
            session = await begin(customer, ana, name="Max")
            await turn_to(page, "Sessions")
            await page.keyboard.press("Alt+1")
            message = page.get_by_role("textbox", name="Message", exact=True)
            await message.press_sequentially("/coffee")
            await message.press("Enter")
            await message.press("Enter")
            await until(lambda: spoken(customer, session) == ["Dear Max, one coffee."])
        assert rep.faults == []


async def test_every_view_is_accessible_also_with_people_in_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser, linked(server, "ana") as ana:
        await make_available(ana)
        async with linked(server) as customer, linked(server) as waiting:
            session = await begin(customer, ana, name="Max Muster")
            await ask(customer, r.Say, session, text="Hello?")
            await waiting.until(is_open)
            await open_session(waiting, name="Erika Beispiel")
            rep = await sign_in(browser, server.url)
            await look_around(rep)
            assert rep.faults == []


async def look_around(rep: Person) -> None:
    """Let axe see every view, dialog and state that a rep comes by in a day."""
    page = rep.page
    await expect(page.get_by_role("region", name="Queue")).to_contain_text("Erika")
    await assert_accessible(page, "sessions, none open")
    await page.keyboard.press("Alt+1")
    await assert_accessible(page, "sessions")
    await page.get_by_role("switch", name="Private note").click()
    await assert_accessible(page, "a private note")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox", name="Command")).to_be_focused()
    await assert_accessible(page, "the palette")
    await page.keyboard.press("Escape")
    await rep.press("End session")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await assert_accessible(page, "a confirmation")
    await page.keyboard.press("Escape")
    await turn_to(page, "Session codes")
    await rep.press("Make a session code")
    await expect(page.get_by_text(re.compile(r"^\d{3} \d{3} \d{3}$"))).to_be_visible()
    await assert_accessible(page, "session codes")
    await turn_to(page, "Settings")
    await assert_accessible(page, "settings")
