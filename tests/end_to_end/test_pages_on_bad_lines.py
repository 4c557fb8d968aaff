"""Both pages in Chromium behind lines that delay, split, repeat, go silent and break."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.faulty_line import ByteLine, byte_line, message_line
from tests.end_to_end.serving import Server

SEED = 20261121


@asynccontextmanager
async def started(server: Server, url: str) -> AsyncIterator[None]:
    """Serve under the address `url`, which is that of the line: no other origin is let in."""
    server.set(DESKSIDE_URL=url)
    await server.start()
    try:
        yield
    finally:
        await server.kill()
        server.close()


@asynccontextmanager
async def met(url: str) -> AsyncIterator[tuple[Person, Person]]:
    """A customer and a rep who have met at the pages under `url`."""
    async with chromium() as browser:
        customer, rep = await visit(browser, url), await sign_in(browser, url)
        await meet(customer, rep)
        yield customer, rep
        assert [*customer.faults, *rep.faults] == []


@asynccontextmanager
async def met_behind_bytes(
    folder: Path, **settings: str
) -> AsyncIterator[tuple[ByteLine, Person, Person]]:
    server = Server(folder, **settings)
    async with (
        byte_line(server.port) as line,
        started(server, line.url),
        met(line.url) as (customer, rep),
    ):
        yield line, customer, rep


async def converse(customer: Person, rep: Person, count: int) -> list[str]:
    """Both say `count` lines by turns, waiting for none; return them."""
    said = []
    for number in range(count):
        for person, name in ((customer, "customer"), (rep, "rep")):
            said.append(f"{name} says {number:02}")
            await person.say(said[-1])
    return said


async def assert_all_came(customer: Person, rep: Person, said: list[str]) -> None:
    """Each line stands once at both, in the same order, each speaker's own in theirs."""
    for person in (customer, rep):
        for text in said:
            await person.reads(text)
    seen = await customer.lines(*said)
    assert await rep.lines(*said) == seen
    for name in ("customer", "rep"):
        assert [t for t in seen if t.startswith(name)] == [t for t in said if t.startswith(name)]


async def test_a_line_that_delays_and_delivers_byte_by_byte(tmp_path: Path) -> None:
    async with met_behind_bytes(tmp_path) as (line, customer, rep):
        line.split = True
        line.delay_seconds = 0.05
        line.cut()
        said = await converse(customer, rep, 4)
        await customer.page.reload()
        await assert_all_came(customer, rep, said)


async def test_a_line_that_breaks_again_and_again(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    async with met_behind_bytes(tmp_path) as (line, customer, rep):
        async with asyncio.TaskGroup() as group:
            talk = group.create_task(converse(customer, rep, 12))
            while not talk.done():
                await asyncio.sleep(rng.uniform(0, 0.5))
                line.cut()
        await assert_all_came(customer, rep, talk.result())


async def test_a_line_that_goes_silent_is_given_up_and_replaced(tmp_path: Path) -> None:
    async with met_behind_bytes(tmp_path, DESKSIDE_BEAT_SECONDS="1") as (line, customer, rep):
        line.silent = True
        said = await converse(customer, rep, 2)
        for person in (customer, rep):
            await expect(person.page.get_by_text("Connection lost.")).to_be_visible()
        line.silent = False
        await assert_all_came(customer, rep, said)


async def test_a_line_that_repeats_every_other_message(tmp_path: Path) -> None:
    server = Server(tmp_path)
    async with (
        message_line(server.url, random.Random(SEED), repeat=0.5) as line,
        started(server, line.url),
        met(line.url) as (customer, rep),
    ):
        said = await converse(customer, rep, 10)
        await assert_all_came(customer, rep, said)
        assert line.repeated > 20
