"""Creates second factors, and what a sign-in is known by. Whoever was signed in signs in again."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _make_anew()
    _table(
        "one_time_codes",
        _key("account"),
        _text("secret"),
        _text("pending"),
        _time("used_step"),
    )
    _table("recovery_codes", _key("account"), _key("digest"))
    _table(
        "passkeys",
        _key("digest"),
        _id("id"),
        _id("account"),
        sa.Column("name", sa.String(120), nullable=False),
        _text("credential"),
        _text("public_key"),
        _time("sign_count"),
        _time("created_at"),
        _time("used_at"),
    )
    op.create_index("ix_passkeys_account", "passkeys", ["site", "account"])
    _table("challenges", _key("digest"), _id("account"), _time("expires_at"))


def _make_anew() -> None:
    """Both hold nothing that outlives half a day, and SQLite adds no column in its place."""
    op.drop_table("sign_ins")
    op.drop_table("tickets")
    _table(
        "sign_ins",
        _key("digest"),
        _id("id"),
        _id("account"),
        _time("created_at"),
        _time("expires_at"),
        _time("seen_at"),
        _time("confirmed_at"),
        sa.Column("proved", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("device", sa.String(120), nullable=False, server_default=""),
        _id("address"),
    )
    op.create_index("ix_sign_ins_account", "sign_ins", ["site", "account"])
    op.create_index("ix_sign_ins_id", "sign_ins", ["site", "id"])
    _table("tickets", _key("digest"), _id("party"), _id("sign_in"), _time("expires_at"))


def _table(name: str, *columns: sa.Column[Any]) -> None:
    site = sa.Column("site", sa.String(64), primary_key=True)
    key = sa.PrimaryKeyConstraint(
        "site", *(column.name for column in columns if column.primary_key), name=f"pk_{name}"
    )
    op.create_table(name, site, *columns, key, sqlite_with_rowid=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), primary_key=True)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False, server_default="")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
