"""Background tasks: whoever owns them can end them, whatever happens at that moment."""

import asyncio

from broker.tasks import Tasks, is_set_within


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
    async with asyncio.timeout(10):
        await tasks.stop()
    assert task.cancelled()
