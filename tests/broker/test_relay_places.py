"""Which relay shows which session: one for all who ask, and the same for as long as it is there."""

import asyncio

import pytest

from broker.database import open_database
from broker.relay_places import STALE_MS, Pictured, RelayAt, RelayPlaces
from protocol import requests as r
from tests.broker.desks import CUSTOMER, SITE, Counter

ONE, TWO, THREE = "ws://one", "ws://two", "ws://three"


@pytest.fixture
def places(counter: Counter) -> RelayPlaces:
    return RelayPlaces(counter.database, SITE, counter.clock)


async def test_who_comes_later_meets_those_who_came_before(places: RelayPlaces) -> None:
    at = await places.place("s", [TWO])
    assert at == TWO
    assert await places.place("s", [ONE, TWO, THREE]) == TWO


async def test_a_session_goes_where_the_fewest_pictures_are(places: RelayPlaces) -> None:
    at = [await places.place(f"s{number}", [ONE, TWO, THREE]) for number in range(6)]
    assert sorted(at) == sorted([ONE, TWO, THREE] * 2)


async def test_a_session_moves_when_its_relay_is_gone_and_stays_there(places: RelayPlaces) -> None:
    await places.place("s", [ONE])
    assert await places.place("s", [TWO, THREE]) in (TWO, THREE)
    assert await places.place("s", [ONE, TWO, THREE]) != ONE


async def test_of_many_who_ask_at_once_all_hear_the_same(
    database_url: str, counter: Counter
) -> None:
    """Through two brokers, each of which prefers another relay."""
    another = await open_database(database_url)
    try:
        brokers = [
            RelayPlaces(database, SITE, counter.clock) for database in (counter.database, another)
        ]
        living = [ONE, TWO, THREE]
        for session in ("s1", "s2", "s3"):
            asked = [
                brokers[number % 2].place(session, living[number % 3 :] + living[: number % 3])
                for number in range(12)
            ]
            assert len(set(await asyncio.gather(*asked))) == 1
    finally:
        await another.close()


async def test_a_relay_that_nobody_reaches_any_more_is_forgotten(
    places: RelayPlaces, counter: Counter
) -> None:
    gone, there = (RelayAt(address=at, orders=f"{at}/orders") for at in (ONE, TWO))
    await places.announce([gone, there])
    counter.clock.move(STALE_MS / 2000)
    await places.announce([there])
    counter.clock.move(STALE_MS / 2000 + 1)
    assert (await places.look())[0] == [there]


async def test_a_session_that_shows_nothing_any_more_is_forgotten_unless_it_shares_again(
    places: RelayPlaces, counter: Counter
) -> None:
    session = await counter.start_talking()
    await places.place(session, [ONE])
    ((known,), place) = (await places.look())[1], (await counter.desk.session(session)).place
    assert known == Pictured(session=session, relay=ONE, place=place)

    await counter.ask(r.ShareScreen, CUSTOMER, session, what="screen")
    await places.forget([known])
    (known,) = (await places.look())[1]
    await places.forget([known])
    assert (await places.look())[1] == []
