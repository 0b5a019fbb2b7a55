"""Tables in containers: what is kept, changed and dropped, and what is refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from pipeline.errors import InputError
from pipeline.formats import TableMapping, count_dropped, index_rows, read, write
from pipeline.formats.strings import strings
from pipeline.inspection.inspect import read_copy
from pipeline.inspection.proof import differences
from pipeline.labels import Label
from pipeline.model import Document, Redaction, RegionKind, Replacement
from recognizers.columns import cells
from tests.made_tables import KEPT, MAPPING, ROWS, jsonl, parquet, workbook

MADE = {"xlsx": workbook(), "parquet": parquet(), "jsonl": jsonl()}
NOTES = TableMapping(person="who", text=("note",), keep=("n",))
each = pytest.mark.parametrize("name", MADE)


def redacted(document: Document, pattern: str = "Quillam|Tessaly|P-00.|2026-05-..") -> Redaction:
    """Every person cell, and what the pattern says, replaced; every row kept."""
    made = [
        Replacement(start=m.start(), end=m.end(), label=Label.PERSON, action="tag", stand_in="[PERSON_1]")
        for r in document.regions
        if r.kind in (RegionKind.BODY, RegionKind.LABEL)
        for m in re.finditer(pattern, document.text[: r.end])
        if m.start() >= r.start
    ]
    kept = frozenset(t.n for t in document.turns)
    return Redaction(doc_id=document.doc_id, replacements=tuple(sorted(set(made))), kept=kept)


def copied(
    data: bytes, mapping: TableMapping = MAPPING, rows: frozenset[int] | None = None, swap: str = "P-.*"
) -> bytes:
    document = read(data, doc_id="D-1", mapping=mapping, rows=rows)
    return write(data, document, redacted(document, swap))


def book(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def patched(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with some bytes of one part exchanged."""
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out := io.BytesIO(), "w") as after:
        assert part in before.namelist()
        for name in before.namelist():
            said = before.read(name)
            assert name != part or old in said
            after.writestr(name, said.replace(old, new) if name == part else said)
    return out.getvalue()


def columns(**found: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(found), out)
    return out.getvalue()


def what_is_wrong(data: bytes, mapping: TableMapping | None = NOTES) -> str:
    with pytest.raises(InputError) as caught:
        read(data, doc_id="D-1", mapping=mapping)
    assert "zq" not in str(caught.value)
    return str(caught.value)


@each
def test_the_rows_are_known_before_any_is_read(name: str) -> None:
    rows = index_rows(MADE[name], MAPPING)
    assert [(r.n, r.key, r.person_id, r.date, r.author) for r in rows] == [
        (n, row[0], row[1], str(row[3]), row[4]) for n, row in enumerate(ROWS)
    ]


@each
def test_of_what_is_not_named_or_asked_for_the_document_holds_no_word(name: str) -> None:
    document = read(MADE[name], doc_id="D-1", mapping=MAPPING, rows=KEPT)
    assert "zq" not in document.text
    assert [t.person_id for t in document.turns] == ["P-001", "P-003", "P-001"]
    assert count_dropped(document) >= 4  # three columns and a row at least
    assert document.format == name


@each
def test_no_planted_token_is_in_the_bytes_of_the_copy(name: str) -> None:
    planted = [s for s in strings(MADE[name]) if "zq" in s]
    assert len(planted) >= {"xlsx": 30, "parquet": 10, "jsonl": 8}[name]
    document = read(MADE[name], doc_id="D-1", mapping=MAPPING, rows=KEPT)
    copy = write(MADE[name], document, redacted(document))
    assert b"zq" not in copy
    said = [*strings(copy)]
    assert not [s for s in said if re.search(r"zq|Quillam|Tessaly|Oxx|P-00", s)]
    assert sum("[PERSON_1]" in s for s in said) >= 1


@each
def test_the_copy_is_what_the_redaction_says_and_a_withheld_row_is_gone(name: str) -> None:
    document = read(MADE[name], doc_id="D-1", mapping=MAPPING, rows=KEPT)
    whole = redacted(document)
    redaction = replace(whole, kept=frozenset({0, 2}))
    copy = read_copy(write(MADE[name], document, redaction), doc_id="D-1")
    assert copy.format == name
    assert not [*differences(document, redaction, copy.text)]
    assert "better day" in copy.text
    assert "typed this" not in copy.text


@each
def test_without_a_mapping_everything_is_looked_at_and_nothing_can_be_made_of_it(name: str) -> None:
    document = read(MADE[name], doc_id="D-1")
    words = {m for r in document.regions if r.kind in (RegionKind.BODY, RegionKind.FREE)
             for m in re.findall(r"zq\w+", document.text[r.start : r.end])}  # fmt: skip
    assert len(words) >= {"xlsx": 11, "parquet": 5, "jsonl": 7}[name]
    with pytest.raises(InputError, match="which of its columns may leave"):
        write(MADE[name], document, redacted(document))


@each
def test_a_copy_is_made_only_of_what_was_read(name: str) -> None:
    document = read(MADE[name], doc_id="D-1", mapping=MAPPING, rows=KEPT)
    with pytest.raises(InputError, match="other bytes"):
        write(MADE[name], replace(document, text=document.text.replace("typed", "TYPED")), redacted(document))


def test_kept_cells_of_a_workbook_keep_their_type_and_no_text_becomes_a_formula() -> None:
    kept = (True, 30, 2.5, date(2026, 5, 2), datetime.fromisoformat("2026-05-02T10:30"), time(9, 30), None, "=1+1",
            timedelta(hours=30), "+12", "@x", "https://x.example")  # fmt: skip
    data = book(
        ("who", "note", "n"), *(("P-1", "=A1&zq" if n == 0 else "-5 C", v) for n, v in enumerate(kept) if v != "=1+1")
    )
    copy = openpyxl.load_workbook(io.BytesIO(copied(data, NOTES)))
    assert copy.sheetnames == ["Sheet1"]
    rows = [*copy.worksheets[0].iter_rows(values_only=True)][1:]
    found = [row[2] for row in rows]
    wanted = [datetime(v.year, v.month, v.day) if type(v) is date else v for v in kept if v != "=1+1"]  # noqa: DTZ001 - Excel has no dates without time
    assert found == wanted
    assert {type(v) for v in found} == {type(v) for v in wanted}
    assert rows[0][1] == "=A1&zq"
    assert copy.worksheets[0]["B2"].data_type == "s"
    assert copy.worksheets[0]["B3"].data_type == "s"


def test_kept_columns_of_parquet_keep_type_and_row_groups_and_lose_metadata() -> None:
    document = read(MADE["parquet"], doc_id="D-1", mapping=MAPPING)
    copy = pq.ParquetFile(io.BytesIO(write(MADE["parquet"], document, redacted(document))))
    before = pq.ParquetFile(io.BytesIO(MADE["parquet"])).schema_arrow
    assert [copy.schema_arrow.field(n).type for n in MAPPING.keep] == [before.field(n).type for n in MAPPING.keep]
    assert copy.metadata.row_group(0).num_rows == 3
    assert copy.metadata.row_group(0).column(2).statistics is None
    assert copy.schema_arrow.metadata is None
    assert all(copy.schema_arrow.field(n).metadata is None for n in copy.schema_arrow.names)


@each
def test_the_ecosystem_reads_the_copies(name: str) -> None:
    document = read(MADE[name], doc_id="D-1", mapping=MAPPING, rows=KEPT)
    copy = io.BytesIO(write(MADE[name], document, redacted(document)))
    frame = {
        "xlsx": pd.read_excel, "parquet": pd.read_parquet, "jsonl": lambda f: pd.read_json(f, lines=True),
    }[name](copy)  # fmt: skip
    assert [*frame.columns] == ["client_id", "note_date", "minutes", "seen", "kind", "note"]
    assert [*frame["minutes"]] == [30, 45, 5]
    assert set(frame["client_id"]) == {"[PERSON_1]"}


def test_lines_of_json_keep_their_depth_their_missing_keys_and_their_line_ends() -> None:
    data = b'{"c": {"id": "P-1", "zq": 1}, "note": "a\\u00e9 \\"b\\"", "n": null}\r\n\r\n'
    data += b'{"note": "x", "c": {"id": "P-2"}}\r\n'
    mapping = TableMapping(person="c.id", text=("note",), keep=("n",))
    lines = copied(data, mapping, swap="P-.").decode().split("\r\n")
    assert [json.loads(line) for line in lines if line] == [
        {"c": {"id": "[PERSON_1]"}, "note": 'aé "b"', "n": None},
        {"c": {"id": "[PERSON_1]"}, "note": "x"},
    ]


def test_what_a_workbook_hides_behind_an_escape_is_read() -> None:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    made.add_worksheet().write_row(0, 0, ["who", "note", "n"])
    made.worksheets()[0].write_row(1, 0, ["P-1", "Quill_x_0061_m", 1])
    made.close()
    data = patched(out.getvalue(), "xl/sharedStrings.xml", b"_x_0061_", b"_x0061_")
    document = read(data, doc_id="D-1", mapping=NOTES)
    assert "Quillam" in document.text
    assert "Quillam" not in read_copy(copied(data, NOTES, swap="Quillam|P-1"), doc_id="D-1").text


WRONG = (
    (book(("who", "note", "who", "n"), ("P", "zq", 1, 1)), NOTES, "two columns have one name"),
    (book(("who", "zq", "n"), ("P", "zq", 1)), NOTES, "column `note`: the mapping names it"),
    (book(("who", "note", "n"), ("P", "zq", "=zq()")), NOTES, "2 column `n`: it holds a formula"),
    (book(("who", "note", "n"), ("P", "zq", 1)), replace(NOTES, sheet="zq"), "names a sheet that is not there"),
    (book(), NOTES, "column `who`: the mapping names it"),
    (columns(who=["P"], note=[["zq"]], n=[1]), NOTES, "column `note`: it is nested"),
    (columns(who=["P"], note=[b"zq"], n=[{"zq": 1}]), NOTES, "column `n`: it is nested"),
    (columns(who=["P"], note=["zq"]), NOTES, "column `n`: the mapping names it"),
    (columns(who=["P"], note=["zq"], n=[1])[:-9], NOTES, "cut off or damaged Parquet"),
    (b"PARE" + b"\0" * 40 + b"PARE", NOTES, "encrypted"),
    (b'{"who":"P","note":"zq","n":1}\n{"who":"P","note":"zq', NOTES, "D-1:2: it is no JSON, or cut off"),
    (b'{"who":"P","who":"zq","note":"x","n":1}\n', NOTES, "D-1:1: a key stands twice"),
    (b'{"who":"P","note":"\\ud800zq","n":1}\n', NOTES, "D-1:1: it holds half a character"),
    (b'{"who":"P","note":["zq"],"n":NaN}\n{"who":1}', NOTES, "D-1:1: it is no JSON"),
    (b'{"who":"P","note":["zq"],"n":1e999}\n{"who":1}', NOTES, "D-1:1: it is no JSON"),
    (b'{"who":"P","note":["zq"],"n":1}\n[1]\n', NOTES, "D-1:2: it is no JSON object"),
    (b'{"who":"P","note":["zq"],"n":{"zq":1}}\n', NOTES, "column `note`: it is a list or an object"),
    (b'{"a":' * 90_000 + b"\n", NOTES, "it is no JSON"),
    (b'{"a": 1}\n{"zq\n', None, "D-1:2: it is no JSON"),
)  # fmt: skip


@pytest.mark.parametrize(("data", "mapping", "what"), WRONG, ids=lambda v: v if isinstance(v, str) else "")
def test_what_cannot_be_read_is_refused_by_place_and_without_a_word(
    data: bytes, mapping: TableMapping | None, what: str
) -> None:
    assert what in what_is_wrong(data, mapping)


def test_hidden_rows_stay_in_and_hidden_columns_and_sheets_that_are_named_are_refused() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(("who", "note", "n"), ("P-1", "zq", 1), ("P-2", "x", 2))))
    sheet = made.worksheets[0]
    sheet.row_dimensions[2].hidden = True
    out = io.BytesIO()
    made.save(out)
    assert [r.person_id for r in index_rows(out.getvalue(), NOTES)] == ["P-2"]
    assert b"zq" not in copied(out.getvalue(), NOTES)
    sheet.column_dimensions["B"].hidden = True
    made.save(out := io.BytesIO())
    assert "column `note`: its column is hidden" in what_is_wrong(out.getvalue())
    made.create_sheet("other")
    sheet.sheet_state = "hidden"
    made.save(out := io.BytesIO())
    assert "is hidden; show it" in what_is_wrong(out.getvalue(), replace(NOTES, sheet=sheet.title))


def test_two_rows_of_one_key_are_told_by_line() -> None:
    keyed = TableMapping(person="who", key="n", text=("note",))
    for data in (
        book(("who", "note", "n"), ("P", "zq", 1), ("P", "zq", 1)),
        columns(who=["P", "P"], note=["zq", "zq"], n=["1", "1"]),
        b'{"who":"P","note":"zq","n":1}\n{"who":"P","note":"zq","n":"1"}\n',
    ):
        with pytest.raises(InputError, match="column `n`: the key of another row") as caught:
            index_rows(data, keyed)
        assert "zq" not in str(caught.value)


def test_a_copy_that_excel_would_cut_is_refused() -> None:
    data = book(("who", "note", "n"), ("P-1", "x " + "y" * 32_765, 1))
    with pytest.raises(InputError, match="32767 characters"):
        copied(data, NOTES, swap="x|P-1")


def test_cells_far_apart_and_entities_take_no_time() -> None:
    far = book(("who", "note", "n"), ("P-1", "x", 1))
    made = openpyxl.load_workbook(io.BytesIO(far))
    made.worksheets[0].cell(1_048_576, 16_384, "zq")
    made.save(out := io.BytesIO())
    assert len(index_rows(out.getvalue(), NOTES)) == 2
    bomb = b'<!DOCTYPE x [<!ENTITY a "zqzqzqzqzq">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    lol = patched(far, "xl/worksheets/sheet1.xml", b"<worksheet", bomb + b"]><worksheet")
    assert "document type" in what_is_wrong(patched(lol, "xl/worksheets/sheet1.xml", b"<t>x</t>", b"<t>&j;</t>"))


@each
def test_detection_knows_under_which_header_a_cell_stands(name: str) -> None:
    document = read(MADE[name], doc_id="D-1", mapping=MAPPING, rows=KEPT)
    found = [(sorted(header), document.text[start:end]) for start, end, header in cells(document)]
    assert found[:3] == [(["client", "id"], "P-001"), (["date", "note"], "2026-05-02"), (["note"], ROWS[0][8])]
    assert len(found) == 3 * len(KEPT)
