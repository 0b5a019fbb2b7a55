"""FHIR Consent resources decide one atom: the ten rules of docs/consent.md over plain JSON.

- Only `active` counts; without a date, a base decision or a purpose in the request a consent is not applicable.
- Several consents: one that denies wins; without a permit the answer is DENY.
- A resource that is not well formed denies: it may be anybody's refusal.
- This is the door of the worked cases (`fhir` and `atom`, bare codes). Files come in through `fhir_import`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, tzinfo

from pipeline.consent.fhir_parse import Json, Parsing, is_r5, read_status, read_tree
from pipeline.consent.fhir_time import read_instant
from pipeline.consent.fhir_tree import Actor, Provision, Question, misses, vote
from pipeline.consent.moments import parse_day
from pipeline.consent.records import Vote
from pipeline.errors import ConsentError, Fault

PERMIT = "PERMIT"
DENY = "DENY"


def evaluate(
    consents: Sequence[object], atom: Mapping[str, object], *, zone: tzinfo = UTC
) -> tuple[str, tuple[str, ...]]:
    """Decide a worked case: `PERMIT` or `DENY` and the reason codes, sorted.

    consents: FHIR Consent objects (R4 or R5; codes bare or as Codings). atom: `as_of`, `session_date`, `actors`,
    `purpose`, `label` (a code, a list of codes, or none). zone: the program's time zone. Raises ConsentError where the
    atom cannot be read; a consent that cannot be read denies.
    """
    questions = _questions(atom, zone)
    said = [_ask_all(consent, n, questions, zone) for n, consent in enumerate(consents)]
    if not said:
        return DENY, ("NO_CONSENT_ON_FILE",)
    if any(voted is Vote.DENY for voted, _ in said):
        reasons = {r for voted, found in said if voted is Vote.DENY for r in found}
        if any(voted is Vote.PERMIT for voted, _ in said):
            reasons.add("CONFLICT_DENY_OVERRIDES")
        return DENY, tuple(sorted(reasons))
    if any(voted is Vote.PERMIT for voted, _ in said):
        return PERMIT, tuple(sorted({r for voted, found in said if voted is Vote.PERMIT for r in found}))
    return DENY, tuple(sorted({r for _, found in said for r in found} or {"NO_APPLICABLE_CONSENT"}))


def _ask_all(consent: object, n: int, questions: Sequence[Question], zone: tzinfo) -> tuple[Vote, frozenset[str]]:
    """The vote of one consent on every label of the segment: each must pass, one denied denies."""
    votes = [_ask(consent, n, question, zone) for question in questions]
    for wanted in (Vote.DENY, Vote.NONE):
        reasons = [r for voted, found in votes if voted is wanted for r in found]
        if any(voted is wanted for voted, _ in votes):
            return wanted, frozenset(reasons)
    return Vote.PERMIT, frozenset(r for _, found in votes for r in found)


def _ask(consent: object, n: int, question: Question, zone: tzinfo) -> tuple[Vote, frozenset[str]]:
    parsing = Parsing(zone=zone, resolve=_bare_actor, bare=True)
    resource = parsing.item(consent, "consent")
    if resource is None:
        return Vote.DENY, frozenset({"STORE_ROW_INVALID"})
    root = read_tree(resource, parsing)
    status = read_status(resource, parsing)
    signed = parsing.stamp(resource, "date" if is_r5(resource) else "dateTime")
    if parsing.faults or status is None:
        return Vote.DENY, frozenset({"STORE_ROW_INVALID"})
    if status != "active":
        code = "REC_ENTERED_IN_ERROR" if status == "entered-in-error" else "REC_NOT_ACTIVE"
        return Vote.NONE, frozenset({code})
    if signed is None:
        return Vote.NONE, frozenset({"REC_ELEMENTS_MISSING:signed_on"})
    if signed.first > question.as_of:
        return Vote.NONE, frozenset({"REC_NOT_YET_EFFECTIVE"})
    return _said(root, n, question)


def _said(root: Provision | None, n: int, question: Question) -> tuple[Vote, frozenset[str]]:
    voted = vote(root, question)
    if voted is Vote.PERMIT:
        return voted, frozenset({f"CONSENT_PERMIT:fhir[{n}]"})
    if voted is Vote.DENY:
        return voted, frozenset({"CONSENT_REFUSED"})
    if root is None or question.purpose is None:
        return voted, frozenset({"NO_APPLICABLE_CONSENT" if root is None else "PURPOSE_NOT_COVERED"})
    return voted, frozenset(misses(root, question) or {"NO_APPLICABLE_CONSENT"})


def _bare_actor(reference: Json) -> Actor:
    """In a worked case a reference resolves to nothing but what it says itself."""
    text = reference.get("reference")
    return Actor(codes=frozenset({text.rsplit("/", 1)[-1]}) if isinstance(text, str) else frozenset(), certain=False)


def _questions(atom: Mapping[str, object], zone: tzinfo) -> tuple[Question, ...]:
    faults: list[Fault] = []

    def strings(name: str) -> tuple[str, ...]:
        value = atom.get(name)
        found = [value] if isinstance(value, str) else [] if value is None else value
        if isinstance(found, list) and all(isinstance(v, str) for v in found):
            return tuple(found)
        faults.append(Fault(place="atom", column=name, what="is no text and no list of texts; mend the case"))
        return ()

    stamps, days, purposes = strings("as_of"), strings("session_date"), strings("purpose")
    as_of = read_instant(stamps[0], zone) if len(stamps) == 1 else None
    if as_of is None:
        faults.append(Fault(place="atom", column="as_of", what="is no time; use 2026-06-01T12:00:00"))
    day: date | None = parse_day(days[0]) if len(days) == 1 else None
    if days and day is None:
        faults.append(Fault(place="atom", column="session_date", what="is no date; use 2026-03-01"))
    if len(purposes) > 1:
        faults.append(Fault(place="atom", column="purpose", what="is more than one; ask one by one"))
    actors, labels = frozenset(strings("actors")), strings("label")
    if faults or as_of is None:
        raise ConsentError("the atom of a case cannot be read", faults)
    purpose = purposes[0] if purposes else None
    return tuple(
        Question(as_of=as_of, session_date=day, actors=actors, purpose=purpose, label=label, zone=zone)
        for label in labels or (None,)
    )
