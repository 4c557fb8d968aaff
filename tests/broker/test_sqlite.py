"""The threads of an SQLite database, its plans, and what it leaves on the disk."""

import asyncio
import multiprocessing
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from broker import schema, store
from broker.database import Database, insert_new, open_database, put
from broker.doorbell import InProcess
from broker.marks import Marks
from broker.overview import changed_since, live_sessions
from broker.presence import Presence, available_reps, present
from broker.sqlite import SqliteDatabase, driver_of
from broker.sweeper import Sweeper
from broker.tasks import Tasks
from protocol import requests as r
from tests.broker.desks import ANA, BEN, CUSTOMER, LEA, SITE, Counter, MovedClock
from tests.broker.test_sweeper import sweeper_of
from tests.waiting import until

WORD = "marzipan"


@pytest.fixture
def path(data_folder: Path) -> Path:
    return data_folder / "deskside.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[SqliteDatabase]:
    database = await open_database(f"sqlite:///{path}")
    assert isinstance(database, SqliteDatabase)
    yield database
    await database.close()


def adding(name: str) -> Callable[[sa.Connection], bool]:
    return lambda conn: insert_new(conn, schema.site_settings, site=SITE, name=name, value="")


async def names(database: Database) -> set[str]:
    return await database.read(
        lambda conn: set(conn.scalars(sa.select(schema.site_settings.c.name)))
    )


async def together(database: SqliteDatabase, *works: Any) -> list[Any]:
    """Return what becomes of `works`, which come while the writer is busy: into one commit."""
    begun, go = threading.Event(), threading.Event()

    def hold(_: sa.Connection) -> None:
        begun.set()
        go.wait(30)

    async def late(work: Any) -> Any:
        await until(begun.is_set)
        return await database.write(work)

    async def release() -> None:
        await until(begun.is_set)
        await until(lambda: database._writes.qsize() == len(works))
        go.set()

    asked = (database.write(hold), release(), *map(late, works))
    return (await asyncio.gather(*asked, return_exceptions=True))[2:]


# --- threads


async def test_of_many_in_one_commit_only_the_one_that_raises_fails(
    database: SqliteDatabase,
) -> None:
    def bad(conn: sa.Connection) -> None:
        adding("half")(conn)
        raise LookupError("mine")

    one, two, three = await together(database, adding("a"), bad, adding("b"))
    assert (one, three) == (True, True)
    assert isinstance(two, LookupError)
    assert await names(database) == {"a", "b"}


def breaks_the_commit(conn: sa.Connection) -> None:
    """Leave a reference open that is looked at only by COMMIT."""
    driver = driver_of(conn)
    driver.execute("INSERT INTO child VALUES (7)")


async def with_references(database: SqliteDatabase) -> None:
    def make(conn: sa.Connection) -> None:
        conn.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        conn.exec_driver_sql(
            "CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
        )

    sa.event.listen(
        database._engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys=ON") and None
    )
    await database.write(make)


async def test_where_a_commit_fails_only_the_one_at_fault_does(database: SqliteDatabase) -> None:
    await with_references(database)
    one, two, three = await together(database, adding("a"), breaks_the_commit, adding("b"))
    assert (one, three) == (True, True)
    assert isinstance(two, sqlite3.IntegrityError)
    assert await database.write(adding("c"))
    assert await names(database) == {"a", "b", "c"}


class Odd(BaseException):
    """No `Exception`."""


async def test_nothing_that_a_unit_of_work_raises_ends_a_thread(database: SqliteDatabase) -> None:
    def raising(fault: BaseException) -> Callable[[sa.Connection], None]:
        def work(_: sa.Connection) -> None:
            raise fault

        return work

    async with asyncio.timeout(30):
        for hand in (database.write, database.read, database.read):
            for fault, told in (
                (Odd(), Odd),
                (StopIteration(), RuntimeError),
                (OSError(), OSError),
            ):
                with pytest.raises(told):
                    await hand(raising(fault))
        assert await database.write(adding("after"))
        assert await names(database) == {"after"}


def ends_its_transaction(conn: sa.Connection) -> None:
    """As a full disk does: SQLite rolls back by itself, and then every ROLLBACK TO fails."""
    driver_of(conn).execute("ROLLBACK")
    raise OSError("no space")


async def test_a_transaction_that_is_gone_takes_nobody_else_with_it(
    database: SqliteDatabase,
) -> None:
    async with asyncio.timeout(30):
        one, two, three = await together(database, adding("a"), ends_its_transaction, adding("b"))
        assert (one, three) == (True, True)
        assert isinstance(two, OSError)
        assert await names(database) == {"a", "b"}


async def test_a_connection_that_breaks_is_replaced(database: SqliteDatabase) -> None:
    def close(conn: sa.Connection) -> None:
        driver_of(conn).close()

    async with asyncio.timeout(30):
        for hand in (database.write, database.read, database.read):
            with pytest.raises(sqlite3.ProgrammingError):
                await hand(close)
        assert await database.write(adding("after"))
        assert await names(database) == {"after"}


async def test_writes_work_again_once_a_full_disk_has_room(database: SqliteDatabase) -> None:
    room = 0

    def limit(connection: Any, _: object) -> None:
        if room:
            connection.execute(f"PRAGMA max_page_count={room}")

    sa.event.listen(database._engine, "connect", limit)
    pages = await database.read(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar())
    assert pages
    room = pages + 2
    much = "x" * 100_000

    def fill(conn: sa.Connection) -> None:
        put(conn, schema.site_settings, site=SITE, name="much", value=much)

    async with asyncio.timeout(30):
        for _ in range(3):
            with pytest.raises((sqlite3.OperationalError, sa.exc.OperationalError), match="full"):
                await database.write(fill)
        assert await database.write(adding("small"))
        room = 1_000_000
        with pytest.raises((sqlite3.OperationalError, sa.exc.OperationalError), match="full"):
            await database.write(fill)
        await database.write(fill)
    assert await names(database) == {"small", "much"}


async def test_an_event_loop_that_is_gone_keeps_nobody_from_being_told(
    database: SqliteDatabase,
) -> None:
    async def abandon() -> None:
        async with asyncio.timeout(0.01):
            await database.write(adding("elsewhere"))

    def meanwhile(_: sa.Connection) -> None:
        with pytest.raises(TimeoutError):
            asyncio.run(abandon())

    await database.write(meanwhile)
    assert await database.write(adding("here"))
    assert await names(database) == {"elsewhere", "here"}


# --- plans


async def everything_hot(counter: Counter) -> None:
    """Live through what a busy broker does all the time."""
    desk, database, clock = counter.desk, counter.database, counter.clock
    presence = Presence(database, SITE, clock, InProcess(), desk, "broker")
    await presence.begin()
    await presence.came("link", CUSTOMER.id)
    session = await counter.start()
    clock.move(61)
    await lapse_all(counter)
    await counter.ask(r.Accept, ANA, session)
    await counter.ask(r.Say, CUSTOMER, session, text=WORD)
    await counter.ask(r.Invite, ANA, session, rep=BEN.id)
    await counter.ask(r.Join, BEN, session)
    await counter.ask(r.TakeOver, LEA, session)
    clock.move(241)
    await lapse_all(counter)
    await counter.ask(r.EraseMyTexts, CUSTOMER, session)
    await counter.ask(r.End, CUSTOMER, session)
    await presence.came("link", ANA.id)
    await presence.went("link", ANA.id)

    def looked(conn: sa.Connection) -> None:
        live_sessions(conn, SITE, ANA.id)
        changed_since(conn, SITE, 5)
        present(conn, SITE, [ANA.id, BEN.id], clock.now)
        available_reps(conn, SITE, ["support", "network"], clock.now)
        for reader in ("all", "reps", "leads", "broker"):
            store.read_facts(conn, SITE, session, reader, after=2)
            store.seen_place(conn, SITE, session, 2, reader)

    await database.read(looked)


async def lapse_all(counter: Counter) -> None:
    tasks = Tasks()
    sweeper: Sweeper = sweeper_of(counter, tasks)
    await sweeper.sweep()
    marks = Marks(counter.database, SITE, counter.clock, InProcess())
    marks.stirred("session", ANA.id)
    await marks.flush()
    await tasks.stop()


async def test_every_hot_statement_of_a_new_database_finds_its_rows_by_an_index(
    database: SqliteDatabase, path: Path
) -> None:
    said: list[str] = []
    sa.event.listen(
        database._engine, "connect", lambda c, _: c.set_trace_callback(said.append) and None
    )
    await everything_hot(Counter(database, MovedClock(), InProcess()))
    hot = [each for each in said if each.split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT")]
    assert len(hot) > 60
    wide = {}
    with sqlite3.connect(path) as conn:
        for statement in hot:
            if "search" in statement.partition("WHERE")[0]:
                continue  # a virtual table has a plan of its own
            for *_, step in conn.execute(f"EXPLAIN QUERY PLAN {statement}"):
                if step.startswith(("SEARCH brokers", "SEARCH meetings")):
                    continue  # there are a handful
                if step == "SCAN CONSTANT ROW":
                    continue  # of no table
                sorts = "TEMP B-TREE" in step and "FROM facts" in statement
                # All links that are open, which is everybody who is there.
                everybody = "(site=? AND left_at=?)" in step
                if step.endswith("(site=?)") or step.startswith("SCAN") or sorts or everybody:
                    wide[statement] = step
    assert wide == {}


async def test_an_analysis_by_somebody_else_does_not_change_a_plan(path: Path) -> None:
    for _ in range(2):
        database = await open_database(f"sqlite:///{path}")
        await database.write(lambda conn: put(conn, schema.sessions, **SPARSE))
        kept = await database.read(statistics)
        assert ("ix_sessions_customer", "1000000 1000000 200") in kept
        await database.write(lambda conn: conn.exec_driver_sql("ANALYZE").close())
        assert await database.read(statistics) != kept
        await database.close()


SPARSE: dict[str, Any] = {"site": SITE, "id": "s", "state": "ended", "fold": ""} | dict.fromkeys(
    ("place", "place_all", "place_reps", "place_leads"), 0
)


def statistics(conn: sa.Connection) -> set[tuple[str, str]]:
    return {tuple(row) for row in conn.exec_driver_sql("SELECT idx, stat FROM sqlite_stat1")}


# --- what has been deleted


def on_disk(path: Path) -> bool:
    """Say whether the word stands in any file of the database."""
    files = path.parent.glob(f"{path.name}*")
    return any(WORD.encode() in file.read_bytes() for file in files if file.suffix != ".db-shm")


async def test_erased_words_are_nowhere_on_the_disk(database: SqliteDatabase, path: Path) -> None:
    counter = Counter(database, MovedClock(), InProcess())
    session = await counter.start_talking()
    await counter.ask(r.Say, CUSTOMER, session, text=WORD)
    assert on_disk(path)
    await counter.ask(r.EraseMyTexts, CUSTOMER, session)
    assert not on_disk(path)


async def test_a_reader_puts_the_scrub_off_and_does_not_prevent_it(
    database: SqliteDatabase, path: Path
) -> None:
    counter = Counter(database, MovedClock(), InProcess())
    session = await counter.start_talking()
    await counter.ask(r.Say, CUSTOMER, session, text=WORD)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM texts").fetchall()
    await counter.ask(r.EraseMyTexts, CUSTOMER, session)
    assert on_disk(path)
    await counter.ask(r.Say, ANA, session, text="Nobody waits for the reader.")
    assert on_disk(path)
    reader.execute("COMMIT")
    await until(lambda: not on_disk(path))
    reader.close()


def erase_and_die(url: str) -> None:
    """End at once after the erasure is durable and before it is scrubbed."""

    async def run() -> None:
        database = await open_database(url)
        counter = Counter(database, MovedClock(), InProcess())
        session = await counter.start_talking()
        await counter.ask(r.Say, CUSTOMER, session, text=WORD)
        database.scrub = lambda: os._exit(9)  # type: ignore[method-assign]
        await counter.ask(r.EraseMyTexts, CUSTOMER, session)

    asyncio.run(run())


async def test_what_an_abrupt_end_left_unscrubbed_is_scrubbed_at_the_next_start(path: Path) -> None:
    other = sqlite3.connect(path)  # as another process: the last one to close would clear the log
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("SELECT count(*) FROM texts").fetchall()
    process = multiprocessing.get_context("spawn").Process(
        target=erase_and_die, args=(f"sqlite:///{path}",)
    )
    process.start()
    await asyncio.to_thread(process.join, 60)
    assert process.exitcode == 9
    assert on_disk(path)
    database = await open_database(f"sqlite:///{path}")
    assert not on_disk(path)
    await database.close()
    other.close()


async def test_the_index_is_not_rewritten_where_no_word_was_in_it(
    database: SqliteDatabase,
) -> None:
    def shape(conn: sa.Connection) -> list[Any]:
        return list(conn.exec_driver_sql("SELECT id, block FROM search_data WHERE id <> 1"))

    counter = Counter(database, MovedClock(), InProcess())
    session = await counter.start_talking(replace(CUSTOMER, name=""))
    for text in ("Is it", "plugged in?"):
        await counter.ask(r.Say, ANA, session, text=text)
    before = await database.read(shape)
    await counter.ask(r.EraseMyTexts, CUSTOMER, session)
    assert await database.read(shape) == before
    await counter.ask(r.Say, CUSTOMER, session, text=WORD)
    await counter.ask(r.EraseMyTexts, CUSTOMER, session)
    assert len(await database.read(shape)) < len(before)
