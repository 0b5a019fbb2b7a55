"""What is asked: who wants which sessions for what, and when it is decided for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.consent.records import Use

# Classes under which somebody is registered who is never served here (42 CFR 2.12(d), 2.31(d): use in proceedings).
LEGAL_CLASSES = frozenset({"legal_proceeding", "law_enforcement"})


class ApprovalReview(StrEnum):
    """Who looked at the research."""

    IRB = "irb"
    EXEMPTION = "exemption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What makes a research request possible: a review or exemption, a data use agreement, dates, and the recipients
    by name. `reference`, `agreement`: references of the two documents, blank where there is none. Both days inclusive.
    """

    review: ApprovalReview | None
    reference: str
    agreement: str
    valid_from: date | None
    valid_to: date | None
    recipients: tuple[str, ...]

    def covers(self, recipient_id: str, day: date) -> bool:
        """Whether all of it is there and in force on a day of the program."""
        if self.review is None or not self.reference or not self.agreement:
            return False
        if self.valid_from is None or self.valid_to is None:
            return False
        return recipient_id in self.recipients and self.valid_from <= day <= self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who would receive it. `classes`: as registered, without the prefix `class:`."""

    recipient_id: str
    classes: tuple[str, ...] = ()
    registered: bool = True
    legal_proceeding: bool = False

    @property
    def legal(self) -> bool:
        return self.legal_proceeding or not LEGAL_CLASSES.isdisjoint(self.classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `as_of`: the instant decided for, with an offset. `use` None: what was asked is no use we know."""

    use: Use | None
    recipient: Recipient | None
    as_of: datetime
    approval: Approval | None = None

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ValueError("as_of has an offset")
