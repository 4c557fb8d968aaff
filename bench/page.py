"""What a customer on an old phone and a poor line waits for: the page's size and when it can be used.

Chromium slows itself down: 1.6 Mbit/s, 150 ms a request and a quarter of this machine's processor,
as Lighthouse's "slow 4G". A page is interactive once **Start chat** is there and the last long task
(50 ms or more) is over. The floor is a page with nothing but that button, by the same code and with
the same headers. Both are loaded by turns, each with an empty cache. An argument is the rounds.
"""

import asyncio
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from msgspec import Struct
from playwright.async_api import Browser, CDPSession, async_playwright

from bench.load import Caller, broker, free_port, populate, run, serving, temporary_folder
from bench.report import Line, report
from broker.pages import Pages
from protocol import messages as m

CHROMIUM = "/usr/bin/chromium"
ROUNDS = 5
LATENCY_MS = 150
BYTES_A_SECOND = 1_600_000 // 8
BYTES_A_SECOND_UP = 750_000 // 8
SLOWER = 4
QUIET_MS = 2_000
"""A task that comes later than this after the last one answers somebody, not the opening."""

LIMIT_MS = 60_000
PHONE = {"width": 360, "height": 640}

WATCH = """
globalThis.tasks = [];
globalThis.there = 0;
new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push(startTime + duration);
}).observe({ type: "longtask", buffered: true });
const look = () => {
    const is = [...document.querySelectorAll("button")].some(
        (each) => each.textContent === "Start chat" && !each.disabled && each.checkVisibility(),
    );
    if (is) there = performance.now();
    else requestAnimationFrame(look);
};
look();
"""
IS_QUIET = "quiet => there && performance.now() - Math.max(there, ...tasks) > quiet"
INTERACTIVE = "() => Math.max(there, ...tasks)"
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"

EMPTY = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Empty</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><button>Start chat</button></body></html>"""


class Opening(Struct, frozen=True):
    """One opening of a page: ms until it is painted and interactive, and KB over the line."""

    painted: float
    interactive: float
    scripts: float
    all: float


class Traffic:
    """What comes over the line, in bytes, headers included."""

    def __init__(self, session: CDPSession) -> None:
        self._kinds: dict[str, str] = {}
        self.scripts = self.all = 0.0
        session.on("Network.responseReceived", self._begins)
        session.on("Network.loadingFinished", self._ends)

    def _begins(self, event: dict[str, Any]) -> None:
        self._kinds[event["requestId"]] = event["type"]

    def _ends(self, event: dict[str, Any]) -> None:
        self.all += event["encodedDataLength"]
        if self._kinds.get(event["requestId"]) == "Script":
            self.scripts += event["encodedDataLength"]


async def open_page(browser: Browser, url: str) -> Opening:
    """Open `url` as somebody who was never here."""
    context = await browser.new_context(viewport=PHONE, locale="en-GB")  # type: ignore[arg-type]
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    traffic = Traffic(session)
    await session.send("Network.enable")
    line = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": BYTES_A_SECOND,
        "uploadThroughput": BYTES_A_SECOND_UP,
    }
    await session.send("Network.emulateNetworkConditions", line)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.add_init_script(WATCH)
    await page.goto(url, timeout=LIMIT_MS)
    # The page's policy allows no texts to be evaluated, and so no polling from inside.
    async with asyncio.timeout(LIMIT_MS / 1000):
        while not await page.evaluate(IS_QUIET, QUIET_MS):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.25)
    painted, interactive = await page.evaluate(PAINTED), await page.evaluate(INTERACTIVE)
    await context.close()
    return Opening(painted, interactive, traffic.scripts / 1000, traffic.all / 1000)


@asynccontextmanager
async def empty_page() -> AsyncIterator[str]:
    """The address of a page with one button, in the broker's own headers."""

    async def serve(_: web.Request) -> web.StreamResponse:
        return pages.index("customer", [])

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index.html").write_text(EMPTY)
        pages = Pages({"customer": Path(folder)})
        app = web.Application()
        app.router.add_get("/", serve)
        runner, port = web.AppRunner(app, access_log=None), free_port()
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield f"http://127.0.0.1:{port}/"
        finally:
            await runner.cleanup()


@asynccontextmanager
async def desk() -> AsyncIterator[str]:
    """The address of the customer's page while a rep is available."""
    async with temporary_folder() as folder:
        people = await populate(folder, 1, 1)
        async with serving(broker(folder)) as server:
            rep = Caller(people.reps[0])
            await rep.come(server.port)
            rep.send(m.encode(m.SetAvailable(available=True)))
            yield f"http://127.0.0.1:{server.port}/"


async def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] else ROUNDS
    ours: list[Opening] = []
    bare: list[Opening] = []
    async with desk() as url, empty_page() as floor, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            # Once for nothing: what the browser itself makes on its first page.
            for address in (floor, url):
                await open_page(browser, address)
            for _ in range(rounds):
                bare.append(await open_page(browser, floor))
                ours.append(await open_page(browser, url))
        finally:
            await browser.close()

    def median(of: list[Opening], what: Callable[[Opening], float]) -> float:
        return statistics.median(map(what, of))

    def pair(what: Callable[[Opening], float]) -> tuple[float, float]:
        return median(ours, what), median(bare, what)

    scripts = median(ours, lambda each: each.scripts)
    whole, bare_whole = pair(lambda each: each.all)
    painted, bare_painted = pair(lambda each: each.painted)
    interactive, bare_interactive = pair(lambda each: each.interactive)
    spread = [each.interactive for each in ours]
    report(
        "page",
        [
            Line("scripts over the line", scripts, "KB", None, "≤ 60", scripts <= 60),
            Line("everything over the line", whole, "KB", bare_whole),
            Line("first painted", painted, "ms", bare_painted),
            Line(
                "interactive", interactive, "ms", bare_interactive, "≤ 2,000", interactive <= 2000
            ),
        ],
        rounds=f"{rounds}; interactive {min(spread):.0f}–{max(spread):.0f} ms",
    )


if __name__ == "__main__":
    run(main)
