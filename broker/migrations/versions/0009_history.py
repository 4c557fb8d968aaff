"""Creates visits, the audit and the list of deleted sessions, and makes the search index anew: names
are found too, and on SQLite short beginnings of words have an index of their own."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

AT_ONCE = 1000


def upgrade() -> None:
    _table(
        "visits",
        _key("session"),
        _id("customer"),
        _text("contact", 254),
        _text("name", 120),
        _text("email", 254),
        _time("opened_at"),
    )
    op.create_index("ix_visits_contact", "visits", ["site", "contact", "opened_at"])
    op.create_index("ix_visits_customer", "visits", ["site", "customer", "opened_at"])
    op.create_index("ix_visits_opened", "visits", ["site", "opened_at"])
    _table(
        "audit",
        _key("id"),
        _time("at"),
        _id("who"),
        _text("what", 32),
        _id("subject"),
        _text("detail", 200),
    )
    op.create_index("ix_audit_subject", "audit", ["site", "subject"])
    _table("deleted_sessions", _key("session"))
    op.create_index("ix_sessions_ended", "sessions", ["site", "state", "ended_at"])
    _remember_visits()
    if op.get_bind().dialect.name == "sqlite":
        _make_sqlite_search()
    else:
        _number_postgres_search()


def _words(kinds: str) -> Iterator[Any]:
    """Give (site, session, place, words) of personal facts, some at a time."""
    chosen = sa.text(
        "SELECT t.site, t.session, t.place, t.words FROM texts t JOIN facts f ON f.site = t.site "  # noqa: S608 - our own words
        f"AND f.session = t.session AND f.place = t.place WHERE f.kind IN ({kinds}) "
        "AND (t.site, t.session, t.place) > (:site, :session, :place) "
        f"ORDER BY t.site, t.session, t.place LIMIT {AT_ONCE}"
    )
    last = {"site": "", "session": "", "place": 0}
    while rows := op.get_bind().execute(chosen, last).all():
        yield from rows
        last = {"site": rows[-1].site, "session": rows[-1].session, "place": rows[-1].place}


def _remember_visits() -> None:
    bind = op.get_bind()
    of_session = sa.text(
        "SELECT customer, opened_at FROM sessions WHERE site = :site AND id = :session"
    )
    put = sa.text(
        "INSERT INTO visits (site, session, customer, contact, name, email, opened_at) VALUES "
        "(:site, :session, :customer, :contact, :name, :email, :opened_at)"
    )
    for row in _words("'opened'"):
        session = bind.execute(of_session, {"site": row.site, "session": row.session}).first()
        if session is None:
            continue
        words = json.loads(row.words)
        email = words.get("email", "").lower()
        bind.execute(
            put,
            {
                "site": row.site,
                "session": row.session,
                "customer": session.customer,
                "contact": email or session.customer,
                "name": words.get("name", ""),
                "email": email,
                "opened_at": session.opened_at,
            },
        )


def _spoken(kind: str, words: str) -> str:
    said = json.loads(words)
    if kind == "said":
        return str(said.get("text", ""))
    return f"{said.get('name', '')} {said.get('email', '')}".strip()


def _make_sqlite_search() -> None:
    op.execute("DROP TABLE search")
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5("
        "words, site UNINDEXED, session UNINDEXED, place UNINDEXED, "
        "tokenize = \"unicode61 remove_diacritics 2\", prefix = '1 2 3')"
    )
    if sqlite3.sqlite_version_info >= (3, 42):
        op.execute("INSERT INTO search (search, rank) VALUES ('secure-delete', 1)")
    _index_all("'said', 'noted'", "said", numbered=True)
    _index_all("'opened'", "opened", numbered=True)


def _number_postgres_search() -> None:
    # Its parser takes an address for one word, of which nobody would find a part.
    op.execute("ALTER TABLE search DROP COLUMN vector")
    op.execute(
        "ALTER TABLE search ADD COLUMN vector tsvector NOT NULL GENERATED ALWAYS AS "
        r"(to_tsvector('simple', regexp_replace(words, '\W+', ' ', 'g'))) STORED"
    )
    op.execute("CREATE INDEX ix_search_vector ON search USING gin (vector)")
    op.execute("ALTER TABLE search ADD COLUMN id BIGSERIAL")
    op.execute("CREATE INDEX ix_search_id ON search (site, id)")
    _index_all("'opened'", "opened", numbered=False)


def _index_all(kinds: str, kind: str, *, numbered: bool) -> None:
    bind = op.get_bind()
    put = sa.text(
        "INSERT INTO search (site, session, place, words) VALUES (:site, :session, :place, :words)"
    )
    number = sa.text(
        "UPDATE texts SET search_row = :row "
        "WHERE site = :site AND session = :session AND place = :place"
    )
    for row in _words(kinds):
        key = {"site": row.site, "session": row.session, "place": row.place}
        if spoken := _spoken(kind, row.words):
            made = bind.execute(put, {**key, "words": spoken})
            if numbered:
                bind.execute(number, {**key, "row": made.lastrowid})


def _table(name: str, *columns: sa.Column[Any]) -> None:
    keys = ["site", *(column.name for column in columns if column.primary_key)]
    op.create_table(
        name,
        sa.Column("site", sa.String(64), primary_key=True),
        *columns,
        sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), primary_key=True)


def _id(name: str) -> sa.Column[str]:
    return _text(name, 64)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
