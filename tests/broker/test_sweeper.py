import asyncio
from collections.abc import AsyncIterator

import pytest

from broker import store
from broker.database import open_database
from broker.doorbell import InProcess
from broker.feeds import Feeds
from broker.marks import Marks
from broker.sweeper import Sweeper
from broker.tasks import Tasks
from protocol import requests as r
from tests.broker.desks import ANA, CUSTOMER, SITE, Counter, Reader
from tests.waiting import until


@pytest.fixture
async def sweeper(counter: Counter) -> AsyncIterator[Sweeper]:
    tasks = Tasks()
    yield sweeper_of(counter, tasks)
    await tasks.stop()


def sweeper_of(counter: Counter, tasks: Tasks) -> Sweeper:
    database, clock = counter.database, counter.clock
    marks = Marks(database, SITE, clock, InProcess())
    return Sweeper(database, SITE, clock, counter.desk, marks, Feeds(database, SITE, tasks))


async def kinds(counter: Counter, session: str) -> list[str]:
    facts = await counter.database.read(
        lambda conn: store.read_facts(conn, SITE, session, "broker")
    )
    return [str(fact.__struct_config__.tag) for fact in facts]


async def test_who_comes_into_the_queue_is_greeted_once(counter: Counter, sweeper: Sweeper) -> None:
    session = await counter.start()
    counter.clock.move(0.5)
    await sweeper.sweep()
    await sweeper.sweep()
    assert await kinds(counter, session) == ["opened", "greeted"]


async def test_hold_messages_come_every_minute_until_someone_accepts(
    counter: Counter, sweeper: Sweeper
) -> None:
    session = await counter.start()
    for _ in range(3):
        counter.clock.move(61)
        await sweeper.sweep()
    await counter.ask(r.Accept, ANA, session)
    counter.clock.move(61)
    await sweeper.sweep()
    assert (await kinds(counter, session)).count("held") == 3


async def test_a_silent_session_is_warned_and_then_ended(
    counter: Counter, sweeper: Sweeper
) -> None:
    session = await counter.start_talking()
    counter.clock.move(240.1)
    await sweeper.sweep()
    assert (await kinds(counter, session))[-1] == "warned"
    counter.clock.move(60.1)
    await sweeper.sweep()
    assert (await counter.desk.session(session)).ending == "inactive"


async def test_typing_puts_the_warning_off(counter: Counter, sweeper: Sweeper) -> None:
    session = await counter.start_talking()
    counter.clock.move(200)
    sweeper._marks.stirred(session, CUSTOMER.id)
    counter.clock.move(41)
    await sweeper.sweep()
    assert "warned" not in await kinds(counter, session)
    counter.clock.move(200)
    await sweeper.sweep()
    assert (await kinds(counter, session))[-1] == "warned"


async def test_deadlines_survive_a_restart(counter: Counter, database_url: str) -> None:
    session = await counter.start_talking()
    await counter.ask(r.RequestGrants, ANA, session, tools=("view",))
    again = Counter(await open_database(database_url), counter.clock, InProcess())
    again.clock.move(30.1)
    tasks = Tasks()
    await sweeper_of(again, tasks).sweep()
    assert (await kinds(again, session))[-1] == "grants_refused"
    await tasks.stop()
    await again.database.close()


async def test_two_sweepers_carry_out_a_deadline_once(counter: Counter, sweeper: Sweeper) -> None:
    session = await counter.start_talking()
    counter.clock.move(241)
    other = Counter(counter.database, counter.clock, InProcess())
    tasks = Tasks()
    await asyncio.gather(sweeper.sweep(), sweeper_of(other, tasks).sweep())
    await tasks.stop()
    assert (await kinds(counter, session)).count("warned") == 1


async def test_a_clock_that_jumps_a_day_back_fires_nothing_early(
    counter: Counter, sweeper: Sweeper
) -> None:
    session = await counter.start_talking()
    before = await kinds(counter, session)
    counter.clock.move(-24 * 3600)
    await sweeper.sweep()
    assert await kinds(counter, session) == before


@pytest.fixture
async def other(counter: Counter, database_url: str) -> AsyncIterator[Counter]:
    """Another desk over the same database, whose rings nobody here hears."""
    other = Counter(await open_database(database_url), counter.clock, InProcess())
    yield other
    await other.database.close()


async def test_what_was_stored_during_a_long_outage_is_made_up_afterwards(
    counter: Counter, sweeper: Sweeper, other: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await counter.start_talking()
    await sweeper.catch_up()
    customer = Reader(CUSTOMER)
    assert sweeper._feeds.follow(customer, await counter.desk.fresh(session), 0)
    await until(lambda: customer.places == [1, 2])
    await other.ask(r.Say, ANA, session, text="Are you there?")

    async def away(work: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(counter.database, "read", away)
        for _ in range(30):
            counter.clock.move(2)
            with pytest.raises(OSError, match="away"):
                await sweeper.catch_up()
    await sweeper.catch_up()
    await until(lambda: customer.places == [1, 2, 3])


async def test_whose_sessions_another_desk_changed_learns_it_without_its_rings(
    counter: Counter, sweeper: Sweeper, other: Counter
) -> None:
    rung: list[str] = []
    counter.doorbell.listen(
        lambda ring: rung.append(ring.subject) if ring.topic == "party" else None
    )
    session = await other.start_talking()
    await sweeper.catch_up()
    assert sorted(rung) == sorted([CUSTOMER.id, ANA.id])
    await sweeper.catch_up()
    assert len(rung) == 2
    await other.ask(r.Transfer, ANA, session, team="network")
    await sweeper.catch_up()
    assert rung[2:] == [ANA.id]


async def test_whoever_looks_at_a_session_first_does_not_keep_its_reps_from_learning_of_it(
    counter: Counter, sweeper: Sweeper, other: Counter
) -> None:
    rung: list[str] = []
    counter.doorbell.listen(
        lambda ring: rung.append(ring.subject) if ring.topic == "party" else None
    )
    session = await other.start_talking()
    # As a deadline does that is due here, too.
    await counter.desk.session(session)
    await sweeper.catch_up()
    assert ANA.id in rung
