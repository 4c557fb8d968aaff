"""Waiting for a condition, with a limit: no test sleeps and hopes."""

import asyncio
from collections.abc import Callable
from typing import Any

LIMIT_SECONDS = 30.0


async def until(holds: Callable[[], Any], seconds: float = LIMIT_SECONDS) -> None:
    """Return once `holds()` is true; fail when it stays false for `seconds`."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - anything may make it true
            await asyncio.sleep(0.005)
