"""How long a key takes from the console to the customer's screen and back as a picture.

A program on the screen changes with each key, and shows when it did (`bench/scenes.py`, `keys`); so each
key tells both the whole way and how much of it the picture took. `scripts/bench input [--lines loopback]`.
"""

import argparse
import sys
from typing import Any

from bench.picture import LINES, staged, watching
from bench.report import Line, percentile, report
from bench.scenes import BITS

REACH_MS = 10


def paired(pressed: list[int], stamps: list[int], latencies: list[int]) -> list[tuple[int, int]]:
    """Return, for each key that was answered before the next, its whole way and the picture's (ms)."""
    pairs = []
    for at, key in enumerate(pressed):
        following = pressed[at + 1] if at + 1 < len(pressed) else 2**BITS
        answers = [i for i, stamp in enumerate(stamps) if key <= stamp < following]
        if answers:
            pairs.append((stamps[answers[0]] - key, latencies[answers[0]]))
    return pairs


def measure(name: str) -> list[Line]:
    """Return the figures over the line called `name`."""
    with (
        staged("deskside", "keys", LINES[name]) as (shown, line, rep, _),
        watching(shown, line, rep) as watcher,
    ):
        told: dict[str, Any] = watcher.ask("type")
    pairs = paired(told["pressed"], told["stamps"], told["latencies"])
    sys.stderr.write(f"{name}: {len(pairs)} of {len(told['pressed'])} keys were answered\n")
    lines = []
    for share in (0.5, 0.95):
        whole = percentile([way for way, _ in pairs], share)
        picture = percentile([way for _, way in pairs], share)
        most = picture + REACH_MS
        lines.append(
            Line(
                f"{name}: key to pixel, p{100 * share:.0f}", whole, "ms", picture,
                f"≤ picture + {REACH_MS}" if name == "loopback" else "",
                whole <= most if name == "loopback" else None,
            )
        )  # fmt: skip
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", default=",".join(LINES))
    asked = parser.parse_args()
    report("input", [each for name in asked.lines.split(",") for each in measure(name)])


if __name__ == "__main__":
    main()
