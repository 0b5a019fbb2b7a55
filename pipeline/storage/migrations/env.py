"""What Alembic runs: the revisions, on the connection and inside the transaction that it is given."""

from __future__ import annotations

from alembic import context

from pipeline.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
