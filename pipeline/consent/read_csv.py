"""A CSV file becomes a table of text, or faults that say where it is not one.

- UTF-8, a byte order mark allowed; commas; one line is one row, so a stray quote cannot swallow the row after it.
- The csv module checks the header and the number of fields of every row before pandas sees the file; pandas then
  reads text alone (`dtype=str, keep_default_na=False, index_col=False`), and both must have read the same.
- A row that breaks is reported with its line, and the others are still read, so that all faults come at once.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pandas as pd

from pipeline.consent.read_cells import CELL_LIMIT, ROW_LIMIT, Row, Shape, Table, header_faults, row_of
from pipeline.errors import Fault

# RFC 4180 on one line: a field is quoted as a whole, with doubled quotes inside, or holds no quote at all
_FIELD = r'(?:"(?:[^"]|"")*"|[^",]*)'
_LINE = re.compile(f"{_FIELD}(?:,{_FIELD})*")
_BROKEN = (
    "has a stray quote, a NUL or a line break in a cell; quote the whole cell, double a quote inside, keep to one line"
)
_OTHER_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x00\x00\xfe\xff", "UTF-32"))


def read_csv(data: bytes, *, place: str, shape: Shape) -> Table:
    """Read the bytes of a CSV file. place: what messages call the file. Never raises for what the bytes hold."""
    text = _decode(data, place)
    if isinstance(text, Fault):
        return Table(place=place, unreadable=(text,))
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not lines[0].strip():
        return Table(place=place, unreadable=(Fault(place=place, line=1, what="has no header; name the columns"),))
    if len(lines) > ROW_LIMIT:
        return Table(place=place, unreadable=(Fault(place=place, what="has too many rows; split it"),))
    header = _split(lines[0])
    if header is None:
        return Table(place=place, unreadable=(Fault(place=place, line=1, what=_BROKEN),))
    faults = header_faults(header, shape, place)
    rows, broken = _rows(lines, len(header), place)
    if faults:
        return Table(place=place, unreadable=faults, broken=broken)
    table = _checked(header, rows, lines, shape, place)
    return replace(table, broken=broken)


def _decode(data: bytes, place: str) -> str | Fault:
    for mark, name in _OTHER_BOMS:
        if data.startswith(mark):
            return Fault(place=place, what=f"is {name}; save it as CSV UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(place=place, line=line, what="is not UTF-8; save it as CSV UTF-8")


def _rows(lines: list[str], width: int, place: str) -> tuple[dict[int, list[str]], tuple[Fault, ...]]:
    """The fields of each row by line, and the rows that break."""
    rows: dict[int, list[str]] = {}
    broken = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        fields = _split(line)
        if fields is None:
            broken.append(Fault(place=place, line=number, what=_BROKEN))
        elif len(fields) != width:
            what = f"has {len(fields)} fields where the header has {width}; quote cells that hold commas"
            broken.append(Fault(place=place, line=number, what=what))
        else:
            rows[number] = fields
    return rows, tuple(broken)


def _split(line: str) -> list[str] | None:
    """The fields of a line, or None where a quote stands wrong."""
    if len(line) > CELL_LIMIT * 40 or not _LINE.fullmatch(line) or "\r" in line or "\0" in line:
        return None
    try:
        found = list(csv.reader([line], strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None


def _checked(header: list[str], rows: dict[int, list[str]], lines: list[str], shape: Shape, place: str) -> Table:
    """The rows as pandas reads them, if it reads what the csv module read."""
    frame = _frame([lines[0], *(lines[number - 1] for number in rows)])
    if frame is None or frame.to_numpy().tolist() != list(rows.values()):
        what = "reads differently with two readers; save it again as CSV UTF-8"
        return Table(place=place, unreadable=(Fault(place=place, what=what),))
    found: list[Row] = []
    for line, fields in rows.items():
        row = row_of(dict(zip(header, fields, strict=True)), line=line, shape=shape, place=place)
        if row is not None:
            found.append(row)
    return Table(place=place, rows=tuple(found))


def _frame(lines: list[str]) -> pd.DataFrame | None:
    text = io.StringIO("\n".join(lines))
    try:
        return pd.read_csv(text, dtype=str, keep_default_na=False, index_col=False, skip_blank_lines=False)
    except (ValueError, pd.errors.ParserError):
        return None
