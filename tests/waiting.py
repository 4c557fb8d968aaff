"""Waiting for a condition, with a limit: no test sleeps and hopes."""

import asyncio
from collections.abc import Callable
from typing import Any

LIMIT_SECONDS = 30.0

LOOK_SECONDS = 0.005
SELDOM_SECONDS = 0.05
"""Looking may be work, and whom it waits for needs the processor."""


async def until(holds: Callable[[], Any], seconds: float = LIMIT_SECONDS) -> None:
    """Return once `holds()` is true; fail when it stays false for `seconds`."""
    async with asyncio.timeout(seconds):
        pause = LOOK_SECONDS
        while not holds():
            await asyncio.sleep(pause)
            pause = min(1.1 * pause, SELDOM_SECONDS)
