"""Hand-out by load: whom a session is offered to, in rounds, and by several brokers at once."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.database import insert_new
from broker.desk import Desk
from broker.handout import Candidate, HandOut, Open, choose
from protocol import requests as r
from protocol.facts import Offered
from protocol.session import Offering, Party
from tests.broker.desks import ANA, BEN, LEA, SITE, Counter, customers
from tests.broker.staff import add_rep

NOW = 1_800_000_000_000
REST = 60_000


def rep(name: str, active: int = 0, since: int = 0, **more: Any) -> Candidate:
    return Candidate(rep=name, active=active, since=since, **more)


class Case(Struct):
    says: str
    waiting: Open
    candidates: list[Candidate]
    expected: tuple[str, bool] | None


A, B, C = rep("a"), rep("b"), rep("c")
RESTED: dict[str, Any] = {"offer_ended_at": NOW - REST}
RESTING: dict[str, Any] = {"offer_ended_at": NOW - REST + 1}

CASES = [
    Case("nobody is there", Open(), [], None),
    Case("the one who is there", Open(), [A], ("a", False)),
    Case("fewest sessions", Open(), [rep("a", 2), rep("b", 1), rep("c", 3)], ("b", False)),
    Case("for the longest time", Open(), [rep("a", 1, 7), rep("b", 1, 3)], ("b", False)),
    Case("sessions count before time", Open(), [rep("a", 1, 0), rep("b", 0, 9)], ("b", False)),
    Case("one who is full", Open(), [rep("a", 2, cap=2), rep("b", 5, cap=6)], ("b", False)),
    Case("all are full", Open(), [rep("a", 2, cap=2)], None),
    Case("one has another offer", Open(), [rep("a", asked=True), rep("b", 4)], ("b", False)),
    Case("all have another offer", Open(), [rep("a", asked=True)], None),
    Case("an offer stands", Open(offer=Offering(rep="b", reason="least_busy", until=0)), [A], None),
    Case("kept for one rep", Open(meant_for="b"), [A, B], None),
    Case("one declined", Open(declined=("a",)), [A, rep("b", 9)], ("b", False)),
    Case("one did not answer", Open(unanswered=("a",)), [A, rep("b", 9)], ("b", False)),
    Case("all declined: rests", Open(declined=("a", "b"), **RESTING), [A, B], None),
    Case("all declined: again", Open(declined=("a", "b"), **RESTED), [A, B], ("a", True)),
    Case("none answered: rests", Open(unanswered=("a",), **RESTING), [A], None),
    Case("none answered: again", Open(unanswered=("a",), **RESTED), [A], ("a", True)),
    Case(
        "again, but not to who declined",
        Open(unanswered=("b",), declined=("a",), **RESTED),
        [A, rep("b", 9)],
        ("b", True),
    ),
    Case(
        "who comes while it rests is asked at once",
        Open(unanswered=("a",), declined=("b",), **RESTING),
        [A, B, C],
        ("c", False),
    ),
    Case(
        "who declined is not asked while another could take it later",
        Open(declined=("a",), **RESTED),
        [A, rep("b", asked=True)],
        None,
    ),
    Case(
        "who declined is asked again where the other is full",
        Open(declined=("a",), **RESTED),
        [A, rep("b", 1, cap=1)],
        ("a", True),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_whom_a_session_is_offered_to(case: Case) -> None:
    choice = choose(case.waiting, case.candidates, NOW)
    assert (choice and (choice.rep, choice.again)) == case.expected


def test_why_it_went_to_this_rep_can_be_read_from_who_was_compared() -> None:
    choice = choose(Open(declined=("d",)), [rep("a", 2, 5), rep("b", 1, 7), rep("d")], NOW)
    assert choice
    assert [(each.rep, each.active, each.since) for each in choice.compared] == [
        ("b", 1, 7),
        ("a", 2, 5),
    ]
    crowd = [rep(f"r{n}") for n in range(100)]
    long = choose(Open(), crowd, NOW)
    assert long
    assert len(long.compared) == 20


# --- on a database


def handing_out(counter: Counter, desk: Desk | None = None) -> HandOut:
    desk = desk or counter.desk
    return HandOut(counter.database, SITE, counter.clock, desk, lambda: ["support"])


async def offered(counter: Counter, session: str) -> str:
    offer = (await counter.desk.session(session)).offer
    return offer.rep if offer else ""


async def test_a_session_goes_round_and_comes_round_again(counter: Counter) -> None:
    for each in (ANA, BEN):
        await add_rep(counter, each)
    hand_out = handing_out(counter)
    session = await counter.start()
    await hand_out.look()
    assert await offered(counter, session) == ANA.id
    await hand_out.look()
    await counter.ask(r.Decline, ANA, session)
    await hand_out.look()
    assert await offered(counter, session) == BEN.id
    counter.clock.move(60.001)
    await counter.desk.lapse(session, "offer")
    await hand_out.look()
    assert await offered(counter, session) == ""
    counter.clock.move(60)
    await hand_out.look()
    assert await offered(counter, session) == BEN.id
    counter.clock.move(60.001)
    await counter.desk.lapse(session, "offer")
    await hand_out.look()
    assert await offered(counter, session) == ""
    await counter.ask(r.Accept, ANA, session)


async def test_loads_and_their_age_decide_and_are_stored_with_the_offer(counter: Counter) -> None:
    for each in (ANA, BEN, LEA):
        await add_rep(counter, each)
    first, second, third, fourth = customers(4)
    await counter.start_talking(first, ANA)
    done = await counter.start_talking(second, BEN)
    counter.clock.move(30)
    await counter.ask(r.End, BEN, done)
    hand_out = handing_out(counter)
    session = await counter.start(third)
    await hand_out.look()
    assert await offered(counter, session) == LEA.id
    await counter.ask(r.Accept, LEA, session)
    session = await counter.start(fourth)
    await hand_out.look()
    assert await offered(counter, session) == BEN.id
    told: list[Any] = []
    counter.desk.hear = told.append
    await counter.ask(r.Decline, BEN, session)
    await hand_out.look()
    fact = told[-1].fact
    assert isinstance(fact, Offered)
    assert [(each.rep, each.active) for each in fact.compared] == [(ANA.id, 1), (LEA.id, 1)]
    assert fact.compared[0].since < fact.compared[1].since


async def test_a_rep_has_one_offer_at_a_time_and_none_above_their_cap(counter: Counter) -> None:
    await add_rep(counter, ANA, cap=2)
    hand_out = handing_out(counter)
    sessions = [await counter.start(each) for each in customers(4)]
    for session in sessions[:2]:
        await hand_out.look()
        given = [each for each in sessions if await offered(counter, each)]
        assert given == [session]
        await counter.ask(r.Accept, ANA, session)
    await hand_out.look()
    assert not [each for each in sessions if await offered(counter, each)]
    await counter.ask(r.End, ANA, sessions[0])
    await hand_out.look()
    assert await offered(counter, sessions[2]) == ANA.id


async def test_who_is_away_or_switched_off_gets_no_offer(counter: Counter) -> None:
    await add_rep(counter, ANA)
    await add_rep(counter, BEN)
    await counter.database.write(
        lambda conn: insert_new(conn, schema.away, site=SITE, link=f"l-{ANA.id}")
    )
    session = await counter.start()
    await handing_out(counter).look()
    assert await offered(counter, session) == BEN.id


async def test_two_brokers_never_offer_a_session_or_a_rep_twice(counter: Counter) -> None:
    reps = [Party(id=f"r-{n}", role="rep", name=f"R{n}", teams=("support",)) for n in range(5)]
    for each in reps:
        await add_rep(counter, each)
    sessions = [await counter.start(each) for each in customers(12)]
    other = Counter(counter.database, counter.clock, counter.doorbell).desk
    both = [handing_out(counter), handing_out(counter, other)]
    for _ in range(3):
        await asyncio.gather(*(hand_out.look() for hand_out in both * 2))
        given = [rep for each in sessions if (rep := await offered(counter, each))]
        assert len(given) == len(set(given)) == 5
        for session in sessions:
            if rep := await offered(counter, session):
                counter.clock.move(1)
                await counter.ask(r.Decline, next(e for e in reps if e.id == rep), session)
    turns = schema.turns.c
    standing = sa.select(sa.func.sum(turns.offers))
    assert await counter.database.read(lambda conn: conn.scalar(standing)) == 0


async def test_two_hundred_wait_and_the_first_in_line_meets_who_comes_free(
    counter: Counter,
) -> None:
    sessions = [await counter.start(each) for each in customers(200)]
    hand_out = handing_out(counter)
    await hand_out.look()
    await add_rep(counter, ANA)
    await hand_out.look()
    assert await offered(counter, sessions[0]) == ANA.id
    await counter.ask(r.Decline, ANA, sessions[0])
    await hand_out.look()
    assert await offered(counter, sessions[1]) == ANA.id
