"""One thread that writes, and is woken once for all that waits: to wake it costs more than to write."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from msgspec import Struct

PACE_SECONDS = 0.003
BUSY_SECONDS = 0.1
BUSY = 32
"""A thread that was woken so often within so long is busy: then it is woken only some time after the last.
One picture alone, of at most 240 messages a second, hardly ever is so quick; of a hundred of them each waits
a little, and what a batch costs is shared.
"""

Work = Callable[[], None]


class Waiting(Struct):
    """Work that waits, and who waits for it."""

    work: Work
    done: asyncio.Future[None]


class Batches:
    """Does work on a thread of its own, in the order in which it came.

    A thread and a queue by hand: an executor's futures, and a loop's around them, took a third more.
    """

    def __init__(self, name: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._seconds = seconds
        self._thread: Thread | None = None
        self._batches: SimpleQueue[list[Waiting]] = SimpleQueue()
        """What the thread is to do; nothing ends it."""
        self._waiting: list[Waiting] = []
        self._is_working = False
        self._woken: deque[float] = deque(maxlen=BUSY)
        """When the thread was woken last."""
        self._timer: asyncio.TimerHandle | None = None

    async def do(self, work: Work) -> None:
        """Do `work`, or raise what it raises. Who stops waiting before it has begun has not asked."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._waiting.append(Waiting(work, done))
        self._next(loop)
        await done

    async def close(self) -> None:
        """Wait for what has begun."""
        self._batches.put([])
        if self._thread:
            await asyncio.to_thread(self._thread.join)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._is_working or self._timer or not self._waiting:
            return
        now = self._seconds()
        is_busy = len(self._woken) == BUSY and now - self._woken[0] < BUSY_SECONDS
        if is_busy and (wait := self._woken[-1] + PACE_SECONDS - now) > 0:
            self._timer = loop.call_later(wait, self._wake, loop)
        else:
            self._wake(loop)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        # Who was not served in time has gone.
        batch = [each for each in self._waiting if not each.done.done()]
        self._waiting = []
        if not batch:
            return
        if not self._thread:
            self._thread = Thread(target=self._run, args=(loop,), name=self._name, daemon=True)
            self._thread.start()
        self._is_working = True
        self._woken.append(self._seconds())
        self._batches.put(batch)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while batch := self._batches.get():
            faults = [_fault_of(each.work) for each in batch]
            loop.call_soon_threadsafe(self._settle, loop, batch, faults)

    def _settle(
        self,
        loop: asyncio.AbstractEventLoop,
        batch: list[Waiting],
        faults: list[Exception | None],
    ) -> None:
        self._is_working = False
        for each, fault in zip(batch, faults, strict=True):
            if each.done.done():
                continue
            if fault:
                each.done.set_exception(fault)
            else:
                each.done.set_result(None)
        self._next(loop)


def _fault_of(work: Work) -> Exception | None:
    try:
        work()
    except Exception as fault:  # noqa: BLE001 - who waits is given it
        return fault
    return None
