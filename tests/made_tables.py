"""The same invented notes in every container of tables, with a nonsense token in each place where words hide."""

from __future__ import annotations

import base64
import io
import json
import zlib
from datetime import date, datetime
from pathlib import Path
from struct import pack

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from pipeline.formats import TableMapping

NAMES = ("note_id", "client_id", "client_name", "note_date", "author", "minutes", "seen", "kind", "note")
ROWS = (
    ("N-1", "P-001", "zqname Quillam", date(2026, 5, 2), "Dana", 30, datetime.fromisoformat("2026-05-02T10:30"),
     "visit", 'Quillam said "fine",\nand left.'),
    ("N-2", "P-002", "zqname Oxx", date(2026, 5, 3), "zqauthor", 15, None, "zqkind", "zqrow Oxx wants nothing out"),
    ("N-3", "P-003", "zqname Tessaly", date(2026, 5, 4), "Dana", 45, datetime.fromisoformat("2026-05-04T09:00"), "call",
     "=HYPERLINK(1) Tessaly typed this"),
    ("N-4", "P-001", "zqname Quillam", date(2026, 5, 9), "Dana", 5, None, "visit", "+1 better day, says Quillam"),
)  # fmt: skip
MAPPING = TableMapping(
    person="client_id", key="note_id", date="note_date", author="author", text=("note",),
    keep=("minutes", "seen", "kind"),
)  # fmt: skip
KEPT = frozenset({0, 2, 3})


def _png(words: str) -> bytes:
    """A picture of one point with words in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head, point = pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), zlib.compress(b"\0\0")
    parts = ((b"IHDR", head), (b"tEXt", b"Comment\0" + words.encode()), (b"IDAT", point), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def workbook() -> bytes:
    """Every hiding place of a workbook; the sheet that is read is the first one that is shown."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    told = ("title", "author", "company", "manager", "comments", "keywords", "subject", "category")
    book.set_properties({n: f"zq{n}" for n in told} | {"created": datetime.fromisoformat("2026-05-10")})
    book.set_custom_property("zqcustomname", "zqcustomvalue")
    hidden = book.add_worksheet("zqhiddensheet")
    hidden.write_string(0, 0, "zqhiddencell")
    hidden.hide()
    sheet = book.add_worksheet("zqsheetname")
    book.add_worksheet("zqothersheet").write_string(3, 3, "zqothercell")
    book.define_name("zqdefined", "='zqothersheet'!$D$4")
    sheet.activate()
    day, time = (book.add_format({"num_format": shape}) for shape in ("dd/mm/yyyy", "yyyy-mm-dd hh:mm:ss"))
    odd = book.add_format({"num_format": '0 "zqnumberformat"'})
    for column, name in enumerate(NAMES):
        sheet.write_string(0, column, name)
    for line, row in enumerate(ROWS, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(line, column, value, time if isinstance(value, datetime) else day)
            elif isinstance(value, int):
                sheet.write_number(line, column, value, odd)
            elif value is not None:
                sheet.write_string(line, column, value)
    hidden_row = ("N-9", "P-001", "", date(2026, 5, 9), "", 1, None, "zqhiddenrow", "zqhiddenwords")
    for column, value in enumerate(map(str, hidden_row)):
        sheet.write_string(len(ROWS) + 1, column, value)
    sheet.set_row(len(ROWS) + 1, None, None, {"hidden": True})
    sheet.set_column(len(NAMES), len(NAMES), None, None, {"hidden": True})
    sheet.write_string(0, len(NAMES), "zqhiddencolumn")
    sheet.write_string(1, len(NAMES), "zqhiddencolumncell")
    sheet.write_formula(2, len(NAMES) + 1, '="zqformula"&"x"', None, "zqcached")
    sheet.write_string(0, len(NAMES) + 1, "zqdroppedheader")
    sheet.write_comment("I2", "zqcomment", {"author": "zqcommentauthor"})
    sheet.write_url("L1", "https://zqlink.example/zqpath", string="zqlinktext", tip="zqtooltip")
    sheet.set_header("&Lzqheader")
    sheet.set_footer("&Rzqfooter")
    sheet.data_validation("A9", {"validate": "list", "source": ["zqlist"], "input_message": "zqmessage"})
    sheet.conditional_format("A9", {"type": "formula", "criteria": '=$A9="zqcondition"', "format": odd})
    picture = {"image_data": io.BytesIO(_png("zqpicture")), "description": "zqalternative"}
    sheet.insert_image("N9", "zqpicturename.png", picture)
    sheet.insert_textbox("N20", "zqtextbox")
    book.close()
    return out.getvalue()


def parquet() -> bytes:
    """Words in metadata of file, schema and columns, in statistics, and in dictionaries that no kept row uses."""
    columns: dict[str, list[object]] = {name: [row[n] for row in ROWS] for n, name in enumerate(NAMES)}
    arrays = [pa.array(columns[n]).dictionary_encode() if n == "kind" else pa.array(columns[n]) for n in NAMES]
    arrays.append(pa.array([{"inner": "zqnested"}] * len(ROWS)))
    fields = [
        pa.field(name, array.type, metadata={"zqfieldkey": "zqfieldvalue"})
        for name, array in zip((*NAMES, "more"), arrays, strict=True)
    ]
    pandas = {"pandas": json.dumps({"index_columns": ["zqindex"]}), "zqkey": "zqvalue"}
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=pandas))
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=3)
    return out.getvalue()


def jsonl() -> bytes:
    """Words in keys that nobody named, in nested values, behind escapes."""
    lines = []
    for row in ROWS:
        value = {name: str(v) if isinstance(v, date) else v for name, v in zip(NAMES, row, strict=True)}
        escaped = base64.b64encode(b"zqbase").decode()
        lines.append(json.dumps({**value, "zqkey": {"deep": ["zqdeep", {"zqinner": "zqvalue"}]}, "blob": escaped}))
    return "".join(f"{line}\n" for line in lines).encode()


def write_golden(folder: Path) -> None:
    """The binary inputs of the golden pairs."""
    (folder / "book.xlsx").write_bytes(workbook())
    (folder / "columns.parquet").write_bytes(parquet())
    (folder / "lines.jsonl").write_bytes(jsonl())


if __name__ == "__main__":
    write_golden(Path(__file__).parent / "golden" / "formats")
