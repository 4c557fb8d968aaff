"""Full-text search: the one place where SQLite (FTS5) and PostgreSQL (tsvector) differ."""

import re
from collections.abc import Collection

import sqlalchemy as sa
from msgspec import Struct

from broker.database import run
from protocol.fields import Audience


class Hit(Struct, frozen=True, kw_only=True):
    """A line in which all the words stand, at `place` as the reader counts."""

    session: str
    place: int
    words: str


TOKENS = 'tokenize = "unicode61 remove_diacritics 2"'
"""How SQLite's index was made to part words, and how any other of ours has to."""

_PUT = sa.text(
    "INSERT INTO search (site, session, place, words) VALUES (:site, :session, :place, :words)"
)
_DROP = {
    # FTS5 finds a row by its number only; every other column would be a scan of them all.
    "sqlite": sa.text("DELETE FROM search WHERE rowid = :row"),
    "postgresql": sa.text(
        "DELETE FROM search WHERE site = :site AND session = :session AND place = :place"
    ),
}

_FIND = """
SELECT search.session, facts.{place} AS place, search.words FROM search
JOIN sessions ON sessions.site = search.site AND sessions.id = search.session
JOIN facts ON facts.site = search.site AND facts.session = search.session
    AND facts.place = search.place
WHERE search.site = :site AND {match} AND sessions.team IN :teams AND facts.{place} IS NOT NULL
ORDER BY sessions.opened_at DESC, search.place LIMIT :limit
"""
_MATCH = {
    "sqlite": "search.words MATCH :query",
    "postgresql": "search.vector @@ to_tsquery('simple', :query)",
}


def put_words(conn: sa.Connection, site: str, session: str, place: int, words: str) -> int:
    """Make `words`, said at `place` of `session`, findable; return the row, 0 where it needs none."""
    made = run(conn, _PUT, {"site": site, "session": session, "place": place, "words": words})
    return made.lastrowid if _is_sqlite(conn) else 0


def drop_words(conn: sa.Connection, site: str, session: str, place: int, row: int) -> None:
    """Forget the words at `place` of `session`; `row` is what `put_words` returned."""
    key = {"row": row} if _is_sqlite(conn) else {"site": site, "session": session, "place": place}
    conn.execute(_DROP[conn.dialect.name], key)


def scrub(conn: sa.Connection) -> None:
    """Rewrite the index so that no trace of dropped words is left in it."""
    if _is_sqlite(conn):
        conn.execute(sa.text("INSERT INTO search (search) VALUES ('optimize')"))


def query_of(dialect: str, words: str) -> str:
    """Return `words` as the database wants to be asked for lines with all of them, the last one
    perhaps unfinished; "" where there is no word in it."""
    parts = re.findall(r"\w+", words)[:10]
    if not parts:
        return ""
    if dialect == "sqlite":
        return " ".join(f'"{part}"' for part in parts) + "*"
    return " & ".join(f"'{part}'" for part in parts) + ":*"


def find(
    conn: sa.Connection,
    site: str,
    words: str,
    teams: Collection[str],
    reader: Audience,
    limit: int = 50,
) -> list[Hit]:
    """Return lines of sessions of `teams` that hold every one of `words`, newest session first.

    Only what `reader` may read is found, its place as `reader` counts. The last word may be
    unfinished. No word at all finds nothing.
    """
    query = query_of(conn.dialect.name, words)
    if not query or not teams:
        return []
    place = "place" if reader == "broker" else f"place_{reader}"
    statement = sa.text(_FIND.format(match=_MATCH[conn.dialect.name], place=place)).bindparams(
        sa.bindparam("teams", expanding=True)
    )
    rows = conn.execute(
        statement, {"site": site, "query": query, "teams": list(teams), "limit": limit}
    )
    return [Hit(session=row.session, place=row.place, words=row.words) for row in rows]


def _is_sqlite(conn: sa.Connection) -> bool:
    return conn.dialect.name == "sqlite"
