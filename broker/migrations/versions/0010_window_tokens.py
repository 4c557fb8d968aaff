"""Creates the tokens of windows that a frame on another site has handed over to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "window_tokens",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("visitor", sa.String(64), nullable=False, server_default=""),
        sa.Column("expires_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "digest", name="pk_window_tokens"),
        sqlite_with_rowid=False,
    )
