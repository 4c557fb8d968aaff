"""Creates the canned messages, and the counters that tell that a list has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "canned_messages",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False, server_default=""),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("shortcut", sa.String(32), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "id", name="pk_canned_messages"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_canned_messages_subject", "canned_messages", ["site", "scope", "subject"])
    op.create_table(
        "counters",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site", "name", name="pk_counters"),
        sqlite_with_rowid=False,
    )
