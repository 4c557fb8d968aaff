"""A customer asks for a rep by name, at real pages."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.serving import Server

NARROW: dict[str, Any] = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[tuple[Server, Browser]]:
    """A broker whose customers may name a rep, and a browser."""
    server = Server(tmp_path)
    await server.set_site(tmp_path, choose_rep=True, rules={"recording_asked": False})
    await server.start()
    try:
        async with chromium() as browser:
            yield server, browser
    finally:
        await server.kill()
        server.close()


async def ask_for(browser: Browser, server: Server, name: str) -> Person:
    """Come to the page and ask for `name`."""
    context = await browser.new_context(locale="en-GB", **NARROW)
    customer = Person(await context.new_page())
    page = customer.page
    await page.goto(server.url + "/")
    what = page.get_by_role("combobox", name="What do you need help with?")
    await what.select_option(label="Printer")
    await page.get_by_role("combobox", name="Ask for someone").select_option(label=name)
    await assert_accessible(page, "the start form with a choice of reps")
    for button in ("Start chat", "Accept"):
        await customer.press(button)
    return customer


async def test_a_customer_waits_for_the_rep_they_asked_for(
    asking: tuple[Server, Browser],
) -> None:
    server, browser = asking
    ana = await sign_in(browser, server.url)
    customer = await ask_for(browser, server, "Ana")
    page = customer.page
    await expect(page.get_by_text("We are asking Ana for you.")).to_be_visible()
    await expect(page.get_by_role("timer")).to_have_text(re.compile(r"^1:\d\d$"))
    await assert_accessible(page, "waiting for one rep")
    await ana.press("Accept")
    await expect(page.get_by_text("Ana is here for you.")).to_be_visible()
    assert customer.faults == []


async def test_who_is_busy_is_said_to_be_and_what_can_be_done(
    asking: tuple[Server, Browser],
) -> None:
    server, browser = asking
    ana = await sign_in(browser, server.url)
    customer = await ask_for(browser, server, "Ana")
    page = customer.page
    await expect(page.get_by_role("timer")).to_be_visible()
    await ana.press("Decline")
    await expect(page.get_by_text("Everybody is busy at the moment.")).to_be_visible()
    await expect(page.get_by_text("You can try again")).to_be_visible()
    await assert_accessible(page, "the rep who was asked for is busy")
    await customer.press("Start chat")
    await expect(page.get_by_role("combobox", name="Ask for someone")).to_be_visible()
    assert customer.faults == []
