"""Rows of text, read strictly: what becomes a record, what is a bad row of a person, what belongs to nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.consent.moments import instant, parse_day, parse_moment
from pipeline.consent.records import ConsentRecord, PersonStatus, RecordType, RevocationScope, SignerRole
from pipeline.consent.rows import AUDIT_COLUMNS, COLUMNS, BadRow, record_from_row, status_from_row
from pipeline.labels import Category

CHICAGO = ZoneInfo("America/Chicago")
ROW = {
    "consent_id": "C1",
    "version": "2",
    "record_type": "consent",
    "status": "active",
    "person_id": "P1",
    "purposes": "group; research",
    "recipients": "UNIV-A;class:program",
    "cat_substance": "yes",
    "cat_legal": "no",
    "signed_on": "2026-01-10",
    "signer_roles": "self",
    "recorded_by": "front desk",
    "recorded_at": "2026-01-10T09:00:00-06:00",
}


def read(**changes: str | None) -> ConsentRecord | BadRow:
    return record_from_row({**ROW, **changes}, "consents.csv", 7, zone=CHICAGO)


def faults(**changes: str | None) -> list[tuple[int | None, str | None]]:
    bad = read(**changes)
    assert isinstance(bad, BadRow)
    return [(f.line, f.column) for f in bad.faults]


def test_a_row_becomes_a_record_with_its_types() -> None:
    record = read()

    assert isinstance(record, ConsentRecord)
    assert (record.consent_id, record.version, record.record_type) == ("C1", 2, RecordType.CONSENT)
    assert record.purposes == ("group", "research")
    assert record.recipients == ("UNIV-A", "class:program")
    assert record.categories == ((Category.SUBSTANCE, True), (Category.LEGAL, False))
    assert record.signer_roles == (SignerRole.SELF,)
    assert record.signed_on is not None
    assert record.signed_on.start == datetime(2026, 1, 10, 6, tzinfo=UTC)
    assert record.signed_on.end == datetime(2026, 1, 11, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("version", "0"),
        ("version", "1.0"),
        ("version", "-1"),
        ("version", "two"),
        ("version", None),
        ("consent_id", " "),
        ("record_type", "permission"),
        ("record_type", None),
        ("status", "Active"),
        ("status", None),
        ("purposes", "marketing"),
        ("purposes", "all"),
        ("purposes", ";"),
        ("recipients", "class:university"),
        ("note_classes", "voicemail"),
        ("note_classes", ";"),
        ("cat_trauma", "Yes"),
        ("cat_trauma", "x"),
        ("data_from", "2026-01-10T09:00:00"),
        ("data_to", "2026-13-01"),
        ("signed_on", "03/04/2026"),
        ("effective_on", "2026-1-5"),
        ("expires_on", "2026-02-30"),
        ("expires_on", "never"),
        ("expiry_event_state", "maybe"),
        ("revoked_on", "20260101"),
        ("revocation_scope", "everything"),
        ("revocation_scope", "all"),
        ("signer_roles", "mother"),
        ("st_revocation_right", "true"),
        ("known_false", "1"),
        ("recorded_by", None),
        ("recorded_at", ""),
        ("recorded_at", "yesterday"),
        ("notes", "anything"),
    ],
)
def test_a_value_that_is_not_in_the_table_is_a_fault_with_its_line_and_column(column: str, value: str | None) -> None:
    assert (7, column) in faults(**{column: value})
    bad = read(**{column: value})
    assert isinstance(bad, BadRow)
    assert bad.person_id == "P1"
    assert value is None or len(value) < 5 or not any(value in fault.what for fault in bad.faults)


@pytest.mark.parametrize("person", [None, "", "  ", "P 1", "P1\u200b", "Zoë"])
def test_a_row_without_a_program_code_belongs_to_nobody(person: str | None) -> None:
    bad = read(person_id=person)

    assert isinstance(bad, BadRow)
    assert bad.person_id is None


def test_all_faults_of_a_row_come_together() -> None:
    columns = [column for _, column in faults(version="x", status="x", signed_on="x", cat_legal="x", extra="x")]

    assert set(columns) == {"version", "status", "signed_on", "cat_legal", "extra"}


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("consent_id", None, "is blank; fill it in"),
        ("person_id", None, "ties the row to nobody; write the program code of the person it is about"),
        ("extra", "x", "is not a column of the consent table; remove or rename it"),
        ("version", "x", "holds an unknown value; use a whole number from 1"),
        ("record_type", "x", "holds an unknown value; use `consent`, `refusal`, `revocation`"),
        ("purposes", "x", "holds an unknown value; use `group`, `research`"),
        (
            "signer_roles",
            "x",
            "holds an unknown value; use `self`, `parent_or_guardian`, `personal_representative`",
        ),
        (
            "recipients",
            "class:x",
            "holds an unknown value; use registered ids or class:program, ",
        ),
        ("known_false", "x", "holds an unknown value; use yes or no"),
        ("signed_on", "x", "holds an unknown value; use 2026-01-31 or 2026-01-31T09:30:00Z"),
        ("data_from", "x", "holds an unknown value; use a date such as 2026-01-31"),
        ("data_to", "x", "holds an unknown value; use a date such as 2026-01-31"),
        ("revocation_scope", "record", "says what was revoked but not when; fill in revoked_on"),
    ],
)
def test_a_fault_says_what_happened_and_what_to_do(column: str, value: str | None, what: str) -> None:
    bad = read(**{column: value})

    assert isinstance(bad, BadRow)
    assert [(f.place, f.column) for f in bad.faults] == [("consents.csv", column)]
    assert bad.faults[0].what.startswith(what)


def test_a_window_that_ends_before_it_begins_is_a_fault() -> None:
    assert faults(data_from="2026-02-01", data_to="2026-01-31") == [(7, "data_to")]
    bad = read(data_from="2026-02-01", data_to="2026-01-31")
    assert isinstance(bad, BadRow)
    assert bad.faults[0].what == "lies before data_from; mend the window"
    assert isinstance(read(data_from="2026-02-01", data_to="2026-02-01"), ConsentRecord)


def test_a_refusal_may_be_bare_and_may_say_all() -> None:
    refusal = read(record_type="refusal", purposes="all", recipients=None, signed_on=None, signer_roles=None)

    assert isinstance(refusal, ConsentRecord)
    assert refusal.purposes == ("all",)


def test_a_revocation_may_have_a_scope_and_no_date() -> None:
    revocation = read(record_type="revocation", revocation_scope="all")

    assert isinstance(revocation, ConsentRecord)
    assert revocation.revocation_scope is RevocationScope.ALL


def test_spaces_around_a_value_do_not_matter() -> None:
    record = read(person_id=" P1 ", status=" active ", purposes=" group ;research; ")

    assert isinstance(record, ConsentRecord)
    assert record.person_id == "P1"
    assert record.purposes == ("group", "research")


def test_who_recorded_it_is_asked_of_files_alone() -> None:
    row = {k: v for k, v in ROW.items() if k not in AUDIT_COLUMNS}

    assert isinstance(record_from_row(row, "case", 1, zone=UTC, audited=False), ConsentRecord)
    assert isinstance(record_from_row(row, "case", 1, zone=UTC), BadRow)


def test_every_column_is_read_into_the_content_hash() -> None:
    plain = read()
    assert isinstance(plain, ConsentRecord)
    samples = {
        "note_classes": "peer_note",
        "signer_roles": "parent_or_guardian",
        "record_type": "refusal",
        "status": "draft",
    }
    samples |= {"purposes": "group", "version": "3", "expiry_event_state": "occurred", "revoked_on": "2026-02-01"}
    samples |= dict.fromkeys(
        ("data_from", "data_to", "signed_on", "effective_on", "expires_on", "recorded_at"), "2026-01-09"
    )
    flags = [c for c in COLUMNS if c.startswith(("st_", "cat_")) or c in ("recall_promised", "known_false")]
    samples |= {c: "no" if ROW.get(c) == "yes" else "yes" for c in flags}
    for column in COLUMNS:
        if column == "revocation_scope":
            continue
        changed = read(**{column: samples.get(column, "other")})
        assert isinstance(changed, ConsentRecord), column
        assert changed.content_hash != plain.content_hash, column


@pytest.mark.parametrize(
    "text",
    [
        "2026-1-01",
        "2026-01-01 10:00",
        "2026-W01-1",
        "20260101",
        "٢٠٢٦-٠١-٠١",
        "2026-01-01T10",
        "2026-01-01T25:00",
        "",
        "9999-12-31T23:00-23:00",
    ],
)
def test_no_other_spelling_of_a_time_is_read(text: str) -> None:
    assert parse_moment(text, UTC) is None
    assert parse_day(text) is None


def test_a_time_without_an_offset_is_program_time() -> None:
    moment = parse_moment("2026-07-01T09:30:00", CHICAGO)

    assert moment is not None
    assert moment.text == "2026-07-01T09:30:00"
    assert moment.start == moment.end == datetime(2026, 7, 1, 14, 30, tzinfo=UTC)
    assert moment.start.tzinfo is UTC
    assert instant(datetime(2026, 7, 1, 9, 30), CHICAGO) == moment.start  # noqa: DTZ001  a time without an offset is the point


def test_the_day_of_a_time_is_the_programs_day() -> None:
    moment = parse_moment("2026-07-02T03:00:00Z", CHICAGO)

    assert moment is not None
    assert moment.day == date(2026, 7, 1)


def test_a_day_of_the_clock_change_counts_whole() -> None:
    moment = parse_moment("2026-03-08", CHICAGO)

    assert moment is not None
    assert (moment.end - moment.start).total_seconds() == 23 * 3600


def test_the_status_of_a_person_is_read_as_strictly() -> None:
    good = status_from_row(
        {"person_id": "P1", "birth_date": "1980-05-05", "adult_attested": "yes", "name": "x"}, "people", 2
    )
    bad = status_from_row(
        {"person_id": "P1", "birth_date": "5 May", "legal_status": "grown", "minor_rule": "x"}, "people", 2
    )

    assert good == PersonStatus(person_id="P1", birth_date=date(1980, 5, 5), adult_attested=True)
    assert isinstance(bad, BadRow)
    assert bad.person_id == "P1"
    assert [(f.place, f.line, f.column) for f in bad.faults] == [
        ("people", 2, "birth_date"),
        ("people", 2, "legal_status"),
        ("people", 2, "minor_rule"),
    ]
    assert bad.faults[0].what == "holds an unknown value; use a date such as 1980-01-31"
    assert isinstance(status_from_row({"person_id": ""}, "people", 2), BadRow)
