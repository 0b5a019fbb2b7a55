"""The events of the ledger: what happened, when, by whom, to which ids. They never hold a word.

- Every kind of event is named here. What may stand in one is an allow-list: each key has a shape, and all shapes are
  ids, codes, digests, dates, versions or counts without blanks. Whatever does not fit is refused (ValueError without
  the value): closed by default.
- Times are aware and are kept in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

Detail = str | int | tuple[str, ...]


class EventKind(StrEnum):
    """What can happen (docs: the ledger)."""

    INGESTED = "ingested"  # originals were sealed
    DECIDED = "decided"  # the consent engine answered for a session
    READ = "read"  # an original was opened under a permit
    DETECTED = "detected"
    REDACTED = "redacted"
    INSPECTED = "inspected"
    REVIEWED = "reviewed"  # a person decided about a held copy
    RELEASED = "released"
    RECALLED = "recalled"  # a release was asked back, or what came of asking (state)
    SHREDDED = "shredded"  # what the vault held of one person was destroyed
    LOOKED = "looked"  # a person opened an original
    CONFIG_CHANGED = "config_changed"
    REQUESTED = "requested"  # a person asked on the pages for a release, or decided about such a request
    DOWNLOADED = "downloaded"  # a person fetched a release from the pages
    REPORTED = "reported"  # a person made a report on the pages (purpose: internal or share)
    SIGNED_IN = "signed_in"
    LOCKED_OUT = "locked_out"  # too many wrong passwords for one account


# The shapes. None of them takes a blank, so no sentence fits. An id is what the record tables take as one (visible
# ASCII, `pipeline.consent.read_cells`): an event that refused an id of the records would stop a run after the fact.
_ID = r"[!-~]{1,300}"
_CODE = r"[A-Z][A-Z0-9_]{1,63}(?::[A-Za-z0-9_.:,+@#/-]{1,255})?"
_WORD = r"[a-z][a-z0-9_-]{0,31}"
_DIGEST = r"[0-9a-f]{16,64}"
_DATE = r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?"

# key -> shape of its text, or of each text in its list; counts are ints.
TEXT_KEYS: Mapping[str, str] = {
    "session": _ID,
    "sessions": _ID,
    "person": _ID,
    "persons": _ID,
    "source": _DIGEST,
    "sources": _DIGEST,
    "copy": _DIGEST,
    "copies": _DIGEST,
    "item": _DIGEST,
    "run": _DIGEST,
    "release": _ID,
    "replaces": _ID,
    "replaced_by": _ID,
    "recipient": _ID,
    "series": _ID,
    "approval": _ID,
    "records": _ID,  # id+version of consent records
    "use": _WORD,
    "outcome": r"[A-Za-z][A-Za-z0-9_-]{0,31}",
    "state": _WORD,
    "reasons": _CODE,
    "categories": _WORD,
    "labels": r"[A-Z][A-Z0-9_]{1,31}",
    "kinds": _WORD,
    "format": _WORD,
    "container": _WORD,
    "policy": _WORD,
    "setting": _WORD,
    "key": _DIGEST,
    "account": _ID,
    "request": _DIGEST,
    "purpose": _WORD,
    "version": r"[0-9A-Za-z][0-9A-Za-z.+-]{0,31}",
    "as_of": _DATE,
    "policy_digest": _DIGEST,
    "detector_digest": _DIGEST,
    "records_digest": _DIGEST,
    "approval_digest": _DIGEST,
    "manifest_digest": _DIGEST,
    "copy_digest": _DIGEST,
    "source_digest": _DIGEST,
    "config_digest": _DIGEST,
}
COUNT_KEYS = frozenset(
    {
        "bytes",
        "characters",
        "files",
        "turns",
        "turns_kept",
        "turns_withheld",
        "rows",
        "spans",
        "findings",
        "replacements",
        "sessions_count",
        "persons_count",
        "held",
        "released",
        "withheld",
        "skipped",
    }
)
_ACTOR = re.compile(r"[!-~]{1,64}\Z")
_SHAPES = {key: re.compile(rf"{shape}\Z") for key, shape in TEXT_KEYS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. at: aware time, given by the caller. actor: id of who did it. details: sorted pairs;
    make them with `event`. ValueError, without the value, for whatever is not on the allow-list."""

    at: datetime
    actor: str
    kind: EventKind
    details: tuple[tuple[str, Detail], ...] = ()

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the time of an event has an offset")
        if not _ACTOR.match(self.actor):
            raise ValueError("the actor of an event is an id without blanks")
        keys = [key for key, _ in self.details]
        if keys != sorted(set(keys)):
            raise ValueError("the details of an event are sorted and named once")
        for key, value in self.details:
            _check(key, value)

    def get(self, key: str) -> Detail | None:
        """The detail under `key`, or None."""
        return dict(self.details).get(key)


def event(kind: EventKind, *, at: datetime, actor: str, **details: str | int | tuple[str, ...] | None) -> Event:
    """An event with `details`; a detail that is None is left out."""
    given = tuple(sorted((key, value) for key, value in details.items() if value is not None))
    return Event(at=at.astimezone(UTC), actor=actor, kind=kind, details=given)


def fits(key: str, value: str) -> bool:
    """Whether `value` may stand under `key` in an event: to check the ids of a program before anything is done."""
    return key in _SHAPES and _SHAPES[key].match(value) is not None


def is_actor(name: str) -> bool:
    """Whether `name` may stand as the actor of an event: visible ASCII without blanks, at most 64 characters."""
    return _ACTOR.match(name) is not None


def _check(key: str, value: Detail) -> None:
    if key in COUNT_KEYS:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
            raise ValueError(f"`{key}` of an event is a count")
        return
    shape = _SHAPES.get(key)
    if shape is None:
        raise ValueError("an event has a detail that is not on the allow-list")
    for one in value if isinstance(value, tuple) else (value,):
        if not isinstance(one, str) or not shape.match(one):
            raise ValueError(f"`{key}` of an event does not have the shape of one")
