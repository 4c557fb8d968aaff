"""Work on a thread: in its order, and one waking for much of it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from functools import partial
from queue import SimpleQueue
from typing import Any

import pytest

from broker.relay import batches
from broker.relay.batches import BUSY, Batches


@pytest.fixture
async def work() -> AsyncIterator[Batches]:
    work = Batches("test")
    yield work
    await work.close()


async def test_work_is_done_in_its_order_elsewhere(work: Batches) -> None:
    done: list[int] = []
    threads: set[int] = set()

    def note(number: int) -> None:
        done.append(number)
        threads.add(threading.get_ident())

    async with asyncio.TaskGroup() as group:
        for number in range(3 * BUSY):
            group.create_task(work.do(partial(note, number)))
    assert done == list(range(3 * BUSY))
    assert threads.isdisjoint({threading.get_ident()})


async def test_who_waits_is_told_what_went_wrong_and_nobody_else(work: Batches) -> None:
    def fail() -> None:
        raise OSError("no space left")

    works = (fail, lambda: None, fail)
    faults = await asyncio.gather(*map(work.do, works), return_exceptions=True)
    assert [str(each) for each in faults] == ["no space left", "None", "no space left"]


class Counting(SimpleQueue[Any]):
    """Counts what is put into any of them."""

    puts = 0

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        Counting.puts += 1
        super().put(item, block, timeout)


@pytest.mark.parametrize(("every", "woken"), [(0.0, 1), (1.0, 2)], ids=["busy", "idle"])
async def test_a_busy_thread_is_woken_once_for_what_comes_together(
    monkeypatch: pytest.MonkeyPatch, every: float, woken: int
) -> None:
    monkeypatch.setattr(batches, "SimpleQueue", Counting)
    now = 0.0
    work = Batches("test", lambda: now)
    for _ in range(BUSY):
        now += every
        await work.do(lambda: None)
    now += every
    before = Counting.puts
    # All before the loop looks at anything else; the first of them wakes a thread that is idle.
    await asyncio.gather(*(work.do(lambda: None) for _ in range(10)))
    assert Counting.puts - before == woken
    await work.close()
