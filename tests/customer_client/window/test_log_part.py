"""The conversation as it is drawn, on a screen of its own."""

import os
import subprocess
import sys

from tests.customer_client.screen.screens import xvfb


def at_end(*steps: str) -> list[tuple[str, bool]]:
    """Return for each step whether the newest line is in sight after it."""
    with xvfb(600, 800) as display:
        done = subprocess.run(
            [sys.executable, "-m", "tests.customer_client.window.drawn", *steps],
            env=os.environ | {"DISPLAY": display},
            stdout=subprocess.PIPE,
            text=True,
            timeout=100,
            check=True,
        )
    told = (line.split() for line in done.stdout.splitlines())
    return [(step, answer == "True") for step, answer in told]


def test_the_newest_line_stays_in_sight_when_a_question_or_the_banner_takes_room() -> None:
    steps = ("talking", "prompt", "sharing", "offline", "talking")
    assert at_end(*steps) == [(step, True) for step in steps]


def test_who_reads_what_was_before_is_left_there() -> None:
    told = at_end("prompt", "-150", "sharing")
    assert told == [("prompt", True), ("-150", False), ("sharing", False)]
