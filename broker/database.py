"""One way to run a unit of work on SQLite or PostgreSQL.

A unit of work is a plain function over a SQLAlchemy connection, written once for both. On
SQLite all writes run on one thread that commits several at a time: measured with WAL and
`synchronous=FULL`, 1,895 facts/s one by one and 9,890 with 20 to a transaction. On
PostgreSQL each runs in a transaction of its own.
"""

import asyncio
import random
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from broker.migrate import migrate
from broker.sqlite import SqliteDatabase, T, Work, driver_of, seed_statistics

TRIES = 8
DOOMED = {"40001", "40P01"}
"""PostgreSQL's words for a transaction that had to give way to another: try again."""


class Database(Protocol):
    """Where the broker's tables are."""

    dialect: Literal["sqlite", "postgresql"]

    async def read(self, work: Work[T]) -> T:
        """Return what `work` makes of the tables; it must not write."""

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction and return its result once that is durable.

        What `work` raises undoes its own writes, and only those. It may be run more than once,
        each time as if for the first.
        """

    async def scrub(self) -> None:
        """Leave no trace on the disk of what has been deleted: now, or as soon as no reader needs it.

        What is left undone, be it by the end of the process, is done after the next opening.
        """

    async def close(self) -> None:
        """Finish what was begun and let go."""


async def open_database(url: str) -> Database:
    """Open the database at `url`, a SQLAlchemy address, and bring its tables up to date."""
    await asyncio.to_thread(migrate, url)
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        await asyncio.to_thread(seed_statistics, parsed)
        return await asyncio.to_thread(SqliteDatabase, parsed)
    return PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"))


def insert_new(conn: sa.Connection, table: sa.Table, **values: Any) -> bool:
    """Insert a row unless its key is taken; say whether it was inserted."""
    return run(conn, _inserting(conn.dialect.name, table), values).rowcount == 1


def put(conn: sa.Connection, table: sa.Table, **values: Any) -> None:
    """Insert a row, or replace the one that has its key."""
    run(conn, _putting(conn.dialect.name, table, tuple(values)), values)


Kept = sa.Select[Any] | sa.CompoundSelect[Any] | sa.Insert | sa.Update | sa.Delete | sa.TextClause
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
    return driver_of(conn).execute(words, [given[name] for name in order])


@cache
def _compiled(statement: Kept, names: tuple[str, ...]) -> tuple[str, Sequence[str], dict[str, Any]]:
    """Return the SQL, the order of its parameters, and those that have a value already."""
    compiled: Any = statement.compile(dialect=sqlite.dialect(), column_keys=names)
    defaults = {name: value for name, value in compiled.params.items() if value is not None}
    if isinstance(statement, sa.Insert):
        columns: Any = statement.table.columns
        defaults |= {column.name: column.default.arg for column in columns if column.default}
    return str(compiled), compiled.positiontup, defaults


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
        for tried in range(1, TRIES):
            try:
                return await self._write_once(work)
            except sa.exc.DBAPIError as fault:
                if getattr(fault.orig, "sqlstate", None) not in DOOMED:
                    raise
            await asyncio.sleep(random.uniform(0, 0.01 * 2**tried))  # noqa: S311 - not a secret
        return await self._write_once(work)

    async def _write_once(self, work: Work[T]) -> T:
        async with self._engine.begin() as conn:
            return await conn.run_sync(work)

    async def scrub(self) -> None:
        async with self._engine.connect() as conn:
            outside = await conn.execution_options(isolation_level="AUTOCOMMIT")
            await outside.exec_driver_sql(
                "VACUUM texts, search, mails, recording_keys, held_texts, file_keys"
            )

    async def close(self) -> None:
        await self._engine.dispose()
