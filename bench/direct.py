"""How soon a rep sees what happens on the screen of a customer in the same network, when the broker and its
relay are far from both: over the relay against directly.

As `bench.picture`, 1920x1080 under Xvfb and watched in Chromium, with both people in one namespace and the
broker in another, 40 ms away each way. The direct runs count only what came directly: their relay sends next
to nothing. `scripts/bench direct [--scenes typing,scroll] [--delay 40] [--seconds 15]`.
"""

import argparse
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import Final

from bench.desk import deskside
from bench.link import Link, Quality, link
from bench.peers import running
from bench.picture import DISPLAY, UNITS, Seen, read, watching
from bench.report import Line, report
from bench.scenes import HEIGHT, WIDTH

WAYS: Final = {"relay": "off", "direct": "on"}

FOUND_SECONDS: Final = 15.0
"""By then a path has been found and taken; measured on its own it is some 3 s."""

MOST_BY_RELAY: Final = 2.0
"""Kilobytes a second that a relay which shows nothing may send."""


def measure(scene: str, way: str, delay: float, seconds: float) -> Seen:
    """Return what is seen of `scene` by one `way`."""
    screen = ["Xvfb", DISPLAY, "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    drawing = [sys.executable, "-m", "bench.scenes", scene]
    site = {"direct": WAYS[way], "rules": {"recording_asked": False}}
    with ExitStack() as stack:
        line = stack.enter_context(link(Quality(delay=delay)))
        stack.enter_context(running(screen))
        time.sleep(1)
        stack.enter_context(running(drawing, stdout=subprocess.PIPE, DISPLAY=DISPLAY))
        time.sleep(2)
        shown, rep = stack.enter_context(deskside(DISPLAY, line, site=site))
        # Both people are where the customer is.
        near = Link(customer=line.customer, rep=line.customer)
        watcher = stack.enter_context(watching(shown, near, rep))
        time.sleep(FOUND_SECONDS)
        seen = read(watcher, shown, line, seconds)
    if way == "direct" and seen.kilobytes > MOST_BY_RELAY:
        raise RuntimeError(
            f"The relay sent {seen.kilobytes:.1f} kB/s: the picture did not go directly."
        )
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", default="typing,scroll")
    parser.add_argument("--delay", type=float, default=40)
    parser.add_argument("--seconds", type=float, default=15)
    asked = parser.parse_args()
    lines: list[Line] = []
    for scene in asked.scenes.split(","):
        seen = {way: measure(scene, way, asked.delay, asked.seconds) for way in WAYS}
        for way, each in seen.items():
            sys.stderr.write(f"{scene} {way}: {each}, load {os.getloadavg()[0]:.1f}\n")
            floors = seen["relay"] if way == "direct" else None
            for figure, unit in UNITS.items():
                floor = getattr(floors, figure) if floors else None
                lines.append(Line(f"{scene} {way} {figure}", getattr(each, figure), unit, floor))
    report("direct", lines, seconds=asked.seconds, delay=asked.delay)


if __name__ == "__main__":
    main()
