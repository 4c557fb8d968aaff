"""What recordings are looked for by has an index: one that fits none costs no walk over all."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from broker.database import open_database
from broker.recording_search import Wanted, find_recordings


@pytest.mark.parametrize("name", ["customer", "team", "rep", "issue", "ending"])
async def test_a_filter_is_looked_up_in_an_index(tmp_path: Path, name: str) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'deskside.db'}")
    asked: list[str] = []

    def plan(conn: sa.Connection) -> str:
        @sa.event.listens_for(conn, "before_cursor_execute")
        def keep(
            _conn: object, _cursor: object, statement: str, values: object, *_: object
        ) -> None:
            asked.append(statement)

        wanted: dict[str, Any] = {name: "nothing"}
        find_recordings(conn, "main", Wanted(**wanted))
        sa.event.remove(conn, "before_cursor_execute", keep)
        given = [None] * asked[0].count("?")
        rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", tuple(given)).all()
        return " ".join(row.detail for row in rows)

    try:
        column = {"rep": "owner"}.get(name, name)
        assert f"ix_recordings_{column} (site=? AND {column}=?" in await database.read(plan)
    finally:
        await database.close()
