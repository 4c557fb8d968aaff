"""What became of each wait, and what is said to the next who waits."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from broker import schema, waits
from broker.forecast import AGAIN_MS, Forecast, InQueue, observe
from broker.metrics import Metrics
from broker.queues import Listener, Queues
from protocol import requests as r
from protocol.messages import Frame, Position
from protocol.session import BROKER, Party
from tests.broker.desks import ANA, BEN, CUSTOMER, SITE, Counter, new_id
from tests.broker.staff import add_rep

CUSTOMERS = [Party(id=f"c-{n}", role="customer", name=f"Max {n}") for n in range(30)]


@pytest.fixture
async def staffed(counter: Counter) -> Counter:
    """A desk at which Ana is available, and serves nobody else."""
    await add_rep(counter, ANA)
    return counter


async def table(counter: Counter, which: sa.Table) -> Sequence[sa.Row[tuple[object, ...]]]:
    found = sa.select(which).order_by(which.c.began_at)
    return await counter.database.read(lambda conn: conn.execute(found).all())


async def serve(counter: Counter, customer: Party, waited: float, handled: float) -> str:
    """One whole session with Ana, in seconds."""
    session = await counter.start(customer)
    counter.clock.move(waited)
    await counter.ask(r.Accept, ANA, session)
    counter.clock.move(handled)
    await counter.ask(r.End, ANA, session)
    return session


def forecast_of(counter: Counter) -> tuple[Forecast, Queues]:
    forecast = Forecast(counter.database, SITE, counter.clock)
    queues = Queues(
        counter.database,
        SITE,
        counter.clock,
        lambda: ["support", "network"],
        lambda: {"computer": "support"},
        forecast,
    )
    return forecast, queues


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


# --- what is known of a team


async def test_a_team_is_counted_from_the_tables(staffed: Counter) -> None:
    await add_rep(
        staffed, Party(id="r-two", role="rep", name="Two", teams=("support", "network")), cap=3
    )
    for customer in CUSTOMERS[:20]:
        await serve(staffed, customer, waited=10, handled=300)
    left = await staffed.start()
    staffed.clock.move(200)
    await staffed.ask(r.End, CUSTOMER, left)
    observed, record = await staffed.database.read(
        lambda conn: observe(conn, SITE, "support", staffed.clock())
    )
    # Ana has no cap and one session at a time; the other takes three, for two queues.
    assert observed.slots == 1 + 3 / 2
    assert observed.handle_seconds == pytest.approx(300, abs=0.01)
    assert observed.finished == 20
    assert observed.leaving == pytest.approx(1 / 400, rel=0.001)
    assert record == waits.Record()


async def test_a_new_team_leans_on_the_site(staffed: Counter) -> None:
    for customer in CUSTOMERS[:20]:
        await serve(staffed, customer, waited=10, handled=300)
    observed, _ = await staffed.database.read(
        lambda conn: observe(conn, SITE, "network", staffed.clock())
    )
    assert observed.handle_seconds == pytest.approx(300, abs=0.01)
    assert (observed.slots, observed.finished) == (0, 20)


# --- what is said


async def test_position_greeting_and_table_say_the_same(staffed: Counter) -> None:
    for customer in CUSTOMERS[:20]:
        await serve(staffed, customer, waited=10, handled=300)
    forecast, queues = forecast_of(staffed)
    heard: list[Frame] = []
    session = await staffed.start()
    await queues.look()
    queues.add(Listener(CUSTOMER, heard.append))
    (position,) = [frame for frame in heard if isinstance(frame, Position)]
    # The first in line waits for one slot: the median of 300 s, exponentially distributed, is 208 s.
    assert position == Position(session=session, position=1, half_within=4, most_within=12)
    wait = forecast.estimate("support", 1)
    assert wait
    assert (wait.half_within, wait.most_within) == (4, 12)
    said = (await table(staffed, schema.waits))[-1]
    assert (said.session, said.shown, said.ended_at) == (session, True, 0)
    assert (-(-said.half_seconds // 60), -(-said.most_seconds // 60)) == (4, 12)


async def test_before_twenty_sessions_nothing_is_said_but_it_is_stored(staffed: Counter) -> None:
    for customer in CUSTOMERS[:19]:
        await serve(staffed, customer, waited=10, handled=300)
    _, queues = forecast_of(staffed)
    heard: list[Frame] = []
    queues.add(Listener(CUSTOMER, heard.append))
    session = await staffed.start()
    await queues.look()
    assert [frame for frame in heard if isinstance(frame, Position)] == [
        Position(session=session, position=1)
    ]
    said = (await table(staffed, schema.waits))[-1]
    assert (said.shown, said.said_at > 0, said.half_seconds > 0) == (False, True, True)


async def test_the_first_estimate_stays_stored_and_the_outcome_comes_beside_it(
    staffed: Counter,
) -> None:
    await serve(staffed, CUSTOMERS[0], waited=10, handled=300)
    _, queues = forecast_of(staffed)
    session = await staffed.start()
    await queues.look()
    first = (await table(staffed, schema.waits))[-1]
    staffed.clock.move(100)
    # Another broker, or the same one started again, does not know what was said.
    await forecast_of(staffed)[1].look()
    await staffed.ask(r.Accept, ANA, session)
    last = (await table(staffed, schema.waits))[-1]
    same = ("said_at", "half_seconds", "most_seconds", "shown")
    assert [getattr(last, name) for name in same] == [getattr(first, name) for name in same]
    assert (last.ending, last.ended_at - last.began_at) == ("accepted", 100_001)
    await queues.look()
    assert len(await table(staffed, schema.waits)) == 2


async def test_a_busy_team_is_counted_once_a_second(staffed: Counter) -> None:
    forecast, _ = forecast_of(staffed)
    reads = 0
    read = staffed.database.read

    async def counted(work: object) -> object:
        nonlocal reads
        reads += 1
        return await read(work)  # type: ignore[arg-type]

    forecast._database.read = counted  # type: ignore[method-assign,assignment]
    for number in range(10):
        queue = [InQueue(f"s-{number}", number)]
        await forecast.look({"support": queue, "network": []}, {"support": (), "network": ()})
    assert reads == 1
    staffed.clock.move(AGAIN_MS / 1000)
    await forecast.look({"support": [], "network": []}, {"support": (), "network": ()})
    assert reads == 2
    staffed.clock.move(AGAIN_MS / 1000)
    await forecast.look({"support": [], "network": []}, {"support": (), "network": ()})
    assert reads == 2


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


def test_operators_see_them_and_nothing_made_up_before_there_are_any() -> None:
    found = waits.record_of([ended(100), ended(400)])
    text = Metrics(lambda: 0, lambda: {"support": found, "network": waits.Record()}).text().decode()
    assert 'deskside_wait_kept_ratio{team="support"} 0.5' in text
    assert 'deskside_wait_error_seconds{team="support"} 150.0' in text
    assert 'deskside_wait_outcomes{team="network"} 0.0' in text
    assert 'ratio{team="network"}' not in text


async def test_what_did_not_hold_is_hidden_until_it_holds_again(staffed: Counter) -> None:
    async def outcomes(count: int, waited: int) -> None:
        at = staffed.clock()
        same = {"site": SITE, "team": "support", "began_at": at, "said_at": at, "shown": True}
        same |= {"half_seconds": 60, "most_seconds": 120, "ending": "accepted"}
        values = [
            same | {"session": f"s-{at}-{n}", "ended_at": at + waited * 1000} for n in range(count)
        ]
        await staffed.database.write(lambda conn: conn.execute(schema.waits.insert(), values))
        staffed.clock.move(1000)

    for customer in CUSTOMERS[:20]:
        await serve(staffed, customer, waited=10, handled=300)
    forecast, queues = forecast_of(staffed)

    async def can_say() -> bool:
        await queues.look()
        return forecast.estimate("support", 1) is not None

    await outcomes(99, waited=500)
    assert await can_say()
    await outcomes(1, waited=500)
    assert not await can_say()
    record = await staffed.database.read(lambda conn: waits.record(conn, SITE, "support"))
    assert (record.outcomes, record.coverage) == (100, 0)
    assert forecast.records()["support"] == record
    await outcomes(300, waited=100)
    assert not await can_say()
    await outcomes(20, waited=100)
    assert await can_say()


async def test_nobody_but_a_party_is_named(counter: Counter) -> None:
    """The tables outlive what a customer may have erased."""
    session = await counter.start_talking()
    await counter.ask(r.End, ANA, session)
    words = {CUSTOMER.id, CUSTOMER.name, BROKER}
    for which in (schema.waits, schema.handled):
        for row in await table(counter, which):
            assert not words & {str(value) for value in row}
