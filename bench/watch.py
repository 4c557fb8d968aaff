"""Watches a picture in Chromium and says what it saw, as JSON: run by `bench.picture`, where need be in
a namespace of its own.

Reads commands from standard input, a line each: `begin` forgets what was measured, `read` prints it,
`pixels` prints where the largest canvas was saved as PNG, an empty line ends it.
"""

import asyncio
import base64
import json
import sys
import tempfile
from pathlib import Path

import psutil
from playwright.async_api import Page, async_playwright

from bench.desk import show_screen

CHROMIUM = "/usr/bin/chromium"
METER = Path(__file__).with_name("meter.js")
BEGIN = "() => { meter.latencies.length = meter.stamps.length = meter.draws = 0; }"
READ = "() => ({ latencies: meter.latencies, stamps: meter.stamps, draws: meter.draws })"
PIXELS = """() => {
    const all = [...document.querySelectorAll("canvas")];
    const canvas = all.reduce((one, two) => (one.width >= two.width ? one : two));
    return canvas.toDataURL("image/png").split(",")[1];
}"""


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
    path = folder / "canvas.png"
    path.write_bytes(base64.b64decode(await page.evaluate(PIXELS)))
    return str(path)


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
