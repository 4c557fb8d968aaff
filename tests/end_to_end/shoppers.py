"""People at a shop's page with the chat button on it, and the rep behind it.

The browser is a Chromium that keeps no third party's cookies, unless a test wants another.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, async_playwright

from tests.end_to_end.browsers import ARGUMENTS, CHROMIUM, Person, sign_in, start
from tests.end_to_end.serving import Server
from tests.end_to_end.shops import RESOLVED, Sites, two_sites

BLOCKING = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
"""Chromium's own setting, as its settings page writes it."""

ALLOWING = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}

FRAME = "deskside-chat iframe"
LAUNCHER = "deskside-chat .launcher"


@asynccontextmanager
async def profile(
    folder: Path, blocking: bool = True, arguments: Sequence[str] = (), **options: Any
) -> AsyncIterator[BrowserContext]:
    """A Chromium with a profile of its own, which blocks third-party cookies."""
    preferences = folder / "profile/Default/Preferences"
    preferences.parent.mkdir(parents=True, exist_ok=True)
    preferences.write_text(json.dumps(BLOCKING if blocking else ALLOWING))
    options = {"viewport": {"width": 1100, "height": 800}, **options}
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, RESOLVED, *arguments],
            ignore_https_errors=True,
            **options,
        )
        try:
            yield context
        finally:
            await context.close()


@asynccontextmanager
async def in_the_shop(
    folder: Path,
    *,
    site: Mapping[str, Any] = {},
    settings: Mapping[str, str] = {},
    **options: Any,
) -> AsyncIterator[tuple[Server, Sites, Person]]:
    """A customer at the shop's page; `site` and `settings` are what the desk has otherwise than the demo."""
    async with (
        two_sites(folder, site, **settings) as (server, sites),
        profile(folder, **options) as context,
    ):
        page = context.pages[0]
        customer = Person(page, page.frame_locator(FRAME))
        await page.goto(sites.shop)
        yield server, sites, customer


@asynccontextmanager
async def at_the_console(server: Server) -> AsyncIterator[Person]:
    """A rep who is available, in a browser of their own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, RESOLVED]
        )
        try:
            yield await sign_in(browser, server.url, ignore_https_errors=True)
        finally:
            await browser.close()


def button(customer: Person, name: str = "Chat with us") -> Any:
    """The chat button, by what it says."""
    return customer.page.get_by_role("button", name=name, exact=True)


async def talk(customer: Person, rep: Person) -> None:
    """Bring the two together through the button."""
    await button(customer).click()
    await start(customer)
    await rep.press("Accept")
    await rep.say("Hello, shop!")
    await customer.reads("Hello, shop!")
