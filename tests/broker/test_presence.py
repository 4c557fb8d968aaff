from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from broker import schema
from broker.access import reader_of
from broker.database import Database, insert_new, open_database
from broker.doorbell import InProcess
from broker.presence import Presence, available_reps, present
from protocol import requests as r
from protocol.facts import Rules
from protocol.fields import MonitoringPolicy
from tests.broker.desks import ANA, CUSTOMER, LEA, SITE, Counter
from tests.broker.staff import add_rep


def presence_of(counter: Counter, name: str) -> Presence:
    return Presence(counter.database, SITE, counter.clock, InProcess(), counter.desk, name)


@pytest.fixture
async def here(counter: Counter) -> Presence:
    presence = presence_of(counter, "here")
    await presence.begin()
    return presence


@pytest.fixture
async def elsewhere(counter: Counter, database_url: str) -> AsyncIterator[tuple[Counter, Presence]]:
    other = Counter(await open_database(database_url), counter.clock, InProcess())
    presence = presence_of(other, "elsewhere")
    await presence.begin()
    yield other, presence
    await other.database.close()


async def gone(counter: Counter, session: str) -> set[str]:
    return set((await counter.desk.fresh(session)).session.gone)


async def watching(counter: Counter, session: str) -> set[str]:
    stands = (await counter.desk.fresh(session)).session
    return {*stands.monitoring, *stands.announced}


async def talk_and_link(counter: Counter, presence: Presence) -> str:
    session = await counter.start_talking()
    await presence.came("link-max", CUSTOMER.id)
    await presence.came("link-ana", ANA.id)
    return session


async def test_who_leaves_is_dropped_after_a_moment_and_comes_back(
    counter: Counter, here: Presence
) -> None:
    session = await talk_and_link(counter, here)
    await here.went("link-max", CUSTOMER.id)
    await here.look_after_the_gone()
    assert await gone(counter, session) == set()
    counter.clock.move(4)
    await here.look_after_the_gone()
    assert await gone(counter, session) == {CUSTOMER.id}
    await here.came("link-max-2", CUSTOMER.id)
    assert await gone(counter, session) == set()


@pytest.mark.parametrize("policy", ["announced", "silent"])
async def test_a_lead_whose_browser_dies_monitors_no_more(
    counter: Counter, here: Presence, policy: MonitoringPolicy
) -> None:
    counter.circumstances.rules = Rules(monitoring=policy)
    session = await talk_and_link(counter, here)
    await here.came("link-lea", LEA.id)
    await counter.ask(r.Monitor, LEA, session)
    await here.went("link-lea", LEA.id)
    await here.came("link-lea-2", LEA.id)
    counter.clock.move(4)
    await here.look_after_the_gone()
    assert await watching(counter, session) == {LEA.id}, "they only reloaded the page"
    await here.went("link-lea-2", LEA.id)
    await here.look_after_the_gone()
    assert await watching(counter, session) == {LEA.id}
    counter.clock.move(4)
    await here.look_after_the_gone()
    assert await watching(counter, session) == set()
    assert await gone(counter, session) == set()


@pytest.mark.parametrize("policy", ["announced", "silent"])
@pytest.mark.parametrize(
    "changed",
    [{"leads": ()}, {"teams": (), "leads": ()}, {"teams": ("network",), "leads": ("network",)},
     {"role": "staff", "teams": (), "leads": ()}],
    ids=["a rep", "no team", "another team", "an administrator"],
)  # fmt: skip
async def test_a_lead_whose_right_is_withdrawn_monitors_no_more(
    counter: Counter, here: Presence, policy: MonitoringPolicy, changed: dict[str, Any]
) -> None:
    counter.circumstances.rules = Rules(monitoring=policy)
    session = await talk_and_link(counter, here)
    await here.came("link-lea", LEA.id)
    await counter.ask(r.Monitor, LEA, session)
    await here.unwatch(LEA)
    assert await watching(counter, session) == {LEA.id}, "they may still"
    now = replace(LEA, **changed)
    stands = (await counter.desk.fresh(session)).session
    assert reader_of(stands, now) in (None, "reps"), "nobody had to say so first"
    await here.unwatch(now)
    assert await watching(counter, session) == set()
    assert await gone(counter, session) == set()


async def test_a_lead_who_comes_back_still_has_the_session_they_monitor(
    counter: Counter, here: Presence
) -> None:
    session = await talk_and_link(counter, here)
    await counter.ask(r.Monitor, LEA, session)
    assert await here.came("link-lea", LEA.id) == [session]
    await counter.ask(r.StopMonitoring, LEA, session)
    assert await here.came("link-lea-2", LEA.id) == []


async def test_who_has_another_link_is_not_dropped(counter: Counter, here: Presence) -> None:
    session = await talk_and_link(counter, here)
    await here.came("second-tab", CUSTOMER.id)
    await here.went("link-max", CUSTOMER.id)
    counter.clock.move(4)
    await here.look_after_the_gone()
    assert await gone(counter, session) == set()


async def test_who_comes_back_at_a_broker_that_did_not_know_they_were_gone_is_back(
    counter: Counter, here: Presence, elsewhere: tuple[Counter, Presence]
) -> None:
    session = await talk_and_link(counter, here)
    other, there = elsewhere
    await other.desk.session(session)
    await here.went("link-max", CUSTOMER.id)
    counter.clock.move(4)
    await here.look_after_the_gone()
    await there.came("link-max-2", CUSTOMER.id)
    assert await gone(counter, session) == set()


async def test_who_comes_just_while_they_are_dropped_is_not_left_gone(
    counter: Counter, here: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await talk_and_link(counter, here)
    await here.went("link-max", CUSTOMER.id)
    counter.clock.move(4)
    looked = here.is_there
    late = iter([True])

    async def look_then_come(party: str) -> bool:
        found = await looked(party)
        if next(late, False):
            await here.came("link-max-2", CUSTOMER.id)
        return found

    monkeypatch.setattr(here, "is_there", look_then_come)
    await here.look_after_the_gone()
    assert await gone(counter, session) == set()


async def test_people_of_a_broker_that_died_are_dropped_by_another(
    counter: Counter, here: Presence, elsewhere: tuple[Counter, Presence]
) -> None:
    session = await talk_and_link(counter, here)
    counter.clock.move(31)
    _, there = elsewhere
    await there.beat()
    await there.look_after_the_gone()
    assert await gone(counter, session) == {CUSTOMER.id, ANA.id}


async def test_a_broker_that_was_given_up_by_mistake_says_so_of_its_people(
    counter: Counter, here: Presence, elsewhere: tuple[Counter, Presence]
) -> None:
    session = await talk_and_link(counter, here)
    counter.clock.move(31)
    _, there = elsewhere
    await there.beat()
    await there.look_after_the_gone()
    await here.beat()
    assert await gone(counter, session) == set()
    assert await here.is_there(CUSTOMER.id)
    assert await links(counter.database) == {"link-max", "link-ana"}


async def links(database: Database) -> set[str]:
    return set(await database.read(lambda conn: conn.scalars(sa.select(schema.links.c.id)).all()))


async def test_a_departure_that_could_not_be_written_is_written_later(
    counter: Counter, here: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await talk_and_link(counter, here)

    async def away(work: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(counter.database, "write", away)
        with pytest.raises(ConnectionError):
            await here.went("link-max", CUSTOMER.id)
    await here._note_the_left()
    counter.clock.move(4)
    await here.look_after_the_gone()
    assert await gone(counter, session) == {CUSTOMER.id}


async def test_a_clock_set_back_by_a_day_does_not_keep_the_gone_here(
    counter: Counter, here: Presence
) -> None:
    session = await talk_and_link(counter, here)
    await here.went("link-max", CUSTOMER.id)
    counter.clock.move(-24 * 3600)
    await here.beat()
    await here.look_after_the_gone()
    assert await gone(counter, session) == {CUSTOMER.id}


@pytest.mark.parametrize(
    ("role", "counts"), [("rep", True), ("lead", True), ("admin", False), ("compliance", False)]
)
async def test_only_reps_and_leads_are_ever_available(
    counter: Counter, here: Presence, role: str, counts: bool
) -> None:
    account = {"id": "r-1", "name": "one", "display_name": "One", "role": role, "available": True}

    def add(conn: sa.Connection) -> None:
        insert_new(conn, schema.accounts, site=SITE, created_at=1, **account)
        insert_new(conn, schema.account_teams, site=SITE, account="r-1", team="support")

    await counter.database.write(add)
    await here.came("link-1", "r-1")
    found = await counter.database.read(
        lambda conn: available_reps(conn, SITE, ["support"], counter.clock())
    )
    assert found == {"support": ["r-1"] if counts else []}


async def test_a_rep_who_is_switched_off_is_not_available(counter: Counter, here: Presence) -> None:
    assert not await here.is_switched_on(ANA.id)
    session = await counter.start()
    await counter.ask(r.Accept, ANA, session)
    found = await counter.database.read(
        lambda conn: available_reps(conn, SITE, ["support"], counter.clock())
    )
    assert found == {"support": []}


async def test_who_serves_no_more_is_not_there_for_a_session(counter: Counter) -> None:
    await add_rep(counter, ANA)
    seen = partial(present, site=SITE, parties=[ANA.id], now=counter.clock.now)
    assert await counter.database.read(seen) == {ANA.id}
    promoted = schema.accounts.update().values(role="admin")
    await counter.database.write(lambda conn: conn.execute(promoted).close())
    assert await counter.database.read(seen) == set()
