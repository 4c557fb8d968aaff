"""A conversation over lines that delay, split, repeat, lose, go silent and break."""

import asyncio
import random
from pathlib import Path

from customer_client.link import Link
from protocol import requests as r
from tests.end_to_end.faulty_line import byte_line, message_line
from tests.end_to_end.serving import (
    ask,
    begin,
    linked,
    said_by_all,
    serving,
)

SEED = 20261121
CUTS = 5


async def speak(link: Link, session: str, count: int, name: str = "customer") -> list[str]:
    """Say `count` lines, one after the other; return them."""
    said = [f"{name} {number}" for number in range(count)]
    for text in said:
        await ask(link, r.Say, session, text=text)
    return said


async def converse(customer: Link, rep: Link, session: str, count: int) -> list[str]:
    """Both say `count` lines at once; return what each of them said."""
    said = await asyncio.gather(speak(customer, session, count), speak(rep, session, count, "rep"))
    return said[0] + said[1]


async def assert_all_came(customer: Link, rep: Link, session: str, said: list[str]) -> None:
    """Everything arrived at both, once, and each speaker's lines in their order."""
    heard = await said_by_all((customer, rep), session)
    assert sorted(heard) == sorted(said)
    for name in ("customer", "rep"):
        mine = [text for text in heard if text.startswith(name)]
        assert mine == [text for text in said if text.startswith(name)]


async def test_a_line_that_delays_and_delivers_byte_by_byte(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, byte_line(server.port) as line:
        line.split = True
        line.delay_seconds = 0.02
        async with (
            linked(server, "ana") as rep,
            linked(server, through=line.url) as customer,
        ):
            session = await begin(customer, rep)
            said = await converse(customer, rep, session, 10)
            await assert_all_came(customer, rep, session, said)


async def test_a_line_that_breaks_again_and_again(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        byte_line(server.port) as line,
        linked(server, "ana", through=line.url) as rep,
        linked(server, through=line.url) as customer,
    ):
        session = await begin(customer, rep)
        async with asyncio.TaskGroup() as group:
            talk = group.create_task(converse(customer, rep, session, 40))
            rng = random.Random(SEED)
            for _ in range(CUTS):
                known = customer.connections
                await asyncio.sleep(rng.uniform(0, 0.3))
                line.cut()
                await reconnected(customer, known)
        await assert_all_came(customer, rep, session, talk.result())
        assert customer.connections > CUTS


async def reconnected(link: Link, known: int) -> None:
    """Wait until `link` has had more than `known` connections."""
    await link.until(lambda link: link.connections > known)


async def test_a_line_that_repeats_every_other_message(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    async with (
        serving(tmp_path) as server,
        message_line(server.url, rng, repeat=0.5) as line,
        linked(server, "ana", through=line.url) as rep,
        linked(server, through=line.url) as customer,
    ):
        session = await begin(customer, rep)
        said = await converse(customer, rep, session, 40)
        await assert_all_came(customer, rep, session, said)
        assert line.repeated > 40


async def test_a_line_that_loses_messages(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    async with (
        serving(tmp_path) as server,
        message_line(server.url, rng, lose=0.05) as line,
        linked(server, "ana") as rep,
        linked(server, through=line.url) as customer,
    ):
        session = await begin(customer, rep)
        said = await converse(customer, rep, session, 40)
        await assert_all_came(customer, rep, session, said)
        assert line.lost > 0


async def test_a_line_that_goes_silent_is_given_up_and_replaced(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, DESKSIDE_BEAT_SECONDS="1") as server,
        byte_line(server.port) as line,
        linked(server, "ana") as rep,
        linked(server, through=line.url) as customer,
    ):
        session = await begin(customer, rep)
        line.silent = True
        async with asyncio.TaskGroup() as group:
            talk = group.create_task(speak(customer, session, 3))
            await until_dropped(rep, session)
            line.silent = False
        await assert_all_came(customer, rep, session, talk.result())
        assert customer.connections > 1


async def until_dropped(rep: Link, session: str) -> None:
    """Wait until the rep has been told that the customer is gone."""
    followed = rep.sessions[session]
    await rep.until(lambda _: followed.session.customer in followed.session.gone)


async def test_words_written_offline_arrive_once_the_broker_is_back(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        linked(server) as customer,
    ):
        session = await begin(customer, rep)
        await server.kill()
        async with asyncio.TaskGroup() as group:
            talk = group.create_task(speak(customer, session, 5))
            await server.start()
        await assert_all_came(customer, rep, session, talk.result())


async def test_two_links_of_one_person_stay_identical(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        linked(server, "ana") as other,
        linked(server) as customer,
        linked(server, token=customer.token) as tab,
    ):
        session = await begin(customer, rep)
        await other.follow(session)
        await tab.follow(session)
        said = await converse(customer, rep, session, 10)
        await ask(tab, r.Say, session, text="from the other tab")
        heard = await said_by_all((customer, tab, rep, other), session)
        assert sorted(heard) == sorted([*said, "from the other tab"])
        assert customer.sessions[session].facts == tab.sessions[session].facts
        assert rep.sessions[session].facts == other.sessions[session].facts
