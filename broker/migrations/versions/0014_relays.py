"""Relays, and which of them shows which session's picture."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "relays",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(255), primary_key=True),
        sa.Column("orders", sa.String(255), nullable=False, server_default=""),
        sa.Column("seen_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "address", name="pk_relays"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pictures",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(64), primary_key=True),
        sa.Column("relay", sa.String(255), nullable=False, server_default=""),
        sa.Column("since", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "session", name="pk_pictures"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pictures_relay", "pictures", ["site", "relay"])
