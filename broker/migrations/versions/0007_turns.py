"""Creates what hand-out compares, the sessions that are in no queue, and which links are away."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "turns",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("rep", sa.String(64), primary_key=True),
        sa.Column("offers", sa.Integer, nullable=False, server_default="0"),
        sa.Column("since", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "rep", name="pk_turns"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meetings",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(64), primary_key=True),
        sa.Column("rep", sa.String(64), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("site", "session", name="pk_meetings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "away",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("link", sa.String(64), primary_key=True),
        sa.PrimaryKeyConstraint("site", "link", name="pk_away"),
        sqlite_with_rowid=False,
    )
