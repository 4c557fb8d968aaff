"""How soon somebody who comes later sees a screen on which nothing happens.

A console in Chromium is loaded anew while the screen rests, and asks for a lease, opens the picture's
socket and paints what the relay has kept; timed from the call for the lease to the first picture that a clock
can be read from. `scripts/bench join [--lines loopback,link] [--times 10]`.
"""

import argparse

from bench.picture import LINES, staged, watching
from bench.report import Line, percentile, report

REACH_MS = 300


def measure(name: str, times: int) -> list[Line]:
    """Return the figures over the line called `name`."""
    with (
        staged("deskside", "idle", LINES[name]) as (shown, line, rep, _),
        watching(shown, line, rep) as watcher,
    ):
        took = [float(watcher.ask("join")) for _ in range(times)]
    middle, longest = percentile(took, 0.5), max(took)
    return [
        Line(f"{name}: lease to picture, p50", middle, "ms"),
        Line(
            f"{name}: the same, longest of {times}", longest, "ms",
            reach=f"≤ {REACH_MS}" if name == "loopback" else "",
            reached=longest <= REACH_MS if name == "loopback" else None,
        ),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", default=",".join(LINES))
    parser.add_argument("--times", type=int, default=10)
    asked = parser.parse_args()
    report("join", [each for name in asked.lines.split(",") for each in measure(name, asked.times)])


if __name__ == "__main__":
    main()
