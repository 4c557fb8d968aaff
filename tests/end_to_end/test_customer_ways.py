"""Whole ways through the customer's page, and what may come in between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.faulty_line import byte_line
from tests.end_to_end.serving import Server
from tests.end_to_end.words import Words

TELEPHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


@asynccontextmanager
async def behind_a_line(folder: Path) -> AsyncIterator[tuple[Server, Any, Browser]]:
    """A broker at the far end of a line that can be made bad, and a browser."""
    server = Server(folder)
    async with byte_line(server.port) as line, chromium() as browser:
        server.set(DESKSIDE_URL=line.url)
        await server.start()
        try:
            yield server, line, browser
        finally:
            await server.kill()
            server.close()


async def opened(browser: Browser, url: str, language: str, **size: Any) -> Person:
    """Open the page as somebody whose browser speaks `language`."""
    context = await browser.new_context(locale=language, **size)
    customer = Person(await context.new_page())
    await customer.page.goto(url + "/")
    return customer


async def reopened(customer: Person) -> Person:
    """Close the page and open it again, in the same browser."""
    page, url = await customer.page.context.new_page(), customer.page.url
    await customer.page.close()
    again = Person(page)
    again.faults = customer.faults
    await page.goto(url)
    return again


async def come_in(customer: Person, words: Words, issue: str) -> None:
    """From the first screen into the queue."""
    page = customer.page
    what = page.get_by_role("combobox", name=words["What do you need help with?"])
    await what.select_option(label=issue)
    await page.get_by_role("textbox", name=words["Your name"]).fill("Erika Muster")
    await page.get_by_role("textbox", name=words["E-mail"]).fill("erika@example.org")
    for button in ("Start chat", "Accept", "Allow recording"):
        await customer.press(words[button])
    await expect(page.get_by_role("status", name=words["Queue"])).to_be_visible()


async def write(customer: Person, words: Words, text: str) -> None:
    """Write `text` and send it."""
    message = customer.page.get_by_role("textbox", name=words["Message"], exact=True)
    await message.fill(text)
    await customer.press(words["Send"])


async def part(customer: Person, words: Words) -> None:
    """End the chat, and answer the survey."""
    page = customer.page
    await customer.press(words["End chat"])
    await page.get_by_role("dialog").get_by_role("button", name=words["End chat"]).click()
    survey = page.get_by_role("dialog", name=words["Exit survey"])
    await survey.get_by_role("radio", name="5").check(force=True)
    await survey.get_by_role("button", name=words["Submit"]).click()
    await expect(page.get_by_text(words["Thank you for your answer."])).to_be_visible()
    await expect(page.get_by_role("button", name=words["Start chat"])).to_be_visible()


@pytest.mark.parametrize(
    ("language", "size", "issue", "bad"),
    [("de", TELEPHONE, "Drucker", True), ("en", DESKTOP, "Printer", False)],
    ids=["in German, on a telephone, on a bad line", "in English, on a desktop"],
)
async def test_the_whole_way(
    tmp_path: Path, language: str, size: dict[str, Any], issue: str, bad: bool
) -> None:
    words = Words(language)
    async with behind_a_line(tmp_path) as (server, line, browser):
        rep = await sign_in(browser, server.url)
        customer = await opened(browser, line.url, language, **size)
        await expect(customer.page.locator("html")).to_have_attribute("lang", language)
        line.split, line.delay_seconds = bad, 0.05 if bad else 0.0
        line.cut()
        await come_in(customer, words, issue)
        if bad:
            line.cut()
        await rep.press("Accept")
        await write(customer, words, "Es druckt nicht – 🖨️!")
        await rep.reads("Es druckt nicht – 🖨️!")
        if bad:
            line.cut()
        await rep.say("Ist er an?")
        await customer.reads("Ist er an?")
        assert await customer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await part(customer, words)
        await expect(rep.page.get_by_role("log")).to_contain_text("Rated 5 of 5.")
        assert [*customer.faults, *rep.faults] == []


async def test_a_page_closed_while_waiting_and_while_talking_comes_back_to_where_it_was(
    tmp_path: Path,
) -> None:
    words = Words("fr")
    async with behind_a_line(tmp_path) as (server, line, browser):
        rep = await sign_in(browser, server.url)
        customer = await opened(browser, line.url, "fr", **TELEPHONE)
        await come_in(customer, words, "Imprimante")
        customer = await reopened(customer)
        queue = customer.page.get_by_role("status", name=words["Queue"])
        await expect(queue).to_contain_text("1")
        await server.restart()
        await expect(queue).to_contain_text("1")
        await rep.press("Accept")
        await write(customer, words, "Bonjour")
        await rep.reads("Bonjour")
        await server.kill()
        await write(customer, words, "Vous êtes là ?")
        await customer.keeps("Vous êtes là ?")
        customer = await reopened_after(customer, server)
        await customer.reads("Bonjour")
        await customer.reads("Vous êtes là ?")
        await rep.reads("Vous êtes là ?")
        assert await customer.lines("Bonjour", "Vous êtes là ?") == ["Bonjour", "Vous êtes là ?"]
        await part(customer, words)


async def reopened_after(customer: Person, server: Server) -> Person:
    """Close the page while the broker is away, and open it when it is back."""
    page = await customer.page.context.new_page()
    url = customer.page.url
    await customer.page.close()
    await server.start()
    await page.goto(url)
    return Person(page)


async def test_a_page_that_slept_comes_back_by_itself(tmp_path: Path) -> None:
    words = Words()
    async with behind_a_line(tmp_path) as (server, line, browser):
        rep = await sign_in(browser, server.url)
        customer = await opened(browser, line.url, "en", **DESKTOP)
        await come_in(customer, words, "Computer")
        await rep.press("Accept")
        await customer.reads("Ana is here for you.")
        tools = await customer.page.context.new_cdp_session(customer.page)
        # A laptop's lid: the page stands still, and its line dies without a word.
        await tools.send("Page.setWebLifecycleState", {"state": "frozen"})
        line.silent = True
        line.cut()
        await rep.say("Are you still there?")
        line.silent = False
        await tools.send("Page.setWebLifecycleState", {"state": "active"})
        await customer.reads("Are you still there?")
        await write(customer, words, "I am back.")
        await rep.reads("I am back.")
        assert [*customer.faults, *rep.faults] == []
