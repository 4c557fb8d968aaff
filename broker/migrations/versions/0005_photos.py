"""Creates the photos of those who work here."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, server_default=""),
        sa.Column("taken_at", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "account", name="pk_photos"),
        sqlite_with_rowid=False,
    )
