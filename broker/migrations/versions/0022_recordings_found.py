"""Recordings are found by their issue and their ending without a walk over all of them."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    for column in ("issue", "ending"):
        op.create_index(f"ix_recordings_{column}", "recordings", ["site", column, "began_at"])
