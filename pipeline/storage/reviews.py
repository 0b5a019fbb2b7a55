"""Copies on their way out, and what people decided about them.

- The states, the steps between them and who may make them are in `pipeline.reviewing.review`.
- A copy under review is named by its digest, so that what was reviewed is what goes out. Another copy of the same
  document for the same use and recipient is another item, and what was open about the old one is withheld.
- Findings are kept as kinds and counts.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from pipeline.errors import Fault, StateError
from pipeline.reviewing.review import DECISIONS, OPEN, Copy, ReviewItem, ReviewState, can_step, check_step
from pipeline.storage.database import Database, Transaction
from pipeline.storage.tables import review_readings, reviews

__all__ = ["Copy", "ReviewItem", "ReviewState", "Reviews", "can_step", "check_step"]


class Reviews:
    """The review items of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(
        self,
        copy: Copy,
        *,
        state: ReviewState,
        requested_by: str,
        at: datetime,
        joined: Transaction | None = None,
    ) -> ReviewItem:
        """Enter a copy as `detected` or `needs_review`. The same copy entered before keeps its state, so that what was
        approved stays so; one that only made room for another copy is open again. StateError for any other state."""
        if state not in (ReviewState.DETECTED, ReviewState.NEEDS_REVIEW):
            raise StateError("a copy enters as `detected` or `needs_review`")
        with self._database.writing(joined) as transaction:
            known = self._same(transaction, copy)
            if known is not None and (known.state is not ReviewState.WITHHELD or known.decided_by is not None):
                return known
            self._replace_others(transaction, copy, at)
            if known is not None:
                return self._open_again(transaction, known, state, requested_by, at)
            nth = transaction.connection.execute(select(func.coalesce(func.max(reviews.c.nth), 0) + 1)).scalar_one()
            row = {
                "item_id": secrets.token_hex(16),
                "session_id": copy.session_id,
                "source_id": copy.source_id,
                "use": copy.use,
                "recipient": copy.recipient,
                "copy_digest": copy.digest,
                "findings": json.dumps(dict(copy.findings), sort_keys=True),
                "state": state,
                "requested_by": requested_by,
                "requested_at": _text(at),
                "nth": nth,
            }
            transaction.connection.execute(insert(reviews).values(row))
            return self._one(transaction, str(row["item_id"]))

    def step(
        self,
        item_id: str,
        state: ReviewState,
        *,
        actor: str,
        at: datetime,
        release_id: str | None = None,
        joined: Transaction | None = None,
    ) -> ReviewItem:
        """Bring an item to `state`. StateError where the table of steps or the rule of two does not allow it."""
        with self._database.writing(joined) as transaction:
            item = self._one(transaction, item_id)
            check_step(item, state, actor=actor)
            values: dict[str, object] = {"state": state}
            if state in DECISIONS or state is ReviewState.WITHHELD:
                values |= {"decided_by": actor, "decided_at": _text(at)}
            if release_id is not None:
                values["release_id"] = release_id
            transaction.connection.execute(update(reviews).where(reviews.c.item_id == item_id).values(values))
            return self._one(transaction, item_id)

    def take_back(self, item_id: str, *, at: datetime, joined: Transaction | None = None) -> None:
        """Say that a copy that went out was called back. Nobody decided about the copy itself: made again under a new
        yes, it is open again."""
        gone = {"state": ReviewState.WITHHELD, "decided_by": None, "decided_at": _text(at)}
        out = (reviews.c.item_id == item_id) & (reviews.c.state == ReviewState.RELEASED)
        with self._database.writing(joined) as transaction:
            transaction.connection.execute(update(reviews).where(out).values(gone))

    def show(self, item_id: str) -> ReviewItem:
        """One item. StateError where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(reviews).where(reviews.c.item_id == item_id)).first()
        if row is None:
            raise _unknown(item_id)
        return _item(row)

    def list(
        self,
        *,
        states: Iterable[ReviewState] | None = None,
        source_id: str | None = None,
        use: str | None = None,
        recipient: str | None = None,
    ) -> tuple[ReviewItem, ...]:
        """The items that fit all that is given, in the order in which they were entered."""
        query = select(reviews).order_by(reviews.c.nth)
        if states is not None:
            query = query.where(reviews.c.state.in_(tuple(states)))
        for column, wanted in (
            (reviews.c.source_id, source_id),
            (reviews.c.use, use),
            (reviews.c.recipient, recipient),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        with self._database.reading() as connection:
            return tuple(map(_item, connection.execute(query).all()))

    def say_yes(self, item_id: str, *, reader: str, at: datetime, joined: Transaction | None = None) -> None:
        """Keep that somebody read a copy and said yes; once for each reader."""
        with self._database.writing(joined) as transaction:
            if reader not in self._readers(transaction.connection, item_id):
                row = {"item_id": item_id, "reader": reader, "at": _text(at)}
                transaction.connection.execute(insert(review_readings).values(row))

    def readers(self, item_id: str) -> tuple[str, ...]:
        """Who said yes to a copy so far, the first one first."""
        with self._database.reading() as connection:
            return self._readers(connection, item_id)

    def _readers(self, connection: Connection, item_id: str) -> tuple[str, ...]:
        query = select(review_readings.c.reader).where(review_readings.c.item_id == item_id)
        return tuple(connection.execute(query.order_by(review_readings.c.at)).scalars())

    def _one(self, transaction: Transaction, item_id: str) -> ReviewItem:
        row = transaction.connection.execute(select(reviews).where(reviews.c.item_id == item_id)).first()
        if row is None:
            raise _unknown(item_id)
        return _item(row)

    def _same(self, transaction: Transaction, copy: Copy) -> ReviewItem | None:
        query = select(reviews).where(*_of(copy), reviews.c.copy_digest == copy.digest)
        row = transaction.connection.execute(query).first()
        return None if row is None else _item(row)

    def _open_again(
        self, transaction: Transaction, item: ReviewItem, state: ReviewState, requested_by: str, at: datetime
    ) -> ReviewItem:
        values = {"state": state, "requested_by": requested_by, "requested_at": _text(at), "decided_at": None}
        transaction.connection.execute(update(reviews).where(reviews.c.item_id == item.item_id).values(values))
        return self._one(transaction, item.item_id)

    def _replace_others(self, transaction: Transaction, copy: Copy, at: datetime) -> None:
        """Nobody decided that: `decided_by` stays empty, also where somebody had approved the copy before."""
        gone = {"state": ReviewState.WITHHELD, "decided_by": None, "decided_at": _text(at)}
        transaction.connection.execute(update(reviews).where(*_of(copy), reviews.c.state.in_(OPEN)).values(gone))


def _of(copy: Copy) -> tuple[ColumnElement[bool], ...]:
    return (
        reviews.c.session_id == copy.session_id,
        reviews.c.source_id == copy.source_id,
        reviews.c.use == copy.use,
        reviews.c.recipient == copy.recipient,
    )


def _unknown(item_id: str) -> StateError:
    what = "there is no such item; see `storykeeper review list`"
    return StateError("the review was not found", [Fault(place=f"item `{item_id[:32]}`", what=what)])


def _item(row: Row[*tuple[Any, ...]]) -> ReviewItem:
    copy = Copy(
        session_id=row.session_id,
        source_id=row.source_id,
        use=row.use,
        recipient=row.recipient,
        digest=row.copy_digest,
        findings=tuple(sorted(json.loads(row.findings).items())),
    )
    return ReviewItem(
        item_id=row.item_id,
        copy=copy,
        state=ReviewState(row.state),
        requested_by=row.requested_by,
        requested_at=datetime.fromisoformat(row.requested_at),
        decided_by=row.decided_by,
        decided_at=None if row.decided_at is None else datetime.fromisoformat(row.decided_at),
        release_id=row.release_id,
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
