"""Creates the queue of mail, codes and confirmed contacts, and the inbox of left messages."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _table(
        "mails",
        _key("id"),
        _word("kind", 16),
        _id("about"),
        _id("party"),
        sa.Column("content", sa.Text, nullable=False),
        _id("address_digest"),
        _word("state", 16),
        _time("created_at"),
        _time("due"),
        _time("until"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("ix_mails_due", "mails", ["site", "state", "due"])
    op.create_index("ix_mails_about", "mails", ["site", "about"])
    op.create_index("ix_mails_address", "mails", ["site", "address_digest", "created_at"])
    _table(
        "mailed_codes",
        _key("session"),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        _id("address"),
    )
    _table("confirmed_addresses", _key("party"), _key("address"), _time("confirmed_at"))
    _table(
        "left_messages",
        _key("id"),
        _id("customer"),
        _id("team"),
        _id("issue"),
        _word("language", 8),
        _word("state", 8),
        _id("taken_by"),
        _time("left_at"),
        _time("changed_at"),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("ix_left_messages_team", "left_messages", ["site", "team", "state", "left_at"])
    op.create_index("ix_left_messages_customer", "left_messages", ["site", "customer", "left_at"])
    _table(
        "inbox_answers",
        _key("message"),
        _key("id"),
        _id("by"),
        _time("answered_at"),
        sa.Column("text", sa.Text, nullable=False),
        _id("mail"),
    )


def _table(name: str, *columns: sa.Column[Any]) -> None:
    site = sa.Column("site", sa.String(64), primary_key=True)
    keys = ("site", *(column.name for column in columns if column.primary_key))
    key = sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}")
    op.create_table(name, site, *columns, key, sqlite_with_rowid=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), primary_key=True)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False, server_default="")


def _word(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
