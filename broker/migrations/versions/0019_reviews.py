"""What officers do with recordings: looks, comments, verdicts, rules, exports."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def _key(name: str, length: int = 64) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), primary_key=True)


def _short(name: str, length: int = 64) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _moment(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _table(name: str, *columns: sa.Column, key: str = "id") -> None:  # type: ignore[type-arg]
    op.create_table(
        name,
        _key("site"),
        *columns,
        sa.PrimaryKeyConstraint("site", key, name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    _table(
        "recording_looks",
        _key("id"),
        _short("recording", 32),
        _short("by"),
        _moment("began_at"),
        _moment("last_at"),
        _text("spans"),
    )
    op.create_index(
        "ix_recording_looks_recording", "recording_looks", ["site", "recording", "began_at"]
    )
    _table(
        "recording_comments",
        _key("id"),
        _short("recording", 32),
        _moment("at"),
        _short("by"),
        _moment("made_at"),
        _moment("removed_at"),
        _text("text"),
    )
    op.create_index(
        "ix_recording_comments_recording", "recording_comments", ["site", "recording", "at"]
    )
    _table(
        "reviews",
        _key("recording", 32),
        _short("why"),
        _short("state", 16),
        _short("reviewer"),
        _short("verdict", 16),
        _short("second_verdict", 16),
        _short("second"),
        _text("note"),
        _text("second_note"),
        _moment("made_at"),
        _moment("changed_at"),
        key="recording",
    )
    op.create_index("ix_reviews_state", "reviews", ["site", "state", "made_at"])
    _table(
        "review_rules",
        _key("id"),
        _short("kind", 16),
        _number("percent"),
        _short("team"),
        sa.Column("second", sa.Boolean, nullable=False, server_default=sa.false()),
        _short("by"),
        _moment("made_at"),
        _moment("ended_at"),
        _moment("seen_at"),
        _short("seen", 32),
    )
    _table(
        "recording_exports",
        _key("id"),
        _short("recording", 32),
        _short("kind", 16),
        _short("by"),
        _short("state", 16),
        _number("percent"),
        _moment("made_at"),
        _moment("changed_at"),
        _short("broker"),
        _moment("size"),
        _short("digest"),
        _short("fault", 200),
        _short("head", 100),
        _text("language"),
    )
    op.create_index(
        "ix_recording_exports_recording", "recording_exports", ["site", "recording", "made_at"]
    )
    op.create_index("ix_recording_exports_state", "recording_exports", ["site", "state"])
