"""What is stored of each wait, and how good the estimates were."""

import random
from collections.abc import Sequence
from contextlib import suppress

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from broker import schema, store, waits
from broker.mail import Mail
from broker.metrics import Metrics
from protocol import requests as r
from protocol.facts import Fact
from protocol.session import BROKER, Party, Refused, Session, evolve
from tests.broker.desks import ANA, BEN, CUSTOMER, NIA, SITE, Counter, new_id

CUSTOMERS = [Party(id=f"c-{n}", role="customer", name=f"Max {n}") for n in range(30)]


async def table(counter: Counter, which: sa.Table) -> Sequence[sa.Row[tuple[object, ...]]]:
    found = sa.select(which).order_by(which.c.began_at)
    return await counter.database.read(lambda conn: conn.execute(found).all())


# --- what is stored with the fact


async def test_a_wait_and_the_talk_after_it_are_stored_as_they_end(counter: Counter) -> None:
    session = await counter.start()
    counter.clock.move(90)
    await counter.ask(r.Accept, ANA, session)
    counter.clock.move(600)
    assert await table(counter, schema.handled) == []
    await counter.ask(r.End, ANA, session)
    (wait,), (talk,) = await table(counter, schema.waits), await table(counter, schema.handled)
    assert (wait.session, wait.team, wait.ending, wait.rep) == (
        session,
        "support",
        "accepted",
        ANA.id,
    )
    assert (wait.ended_at - wait.began_at, wait.said_at, wait.had) == (90_001, 0, 1)
    assert (talk.team, talk.rep, talk.ended_at - talk.began_at) == ("support", ANA.id, 600_001)


async def test_how_many_sessions_the_rep_then_had_is_stored(counter: Counter) -> None:
    for customer in CUSTOMERS[:3]:
        await counter.start_talking(customer)
    assert [wait.had for wait in await table(counter, schema.waits)] == [1, 2, 3]
    had = await counter.database.read(lambda conn: waits.had_at_once(conn, SITE, ANA.id))
    assert had == [3, 2, 1]


@pytest.mark.parametrize(
    ("asked", "ending", "counts"),
    [
        (r.End(id=new_id()), "abandoned", True),
        (r.LeaveOnNotice(id=new_id(), notice="n"), "left_on_notice", False),
        (r.Orphan(), "orphaned", False),
    ],
)
async def test_only_who_waited_too_long_counts_as_having_given_up(
    counter: Counter, asked: r.Request | r.Incident, ending: str, counts: bool
) -> None:
    session = await counter.start()
    counter.clock.move(50)
    if isinstance(asked, r.Incident):
        await counter.desk.notice(session, asked)
    else:
        await counter.desk.ask(replace(asked, session=session), CUSTOMER)
    found = await counter.database.read(lambda conn: waits.ended_waits(conn, SITE, "support"))
    assert [wait.ending for wait in found] == [ending]
    assert waits.gave_up(found) == counts
    assert waits.waited_seconds(found) == 50


async def test_who_is_transferred_waits_again_and_each_team_has_its_part(counter: Counter) -> None:
    session = await counter.start_talking()
    counter.clock.move(100)
    await counter.ask(r.Transfer, ANA, session, team="network")
    counter.clock.move(30)
    await counter.ask(r.End, CUSTOMER, session)
    assert [(wait.team, wait.ending) for wait in await table(counter, schema.waits)] == [
        ("support", "accepted"),
        ("network", "customer_ended"),
    ]
    assert [talk.team for talk in await table(counter, schema.handled)] == ["support"]
    found = await counter.database.read(lambda conn: waits.ended_waits(conn, SITE, "network"))
    assert waits.gave_up(found) == 1


async def test_a_rep_who_hands_over_within_the_team_makes_no_second_talk(counter: Counter) -> None:
    session = await counter.start_talking()
    await counter.ask(r.Transfer, ANA, session, rep=BEN.id)
    await counter.ask(r.Accept, BEN, session)
    counter.clock.move(100)
    await counter.ask(r.End, BEN, session)
    assert len(await table(counter, schema.handled)) == 1


async def test_whatever_happens_each_stretch_is_stored_once_as_it_ends(counter: Counter) -> None:
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    sessions = [await counter.start(customer) for customer in CUSTOMERS[:3]]
    requests: list[tuple[type[r.Request], dict[str, object]]] = [
        (r.Accept, {}), (r.Accept, {}), (r.Accept, {}), (r.ReturnToQueue, {}), (r.Invite, {"rep": BEN.id}),
        (r.Join, {}), (r.Transfer, {"rep": BEN.id}), (r.Transfer, {"team": "network"}), (r.End, {}),
    ]  # fmt: skip
    for _ in range(80):
        kind, fields = rng.choice(requests)
        counter.clock.move(rng.choice([0, 1, 40]))
        with suppress(Refused):
            who = rng.choice([*CUSTOMERS[:3], ANA, BEN, NIA])
            await counter.ask(kind, who, rng.choice(sessions), **fields)
    for session in sessions:
        facts = await counter.database.read(
            lambda conn, session=session: store.read_facts(conn, SITE, session, "broker")  # type: ignore[misc]
        )
        assert await stored_stretches(counter, session) == stretches(facts), f"seed {seed}"


async def stored_stretches(counter: Counter, session: str) -> list[tuple[object, ...]]:
    ended_waits = [
        ("waiting", wait.began_at, wait.ended_at, wait.team, wait.rep, wait.ending)
        for wait in await table(counter, schema.waits)
        if wait.session == session
    ]
    talks = [
        ("talking", talk.began_at, talk.ended_at, talk.team, talk.rep, "")
        for talk in await table(counter, schema.handled)
        if talk.session == session
    ]
    return sorted([*ended_waits, *talks], key=lambda stretch: (stretch[1], stretch[2]))


def stretches(facts: Sequence[Fact]) -> list[tuple[object, ...]]:
    """What the facts say of when it waited and when somebody talked."""
    found: list[tuple[object, ...]] = []
    before = Session()
    for fact in facts:
        after = evolve(before, fact)
        stretch = (before.state, before.state_since, fact.at, before.team)
        if before.state == "waiting" != after.state:
            accepted = after.state == "talking"
            found.append((*stretch, after.owner, "accepted" if accepted else after.ending))
        elif before.state == "talking" != after.state:
            found.append((*stretch, before.owner, ""))
        before = after
    return found


# --- how good it was


def ended(waited: int, ending: str = "accepted", *, most: int = 300, said: int = 1) -> waits.Ended:
    return waits.Ended(said, said + waited * 1000, ending, said, most // 2, most)


@pytest.mark.parametrize(
    ("wait", "kept"),
    [
        (ended(300), True),
        (ended(301), False),
        # What was shown is whole minutes.
        (ended(300, most=241), True),
        (ended(299, "abandoned"), None),
        (ended(301, "abandoned"), False),
        (ended(301, "left_on_notice"), False),
        (ended(10, said=0), None),
    ],
)
def test_a_wait_tells_whether_it_was_kept(wait: waits.Ended, kept: bool | None) -> None:
    assert wait.kept is kept


def test_error_and_coverage_are_those_of_the_waits_that_tell() -> None:
    found = waits.record_of(
        [ended(100), ended(200), ended(400), ended(20, "abandoned"), ended(900, said=0)]
    )
    assert (found.outcomes, found.kept, found.accepted) == (3, 2, 3)
    assert found.coverage == pytest.approx(2 / 3)
    assert found.error_seconds == pytest.approx((50 + 50 + 250) / 3)
    assert found.bias_seconds == pytest.approx((50 - 50 - 250) / 3)


def test_operators_see_them_and_nothing_made_up_before_there_are_any(
    counter: Counter,
) -> None:
    mail = Mail(counter.database, SITE, counter.clock, None, None)
    found = waits.record_of([ended(100), ended(400)])
    records = {"support": found, "network": waits.Record()}
    text = Metrics(lambda: 0, lambda: records, mail).text().decode()
    assert 'deskside_wait_kept_ratio{team="support"} 0.5' in text
    assert 'deskside_wait_error_seconds{team="support"} 150.0' in text
    assert 'deskside_wait_outcomes{team="network"} 0.0' in text
    assert 'ratio{team="network"}' not in text


async def test_nobody_but_a_party_is_named(counter: Counter) -> None:
    """The tables outlive what a customer may have erased."""
    session = await counter.start_talking()
    await counter.ask(r.End, ANA, session)
    words = {CUSTOMER.id, CUSTOMER.name, BROKER}
    for which in (schema.waits, schema.handled):
        for row in await table(counter, which):
            assert not words & {str(value) for value in row}
