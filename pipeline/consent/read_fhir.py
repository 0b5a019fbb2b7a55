"""FHIR Consent files come in: R4 or R5, one resource, a Bundle or NDJSON, with real Codings.

- A Consent that says exactly what a row can say becomes a record (`fhir_export` wrote such ones); every other stays
  native and votes by its tree. Both ways the person, the id and the version must be there.
- A Consent tied to a person that is not well formed stops that person (STORE_ROW_INVALID). One tied to nobody, and an
  entry that is no resource, stops the batch (STORE_ROW_UNATTRIBUTABLE).
- What only rows can do (supersede, take back everything, be a revocation) is a fault where the rest fits no row.
- An identifier of our system says that `fhir_export` wrote it; then our extension must be whole, or a revocation that
  lost it would pass for an inactive consent.
- Other resources of the file serve to resolve references, and for nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from pipeline.consent.fhir_codes import CONSENT_ID, ELEMENTS
from pipeline.consent.fhir_export import canonical, says_only
from pipeline.consent.fhir_json import Part, take_apart
from pipeline.consent.fhir_native import FhirConsent
from pipeline.consent.fhir_parse import Json, Parsing, is_r5, read_status, read_tree
from pipeline.consent.fhir_refs import References, index, self_contained
from pipeline.consent.fhir_rows import cells_of_resource, extension_cells, permits_of
from pipeline.consent.fhir_tree import Provision
from pipeline.consent.read_consents import ConsentsRead
from pipeline.consent.records import ConsentRecord, PersonStatus, RecordType, RevocationScope
from pipeline.consent.rows import BadRow, record_from_row
from pipeline.errors import Fault

_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_ID = re.compile(r"[!-~]{1,256}")
DISGUISED = "is no Consent by its kind and one by what it holds; write the kind, or take it out"
ROW_ONLY = "is something that only a row of the consent table can say; write this consent as a row"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    zone: tzinfo
    references: References
    statuses: Mapping[str, PersonStatus] = field(repr=False)
    place: str


def read_fhir(
    data: bytes,
    *,
    zone: tzinfo,
    people: Iterable[PersonStatus] = (),
    recipients: Iterable[str] = (),
    place: str = "consents",
) -> ConsentsRead:
    """Read a FHIR file. people: the program's; recipients: the registered ids. Never raises for what bytes hold."""
    file = take_apart(data, place)
    statuses = {status.person_id: status for status in people}
    known = _Known(
        zone=zone,
        references=References(
            found=index((part.url, part.resource) for part in file.parts),
            people=frozenset(statuses),
            recipients=frozenset(recipients),
        ),
        statuses=statuses,
        place=place,
    )
    consents = [part for part in file.parts if part.resource.get("resourceType") == "Consent"]
    read = [_consent(part, known) for part in consents]
    disguised = [
        Fault(place=place, line=part.line, column=f"{part.path}resourceType", what=DISGUISED)
        for part in file.parts
        if part.resource.get("resourceType") != "Consent" and _speaks_of_consent(part.resource)
    ]
    invalid: dict[str, tuple[Fault, ...]] = {}
    for bad in read:
        if isinstance(bad, BadRow) and bad.person_id is not None:
            invalid[bad.person_id] = (*invalid.get(bad.person_id, ()), *bad.faults)
    empty = Fault(place=place, what="holds no Consent; export the consents")
    return ConsentsRead(
        records=tuple(r for r in read if isinstance(r, ConsentRecord)),
        natives=tuple(r for r in read if isinstance(r, FhirConsent)),
        invalid=invalid,
        unattributable=(
            *file.broken,
            *disguised,
            *(f for r in read if isinstance(r, BadRow) and r.person_id is None for f in r.faults),
        ),
        unreadable=(*file.unreadable, *(() if consents or file.unreadable or file.broken else (empty,))),
    )


def _speaks_of_consent(resource: Json) -> bool:
    """Whether a resource of another kind has what only a Consent has: a letter of its kind may have gone astray."""
    parts = resource.get("extension")
    ours = any(isinstance(p, dict) and p.get("url") == ELEMENTS for p in (parts if isinstance(parts, list) else []))
    return ours or bool({"provision", "decision"} & resource.keys())


def _consent(part: Part, known: _Known) -> ConsentRecord | FhirConsent | BadRow:
    """One Consent resource as a record or a voter, or everything that is wrong with it."""
    resource = part.resource
    references = known.references.within(resource)
    parsing = Parsing(zone=known.zone, resolve=references.recipient)
    tree = read_tree(resource, parsing)
    read_status(resource, parsing)
    own = extension_cells(resource, parsing)
    person = references.person(resource.get("subject" if "subject" in resource else "patient"))
    if person is None:
        parsing.fault("patient", "ties the consent to nobody; name one person of this file or of the program")
    if "subject" in resource and "patient" in resource:
        parsing.fault("patient", "stands beside a subject; keep one")
    signer = _signed_by(resource, person, references)
    cells = cells_of_resource(resource, tree, own, parsing, signed_by_person=signer)
    head = {"consent_id": _consent_id(resource, own, parsing), "version": _version(resource, parsing)}
    for column, text in {**head, "person_id": person or ""}.items():
        if text and own.get(column, text) != text:
            parsing.fault(column, "is stated by the resource and by the extension, and not alike; mend one")
    head["person_id"] = person or ""
    if "record_type" in own and not parsing.faults:
        row = record_from_row({**own, **head}, known.place, part.line, zone=known.zone, audited=False)
        if isinstance(row, ConsentRecord) and says_only(row, tree, resource, known.zone):
            return row
    record = record_from_row(_datable({**cells, **head}), known.place, part.line, zone=known.zone, audited=False)
    if not parsing.faults and isinstance(record, ConsentRecord):
        return _native(record, tree, own, resource, parsing, known, part)
    rows = record.faults if isinstance(record, BadRow) else ()
    return BadRow(person_id=person, faults=(*_faults(parsing, known.place, part), *rows))


def _native(
    record: ConsentRecord,
    tree: Provision | None,
    own: Mapping[str, str],
    resource: Json,
    parsing: Parsing,
    known: _Known,
    part: Part,
) -> FhirConsent | BadRow:
    """A voter, unless the resource says what only a row can."""
    wide = record.revocation_scope is RevocationScope.ALL
    for column, wrong in (
        ("supersedes_id", record.supersedes_id is not None),
        ("revocation_scope", wide),
        ("record_type", record.record_type is RecordType.REVOCATION),
        ("record_type", _other_kind(record, tree, own)),
    ):
        if wrong:
            parsing.fault(column, ROW_ONLY)
    if parsing.faults:
        return BadRow(person_id=record.person_id, faults=_faults(parsing, known.place, part))
    return FhirConsent(
        record=record,
        tree=tree,
        active=resource.get("status") == "active",
        dated=parsing.stamp(resource, "date" if is_r5(resource) else "dateTime"),
        ours="record_type" in own,
        source=canonical(self_contained(resource, known.references.within(resource), record.person_id)),
        zone=known.zone,
        status=known.statuses.get(record.person_id),
    )


def _other_kind(record: ConsentRecord, tree: Provision | None, own: Mapping[str, str]) -> bool:
    """Whether what calls itself a refusal is none: it permits something, or it was changed after we wrote it."""
    return record.record_type is RecordType.REFUSAL and ("record_type" in own or any(permits_of(tree)))


def _faults(parsing: Parsing, place: str, part: Part) -> tuple[Fault, ...]:
    return tuple(Fault(place=place, line=part.line, column=f"{part.path}{at}", what=w) for at, w in parsing.faults)


def _datable(cells: Mapping[str, str]) -> dict[str, str]:
    """A FHIR date of a month or a year alone dates no signature."""
    partial = len(cells.get("signed_on", "")) in (4, 7)
    return {column: text for column, text in cells.items() if not (partial and column == "signed_on")}


def _consent_id(resource: Json, own: Mapping[str, str], parsing: Parsing) -> str:
    """The identifier of our system, else the id of the resource; without one a later revocation finds nothing."""
    several = [parsing.item(value, at) or {} for at, value in parsing.items(resource, "identifier", "") or ()]
    ours = [parsing.text(i, "value", "identifier.") or "" for i in several if i.get("system") == CONSENT_ID]
    values = set(ours) or {parsing.text(resource, "id") or ""}
    value = next(iter(values))
    if ours and "record_type" not in own:
        parsing.fault("extension", "lacks the record_type that goes with our identifier; export the consent again")
    if len(values) == 1 and _ID.fullmatch(value):
        return value
    parsing.fault("id", "is missing or not one; without it a revocation cannot be tied to the consent")
    return ""


def _version(resource: Json, parsing: Parsing) -> str:
    meta = resource.get("meta")
    value = meta.get("versionId", "1") if isinstance(meta, dict) else "1" if meta is None else None
    if isinstance(value, str) and _VERSION.fullmatch(value):
        return value
    parsing.fault("meta.versionId", "is no whole number from 1; number the versions")
    return ""


def _signed_by(resource: Json, person: str | None, references: References) -> bool:
    """Whether the person is named as who agreed (R4 performer, R5 grantor), alone."""
    agreed = resource.get("performer", resource.get("grantor"))
    several = agreed if isinstance(agreed, list) else []
    return person is not None and len(several) == 1 and references.person(several[0]) == person
