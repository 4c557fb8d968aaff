"""Keeps since when a rep is available, away or off."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "presence_times",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("rep", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(64), nullable=False, server_default=""),
        sa.Column("since", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "rep", name="pk_presence_times"),
        sqlite_with_rowid=False,
    )
