"""The broker's clock, passed by argument so that a test can move it."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Gives the time in ms since 1970 UTC."""


def now() -> int:
    """Return what the machine's clock shows, in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


def steady_clock() -> Clock:
    """Return a clock that shows the right time now and from then on only counts.

    Somebody who sets the machine's clock does not end every session or revive every deadline;
    the broker takes the new time at its next start.
    """
    started = time.time_ns() - _elapsed_ns()
    return lambda: (started + _elapsed_ns()) // 1_000_000


def _elapsed_ns() -> int:
    # On Linux this one goes on while a laptop sleeps.
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock)
