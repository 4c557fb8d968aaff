"""A rep's console on a bad day: 200 wait and 20 write, for a minute, in Chromium.

Every customer who is served writes a line each four seconds and types in between; every two
seconds somebody in the queue leaves and another comes. Counted are tasks of 50 ms and more, which
a rep feels while typing, and the time between frames.
"""

import asyncio
import time
from typing import Any

from bench.consoles import console
from bench.load import (
    Caller,
    Server,
    broker,
    many,
    new_id,
    populate,
    run,
    seconds_of,
    serving,
    temporary_folder,
)
from bench.report import Line, percentile, report
from protocol import messages as m
from protocol import requests as r

WAITING = 200
TALKING = 20
COMING = 40
WARM_SECONDS = 8.0
SECONDS = 60.0
LINE_SECONDS = 4.0
MOVE_SECONDS = 2.0
FRAME_MS = 1000 / 60
LONG_MS = 50

WATCH = """
globalThis.tasks = [];
globalThis.frames = [];
new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
}).observe({ type: "longtask" });
let before = 0;
const frame = (now) => {
    if (before) frames.push(now - before);
    before = now;
    requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
"""
FORGET = "() => { tasks.length = 0; frames.length = 0; }"
SEEN = "() => ({ tasks, frames })"


async def start(server: Server, caller: Caller) -> Caller:
    await caller.come(server.port)
    asked = r.Start(id=new_id(), session="", issue="computer", name=f"Max {caller.person.id[-4:]}")
    caller.session = (await caller.ask(asked)).session
    return caller


async def write(caller: Caller, delay: float, until: float) -> None:
    """Type and write as somebody does who has much to say."""
    await asyncio.sleep(delay)
    number = 0
    while time.perf_counter() < until:
        for _ in range(2):
            caller.send(m.encode(m.Writing(session=caller.session)))
            await asyncio.sleep(LINE_SECONDS / 2)
        number += 1
        text = f"{number}: I have restarted it twice and it still does not print anything."
        await caller.ask(r.Say(id=new_id(), session=caller.session, text=text))


async def come_and_go(
    server: Server, waiting: list[Caller], coming: list[Caller], until: float
) -> None:
    for fresh in coming:
        if time.perf_counter() >= until:
            return
        first = waiting.pop(0)
        await first.ask(r.End(id=new_id(), session=first.session))
        waiting.append(await start(server, fresh))
        await asyncio.sleep(MOVE_SECONDS)


async def main() -> None:
    async with temporary_folder() as folder:
        people = await populate(folder, WAITING + TALKING + COMING, 1)
        async with serving(broker(folder)) as server:
            rep = Caller(people.reps[0])
            await rep.come(server.port)
            rep.send(m.encode(m.SetAvailable(available=True)))
            await asyncio.sleep(1.0)
            callers = [Caller(person) for person in people.customers]
            talking, rest = callers[:TALKING], callers[TALKING:]
            waiting, coming = rest[:WAITING], rest[WAITING:]
            for caller in await many((start(server, each) for each in talking), 10):
                await rep.ask(r.Accept(id=new_id(), session=caller.session))
            await many((start(server, each) for each in waiting), 10)
            async with console(server, people.reps[0], WATCH) as page:
                region = page.get_by_role("region", name="My sessions")
                await region.get_by_role("listitem").first.get_by_role("button").first.click()
                seen, share = await watch(server, page, talking, waiting, coming)
    tell(seen, share)


async def watch(
    server: Server, page: Any, talking: list[Caller], waiting: list[Caller], coming: list[Caller]
) -> tuple[dict[str, list[float]], float]:
    """Return the long tasks and the frames of a minute in ms, and the broker's share of a core."""
    until = time.perf_counter() + WARM_SECONDS + SECONDS
    async with asyncio.TaskGroup() as group:
        for number, caller in enumerate(talking):
            group.create_task(write(caller, number * LINE_SECONDS / TALKING, until))
        group.create_task(come_and_go(server, waiting, coming, until))
        await asyncio.sleep(WARM_SECONDS)
        await page.evaluate(FORGET)
        used = seconds_of(server)
        await asyncio.sleep(SECONDS)
        seen: dict[str, list[float]] = await page.evaluate(SEEN)
        share = (seconds_of(server) - used) / SECONDS
    return seen, share


def tell(seen: dict[str, list[float]], share: float) -> None:
    tasks, frames = seen["tasks"], seen["frames"]
    many_long = sum(each > LONG_MS for each in tasks)
    late = sum(each > 1.5 * FRAME_MS for each in frames) / max(1, len(frames))
    report(
        "console",
        [
            Line("tasks over 50 ms in 60 s", many_long, "tasks", None, "0", many_long == 0),
            Line("longest task", max(tasks, default=0.0), "ms"),
            Line("frames", len(frames) / SECONDS, "a second"),
            Line("between frames, p99", percentile(frames, 0.99), "ms"),
            Line("frames later than one and a half", late * 100, "%"),
            Line("broker", share * 100, "% of a core"),
        ],
        load=f"{WAITING} wait, {TALKING} write a line each {LINE_SECONDS:.0f} s",
    )


if __name__ == "__main__":
    run(main)
