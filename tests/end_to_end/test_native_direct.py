"""The window of the native client while its picture goes directly to the rep."""

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.browsers import PATIENCE_MS, chromium, sign_in
from tests.end_to_end.faulty_line import byte_line
from tests.end_to_end.native_window import AGAIN_SECONDS, desktop, native_window
from tests.end_to_end.serving import Server
from tests.end_to_end.test_native_client import agree, start
from tests.waiting import LIMIT_SECONDS

FAR_SECONDS = 0.04
"""One way to the relay; the two people are on one machine."""


async def test_a_customer_confirms_in_the_window_that_nobody_is_in_between(tmp_path: Path) -> None:
    server = Server(tmp_path)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(byte_line(server.port + 1))
        line.delay_seconds = FAR_SECONDS
        server.set(DESKSIDE_RELAY_URL=line.url.replace("http", "ws"))
        await server.set_site(tmp_path, direct="on", rules={"recording_asked": False})
        await server.start()
        stack.callback(server.close)
        stack.push_async_callback(server.stop)
        display = stack.enter_context(desktop())
        rep = await sign_in(await stack.enter_async_context(chromium()), server.url)
        window = await stack.enter_async_context(
            native_window(display, "--broker", server.url, "--look", "light")
        )
        await start(window)
        await window.is_about("Before we begin")
        await agree(window)
        await rep.press("Accept")
        await window.is_about("Ana")
        await rep.press("Request screen")
        await window.is_about("Ana asks for your permission")
        await window.press("shift+Tab", "space")
        # The window counts what is left of the permission, so that there is always a picture to send.
        page = rep.page
        # Both ends leave a path on which a slow machine says nothing for a moment, and come back after ever longer.
        directly = page.get_by_text("The picture comes directly from the customer.")
        await expect(directly).to_be_visible(timeout=4 * PATIENCE_MS)
        window.picture(tmp_path / "direct.png")
        await rep.press("It is the same")
        await expect(page.get_by_text("The customer has not confirmed it yet.")).to_be_visible()
        verified = page.get_by_text("Verified: nobody is in between.")
        async with asyncio.timeout(3 * LIMIT_SECONDS):
            while not await verified.is_visible():
                # From the message round: emoji, file, end, menu, and the button beside the code, or the
                # message again where the code is not shown yet.
                await window.press("Tab", "Tab", "Tab", "Tab", "Tab", "space")
                with suppress(AssertionError):
                    await expect(verified).to_be_visible(timeout=1000 * AGAIN_SECONDS)
        assert not rep.faults, rep.faults
