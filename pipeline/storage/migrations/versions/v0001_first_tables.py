"""The first tables. A revision is never edited once it was released; a change is a new revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copy_names",
        sa.Column("series", sa.String(length=300), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("series", "source_id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "crosswalk",
        sa.Column("series", sa.String(length=300), nullable=False),
        sa.Column("subject_tag", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("series", "subject_tag"),
        sa.UniqueConstraint("series", "code", name="crosswalk_code"),
        sa.UniqueConstraint("series", "number", name="crosswalk_number"),
    )
    op.create_table(
        "crosswalk_subjects",
        sa.Column("subject_tag", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("subject_tag"),
    )
    op.create_table(
        "data_keys",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("program_key", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_index("data_keys_purpose", "data_keys", ["purpose"], unique=False)
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("events_kind", "events", ["kind"], unique=False)
    op.create_table(
        "ledger_heads",
        sa.Column("batch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("signer", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("batch"),
    )
    op.create_table(
        "releases",
        sa.Column("release_id", sa.String(length=300), nullable=False),
        sa.Column("series", sa.String(length=300), nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("manifest_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("replaced_by", sa.String(length=300), nullable=True),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("release_id"),
        sa.UniqueConstraint("nth"),
    )
    op.create_index("releases_fingerprint", "releases", ["fingerprint"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=300), nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("copy_digest", sa.String(length=64), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.String(length=40), nullable=True),
        sa.Column("release_id", sa.String(length=300), nullable=True),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("item_id"),
        sa.UniqueConstraint("nth"),
        sa.UniqueConstraint("session_id", "source_id", "use", "recipient", "copy_digest", name="reviews_copy"),
    )
    op.create_index("reviews_state", "reviews", ["state"], unique=False)
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("verb", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.String(length=40), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
        sa.UniqueConstraint("nth"),
    )
    op.create_index("runs_fingerprint", "runs", ["verb", "fingerprint"], unique=False)
    op.create_table(
        "sources",
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("place_tag", sa.String(length=64), nullable=False),
        sa.Column("sealed_place", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.BigInteger(), nullable=False),
        sa.Column("container", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id"),
        sa.UniqueConstraint("nth"),
    )
    op.create_index("sources_digest", "sources", ["digest"], unique=False)
    op.create_index("sources_place", "sources", ["place_tag", "state"], unique=False)
    op.create_table(
        "span_cache",
        sa.Column("cache_key", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cache_key"),
    )
