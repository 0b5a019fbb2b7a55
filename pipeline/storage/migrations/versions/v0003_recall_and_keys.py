"""What was in each release (for recalls and the restricted log), signing keys of the past, whose spans are cached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_sheets",
        sa.Column("release_id", sa.String(length=300), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("release_id", "source_id"),
    )
    op.create_index("release_sheets_source", "release_sheets", ["source_id"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("nth"),
    )
    op.add_column("span_cache", sa.Column("source_id", sa.String(length=32), nullable=True))
    op.create_index("span_cache_source", "span_cache", ["source_id"], unique=False)
