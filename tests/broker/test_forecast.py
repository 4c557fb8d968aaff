"""What is known of a team, and what those who wait for it are told."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from broker import schema, waits
from broker.circumstances import SiteCircumstances
from broker.desk import Desk
from broker.doorbell import InProcess
from broker.forecast import AGAIN_MS, Forecast, InQueue, observe
from broker.identity import Identity
from broker.queues import Listener, Queues
from broker.site import Settings, Site
from protocol import requests as r
from protocol.facts import Greeted, Held
from protocol.messages import Frame, Position
from protocol.session import Party
from tests.broker.desks import ANA, CUSTOMER, SITE, Counter
from tests.broker.staff import add_rep

CUSTOMERS = [Party(id=f"c-{n}", role="customer", name=f"Max {n}") for n in range(30)]


@pytest.fixture
async def staffed(counter: Counter) -> Counter:
    """A desk at which Ana is available, and serves nobody else."""
    await add_rep(counter, ANA)
    return counter


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


async def stored_waits(counter: Counter) -> Sequence[sa.Row[tuple[object, ...]]]:
    found = sa.select(schema.waits).order_by(schema.waits.c.began_at)
    return await counter.database.read(lambda conn: conn.execute(found).all())


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


async def test_another_estimate_is_told_though_nobody_has_moved(staffed: Counter) -> None:
    _, queues = forecast_of(staffed)
    heard: list[Frame] = []
    await staffed.start()
    await queues.look()
    queues.add(Listener(CUSTOMER, heard.append))
    for customer in CUSTOMERS[:20]:
        await serve(staffed, customer, waited=10, handled=300)
    await queues.look()
    await queues.look()
    told = [frame.most_within for frame in heard if isinstance(frame, Position)]
    assert told == [0, 12]


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
    said = (await stored_waits(staffed))[-1]
    assert (said.session, said.shown, said.ended_at) == (session, True, 0)
    assert (-(-said.half_seconds // 60), -(-said.most_seconds // 60)) == (4, 12)


async def test_greeting_and_hold_message_say_what_the_position_says(staffed: Counter) -> None:
    for customer in CUSTOMERS[:20]:
        await serve(staffed, customer, waited=10, handled=300)
    forecast, queues = forecast_of(staffed)
    settings = Settings(organisation="Example", hold={"en": "{position}: {wait}"})
    site = Site(staffed.database, SITE, settings)
    around = SiteCircumstances(staffed.database, SITE, staffed.clock, site, forecast)
    identity = Identity(staffed.database, SITE, staffed.clock, site)
    desk = Desk(staffed.database, SITE, staffed.clock, InProcess(), around, identity)
    session = await staffed.start()
    staffed.clock.move(1)
    greeted = await desk.lapse(session, "greeting")
    assert isinstance(greeted, Greeted)
    # This broker has not looked yet.
    assert "number 1" in greeted.text
    assert "we cannot say yet" in greeted.text
    await queues.look()
    staffed.clock.move(60)
    held = await desk.lapse(session, "hold")
    assert isinstance(held, Held)
    assert held.text == "1: half wait under 4 minutes, nine of ten under 12 minutes"


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
    said = (await stored_waits(staffed))[-1]
    assert (said.shown, said.said_at > 0, said.half_seconds > 0) == (False, True, True)


async def test_the_first_estimate_stays_stored_and_the_outcome_comes_beside_it(
    staffed: Counter,
) -> None:
    await serve(staffed, CUSTOMERS[0], waited=10, handled=300)
    _, queues = forecast_of(staffed)
    session = await staffed.start()
    await queues.look()
    first = (await stored_waits(staffed))[-1]
    staffed.clock.move(100)
    # Another broker, or the same one started again, does not know what was said.
    await forecast_of(staffed)[1].look()
    await staffed.ask(r.Accept, ANA, session)
    last = (await stored_waits(staffed))[-1]
    same = ("said_at", "half_seconds", "most_seconds", "shown")
    assert [getattr(last, name) for name in same] == [getattr(first, name) for name in same]
    assert (last.ending, last.ended_at - last.began_at) == ("accepted", 100_001)
    await queues.look()
    assert len(await stored_waits(staffed)) == 2


async def test_who_waits_again_has_an_estimate_and_an_outcome_of_their_own(
    staffed: Counter,
) -> None:
    await serve(staffed, CUSTOMERS[0], waited=10, handled=300)
    _, queues = forecast_of(staffed)
    session = await staffed.start()
    await queues.look()
    await staffed.ask(r.Accept, ANA, session)
    staffed.clock.move(100)
    await staffed.ask(r.ReturnToQueue, ANA, session)
    await queues.look()
    staffed.clock.move(50)
    await staffed.ask(r.Accept, ANA, session)
    mine = [wait for wait in await stored_waits(staffed) if wait.session == session]
    assert [wait.ending for wait in mine] == ["accepted"] * 2
    assert [wait.said_at - wait.began_at for wait in mine] == [0, 0]
    assert [wait.ended_at - wait.began_at for wait in mine] == [1, 50_001]


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
