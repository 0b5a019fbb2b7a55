"""Records as FHIR Consent resources, and back: what a row says, a tree says too.

- A consent is a root permit with the row's conditions; a category with `no` is a nested deny of its labels, a blank one
  the same with our mark `urn:storykeeper:consent:blank` (no vote, where others read a deny).
- A refusal is a root deny. A revocation is an inactive Consent without provisions: FHIR has no such thing, and a deny
  would go on against what is signed later. What was taken back, found false or has ended goes out inactive.
- Note classes and conditions in words have no element: a modifier extension tells others not to use such a permit.
- Every cell stands in our extension too, so that the row comes back unchanged.
- R4 says what a row says. R5 says more no: there a permit with conditions is an exception to a whole deny, and a
  refusal is that deny whatever its conditions. Both come back as the same row.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, date, timedelta, tzinfo
from typing import Any

from pipeline.consent import fhir_codes as codes
from pipeline.consent.fhir_native import FhirConsent
from pipeline.consent.fhir_parse import Json, Parsing, is_r5, read_tree
from pipeline.consent.fhir_refs import References
from pipeline.consent.fhir_rows import cells_of
from pipeline.consent.fhir_tree import Provision
from pipeline.consent.moments import Moment
from pipeline.consent.records import ALL, ConsentRecord, EventState, RecordStatus, RecordType
from pipeline.errors import ConsentError, Fault
from pipeline.labels import Category

Out = dict[str, Any]
RELEASES = ("R4", "R5")
MODIFIER = "urn:storykeeper:consent:condition"
PART_2 = "https://www.ecfr.gov/current/title-42/chapter-I/subchapter-A/part-2"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, codes.CONSENT_ID)
_STATUS = {
    RecordStatus.ACTIVE: "active",
    RecordStatus.DRAFT: "draft",
    RecordStatus.PROPOSED: "proposed",
    RecordStatus.INACTIVE: "inactive",
    RecordStatus.ENTERED_IN_ERROR: "entered-in-error",
}
# the labels that concern one category and no other
_LABELS = {c: sorted(k for k, of in codes.CATEGORIES_DENIED.items() if of == frozenset({c})) for c in Category}


def to_fhir(record: ConsentRecord, release: str = "R4") -> Out:
    """The FHIR Consent of one record. release: R4 or R5 (ValueError for another)."""
    if release not in RELEASES:
        raise ValueError("releases are R4 and R5")
    cells = {column: text for column, text in cells_of(record).items() if text}
    parts = [{"url": column, "valueString": text} for column, text in cells.items()]
    common: Out = {
        "resourceType": "Consent",
        "meta": {"versionId": str(record.version)},
        "extension": [{"url": codes.ELEMENTS, "extension": parts}],
        "identifier": [{"system": codes.CONSENT_ID, "value": record.consent_id}],
        "status": _status(record, release),
        "category": [_concept("http://loinc.org", "59284-0")],  # LOINC: consent document
    }
    return common | (_r4(record) if release == "R4" else _r5(record))


def _r4(record: ConsentRecord) -> Out:
    body: Out = {
        "scope": _concept(codes.CONSENT_SCOPE, "patient-privacy"),
        "patient": {"identifier": {"system": codes.PERSON, "value": record.person_id}},
        "policy": [{"uri": PART_2}],
    }
    if record.signed_on is not None:
        body["dateTime"] = _time(record.signed_on)
    if record.record_type is RecordType.CONSENT:
        body["provision"] = {"type": "permit", **_permit(record, typed=True)}
    elif record.record_type is RecordType.REFUSAL:
        body["provision"] = _refusal(record)
    return body


def _r5(record: ConsentRecord) -> Out:
    body: Out = {"subject": {"identifier": {"system": codes.PERSON, "value": record.person_id}}}
    body["policyBasis"] = {"url": PART_2}
    if record.signed_on is not None:
        body["date"] = record.signed_on.day.isoformat()
    if record.record_type is not RecordType.REVOCATION:
        body["decision"] = "deny"
    if record.record_type is RecordType.CONSENT:
        body["provision"] = [_permit(record, typed=False)]
    return body


def _status(record: ConsentRecord, release: str) -> str:
    """The status of the resource. A refusal counts whatever became of its form; a revocation is never a vote."""
    if record.status is RecordStatus.ENTERED_IN_ERROR:
        return "entered-in-error"
    if record.record_type is RecordType.REFUSAL:
        return "active"
    ended = record.revoked_on is not None or record.known_false or record.expiry_event_state is EventState.OCCURRED
    if ended or record.record_type is RecordType.REVOCATION:
        return "inactive"
    status = _STATUS[record.status]
    return "draft" if release == "R5" and status == "proposed" else status


def to_bundle(records: Iterable[ConsentRecord], natives: Iterable[FhirConsent] = (), *, release: str = "R4") -> bytes:
    """A collection Bundle (JSON, UTF-8) of records and of native consents, each with our codes of its people."""
    entries = []
    for n, record in enumerate(records):
        name = uuid.uuid5(_NAMESPACE, f"{record.consent_id}|{record.version}|{record.content_hash}|{n}")
        entries.append({"fullUrl": f"urn:uuid:{name}", "resource": to_fhir(record, release)})
    entries += [{"resource": json.loads(native.source)} for native in natives]
    bundle: Out = {"resourceType": "Bundle", "type": "collection"}
    if entries:
        bundle["entry"] = entries
    return canonical(bundle).encode()


def canonical(resource: object) -> str:
    """JSON with sorted names and without blanks, so that one content has one digest."""
    return json.dumps(resource, sort_keys=True, separators=(",", ":"))


def says_only(record: ConsentRecord, tree: Provision | None, resource: Json, zone: tzinfo) -> bool:
    """Whether a resource, whose tree this is, says exactly what the record's row says, no more and no less."""
    written = to_fhir(record, "R5" if is_r5(resource) else "R4")
    parsing = Parsing(zone=zone, resolve=References().recipient)
    return read_tree(written, parsing) == tree and written["status"] == resource.get("status") and not parsing.faults


def to_rows(records: Sequence[ConsentRecord], natives: Sequence[FhirConsent]) -> tuple[ConsentRecord, ...]:
    """The records as rows. Raises ConsentError with every consent that says what rows cannot say."""
    faults = [
        Fault(place="consents", column=native.consent_id, what="says what no row can; keep it as FHIR")
        for native in natives
    ]
    if faults:
        raise ConsentError("some FHIR consents do not fit the consent table; export them as FHIR", faults)
    return tuple(records)


def _permit(record: ConsentRecord, *, typed: bool) -> Out:
    rule: Out = {"action": [_concept(codes.CONSENT_ACTION, a) for a in ("access", "use", "disclose")]}
    start, end = _start(record), record.expires_on
    expired_before = start is not None and end is not None and end.end < start.start
    rule |= _period(None if expired_before else start, end)
    rule |= _purposes(record) | _actors(record)
    first = record.data_from or (record.signed_on.day if record.signed_on else None)
    empty = first is not None and record.data_to is not None and record.data_to < first
    rule |= _days(None if empty else first, record.data_to)
    if record.note_classes or record.unsupported_constraints or empty:
        rule["modifierExtension"] = [{"url": MODIFIER, "valueBoolean": True}]
    marks = dict(record.categories)
    nested = [_category(c, blank=c not in marks, typed=typed) for c in Category if not marks.get(c)]
    return rule | ({"provision": nested} if nested else {})


def _refusal(record: ConsentRecord) -> Out:
    rule: Out = {"type": "deny"} | _period(_start(record), None) | _purposes(record) | _actors(record)
    rule |= _days(record.data_from, record.data_to)
    labels = [label for c, mark in record.categories if not mark for label in _LABELS[c]]
    return rule | ({"securityLabel": [_label(label) for label in labels]} if labels else {})


def _category(category: Category, *, blank: bool, typed: bool) -> Out:
    rule: Out = {"type": "deny"} if typed else {}
    rule["securityLabel"] = [_label(label) for label in _LABELS[category]]
    return rule | ({"extension": [{"url": codes.BLANK, "valueBoolean": True}]} if blank else {})


def _label(label: str) -> Out:
    return {"system": codes.LOCAL_LABEL if label in codes.LOCAL_LABELS else codes.ACT_CODE, "code": label}


def _concept(system: str, code: str) -> Out:
    return {"coding": [{"system": system, "code": code}]}


def _purposes(record: ConsentRecord) -> Out:
    if not record.purposes or ALL in record.purposes:
        return {}
    return {"purpose": [{"system": codes.ACT_REASON, "code": codes.PURPOSE_OF_USE[use]} for use in record.purposes]}


def _actors(record: ConsentRecord) -> Out:
    if not record.recipients or ALL in record.recipients:
        return {}
    role = _concept(codes.PARTICIPATION, "IRCP")
    who = [{"identifier": {"system": codes.RECIPIENT, "value": recipient}} for recipient in record.recipients]
    return {"actor": [{"role": role, "reference": reference} for reference in who]}


def _start(record: ConsentRecord) -> Moment | None:
    known = [m for m in (record.signed_on, record.effective_on) if m is not None]
    return max(known, key=lambda m: m.start, default=None)


def _period(start: Moment | None, end: Moment | None) -> Out:
    period = ({"start": _time(start)} if start else {}) | ({"end": _time(end)} if end else {})
    return {"period": period} if period else {}


def _days(first: date | None, last: date | None) -> Out:
    period = ({"start": first.isoformat()} if first else {}) | ({"end": last.isoformat()} if last else {})
    return {"dataPeriod": period} if period else {}


def _time(moment: Moment) -> str:
    """As FHIR writes it: a date as it stands, a time with seconds and in UTC."""
    if moment.end - moment.start >= timedelta(hours=1):
        return moment.text
    return moment.start.astimezone(UTC).isoformat().replace("+00:00", "Z")
