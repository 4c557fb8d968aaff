"""People at real pages in Debian's Chromium, found as a screen reader would find things."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, FrameLocator, Page, async_playwright, expect

from tests.end_to_end.serving import PASSWORD, WITH_CODES, codes_now

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000

STILL = {"reduced_motion": "reduce"}
"""Nothing moves where it is not what is looked at: each frame is painted without a graphics card."""

WATCH = """words => {
    globalThis.hasShown = false;
    const look = () => {
        globalThis.hasShown ||= document.body.textContent.includes(words);
    };
    const changes = { subtree: true, childList: true, characterData: true };
    new MutationObserver(look).observe(document.body, changes);
}"""

expect.set_options(timeout=PATIENCE_MS)


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Browser]:
    """A Chromium that ends with the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, *arguments],
        )
        try:
            yield browser
        finally:
            await browser.close()


UNSENT = """async () => {
    const answer = (asked) => new Promise((done, fail) => {
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
    });
    const database = await answer(indexedDB.open("deskside"));
    const kept = await answer(database.transaction("requests").objectStore("requests").getAll());
    database.close();
    return kept.map(({ request }) => request.text);
}"""


class Person:
    """Somebody at a page, or at a frame in it. `faults` holds what the page complained about."""

    def __init__(self, page: Page, frame: FrameLocator | None = None) -> None:
        self.page = page
        self.at: Page | FrameLocator = frame or page
        self.faults: list[str] = []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        # A broker that is away is no fault of the page's; nor is that Chromium looks whether a frame may use
        # the camera before it chooses networks for a direct path.
        away = ("net::ERR_", "WebSocket connection", "status of 401", "status of 502")
        harmless = (*away, "Permissions policy violation: camera")
        if message.type == "error" and not any(word in message.text for word in harmless):
            self.faults.append(f"{message.text} ({message.location['url']})")

    async def press(self, name: str) -> None:
        """Press the button called `name`."""
        await self.at.get_by_role("button", name=name, exact=True).first.click(timeout=PATIENCE_MS)

    async def say(self, text: str) -> None:
        """Write `text` and send it."""
        await self.at.get_by_role("textbox", name="Message", exact=True).fill(text)
        await self.press("Send")

    async def reads(self, text: str) -> None:
        """Wait until `text` stands in the conversation, once."""
        log = self.at.get_by_role("log")
        await expect(log.get_by_text(text, exact=True)).to_have_count(1)

    async def watch_for(self, words: str) -> None:
        """Notice `words` from now on, also where they are shown for a moment only: see `noticed`."""
        await self.page.evaluate(WATCH, words)

    async def noticed(self) -> None:
        """Wait until what is watched for has been shown."""
        await self.sees("globalThis.hasShown")

    async def sees(self, what: str) -> None:
        """Wait until the expression `what` is true on the page, whose policy forbids to evaluate
        texts."""
        await self.page.evaluate(
            f"""new Promise((done, fail) => {{
                const end = Date.now() + {PATIENCE_MS};
                const look = () => {{
                    if ({what}) done();
                    else if (Date.now() > end) fail(new Error("it never came"));
                    else setTimeout(look, 20);
                }};
                look();
            }})"""
        )

    async def keeps(self, text: str) -> None:
        """Wait until what was said outlives this page, though it is not sent yet."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while text not in await self.page.evaluate(UNSENT):  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.05)

    async def lines(self, *among: str) -> list[str]:
        """Return those of the texts in `among` that the conversation shows, in its order."""
        shown = await self.at.get_by_role("log").inner_text()
        return sorted((text for text in among if text in shown), key=shown.index)


async def visit(browser: Browser, url: str, **context: Any) -> Person:
    """Open a customer's page in a browser profile of its own."""
    context = STILL | {"viewport": {"width": 420, "height": 800}} | context
    page = await (await browser.new_context(**context)).new_page()
    customer = Person(page)
    await page.goto(url + "/")
    return customer


async def sign_in(browser: Browser, url: str, name: str = "ana", **context: Any) -> Person:
    """Sign `name` in at the console, in a browser profile of its own; make reps available."""
    context = STILL | {"viewport": {"width": 1280, "height": 800}} | context
    page = await (await browser.new_context(**context)).new_page()
    return await sign_in_on(page, url, name)


async def sign_in_on(page: Page, url: str, name: str = "ana") -> Person:
    """Sign `name` in at the console on `page`; make reps available."""
    rep = Person(page)
    await page.goto(url + "/console")
    await page.get_by_role("textbox", name="User name").fill(name)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await rep.press("Sign in")
    if name in WITH_CODES:
        await show_code(rep)
        return rep
    switch = page.get_by_role("switch", name="Available")
    await expect(switch).to_be_visible()
    if not await switch.is_checked():
        await switch.click()
    return rep


async def show_code(person: Person) -> None:
    """Take the second step of signing in with the first code that has not been used yet."""
    box = person.page.get_by_role("textbox", name="One-time code")
    inside = person.page.get_by_role("button", name="Sign out")
    for code in codes_now():
        await box.fill(code)
        await person.press("Sign in")
        await expect(person.page.get_by_role("alert").or_(inside).first).to_be_visible()
        if await inside.is_visible():
            return
    raise AssertionError("no code was accepted")


async def begin(customer: Person, name: str = "Max Muster", issue: str = "Computer") -> None:
    """Fill in the first screen and press Start chat."""
    page = customer.at
    await page.get_by_role("combobox", name="What do you need help with?").select_option(
        label=issue
    )
    await page.get_by_role("textbox", name="Your name").fill(name)
    await customer.press("Start chat")


async def start(customer: Person, name: str = "Max Muster", issue: str = "Computer") -> None:
    """Start a session, accept the agreement and allow recording."""
    await begin(customer, name, issue)
    await customer.press("Accept")
    await customer.press("Allow recording")
    await expect(customer.at.get_by_role("status", name="Queue")).to_be_visible()


async def meet(customer: Person, rep: Person) -> None:
    """Bring the two together in a session."""
    await start(customer)
    await rep.press("Accept")
    await expect(rep.page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
