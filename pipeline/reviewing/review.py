"""Review: where a copy or a request for a release stands, who may bring it where, and why not.

- The states and the steps between them are tables. What is not in them is refused.
- Each rule is one function that gives a sentence or None: `refusal_...` is the hint of a page, `check_...` raises it,
  `can_...` asks whether there is none. So the same sentence is rule, refusal and tooltip.
- Nobody decides about what they asked for themselves. A name is the same person at the terminal (`--as`) and on the
  pages, in capitals or not.
- A copy drawn for a second reader is approved by the second of two different people.
- A copy with something in it that blocks, or that a decision about its spans would change, cannot be approved: it is
  made again, as another copy with another digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.errors import Fault, StateError


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
OPEN = (ReviewState.DETECTED, ReviewState.NEEDS_REVIEW, ReviewState.APPROVED, ReviewState.RETURNED)
WAITING = (ReviewState.NEEDS_REVIEW, ReviewState.RETURNED)

# The key under which the findings of a copy count those that block it.
BLOCKING = "blocking"

OWN_COPY = "who asked for a release cannot decide about its copies; a second person has to"
OWN_REQUEST = "who asked for a release cannot approve it; a second person has to"
READ_BEFORE = "you said yes to it already; it was drawn for a second reader, and that is another person"
BLOCKED = "a known name or value is left in it; mark it here or mend people.csv, then make the copy again"
CHANGED = "what was marked since is not in this copy yet; make the copy again first"
OUT_ALREADY = "the copy is out or was taken away; nothing can be marked in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The copy of one source for one use and recipient. digest: SHA-256 of its bytes. findings: kind -> count."""

    session_id: str
    source_id: str
    use: str
    recipient: str
    digest: str
    findings: tuple[tuple[str, int], ...] = ()

    @property
    def blocking(self) -> int:
        """How many findings keep it in until it is made again."""
        return dict(self.findings).get(BLOCKING, 0)

    @property
    def risk(self) -> tuple[int, int]:
        """What blocks first, then how much was flagged."""
        return self.blocking, sum(n for kind, n in self.findings if kind != BLOCKING)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a yes to a copy depends on beyond its state. changed: marks would change it. drawn: a second reader has to
    look; readers: who said yes to it so far."""

    changed: bool = False
    drawn: bool = False
    readers: tuple[str, ...] = ()


def same_person(one: str, other: str) -> bool:
    """Whether two names stand for one person: `Maria` is `maria`. Names hold no blanks (`pipeline.events.is_actor`)."""
    return one.strip().casefold() == other.strip().casefold()


def said_yes(actor: str, readers: tuple[str, ...]) -> bool:
    """Whether `actor` is one of the readers."""
    return any(same_person(actor, reader) for reader in readers)


def refusal_of_step(item: ReviewItem, state: ReviewState, *, actor: str) -> str | None:
    """Why `actor` cannot bring `item` to `state`; None where it can."""
    if state not in STEPS[item.state]:
        return f"it is `{item.state}` and cannot become `{state}`; see `storykeeper review show`"
    if state in DECISIONS and same_person(actor, item.requested_by):
        return OWN_COPY
    return None


def check_step(item: ReviewItem, state: ReviewState, *, actor: str) -> None:
    """StateError, with the reason, where `actor` cannot bring `item` to `state`."""
    _raise("the review was not changed", f"item `{item.item_id}`", refusal_of_step(item, state, actor=actor))


def can_step(item: ReviewItem, state: ReviewState, *, actor: str) -> bool:
    """Whether `check_step` would let it pass."""
    return refusal_of_step(item, state, actor=actor) is None


def refusal_of_yes(item: ReviewItem, at: Circumstances, *, actor: str) -> str | None:
    """Why `actor` cannot say yes to a copy. A yes may still wait for that of a second reader."""
    if told := refusal_of_step(item, ReviewState.APPROVED, actor=actor):
        return told
    if item.copy.blocking:
        return BLOCKED
    if at.changed:
        return CHANGED
    return READ_BEFORE if at.drawn and said_yes(actor, at.readers) else None


def check_yes(item: ReviewItem, at: Circumstances, *, actor: str) -> None:
    """StateError, with the reason, where `actor` cannot say yes to a copy."""
    _raise("the copy cannot be approved", f"item `{item.item_id[:12]}`", refusal_of_yes(item, at, actor=actor))


def can_say_yes(item: ReviewItem, at: Circumstances, *, actor: str) -> bool:
    """Whether `check_yes` would let it pass."""
    return refusal_of_yes(item, at, actor=actor) is None


def refusal_of_mark(item: ReviewItem) -> str | None:
    """Why nothing can be marked in a copy; None where it can."""
    return None if item.state in OPEN else OUT_ALREADY


def check_mark(item: ReviewItem) -> None:
    """StateError, with the reason, where nothing can be marked in a copy."""
    _raise("nothing was marked", f"item `{item.item_id[:12]}`", refusal_of_mark(item))


def can_mark(item: ReviewItem) -> bool:
    """Whether `check_mark` would let it pass."""
    return refusal_of_mark(item) is None


def is_drawn(copy_digest: str, share: float) -> bool:
    """Whether a copy is one of the `share` (0..1) that two people read. The digest draws: nobody can steer it, and the
    same copy is drawn every time."""
    first = hashlib.sha256(f"second reader {copy_digest}".encode()).digest()[:8]
    return int.from_bytes(first) < share * 2**64


class RequestState(StrEnum):
    """Where a request for a release stands."""

    ASKED = "asked"  # its copies are made and looked at
    APPROVED = "approved"  # a second person said yes; it is on its way out
    RELEASED = "released"
    REFUSED = "refused"


REQUEST_STEPS: Mapping[RequestState, frozenset[RequestState]] = {
    RequestState.ASKED: frozenset({RequestState.APPROVED, RequestState.REFUSED}),
    RequestState.APPROVED: frozenset({RequestState.ASKED, RequestState.RELEASED}),  # back where something changed
    RequestState.RELEASED: frozenset(),
    RequestState.REFUSED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequest:
    """Somebody asks for what a use and recipient may have. read_all: a person reads every copy first. copies: digests
    of the copies that were ready when it was approved; nothing else goes out with it."""

    request_id: str
    use: str
    recipient: str
    read_all: bool
    state: RequestState
    requested_by: str
    requested_at: datetime
    copies: tuple[str, ...] = ()
    decided_by: str | None = None
    decided_at: datetime | None = None
    release_id: str | None = None


def refusal_of_request_step(request: ReleaseRequest, state: RequestState, *, actor: str) -> str | None:
    """Why `actor` cannot bring a request to `state`; None where it can."""
    if state not in REQUEST_STEPS[request.state]:
        return f"the request is `{request.state}` and cannot become `{state}`"
    if state is RequestState.APPROVED and same_person(actor, request.requested_by):
        return OWN_REQUEST
    return None


def check_request_step(request: ReleaseRequest, state: RequestState, *, actor: str) -> None:
    """StateError, with the reason, where `actor` cannot bring a request to `state`."""
    told = refusal_of_request_step(request, state, actor=actor)
    _raise("the request was not changed", f"request `{request.request_id[:12]}`", told)


def can_request_step(request: ReleaseRequest, state: RequestState, *, actor: str) -> bool:
    """Whether `check_request_step` would let it pass."""
    return refusal_of_request_step(request, state, actor=actor) is None


def _raise(message: str, place: str, what: str | None) -> None:
    if what is not None:
        raise StateError(message, [Fault(place=place, what=what)])
