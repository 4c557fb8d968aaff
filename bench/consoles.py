"""A rep's console in Chromium, opened with the cookie of somebody who is signed in already."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

from bench.load import Person, Server
from broker.gate import COOKIE

CHROMIUM = "/usr/bin/chromium"
DESK = {"width": 1440, "height": 900}


@asynccontextmanager
async def console(server: Server, rep: Person, script: str = "") -> AsyncIterator[Page]:
    """The console of `rep`, who takes sessions; `script` runs before the page does."""
    url = f"http://127.0.0.1:{server.port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            # A cookie that only https may set cannot be put into the browser on plain http.
            context = await browser.new_context(
                viewport=DESK,  # type: ignore[arg-type]
                locale="en-GB",
                extra_http_headers={"Cookie": f"{COOKIE}={rep.secret}"},
            )
            page = await context.new_page()
            await page.add_init_script(script)
            await page.goto(f"{url}/console")
            switch = page.get_by_role("switch", name="Available")
            await switch.wait_for()
            if not await switch.is_checked():
                await switch.click()
            yield page
        finally:
            await browser.close()
