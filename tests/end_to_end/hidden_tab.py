"""A Chromium that nobody drives, so that its hidden tabs are hidden as a person's are.

A page that Playwright drives believes that somebody looks at it: as long as it is attached,
`document.visibilityState` is "visible" whatever lies in front, and whatever it asks of the page counts
as a click. So Playwright only opens a page and signs in here. Once it has let go, pages are looked at
through the browser's own protocol.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Page, async_playwright

from tests.end_to_end.browsers import ARGUMENTS, CHROMIUM
from tests.waiting import LIMIT_SECONDS

LISTENING = re.compile(rb"DevTools listening on (ws://\S+)")


class Chromium:
    """A running Chromium, told by its own protocol (CDP)."""

    def __init__(self, address: str, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.address = address
        self._socket = socket
        self._number = 0

    async def command(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Carry out one command, in a page where `session` names one; return its result."""
        self._number += 1
        number = self._number
        about = {"sessionId": session} if session else {}
        await self._socket.send_json({"id": number, "method": method, "params": params, **about})
        async with asyncio.timeout(LIMIT_SECONDS):
            while (said := await self._socket.receive_json()).get("id") != number:
                pass
        assert "error" not in said, f"{method}: {said['error']}"
        result: dict[str, Any] = said["result"]
        return result

    @asynccontextmanager
    async def driven(self) -> AsyncIterator[Page]:
        """A new page that Playwright drives until the block ends; it stays open then."""
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(self.address)
            yield await browser.contexts[0].new_page()

    async def hide(self, url: str) -> "PlainPage":
        """Open another tab before the page at `url`, and return that page."""
        target = await self._at(url)
        await self.command("Target.createTarget", url="about:blank")
        return await self._attached(target)

    async def open(self, url: str) -> "PlainPage":
        """Return a page at `url`, loaded, that nobody has touched."""
        made = await self.command("Target.createTarget", url=url)
        loaded = False
        async with asyncio.timeout(LIMIT_SECONDS):
            while not loaded:
                told = await self.command("Target.getTargetInfo", targetId=made["targetId"])
                title = told["targetInfo"]["title"]
                # Until it has one of its own, it is called by its address.
                loaded = bool(title) and "/" not in title and ":" not in title
        return await self._attached(made["targetId"])

    async def _at(self, url: str) -> str:
        targets = (await self.command("Target.getTargets"))["targetInfos"]
        (target,) = [each["targetId"] for each in targets if each["url"].startswith(url)]
        return str(target)

    async def _attached(self, target: str) -> "PlainPage":
        attached = await self.command("Target.attachToTarget", targetId=target, flatten=True)
        return PlainPage(self, attached["sessionId"])


class PlainPage:
    """A page that nobody drives."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session

    async def evaluate(self, script: str) -> Any:
        """Return what `script` comes to in the page."""
        told = await self._browser.command(
            "Runtime.evaluate",
            self._session,
            expression=script,
            awaitPromise=True,
            returnByValue=True,
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def click(self, name: str) -> None:
        """Click on the button or link called `name`, as a mouse does."""
        found = f"[...document.querySelectorAll('a, button')].find(it => it.innerText === '{name}')"
        box = f"{found}.getBoundingClientRect()"
        x, y = await self.evaluate(
            f"(box => [box.x + box.width / 2, box.y + box.height / 2])({box})"
        )
        where = {"x": x, "y": y, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            command = "Input.dispatchMouseEvent"
            await self._browser.command(command, self._session, type=kind, **where)


@asynccontextmanager
async def plain_chromium(folder: Path, display: str) -> AsyncIterator[Chromium]:
    """A Chromium with windows on `display`, and a profile of its own in `folder`."""
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *ARGUMENTS,
        "--remote-debugging-port=0",
        f"--user-data-dir={folder / 'profile'}",
        "about:blank",
        env={**os.environ, "DISPLAY": display},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr
        async with asyncio.timeout(LIMIT_SECONDS):
            while not (listening := LISTENING.search(await process.stderr.readline())):
                assert not process.stderr.at_eof(), "it ended before it listened"
        address = listening[1].decode()
        async with aiohttp.ClientSession() as http, http.ws_connect(address) as socket:
            yield Chromium(address, socket)
            await socket.send_json({"id": 0, "method": "Browser.close"})
            await process.stderr.read()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]
