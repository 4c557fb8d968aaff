"""One way to run a unit of work on SQLite or PostgreSQL.

A unit of work is a plain function over a SQLAlchemy connection, written once for both. On
SQLite all writes run on one thread that commits several at a time: measured with WAL and
`synchronous=FULL`, 1,895 facts/s one by one and 9,890 with 20 to a transaction. On
PostgreSQL each runs in a transaction of its own.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from broker.migrate import migrate

T = TypeVar("T")
Work = Callable[[sa.Connection], T]

GROUP = 64
"""Units of work in one SQLite commit, at most."""

READERS = 2


class Database(Protocol):
    """Where the broker's tables are."""

    dialect: Literal["sqlite", "postgresql"]

    async def read(self, work: Work[T]) -> T:
        """Return what `work` makes of the tables; it must not write."""

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction and return its result once that is durable.

        What `work` raises undoes its own writes, and only those.
        """

    async def scrub(self) -> None:
        """Leave no trace on the disk of what has been deleted."""

    async def close(self) -> None:
        """Finish what was begun and let go."""


async def open_database(url: str) -> Database:
    """Open the database at `url`, a SQLAlchemy address, and bring its tables up to date."""
    await asyncio.to_thread(migrate, url)
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed)
    return PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"))


def insert_new(conn: sa.Connection, table: sa.Table, **values: Any) -> bool:
    """Insert a row unless its key is taken; say whether it was inserted."""
    return run(conn, _inserting(conn.dialect.name, table), values).rowcount == 1


def put(conn: sa.Connection, table: sa.Table, **values: Any) -> None:
    """Insert a row, or replace the one that has its key."""
    run(conn, _putting(conn.dialect.name, table, tuple(values)), values)


Kept = sa.Select[Any] | sa.Insert | sa.Update | sa.Delete | sa.TextClause
"""A statement that is made once, when its module is loaded, with `bindparam` for its values."""


class Done(Protocol):
    """What `run` has done."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed or made."""

    @property
    def lastrowid(self) -> Any:
        """The number of the row it made, on SQLite."""


def run(conn: sa.Connection, statement: Kept, values: dict[str, Any]) -> Done:
    """Carry out `statement` with `values` for its parameters.

    On SQLite it is compiled once and then goes straight to the driver. Measured over an append of
    six statements: 1,360 µs of processor when each is made anew, 490 µs kept, 225 µs so.
    """
    if conn.dialect.name != "sqlite":
        return conn.execute(statement, values)
    done: Done = _run_driver(conn, statement, values)
    return done


def rows(conn: sa.Connection, statement: Kept, values: dict[str, Any]) -> Sequence[Any]:
    """Carry out `statement` as `run` does and return its rows as tuples.

    No type is converted back, so a boolean may come as 0 or 1.
    """
    if conn.dialect.name != "sqlite":
        return conn.execute(statement, values).all()
    found: list[Any] = _run_driver(conn, statement, values).fetchall()
    return found


def _run_driver(conn: sa.Connection, statement: Kept, values: dict[str, Any]) -> Any:
    words, order, defaults = _compiled(statement, tuple(values))
    given = {**defaults, **values}
    return _driver(conn).execute(words, [given[name] for name in order])


@cache
def _compiled(statement: Kept, names: tuple[str, ...]) -> tuple[str, Sequence[str], dict[str, Any]]:
    """Return the SQL, the order of its parameters, and those that have a value already."""
    compiled: Any = statement.compile(dialect=sqlite.dialect(), column_keys=names)
    defaults = {name: value for name, value in compiled.params.items() if value is not None}
    if isinstance(statement, sa.Insert):
        columns: Any = statement.table.columns
        defaults |= {column.name: column.default.arg for column in columns if column.default}
    return str(compiled), compiled.positiontup, defaults


def _driver(conn: sa.Connection) -> Any:
    return conn.connection.dbapi_connection


@cache
def _inserting(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _putting(
    dialect: str, table: sa.Table, names: tuple[str, ...]
) -> sqlite.Insert | postgresql.Insert:
    statement = _insert(dialect, table)
    key = {column.name for column in table.primary_key}
    rest = {name: statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=sorted(key), set_=rest)


def _insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def sqlite_engine(url: sa.URL) -> sa.Engine:
    """Make an engine whose connections are durable, and leave nothing behind a deletion."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        # None leaves BEGIN to us; the driver's own would be late and not immediate.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=10000",
            "secure_delete=ON",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


class SqliteDatabase:
    """One writer thread with group commit, and readers beside it."""

    dialect: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, url: sa.URL) -> None:
        self._engine = sqlite_engine(url)
        self._writes: _Jobs = queue.SimpleQueue()
        self._reads: _Jobs = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="sqlite-writer", daemon=True)
        self._readers = [
            threading.Thread(target=self._read_all, name=f"sqlite-reader-{number}", daemon=True)
            for number in range(READERS)
        ]
        for thread in (self._writer, *self._readers):
            thread.start()

    async def read(self, work: Work[T]) -> T:
        return await _hand(work, self._reads)

    async def write(self, work: Work[T]) -> T:
        return await _hand(work, self._writes)

    def _read_all(self) -> None:
        with self._engine.connect() as conn:
            while (job := self._reads.get()) is not None:
                job.look(conn)
                _tell([job])

    async def scrub(self) -> None:
        await asyncio.to_thread(self._truncate_log)

    def _truncate_log(self) -> None:
        """The tables overwrite what they delete; only the write-ahead log still has it."""
        with self._engine.connect() as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _write_all(self) -> None:
        with self._engine.connect() as conn:
            while (first := self._writes.get()) is not None:
                group, more = self._gather(first)
                _commit_group(conn, group)
                if not more:
                    return

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

    async def close(self) -> None:
        self._writes.put(None)
        await asyncio.to_thread(self._writer.join)
        for _ in self._readers:
            self._reads.put(None)
        for thread in self._readers:
            await asyncio.to_thread(thread.join)
        self._engine.dispose()


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
        driver = _driver(conn)
        driver.execute("SAVEPOINT job")
        try:
            self.result = self.work(conn)
        except Exception as fault:  # noqa: BLE001 - it is the caller's, who gets it
            self.fault = fault
            driver.execute("ROLLBACK TO job")
        driver.execute("RELEASE job")

    def look(self, conn: sa.Connection) -> None:
        driver = _driver(conn)
        try:
            driver.execute("BEGIN")
            self.result = self.work(conn)
        except Exception as fault:  # noqa: BLE001 - it is the caller's, who gets it
            self.fault = fault
        finally:
            if driver.in_transaction:
                driver.execute("ROLLBACK")

    def settle(self) -> None:
        if self.future.cancelled():
            return
        if self.fault:
            self.future.set_exception(self.fault)
        else:
            self.future.set_result(self.result)


_Jobs = queue.SimpleQueue[_Job | None]
"""What threads take their work from; None ends one of them."""


def _commit_group(conn: sa.Connection, group: list[_Job]) -> None:
    driver = _driver(conn)
    try:
        driver.execute("BEGIN IMMEDIATE")
        for job in group:
            job.run(conn)
        driver.execute("COMMIT")
    except Exception as fault:  # noqa: BLE001 - a full disk, say: every caller gets it
        for job in group:
            job.fault = job.fault or fault
        if driver.in_transaction:
            driver.execute("ROLLBACK")
    _tell(group)


def _tell(group: Sequence[_Job]) -> None:
    """Wake whoever waits for one of `group`, each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in group:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()


class PostgresDatabase:
    """A pool; each unit of work is a transaction."""

    dialect: Literal["sqlite", "postgresql"] = "postgresql"

    def __init__(self, url: sa.URL) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=10,
            max_overflow=10,
            pool_pre_ping=True,
            connect_args={"server_settings": {"synchronous_commit": "on"}},
        )

    async def read(self, work: Work[T]) -> T:
        async with self._engine.connect() as conn:
            return await conn.run_sync(work)

    async def write(self, work: Work[T]) -> T:
        async with self._engine.begin() as conn:
            return await conn.run_sync(work)

    async def scrub(self) -> None:
        async with self._engine.connect() as conn:
            outside = await conn.execution_options(isolation_level="AUTOCOMMIT")
            await outside.exec_driver_sql("VACUUM texts, search")

    async def close(self) -> None:
        await self._engine.dispose()
