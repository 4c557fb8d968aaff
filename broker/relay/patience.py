"""How long something may take: as `asyncio.timeout`, but with one timer for many.

A timer for each record that is kept cost more than to seal it: a twentieth of a relay's processor.
"""

import asyncio
from collections.abc import Coroutine


class Patience:
    """Lets work take `seconds` and no more."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[asyncio.Task[object], float] = {}
        """Who works, and until when they may; in order, since all may take as long."""
        self._late: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def wait_for(self, work: Coroutine[None, None, None]) -> None:
        """Do `work`, or raise `TimeoutError` once it has taken too long."""
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task
        assert task not in self._until
        self._until[task] = loop.time() + self._seconds
        if not self._timer:
            self._timer = loop.call_later(self._seconds, self._look)
        cancelled = task.cancelling()
        try:
            await work
        except asyncio.CancelledError:
            if task in self._late and task.uncancel() <= cancelled:
                raise TimeoutError from None
            raise
        finally:
            del self._until[task]
            self._late.discard(task)

    def _look(self) -> None:
        """End what has taken too long, and come back when the next may have."""
        loop, self._timer = asyncio.get_running_loop(), None
        for task, until in self._until.items():
            if task in self._late:
                continue
            if until > loop.time():
                self._timer = loop.call_at(until, self._look)
                return
            self._late.add(task)
            task.cancel()
