"""An XLSX workbook becomes a table of text, or faults that say where it is not one.

- One sheet: a second one may hold the rows that matter. No formulas, no error values, no yes/no ticks.
- Cells are text. What the spreadsheet turned into a number is refused (03601 has become 3601), save a whole number
  where the column holds one. A real date without a time is one day whatever its display, and is taken in a column of
  dates; a date with a time has no offset and is refused, as is one before March 1900, where the serials are in doubt.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.consent.read_cells import ROW_LIMIT, Row, Shape, Table, header_faults, row_of, typed_text
from pipeline.errors import Fault

UNPACKED_LIMIT = 500_000_000  # bytes; a workbook of a million rows unpacks to less
# what openpyxl and what it stands on raise for files that are no workbooks
_UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    RuntimeError,
    AssertionError,
)


def read_xlsx(data: bytes, *, place: str, shape: Shape) -> Table:
    """Read the bytes of an XLSX file. place: what messages call the file. Never raises for what the bytes hold."""
    try:
        grid = _grid(data)
    except _UNREADABLE:
        grid = "cannot be read as a workbook; save it again as XLSX or as CSV UTF-8"
    if isinstance(grid, str):
        return Table(place=place, unreadable=(Fault(place=place, what=grid),))
    names, faults = _header(grid[0], place)
    faults = (*faults, *header_faults(names, shape, place)) if names else (*faults, _no_header(place))
    if faults:
        return Table(place=place, unreadable=faults)
    rows: list[Row] = []
    broken: list[Fault] = []
    for line, cells in enumerate(grid[1:], start=2):
        if any(c.value is not None for c in cells[len(names) :]):
            broken.append(Fault(place=place, line=line, what="has cells beyond the header; name or remove them"))
            continue
        row = _row(cells[: len(names)], names, line=line, shape=shape, place=place)
        if row is not None:
            rows.append(row)
    return Table(place=place, rows=tuple(rows), broken=tuple(broken))


def _grid(data: bytes) -> list[Sequence[Cell | MergedCell]] | str:
    """The rows of the only sheet, or what keeps the workbook from being used."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > UNPACKED_LIMIT:
            return "unpacks to more than any table of records; save it as CSV UTF-8"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drawings and validations that it leaves out
        book = load_workbook(io.BytesIO(data), data_only=False, rich_text=False)
    if len(book.sheetnames) != 1 or len(book.worksheets) != 1:
        return "has several sheets; keep the one with the records, so that none is forgotten"
    sheet = book.worksheets[0]
    if sheet.merged_cells.ranges:
        return "has merged cells; split them, so that every row stands by itself"
    if sheet.max_row > ROW_LIMIT:
        return "has too many rows; split it"
    return list(sheet.iter_rows())


def _header(cells: Sequence[Cell | MergedCell], place: str) -> tuple[list[str], tuple[Fault, ...]]:
    """The names in the first row; blank cells after the last name do not count."""
    values = [c.value for c in cells]
    while values and values[-1] is None:
        values.pop()
    bad = [n for n, v in enumerate(values, start=1) if not isinstance(v, str) or not v]
    faults = tuple(Fault(place=place, line=1, column=f"number {n}", what="has no name; name or remove it") for n in bad)
    return [v if isinstance(v, str) else "" for v in values], faults if not all(v is None for v in values) else ()


def _no_header(place: str) -> Fault:
    return Fault(place=place, line=1, what="has no header; name the columns")


def _row(
    cells: Sequence[Cell | MergedCell], names: Sequence[str], *, line: int, shape: Shape, place: str
) -> Row | None:
    texts: dict[str, str] = {}
    typed: list[Fault] = []
    for name, cell in zip(names, cells, strict=True):
        text, what = _text(cell, name, shape)
        texts[name] = text
        if what is not None:
            typed.append(Fault(place=place, line=line, column=name, what=what))
    return row_of(texts, line=line, shape=shape, place=place, typed=typed)


def _text(cell: Cell | MergedCell, name: str, shape: Shape) -> tuple[str, str | None]:
    """The text of a cell, or what is wrong with its type."""
    if cell.data_type == "f":
        return "", "holds a formula; paste its value as text"
    if cell.data_type == "e":
        return "", "holds an error value; mend it"
    return typed_text(cell.value, name, shape)
