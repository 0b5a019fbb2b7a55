"""What else lies in the database about one source, forgotten with it: cached spans, marks of reviewers, sheets.

The rows of the sheets stay, empty, so that a recall still knows what went out of which source in which release.
"""

from __future__ import annotations

from sqlalchemy import delete, update

from pipeline.storage.database import Transaction
from pipeline.storage.tables import release_sheets, review_marks, span_cache


def forget_source(transaction: Transaction, source_id: str) -> None:
    """Forget what was made of a source, in the transaction that destroys its key."""
    connection = transaction.connection
    connection.execute(delete(span_cache).where(span_cache.c.source_id == source_id))
    connection.execute(delete(review_marks).where(review_marks.c.source_id == source_id))
    connection.execute(update(release_sheets).where(release_sheets.c.source_id == source_id).values(sealed=b""))
