"""From a customer's paste to the rep's eye: how soon a screenshot is a picture in the console.

Two real pages in Chromium, one broker, a screenshot of 1920x1080 as a browser makes it. By turns the rep is
asked and answers as soon as **Accept** is there, and the site takes customers' files unasked; on loopback, and
over a line that takes 40 ms each way. What is first in a conversation also fetches the part of the page that
sends, and the worker's decoders. `scripts/bench paste [ROUNDS]`.
"""

import os
import sys
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from bench.load import run
from bench.report import Line, percentile, report
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.faulty_line import byte_line
from tests.end_to_end.serving import Server

ROUNDS = 20
FAR_SECONDS = 0.04
REACH_MS = 1_000
SIZE = {"width": 1920, "height": 1080}

WATCH = """
    window.seen = { offered: [], shown: [] };
    new MutationObserver(() => {
        for (const button of document.querySelectorAll(".file button")) {
            if (button.textContent !== "Accept" || button.dataset.pressed) continue;
            button.dataset.pressed = "yes";
            seen.offered.push(Date.now());
            button.click();
        }
    }).observe(document, { subtree: true, childList: true });
    document.addEventListener("load", ({ target }) => {
        if (target.closest?.(".file-preview")) seen.shown.push(Date.now());
    }, true);
"""
KEEP = "bytes => { window.shot = Uint8Array.from(atob(bytes), (each) => each.charCodeAt(0)); }"
PASTE = """() => {
    const data = new DataTransfer();
    data.items.add(new File([window.shot], "image.png", { type: "image/png" }));
    const box = document.querySelector(".composer textarea");
    const about = { clipboardData: data, bubbles: true, cancelable: true };
    const at = Date.now();
    box.dispatchEvent(new ClipboardEvent("paste", about));
    return at;
}"""


class Pasted(Struct, frozen=True):
    """Milliseconds from the paste: until the rep is asked (0 where nobody is), and until they see it."""

    offered: float
    shown: float


@asynccontextmanager
async def talking(folder: Path, unasked: str, delay: float) -> AsyncIterator[tuple[Person, Person]]:
    """A customer and a rep who talk over a line that takes `delay` seconds each way."""
    server = Server(folder)
    rules = {"files_unasked": unasked, "files_bytes": 10 * 1024**3}
    await server.set_site(folder, rules=rules)
    async with byte_line(server.port) as line, chromium() as browser:
        line.delay_seconds = delay
        server.set(DESKSIDE_URL=line.url)
        await server.start()
        try:
            rep = await sign_in(browser, line.url, viewport=SIZE)
            customer = await visit(browser, line.url)
            await meet(customer, rep)
            yield customer, rep
        finally:
            await server.kill()
            server.close()


async def paste(customer: Person, rep: Person, turn: int) -> Pasted:
    """Paste the screenshot, and wait until the rep has seen it."""
    at: float = await customer.page.evaluate(PASTE)
    await rep.sees(f"window.seen.shown.length > {turn}")
    seen: dict[str, list[float]] = await rep.page.evaluate("window.seen")
    offered = seen["offered"][turn] - at if seen["offered"] else 0
    return Pasted(offered, seen["shown"][turn] - at)


async def measure(unasked: str, delay: float, rounds: int) -> list[Pasted]:
    with tempfile.TemporaryDirectory() as folder:
        async with talking(Path(folder), unasked, delay) as (customer, rep):
            shot = await rep.page.screenshot()
            await customer.page.evaluate(KEEP, b64encode(shot).decode())
            await rep.page.evaluate(f"() => {{ {WATCH} }}")
            return [await paste(customer, rep, turn) for turn in range(rounds)]


def lines_of(name: str, pasted: list[Pasted]) -> list[Line]:
    first, rest = pasted[0], pasted[1:]
    shown = [each.shown for each in rest]
    lines = [
        Line(f"{name}: first", first.shown, "ms", reach="<= 1000", reached=first.shown <= REACH_MS),
        Line(f"{name}: later, p50", percentile(shown, 0.5), "ms"),
        Line(
            f"{name}: later, p95",
            p95 := percentile(shown, 0.95),
            "ms",
            reach="<= 1000",
            reached=p95 <= REACH_MS,
        ),
    ]
    if first.offered:
        asked = [each.offered for each in rest]
        lines.append(Line(f"{name}: of which until asked, p50", percentile(asked, 0.5), "ms"))
    return lines


async def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] else ROUNDS
    lines: list[Line] = []
    for where, delay in (("here", 0.0), ("40 ms away", FAR_SECONDS)):
        for how, unasked in (("answered", "nobodys"), ("unasked", "customers")):
            lines += lines_of(f"{where}, {how}", await measure(unasked, delay, rounds))
    report("paste", lines, rounds=rounds, load=os.getloadavg()[0])


if __name__ == "__main__":
    run(main)
