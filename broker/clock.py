"""The broker's clock, passed by argument so that a test can move it."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Gives the time in ms since 1970 UTC."""


def now() -> int:
    """Return the time in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000
