"""Background tasks with an owner that awaits them and hears of their failure."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class Tasks:
    """Start tasks with `start`; `stop` cancels and awaits all. A task that fails is logged and,
    where its failure means that the broker cannot go on, its owner restarts it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run `work` until it ends or `stop` is called."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("task_failed", task=task.get_name(), exc_info=fault)

    async def stop(self) -> None:
        """Cancel what still runs and wait for it."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def is_set_within(seconds: float, event: asyncio.Event) -> bool:
    """Wait until `event` is set, but for `seconds` at most; say whether it was.

    Not `asyncio.wait_for`: on Python 3.11 that forgets a cancellation which comes in the moment in
    which the event is set, and whoever cancelled waits for ever.
    """
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
