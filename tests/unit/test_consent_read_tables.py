"""The consent table from CSV, XLSX, Parquet and database rows: what is read, what is refused, and where it says so."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from pipeline.consent.fhir_rows import cells_of, consents_csv
from pipeline.consent.read_consents import ConsentsRead, consents_from_rows, joined, read_consents
from pipeline.consent.records import store_of
from pipeline.consent.rows import COLUMNS
from pipeline.errors import ConsentError

# what openpyxl hands over for a date cell has no offset
NAIVE_DAY = dt.datetime.fromisoformat("2026-12-31")
NAIVE_TIME = dt.datetime.fromisoformat("2026-01-10T09:30:00")
ZONE = ZoneInfo("America/New_York")
ROW = {
    "consent_id": "C-1",
    "version": "1",
    "record_type": "consent",
    "status": "active",
    "person_id": "03601",
    "purposes": "group;research",
    "recipients": "class:program;univ-a",
    "may_disclose": "Harbor Peer Program",
    "info_description": "notes, and transcripts",
    "signed_on": "2026-01-10",
    "expires_on": "2026-12-31",
    "signer_roles": "self",
    "signature_evidence": "scan:001",
    "st_revocation_right": "yes",
    "recorded_by": "W-1",
    "recorded_at": "2026-01-10T09:30:00-05:00",
}
OTHER = {**ROW, "consent_id": "C-2", "person_id": "NA"}


def table(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def read(data: bytes) -> ConsentsRead:
    return read_consents(data, zone=ZONE)


def told(found: ConsentsRead) -> str:
    return "\n".join(map(str, found.faults))


def test_a_clean_table_is_read_as_it_stands() -> None:
    """No zero is lost, `NA` is a person and not a blank, a comma inside quotes stays."""
    found = read(table(ROW, OTHER))
    assert not found.faults
    assert [r.person_id for r in found.records] == ["03601", "NA"]
    assert found.records[0].info_description == "notes, and transcripts"
    assert cells_of(found.records[0]) == {**dict.fromkeys(COLUMNS, ""), **ROW}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_blank_lines_and_byte_order_mark_do_not_matter(mark: bytes) -> None:
    data = mark + table(ROW).replace(b"\r\n", b"\n") + b"\n" + b"," * (len(COLUMNS) - 1) + b"\n"
    assert [r.consent_id for r in read(data).records] == ["C-1"]


def test_what_is_written_is_read_back() -> None:
    found = read(table(ROW, OTHER))
    assert read(consents_csv(found.records)).records == found.records


# what is done to the bytes -> what the one fault says
REFUSED = {
    "stray quote": (b"Harbor", b'Har"bor', "consents:2: has a stray quote"),
    "quote closed too early": (b'"notes, and', b'"notes", and', "consents:2: has a stray quote"),
    "quote never closed": (b'transcripts"', b"transcripts", "consents:2: has a stray quote"),
    "line break in a cell": (b"notes, and", b"notes,\nand", "consents:2: has a stray quote"),
    "NUL": (b"Harbor", b"Har\0bor", "consents:2: has a stray quote, a NUL"),
    "a field too many": (b"C-1,", b"C-1,,", f"consents:2: has {len(COLUMNS) + 1} fields where the header has"),
    "a field too few": (b"C-1,1", b"C-1", f"consents:2: has {len(COLUMNS) - 1} fields where the header has"),
    "no person": (b",03601,", b",,", "consents:2 column `person_id`: ties the row to nobody"),
    "invisible character": (b"03601", b"\xe2\x80\x8b03601", "consents:2 column `person_id`: holds a space"),
    "not UTF-8": (b"Harbor", b"H\xe4rbor", "consents:2: is not UTF-8"),
    "column twice": (b"effective_on", b"signed_on", "column `signed_on`: stands twice"),
    "unknown column": (b"revoked_on", b"revoked_at", "column `revoked_at`: is not a column of the consent table"),
    "missing column": (b"revoked_on", b"revoked_at", "column `revoked_on`: is missing"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_may_hide_a_revocation_stops_the_batch(case: str) -> None:
    before, after, says = REFUSED[case]
    found = read(table(ROW, OTHER).replace(before, after, 1))
    assert says in told(found)
    store = store_of(found.records, unreadable=found.unreadable, unattributable=found.unattributable)
    assert store.unreadable or store.unattributable
    with pytest.raises(ConsentError) as raised:
        found.checked()
    assert raised.value.faults == found.faults


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("signed_on", "03/04/2026"),
        ("signed_on", "2026-1-10"),
        ("signed_on", "46032"),
        ("expires_on", "2026-02-30"),
        ("version", "1.0"),
        ("version", "0"),
        ("record_type", "Consent"),
        ("status", "signed"),
        ("purposes", "all"),
        ("recipients", "class:friends"),
        ("cat_trauma", "sure"),
        ("note_classes", "diary"),
        ("info_description", "x" * 10_001),
        ("may_disclose", "a\tb"),
    ],
)
def test_a_bad_value_stops_its_person_alone_and_is_never_repeated(column: str, value: str) -> None:
    found = read(table({**ROW, column: value}, OTHER))
    assert list(found.invalid) == ["03601"]
    assert [r.person_id for r in found.records] == ["NA"]
    assert not found.unattributable
    assert f"consents:2 column `{column}`" in told(found)
    assert value not in told(found)


def test_every_fault_comes_at_once() -> None:
    data = table({**ROW, "signed_on": "soon", "version": "x"}, {**OTHER, "person_id": ""}, {**OTHER, "status": "?"})
    lines = [(f.line, f.column) for f in read(data + b"a,b\n").faults]
    assert lines == [(2, "signed_on"), (2, "version"), (3, "person_id"), (4, "status"), (5, None)]


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"Jane Roe,2026-01-10,yes\n", "Zoë,1".encode("utf-16"), b"PK\x03\x04", b"PAR1"]
)
def test_what_is_no_table_is_unreadable_and_its_words_stay_home(data: bytes) -> None:
    found = read(data)
    assert found.unreadable
    assert not found.records
    assert "Jane" not in told(found)


def test_a_header_in_another_delimiter_is_no_header() -> None:
    assert "names no column" in told(read(table(ROW).replace(b",", b";")))


def book(rows: list[list[Any]]) -> Workbook:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    return made


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def xlsx(**changed: Any) -> bytes:
    cells: dict[str, Any] = {**ROW, **changed}
    return saved(book([list(COLUMNS), [cells.get(c) for c in COLUMNS]]))


def test_a_workbook_of_text_is_read_as_the_csv_is() -> None:
    assert read(xlsx()).records == read(table(ROW)).records


def test_a_real_date_and_a_whole_version_are_taken() -> None:
    found = read(xlsx(signed_on=dt.date(2026, 1, 10), expires_on=NAIVE_DAY, version=1))
    assert found.records == read(table(ROW)).records


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("info_description", "=A1&B1", "formula"),
        ("consent_id", 17, "number"),
        ("signed_on", 46032, "number"),
        ("signed_on", NAIVE_TIME, "date with a time"),
        ("signed_on", dt.date(1900, 2, 1), "date that cannot be taken"),
        ("info_description", dt.date(2026, 3, 4), "date that cannot be taken"),
        ("known_false", True, "truth value"),
        ("version", 1.5, "number"),
    ],
)
def test_what_a_spreadsheet_typed_is_refused(column: str, value: Any, says: str) -> None:
    found = read(xlsx(**{column: value}))
    assert list(found.invalid) == ["03601"]
    assert says in told(found)
    assert f"consents:2 column `{column}`" in told(found)


def test_a_typed_person_id_belongs_to_nobody() -> None:
    """3601 may have been 03601: the batch stops."""
    found = read(xlsx(person_id=3601))
    assert found.unattributable
    assert not found.invalid


def test_a_second_sheet_or_merged_cells_stop_the_batch() -> None:
    several = load_workbook(io.BytesIO(xlsx()))
    several.create_sheet("more")
    assert "several sheets" in told(read(saved(several)))
    merged = load_workbook(io.BytesIO(xlsx()))
    assert merged.active is not None
    merged.active.merge_cells("A2:A3")
    assert "merged cells" in told(read(saved(merged)))


def test_cells_beyond_the_header_stop_the_batch() -> None:
    rows: list[list[Any]] = [list(COLUMNS), [ROW.get(c) for c in COLUMNS] + ["2026-05-01"]]
    assert "beyond the header" in told(read(saved(book(rows))))


def parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


def test_parquet_of_strings_is_read_as_the_csv_is() -> None:
    frame = pd.DataFrame([{c: ROW.get(c) for c in COLUMNS}, {c: OTHER.get(c, "") for c in COLUMNS}])
    assert read(parquet(frame)).records == read(table(ROW, OTHER)).records


def test_parquet_dates_and_versions_may_be_typed_and_nothing_else() -> None:
    frame = pd.DataFrame([{c: ROW.get(c) for c in COLUMNS}])
    typed = frame.assign(version=[1], signed_on=[dt.date(2026, 1, 10)])
    assert read(parquet(typed)).records == read(table(ROW)).records
    found = read(parquet(frame.assign(person_id=[3601], cat_trauma=[True])))
    assert {f.column for f in found.unreadable} == {"cat_trauma", "person_id"}


def test_database_rows_are_read_as_the_csv_is() -> None:
    rows: list[dict[str, object]] = [{c: ROW.get(c) for c in COLUMNS}, {c: OTHER.get(c) for c in COLUMNS}]
    assert consents_from_rows(rows, zone=ZONE).records == read(table(ROW, OTHER)).records
    rows[1]["signed_on"] = dt.datetime(2026, 1, 10, 9, 30, tzinfo=dt.UTC)
    assert [(f.line, f.column) for f in consents_from_rows(rows, zone=ZONE).faults] == [(2, "signed_on")]
    del rows[1]["signed_on"]
    assert "other columns" in told(consents_from_rows(rows, zone=ZONE))
    assert "is missing" in told(consents_from_rows([rows[1]], zone=ZONE))


def test_several_sources_are_one() -> None:
    one, other = read(table({**ROW, "status": "?"})), read(table({**ROW, "version": "?"}, OTHER))
    both = joined([one, other])
    assert len(both.invalid["03601"]) == 2
    assert [r.person_id for r in both.records] == ["NA"]
