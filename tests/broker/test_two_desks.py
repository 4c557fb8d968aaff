"""Several desks over one database, as with several brokers."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from broker import schema, store
from broker.database import open_database, put
from broker.doorbell import InProcess
from protocol import requests as r
from protocol.facts import Accepted
from protocol.session import Party, Refused
from tests.broker.desks import ANA, BEN, CUSTOMER, SITE, Counter, customers, new_id

REPS = [Party(id=f"r-{n}", role="rep", name=f"Rep {n}", teams=("support",)) for n in range(50)]


@pytest.fixture
async def desks(counter: Counter, database_url: str) -> AsyncIterator[tuple[Counter, Counter]]:
    other = Counter(await open_database(database_url), counter.clock, InProcess())
    yield counter, other
    await other.database.close()


async def race(desks: tuple[Counter, Counter], session: str) -> list[object]:
    asked = (
        desks[number % 2].desk.ask(r.Accept(id=new_id(), session=session), rep)
        for number, rep in enumerate(REPS)
    )
    return list(await asyncio.gather(*asked, return_exceptions=True))


async def one_wins(desks: tuple[Counter, Counter]) -> None:
    session = await desks[0].start()
    answers = await race(desks, session)
    facts = await desks[1].database.read(
        lambda conn: store.read_facts(conn, SITE, session, "broker")
    )
    (winner,) = [fact.by for fact in facts if isinstance(fact, Accepted)]
    losers = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(losers) == len(REPS) - 1
    assert set(losers) == {Refused("taken", winner)}
    await desks[0].ask(r.End, CUSTOMER, session)


async def test_fifty_reps_accept_at_once_over_two_desks_and_one_wins(
    desks: tuple[Counter, Counter],
) -> None:
    # All two hundred rounds on PostgreSQL as well: with --long.
    for _ in range(200 if desks[0].database.dialect == "sqlite" else 20):
        await one_wins(desks)


@pytest.mark.long
async def test_fifty_reps_accept_at_once_two_hundred_times(desks: tuple[Counter, Counter]) -> None:
    for _ in range(200):
        await one_wins(desks)


async def test_a_cap_of_one_holds_over_two_desks(desks: tuple[Counter, Counter]) -> None:
    await desks[0].database.write(
        lambda conn: put(conn, schema.rep_loads, site=SITE, rep=ANA.id, active=0, cap=1)
    )
    for _ in range(10):
        each = customers(2)
        one, two = await desks[0].start(each[0]), await desks[1].start(each[1])
        answers = await asyncio.gather(
            desks[0].desk.ask(r.Accept(id=new_id(), session=one), ANA),
            desks[1].desk.ask(r.Accept(id=new_id(), session=two), ANA),
            return_exceptions=True,
        )
        assert [answer for answer in answers if isinstance(answer, Refused)] == [
            Refused("at_capacity")
        ]
        for customer, session in zip(each, (one, two), strict=True):
            await desks[0].ask(r.End, customer, session)
    active = await desks[0].database.read(
        lambda conn: conn.scalar(
            sa.select(schema.rep_loads.c.active).where(schema.rep_loads.c.rep == ANA.id)
        )
    )
    assert active == 0


async def test_what_one_desk_stored_the_other_decides_upon(desks: tuple[Counter, Counter]) -> None:
    one, two = desks
    session = await one.start_talking()
    await two.ask(r.Say, CUSTOMER, session, text="by the other way")
    await one.ask(r.Transfer, ANA, session, rep=BEN.id)
    await two.ask(r.Accept, BEN, session)
    with pytest.raises(Refused, match="not_yours"):
        await one.ask(r.Say, ANA, session, text="not mine any more")
    await one.ask(r.Say, BEN, session, text="mine now")


async def test_the_same_request_at_two_desks_at_once_is_carried_out_once(
    desks: tuple[Counter, Counter],
) -> None:
    session = await desks[0].start_talking()
    for _ in range(20):
        say = r.Say(id=new_id(), session=session, text="once")
        first, second = await asyncio.gather(*(desk.desk.ask(say, CUSTOMER) for desk in desks))
        assert first == second
    head = await desks[0].desk.fresh(session)
    assert head.session.place == 22


async def test_what_is_read_of_a_session_is_what_the_other_desk_has_made_of_it(
    desks: tuple[Counter, Counter],
) -> None:
    session = await desks[0].start_talking()
    await desks[1].ask(r.End, CUSTOMER, session)
    assert (await desks[0].desk.session(session)).state == "ended"


async def test_who_is_owner_no_more_learns_it_when_the_other_desk_is_caught_up_with(
    desks: tuple[Counter, Counter],
) -> None:
    one, two = desks
    session = await one.start_talking()
    rung = listen(one)
    await two.ask(r.Transfer, ANA, session, rep=BEN.id)
    await two.ask(r.Accept, BEN, session)
    await one.desk.fresh(session)
    assert rung == [ANA.id, BEN.id]
    await one.desk.fresh(session)
    assert rung == [ANA.id, BEN.id]


def listen(counter: Counter) -> list[str]:
    """Return a list of whose sessions changed, as `counter` rings from now on."""
    rung: list[str] = []
    counter.doorbell.listen(
        lambda ring: rung.append(ring.subject) if ring.topic == "party" else None
    )
    return rung
