"""Visitors and tickets, also over two brokers."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from broker.admission import WINDOW_MS, Admission
from broker.database import open_database
from tests.broker.desks import SITE, MovedClock

NOBODY = ("", "")


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def brokers(database_url: str, clock: MovedClock) -> AsyncIterator[list[Admission]]:
    databases = [await open_database(database_url) for _ in range(2)]
    yield [Admission(database, SITE, clock) for database in databases]
    for database in databases:
        await database.close()


async def test_a_visitor_is_known_by_the_token_everywhere(brokers: list[Admission]) -> None:
    here, there = brokers
    party, token = await here.add_visitor()
    assert party.startswith("c-")
    assert len(token) >= 22  # 128 bits and more in base64
    assert await there.visitor_of(token) == party
    assert await there.is_visitor(party)


async def test_a_window_has_a_token_of_its_own_for_a_day(
    brokers: list[Admission], clock: MovedClock
) -> None:
    here, there = brokers
    party, token = await here.add_visitor()
    opened = await there.open_window(await here.make_ticket(party, opens="window"))
    assert opened
    assert opened[0] == party
    assert opened[1] != token
    assert await here.visitor_of(opened[1]) == party
    clock.move(WINDOW_MS / 1000)
    assert await here.visitor_of(opened[1]) == ""
    assert await here.visitor_of(token) == party


async def test_what_opens_a_link_opens_no_window_and_the_other_way_round(
    brokers: list[Admission],
) -> None:
    party, _ = await brokers[0].add_visitor()
    link, window = [
        await brokers[0].make_ticket(party, opens=opens) for opens in ("link", "window")
    ]
    assert await brokers[0].open_window(link) is None
    assert await brokers[0].redeem(window) == ("", "")
    assert await brokers[0].redeem(link) == (party, "")
    assert await brokers[0].open_window(window)
    assert await brokers[0].open_window(window) is None


async def test_a_made_up_token_is_nobodys(brokers: list[Admission]) -> None:
    await brokers[0].add_visitor()
    for token in ("", "made-up", "c-1"):
        assert await brokers[0].visitor_of(token) == ""


async def test_a_party_is_no_token(brokers: list[Admission]) -> None:
    party, _ = await brokers[0].add_visitor()
    assert await brokers[0].visitor_of(party) == ""
    assert await brokers[0].redeem(party) == NOBODY


async def test_a_ticket_is_good_once_at_any_broker(brokers: list[Admission]) -> None:
    here, there = brokers
    ticket = await here.make_ticket("r-1", "sign-in")
    assert await there.redeem(ticket) == ("r-1", "sign-in")
    assert await there.redeem(ticket) == NOBODY
    assert await here.redeem(ticket) == NOBODY


async def test_a_ticket_lives_thirty_seconds(brokers: list[Admission], clock: MovedClock) -> None:
    ticket, late = await brokers[0].make_ticket("c-1"), await brokers[0].make_ticket("c-1")
    clock.move(29.999)
    assert await brokers[0].redeem(ticket) == ("c-1", "")
    clock.move(0.001)
    assert await brokers[0].redeem(late) == NOBODY


async def test_of_many_who_redeem_one_ticket_at_once_at_two_brokers_one_gets_in(
    brokers: list[Admission],
) -> None:
    for _ in range(20):
        ticket = await brokers[0].make_ticket("c-1")
        tries = (brokers[number % 2].redeem(ticket) for number in range(10))
        assert sorted(await asyncio.gather(*tries)) == [NOBODY] * 9 + [("c-1", "")]
