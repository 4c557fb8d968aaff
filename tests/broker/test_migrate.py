import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from broker import schema
from broker.database import open_database
from broker.migrate import MadeByNewer, migrate, versions


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/test.db"
    else:
        yield request.getfixturevalue("postgres_url")


async def read(url: str, work: Any) -> Any:
    database = await open_database(url)
    try:
        return await database.read(work)
    finally:
        await database.close()


def difference(conn: sa.Connection) -> list[Any]:
    """What Alembic would change; the search index is described by the migration alone."""
    context = MigrationContext.configure(
        conn,
        opts={
            "compare_type": True,
            # On SQLite Alembic takes every empty text for a change.
            "compare_server_default": conn.dialect.name != "sqlite",
            "include_object": lambda _object, name, kind, _reflected, _compared: (
                kind != "table" or not name.startswith("search")
            ),
        },
    )
    found: list[Any] = compare_metadata(context, schema.metadata)
    return found


def statements(conn: sa.Connection) -> set[str]:
    """The statements that SQLite keeps, in one spelling."""
    kept = conn.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name NOT LIKE 'search%' "
            "AND tbl_name <> 'sqlite_stat1' AND sql IS NOT NULL"
        )
    )
    return {" ".join(statement.split()) for statement in kept if "alembic" not in statement}


async def test_an_empty_database_becomes_exactly_what_the_schema_says(url: str) -> None:
    assert await read(url, difference) == []


async def test_sqlite_keeps_the_same_statements_as_for_the_schema(tmp_path: Path) -> None:
    with sa.create_engine("sqlite://").connect() as conn:
        schema.metadata.create_all(conn)
        wanted = statements(conn)
    assert await read(f"sqlite:///{tmp_path}/test.db", statements) == wanted


async def test_the_search_index_exists(url: str) -> None:
    await read(
        url,
        lambda conn: conn.execute(sa.text("SELECT site, session, place, words FROM search")).all(),
    )


async def test_migrating_again_changes_nothing(url: str) -> None:
    await read(url, difference)
    assert await read(url, difference) == []


async def test_several_brokers_may_start_at_once(url: str) -> None:
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(migrate, [url] * 4))
    assert await read(url, difference) == []


async def test_a_database_of_a_newer_deskside_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/test.db"
    database = await open_database(url)
    await database.write(
        lambda conn: conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    )
    await database.close()
    with pytest.raises(MadeByNewer, match="9999"):
        await open_database(url)


def test_each_migration_has_a_number_of_its_own() -> None:
    assert versions() == [f"{number:04}" for number in range(1, len(versions()) + 1)]
