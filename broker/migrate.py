"""Brings the tables of a database up to date.

Any number of brokers may do so at once: the first takes a lock in the database, the others wait
and find nothing left to do. Alembic is imported only when there is something to do, because it
costs a third of the whole start.

A new migration is a file in `migrations/versions/`, named by the next number.
"""

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa

MIGRATIONS = Path(__file__).with_name("migrations")

LOCK = 0x6465736B  # "desk": a number that nothing else in the database locks
WAIT_MS = 60_000


class MadeByNewer(Exception):
    """The database knows a migration that this Deskside does not."""


def migrate(url: str) -> None:
    """Bring the tables at `url`, a SQLAlchemy address, up to date; raise `MadeByNewer`.

    Must not be called on a thread that runs an event loop.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _migrate_sqlite(parsed)
    else:
        asyncio.run(_migrate_postgres(parsed.set(drivername="postgresql+asyncpg")))


def versions() -> list[str]:
    """List the migrations there are, oldest first."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _migrate_sqlite(url: sa.URL) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        # None leaves BEGIN to us: the driver would commit before each CREATE TABLE.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
        connection.execute("PRAGMA journal_mode=WAL")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as conn:
        _upgrade(conn)


async def _migrate_postgres(url: sa.URL) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - not for SQLite

    engine = create_async_engine(url, poolclass=sa.NullPool)
    try:
        async with engine.begin() as conn:
            await conn.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await conn.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(conn: sa.Connection) -> None:
    version = _version(conn)
    known = versions()
    if version == known[-1]:
        return
    if version is not None and version not in known:
        raise MadeByNewer(f"The database is at {version}; this Deskside knows up to {known[-1]}.")

    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def _version(conn: sa.Connection) -> str | None:
    if not sa.inspect(conn).has_table("alembic_version"):
        return None
    version: str | None = conn.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version
