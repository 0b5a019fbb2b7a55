"""FHIR files: real Codings, references inside the file alone, bundles and NDJSON, native votes, and rows out and in."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from fhir.resources.bundle import Bundle as BundleR5
from fhir.resources.consent import Consent as ConsentR5
from fhir.resources.R4B.bundle import Bundle as BundleR4
from fhir.resources.R4B.consent import Consent as ConsentR4

from pipeline.consent import fhir_codes as codes
from pipeline.consent.fhir_export import to_bundle, to_fhir, to_rows
from pipeline.consent.fhir_native import FhirConsent
from pipeline.consent.read_consents import ConsentsRead
from pipeline.consent.read_fhir import read_fhir
from pipeline.consent.records import Atom, ConsentRecord, LegalStatus, NoteClass, PersonStatus, Use, Vote
from pipeline.consent.rows import record_from_row
from pipeline.errors import ConsentError
from pipeline.labels import Category

DATA = Path(__file__).parents[1] / "data" / "consent"
ZONE = ZoneInfo("America/New_York")
ADULT = PersonStatus(person_id="P-1", birth_date=date(1980, 5, 5), legal_status=LegalStatus.ADULT)
ELEMENTS = {
    "may_disclose": "Harbor Peer Program",
    "info_description": "sessions",
    "st_revocation_right": "yes",
    "signature_evidence": "scan:1",
    "signer_roles": "self",
}


def coding(system: str, code: str) -> dict[str, Any]:
    return {"system": system, "code": code}


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [coding(system, code)]}


def extension(**cells: str) -> list[dict[str, Any]]:
    return [{"url": codes.ELEMENTS, "extension": [{"url": k, "valueString": v} for k, v in cells.items()]}]


ACTOR = {
    "role": concept(codes.PARTICIPATION, "IRCP"),
    "reference": {"identifier": {"system": codes.RECIPIENT, "value": "univ-a"}},
}


def consent(**changed: Any) -> dict[str, Any]:
    """A FHIR R4 Consent for research by univ-a, everything but legal matters; a change to None leaves out."""
    body: dict[str, Any] = {
        "resourceType": "Consent",
        "id": "c1",
        "meta": {"versionId": "1"},
        "extension": extension(**ELEMENTS),
        "status": "active",
        "scope": concept(codes.CONSENT_SCOPE, "patient-privacy"),
        "category": [concept("http://loinc.org", "59284-0")],
        "patient": {"reference": "Patient/p1"},
        "dateTime": "2026-01-10",
        "policy": [{"uri": "urn:x"}],
        "provision": {
            "type": "permit",
            "period": {"end": "2026-12-31"},
            "purpose": [coding(codes.ACT_REASON, "HRESCH")],
            "actor": [ACTOR],
            "provision": [{"type": "deny", "securityLabel": [coding(codes.LOCAL_LABEL, "LEGAL")]}],
        },
        **changed,
    }
    return {key: value for key, value in body.items() if value is not None}


PATIENT = {"resourceType": "Patient", "id": "p1", "identifier": [{"system": codes.PERSON, "value": "P-1"}]}


def bundle(*resources: dict[str, Any], **more: Any) -> bytes:
    entries = [{"resource": r} for r in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries, **more}).encode()


def read(*resources: dict[str, Any], **known: Any) -> ConsentsRead:
    return read_fhir(bundle(PATIENT, *resources), zone=ZONE, people=[ADULT], **known)


def atom(category: Category | None = None, **changed: Any) -> Atom:
    return Atom(
        **{
            "person_id": "P-1",
            "use": Use.RESEARCH,
            "recipient_id": "univ-a",
            "recipient_classes": ("research_partner",),
            "as_of": datetime(2026, 6, 1, 12, tzinfo=UTC),
            "session_date": date(2026, 3, 1),
            "note_class": NoteClass.TRANSCRIPT,
            "category": category,
            **changed,
        }
    )


def native(*resources: dict[str, Any], **known: Any) -> FhirConsent:
    found = read(*resources, **known)
    assert not found.faults, found.faults
    (voter,) = found.natives
    assert isinstance(voter, FhirConsent)
    return voter


def vote(resource: dict[str, Any], category: Category | None = None, **changed: Any) -> Vote:
    return native(resource).votes(atom(category, **changed))


def test_a_complete_consent_votes_by_its_tree() -> None:
    found = native(consent())
    assert (found.consent_id, found.version, found.person_id) == ("c1", 1, "P-1")
    assert found.votes(atom()) is Vote.PERMIT
    assert found.votes(atom(Category.TRAUMA)) is Vote.PERMIT
    assert found.votes(atom(Category.LEGAL)) is Vote.DENY
    assert found.votes(atom(use=Use.GROUP)) is Vote.NONE
    assert found.votes(atom(recipient_id="univ-b")) is Vote.NONE
    assert found.votes(atom(as_of=datetime(2027, 1, 1, 12, tzinfo=UTC))) is Vote.NONE
    assert found.votes(atom(note_class=NoteClass.PSYCHOTHERAPY_NOTE)) is Vote.NONE
    assert "Harbor" not in repr(found)


def test_the_last_day_ends_in_program_time() -> None:
    late = datetime(2027, 1, 1, 4, 59, tzinfo=UTC)  # 31 December, a minute to midnight, in New York
    assert vote(consent(), as_of=late) is Vote.PERMIT
    assert vote(consent(), as_of=late.replace(hour=5)) is Vote.NONE


def test_without_a_data_period_the_data_begin_with_the_signature() -> None:
    assert vote(consent(), session_date=date(2026, 1, 10)) is Vote.PERMIT
    assert vote(consent(), session_date=date(2026, 1, 9)) is Vote.NONE
    provision = {**consent()["provision"], "dataPeriod": {"start": "2025-01-01"}}
    assert vote(consent(provision=provision), session_date=date(2025, 6, 1)) is Vote.PERMIT


@pytest.mark.parametrize("missing", ["may_disclose", "info_description", "st_revocation_right", "signature_evidence"])
def test_what_2_31_asks_for_comes_from_our_extension_or_there_is_no_vote(missing: str) -> None:
    cells = {column: text for column, text in ELEMENTS.items() if column != missing}
    body = consent(extension=extension(**cells))
    assert vote(body) is Vote.NONE
    assert vote(body, Category.LEGAL) is Vote.DENY  # the person's no is not lost with the form
    assert f"REC_ELEMENTS_MISSING:{missing}" in native(body).reasons(atom())


@pytest.mark.parametrize("element", ["purpose", "actor", "period"])
def test_purposes_recipients_and_expiry_come_from_the_tree(element: str) -> None:
    provision = {key: value for key, value in consent()["provision"].items() if key != element}
    assert vote(consent(provision=provision)) is Vote.NONE


def test_a_no_outlives_the_end_of_the_consent() -> None:
    """The passing of an expiry never lets out what the person kept in."""
    assert vote(consent(), Category.LEGAL, as_of=datetime(2028, 1, 1, tzinfo=UTC)) is Vote.DENY
    assert vote(consent(), as_of=datetime(2028, 1, 1, tzinfo=UTC)) is Vote.NONE
    ours = consent(extension=extension(**ELEMENTS, record_type="consent"))
    assert vote(ours, Category.LEGAL, as_of=datetime(2028, 1, 1, tzinfo=UTC)) is Vote.DENY


def test_r5_is_read_as_r5() -> None:
    body = {
        "resourceType": "Consent",
        "id": "c1",
        "extension": extension(**ELEMENTS),
        "status": "active",
        "subject": {"reference": "Patient/p1"},
        "date": "2026-01-10",
        "period": {"end": "2026-12-31"},
        "decision": "deny",
        "provision": [
            {
                "purpose": [coding(codes.ACT_REASON, "HRESCH")],
                "actor": [{"reference": ACTOR["reference"]}],
                "provision": [{"securityLabel": [concept(codes.ACT_CODE, "SUD")]}],
            }
        ],
    }
    assert vote(body) is Vote.PERMIT
    assert vote(body, Category.SUBSTANCE) is Vote.DENY
    assert vote(body, use=Use.GROUP) is Vote.DENY  # an R5 deny is a deny of all but its exceptions


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("purpose", [{"code": "HRESCH"}]),
        ("purpose", [coding("urn:other", "HRESCH")]),
        ("purpose", [{"coding": [coding(codes.ACT_REASON, "HRESCH"), coding(codes.ACT_REASON, "TREAT")]}]),
        ("actor", [{**ACTOR, "role": concept(codes.PARTICIPATION, "CST")}]),
        ("actor", [{**ACTOR, "modifierExtension": [{"url": "urn:x"}]}]),
        ("actor", [{"role": ACTOR["role"], "reference": {"reference": "https://example.org/Organization/univ-a"}}]),
        ("actor", [{"role": ACTOR["role"], "reference": {"display": "A university"}}]),
        ("class", [coding("urn:ietf:bcp:13", "application/pdf")]),
        ("data", [{"meaning": "instance", "reference": {"reference": "Observation/1"}}]),
        ("extension", [{"url": "urn:other", "valueBoolean": True}]),
        ("_type", {"extension": [{"url": "urn:other"}]}),
    ],
)
def test_what_is_not_understood_permits_nothing_and_refuses(name: str, value: Any) -> None:
    permit = {**consent()["provision"], name: value}
    assert vote(consent(provision=permit)) is Vote.NONE
    refusal = {"type": "deny", "purpose": [coding(codes.ACT_REASON, "HRESCH")], name: value}
    assert vote(consent(provision=refusal)) is Vote.DENY


def organization(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Organization", "id": "o1", **more}


@pytest.mark.parametrize(
    ("reference", "others", "recipients", "expected"),
    [
        (
            "Organization/o1",
            [organization(identifier=[{"system": codes.RECIPIENT, "value": "univ-a"}])],
            [],
            Vote.PERMIT,
        ),
        ("Organization/o1", [organization(identifier=[{"system": "urn:npi", "value": "univ-a"}])], [], Vote.NONE),
        ("Organization/o1", [], [], Vote.NONE),
        ("Organization/univ-a", [], ["univ-a"], Vote.PERMIT),
        ("Organization/univ-a", [organization(id="univ-a")], ["univ-a"], Vote.PERMIT),
        ("Organization/univ-b", [], ["univ-a", "univ-b"], Vote.NONE),
        ("https://example.org/Organization/univ-a", [], ["univ-a"], Vote.NONE),
    ],
)
def test_recipients_are_resolved_in_the_file_alone(
    reference: str, others: list[dict[str, Any]], recipients: list[str], expected: Vote
) -> None:
    actor = [{"role": ACTOR["role"], "reference": {"reference": reference}}]
    body = consent(provision={**consent()["provision"], "actor": actor})
    assert native(*others, body, recipients=recipients).votes(atom()) is expected


def test_contained_resources_are_of_their_consent_alone() -> None:
    inside = organization(identifier=[{"system": codes.RECIPIENT, "value": "univ-a"}])
    actor = [{"role": ACTOR["role"], "reference": {"reference": "#o1"}}]
    provision = {**consent()["provision"], "actor": actor}
    assert vote(consent(provision=provision, contained=[inside])) is Vote.PERMIT
    found = read(consent(provision=provision), consent(id="c2", provision=provision, contained=[inside]))
    assert [n.votes(atom()) for n in found.natives] == [Vote.NONE, Vote.PERMIT]


@pytest.mark.parametrize(
    "patient",
    [
        None,
        {"display": "Ana"},
        {"reference": "Patient/p2"},
        {"reference": "Organization/o1"},
        {"reference": "https://example.org/Patient/p1"},
        {"reference": "Patient/p1", "identifier": {"system": codes.PERSON, "value": "P-2"}},
        {"identifier": {"system": "urn:mrn", "value": "P-1"}},
    ],
)
def test_a_consent_of_nobody_stops_the_batch(patient: Any) -> None:
    """It may be anybody's refusal."""
    found = read(organization(), consent(patient=patient))
    assert found.unattributable
    assert not found.natives
    assert "Ana" not in str(found.faults)


@pytest.mark.parametrize(
    "patient", [{"reference": "Patient/P-1"}, {"identifier": {"system": codes.PERSON, "value": "P-1"}}]
)
def test_a_single_consent_may_name_a_person_of_the_program(patient: dict[str, Any]) -> None:
    data = json.dumps(consent(patient=patient)).encode()
    assert [n.person_id for n in read_fhir(data, zone=ZONE, people=[ADULT]).natives] == ["P-1"]


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"meta": {"versionId": "x"}},
        {"status": None, "dateTime": 5},
        {"status": []},
        {"provision": []},
        {"provision": {"type": "permit", "period": {"end": "31.12.2026"}}},
        {"extension": extension(may_disclose="a", colour="b")},
        {"extension": extension(signed_on="2026-01-11")},
        {"extension": extension(person_id="P-2")},
        {"extension": extension(expires_on="soon")},
        {"extension": extension(**ELEMENTS, supersedes_id="c0")},
        {"extension": extension(**ELEMENTS, revoked_on="2026-02-01", revocation_scope="all")},
        {"extension": extension(**ELEMENTS, record_type="revocation")},
        {"extension": extension(**ELEMENTS, record_type="refusal")},
        {"subject": {"reference": "Patient/p1"}},
    ],
)
def test_a_bad_consent_stops_its_person_alone(changed: dict[str, Any]) -> None:
    found = read(consent(**changed), consent(id="c9", patient={"identifier": {"system": codes.PERSON, "value": "P-9"}}))
    assert list(found.invalid) == ["P-1"]
    assert [n.person_id for n in found.natives] == ["P-9"]
    assert not found.unattributable


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no JSON"),
        (b"[1, 2]", "no FHIR resource"),
        (b'{"resourceType": "Bundle", "entry": {}}', "no list of entries"),
        (b'{"resourceType": "Patient", "id": "p1"}', "holds no Consent"),
        (b'{"resourceType": "Consent", "status": "active", "status": "inactive"}', "no JSON"),
        (b'{"resourceType": "Consent", "x": NaN}', "no JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[" * 100_000, "no JSON"),
        (b'{"resourceType": "Consent", "x": ' + b"[" * 400 + b"]" * 400 + b"}", "no JSON"),
        (bundle(consent(), link=[{"relation": "next", "url": "x"}]), "one page of several"),
        (bundle(consent(), type="searchset", total=2), "fewer entries"),
        (bundle(consent(), entry=[{"request": {"method": "DELETE", "url": "Consent/c1"}}]), "one that deletes"),
        (bundle(consent(), entry=[{}]), "without a resource"),
    ],
)
def test_a_file_that_may_hide_a_revocation_stops_the_batch(data: bytes, says: str) -> None:
    found = read_fhir(data, zone=ZONE)
    assert found.unreadable or found.unattributable
    assert any(says in f.what for f in found.faults)


def test_ndjson_and_bundles_inside_it_are_read_and_a_broken_line_is_nobodys() -> None:
    lines = [
        json.dumps(PATIENT),
        json.dumps(consent()),
        "",
        bundle(consent(id="c2")).decode(),
        '{"resourceType": "Cons',
    ]
    found = read_fhir("\n".join(lines).encode(), zone=ZONE)
    assert [n.consent_id for n in found.natives] == ["c1", "c2"]
    assert [(f.line, f.what) for f in found.unattributable] == [(5, "is no JSON; export it again")]


def row(**changed: str) -> ConsentRecord:
    cells = {
        **ELEMENTS,
        "consent_id": "C-1",
        "version": "2",
        "record_type": "consent",
        "status": "active",
        "person_id": "P-1",
        "purposes": "research",
        "recipients": "univ-a",
        "signed_on": "2026-01-10",
        "expires_on": "2026-12-31",
        "cat_trauma": "yes",
        "cat_legal": "no",
        **changed,
    }
    read = record_from_row(cells, "row", None, zone=ZONE, audited=False)
    assert isinstance(read, ConsentRecord), read
    return read


ROWS = [
    row(),
    row(record_type="refusal", purposes="all", status="draft"),
    row(record_type="revocation", revocation_scope="all", revoked_on="2026-05-01"),
    row(status="entered_in_error"),
    row(signed_on="2026-01-10T09:30", effective_on="2026-02-01", supersedes_id="C-0"),
    row(expires_on="", expiry_event="the study ends", expiry_event_state="not_occurred"),
    row(note_classes="psychotherapy_note", unsupported_constraints="only on Mondays"),
    row(data_from="2025-01-01", data_to="2026-01-01", known_false="yes"),
    row(signed_on="", expires_on="", purposes="", recipients=""),
    row(expires_on="2025-01-01", data_to="2025-06-01"),
]


@pytest.mark.parametrize(("release", "resource"), [("R4", ConsentR4), ("R5", ConsentR5)])
def test_rows_go_to_valid_fhir_and_come_back_unchanged(release: str, resource: type[ConsentR4 | ConsentR5]) -> None:
    data = to_bundle(ROWS, release=release)
    (BundleR4 if release == "R4" else BundleR5).model_validate_json(data)
    for record in ROWS:
        resource.model_validate(to_fhir(record, release))
    found = read_fhir(data, zone=ZONE)
    assert not found.faults
    assert found.records == tuple(ROWS)
    assert not found.natives


def test_what_no_longer_counts_goes_out_inactive() -> None:
    for ended in (row(revoked_on="2026-05-01"), row(known_false="yes"), row(record_type="revocation")):
        assert to_fhir(ended)["status"] == "inactive"
    assert to_fhir(row(record_type="refusal", revoked_on="2026-05-01"))["status"] == "active"
    with pytest.raises(ValueError, match="R4 and R5"):
        to_fhir(row(), "R3")


def test_a_changed_export_is_no_row_any_more() -> None:
    """Somebody else set the status, or added an exception: the tree decides, and rows refuse it."""
    resource = to_fhir(row())
    found = read({**resource, "status": "inactive"})
    assert not found.records
    assert found.natives[0].votes(atom()) is Vote.NONE
    provision = {
        **resource["provision"],
        "provision": [{"type": "deny", "purpose": [coding(codes.ACT_REASON, "DSRCH")]}],
    }
    found = read({**resource, "provision": provision})
    assert found.natives[0].votes(atom()) is Vote.DENY
    with pytest.raises(ConsentError) as raised:
        to_rows(found.records, [n for n in found.natives if isinstance(n, FhirConsent)])
    assert raised.value.faults[0].column == "C-1"


def test_natives_are_exported_with_our_codes_and_say_the_same_alone() -> None:
    university = organization(identifier=[{"system": codes.RECIPIENT, "value": "univ-a"}], name="A university")
    known = {"role": ACTOR["role"], "reference": {"reference": "Organization/o1", "display": "A university"}}
    provision = {**consent()["provision"], "actor": [known]}
    data = to_bundle([], [native(university, consent(provision=provision))])
    assert json.loads(data)["entry"][0]["resource"] == consent(
        patient={"identifier": {"system": codes.PERSON, "value": "P-1"}},
        provision={**provision, "actor": [ACTOR]},
    )
    (again,) = read_fhir(data, zone=ZONE, people=[ADULT]).natives
    assert again.votes(atom()) is Vote.PERMIT
    (third,) = read_fhir(to_bundle([], [cast("FhirConsent", again)]), zone=ZONE, people=[ADULT]).natives
    assert third.content_hash == again.content_hash


@pytest.mark.parametrize(
    ("name", "denied"), [("r4-bundle.json", Category.SUBSTANCE), ("r5.ndjson", Category.SEXUAL_HEALTH_HIV)]
)
def test_the_example_files_are_valid_and_vote(name: str, denied: Category) -> None:
    data = (DATA / name).read_bytes()
    found = read_fhir(data, zone=ZONE, people=[ADULT])
    assert not found.faults
    (voter,) = found.natives
    assert voter.votes(atom()) is Vote.PERMIT
    assert voter.votes(atom(denied)) is Vote.DENY
    assert voter.votes(atom(Category.LEGAL)) is Vote.PERMIT
    if name.endswith(".json"):
        BundleR4.model_validate_json(data)
    else:
        ConsentR5.model_validate_json(data.splitlines()[2])
