"""Copies on their way out, and what people decided about them.

- The states and the steps between them are the table `STEPS`; one sentence is rule, refusal and hint.
- A copy under review is named by its digest, so that what was reviewed is what goes out. Another copy of the same
  document for the same use and recipient is another item, and what was open about the old one is withheld.
- Who asked for a release cannot approve it.
- Findings are kept as kinds and counts.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from pipeline.errors import Fault, StateError
from pipeline.storage.database import Database, Transaction
from pipeline.storage.tables import reviews


class ReviewState(StrEnum):
    """Where a copy stands."""

    DETECTED = "detected"  # nothing was found on it
    NEEDS_REVIEW = "needs_review"  # a person has to look
    APPROVED = "approved"
    RETURNED = "returned"  # something is left in it: to be made again
    RELEASED = "released"
    WITHHELD = "withheld"  # it does not go out: refused, replaced by another copy, or recalled


# From a state to those that may follow. What is not here is refused.
STEPS: Mapping[ReviewState, frozenset[ReviewState]] = {
    ReviewState.DETECTED: frozenset({ReviewState.NEEDS_REVIEW, ReviewState.RELEASED, ReviewState.WITHHELD}),
    ReviewState.NEEDS_REVIEW: frozenset({ReviewState.APPROVED, ReviewState.RETURNED, ReviewState.WITHHELD}),
    ReviewState.APPROVED: frozenset({ReviewState.RETURNED, ReviewState.RELEASED, ReviewState.WITHHELD}),
    ReviewState.RETURNED: frozenset({ReviewState.NEEDS_REVIEW, ReviewState.WITHHELD}),
    ReviewState.RELEASED: frozenset({ReviewState.WITHHELD}),  # by a recall
    ReviewState.WITHHELD: frozenset(),
}
DECISIONS = frozenset({ReviewState.APPROVED, ReviewState.RETURNED})
_OPEN = (ReviewState.DETECTED, ReviewState.NEEDS_REVIEW, ReviewState.APPROVED, ReviewState.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The copy of one source for one use and recipient. digest: SHA-256 of its bytes. findings: kind -> count."""

    session_id: str
    source_id: str
    use: str
    recipient: str
    digest: str
    findings: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """A copy, where it stands and who decided."""

    item_id: str
    copy: Copy
    state: ReviewState
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    release_id: str | None


def check_step(item: ReviewItem, state: ReviewState, *, actor: str) -> None:
    """StateError, with the reason, where `actor` cannot bring `item` to `state`."""
    if state not in STEPS[item.state]:
        what = f"it is `{item.state}` and cannot become `{state}`; see `storykeeper review show`"
    elif state in DECISIONS and actor == item.requested_by:
        what = "who asked for a release cannot decide about its copies; a second person has to"
    else:
        return
    raise StateError("the review was not changed", [Fault(place=f"item `{item.item_id}`", what=what)])


def can_step(item: ReviewItem, state: ReviewState, *, actor: str) -> bool:
    """Whether `check_step` would let it pass."""
    try:
        check_step(item, state, actor=actor)
    except StateError:
        return False
    return True


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
        transaction.connection.execute(update(reviews).where(*_of(copy), reviews.c.state.in_(_OPEN)).values(gone))


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
