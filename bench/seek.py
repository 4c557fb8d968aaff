"""Seeking in a recording of four hours, in Chromium: from the address of a second to the pixels of that second.

The recording is a minute of a screen on which somebody types, rests and moves the cursor, captured once and played
again and again; each second of the minute has a square of its own colour. An argument is how many hours.
"""

import random
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench.load import run, temporary_folder
from bench.report import Line, percentile, report
from broker.clock import now
from protocol import picture as p
from protocol import requests as r
from protocol.session import Party
from tests.broker.shelved import Shelves, story
from tests.end_to_end.browsers import chromium, sign_in
from tests.end_to_end.recorded_site import fill
from tests.end_to_end.serving import Server
from tests.protocol.life import CUSTOMER
from tests.recordings.film import CLOCK, Film

HOURS = 4
SEEKS = 200
MINUTE = 60
MOST_MS = 300
LONGEST_MS = 20_000

SEEK = """async ([address, x, y, wanted, longest]) => {
    const canvas = document.querySelector(".screen-surface > canvas");
    const context = canvas.getContext("2d");
    const began = performance.now();
    location.hash = address;
    for (;;) {
        await new Promise((done) => requestAnimationFrame(done));
        const [red, green, blue] = context.getImageData(x, y, 1, 1).data;
        const took = performance.now() - began;
        if (red === wanted[0] && green === wanted[1] && blue === wanted[2]) return took;
        if (took > longest) return -1;
    }
}"""


def repeated(
    captured: list[tuple[int, p.Message]], minutes: int
) -> Iterator[tuple[int, p.Message]]:
    """Play `captured`, a minute, so many times; each begins with a whole picture."""
    for minute in range(minutes):
        for at, message in captured:
            yield minute * MINUTE * 1_000_000 + at, message


def squares(captured: list[tuple[int, p.Message]]) -> list[tuple[int, ...]]:
    """Return the colour of the square late in each second of the minute."""
    shown: tuple[int, ...] = ()
    found = []
    marks = [
        (at, tuple(zlib.decompress(message.body.data)[:3]))
        for at, message in captured
        if message.rectangles == (CLOCK,) and isinstance(message.body, p.Patch)
    ]
    for second in range(MINUTE):
        for at, colour in marks:
            if at <= second * 1_000_000 + 500_000:
                shown = colour
        found.append(shown)
    return found


async def measure(folder: Path, minutes: int) -> list[float]:
    captured = list(Film().play(MINUTE))
    colours = squares(captured)
    made: list[str] = []

    async def put(shelves: Shelves, ana: Party) -> None:
        life = story(now() - 24 * 3_600_000, rep=ana, name="Max")
        life.ask(r.ShareScreen, CUSTOMER, what="screen")
        life.wait(minutes * MINUTE).ask(r.End, CUSTOMER)
        made.append(await shelves.put(life, repeated(captured, minutes)))

    server, dice = Server(folder), random.Random(1)
    times: list[float] = []
    try:
        await fill(server, put)
        async with chromium() as browser:
            page = (await sign_in(browser, server.url, name="cora")).page
            await page.goto(f"{server.url}/console#/recordings/{made[0]}")
            await page.get_by_role("slider", name="Time line").wait_for()
            shown: tuple[int, ...] = ()
            while len(times) < SEEKS:
                second = dice.randrange(minutes * MINUTE - 1)
                if (wanted := colours[second % MINUTE]) == shown:
                    continue
                address = f"#/recordings/{made[0]}?t={second + 0.5}"
                middle = [CLOCK.x + 12, CLOCK.y + 12]
                times.append(
                    await page.evaluate(SEEK, [address, *middle, list(wanted), LONGEST_MS])
                )
                assert times[-1] >= 0, f"second {second} was not shown"
                shown = wanted
    finally:
        await server.kill()
        server.close()
    return times


async def main() -> None:
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else HOURS
    async with temporary_folder() as folder:
        times = await measure(folder, int(hours * 60))
    slow = percentile(times, 0.95)
    lines = [
        Line("a seek, median", percentile(times, 0.5), "ms"),
        Line("a seek, p95", slow, "ms", reach=f"≤ {MOST_MS} ms", reached=slow <= MOST_MS),
    ]
    report("seek", lines, hours=hours, seeks=SEEKS)


if __name__ == "__main__":
    run(main)
