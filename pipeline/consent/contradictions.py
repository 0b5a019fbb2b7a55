"""Which records of one person say opposite things about the same matter, so that somebody can clear it up.

- A live consent beside a live refusal, where one question could meet both; named categories must meet a yes.
- Two live consents, one yes and one no to the same category, where one question could meet both.
- The same id and version twice.
- Not a contradiction: what an entered-in-error, a newer version or supersedes_id has settled (`standing` says so).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from pipeline.consent.reasons import ReasonCode, RecordRef
from pipeline.consent.records import ALL, ORDINARY_NOTES, ConsentRecord, NoteClass
from pipeline.consent.standing import Live, Standing
from pipeline.labels import Category


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Contradiction:
    """Records of one person that contradict. code: the reason the engine gives. category: where it is about one."""

    person_id: str
    code: ReasonCode
    records: tuple[RecordRef, ...]
    category: Category | None = None


def contradictions(person: Standing) -> tuple[Contradiction, ...]:
    """Everything in one person's records that somebody should clear up, in a stable order."""
    return tuple(sorted({*_twice(person), *_refused(person), *_marks(person)}, key=_order))


def _order(c: Contradiction) -> tuple[str, str, tuple[RecordRef, ...], str]:
    return (c.person_id, c.code, c.records, c.category or "")


def _twice(person: Standing) -> Iterator[Contradiction]:
    twice = [r.record for r in person.stops if r.code is ReasonCode.REC_DUPLICATE_VERSION and r.record is not None]
    times = Counter((ref.consent_id, ref.version) for ref in twice)
    for key in times:
        refs = tuple(sorted(ref for ref in twice if (ref.consent_id, ref.version) == key))
        yield Contradiction(person_id=person.person_id, code=ReasonCode.REC_DUPLICATE_VERSION, records=refs)


def _refused(person: Standing) -> Iterator[Contradiction]:
    for yes in person.consents:
        for no in person.refusals:
            named = [c for c, mark in no.record.categories if not mark]
            met = [c for c in named if dict(yes.record.categories).get(c)]
            if not may_meet(yes.record, no.record) or (named and not met):
                continue
            about: list[Category | None] = [*met] or [None]
            for category in about:
                yield _pair(person, (yes, no), category)


def _marks(person: Standing) -> Iterator[Contradiction]:
    for one, other in combinations(person.consents, 2):
        marks = dict(other.record.categories)
        against = [c for c, mark in one.record.categories if marks.get(c, mark) is not mark]
        if against and may_meet(one.record, other.record):
            yield from (_pair(person, (one, other), c) for c in against)


def _pair(person: Standing, pair: Iterable[Live], category: Category | None) -> Contradiction:
    refs = tuple(sorted(live.ref for live in pair))
    code = ReasonCode.CONFLICT_DENY_OVERRIDES
    return Contradiction(person_id=person.person_id, code=code, records=refs, category=category)


def may_meet(one: ConsentRecord, other: ConsentRecord) -> bool:
    """Whether some use, recipient, note class and session date falls under both. A recipient's id and a class may be
    the same body, so these always may meet."""
    return (
        _share(_open(one.purposes), _open(other.purposes))
        and _recipients_share(_open(one.recipients), _open(other.recipients))
        and _share(_notes(one), _notes(other))
        and _days_share(one, other)
    )


def _open(values: tuple[str, ...]) -> frozenset[str] | None:
    """What a list covers; None is everything."""
    return None if not values or ALL in values else frozenset(values)


def _share(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is None or other is None or bool(one & other)


def _recipients_share(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    if one is None or other is None or one & other:
        return True
    mixed = {r.startswith("class:") for r in one | other}
    return mixed == {True, False} or mixed == {True}  # one body may be of both classes


def _notes(record: ConsentRecord) -> frozenset[NoteClass] | None:
    if record.note_classes:
        return frozenset(record.note_classes)
    return None if record.record_type == "refusal" else ORDINARY_NOTES


def _days_share(one: ConsentRecord, other: ConsentRecord) -> bool:
    first = max(_first_day(one), _first_day(other))
    last = min(one.data_to or date.max, other.data_to or date.max)
    return first <= last


def _first_day(record: ConsentRecord) -> date:
    if record.data_from is not None:
        return record.data_from
    if record.record_type == "consent" and record.signed_on is not None:
        return record.signed_on.day
    return date.min
