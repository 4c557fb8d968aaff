"""Background tasks: whoever owns them can end them, whatever happens at that moment."""

import asyncio

import pytest

from broker.tasks import Tasks, is_set_within
from tests.waiting import LIMIT_SECONDS


async def test_an_event_is_waited_for_so_long_and_no_longer() -> None:
    event = asyncio.Event()
    assert not await is_set_within(0.01, event)
    event.set()
    assert await is_set_within(0.01, event)


async def test_a_task_ends_although_what_it_waits_for_happens_at_the_same_moment() -> None:
    event = asyncio.Event()

    async def look_for_ever() -> None:
        while True:
            await is_set_within(60, event)
            event.clear()

    tasks = Tasks()
    task = tasks.start(look_for_ever(), "looks")
    await asyncio.sleep(0)
    event.set()
    async with asyncio.timeout(LIMIT_SECONDS):
        await tasks.stop()
    assert task.cancelled()


async def test_what_is_begun_and_does_not_wait_is_done_at_once_and_in_no_task() -> None:
    tasks, done = Tasks(), []

    async def work() -> None:
        done.append(len(asyncio.all_tasks()))

    before = len(asyncio.all_tasks())
    tasks.begin(work(), "works")
    assert done == [before]


async def test_what_is_begun_and_waits_goes_on_to_its_end() -> None:
    tasks, said = Tasks(), asyncio.Queue[str]()
    first, second = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        said.put_nowait("begun")
        await first.wait()
        said.put_nowait("first")
        await second.wait()
        said.put_nowait("second")

    tasks.begin(work(), "works")
    assert said.get_nowait() == "begun"
    first.set()
    assert await said.get() == "first"
    second.set()
    assert await said.get() == "second"


async def test_what_is_begun_hears_that_what_it_waits_for_has_failed_and_may_go_on() -> None:
    tasks, said = Tasks(), asyncio.Queue[str]()
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        try:
            await never
        except ConnectionError as fault:
            await asyncio.sleep(0)
            said.put_nowait(str(fault))

    tasks.begin(work(), "works")
    never.set_exception(ConnectionError("gone"))
    assert await said.get() == "gone"


@pytest.mark.parametrize("stubborn", [False, True])
async def test_what_was_begun_and_waits_is_cancelled_like_any_other(stubborn: bool) -> None:
    tasks, ended = Tasks(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            if stubborn:
                await asyncio.sleep(0)
            ended.set()

    tasks.begin(work(), "works")
    await asyncio.sleep(0)
    async with asyncio.timeout(LIMIT_SECONDS):
        await tasks.stop()
    assert ended.is_set()
