"""How exact the picture is after motion: a fifth of the screen is pages of small coloured text that are
turned over 30 times a second, for three seconds, and then stand still.

Over a line of 40 ms, 1 % loss and 5 Mbit/s: the share of pixels that are the same in the page 500 ms later,
and, 200 ms after the end, before anything is made exact, how near they are (PSNR). The peers, which have
no such aim, are measured in the same run. `scripts/bench exact [--who deskside] [--rounds 5]`.
"""

import argparse
import math
import os
import statistics
import sys
import time
from typing import IO, Any

import mss
import numpy as np
from PIL import Image

from bench.peers import SERVERS, missing
from bench.picture import DISPLAY, LINES, staged, watching
from bench.report import Line, report
from bench.scenes import PAGE

BEFORE_SECONDS, AFTER_SECONDS = 0.2, 0.5
SETTLE_ROUNDS = 1
BEST_DB = 99.0


def screen() -> Any:
    """Return the page that the display shows."""
    left, top, width, height = PAGE
    with mss.MSS(display=DISPLAY) as camera:
        shot = camera.grab({"left": left, "top": top, "width": width, "height": height})
        return np.frombuffer(shot.rgb, np.uint8).reshape(height, width, 3)


def page(path: str) -> Any:
    """Return the same of a saved canvas."""
    left, top, width, height = PAGE
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))[top : top + height, left : left + width]


def nearness(one: Any, other: Any) -> float:
    """Return the PSNR (dB) of two pictures."""
    error = float(np.mean((one.astype(float) - other.astype(float)) ** 2))
    return min(BEST_DB, 10 * math.log10(255**2 / error)) if error else BEST_DB


def same(one: Any, other: Any) -> float:
    """Return how many of a hundred pixels are the same."""
    return 100 * float(np.mean((one == other).all(axis=2)))


def forget(said: IO[bytes]) -> None:
    """Pass over what was said while nobody listened."""
    os.set_blocking(said.fileno(), False)
    said.read()
    os.set_blocking(said.fileno(), True)


def measure(who: str, rounds: int) -> tuple[float, float]:
    """Return, as the medians of `rounds`, the PSNR before and the identical pixels after."""
    before, after = [], []
    with (
        staged(who, "pages", LINES["link"]) as (shown, line, rep, drawer),
        watching(shown, line, rep) as watcher,
    ):
        assert drawer.stdout
        for at in range(SETTLE_ROUNDS + rounds):
            forget(drawer.stdout)
            drawer.stdout.readline()
            rested = time.monotonic()
            for seconds in (BEFORE_SECONDS, AFTER_SECONDS):
                time.sleep(max(0.0, rested + seconds - time.monotonic()))
                watcher.ask("snap")
            truth = screen()
            early, late = map(page, watcher.ask("pixels"))
            if at >= SETTLE_ROUNDS:
                before.append(nearness(early, truth))
                after.append(same(late, truth))
                sys.stderr.write(f"{who}: {before[-1]:.1f} dB, {after[-1]:.2f} %\n")
    return statistics.median(before), statistics.median(after)


def main() -> None:
    everybody = ["deskside", *(f"{name} tuned" for name in SERVERS)]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--who", default=",".join(everybody))
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if lacking := missing():
        sys.exit(f"Install for the comparison: {' '.join(lacking)}")
    lines = []
    for who in asked.who.split(","):
        decibels, percent = measure(who, asked.rounds)
        ours = who == "deskside"
        lines += [
            Line(
                f"{who}: before it is exact", decibels, "dB",
                reach="≥ 40" if ours else "", reached=decibels >= 40 if ours else None,
            ),
            Line(
                f"{who}: identical after 500 ms", percent, "%",
                reach="100" if ours else "", reached=percent == 100 if ours else None,
            ),
        ]  # fmt: skip
    report("exact", lines, rounds=asked.rounds)


if __name__ == "__main__":
    main()
