"""What the first page says: what waits for somebody, what went out, what expires soon; and one person's page.

Ids, dates and counts alone; the records are read as they stand now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.verbs.out import texts_of
from flows.verbs.records import Records, load_records
from flows.wiring import House
from pipeline.consent.coverage import SOON, Ending, coverage
from pipeline.consent.fhir_native import FhirConsent
from pipeline.consent.moments import Moment
from pipeline.consent.records import ConsentRecord, RecordStatus, RecordType
from pipeline.consent.standing import standing
from pipeline.events import EventKind
from pipeline.reviewing.review import WAITING, RequestState, ReviewState, can_request_step, can_step
from pipeline.storage.runs import Release, ReleaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """A release that went out, with how many sessions and people are in it."""

    release: Release
    sessions: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What one user could decide now, and what waits for others."""

    copies: int
    copies_of_others: int
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One record in the picture of a person's consent. start, end: days, None where the record does not say. counts: it
    votes today; note: the same in words."""

    name: str
    kind: str
    start: date | None
    end: date | None
    uses: tuple[str, ...]
    categories: tuple[str, ...]
    counts: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTold:
    """One person: their records and what was shared of them. day: as of which it is told."""

    person_id: str
    day: date
    bars: tuple[Bar, ...]
    shared: tuple[Out, ...]
    sessions: tuple[str, ...]


def waits(house: House, actor: str) -> Waits:
    """What waits for `actor`, by the rules of review."""
    items = house.reviews.list(states=WAITING)
    mine = [i for i in items if can_step(i, ReviewState.APPROVED, actor=actor)]
    asked = house.requests.list(states=[RequestState.ASKED])
    approvable = [r for r in asked if can_request_step(r, RequestState.APPROVED, actor=actor)]
    return Waits(copies=len(mine), copies_of_others=len(items) - len(mine), requests=len(approvable))


def went_out(house: House, *, newest: int | None = None, person_id: str | None = None) -> list[Out]:
    """The releases that stand or stood, the newest first; of one person where given."""
    sessions: Counter[str] = Counter()
    people: dict[str, set[str]] = {}
    for recorded in house.ledger.events(kinds=[EventKind.RELEASED]):
        release_id = str(recorded.event.get("release"))
        sessions[release_id] += len(texts_of(recorded.event.get("sessions")))
        people.setdefault(release_id, set()).update(texts_of(recorded.event.get("persons")))
    out = [
        Out(release=r, sessions=sessions[r.release_id], persons=len(people.get(r.release_id, ())))
        for r in reversed(house.releases.list())
        if r.state is not ReleaseState.BEGUN and (person_id is None or person_id in people.get(r.release_id, ()))
    ]
    return out[:newest]


def expiring(house: House, at: datetime) -> tuple[tuple[Ending, ...], list[tuple[date, str]]]:
    """Consents that end soon, and approvals of research that do (last day, id)."""
    records = load_records(house)
    endings = coverage(records.store, (), at, records.recipients).endings
    first = at.astimezone(house.zone).date()
    last = first + timedelta(days=SOON)
    approvals = [
        (entry.approval.valid_to, entry.approval_id)
        for entry in records.recipients.approval_entries
        if entry.approval.valid_to is not None and first <= entry.approval.valid_to <= last
    ]
    return endings, sorted(approvals)


def people(house: House) -> tuple[str, ...]:
    """The ids of everybody with records or on a roster."""
    records = load_records(house)
    return tuple(sorted({*records.people, *records.store.records, *records.store.natives}))


def person(house: House, person_id: str, at: datetime) -> PersonTold | None:
    """One person's page; None where the records know nobody of that id."""
    records = load_records(house)
    if person_id not in {*records.people, *records.store.records, *records.store.natives}:
        return None
    return PersonTold(
        person_id=person_id,
        day=at.astimezone(house.zone).date(),
        bars=tuple(_bars(records, person_id, at)),
        shared=tuple(went_out(house, person_id=person_id)),
        sessions=tuple(s for s, who in records.participants.items() if any(p.person_id == person_id for p in who)),
    )


def _bars(records: Records, person_id: str, at: datetime) -> Iterator[Bar]:
    stands = standing(person_id, records.store, at)
    counts = {live.ref for live in (*stands.consents, *stands.refusals)} | {n.ref for n in stands.natives if n.permits}
    voting = {(ref.consent_id, ref.version) for ref in counts}
    rows = list(records.store.records.get(person_id, ()))
    rows += [v.record for v in records.store.natives.get(person_id, ()) if isinstance(v, FhirConsent)]
    revoked = {r.consent_id: _day(r.revoked_on or r.signed_on) for r in rows if r.record_type is RecordType.REVOCATION}
    for row in sorted(rows, key=lambda r: (_start(r) or date.min, r.consent_id, r.version)):
        if row.status is not RecordStatus.ENTERED_IN_ERROR:
            yield _bar(row, revoked, votes=(row.consent_id, row.version) in voting)


def _bar(row: ConsentRecord, revoked: dict[str, date | None], *, votes: bool) -> Bar:
    ends = [d for d in (_day(row.expires_on), _day(row.revoked_on), revoked.get(row.consent_id)) if d is not None]
    point = row.record_type is RecordType.REVOCATION
    return Bar(
        name=f"{row.consent_id} version {row.version}",
        kind=row.record_type.value,
        start=_start(row),
        end=_start(row) if point else min(ends, default=None),
        uses=row.purposes,
        categories=tuple(c.value for c, yes in row.categories if yes),
        counts=votes,
        note=_note(row, votes=votes),
    )


def _note(row: ConsentRecord, *, votes: bool) -> str:
    if row.record_type is RecordType.REVOCATION:
        return "takes consent back"
    if row.record_type is RecordType.REFUSAL:
        return "says no" if votes else "no longer counts"
    return "counts today" if votes else "does not count today"


def _start(row: ConsentRecord) -> date | None:
    return _day(row.effective_on) or _day(row.signed_on) or _day(row.recorded_at)


def _day(moment: Moment | None) -> date | None:
    return None if moment is None else moment.day
