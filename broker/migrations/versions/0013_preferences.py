"""Keeps with an account how somebody likes their console."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "account", "name", name="pk_preferences"),
        sqlite_with_rowid=False,
    )
