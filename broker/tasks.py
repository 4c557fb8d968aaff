"""Background tasks with an owner that awaits them and hears of their failure."""

import asyncio
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import Any, Generic, Self, TypeVar

import structlog

log = structlog.get_logger()

AGAIN_SECONDS = 1.0

T = TypeVar("T")


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

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do `work` at once, as far as it goes without waiting; a task does what is left, if any.

        For work that nearly never waits and is begun thousands of times: the task would cost more
        than the work.
        """
        try:
            awaited = work.send(None)
        except StopIteration:
            return
        self.start(_rest(work, awaited), name)

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


class Ahead(Generic[T]):
    """Work that goes on while its owner does something else. The owner hears of its end or failure
    by `result`; leaving the block cancels and awaits what is still under way.
    """

    def __init__(self) -> None:
        self._tasks: deque[asyncio.Task[T]] = deque()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_fault: object) -> None:
        tasks = list(self._tasks)
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def __len__(self) -> int:
        """Return of how much work the result is still to be asked for."""
        return len(self._tasks)

    @property
    def ready(self) -> bool:
        """Say whether `result` would not have to wait."""
        return bool(self._tasks) and self._tasks[0].done()

    async def is_ready_within(self, seconds: float) -> bool:
        """Wait for `ready`, but for `seconds` at most; say whether it is. There has to be work."""
        await asyncio.wait([self._tasks[0]], timeout=seconds)
        return self.ready

    def begin(self, work: Coroutine[Any, Any, T]) -> None:
        """Begin `work`, beside what was begun before."""
        self._tasks.append(asyncio.get_running_loop().create_task(work))

    async def result(self) -> T | None:
        """Return what the work begun first returns, once it does; None if no result is left."""
        return await self._tasks.popleft() if self._tasks else None


@types.coroutine
def _rest(work: Coroutine[Any, Any, None], awaited: object) -> Generator[Any, Any, None]:
    """Wait for what `work` waits for already, and go on with it to its end."""
    while True:
        try:
            yield awaited
        except BaseException as fault:  # noqa: BLE001 - a cancellation is for `work` to hear of
            go_on = partial(work.throw, fault)
        else:
            go_on = partial(work.send, None)
        try:
            awaited = go_on()
        except StopIteration:
            return


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


async def keep_running(run: Callable[[], Awaitable[None]]) -> None:
    """Run what never ends, and start it again when it fails: a database may be away for a while."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("started_again", run=run.__qualname__)
        await asyncio.sleep(AGAIN_SECONDS)
