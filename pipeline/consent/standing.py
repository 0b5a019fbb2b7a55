"""Where a person stands at one instant: what votes, what does not and why. Stage 2 for all records of the person.

It does not depend on the session or the use, so it is worked out once for each person and instant; a `Memo`, made for
one store and one instant and passed along, remembers it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipeline.consent.reasons import Reason, ReasonCode, RecordRef
from pipeline.consent.record_stage import ENDED, Circumstances, Lapse, lapses, once_in_force
from pipeline.consent.records import ConsentRecord, ConsentStore, RecordStatus, RecordType, Voter
from pipeline.consent.revocations import Revocation, revocations
from pipeline.consent.supersession import Judged, lifted, naming_of, replaced
from pipeline.labels import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A record that votes, how a decision names it (`permit`: as the reason of a yes), and which categories it says
    yes and no to."""

    record: ConsentRecord
    ref: RecordRef
    permit: Reason
    yes: frozenset[Category]
    no: tuple[Category, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveVoter:
    """A native consent that votes: `permits` False after it was taken back or replaced, `denies` False only while
    what replaced it is alive."""

    voter: Voter
    ref: RecordRef
    permit: Reason
    permits: bool
    denies: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything stage 3 needs of one person. stops: reasons that deny the person outright. noes: consents that say no
    to a category and were not replaced by another consent, also after they have ended. misses: why records of the
    person do not vote. on_file: whether there is any record that was not entered in error."""

    person_id: str
    on_file: bool
    stops: tuple[Reason, ...]
    consents: tuple[Live, ...]
    refusals: tuple[Live, ...]
    noes: tuple[Live, ...]
    natives: tuple[LiveVoter, ...]
    misses: tuple[Reason, ...]


@dataclass(slots=True)
class Memo:
    """What was worked out for one store at one instant. Holds no clock and no session."""

    store: ConsentStore
    as_of: datetime
    _known: dict[str, Standing] = field(default_factory=dict, init=False, repr=False)

    def standing(self, person_id: str) -> Standing:
        known = self._known.get(person_id)
        if known is None:
            known = self._known[person_id] = standing(person_id, self.store, self.as_of)
        return known


def standing(person_id: str, store: ConsentStore, as_of: datetime) -> Standing:
    """Stage 2 for one person. `as_of` has an offset."""
    rows, natives = store.records.get(person_id, ()), store.natives.get(person_id, ())
    kept = [r for r in rows if r.status is not RecordStatus.ENTERED_IN_ERROR]
    everything: list[ConsentRecord | Voter] = [*kept, *natives]
    taken_back = revocations(kept, {v.consent_id for v in natives})
    at = Circumstances(
        as_of=as_of.astimezone(UTC),
        day=as_of.astimezone(store.zone).date(),
        status=store.people.get(person_id),
        revocations=taken_back,
    )
    found = [(r, lapses(r, at)) for r in kept]
    judged = [Judged(record=r, alive=not f, once=once_in_force(r, f, at.as_of)) for r, f in found]
    gone = replaced(judged)
    live = [j.record for j in judged if j.alive and (j.record.consent_id, j.record.version) not in gone]
    consents = _of_type(live, RecordType.CONSENT)
    return Standing(
        person_id=person_id,
        on_file=bool(everything),
        stops=_stops(person_id, store, everything),
        consents=consents,
        refusals=_of_type(live, RecordType.REFUSAL),
        noes=_noes(found, judged, consents),
        natives=_natives(natives, judged, taken_back, at),
        misses=(*_errors(rows), *_misses(found, gone), *_taken_back(judged, at)),
    )


def _of_type(live: Sequence[ConsentRecord], kind: RecordType) -> tuple[Live, ...]:
    return tuple(_live(r) for r in live if r.record_type is kind)


def _noes(
    found: Sequence[tuple[ConsentRecord, tuple[Lapse, ...]]], judged: Sequence[Judged], consents: Sequence[Live]
) -> tuple[Live, ...]:
    good = [r for r, f in found if r.record_type is RecordType.CONSENT and not {lapse.code for lapse in f} - ENDED]
    said = [r for r in good if not all(yes for _, yes in r.categories)]
    unsaid = lifted(judged) if said else frozenset()
    known = {id(live.record): live for live in consents}
    return tuple(known.get(id(r)) or _live(r) for r in said if (r.consent_id, r.version) not in unsaid)


def _live(r: ConsentRecord) -> Live:
    yes = frozenset(c for c, mark in r.categories if mark)
    no = tuple(c for c, mark in r.categories if not mark)
    permit = _permit(r)
    assert permit.record is not None
    return Live(record=r, ref=permit.record, permit=permit, yes=yes, no=no)


def _permit(of: ConsentRecord | Voter) -> Reason:
    return _reason(of, ReasonCode.CONSENT_PERMIT, f"{of.consent_id}+{of.version}")


def _ref(of: ConsentRecord | Voter) -> RecordRef:
    return RecordRef(consent_id=of.consent_id, version=of.version, content_hash=of.content_hash)


def _stops(person_id: str, store: ConsentStore, kept: Sequence[ConsentRecord | Voter]) -> tuple[Reason, ...]:
    times = Counter((r.consent_id, r.version) for r in kept)
    twice = [_reason(r, ReasonCode.REC_DUPLICATE_VERSION) for r in kept if times[r.consent_id, r.version] > 1]
    bad = [Reason(code=ReasonCode.STORE_ROW_INVALID, person_id=person_id)] if person_id in store.invalid else []
    return (*bad, *twice)


def _reason(of: ConsentRecord | Voter, code: ReasonCode, detail: str | None = None) -> Reason:
    return Reason(code=code, detail=detail, person_id=of.person_id, record=_ref(of))


def _errors(rows: Sequence[ConsentRecord]) -> list[Reason]:
    wrong = RecordStatus.ENTERED_IN_ERROR
    return [_reason(r, ReasonCode.REC_ENTERED_IN_ERROR) for r in rows if r.status is wrong]


def _misses(found: Sequence[tuple[ConsentRecord, tuple[Lapse, ...]]], gone: frozenset[tuple[str, int]]) -> list[Reason]:
    out = []
    for r, wrong in found:
        if r.record_type is RecordType.REVOCATION:
            continue
        out += [_reason(r, f.code, f.detail) for f in wrong]
        if (r.consent_id, r.version) in gone:
            out.append(_reason(r, ReasonCode.REC_SUPERSEDED))
    return out


def _taken_back(judged: Sequence[Judged], at: Circumstances) -> list[Reason]:
    """A revocation in effect is a reason of its own, even where nothing is on file that it ends."""
    said = [j.record for j in judged if j.record.record_type is RecordType.REVOCATION]
    return [
        _reason(r, ReasonCode.REC_REVOKED)
        for r in said
        if (w := r.revoked_on or r.signed_on) is None or w.start <= at.as_of
    ]


def _natives(
    voters: Sequence[Voter], judged: Sequence[Judged], taken_back: Sequence[Revocation], at: Circumstances
) -> tuple[LiveVoter, ...]:
    naming = naming_of(judged)
    out = []
    for v in voters:
        namers = naming.get(v.consent_id, ())
        newer = any(o.consent_id == v.consent_id and o.version > v.version for o in voters)
        newer_row = any(j.record.consent_id == v.consent_id and j.record.version > v.version for j in judged)
        ended = any(t.ends(v.consent_id, v.signed_on, at.as_of) for t in taken_back)
        permits = not (newer or newer_row or ended or any(n.once for n in namers))
        denies = not (newer or any(n.alive for n in namers))
        out.append(LiveVoter(voter=v, ref=_ref(v), permit=_permit(v), permits=permits, denies=denies))
    return tuple(out)
