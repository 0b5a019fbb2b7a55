"""What comes out: a Permit that carries what each person allows, or a Denial with its reasons.

Two types, and nothing between: no "unknown" ever reaches a caller. A refusal is a value, never an exception. There is
no override: to change a decision, change a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from pipeline.consent.cells import Cell, cell
from pipeline.consent.reasons import Reason, RecordRef
from pipeline.consent.records import Atom
from pipeline.consent.request import Request
from pipeline.consent.session import GroupRule, Session
from pipeline.consent.standing import Memo


class Outcome(StrEnum):
    PERMIT = "PERMIT"
    WITHHOLD_PART = "WITHHOLD_PART"
    DENY = "DENY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A session asked for by a request, with the records of one instant."""

    session: Session
    request: Request
    rule: GroupRule
    memo: Memo = field(repr=False, compare=False)

    def cell(self, person_id: str) -> Cell:
        """What one person allows, on the roster or not. Only after stages 0 and 1 have let the question through."""
        return cell(self.memo.standing(person_id), self.atom(person_id))

    def atom(self, person_id: str) -> Atom:
        """The question for one person, without a category."""
        use, recipient, note_class = self.request.use, self.request.recipient, self.session.note_class
        if use is None or recipient is None or note_class is None:
            raise ValueError("stages 0 and 1 let no such question through")
        return Atom(
            person_id=person_id,
            use=use,
            recipient_id=recipient.recipient_id,
            recipient_classes=recipient.classes,
            as_of=self.request.as_of,
            session_date=self.session.session_date,
            note_class=note_class,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """No. `stage`: the one that ended it; `reasons`: all of that stage."""

    session_id: str
    stage: int
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("a denial has a reason")

    @property
    def outcome(self) -> Outcome:
        return Outcome.DENY

    @property
    def records(self) -> tuple[RecordRef, ...]:
        """The records that decided."""
        return records_of(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The door may open, for what the cells allow. `cells`: person id -> cell, for every member of the session."""

    question: Question
    cells: Mapping[str, Cell]

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", MappingProxyType(dict(self.cells)))
        if not any(c.permitted for c in self.cells.values()):
            raise ValueError("a permit has somebody who permits")

    @property
    def session_id(self) -> str:
        return self.question.session.session_id

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Who said yes by which record, and (in segment mode, internal) why others do not permit."""
        return tuple(r for c in self.cells.values() for r in c.reasons)

    @property
    def records(self) -> tuple[RecordRef, ...]:
        """The records that decided."""
        return tuple(sorted({ref for c in self.cells.values() for ref in c.records}))

    def cell(self, person_id: str) -> Cell:
        """What a person allows; somebody of the program who was not in the room is asked like everybody else."""
        return self.cells.get(person_id) or self.question.cell(person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What of a permitted session stays in. `kept`: segment ids in order; `withheld`: segment id -> reasons, in order.
    Nothing of `withheld` or `reasons` goes to a recipient."""

    permit: Permit
    kept: tuple[str, ...]
    withheld: Mapping[str, tuple[Reason, ...]]
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "withheld", MappingProxyType(dict(self.withheld)))

    @property
    def session_id(self) -> str:
        return self.permit.session_id

    @property
    def outcome(self) -> Outcome:
        return Outcome.WITHHOLD_PART if self.withheld else Outcome.PERMIT


def records_of(reasons: Iterable[Reason]) -> tuple[RecordRef, ...]:
    """The records named by reasons, each once, in the order of their ids."""
    return tuple(sorted({r.record for r in reasons if r.record is not None}))
