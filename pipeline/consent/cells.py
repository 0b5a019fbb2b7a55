"""Stage 3: may what concerns one person go to one recipient, for one use, out of one session? And which categories?

- A consent is in scope when it covers use, recipient, note class and session date; what it leaves blank narrows it.
- A refusal is in scope unless it says that it is about something else; what it leaves blank widens it. One that says
  no to named categories refuses these; one that names none refuses everything.
- Any no in scope wins over every yes. A category needs an explicit yes, and no explicit no, of the consents in scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.consent.reasons import Reason, ReasonCode, RecordRef
from pipeline.consent.records import ALL, ORDINARY_NOTES, Atom, ConsentRecord, Vote
from pipeline.consent.standing import Live, LiveVoter, Standing
from pipeline.labels import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one person allows of one session. `categories`: those with an explicit yes (empty unless permitted).
    `reasons`: why it is permitted or not; `category_reasons`: which categories were refused outright, and by whom."""

    person_id: str
    permitted: bool
    reasons: tuple[Reason, ...]
    categories: frozenset[Category] = frozenset()
    category_reasons: tuple[tuple[Category, tuple[Reason, ...]], ...] = ()

    @property
    def records(self) -> tuple[RecordRef, ...]:
        """The records that decided, in the order of their ids."""
        said = [*self.reasons, *(r for _, reasons in self.category_reasons for r in reasons)]
        return tuple(sorted({r.record for r in said if r.record is not None}))


def cell(person: Standing, atom: Atom) -> Cell:
    """Decide one cell. `atom` is the question without a category."""
    if person.stops:
        return _denied(person, person.stops)
    if not person.on_file:
        return _denied(person, (*person.misses, _why(person, ReasonCode.NO_CONSENT_ON_FILE)))
    scoped = [(live, scope_misses(live.record, atom)) for live in person.consents]
    inside = [live for live, out in scoped if not set(out) - {ReasonCode.REC_CONSTRAINT_UNSUPPORTED}]
    permits = [live for live, out in scoped if not out]
    refusals = [live for live in person.refusals if in_scope_of_refusal(live.record, atom)]
    yes = [live.ref for live in permits] + [n.ref for n in person.natives if n.permits and _votes(n, atom, Vote.PERMIT)]
    no = [live.ref for live in refusals if not _named(live.record)]
    no += [n.ref for n in person.natives if n.denies and _votes(n, atom, Vote.DENY)]
    if no:
        return _denied(person, _refused(person, no, yes) + (() if yes else _missed(person, scoped)))
    if not yes:
        missed = _missed(person, scoped)
        return _denied(person, missed or (_why(person, ReasonCode.NO_APPLICABLE_CONSENT),))
    said_yes = {c for live in permits for c, mark in live.record.categories if mark}
    said_no = [(c, live.ref) for live in inside for c, mark in live.record.categories if not mark]
    said_no += [(c, live.ref) for live in refusals for c in _named(live.record)]
    for n in person.natives:
        answers = {c: n.voter.votes(replace(atom, category=c)) for c in Category}
        said_yes |= {c for c, vote in answers.items() if vote is Vote.PERMIT and n.permits}
        said_no += [(c, n.ref) for c, vote in answers.items() if vote is Vote.DENY and n.denies]
    return Cell(
        person_id=person.person_id,
        permitted=True,
        reasons=tuple(_permit(person, ref) for ref in yes),
        categories=frozenset(said_yes.difference(c for c, _ in said_no)),
        category_reasons=_categories_refused(person, said_no, said_yes),
    )


def scope_misses(r: ConsentRecord, atom: Atom) -> tuple[ReasonCode, ...]:
    """The rows of stage 3 that keep a live consent from voting here. Empty: it permits."""
    ordinary = atom.note_class in ORDINARY_NOTES
    covered = atom.note_class in r.note_classes or (not r.note_classes and ordinary)
    alone = ordinary or r.note_classes == (atom.note_class,)
    data_from = r.data_from or (r.signed_on.day if r.signed_on else None)
    day = atom.session_date
    inside = day is not None and data_from is not None and data_from <= day and (r.data_to is None or day <= r.data_to)
    rows = (
        (atom.use in r.purposes, ReasonCode.PURPOSE_NOT_COVERED),
        (_names_recipient(r, atom), ReasonCode.RECIPIENT_NOT_COVERED),
        (covered, ReasonCode.NOTE_CLASS_NOT_COVERED),
        (alone, ReasonCode.NOTE_CLASS_NEEDS_SEPARATE_CONSENT),
        (inside, ReasonCode.SESSION_OUTSIDE_DATA_WINDOW),
        (r.unsupported_constraints is None, ReasonCode.REC_CONSTRAINT_UNSUPPORTED),
    )
    return tuple(code for holds, code in rows if not holds)


def in_scope_of_refusal(r: ConsentRecord, atom: Atom) -> bool:
    """Whether a live refusal concerns this question; a condition that nobody can check does not free from it."""
    day = atom.session_date
    return (
        (not r.purposes or ALL in r.purposes or atom.use in r.purposes)
        and (not r.recipients or ALL in r.recipients or _names_recipient(r, atom))
        and (not r.note_classes or atom.note_class is None or atom.note_class in r.note_classes)
        and (day is None or r.data_from is None or r.data_from <= day)
        and (day is None or r.data_to is None or day <= r.data_to)
    )


def _names_recipient(r: ConsentRecord, atom: Atom) -> bool:
    """Exactly by id, or by a class that the recipient is registered under."""
    return atom.recipient_id in r.recipients or any(f"class:{c}" in r.recipients for c in atom.recipient_classes)


def _named(r: ConsentRecord) -> tuple[Category, ...]:
    """The categories that a refusal is about; none: about everything."""
    return tuple(c for c, mark in r.categories if not mark)


def _votes(n: LiveVoter, atom: Atom, vote: Vote) -> bool:
    return n.voter.votes(atom) is vote


def _why(person: Standing, code: ReasonCode) -> Reason:
    return Reason(code=code, person_id=person.person_id)


def _denied(person: Standing, reasons: tuple[Reason, ...]) -> Cell:
    return Cell(person_id=person.person_id, permitted=False, reasons=reasons)


def _permit(person: Standing, ref: RecordRef) -> Reason:
    detail = f"{ref.consent_id}+{ref.version}"
    return Reason(code=ReasonCode.CONSENT_PERMIT, detail=detail, person_id=person.person_id, record=ref)


def _refused(person: Standing, no: Iterable[RecordRef], yes: Iterable[RecordRef]) -> tuple[Reason, ...]:
    """Both sides of a conflict are named, so that somebody can clear it up."""
    refused = [Reason(code=ReasonCode.CONSENT_REFUSED, person_id=person.person_id, record=ref) for ref in no]
    against = [Reason(code=ReasonCode.CONFLICT_DENY_OVERRIDES, person_id=person.person_id, record=ref) for ref in yes]
    return (*refused, *against)


def _missed(person: Standing, scoped: Iterable[tuple[Live, tuple[ReasonCode, ...]]]) -> tuple[Reason, ...]:
    """The nearest misses: why live consents are out of scope, and why other records do not vote."""
    live = [Reason(code=code, person_id=person.person_id, record=of.ref) for of, out in scoped for code in out]
    return (*live, *person.misses)


def _categories_refused(
    person: Standing, said_no: Iterable[tuple[Category, RecordRef]], said_yes: Iterable[Category]
) -> tuple[tuple[Category, tuple[Reason, ...]], ...]:
    out: dict[Category, list[Reason]] = {}
    for c, ref in said_no:
        why = Reason(code=ReasonCode.CATEGORY_REFUSED, detail=c.value, person_id=person.person_id, record=ref)
        out.setdefault(c, []).append(why)
    for c in set(said_yes) & set(out):
        out[c].append(_why(person, ReasonCode.CONFLICT_DENY_OVERRIDES))
    return tuple((c, tuple(out[c])) for c in Category if c in out)
