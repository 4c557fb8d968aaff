"""What it costs to keep a link that says nothing, and how fast links are let in.

Ten thousand people come to one broker and stay, each with a ticket of their own, and the memory of
the broker is read before and after. The same number of sockets on a bare aiohttp server, which asks
nobody who they are, is the floor.
"""

import asyncio
import gc
import signal
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct

from bench.load import (
    Caller,
    Person,
    Server,
    broker,
    floor,
    many,
    populate,
    run,
    seconds_of,
    serving,
    temporary_folder,
)
from bench.report import Line, report
from bench.wire import open_wire

LINKS = 10_000
WARM = 200
AT_ONCE = 200
REST_SECONDS = 5.0
"""Until what opening left behind is gone."""

Come = Callable[[Server, Person], Awaitable[object]]


class Cost(Struct, frozen=True):
    """What links cost a server: KiB each, links a second, and seconds of processor each."""

    kib: float
    rate: float
    seconds: float


async def come(server: Server, person: Person) -> object:
    caller = Caller(person)
    await caller.come(server.port)
    return caller


async def connect(server: Server, person: Person) -> object:
    return await open_wire(server.port, "/v1/link", _unheard, person.source)


def _unheard(_: bytes) -> None:
    """What the floor says is of no interest."""


async def measure(server: Server, people: list[Person], come: Come) -> Cost:
    """Let `people` in and see what it costs."""
    kept = await many((come(server, person) for person in people[:WARM]), AT_ONCE)
    await asyncio.sleep(REST_SECONDS)
    memory, used = server.process.memory_info().rss, seconds_of(server)
    began = time.perf_counter()
    kept += await many((come(server, person) for person in people[WARM:]), AT_ONCE)
    rate = (len(people) - WARM) / (time.perf_counter() - began)
    each = (seconds_of(server) - used) / (len(people) - WARM)
    await asyncio.sleep(REST_SECONDS)
    kib = (server.process.memory_info().rss - memory) / 1024 / (len(people) - WARM)
    assert len(kept) == len(people)
    return Cost(kib, rate, each)


async def main() -> None:
    async with temporary_folder() as folder:
        people = await populate(folder, LINKS, 0)
        async with serving(floor("idle")) as server:
            bare = await measure(server, people.customers, connect)
        gc.collect()
        async with serving(broker(folder)) as server:
            ours = await measure(server, people.customers, come)
            used, began = seconds_of(server), time.perf_counter()
            await asyncio.sleep(2 * REST_SECONDS)
            share = (seconds_of(server) - used) / (time.perf_counter() - began)
            await server.end(signal.SIGKILL)
    report(
        "idle",
        [
            Line("memory of a link", ours.kib, "KiB", bare.kib, "≤ 30", ours.kib <= 30),
            Line("let in", ours.rate, "links/s", bare.rate, "≥ 1,000", ours.rate >= 1000),
            Line("let in by a core", 1 / ours.seconds, "links/s", 1 / bare.seconds),
            Line("broker at rest", share * 100, "% of a core"),
        ],
    )


if __name__ == "__main__":
    run(main)
