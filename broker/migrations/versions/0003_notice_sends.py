"""Creates the list of notices that are to be pushed to everybody who waits."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "notice_sends",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("notice", sa.String(64), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("site", "id", name="pk_notice_sends"),
        sqlite_with_rowid=False,
    )
