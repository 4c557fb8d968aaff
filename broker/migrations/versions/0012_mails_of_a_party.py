"""Finds the mails of a customer whose words are erased."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_mails_party", "mails", ["site", "party"])
