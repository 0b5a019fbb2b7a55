"""One decision told to a person of the program: which record said yes, which no, what would have to change.

Sentences come from `meanings`; this only arranges them. Ids and dates, never a name or a word of a session. It is for
the program alone: it tells refusals, which no recipient may learn of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.consent.decision import Admission, Denial, Permit
from pipeline.consent.fhir_native import FhirConsent
from pipeline.consent.meanings import MEANINGS
from pipeline.consent.reasons import Reason, ReasonCode, RecordRef
from pipeline.consent.records import ConsentRecord, ConsentStore
from pipeline.consent.request import Request

_HEADS = {
    "PERMIT": "permitted",
    "WITHHOLD_PART": "permitted in part",
    "DENY": "not permitted",
}
_YES = frozenset({ReasonCode.CONSENT_PERMIT})


def explain(
    decision: Permit | Denial | Admission, store: ConsentStore, request: Request | None = None
) -> tuple[str, ...]:
    """The lines that tell one decision. store: the records that it was made on. request: what was asked, if known."""
    outcome = "PERMIT" if isinstance(decision, Permit) else decision.outcome.value
    lines = [f"Session {decision.session_id}: {_HEADS[outcome]}{_asked(request)}."]
    general = [r for r in decision.reasons if r.person_id is None]
    lines += _reasons(general, store)
    for person in dict.fromkeys(r.person_id for r in decision.reasons if r.person_id is not None):
        lines.append(f"Person {person}:")
        lines += _reasons([r for r in decision.reasons if r.person_id == person], store)
    permit = decision.permit if isinstance(decision, Admission) else decision
    if isinstance(permit, Permit):
        lines += _categories(permit, store)
    if isinstance(decision, Admission):
        lines += _withheld(decision, store)
    return tuple(lines)


def _asked(request: Request | None) -> str:
    if request is None:
        return ""
    use = request.use.value if request.use else "an unknown use"
    recipient = request.recipient.recipient_id if request.recipient else "an unknown recipient"
    return f" for {use} to {recipient}, as of {request.as_of.isoformat()}"


def _reasons(reasons: Iterable[Reason], store: ConsentStore) -> Iterator[str]:
    """Each reason once: the sentence with its code, the record, and what would have to change."""
    for reason in dict.fromkeys(reasons):
        meaning = MEANINGS[reason.code]
        word = "yes" if reason.code in _YES else "no"
        about = "" if reason.detail is None or reason.code in _YES else f" [{reason.detail}]"
        yield f"  {word}: {meaning.says}{about} ({reason.code})"
        if reason.record is not None:
            yield f"      record: {_record(reason.record, reason.person_id, store)}"
        if reason.code not in _YES:
            yield f"      would change with: {meaning.change}"


def _record(ref: RecordRef, person_id: str | None, store: ConsentStore) -> str:
    """The record as a person finds it again: id, version, kind, dates."""
    shown = f"{ref.consent_id} version {ref.version}"
    found = next((r for r in store.records.get(person_id or "", ()) if r.content_hash == ref.content_hash), None)
    if found is not None:
        return f"{shown}, {_dates(found)}"
    native = next((n for n in store.natives.get(person_id or "", ()) if n.content_hash == ref.content_hash), None)
    if isinstance(native, FhirConsent):
        return f"{shown}, FHIR {_dates(native.record)}"
    return shown


def _dates(record: ConsentRecord) -> str:
    parts = [record.record_type.value]
    for word, moment in (
        ("signed", record.signed_on),
        ("until", record.expires_on),
        ("taken back", record.revoked_on),
    ):
        if moment is not None:
            parts.append(f"{word} {moment.text}")
    return ", ".join(parts)


def _categories(permit: Permit, store: ConsentStore) -> Iterator[str]:
    """What each person's yes covers, and which record said no to a category."""
    for person, cell in permit.cells.items():
        if not cell.permitted:
            continue
        yield f"Person {person} allows: {', '.join(sorted(cell.categories)) or 'no sensitive category'}"
        for _, reasons in cell.category_reasons:
            yield from _reasons(reasons, store)


def _withheld(admission: Admission, store: ConsentStore) -> Iterator[str]:
    if admission.withheld:
        yield f"Kept: {len(admission.kept)} of {len(admission.kept) + len(admission.withheld)} segments."
    for segment, reasons in admission.withheld.items():
        yield f"Segment {segment} stays in:"
        yield from _reasons(reasons, store)
