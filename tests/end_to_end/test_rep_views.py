"""The console's other views: what was, what is kept ready, codes, settings; each one accessible."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from protocol import requests as r
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import chromium, sign_in, visit
from tests.end_to_end.console_tour import busy_day, portrait, tour
from tests.end_to_end.serving import (
    Server,
    ask,
    begin,
    linked,
    serving,
    spoken,
)
from tests.end_to_end.words import Words
from tests.waiting import until

TOO_WIDE = """() => {
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    return [document.documentElement, ...document.querySelectorAll("body *")]
        .filter((each) => each.scrollWidth > each.clientWidth + 1)
        .filter((each) => each === document.documentElement || scrolls(each))
        .map((each) => `${each.tagName} ${each.className}`);
}"""
"""Whatever has to be scrolled sideways to be read, the page itself first."""

SHOWN_AT = """(selector, right) => {
    const shown = document.querySelector(selector);
    const [width, height] = [shown.naturalWidth ?? shown.width, shown.naturalHeight ?? shown.height];
    const canvas = new OffscreenCanvas(width || 1, height || 1).getContext("2d");
    canvas.drawImage(shown, 0, 0);
    return [...canvas.getImageData(right * width, height / 2, 1, 1).data];
}"""
"""The colour that a picture has in the middle of its height, so far to the right."""


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
        reps = page.get_by_role("combobox", name="Rep")
        await reps.select_option(label="Only mine")
        await expect(found).to_have_count(0)
        await reps.select_option(label="Ana")
        await expect(found).to_have_count(2)
        issues = page.get_by_role("combobox", name="Issue")
        await issues.select_option(label="Printer")
        await expect(found).to_have_count(0)
        await issues.select_option(label="Computer")
        await expect(found).to_have_count(2)
        await page.get_by_role("combobox", name="Time").select_option(label="Last day")
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
            mine = page.get_by_role("region", name="My sessions").get_by_role("listitem")
            await expect(mine).to_contain_text("Max")
            await page.keyboard.press("Alt+1")
            message = page.get_by_role("textbox", name="Message", exact=True)
            await message.press_sequentially("/coffee")
            await expect(page.get_by_role("option", selected=True)).to_contain_text("Coffee")
            await message.press("Enter")
            await expect(message).to_have_value("Dear Max, one coffee.")
            await message.press("Enter")
            await until(lambda: spoken(customer, session) == ["Dear Max, one coffee."])
        assert rep.faults == []


async def test_a_canned_message_is_said_in_the_customers_language(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        page = rep.page
        customer = await visit(browser, server.url, locale="de-DE")
        await customer.page.get_by_role("combobox").first.select_option(label="Computer")
        await customer.page.get_by_role("textbox", name="Ihr Name").fill("Erika")
        for button in ("Chat starten", "Annehmen", "Aufzeichnung erlauben"):
            await customer.press(button)
        queue = page.get_by_role("region", name="Queue")
        await queue.get_by_role("button", name="Accept").click()
        message = page.get_by_role("textbox", name="Message", exact=True)
        await message.press_sequentially("/hello")
        await expect(page.get_by_role("option", selected=True)).to_be_visible()
        await message.press("Enter")
        await expect(message).to_have_value(re.compile("^Guten Tag, Erika"))
        await message.press("Enter")
        await customer.reads(
            "Guten Tag, Erika, mein Name ist Ana. Sie schreiben uns zum Thema „Computer“. "
            "Wie kann ich Ihnen helfen?"
        )
        assert rep.faults == customer.faults == []


async def test_what_is_known_of_a_customer_stands_beside_the_conversation(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url, locale="de-DE")
        page = customer.page
        await page.get_by_role("combobox").select_option(label="Computer")
        await page.get_by_role("textbox", name="Ihr Name").fill("Max Muster")
        for name in ("Chat starten", "Annehmen", "Aufzeichnung erlauben"):
            await customer.press(name)
        await rep.press("Accept")
        known = rep.page.get_by_role("complementary", name="Customer")
        for row in (
            r"Name\s*Max Muster",
            r"Language\s*German",
            r"Browser\s*(Chrome|Chromium), Linux",
            rf"Page\s*{re.escape(server.url)}/",
            r"Agreement\s*Accepted, ",
            r"Recording\s*Allowed",
        ):
            await expect(known).to_contain_text(re.compile(row))
        assert [*rep.faults, *customer.faults] == []


@pytest.mark.parametrize("part", ["sessions", "lists", "own"])
async def test_every_view_and_dialog_is_accessible_light_and_dark(
    tmp_path: Path, part: str
) -> None:
    async with serving(tmp_path) as server, chromium() as browser, busy_day(server) as scene:
        lead = await sign_in(browser, server.url, "lea")
        async for screen in tour(lead.page, scene, Words(), [part]):
            await assert_accessible(lead.page, screen)
        assert lead.faults == []


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "it"])
async def test_nothing_is_scrolled_sideways_in_any_language(tmp_path: Path, language: str) -> None:
    async with serving(tmp_path) as server, chromium() as browser, busy_day(server) as scene:
        lead = await sign_in(browser, server.url, "lea")
        too_wide = [
            f"{screen}: {found}"
            async for screen in tour(lead.page, scene, Words(language))
            if (found := await lead.page.evaluate(TOO_WIDE))
        ]
        assert too_wide == []
        assert lead.faults == []


async def test_a_photo_is_cropped_by_pointer_keys_and_slider(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        page = rep.page
        await turn_to(page, "Settings")
        await page.locator("input[type=file]").set_input_files(
            {"name": "me.png", "mimeType": "image/png", "buffer": portrait()}
        )
        preview = page.get_by_role("img", name="Preview; move it with the arrow keys")
        # What is not there yet cannot be moved.
        await expect(page.get_by_role("button", name="Use this photo")).to_be_enabled()
        # Its middle shows half of either side; drawn to the left, only what is right.
        await preview.hover()
        await page.mouse.down()
        box = await preview.bounding_box()
        assert box
        await page.mouse.move(box["x"] + 4, box["y"] + 9, steps=5)
        await page.mouse.up()
        await rep.sees(f"({SHOWN_AT})('canvas.photo-crop', 0.02)[2] > 120")
        await preview.focus()
        for _ in range(25):
            await page.keyboard.press("ArrowLeft")
        await rep.sees(f"({SHOWN_AT})('canvas.photo-crop', 0.02)[0] > 150")
        await page.get_by_role("slider", name="Nearer").focus()
        await page.keyboard.press("End")
        await rep.press("Use this photo")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("img", name="Your photo")).to_be_visible()
        await rep.sees(f"({SHOWN_AT})('img.photo', 0.9)[0] > 150")
        await rep.press("Remove photo")
        await expect(page.get_by_role("img", name="Your photo")).to_have_count(0)
        # There is none any more, which the browser notes.
        assert [fault for fault in rep.faults if "404" not in fault] == []
