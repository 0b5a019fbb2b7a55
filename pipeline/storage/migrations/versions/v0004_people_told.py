"""What each release told of how many people are in it, so that a later one tells no small difference."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("releases", sa.Column("people", sa.Text(), nullable=True))
