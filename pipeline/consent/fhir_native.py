"""A FHIR Consent that stays native: it votes in stage 3 by its tree, under the same stage 2 as a row.

- `record` holds what the resource and our extension say of it, in the columns of the consent table. Its lapses (an
  element of 42 CFR 2.31 missing, expired, the wrong signer ...) take the permit away, as they do from a row.
- A permit needs the tree and the record: the tree permits, and the record covers use, recipient, note class and date.
- A category is asked with each of its labels, one by one; all must pass, one denied denies.
- A deny counts from the date of the consent on, whatever else is missing, also after the root has run out: an expiry
  never lets anything out. Where our extension says what kind of record it is, it counts as that row's `no` does.
- Only the status `active` counts, save for what our own export calls inactive because it has ended.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from pipeline.consent.cells import in_scope_of_refusal, scope_misses
from pipeline.consent.fhir_codes import LABELS_OF, PURPOSE_OF_USE
from pipeline.consent.fhir_time import Stamp, Window
from pipeline.consent.fhir_tree import Provision, Question, vote
from pipeline.consent.moments import Moment
from pipeline.consent.reasons import ReasonCode
from pipeline.consent.record_stage import ENDED, Circumstances, Lapse, lapses
from pipeline.consent.records import Atom, ConsentRecord, PersonStatus, RecordStatus, RecordType, Vote
from pipeline.labels import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirConsent:
    """A Voter for one resource. active: the resource's own status. dated: its date as FHIR wrote it. ours: our
    extension calls it a consent. digest: SHA-256 (hex) of the resource as canonical JSON. status: the person's."""

    record: ConsentRecord
    tree: Provision | None = field(repr=False)
    active: bool
    dated: Stamp | None
    ours: bool
    source: str = field(repr=False)
    zone: tzinfo
    status: PersonStatus | None = field(default=None, repr=False)

    @property
    def consent_id(self) -> str:
        return self.record.consent_id

    @property
    def version(self) -> int:
        return self.record.version

    @property
    def person_id(self) -> str:
        return self.record.person_id

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of the resource as canonical JSON."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def signed_on(self) -> Moment | None:
        return self.record.signed_on

    def reasons(self, atom: Atom) -> tuple[str, ...]:
        """Why it does not permit the atom: codes of stages 2 and 3. Empty where nothing but the tree decides."""
        found = [f"{f.code}:{f.detail}" if f.detail else str(f.code) for f in self._lapses(atom)]
        return (*found, *map(str, scope_misses(self.record, atom)))

    def votes(self, atom: Atom) -> Vote:
        """What it says to one atom (its person is taken for granted)."""
        if self.dated is None or self.dated.first > atom.as_of:
            return Vote.NONE
        lapsed = frozenset(lapse.code for lapse in self._lapses(atom))
        if self._refuses(atom, lapsed):
            return Vote.DENY
        said = self._asked(self.tree, atom) if self.active and not lapsed else Vote.NONE
        return Vote.PERMIT if said is Vote.PERMIT and not scope_misses(self.record, atom) else Vote.NONE

    def _refuses(self, atom: Atom, lapsed: frozenset[ReasonCode]) -> bool:
        """Whether a no of the tree counts; that its root has run out lets nothing out."""
        ended_by_us = self.ours and self.record.status is not RecordStatus.ENTERED_IN_ERROR
        if not (self.active or ended_by_us) or self._asked(_without_end(self.tree), atom) is not Vote.DENY:
            return False
        if not self.ours:
            return True
        if self.record.record_type is RecordType.REFUSAL:
            return not lapsed and in_scope_of_refusal(self.record, atom)
        out = set(scope_misses(self.record, atom)) - {ReasonCode.REC_CONSTRAINT_UNSUPPORTED}
        return not lapsed - ENDED and not out

    def _lapses(self, atom: Atom) -> tuple[Lapse, ...]:
        day = atom.as_of.astimezone(self.zone).date()
        return lapses(self.record, Circumstances(as_of=atom.as_of.astimezone(UTC), day=day, status=self.status))

    def _asked(self, tree: Provision | None, atom: Atom) -> Vote:
        """The strictest answer of a tree to all labels of the atom's category."""
        labels: tuple[str | None, ...] = (None,) if atom.category is None else LABELS_OF[Category(atom.category)]
        answers = {vote(tree, self._question(atom, label)) for label in labels}
        return next(v for v in (Vote.DENY, Vote.NONE, Vote.PERMIT) if v in answers)

    def _question(self, atom: Atom, label: str | None) -> Question:
        return Question(
            as_of=atom.as_of,
            session_date=atom.session_date,
            actors=frozenset({atom.recipient_id, *(f"class:{c}" for c in atom.recipient_classes)}),
            purpose=PURPOSE_OF_USE[atom.use],
            label=label,
            zone=self.zone,
        )


def _without_end(tree: Provision | None) -> Provision | None:
    if tree is None or tree.period is None:
        return tree
    return replace(tree, period=Window(start=tree.period.start, end=None))
