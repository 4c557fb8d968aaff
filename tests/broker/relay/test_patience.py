"""What takes too long is ended; whoever else works beside it is not."""

import asyncio

import pytest

from broker.relay.patience import Patience

SHORT, LONG = 0.02, 3600.0


async def never() -> None:
    await asyncio.Event().wait()


async def test_work_that_ends_in_time_is_let_be() -> None:
    patience, done = Patience(LONG), asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    await patience.wait_for(work())
    assert done.is_set()


async def test_work_that_takes_too_long_is_ended_every_time() -> None:
    patience = Patience(SHORT)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await patience.wait_for(never())
    # Nobody is cancelled afterwards.
    task = asyncio.current_task()
    assert task
    assert not task.cancelling()
    await asyncio.sleep(0)


async def test_each_of_several_that_began_one_after_the_other_is_ended() -> None:
    patience = Patience(SHORT)

    async def late() -> str:
        try:
            await patience.wait_for(never())
        except TimeoutError:
            return "late"
        return "done"

    async with asyncio.TaskGroup() as group:
        tasks = []
        for _ in range(3):
            tasks.append(group.create_task(late()))
            # So that they do not begin at the same time.
            await asyncio.sleep(0)
    assert [task.result() for task in tasks] == ["late"] * 3


async def test_who_is_cancelled_by_others_is_not_called_late() -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(Patience(LONG).wait_for(never()))
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()


async def test_what_work_raises_comes_out() -> None:
    async def failing() -> None:
        raise ValueError("no space left")

    with pytest.raises(ValueError, match="no space"):
        await Patience(LONG).wait_for(failing())
