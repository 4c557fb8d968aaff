"""Files that are sent in sessions, the pieces they lie in, and the keys that seal them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(64), nullable=False, server_default=""),
        sa.Column("file", sa.String(64), nullable=False, server_default=""),
        sa.Column("by", sa.String(64), nullable=False, server_default=""),
        sa.Column("place", sa.Integer, nullable=False, server_default="0"),
        sa.Column("size", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("received", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("state", sa.String(8), nullable=False, server_default=""),
        sa.Column("digest", sa.String(64), nullable=False, server_default=""),
        sa.Column("kind", sa.String(16), nullable=False, server_default=""),
        sa.Column("changed_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site", "id", name="pk_files"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_files_session", "files", ["site", "session", "file"], unique=True)
    op.create_index("ix_files_state", "files", ["site", "state", "changed_at"])
    op.create_table(
        "file_pieces",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("file", sa.String(64), primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
        sa.Column("name", sa.String(32), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("site", "file", "start", name="pk_file_pieces"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "file_keys",
        sa.Column("site", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(64), primary_key=True),
        sa.Column("side", sa.String(8), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary(96), nullable=False),
        sa.PrimaryKeyConstraint("site", "session", "side", name="pk_file_keys"),
        sqlite_with_rowid=False,
    )
