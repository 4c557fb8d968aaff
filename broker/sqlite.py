"""SQLite: one thread that writes, with group commit, readers beside it, and what that needs.

A thread outlives whatever goes wrong in its work: whoever waits is always told, and a connection
on which something failed is not used again.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
import structlog

from broker import schema

T = TypeVar("T")
Work = Callable[[sa.Connection], T]

GROUP = 64
"""Units of work in one commit, at most."""

READERS = 2

SCRUB_MS = 100
"""How long a scrub waits for readers, and writers for it."""

SCRUB_AGAIN_SECONDS = 1.0

log = structlog.get_logger()


def driver_of(conn: sa.Connection) -> Any:
    """Return the driver's own connection."""
    return conn.connection.dbapi_connection


def sqlite_engine(url: sa.URL) -> sa.Engine:
    """Make an engine whose connections are durable, and leave nothing behind a deletion."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        # None leaves BEGIN to us; the driver's own would be late and not immediate.
        connection.isolation_level = None
        for pragma in (
            "busy_timeout=10000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


class SqliteDatabase:
    """One writer thread with group commit, readers beside it, and one that scrubs later."""

    dialect: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, url: sa.URL) -> None:
        self._engine = sqlite_engine(url)
        self._writes: _Jobs = queue.SimpleQueue()
        self._reads: _Jobs = queue.SimpleQueue()
        self._unscrubbed = threading.Event()
        self._closing = threading.Event()
        # The end may have come between an erasure and its scrub.
        self._truncate_log()
        works = [self._write_all, *[self._read_all] * READERS, self._scrub_later]
        self._threads = [
            threading.Thread(target=work, name=f"sqlite {work.__name__}", daemon=True)
            for work in works
        ]
        for thread in self._threads:
            thread.start()

    async def read(self, work: Work[T]) -> T:
        return await _hand(work, self._reads)

    async def write(self, work: Work[T]) -> T:
        return await _hand(work, self._writes)

    async def scrub(self) -> None:
        await asyncio.to_thread(self._truncate_log)

    async def close(self) -> None:
        self._closing.set()
        self._unscrubbed.set()
        self._writes.put(None)
        for _ in range(READERS):
            self._reads.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._engine.dispose()

    def _read_all(self) -> None:
        conn = None
        while (job := self._reads.get()) is not None:
            conn = self._carry_out(conn, [job], _look)
        _let_go(conn)

    def _write_all(self) -> None:
        conn, more = None, True
        while more and (first := self._writes.get()) is not None:
            group, more = self._gather(first)
            conn = self._carry_out(conn, group, _commit)
        _let_go(conn)

    def _carry_out(
        self,
        conn: sa.Connection | None,
        group: list["_Job"],
        how: Callable[[sa.Connection, list["_Job"]], None],
    ) -> sa.Connection | None:
        """Carry out `group` and tell who waits; return the connection to go on with, if any."""
        try:
            conn = conn or self._engine.connect()
            how(conn, group)
        except BaseException as fault:  # noqa: BLE001 - a full disk, say: every caller gets it
            for job in group:
                job.fault = job.fault or fault
            _let_go(conn)
            conn = None
        _tell(group)
        return conn

    def _gather(self, first: "_Job") -> tuple[list["_Job"], bool]:
        """Take what has come in meanwhile; waiting for more would only delay the first."""
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._writes.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, False
            group.append(job)
        return group, True

    # --- what has been deleted

    def _truncate_log(self) -> None:
        """The tables overwrite what they delete; only the write-ahead log still has it.

        While somebody reads from the log it cannot be cut; then it is tried again later.
        """
        self._unscrubbed.clear()
        busy = True
        try:
            with self._engine.connect() as conn:
                conn.exec_driver_sql(f"PRAGMA busy_timeout={SCRUB_MS}")
                busy = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] != 0
        except (sa.exc.DBAPIError, sqlite3.Error):
            log.exception("not_scrubbed")
        if busy:
            self._unscrubbed.set()

    def _scrub_later(self) -> None:
        while True:
            self._unscrubbed.wait()
            if self._closing.wait(SCRUB_AGAIN_SECONDS):
                return
            self._truncate_log()


# --- units of work


async def _hand(work: Work[T], jobs: "_Jobs") -> T:
    """Give `work` to the threads that take from `jobs`, and return its result."""
    loop = asyncio.get_running_loop()
    job = _Job(work, loop, loop.create_future())
    jobs.put(job)
    result: T = await job.future
    return result


class _Job:
    def __init__(
        self, work: Work[Any], loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]
    ) -> None:
        self.work = work
        self.loop = loop
        self.future = future
        self.result: Any = None
        self.fault: BaseException | None = None

    def run(self, conn: sa.Connection) -> None:
        """Do the work as a part of a transaction; what it raises undoes that part only."""
        driver = driver_of(conn)
        driver.execute("SAVEPOINT job")
        try:
            self.result, self.fault = self.work(conn), None
        except Exception as fault:  # noqa: BLE001 - it is the caller's, who gets it
            self.fault = fault
            driver.execute("ROLLBACK TO job")
        driver.execute("RELEASE job")

    def settle(self) -> None:
        """Tell who waits. Runs in their event loop."""
        if self.future.done():
            return
        if isinstance(self.fault, StopIteration):
            self.future.set_exception(RuntimeError(repr(self.fault)))  # asyncio forbids that one
        elif self.fault:
            self.future.set_exception(self.fault)
        else:
            self.future.set_result(self.result)


_Jobs = queue.SimpleQueue[_Job | None]
"""What threads take their work from; None ends one of them."""


def _commit(conn: sa.Connection, group: list[_Job]) -> None:
    """Commit `group` at once, or one by one where that fails, so that only the one at fault does."""
    driver = driver_of(conn)
    driver.execute("BEGIN IMMEDIATE")
    try:
        for job in group:
            job.run(conn)
        driver.execute("COMMIT")
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        if len(group) == 1:
            raise
    else:
        return
    for job in group:
        try:
            _commit(conn, [job])
        except BaseException as fault:  # noqa: BLE001 - it is the caller's, who gets it
            job.fault = job.fault or fault


def _look(conn: sa.Connection, group: list[_Job]) -> None:
    driver = driver_of(conn)
    for job in group:
        driver.execute("BEGIN")
        try:
            job.result = job.work(conn)
        except Exception as fault:  # noqa: BLE001 - it is the caller's, who gets it
            job.fault = fault
        finally:
            if driver.in_transaction:
                driver.execute("ROLLBACK")


def _let_go(conn: sa.Connection | None) -> None:
    """Close `conn`, which rolls back what it has begun."""
    if conn is not None:
        with suppress(Exception):
            conn.invalidate()
        with suppress(Exception):
            conn.close()


def _tell(group: Sequence[_Job]) -> None:
    """Wake whoever waits for one of `group`, each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in group:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        with suppress(RuntimeError):  # it has been closed, and nobody waits
            loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()


# --- statistics

_ROWS = 1_000_000
_FEW = {"brokers": 5, "site_settings": 1}


def seed_statistics(url: sa.URL) -> None:
    """Tell SQLite how the tables look at a busy site, whatever is in them today.

    Every key begins with the site. SQLite takes `site = ?` for a good filter until it is told
    better, and then reads all of a table. `ANALYZE` would not do: on a new database it sees
    nothing, and later it sees ended sessions and thinks that those who wait are as many.
    """
    wanted = {
        (table.name, name, _statistics(table.name, columns, unique=unique))
        for table in schema.metadata.sorted_tables
        for name, columns, unique in _indexes(table)
    }
    engine = sqlite_engine(url)
    with engine.connect() as conn:
        driver = driver_of(conn)
        made = "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'"
        kept = "SELECT tbl, idx, stat FROM sqlite_stat1"
        if driver.execute(made).fetchone()[0] and wanted == set(driver.execute(kept)):
            return
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("ANALYZE sqlite_schema")  # looks at no table, and makes its own
        driver.execute("DELETE FROM sqlite_stat1")
        driver.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", sorted(wanted))
        driver.execute("COMMIT")


def _indexes(table: sa.Table) -> list[tuple[str, int, bool]]:
    """Return the name of each index, the number of its columns, and whether it is unique."""
    # SQLite calls a primary key without rowid by the table's name.
    key = (table.name, len(table.primary_key.columns), True)
    return [key, *((str(i.name), len(i.columns), bool(i.unique)) for i in table.indexes)]


def _statistics(table: str, columns: int, *, unique: bool) -> str:
    """Return the rows in all, and how many share the first column, the first two, and so on."""
    rows = _FEW.get(table, _ROWS)
    shared = [rows, *(max(1, min(rows, 200) >> 2 * column) for column in range(columns - 1))]
    if unique:
        shared[-1] = 1
    return " ".join(map(str, [rows, *shared]))
