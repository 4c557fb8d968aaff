"""What holds of a unit of work on SQLite and on PostgreSQL alike; threads are `test_sqlite.py`."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from broker import schema
from broker.database import (
    Database,
    PostgresDatabase,
    insert_new,
    open_database,
    put,
    rows,
    run,
)
from tests.broker.desks import SITE
from tests.postgres import Cluster

TABLE = schema.rep_loads
_OF = sa.select(TABLE.c.active, TABLE.c.cap).where(TABLE.c.rep == sa.bindparam("who"))
_MORE = TABLE.update().where(TABLE.c.rep == sa.bindparam("who")).values(active=TABLE.c.active + 1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url)
    yield database
    await database.close()


def load_of(conn: sa.Connection, rep: str) -> list[tuple[int, int]]:
    return [tuple(row) for row in rows(conn, _OF, {"who": rep})]


async def test_a_row_is_inserted_once_and_put_over_what_is_there(database: Database) -> None:
    def work(conn: sa.Connection) -> tuple[bool, bool]:
        key = {"site": SITE, "rep": "ana"}
        twice = insert_new(conn, TABLE, **key, cap=3), insert_new(conn, TABLE, **key, cap=4)
        put(conn, TABLE, **key, active=7)
        put(conn, TABLE, site=SITE, rep="ben", active=1)
        return twice

    assert await database.write(work) == (True, False)
    assert await database.read(lambda conn: load_of(conn, "ana")) == [(7, 3)]
    assert await database.read(lambda conn: load_of(conn, "ben")) == [(1, 0)]


async def test_a_kept_statement_takes_other_values_each_time(database: Database) -> None:
    def work(conn: sa.Connection) -> list[int]:
        for rep in ("ana", "ben"):
            run(conn, TABLE.insert(), {"site": SITE, "rep": rep})
        return [run(conn, _MORE, {"who": rep}).rowcount for rep in ("ana", "ana", "ben", "eve")]

    assert await database.write(work) == [1, 1, 1, 0]
    assert await database.read(lambda conn: load_of(conn, "ana")) == [(2, 0)]


async def test_a_unit_of_work_that_raises_leaves_nothing(database: Database) -> None:
    def work(conn: sa.Connection) -> None:
        insert_new(conn, TABLE, site=SITE, rep="ana")
        raise LookupError("half way")

    with pytest.raises(LookupError, match="half way"):
        await database.write(work)
    with pytest.raises(LookupError, match="half way"):
        await database.read(work)
    assert await database.read(lambda conn: load_of(conn, "ana")) == []


async def test_what_many_add_at_once_is_all_there(database: Database) -> None:
    await database.write(lambda conn: insert_new(conn, TABLE, site=SITE, rep="ana"))
    more = [
        database.write(lambda conn: run(conn, _MORE, {"who": "ana"}).rowcount) for _ in range(100)
    ]
    assert await asyncio.gather(*more) == [1] * 100
    assert await database.read(lambda conn: load_of(conn, "ana")) == [(100, 0)]


async def test_what_was_written_is_there_when_opened_again(database_url: str) -> None:
    for before in ([], [(0, 0)]):
        database = await open_database(database_url)
        assert await database.read(lambda conn: load_of(conn, "ana")) == before
        await database.write(lambda conn: insert_new(conn, TABLE, site=SITE, rep="ana"))
        await database.close()


async def test_a_unit_of_work_that_has_to_give_way_is_run_again(
    postgres_cluster: Cluster, postgres_migrated: str
) -> None:
    with postgres_cluster.database(postgres_migrated) as url:
        database = await open_database(url)
        assert isinstance(database, PostgresDatabase)
        await database.write(lambda conn: insert_new(conn, TABLE, site=SITE, rep="ana"))
        await database.write(lambda conn: insert_new(conn, TABLE, site=SITE, rep="ben"))
        runs, holding = [], set[str]()

        def crossing(conn: sa.Connection, mine: str, theirs: str) -> None:
            runs.append(mine)
            run(conn, _MORE, {"who": mine})
            holding.add(mine)
            while len(holding) < 2:
                conn.exec_driver_sql("SELECT pg_sleep(0.01)")  # the other one runs meanwhile
            run(conn, _MORE, {"who": theirs})

        await asyncio.gather(
            database.write(lambda conn: crossing(conn, "ana", "ben")),
            database.write(lambda conn: crossing(conn, "ben", "ana")),
        )
        assert len(runs) == 3
        assert await database.read(lambda conn: load_of(conn, "ana")) == [(2, 0)]
        await database.close()


async def test_only_who_gives_way_is_run_again(database: Database) -> None:
    runs = []

    def wrong(conn: sa.Connection) -> None:
        runs.append(1)
        conn.exec_driver_sql("SELECT nothing FROM nowhere")

    with pytest.raises(sa.exc.DBAPIError):
        await database.write(wrong)
    assert len(runs) == 1


async def test_a_database_may_be_opened_many_times_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    databases = await asyncio.gather(*(open_database(url) for _ in range(4)))
    for number, database in enumerate(databases):
        await database.write(
            lambda conn, n=number: insert_new(conn, TABLE, site=SITE, rep=f"r{n}")  # type: ignore[misc]
        )
    for database in databases:
        await database.close()
