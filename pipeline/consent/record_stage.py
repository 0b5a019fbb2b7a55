"""Stage 2: what is wrong with one record by itself, at one instant. The rows of the table, in its order.

Replacement by other records is `supersession.py`; both together are `standing.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.consent.reasons import ReasonCode
from pipeline.consent.records import (
    ConsentRecord,
    EventState,
    PersonStatus,
    RecordStatus,
    RecordType,
)
from pipeline.consent.revocations import Revocation
from pipeline.consent.signers import NEVER_IN_FORCE, signer_faults

# The elements of 42 CFR 2.31(a) and how a record shows that it has them, in the order of docs/consent.md. The person
# is never missing: a row of nobody stops the batch.
ELEMENTS: tuple[tuple[str, Callable[[ConsentRecord], object]], ...] = (
    ("may_disclose", lambda r: r.may_disclose),
    ("info_description", lambda r: r.info_description),
    ("recipients", lambda r: r.recipients),
    ("purposes", lambda r: r.purposes),
    ("signed_on", lambda r: r.signed_on),
    ("signature_evidence", lambda r: r.signature_evidence),
    ("st_revocation_right", lambda r: r.st_revocation_right),
    ("expiry", lambda r: r.expires_on or r.expiry_event),
)


# The lapses that end a consent which was good: its yes goes, its no to a category stays.
ENDED = frozenset({ReasonCode.REC_EXPIRED, ReasonCode.REC_REVOKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a record is looked at with: the instant (UTC), its day in the program, the person, what was taken back."""

    as_of: datetime
    day: date
    status: PersonStatus | None
    revocations: tuple[Revocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """A row of stage 2 that a record fell into."""

    code: ReasonCode
    detail: str | None = None


def lapses(r: ConsentRecord, at: Circumstances) -> tuple[Lapse, ...]:
    """Every row of stage 2 that takes the record's vote, except replacement. A refusal counts from its date, whatever
    else is wrong with it; a revocation has no vote to lose."""
    if r.record_type is RecordType.REVOCATION:
        return ()
    if r.record_type is RecordType.REFUSAL:
        return (Lapse(code=ReasonCode.REC_NOT_YET_EFFECTIVE),) if _ahead(r, at.as_of) else ()
    missing = [name for name, has in ELEMENTS if not has(r)]
    signed = r.signed_on.day if r.signed_on else None
    rows: tuple[tuple[bool, ReasonCode, str | None], ...] = (
        (r.status is not RecordStatus.ACTIVE, ReasonCode.REC_NOT_ACTIVE, None),
        (bool(missing), ReasonCode.REC_ELEMENTS_MISSING, ",".join(missing)),
        (r.known_false is True, ReasonCode.REC_MATERIALLY_FALSE, None),
        (_revoked(r, at), ReasonCode.REC_REVOKED, None),
        (_ahead(r, at.as_of), ReasonCode.REC_NOT_YET_EFFECTIVE, None),
        (_expired(r, at.as_of), ReasonCode.REC_EXPIRED, None),
        (bool(r.expiry_event) and r.expiry_event_state is None, ReasonCode.REC_EXPIRY_EVENT_UNKNOWN, None),
    )
    signers = signer_faults(
        r.signer_roles, authority_document=r.authority_document, signed=signed, status=at.status, day=at.day
    )
    found = [Lapse(code=code, detail=detail) for applies, code, detail in rows if applies]
    return (*found, *(Lapse(code=code) for code in signers))


def once_in_force(r: ConsentRecord, found: tuple[Lapse, ...], as_of: datetime) -> bool:
    """Whether the record was in force at some time up to `as_of`, given what is wrong with it then. Where nobody can
    know (inactive, found false, an event without a date) it was: what it replaced stays replaced. Taken back before it
    began it counts too: a revocation never brings an older consent back."""
    if r.record_type is RecordType.REVOCATION or _ahead(r, as_of):
        return False
    if r.record_type is RecordType.REFUSAL:
        return True
    never = {f.code for f in found} & (NEVER_IN_FORCE | {ReasonCode.REC_ELEMENTS_MISSING})
    if never or r.status in (RecordStatus.DRAFT, RecordStatus.PROPOSED):
        return False
    start = max(m.start for m in (r.signed_on, r.effective_on) if m is not None)
    return r.expires_on is None or start < r.expires_on.end


def _ahead(r: ConsentRecord, as_of: datetime) -> bool:
    return any(m is not None and as_of < m.start for m in (r.signed_on, r.effective_on))


def _expired(r: ConsentRecord, as_of: datetime) -> bool:
    if r.expiry_event_state is EventState.OCCURRED:
        return True
    return r.expires_on is not None and as_of >= r.expires_on.end


def _revoked(r: ConsentRecord, at: Circumstances) -> bool:
    if r.revoked_on is not None and r.revoked_on.start <= at.as_of:
        return True
    return any(revocation.ends(r.consent_id, r.signed_on, at.as_of) for revocation in at.revocations)
