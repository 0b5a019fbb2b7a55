"""Stage 3: may what concerns one person go to one recipient, for one use, out of one session? And which categories?

- A consent is in scope when it covers use, recipient, note class and session date; what it leaves blank narrows it.
- A refusal is in scope unless it says that it is about something else; what it leaves blank widens it. One that says
  no to named categories refuses these; one that names none refuses everything.
- Any no in scope wins over every yes. A category needs an explicit yes of a consent in scope, and no explicit no: what
  a consent says no to outlives it, as a refusal does.
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
    `reasons`: why it is permitted or not. `refused`: which record says no to which category of what is permitted;
    `contested`: the categories among them that another record says yes to."""

    person_id: str
    permitted: bool
    reasons: tuple[Reason, ...]
    categories: frozenset[Category] = frozenset()
    refused: tuple[tuple[Category, RecordRef], ...] = ()
    contested: frozenset[Category] = frozenset()

    @property
    def records(self) -> tuple[RecordRef, ...]:
        """The records that decided, in the order of their ids."""
        said = {r.record for r in self.reasons if r.record is not None}
        return tuple(sorted(said | {ref for _, ref in self.refused}))

    @property
    def category_reasons(self) -> tuple[tuple[Category, tuple[Reason, ...]], ...]:
        """Each category that somebody's explicit no keeps in, with the reasons, in the order of the form."""
        against = {c for c, _ in self.refused}
        return tuple((c, self.refusals_of(c)) for c in Category if c in against)

    def refusals_of(self, category: Category) -> tuple[Reason, ...]:
        """Why an explicit no keeps a category of what is permitted; empty where it was only left blank."""
        no = [
            Reason(code=ReasonCode.CATEGORY_REFUSED, detail=category.value, person_id=self.person_id, record=ref)
            for c, ref in self.refused
            if c is category
        ]
        both = [Reason(code=ReasonCode.CONFLICT_DENY_OVERRIDES, person_id=self.person_id)]
        return (*no, *(both if category in self.contested else ()))


def cell(person: Standing, atom: Atom) -> Cell:
    """Decide one cell. `atom` is the question without a category."""
    if person.stops:
        return _denied(person, person.stops)
    if not person.on_file:
        return _denied(person, (*person.misses, _why(person, ReasonCode.NO_CONSENT_ON_FILE)))
    scoped = [(live, scope_misses(live.record, atom)) for live in person.consents]
    permits = [live for live, out in scoped if not out]
    refusals = [live for live in person.refusals if in_scope_of_refusal(live.record, atom)]
    yes = [live.permit for live in permits]
    yes += [n.permit for n in person.natives if n.permits and _votes(n, atom, Vote.PERMIT)]
    no = [live.ref for live in refusals if not live.no]
    no += [n.ref for n in person.natives if n.denies and _votes(n, atom, Vote.DENY)]
    if no:
        return _denied(person, _refused(person, no, yes) + (() if yes else _missed(person, scoped)))
    if not yes:
        missed = _missed(person, scoped)
        return _denied(person, missed or (_why(person, ReasonCode.NO_APPLICABLE_CONSENT),))
    said_yes = frozenset[Category]().union(*(live.yes for live in permits))
    said_no = [(c, live.ref) for live in person.noes if _says_no(live, atom) for c in live.no]
    said_no += [(c, live.ref) for live in refusals for c in live.no]
    for n in person.natives:
        answers = {c: n.voter.votes(replace(atom, category=c)) for c in Category}
        said_yes |= {c for c, vote in answers.items() if vote is Vote.PERMIT and n.permits}
        said_no += [(c, n.ref) for c, vote in answers.items() if vote is Vote.DENY and n.denies]
    against = frozenset(c for c, _ in said_no)
    return Cell(
        person_id=person.person_id,
        permitted=True,
        reasons=tuple(yes),
        categories=said_yes - against,
        refused=tuple(said_no),
        contested=said_yes & against,
    )


def _says_no(live: Live, atom: Atom) -> bool:
    """A consent says no to a category where it is in scope, also under a condition that nobody can check."""
    return scope_misses(live.record, atom) in ((), (ReasonCode.REC_CONSTRAINT_UNSUPPORTED,))


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
    if atom.recipient_id in r.recipients:
        return True
    return any([f"class:{c}" in r.recipients for c in atom.recipient_classes])  # noqa: C419  a list is twice as fast


def _votes(n: LiveVoter, atom: Atom, vote: Vote) -> bool:
    return n.voter.votes(atom) is vote


def _why(person: Standing, code: ReasonCode) -> Reason:
    return Reason(code=code, person_id=person.person_id)


def _denied(person: Standing, reasons: tuple[Reason, ...]) -> Cell:
    return Cell(person_id=person.person_id, permitted=False, reasons=reasons)


def _refused(person: Standing, no: Iterable[RecordRef], yes: Iterable[Reason]) -> tuple[Reason, ...]:
    """Both sides of a conflict are named, so that somebody can clear it up."""
    refused = [Reason(code=ReasonCode.CONSENT_REFUSED, person_id=person.person_id, record=ref) for ref in no]
    both = ReasonCode.CONFLICT_DENY_OVERRIDES
    against = [Reason(code=both, person_id=person.person_id, record=said.record) for said in yes]
    return (*refused, *against)


def _missed(person: Standing, scoped: Iterable[tuple[Live, tuple[ReasonCode, ...]]]) -> tuple[Reason, ...]:
    """The nearest misses: why live consents are out of scope, and why other records do not vote."""
    live = [Reason(code=code, person_id=person.person_id, record=of.ref) for of, out in scoped for code in out]
    return (*live, *person.misses)
