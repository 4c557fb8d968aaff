"""Recordings, their keys and segments, and the site's ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def _key(name: str, length: int = 32) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), primary_key=True)


def _short(name: str, length: int = 64) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _large(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _table(name: str, *columns: sa.Column, key: tuple[str, ...]) -> None:  # type: ignore[type-arg]
    op.create_table(
        name,
        _key("site", 64),
        *columns,
        sa.PrimaryKeyConstraint("site", *key, name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    _table(
        "recordings",
        _key("id"),
        _short("session"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        _large("answered_at"),
        _large("withdrawn_at"),
        _short("customer"),
        _short("team"),
        _short("owner"),
        _short("issue"),
        _short("ending", 32),
        _large("began_at"),
        _large("ended_at"),
        _flag("had_screen"),
        _flag("had_control"),
        _flag("had_files"),
        _large("paused_at"),
        _number("facts"),
        _large("closed_at"),
        _short("reason", 16),
        _number("segments"),
        _large("bytes"),
        _number("cuts"),
        _text("manifest"),
        _short("signature", 128),
        _text("entry"),
        _large("line"),
        _large("erasure_asked_at"),
        _large("words_gone_at"),
        _large("media_gone_at"),
        _large("erased_at"),
        key=("id",),
    )
    op.create_index("uq_recordings_session", "recordings", ["site", "session"], unique=True)
    op.create_index("ix_recordings_began", "recordings", ["site", "began_at"])
    for name in ("state", "customer", "owner", "team"):
        op.create_index(f"ix_recordings_{name}", "recordings", ["site", name, "began_at"])
    _table(
        "recording_keys",
        _key("recording"),
        _key("use", 8),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        key=("recording", "use"),
    )
    _table(
        "recording_writers",
        _key("recording"),
        sa.Column("stretch", sa.Integer, primary_key=True),
        _short("relay"),
        _large("since"),
        _large("done_at"),
        key=("recording", "stretch"),
    )
    op.create_index(
        "uq_recording_writers_relay",
        "recording_writers",
        ["site", "recording", "relay"],
        unique=True,
    )
    _table(
        "recording_segments",
        _key("recording"),
        sa.Column("number", sa.Integer, primary_key=True),
        _short("writer", 32),
        _short("digest"),
        _number("size"),
        _number("records"),
        _large("begins"),
        _large("ends"),
        _flag("whole"),
        _text("pictures"),
        _large("cut_at"),
        _flag("gone"),
        key=("recording", "number"),
    )
    op.create_index("ix_recording_segments_cut", "recording_segments", ["site", "gone", "cut_at"])
    _table(
        "recording_cuts",
        _key("recording"),
        sa.Column("since", sa.BigInteger, primary_key=True),
        _large("until"),
        _large("at"),
        _short("by"),
        _text("why"),
        key=("recording", "since"),
    )
    _table(
        "recording_holds",
        _key("id", 64),
        _short("recording", 32),
        _short("by"),
        _text("why"),
        _large("at"),
        _large("released_at"),
        _short("released_by"),
        key=("id",),
    )
    op.create_index("ix_recording_holds_recording", "recording_holds", ["site", "recording"])
    _table(
        "ledger_lines",
        sa.Column("number", sa.BigInteger, primary_key=True),
        _large("at"),
        _short("entry"),
        _short("previous"),
        _text("body"),
        _short("kind", 32),
        _short("recording", 32),
        _short("by"),
        key=("number",),
    )
    op.create_index("ix_ledger_lines_recording", "ledger_lines", ["site", "recording", "number"])
    _table(
        "ledger_heads",
        sa.Column("number", sa.BigInteger, primary_key=True),
        _short("digest"),
        _large("at"),
        _short("signature", 128),
        key=("number",),
    )
