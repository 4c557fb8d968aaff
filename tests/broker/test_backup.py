"""Backups of much: nothing is held whole in memory, and everything comes back."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from broker import schema
from broker.backup import backup, restore
from broker.database import Database, open_database

PASSPHRASE = "a horse that nobody has corrected"
ROWS = 4_000
AT_MOST = 8 * 1024 * 1024
"""Half of what the rows are, in bytes; reading them at once takes several times as much."""


@contextmanager
def flat() -> Iterator[None]:
    """Fail if what is done within takes more than `AT_MOST` of memory at any moment."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < AT_MOST
    finally:
        tracemalloc.stop()


async def count(database: Database) -> int:
    every = sa.select(sa.func.count()).select_from(schema.texts)
    found = await database.read(partial(sa.Connection.scalar, statement=every))
    assert isinstance(found, int)
    return found


async def test_many_rows_are_kept_and_restored_a_few_at_a_time(
    database_url: str, tmp_path: Path
) -> None:
    def fill(conn: sa.Connection) -> None:
        row = {"site": "desk", "place": 1, "by": "w" * 36, "salt": b"s" * 16, "words": "x" * 4000}
        for begin in range(0, ROWS, 500):
            each = [row | {"session": f"{number:036}"} for number in range(begin, begin + 500)]
            conn.execute(schema.texts.insert(), each)

    database, file = await open_database(database_url), tmp_path / "backup.tar"
    try:
        await database.write(fill)
        with flat():
            await backup(database, tmp_path, tmp_path / "none.toml", file, PASSPHRASE, 1)
    finally:
        await database.close()
    other = await open_database(f"sqlite:///{tmp_path / 'other.db'}")
    try:
        (tmp_path / "elsewhere").mkdir()
        with flat():
            await restore(other, tmp_path / "elsewhere", file, PASSPHRASE)
        assert await count(other) == ROWS
    finally:
        await other.close()
