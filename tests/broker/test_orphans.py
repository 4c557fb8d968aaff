"""Who waits for a team that everybody has left."""

import asyncio

import pytest

from broker.doorbell import InProcess
from broker.orphans import DESERTED_MS, Orphans
from broker.presence import BEAT_SECONDS, Presence
from protocol import requests as r
from protocol.facts import Rules
from tests.broker.desks import ANA, BEN, SITE, STRANGER, Counter
from tests.broker.staff import add_rep

MOMENT = DESERTED_MS / 1000


def broker(counter: Counter, name: str) -> tuple[Presence, Orphans]:
    presence = Presence(counter.database, SITE, counter.clock, InProcess(), counter.desk, name)
    return presence, Orphans(counter.database, SITE, counter.clock, counter.desk)


@pytest.fixture
async def presence(counter: Counter) -> Presence:
    """A live broker; Ana and Ben have accounts, are switched on, and have no link."""
    for rep in (ANA, BEN):
        await add_rep(counter, rep)
    presence = broker(counter, "one")[0]
    await presence.begin()
    for rep in (ANA, BEN):
        await presence.went(f"l-{rep.id}", rep.id)
    return presence


async def passing(counter: Counter, seconds: float, orphans: Orphans, *beating: Presence) -> None:
    """Let `seconds` pass, with beats and looks as they come."""
    for _ in range(round(seconds / 0.5)):
        counter.clock.move(0.5)
        if counter.clock() % (BEAT_SECONDS * 1000) < 500:
            for presence in beating:
                await presence.begin()
        await orphans.look()


async def ending(counter: Counter, session: str) -> str:
    return (await counter.desk.fresh(session)).session.ending


async def test_when_the_last_rep_goes_who_waits_is_told_within_two_seconds(
    counter: Counter, presence: Presence
) -> None:
    orphans = broker(counter, "one")[1]
    await presence.came("ana", ANA.id)
    await presence.came("ben", BEN.id)
    one, two = await counter.start(), await counter.start(STRANGER)
    await orphans.look()
    await presence.switch(ANA.id, on=False)
    await passing(counter, 5, orphans, presence)
    assert await ending(counter, one) == ""
    await presence.went("ben", BEN.id)
    await passing(counter, 2, orphans, presence)
    assert [await ending(counter, session) for session in (one, two)] == ["orphaned"] * 2
    session = await counter.desk.session(one)
    assert session.survey == "none"


async def test_a_rep_who_reloads_the_page_orphans_nobody(
    counter: Counter, presence: Presence
) -> None:
    orphans = broker(counter, "one")[1]
    await presence.came("ana", ANA.id)
    session = await counter.start()
    await orphans.look()
    for turn in range(5):
        await presence.went("ana" + "+" * turn, ANA.id)
        await passing(counter, 1, orphans, presence)
        await presence.came("ana" + "+" * (turn + 1), ANA.id)
        await passing(counter, 1, orphans, presence)
    assert await ending(counter, session) == ""


async def test_a_queue_that_persists_keeps_its_sessions(
    counter: Counter, presence: Presence
) -> None:
    counter.circumstances.rules = Rules(persistent_queue=True)
    kept = await counter.start()
    counter.circumstances.rules = Rules()
    lost = await counter.start(STRANGER)
    orphans = broker(counter, "one")[1]
    await passing(counter, 40, orphans, presence)
    assert await ending(counter, kept) == ""
    assert await ending(counter, lost) == "orphaned"


async def test_each_team_is_looked_at_by_itself(counter: Counter, presence: Presence) -> None:
    await presence.came("ana", ANA.id)
    here = await counter.start()
    nowhere = await counter.start(STRANGER, issue="cable")
    await passing(counter, 40, broker(counter, "one")[1], presence)
    assert await ending(counter, here) == ""
    assert await ending(counter, nowhere) == "orphaned"


async def test_who_talks_is_not_orphaned(counter: Counter, presence: Presence) -> None:
    session = await counter.start_talking()
    await passing(counter, 40, broker(counter, "one")[1], presence)
    assert await ending(counter, session) == ""


async def test_a_broker_that_is_killed_and_started_again_orphans_nobody(
    counter: Counter, presence: Presence
) -> None:
    await presence.came("ana", ANA.id)
    session = await counter.start()
    # Killed: its rows stay, and nobody beats for it. Its successor starts 5 s later.
    counter.clock.move(5)
    successor, orphans = broker(counter, "two")
    await successor.begin()
    await passing(counter, 15, orphans, successor)
    assert await ending(counter, session) == ""
    await successor.came("ana again", ANA.id)
    await passing(counter, 60, orphans, successor)
    assert await ending(counter, session) == ""
    await counter.ask(r.Accept, ANA, session)


async def test_after_a_long_outage_reps_have_time_to_come_back(
    counter: Counter, presence: Presence
) -> None:
    await presence.came("ana", ANA.id)
    session = await counter.start()
    counter.clock.move(300)
    successor, orphans = broker(counter, "two")
    await successor.begin()
    await passing(counter, 25, orphans, successor)
    assert await ending(counter, session) == ""
    await successor.came("ana again", ANA.id)
    await passing(counter, 60, orphans, successor)
    assert await ending(counter, session) == ""


async def test_a_rep_who_does_not_come_back_after_a_crash_counts_as_gone(
    counter: Counter, presence: Presence
) -> None:
    await presence.came("ana", ANA.id)
    session = await counter.start()
    successor, orphans = broker(counter, "two")
    await successor.begin()
    await passing(counter, 29, orphans, successor)
    assert await ending(counter, session) == ""
    await passing(counter, 5, orphans, successor)
    assert await ending(counter, session) == "orphaned"


async def test_a_clock_that_is_put_back_orphans_nobody_early(
    counter: Counter, presence: Presence
) -> None:
    orphans = broker(counter, "one")[1]
    await presence.came("ana", ANA.id)
    session = await counter.start()
    await orphans.look()
    await presence.went("ana", ANA.id)
    await orphans.look()
    counter.clock.move(-3600)
    await orphans.look()
    counter.clock.move(MOMENT - 0.1)
    await orphans.look()
    assert await ending(counter, session) == ""
    counter.clock.move(0.2)
    await orphans.look()
    assert await ending(counter, session) == "orphaned"


async def test_two_brokers_orphan_a_session_once(counter: Counter, presence: Presence) -> None:
    brokers = [broker(counter, name)[1] for name in ("one", "two")]
    session = await counter.start()
    counter.clock.move(40)
    await presence.begin()
    for orphans in brokers:
        await orphans.look()
    counter.clock.move(MOMENT)
    await asyncio.gather(*(orphans.look() for orphans in brokers))
    assert await ending(counter, session) == "orphaned"
    assert (await counter.desk.session(session)).place == 2
