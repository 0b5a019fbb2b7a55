"""Excel workbooks: the rows of one sheet.

Rules:
- The sheet is the one that the mapping names, or the first that is shown; its first row with anything in it is the
  header. Rows that are hidden, filtered away or of no height stay in; a hidden sheet or column that the mapping names
  is a fault, since nobody sees what would leave.
- A formula in a text column is text as it was typed, and stays text; in a person, key, date or kept column it is a
  fault: its last result may be stale and is never read.
- A copy is a new workbook of the kept rows and named columns: no other sheet, comment, link, image, property, defined
  name, cached result or number format of the original is in it. Kept numbers, days, times and ticks keep their type;
  a text that looks like a formula or a link stays text.
- Excel cuts a cell at 32,767 characters: a copy with a longer one is refused.
"""

from __future__ import annotations

import io
import math
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NoReturn
from xml.etree.ElementTree import ParseError

from pipeline.errors import Fault, InputError
from pipeline.formats.cut_off import CELL, units
from pipeline.formats.format import File, Format
from pipeline.formats.rows import Column, Container, Record, Sheet, check_names, words
from pipeline.formats.zips import is_zip
from pipeline.model import RegionKind

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NAME = "xlsx"
_UNPACKED = 200_000_000  # bytes; openpyxl needs many times of it
# Entities of a document type may unpack to anything.
_DOCTYPE = tuple("<!DOCTYPE".encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be"))
# Excel writes what XML cannot hold, and what looks like that, so. Source: ECMA-376 part 1, 22.4.2.4 (bstr).
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# what openpyxl and what it stands on raise for files that are no workbooks
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, OSError, EOFError, RuntimeError, AssertionError, NotImplementedError, SyntaxError,
)  # fmt: skip
_CREATED = datetime.fromisoformat("2000-01-01")  # a fixed time: when a copy was made is nobody's business


def recognises(file: File) -> bool:
    """A checked zip whose content types name a workbook."""
    return is_zip(file.data) and file.package.kind == "excel"


def _refuse(place: str, what: str) -> NoReturn:
    raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what)])


def _opened(file: File) -> Workbook:
    from openpyxl import load_workbook

    unpacked = 0
    for name in file.package.names:
        part = file.package.read(name)
        unpacked += len(part)
        if any(mark in part for mark in _DOCTYPE):
            _refuse(file.place, "its XML has a document type, which no spreadsheet program writes; save it again")
        if unpacked > _UNPACKED:
            _refuse(file.place, "it unpacks to more than is read in one piece; save it as CSV")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of drawings and validations that it leaves out
            return load_workbook(io.BytesIO(file.data), data_only=False, rich_text=False, keep_links=False)
    except _UNREADABLE:
        _refuse(file.place, "it is a damaged workbook or cut off; save it again as XLSX or CSV")


def _sheet(book: Workbook, file: File, head: str | None) -> tuple[str, Worksheet]:
    """The sheet that is read, and what it is called in a copy: by its place, since its name may be a person's."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    named = file.mapping.sheet if file.mapping is not None else None
    for n, sheet in enumerate(book.worksheets, start=1):
        called = f"Sheet{n}"
        if head == called or (head is None and (sheet.title == named if named else sheet in shown[:1])):
            if sheet not in shown:
                _refuse(file.place, "the sheet that the mapping names is hidden; show it, or name another one")
            return called, sheet
    _refuse(file.place, "the mapping names a sheet that is not there; correct one of them" if named else "no sheet")


def _rows(sheet: Worksheet) -> dict[int, dict[int, Cell]]:
    """The cells with anything in them by row and column. `Worksheet.rows` would fill all between two far cells."""
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if cell.value is not None and cell.value != "":
            rows.setdefault(row, {})[column] = cell
    return rows


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _value(cell: Cell | None) -> object:
    """What a cell says; of a formula what was typed."""
    if cell is None:
        return None
    value: object = cell.value
    if cell.data_type == "f":
        value = getattr(value, "text", value)  # of a formula over several cells
    if isinstance(value, str):
        return _unescaped(value)
    return value if isinstance(value, bool | int | float | datetime | date | time | timedelta) else str(value)


def load(file: File, kinds: Mapping[str, RegionKind], head: str | None) -> Sheet:
    """The asked for columns of every row of the sheet. Raises InputError with every fault."""
    head, sheet = _sheet(_opened(file), file, head)
    rows = iter(_rows(sheet).items())
    line, header = next(rows, (0, {}))
    names = {column: words(_value(cell)).strip() for column, cell in header.items()}
    check_names([*names.values()], kinds, file.place, line or None)
    hidden = _hidden_columns(sheet)
    faults = [
        Fault(place=file.place, line=line, column=name, what="its column is hidden; show it, or take it out")
        for column, name in names.items()
        if name in kinds and column in hidden
    ]
    read = {column: name for column, name in names.items() if name in kinds}
    records = []
    for line, cells in rows:
        for column, name in read.items():
            if kinds[name] is not RegionKind.BODY and column in cells and cells[column].data_type == "f":
                what = "it holds a formula; paste its value"
                faults.append(Fault(place=file.place, line=line, column=name, what=what))
        size = sheet.row_dimensions.get(line)
        shown = size is None or not (size.hidden or size.height == 0)
        records.append(Record(line=line, values=[_value(cells.get(c)) for c in read], hidden=not shown))
    if faults:
        raise InputError(f"`{file.place}` cannot be read as a table", faults)
    return Sheet(names=tuple(n if n in kinds else "" for n in names.values()), records=records, head=head)


def _hidden_columns(sheet: Worksheet) -> set[int]:
    """One entry may stand for a run of columns."""
    found: set[int] = set()
    for column in sheet.column_dimensions.values():
        if (column.hidden or column.width == 0) and column.min and column.max:
            found |= set(range(column.min, min(column.max, 16_384) + 1))
    return found


def every(file: File) -> Iterator[tuple[Sequence[str], Iterable[Sequence[object]]]]:
    """Every cell of every sheet, whether it is shown or not."""
    for sheet in _opened(file).worksheets:
        yield [sheet.title], ([_value(cell) for cell in cells.values()] for cells in _rows(sheet).values())


def save(file: File, columns: tuple[Column, ...], rows: Iterable[Sequence[object]], head: str) -> bytes:
    """A new workbook of the rows."""
    from xlsxwriter import Workbook as NewBook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = NewBook(out, options)
    book.set_properties({"created": _CREATED})
    sheet = book.add_worksheet(head)
    formats = {kind: book.add_format({"num_format": shape}) for kind, shape in _SHAPES.items()}
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.name)
    for n, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(n, at, value)
            elif isinstance(value, int | float) and math.isfinite(value):
                sheet.write_number(n, at, value)
            elif type(value) in formats and not (isinstance(value, timedelta) and value < timedelta()):
                sheet.write_datetime(n, at, value, formats[type(value)])
            elif value is not None and value != "":
                text = words(value)
                if units(text) > CELL:
                    what = f"a cell of the copy is longer than the {CELL} characters of Excel; save the file as CSV"
                    raise InputError(f"`{file.place}` cannot be written", [Fault(place=file.place, what=what)])
                sheet.write_string(n, at, text)
    book.close()
    return out.getvalue()


# How kept days and times are shown; a number format of the original may hold words.
_SHAPES: Mapping[type, str] = {
    datetime: "yyyy-mm-dd hh:mm:ss",
    date: "yyyy-mm-dd",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}

_CONTAINER = Container(load=load, every=every, save=save)

FORMAT = Format(
    name=NAME,
    ending=".xlsx",
    title="Excel workbooks (XLSX)",
    told_by="a zip whose content types name a workbook",
    turn="a row of the sheet that the mapping names, or of the first that is shown",
    speaker="none; the mapped column names the person",
    kept="named columns in their order; numbers, days, times and ticks of kept columns as such; text that "
    "looks like a formula as text",
    changed="a new workbook with one sheet",
    left_out="columns that the mapping does not name, rows that were not asked for, hidden rows, other sheets, "
    "comments, links, images, properties, defined names, number formats, results of formulas; a person's cell that "
    "nothing replaced is empty; the sheet is called by its place; read columns become text",
    gap="none: the row is gone",
    recognises=recognises,
    extract=_CONTAINER.extract,
    rebuild=_CONTAINER.rebuild,
    index=_CONTAINER.index,
)
