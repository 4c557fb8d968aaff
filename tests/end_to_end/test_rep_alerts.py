"""A rep is called by sound, title and notification, also while they look at something else."""

import asyncio
import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Page, expect

from protocol import requests as r
from tests.customer_client.screen.screens import xvfb
from tests.end_to_end.browsers import chromium, sign_in, sign_in_on
from tests.end_to_end.hidden_tab import Chromium, PlainPage, plain_chromium
from tests.end_to_end.serving import (
    Server,
    ask,
    available_rep,
    begin,
    is_open,
    linked,
    make_available,
    open_session,
    serving,
)

SHOWN = "navigator.serviceWorker.getRegistration('/assets/console/').then(it => it"
TAGS = f"{SHOWN}?.getNotifications()).then(all => (all ?? []).map(each => each.tag))"

TITLE = "[document.title]"

COUNTED = """
globalThis.notes = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
    globalThis.notes += 1;
    return start.apply(this, when);
};
"""
"""Counts the notes that a page plays."""

NOTES = "[String(notes)]"
SWITCHED_ON = "[String(document.querySelector('[role=switch]')?.checked)]"
KEPT_BACK = "The browser keeps sounds back until you click."
HINTS = "[...document.querySelectorAll('.hint')].map(each => each.firstChild.nextSibling.data)"
PRESSED = """async (tag) => {
    const all = await registration.getNotifications();
    const notification = all.find((each) => each.tag.startsWith(tag));
    dispatchEvent(new NotificationEvent('notificationclick', { notification }));
}"""
"""What a worker hears when somebody presses a notification, which lies outside of every page."""

BUTTONS = "[...document.querySelectorAll('button')].map(each => each.innerText)"


async def test_a_rep_is_called_by_sound_title_and_notification_until_somebody_accepts(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url, permissions=["notifications"])
        page = rep.page
        await page.get_by_role("link", name="Settings").click()
        await page.get_by_role("button", name="Test alert").click()
        await expect_soon(page, TAGS, lambda found: "test" in found)
        other = await page.context.new_page()
        await other.add_init_script(COUNTED)
        await other.goto(f"{server.url}/console")
        await expect(other.get_by_role("switch", name="Available")).to_be_checked()
        # Somebody else's window is in front.
        await page.evaluate("document.hasFocus = () => false")
        async with linked(server) as customer:
            await customer.until(is_open)
            session = await open_session(customer, name="Max Muster")
            await expect(page).to_have_title(re.compile("^1 waiting · "))
            await expect_soon(page, TAGS, lambda found: f"queue {session}" in found)
            # Of a rep's windows one rings, and another when that is closed.
            await expect(other).to_have_title(re.compile("^1 waiting · "))
            assert await other.evaluate("notes") == 0
            await page.close()
            await expect_soon(other, NOTES, lambda found: int(found[0]) > 0)
            await accept(server, session)
            await expect(other).not_to_have_title(re.compile("waiting"))
            await expect_soon(other, TAGS, lambda found: f"queue {session}" not in found)
        assert rep.faults == []


async def test_a_rep_whose_tab_is_hidden_is_called_again_and_again_until_somebody_accepts(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        display = stack.enter_context(xvfb(1300, 900))
        server = await stack.enter_async_context(serving(tmp_path))
        browser = await stack.enter_async_context(plain_chromium(tmp_path, display))
        page = await hidden_console(browser, server)
        async with linked(server) as customer:
            await customer.until(is_open)
            session = await open_session(customer, name="Max Muster")
            await is_called(page, f"queue {session}", times=3)
            await expect_soon(page, TITLE, lambda found: found[0].startswith("1 waiting · "))
            await accept(server, session)
            await expect_soon(page, TAGS, lambda found: f"queue {session}" not in found)
            await expect_soon(page, TITLE, lambda found: "waiting" not in found[0])
            await ask(customer, r.End, session)
        # A line of a customer one serves calls, too.
        async with linked(server, "ana") as ana, linked(server) as customer:
            session = await begin(customer, ana, name="Erika Beispiel")
            await ask(customer, r.Say, session, text="Are you there?")
            await expect_soon(page, TITLE, lambda found: found[0].startswith("(1) "))
            found = lambda tags: any(f"line {session}" in tag for tag in tags)  # noqa: E731
            await expect_soon(page, TAGS, found)
        assert await page.evaluate("document.visibilityState") == "hidden"


async def test_a_rep_whose_browser_keeps_sounds_back_reads_so_until_they_turn_them_on(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        display = stack.enter_context(xvfb(1300, 900))
        server = await stack.enter_async_context(serving(tmp_path))
        browser = await stack.enter_async_context(plain_chromium(tmp_path, display))
        async with browser.driven() as driven:
            await sign_in_on(driven, server.url)
            async with linked(server, "ben") as ben:
                await available_rep(ben, "Ana")
            # Of a rep's windows one rings.
            await driven.goto("about:blank")
        page = await browser.open(f"{server.url}/console")
        await page.evaluate(COUNTED)
        await expect_soon(page, SWITCHED_ON, lambda found: found == ["true"])
        async with linked(server) as customer:
            await customer.until(is_open)
            await open_session(customer, name="Max Muster")
            await expect_soon(page, HINTS, lambda found: KEPT_BACK in found)
            assert await page.evaluate("notes") == 0
            await page.click("Turn on sounds")
            await expect_soon(page, HINTS, lambda found: KEPT_BACK not in found)
            await page.click("Settings")
            await expect_soon(page, BUTTONS, lambda found: "Test alert" in found)
            await page.click("Test alert")
            await expect_soon(page, NOTES, lambda found: int(found[0]) > 0)


async def test_a_notification_that_is_pressed_turns_the_console_to_its_session(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        server, browser = await enter(serving(tmp_path)), await enter(chromium())
        ana, max_, erika = [await enter(linked(server, who)) for who in ("ana", "", "")]
        rep = await sign_in(browser, server.url, permissions=["notifications"])
        page = rep.page
        session = await begin(max_, ana, name="Max Muster")
        await begin(erika, ana, name="Erika Beispiel")
        await page.get_by_role("button", name=re.compile("Erika Beispiel")).first.click()
        heading = page.get_by_role("region", name="Conversation").get_by_role("heading", level=2)
        await expect(heading).to_have_text("Erika Beispiel")
        await page.get_by_role("link", name="History").click()
        await page.evaluate("document.hasFocus = () => false")
        await ask(max_, r.Say, session, text="Are you there?")
        await expect_soon(page, TAGS, lambda found: any(f"line {session}" in tag for tag in found))
        [worker] = page.context.service_workers
        await worker.evaluate(PRESSED, f"line {session}")
        await expect(heading).to_have_text("Max Muster")
        await expect_soon(page, TAGS, lambda found: not found)
        assert rep.faults == []


async def hidden_console(browser: Chromium, server: Server) -> PlainPage:
    """Let Ana sign in, wish to be called every 10 seconds, and turn to another tab."""
    grant, leave = "Browser.grantPermissions", ["notifications"]
    await browser.command(grant, permissions=leave, origin=server.url)
    async with browser.driven() as driven:
        await driven.add_init_script(COUNTED)
        rep = await sign_in_on(driven, server.url)
        await driven.get_by_role("link", name="Settings").click()
        await driven.get_by_role("combobox", name="Ring again").select_option("10")
        assert rep.faults == []
    page = await browser.hide(f"{server.url}/console")
    await expect_soon(page, "[document.visibilityState]", lambda found: found == ["hidden"])
    return page


async def is_called(page: PlainPage, tag: str, *, times: int) -> None:
    """Wait until the rep has been notified of `tag`, and called by sound so many `times`."""
    await expect_soon(page, TAGS, lambda found: tag in found)
    tune = 3
    await expect_soon(page, NOTES, lambda found: int(found[0]) >= times * tune)


async def accept(server: Server, session: str) -> None:
    """Let a colleague accept it."""
    async with linked(server, "ben") as ben:
        await make_available(ben)
        await ask(ben, r.Accept, session)


async def expect_soon(
    page: Page | PlainPage, script: str, holds: Callable[[list[str]], bool]
) -> None:
    """Evaluate `script` in the page until `holds` says yes of its result."""
    async with asyncio.timeout(60):
        while not holds(await page.evaluate(script)):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
