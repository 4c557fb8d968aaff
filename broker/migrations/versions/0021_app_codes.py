"""Codes with which an app joins a session that is on: made anew with their column at the end."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

BEFORE = sa.text("SELECT site, digest, rep, team, visitor, expires_at, used_at FROM session_codes")


def upgrade() -> None:
    conn = op.get_bind()
    kept = [dict(row) for row in conn.execute(BEFORE).mappings()]
    op.drop_table("session_codes")
    table = op.create_table(
        "session_codes",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("rep", sa.String(64), nullable=False, server_default=""),
        sa.Column("team", sa.String(64), nullable=False, server_default=""),
        sa.Column("visitor", sa.String(64), nullable=False, server_default=""),
        sa.Column("expires_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("used_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("session", sa.String(64), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("site", "digest", name="pk_session_codes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_session_codes_expires", "session_codes", ["site", "expires_at"])
    if kept:
        op.bulk_insert(table, kept)
