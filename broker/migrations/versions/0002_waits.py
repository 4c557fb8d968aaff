"""Creates what the estimate of the wait learns from: each wait, and each stretch of talking."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _table(
        "waits",
        *_stretch(),
        _time("said_at"),
        _number("half_seconds"),
        _number("most_seconds"),
        sa.Column("shown", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("ending", sa.String(32), nullable=False, server_default=""),
        _id("rep"),
        _number("had"),
    )
    op.create_index("ix_waits_rep", "waits", ["site", "rep", "ended_at"])
    op.create_index("ix_waits_team", "waits", ["site", "team", "ended_at"])
    _table("handled", *_stretch(), _id("rep"))
    op.create_index("ix_handled_site", "handled", ["site", "ended_at"])
    op.create_index("ix_handled_team", "handled", ["site", "team", "ended_at"])


def _stretch() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("session", sa.String(64), primary_key=True),
        sa.Column("began_at", sa.BigInteger, primary_key=True, autoincrement=False),
        _id("team"),
        _time("ended_at"),
    )


def _table(name: str, *columns: sa.Column[Any]) -> None:
    site = sa.Column("site", sa.String(64), primary_key=True)
    key = sa.PrimaryKeyConstraint("site", "session", "began_at", name=f"pk_{name}")
    op.create_table(name, site, *columns, key, sqlite_with_rowid=False)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False, server_default="")


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")
