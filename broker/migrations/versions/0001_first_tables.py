"""Creates the first tables, and the search index as each database has it."""

import sqlite3
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_transcript()
    _create_what_follows()
    _create_what_is_overwritten()
    _create_who_may()
    if op.get_bind().dialect.name == "sqlite":
        _create_sqlite_search()
    else:
        _create_postgres_search()


def _create_transcript() -> None:
    _table(
        "facts",
        _key("session"),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place_all", sa.Integer),
        sa.Column("place_reps", sa.Integer),
        sa.Column("place_leads", sa.Integer),
        _text("kind", 40),
        _time("at"),
        _id("by"),
        sa.Column("body", sa.Text, nullable=False),
    )
    _table(
        "texts",
        _key("session"),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        _id("by"),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        _time("search_row"),
    )
    _table(
        "answers",
        _key("sender"),
        _key("request", 36),
        _id("session"),
        _number("place"),
        _text("code", 40),
        _text("detail", 200),
    )


def _create_what_follows() -> None:
    _table(
        "sessions",
        _key("id"),
        _id("customer"),
        _text("state", 16),
        _id("team"),
        _id("owner"),
        _id("issue"),
        _flag("front"),
        _time("waiting_since"),
        _time("opened_at"),
        _time("ended_at"),
        _text("ending", 32),
        _number("place"),
        _number("place_all"),
        _number("place_reps"),
        _number("place_leads"),
        _time("changed_at"),
        sa.Column("fold", sa.Text, nullable=False),
    )
    op.create_index("ix_sessions_changed", "sessions", ["site", "changed_at"])
    op.create_index("ix_sessions_customer", "sessions", ["site", "customer"])
    op.create_index(
        "ix_sessions_queue", "sessions", ["site", "state", "team", "front", "waiting_since"]
    )
    _table(
        "participants",
        _key("rep"),
        _key("session"),
    )
    op.create_index("ix_participants_session", "participants", ["site", "session"])
    _table(
        "deadlines",
        _key("session"),
        _key("kind", 20),
        _time("due"),
    )
    op.create_index("ix_deadlines_due", "deadlines", ["site", "due"])
    _table(
        "rep_loads",
        _key("rep"),
        _number("active", "0"),
        _number("cap", "0"),
    )


def _create_what_is_overwritten() -> None:
    _table(
        "marks",
        _key("session"),
        _key("party"),
        _number("delivered"),
        _number("read"),
        _time("stirred_at"),
    )
    _table(
        "brokers",
        _key("id"),
        _time("seen_at"),
    )
    _table(
        "links",
        _key("id"),
        _id("party"),
        _id("broker"),
        _time("left_at"),
    )
    op.create_index("ix_links_broker", "links", ["site", "broker"])
    op.create_index("ix_links_left", "links", ["site", "left_at"])
    op.create_index("ix_links_party", "links", ["site", "party"])


def _create_who_may() -> None:
    _table(
        "accounts",
        _key("id"),
        _text("name", 120),
        _text("display_name", 120),
        _text("role", 16),
        sa.Column("password_hash", sa.String(200), nullable=False, server_default=""),
        _flag("disabled"),
        _flag("available"),
        _time("created_at"),
    )
    op.create_index("uq_accounts_name", "accounts", ["site", "name"], unique=True)
    _table(
        "account_teams",
        _key("account"),
        _key("team"),
    )
    op.create_index("ix_account_teams_team", "account_teams", ["site", "team"])
    _table(
        "sign_ins",
        _key("digest"),
        _id("account"),
        _time("created_at"),
        _time("expires_at"),
    )
    op.create_index("ix_sign_ins_account", "sign_ins", ["site", "account"])
    _table(
        "attempts",
        _key("digest"),
        _time("tried_at"),
        sa.Column("count", sa.SmallInteger, nullable=False),
    )
    _table(
        "devices",
        _key("digest"),
        _id("account"),
        _time("seen_at"),
    )
    _table(
        "welcomes",
        _key("digest"),
        _id("account"),
        _time("expires_at"),
    )
    _table(
        "visitors",
        _key("id"),
        _id("token_digest"),
        _time("created_at"),
    )
    op.create_index("uq_visitors_token", "visitors", ["site", "token_digest"], unique=True)
    _table(
        "tickets",
        _key("digest"),
        _id("party"),
        _time("expires_at"),
    )
    _table(
        "site_settings",
        _key("name"),
        sa.Column("value", sa.Text, nullable=False),
    )


def _table(name: str, *columns: sa.Column[Any]) -> None:
    site = sa.Column("site", sa.String(64), primary_key=True)
    key = sa.PrimaryKeyConstraint(
        "site", *(column.name for column in columns if column.primary_key), name=f"pk_{name}"
    )
    op.create_table(name, site, *columns, key, sqlite_with_rowid=False)


def _key(name: str, length: int = 64) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), primary_key=True)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False, server_default="")


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _number(name: str, server_default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=server_default)


def _create_sqlite_search() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5("
        "words, site UNINDEXED, session UNINDEXED, place UNINDEXED, "
        'tokenize = "unicode61 remove_diacritics 2")'
    )
    # From 3.42 on a deleted row leaves the index at once, not when segments are next merged.
    if sqlite3.sqlite_version_info >= (3, 42):
        op.execute("INSERT INTO search (search, rank) VALUES ('secure-delete', 1)")


def _create_postgres_search() -> None:
    op.create_table(
        "search",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(64), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column(
            "vector",
            TSVECTOR,
            sa.Computed("to_tsvector('simple', words)", persisted=True),
            nullable=False,
        ),
    )
    op.create_index("ix_search_vector", "search", ["vector"], postgresql_using="gin")
