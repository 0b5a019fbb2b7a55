"""Who had to sign a consent, and whether they did.

- Somebody who has died or lacks capacity: a personal representative, with the document of their authority.
- Capacity in doubt: nobody's signature counts until the doubt is settled.
- A minor (by birth date; by status where no birth date is known): as the recorded rule of state law says.
- An adult signs for themself. What was signed in minority goes on counting only if the minor's own signature was then
  enough or came together with the parent's (42 CFR 2.14); a parent's alone ends with majority.
- Age unknown: no vote. A birth date that says minor wins over a status or an attestation that says adult.
"""

from __future__ import annotations

from datetime import date

from pipeline.consent.reasons import ReasonCode
from pipeline.consent.records import LegalStatus, MinorRule, PersonStatus, SignerRole

MAJORITY = 18  # years; the age of majority that 42 CFR 2.11 falls back on

# Faults that were there at the signing: such a consent was never in force. The others can come later.
NEVER_IN_FORCE = frozenset(
    {
        ReasonCode.SIGNER_MINOR_MUST_SIGN,
        ReasonCode.SIGNER_MINOR_AND_PARENT,
        ReasonCode.SIGNER_MINOR_RULE_UNKNOWN,
    }
)

_SELF, _PARENT, _REP = SignerRole.SELF, SignerRole.PARENT_OR_GUARDIAN, SignerRole.PERSONAL_REPRESENTATIVE


def signer_faults(
    roles: tuple[SignerRole, ...],
    *,
    authority_document: str | None,
    signed: date | None,
    status: PersonStatus | None,
    day: date,
) -> tuple[ReasonCode, ...]:
    """What is wrong with the signers of one consent on `day` (the program's day of as_of); empty: nothing.

    signed: the day of signature. status: None where the people table does not know the person.
    """
    legal = status.legal_status if status else None
    represented = _REP in roles and authority_document is not None
    if legal is LegalStatus.DECEASED:
        return () if represented else (ReasonCode.SIGNER_DECEASED_NEEDS_REP,)
    if legal is LegalStatus.LACKS_CAPACITY:
        return () if represented else (ReasonCode.SIGNER_CAPACITY_NEEDS_REP,)
    if legal is LegalStatus.CAPACITY_IN_DOUBT:
        return (ReasonCode.SIGNER_CAPACITY_IN_DOUBT,)
    minor = _minor(status, day)
    if status is None or minor is None:
        return (ReasonCode.SIGNER_AGE_UNKNOWN,)
    if minor:
        return _minor_faults(roles, status.minor_rule)
    born = status.birth_date
    in_minority = born is not None and signed is not None and not _of_age(born, signed)
    alone_enough = not in_minority or status.minor_rule is MinorRule.MINOR_ALONE
    return () if _SELF in roles and (alone_enough or _PARENT in roles) else (ReasonCode.SIGNER_NOW_ADULT,)


def _minor(status: PersonStatus | None, day: date) -> bool | None:
    if status is None:
        return None
    if status.birth_date is not None:
        return not _of_age(status.birth_date, day)
    if status.legal_status is LegalStatus.MINOR:
        return True
    return False if status.adult_attested else None


def _of_age(born: date, day: date) -> bool:
    return (born.year + MAJORITY, born.month, born.day) <= (day.year, day.month, day.day)


def _minor_faults(roles: tuple[SignerRole, ...], rule: MinorRule | None) -> tuple[ReasonCode, ...]:
    if rule is None:
        return (ReasonCode.SIGNER_MINOR_RULE_UNKNOWN,)
    faults = [] if _SELF in roles else [ReasonCode.SIGNER_MINOR_MUST_SIGN]
    if rule is MinorRule.BOTH and not {_SELF, _PARENT} <= set(roles):
        faults.append(ReasonCode.SIGNER_MINOR_AND_PARENT)
    return tuple(faults)
