"""What `test_desk.py` does not see: what happens beside an append, and reading in pieces."""

import asyncio
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from broker import schema, store
from broker.database import PostgresDatabase
from broker.tasks import Tasks
from protocol import requests as r
from protocol.deadlines import deadlines
from protocol.fields import Audience
from protocol.session import Party
from tests.broker.desks import ANA, BEN, CUSTOMER, LEA, SITE, STRANGER, Counter, counter_at
from tests.broker.test_sweeper import sweeper_of
from tests.postgres import Cluster

WAITING_FOR_A_LOCK = sa.text(
    "SELECT count(*) FROM pg_stat_activity, pg_stat_clear_snapshot() "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def stored_deadlines(counter: Counter, session: str) -> dict[str, int]:
    d = schema.deadlines.c
    chosen = sa.select(d.kind, d.due).where(d.session == session)
    found = await counter.database.read(lambda conn: conn.execute(chosen).all())
    return {row.kind: row.due for row in found}


class Meanwhile:
    """A database in which something else is stored just before the first thing that is written."""

    def __init__(self, counter: Counter, first: Any) -> None:
        self._counter = counter
        self._first = first

    async def write(self, work: Any) -> Any:
        first, self._first = self._first, None
        if first:
            await first
        return await self._counter.database.write(work)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._counter.database, name)


async def test_a_deadline_that_is_set_while_another_is_put_off_stays(counter: Counter) -> None:
    session = await counter.start_talking()
    tasks = Tasks()
    sweeper = sweeper_of(counter, tasks)
    counter.clock.move(200)
    sweeper._marks.stirred(session, CUSTOMER.id)
    counter.clock.move(41)
    prompt = counter.ask(r.RequestGrants, ANA, session, tools=("view",))
    sweeper._database = Meanwhile(counter, prompt)
    await sweeper.sweep()
    await tasks.stop()
    fold = (await counter.desk.fresh(session)).session
    kept = await stored_deadlines(counter, session)
    assert kept.keys() == {"prompt", "warning"}
    assert kept["prompt"] == deadlines(fold)["prompt"]
    assert kept["warning"] > counter.clock.now


async def test_a_deadline_of_nothing_any_more_goes_for_good(counter: Counter) -> None:
    session = await counter.start_talking()
    again = partial(store.reschedule, site=SITE, quiet_since=0)
    await counter.database.write(partial(again, session=session, kind="hold"))
    assert await stored_deadlines(counter, session) == deadlines(
        await counter.desk.session(session)
    )
    await counter.ask(r.End, CUSTOMER, session)
    for gone in (session, "no-such-session"):
        await counter.database.write(partial(again, session=gone, kind="warning"))
        assert await stored_deadlines(counter, gone) == {}


async def test_who_puts_a_deadline_off_waits_for_who_appends(
    postgres_cluster: Cluster, postgres_migrated: str
) -> None:
    with postgres_cluster.database(postgres_migrated) as url:
        async with counter_at(url) as counter:
            await put_off_while_it_ends(counter)


async def put_off_while_it_ends(counter: Counter) -> None:
    session = await counter.start_talking()
    appended = asyncio.Event()
    append = store.append

    def slow(conn: sa.Connection, *args: Any, **kwargs: Any) -> store.Head:
        head = append(conn, *args, **kwargs)
        appended.set()
        for _ in range(500):
            if conn.scalar(WAITING_FOR_A_LOCK):
                break
            conn.exec_driver_sql("SELECT pg_sleep(0.01)")
        return head

    async def put_off() -> None:
        await appended.wait()
        await counter.database.write(
            partial(store.reschedule, site=SITE, session=session, kind="warning", quiet_since=0)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", slow)
        await asyncio.gather(counter.ask(r.End, CUSTOMER, session), put_off())
    assert await stored_deadlines(counter, session) == {}


async def test_two_sessions_that_change_places_between_two_reps_do_not_block_each_other(
    counter: Counter,
) -> None:
    faults: list[BaseException] = []
    if isinstance(counter.database, PostgresDatabase):
        once = counter.database._write_once

        async def watched(work: Any) -> Any:
            try:
                return await once(work)
            except sa.exc.DBAPIError as fault:
                faults.append(fault)
                raise

        counter.database._write_once = watched  # type: ignore[method-assign]
    owners: dict[str, Party] = {
        await counter.start_talking(CUSTOMER, ANA): ANA,
        await counter.start_talking(STRANGER, BEN): BEN,
    }
    for _ in range(30):
        nexts = {session: BEN if owner is ANA else ANA for session, owner in owners.items()}
        for session, owner in owners.items():
            await counter.ask(r.Transfer, owner, session, rep=nexts[session].id)
        await asyncio.gather(
            *(counter.ask(r.Accept, rep, session) for session, rep in nexts.items())
        )
        owners = nexts
    assert faults == []
    c = schema.rep_loads.c
    loads = await counter.database.read(
        lambda conn: conn.execute(sa.select(c.rep, c.active).order_by(c.rep)).all()
    )
    assert [tuple(load) for load in loads] == [(ANA.id, 1), (BEN.id, 1)]


@pytest.mark.parametrize("reader", ["all", "reps", "leads", "broker"])
async def test_a_transcript_that_is_read_in_pieces_is_the_whole(
    counter: Counter, reader: Audience
) -> None:
    session = await counter.start_talking()
    for text in "abcdefgh":
        await counter.ask(r.Note, ANA, session, text=text)
        await counter.ask(r.Say, CUSTOMER, session, text=text)
        await counter.ask(r.Monitor, LEA, session)
        await counter.ask(r.StopMonitoring, LEA, session)
    read = partial(store.read_facts, site=SITE, session=session, reader=reader)
    whole = await counter.database.read(read)
    pieces, after = [], 0
    while piece := await counter.database.read(partial(read, after=after, limit=3)):
        pieces += piece
        after = piece[-1].place
    assert pieces == whole
    assert [fact.place for fact in whole] == list(range(1, len(whole) + 1))


async def test_whom_a_session_concerns(counter: Counter) -> None:
    async def concerned() -> frozenset[str]:
        return store.concerned((await counter.desk.fresh(session)).session)

    session = await counter.start()
    assert await concerned() == frozenset()
    await counter.ask(r.Accept, ANA, session)
    await counter.ask(r.Invite, ANA, session, rep=BEN.id)
    await counter.ask(r.Transfer, ANA, session, rep=LEA.id)
    assert await concerned() == {ANA.id, BEN.id, LEA.id}
    assert store.serving((await counter.desk.fresh(session)).session) == {ANA.id}
    await counter.ask(r.End, CUSTOMER, session)
    assert await concerned() == frozenset()
