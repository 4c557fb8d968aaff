"""Exports as jobs: the run that makes one, its form, and whose clocks it tells. None was kept before."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.drop_table("recording_exports")
    op.create_table(
        "recording_exports",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        _short("recording", 32),
        _short("kind", 16),
        _short("by"),
        _short("state", 16),
        sa.Column("percent", sa.Integer, nullable=False, server_default="0"),
        _moment("made_at"),
        _moment("changed_at"),
        _short("run"),
        _moment("size"),
        _short("digest"),
        _short("fault", 200),
        _short("head", 100),
        _short("language", 16),
        _short("zone"),
        _short("form", 8),
        sa.PrimaryKeyConstraint("site", "id", name="pk_recording_exports"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_recording_exports_recording", "recording_exports", ["site", "recording", "made_at"]
    )
    op.create_index("ix_recording_exports_state", "recording_exports", ["site", "state"])


def _short(name: str, length: int = 64) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def _moment(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
