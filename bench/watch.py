"""Watches a picture in Chromium and says what it saw, as JSON: run by `bench.picture`, where need be in
a namespace of its own.

Reads commands from standard input, a line each: `begin` forgets what was measured, `read` prints it,
`snap` keeps what the largest canvas shows, `pixels` prints where what was kept was saved as PNG, `type` presses
keys into it and prints when, `join` loads the page anew and prints how long its picture took, an empty line
ends it.
"""

import asyncio
import base64
import json
import sys
import tempfile
from pathlib import Path

import psutil
from playwright.async_api import Page, async_playwright

from bench.desk import show_screen, take_control

CHROMIUM = "/usr/bin/chromium"
METER = Path(__file__).with_name("meter.js")
BEGIN = "() => { meter.latencies.length = meter.stamps.length = meter.draws = 0; }"
READ = "() => ({ latencies: meter.latencies, stamps: meter.stamps, draws: meter.draws })"
SNAP = """() => {
    const all = [...document.querySelectorAll("canvas")];
    const canvas = all.reduce((one, two) => (one.width >= two.width ? one : two));
    const copy = document.createElement("canvas");
    copy.width = canvas.width;
    copy.height = canvas.height;
    copy.getContext("2d").drawImage(canvas, 0, 0);
    (globalThis.snaps ??= []).push(copy);
}"""
PIXELS = """() => {
    const taken = globalThis.snaps ?? [];
    globalThis.snaps = [];
    return taken.map((each) => each.toDataURL("image/png").split(",")[1]);
}"""
LISTEN = """() => {
    globalThis.pressed = [];
    const now = () => Math.floor(performance.timeOrigin + performance.now()) % 2 ** 24;
    addEventListener("keydown", () => globalThis.pressed.push(now()), { capture: true });
}"""
JOIN = """() => {
    const asked = performance.getEntriesByType("resource").find((each) => each.name.endsWith("/picture"));
    return asked && meter.first ? meter.first - asked.startTime : null;
}"""
KEYS = 60
PAUSE_SECONDS = 0.25


def processor_seconds() -> float:
    """Return how long the browser's processes have worked."""
    spent = [each.cpu_times() for each in psutil.Process().children(recursive=True)]
    return sum(each.user + each.system for each in spent)


async def obey(page: Page, command: str, folder: Path) -> object:
    """Do what `command` says; return what is to be printed."""
    if command == "begin":
        await page.evaluate(BEGIN)
        return {"processor": processor_seconds()}
    if command == "read":
        return {**await page.evaluate(READ), "processor": processor_seconds()}
    if command == "snap":
        return await page.evaluate(SNAP)
    if command == "type":
        return await type_keys(page)
    if command == "join":
        return await join(page)
    paths = []
    for at, data in enumerate(await page.evaluate(PIXELS)):
        paths.append(folder / f"{at}.png")
        paths[-1].write_bytes(base64.b64decode(data))
    return [str(path) for path in paths]


async def type_keys(page: Page) -> object:
    """Press keys on the customer's computer; return when each was, as the clock of the scene counts."""
    await take_control(page)
    await page.evaluate(LISTEN)
    await page.evaluate(BEGIN)
    for at in range(KEYS):
        await page.keyboard.press("abcdefghij"[at % 10])
        await asyncio.sleep(PAUSE_SECONDS)
    return {"pressed": await page.evaluate("() => pressed"), **await page.evaluate(READ)}


async def join(page: Page) -> float:
    """Load the page anew; return how long (ms) its picture took, from the call for a lease on."""
    await page.reload()
    async with asyncio.timeout(30):
        while (took := await page.evaluate(JOIN)) is None:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
    return float(took)


async def main() -> None:
    url, *rep = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-gpu", "--ignore-certificate-errors"],
            )
            page = await browser.new_page(
                viewport={"width": 2300, "height": 1300}, ignore_https_errors=True
            )
            await page.add_init_script(METER.read_text())
            await page.goto(url)
            if rep:
                await show_screen(page, *rep)
            # Somebody may take the first picture to be there when it is.
            async with asyncio.timeout(30):
                while not (await page.evaluate(READ))["latencies"]:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.1)
            print(json.dumps("ready"), flush=True)
            while command := (await asyncio.to_thread(sys.stdin.readline)).strip():
                print(json.dumps(await obey(page, command, Path(folder))), flush=True)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
