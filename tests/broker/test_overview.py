"""What stands in the tables over many sessions, on both databases."""

import pytest

from broker import overview
from protocol import requests as r
from tests.broker.desks import ANA, BEN, CUSTOMER, LEA, NIA, SITE, STRANGER, Counter, customers


async def live(counter: Counter, party: str) -> list[str]:
    return await counter.database.read(lambda conn: overview.live_sessions(conn, SITE, party))


async def test_a_customer_has_their_sessions_until_they_end(counter: Counter) -> None:
    first = await counter.start()
    await counter.start(STRANGER)
    assert await live(counter, CUSTOMER.id) == [first]
    await counter.ask(r.End, CUSTOMER, first)
    assert await live(counter, CUSTOMER.id) == []
    second = await counter.start()
    assert await live(counter, CUSTOMER.id) == [second]


async def test_a_rep_has_what_they_own_and_what_they_joined(counter: Counter) -> None:
    session = await counter.start_talking()
    await counter.ask(r.TakeOver, LEA, session)
    assert await live(counter, LEA.id) == [session]
    assert await live(counter, ANA.id) == [session]
    await counter.ask(r.Leave, ANA, session)
    assert await live(counter, ANA.id) == []
    await counter.ask(r.End, CUSTOMER, session)
    assert await live(counter, LEA.id) == []


async def test_an_invited_rep_has_the_session_before_they_join(counter: Counter) -> None:
    session = await counter.start_talking()
    await counter.ask(r.Invite, ANA, session, rep=BEN.id)
    assert await live(counter, BEN.id) == [session]
    await counter.ask(r.ReturnToQueue, ANA, session)
    assert await live(counter, BEN.id) == []


@pytest.mark.parametrize("waiting", [False, True])
async def test_a_rep_to_whom_a_session_is_offered_has_it_until_they_decline(
    counter: Counter, waiting: bool
) -> None:
    session = await counter.start_talking()
    await counter.ask(r.Transfer, ANA, session, rep=BEN.id)
    if waiting:
        await counter.ask(r.ReturnToQueue, ANA, session)
        await counter.desk.notice(session, r.Offer(rep=BEN.id))
    assert await live(counter, BEN.id) == [session]
    await counter.ask(r.Decline, BEN, session)
    assert await live(counter, BEN.id) == []


async def test_whom_a_session_newly_concerns_hears_a_ring(counter: Counter) -> None:
    rung: list[tuple[str, str]] = []
    counter.desk._doorbell.listen(lambda ring: rung.append((ring.topic, ring.subject)))
    session = await counter.start_talking()
    await counter.ask(r.Invite, ANA, session, rep=BEN.id)
    assert ("party", BEN.id) in rung
    await counter.ask(r.Transfer, ANA, session, rep=LEA.id)
    assert ("party", LEA.id) in rung
    rung.clear()
    await counter.ask(r.Join, BEN, session)
    assert ("party", BEN.id) not in rung


async def position(counter: Counter, session: str) -> int:
    stored = await counter.desk.session(session)
    return await counter.database.read(lambda conn: overview.position(conn, SITE, stored))


async def test_a_position_counts_one_team_and_the_front_goes_first(counter: Counter) -> None:
    returned = await counter.start_talking()
    one, two, three = customers(3)
    first, second = await counter.start(one), await counter.start(two)
    cable = await counter.start(three, issue="cable")
    assert [await position(counter, each) for each in (first, second, cable)] == [1, 2, 1]
    await counter.ask(r.ReturnToQueue, ANA, returned)
    assert [await position(counter, each) for each in (returned, first, second)] == [1, 2, 3]
    await counter.ask(r.Accept, NIA, cable)
    await counter.ask(r.Accept, ANA, first)
    assert [await position(counter, each) for each in (returned, second)] == [1, 2]


async def test_what_has_changed_is_known_with_its_place(counter: Counter) -> None:
    await counter.start(STRANGER)
    counter.clock.move(60)
    since = counter.clock.now
    session = await counter.start_talking()
    changed = await counter.database.read(lambda conn: overview.changed_since(conn, SITE, since))
    assert changed == [(session, 2)]


async def test_deadlines_come_longest_due_first_and_not_before_their_time(
    counter: Counter,
) -> None:
    first, second = await counter.start(), await counter.start(STRANGER)

    async def due(seconds: float, limit: int = 200) -> list[tuple[str, str]]:
        now = counter.clock.now + int(seconds * 1000)
        return [*await counter.database.read(lambda c: overview.due(c, SITE, now, limit))]

    assert await due(-1) == []
    greetings = [(first, "greeting"), (second, "greeting")]
    assert await due(1) == greetings
    assert await due(61) == [*greetings, (first, "hold"), (second, "hold")]
    assert await due(61, limit=1) == greetings[:1]
