"""recall: of what is out, what may no longer be; and what a recipient is told about it.

- The records are decided again as they are today; nobody recalls by name. What is no longer permitted goes, and the
  turns or rows that stay are given again, under the same codes, in a replacement.
- A consent that has merely run out does not recall what went out under it, unless it promised so (`recall_promised`):
  such a record is held against the others as if it had not ended.
- Today's approval and registration of the recipient do not count: their end is no person's no.
- The notice names the release, files by digest, and rows by code. It says nothing of a person and nothing of a reason.
- A notice is open, then sent, then confirmed; or it cannot be followed, and somebody says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from pipeline.consent.decision import Permit
from pipeline.consent.moments import Moment, parse_moment
from pipeline.consent.reasons import Reason, ReasonCode
from pipeline.consent.records import Atom, ConsentRecord, ConsentStore, EventState, Vote, Voter
from pipeline.errors import Fault, StateError


class Cause(StrEnum):
    """Why something is called back. The first one that fits a person is told."""

    SHREDDED = "shredded"
    DECEASED = "deceased"
    MAJORITY = "majority"
    REVOKED = "revoked"  # taken back, refused since, or narrowed
    ERROR = "error"  # the yes was none, or the records of the session were wrong
    EXPIRED = "expired"  # the consent promised a recall at its end
    WRONG_LABEL = "wrong_label"  # nobody's answer changed: what a turn touches was seen wrong


_C = ReasonCode
_CAUSES: Mapping[Cause, frozenset[ReasonCode]] = {
    Cause.DECEASED: frozenset({_C.SIGNER_DECEASED_NEEDS_REP}),
    Cause.MAJORITY: frozenset({_C.SIGNER_NOW_ADULT}),
    Cause.REVOKED: frozenset(
        {
            _C.REC_REVOKED,
            _C.CONSENT_REFUSED,
            _C.CATEGORY_REFUSED,
            _C.PURPOSE_NOT_COVERED,
            _C.RECIPIENT_NOT_COVERED,
            _C.NOTE_CLASS_NOT_COVERED,
            _C.SESSION_OUTSIDE_DATA_WINDOW,
            _C.REC_CONSTRAINT_UNSUPPORTED,
            _C.SEG_CATEGORY,
            _C.SEG_STAFF_SELF_DISCLOSURE,
            _C.SEG_MENTIONS_NOT_PERMITTED,
            _C.SEG_SPEAKER_NOT_PERMITTED,
        }
    ),
    Cause.EXPIRED: frozenset({_C.REC_EXPIRED}),
}
# Reasons under which nobody can say today what is permitted: nothing is called back on them, and the manager is told.
UNDECIDED = frozenset(
    {
        _C.REQ_USE_UNKNOWN,
        _C.REQ_RECIPIENT_UNKNOWN,
        _C.REQ_LEGAL_PROCEEDING,
        _C.REQ_RESEARCH_APPROVAL_MISSING,
        _C.STORE_UNREADABLE,
        _C.STORE_ROW_UNATTRIBUTABLE,
        _C.STORE_ROW_INVALID,
    }
)
# What only points at the reasons of somebody else, or says that a yes stands.
_POINTERS = frozenset({_C.GROUP_MEMBER_NOT_PERMITTED, _C.NO_SUBJECT_PERMITS, _C.CONSENT_PERMIT})


def causes_of(reasons: Iterable[Reason]) -> tuple[Cause, ...]:
    """The causes behind reasons: one for each person that they name, and one for what names nobody, in the order of
    Cause."""
    by_person: dict[str | None, set[ReasonCode]] = {}
    for reason in reasons:
        if reason.code not in _POINTERS:
            by_person.setdefault(reason.person_id, set()).add(reason.code)
    if len(by_person) > 1:
        by_person.pop(None, None)  # what names nobody follows from what somebody says
    found = {_cause(codes) for codes in by_person.values()} or {Cause.ERROR}
    return tuple(c for c in Cause if c in found)


def _cause(codes: set[ReasonCode]) -> Cause:
    return next((cause for cause, telling in _CAUSES.items() if codes & telling), Cause.ERROR)


def persons_of(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Whose answer keeps something in."""
    return tuple(sorted({r.person_id for r in reasons if r.person_id is not None and r.code not in _POINTERS}))


def allowance(permits: Iterable[Permit], concerned: Iterable[str]) -> str:
    """SHA-256 over what everybody concerned allows of each session, whatever record says so: as long as it is the same,
    the same turns are permitted."""
    asked = sorted(concerned)
    told = []
    for permit in sorted(permits, key=lambda p: p.session_id):
        told.append(f"{permit.session_id}|{permit.question.rule}|{sorted(permit.question.session.staff.items())}")
        for person in sorted({*permit.cells, *asked}):
            cell = permit.cell(person)
            told.append(f"{person}|{cell.permitted}|{','.join(sorted(cell.categories))}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def unexpired(store: ConsentStore, records: frozenset[str], at: datetime) -> ConsentStore:
    """The store in which `records` (id+version) that promised no recall have not ended. at: when they counted last, for
    those in FHIR."""
    people = {
        person: tuple(_unended(r, store.zone) if _named(r) in records else r for r in rows)
        for person, rows in store.records.items()
    }
    natives = {
        person: tuple(_Then(voter=v, at=at) if _named(v) in records else v for v in voters)
        for person, voters in store.natives.items()
    }
    return replace(store, records=people, natives=natives)


def _named(of: ConsentRecord | Voter) -> str:
    return f"{of.consent_id}+{of.version}"


def _unended(r: ConsentRecord, zone: tzinfo) -> ConsentRecord:
    if r.recall_promised:
        return r
    if r.expires_on is not None:
        never = parse_moment("9999-01-01", zone)
        return replace(r, expires_on=never)
    return replace(r, expiry_event_state=EventState.NOT_OCCURRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Then:
    """A FHIR Consent that answers as of the day on which it counted."""

    voter: Voter
    at: datetime

    @property
    def consent_id(self) -> str:
        return self.voter.consent_id

    @property
    def version(self) -> int:
        return self.voter.version

    @property
    def person_id(self) -> str:
        return self.voter.person_id

    @property
    def content_hash(self) -> str:
        return self.voter.content_hash

    @property
    def signed_on(self) -> Moment | None:
        return self.voter.signed_on

    def votes(self, atom: Atom) -> Vote:
        return self.voter.votes(replace(atom, as_of=self.at))


class NoticeState(StrEnum):
    """Where the notice of a recall stands."""

    OPEN = "open"  # written, with nobody yet
    SENT = "sent"
    CONFIRMED = "confirmed"  # the recipient says that all of it is done
    CANNOT = "cannot"  # the recipient cannot do all of it


NOTICE_STEPS: Mapping[NoticeState, frozenset[NoticeState]] = {
    NoticeState.OPEN: frozenset({NoticeState.SENT, NoticeState.CANNOT}),
    NoticeState.SENT: frozenset({NoticeState.CONFIRMED, NoticeState.CANNOT}),
    NoticeState.CANNOT: frozenset({NoticeState.CONFIRMED}),
    NoticeState.CONFIRMED: frozenset(),
}


def check_notice_step(release_id: str, now: NoticeState, wanted: NoticeState) -> None:
    """StateError, with the reason, where a notice cannot go from `now` to `wanted`."""
    if wanted in NOTICE_STEPS[now]:
        return
    may = ", ".join(f"`{s}`" for s in NoticeState if s in NOTICE_STEPS[now]) or "nothing more"
    what = f"its notice is `{now}` and cannot become `{wanted}`; it may become {may}"
    raise StateError("the notice was not changed", [Fault(place=f"release `{release_id}`", what=what)])
