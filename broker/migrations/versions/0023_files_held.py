"""A file that is paused stays so while whoever sends it is away."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    held = sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("files", held)
