"""The laws of tables in containers, over tables that were made up; and readers that meet damaged files."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.formats import TableMapping, index_rows, read, write
from pipeline.formats.parts import join, parts
from pipeline.formats.strings import strings
from pipeline.inspection.inspect import read_copy
from pipeline.inspection.proof import differences
from pipeline.labels import Label
from pipeline.model import Document, Redaction, RegionKind, Replacement
from tests.made_tables import MAPPING as MADE_MAPPING
from tests.made_tables import jsonl, parquet, workbook

TOKEN = re.compile(r"zq\d+x")
MAPPING = TableMapping(person="client_id", key="note_id", text=("note", "more"), keep=("kind",))
NAMES = ("note_id", "client_id", "kind", "note", "dropped", "more")
WORDS = (RegionKind.BODY, RegionKind.LABEL)
MANY = settings(max_examples=max(200, settings().max_examples))  # 200 files a reader in CI, 10,000 at night
FEWER = settings(max_examples=max(20, settings().max_examples // 4))
Rows = list[tuple[str, ...]]


def as_xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (NAMES, *rows):
        sheet.append(row)
    book.save(out := io.BytesIO())
    return out.getvalue()


def as_parquet(rows: Rows) -> bytes:
    table = pa.table({name: [row[n] for row in rows] for n, name in enumerate(NAMES)})
    pq.write_table(table, out := io.BytesIO())
    return out.getvalue()


def as_jsonl(rows: Rows) -> bytes:
    return "".join(json.dumps(dict(zip(NAMES, row, strict=True))) + "\n" for row in rows).encode()


def as_csv(rows: Rows) -> bytes:
    writer = csv.writer(out := io.StringIO(newline=""), lineterminator="\n")
    writer.writerows([NAMES, *rows])
    return out.getvalue().encode()


AS: dict[str, Callable[[Rows], bytes]] = {"xlsx": as_xlsx, "parquet": as_parquet, "jsonl": as_jsonl}
each = pytest.mark.parametrize("name", AS)
each_in_parts = pytest.mark.parametrize("name", ["csv", "jsonl", "parquet"])


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """Rows whose every cell has a token of its own, with marks that formats care for around it."""
    rows: Rows = []
    for n in range(draw(st.integers(1, 6))):
        around = draw(st.sampled_from(["{}", '"{}", {}', "={}", "a\n{}\nb", "{}\t{}", "é{}’", "_x000d_{}", "{} \\ {{"]))
        token = [f"zq{n}{column}x" for column in range(len(NAMES))]
        cell = around.format(token[3], token[3])
        more = draw(st.sampled_from(["", token[5], f" {token[5]} "]))
        rows.append((f"{n} {token[0]}", draw(st.sampled_from(["P-1", "", token[1]])), token[2], cell, token[4], more))
    return rows


def redaction_of(document: Document, gone: set[str], kept: frozenset[int]) -> Redaction:
    """Person cells whole, and the tokens that are to go."""
    made = []
    for region in document.regions:
        places = [(region.start, region.end)] if region.kind is RegionKind.LABEL else []
        if region.kind is RegionKind.BODY:
            found = TOKEN.finditer(document.text, region.start, region.end)
            places = [m.span() for m in found if m[0] in gone]
        made += [
            Replacement(start=a, end=b, label=Label.PERSON, action="tag", stand_in="[PERSON_1]") for a, b in places
        ]
    return Redaction(doc_id=document.doc_id, replacements=tuple(made), kept=kept)


@each
@FEWER
@given(rows=tables(), data=st.data())
def test_what_goes_out_is_what_was_asked_for_less_what_was_replaced(name: str, rows: Rows, data: st.DataObject) -> None:
    made = AS[name](rows)
    asked = frozenset(n for n in range(len(rows)) if data.draw(st.booleans()))
    assert [r.n for r in index_rows(made, MAPPING)] == [*range(len(rows))]
    document = read(made, doc_id="D-1", mapping=MAPPING, rows=asked)
    told = [rows[n] for n in sorted(asked)]
    assert "".join(document.text[r.start : r.end] for r in document.regions) == document.text
    assert set(TOKEN.findall(document.text)) == {t for row in told for i in (1, 2, 3, 5) for t in TOKEN.findall(row[i])}
    kept = frozenset(t.n for t in document.turns if data.draw(st.booleans()))
    words = {t for row in told for i in (3, 5) for t in TOKEN.findall(row[i])}
    gone = {t for t in sorted(words) if data.draw(st.booleans())}
    redaction = redaction_of(document, gone, kept)
    copy = write(made, document, redaction)
    stays = {t for n in kept for i in (2, 3, 5) for t in TOKEN.findall(told[n][i])} - gone
    assert {t for s in strings(copy) for t in TOKEN.findall(s)} == stays
    again = read_copy(copy, doc_id="D-1") if kept else document
    assert again.format == name
    assert not kept or not [*differences(document, redaction, again.text)]
    assert write(made, document, redaction) == copy


@each
@FEWER
@given(rows=tables())
def test_nothing_replaced_gives_back_every_named_cell_as_it_was(name: str, rows: Rows) -> None:
    made = AS[name](rows)
    document = read(made, doc_id="D-1", mapping=MAPPING)
    copy = write(made, document, redaction_of(document, set(), frozenset(range(len(rows)))))
    again = read(copy, doc_id="D-1", mapping=TableMapping(person="client_id", text=("note", "more"), keep=("kind",)))
    cells = [[again.text[r.start : r.end] for r in again.bodies(n)] for n in range(len(rows))]
    bodies = [[document.text[r.start : r.end] for r in document.bodies(n)] for n in range(len(rows))]
    assert cells == bodies


@each_in_parts
@FEWER
@given(rows=tables(), size=st.integers(1, 400))
def test_copies_of_the_parts_joined_say_what_a_copy_of_the_whole_says(name: str, rows: Rows, size: int) -> None:
    made = {**AS, "csv": as_csv}[name](rows)

    def copied(data: bytes) -> bytes:
        document = read(data, doc_id="D-1", mapping=MAPPING)
        whole = frozenset(range(len(document.turns)))
        return write(data, document, redaction_of(document, {"zq03x", "zq13x"}, whole))

    cut = [*parts(io.BytesIO(made), place="D-1", mapping=MAPPING, size=size)]
    join((copied(part.data) for part in cut), out := io.BytesIO(), place="D-1")
    told, whole = (read(data, doc_id="D-1").text for data in (out.getvalue(), copied(made)))
    assert told == whole
    assert [part.n for part in cut] == [*range(len(cut))]


FAULTY = (
    (as_csv, b"\n40,P-1,k", b'\n40,P-1,zq"k', 42),
    (as_jsonl, b'{"note_id": "40"', b'{"note_id": 4 0', 41),
)


@pytest.mark.parametrize(("made", "old", "new", "line"), FAULTY, ids=["csv", "jsonl"])
def test_a_fault_in_a_part_is_told_by_its_line_in_the_whole(
    made: Callable[[Rows], bytes], old: bytes, new: bytes, line: int
) -> None:
    data = made([(f"{n}", "P-1", "k", "zq", "d", "m") for n in range(50)])
    assert old in data
    told = []
    for part in parts(io.BytesIO(data.replace(old, new)), place="D-1", size=200):
        try:
            index_rows(part.data, MAPPING, place="D-1")
        except InputError as error:
            told.append(part.located(error))
    assert told[0].faults[0].line == line
    assert "zq" not in str(told)


def damaged(data: bytes, draw: Callable[[st.SearchStrategy[int]], int]) -> bytes:
    """A few bytes exchanged, lost or repeated, or the end cut off."""
    raw = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(raw) - 1)))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            raw[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif kind == 1:
            del raw[at : at + draw(st.integers(1, 40))]
        elif kind == 2:
            raw[at:at] = raw[max(0, at - draw(st.integers(1, 40))) : at]
        elif draw(st.integers(0, 4)) == 0:
            del raw[at:]
    return bytes(raw)


def refusal(data: bytes, mapping: TableMapping | None) -> InputError | None:
    """Why it cannot be read and written; None where it can."""
    try:
        if mapping is not None:
            index_rows(data, mapping)
        document = read(data, doc_id="D-1", mapping=mapping)
        if mapping is not None:
            write(data, document, redaction_of(document, set(), frozenset(t.n for t in document.turns)))
    except InputError as error:
        return error
    return None


REAL = {"parquet": parquet(), "jsonl": jsonl(), "xlsx": workbook()}


@pytest.mark.parametrize("name", REAL)
@pytest.mark.timeout(3600)
@MANY
@given(data=st.data(), mapped=st.booleans())
def test_a_damaged_file_is_read_or_refused_without_a_word_of_it(name: str, data: st.DataObject, mapped: bool) -> None:
    error = refusal(damaged(REAL[name], data.draw), MADE_MAPPING if mapped else None)
    assert error is None or (error.faults and "zq" not in str(error))


@pytest.mark.timeout(3600)
@MANY
@given(data=st.data(), mapped=st.booleans())
def test_a_workbook_with_a_damaged_part_is_read_or_refused(data: st.DataObject, mapped: bool) -> None:
    """The checksums of a zip would keep most damage from the reader: the parts are damaged and packed again."""
    with zipfile.ZipFile(io.BytesIO(REAL["xlsx"])) as before, zipfile.ZipFile(out := io.BytesIO(), "w") as after:
        names = before.namelist()
        hurt = data.draw(st.sampled_from(names))
        for name in names:
            part = before.read(name)
            after.writestr(name, damaged(part, data.draw) if name == hurt else part)
    error = refusal(out.getvalue(), MADE_MAPPING if mapped else None)
    assert error is None or (error.faults and "zq" not in str(error))
