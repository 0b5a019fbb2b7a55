"""What every table of the records folder is, whatever container it came in: rows of text with their lines.

- A cell is text. What it holds is never in a message; lines and columns are.
- Refused in any cell: control characters (NUL, tabs, line breaks), more than CELL_LIMIT characters.
- Columns of codes hold visible ASCII without spaces: an invisible character would make a second person of one code,
  and a revocation of the first would be lost.
- A row whose cells are all blank says nothing and is passed over.
- A fault of a cell stays with its row; a row that cannot be told apart (a wrong number of fields, a stray quote)
  belongs to nobody and may be anyone's revocation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from pipeline.errors import Fault

CELL_LIMIT = 10_000  # characters; longer than any field of a consent form
_SERIALS_CERTAIN = date(1900, 3, 1)  # spreadsheets count a 29 February 1900 that never was
ROW_LIMIT = 5_000_000  # twenty times the largest program that the benchmark knows
# Unicode C0 and C1 control characters and the two line separators
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CODE = re.compile(r"[!-~]*")
# An unknown column is named if it is written as ours are (no capital, no blank) and stands among enough known ones,
# else counted: a column may be headed by a name, and in a file without a header it may be anybody's words.
_COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The columns of a table. name: what messages call it. optional: may be left out, and is then blank.

    codes: columns of ids (visible ASCII). numbers: where a typed whole number is taken; days: where a typed date is.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns in order."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its first line in the file (from 1, the header included) or its number in a query, its cells by column
    (missing optional columns blank), and what is wrong with single cells."""

    line: int
    cells: Mapping[str, str] = field(repr=False)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What was read. unreadable: why the file as a whole cannot be used. broken: rows that could not be told apart."""

    place: str
    rows: tuple[Row, ...] = ()
    unreadable: tuple[Fault, ...] = ()
    broken: tuple[Fault, ...] = ()


def header_faults(header: Sequence[str], shape: Shape, place: str) -> tuple[Fault, ...]:
    """Everything wrong with the names of the columns: duplicates, unknown ones, missing ones."""
    known = set(shape.columns)
    if not known & set(header):
        what = f"names no column of the {shape.name} table; the first line holds the names with commas between"
        return (Fault(place=place, line=1, what=what),)
    found = []
    is_header = 2 * len(known & set(header)) >= len(shape.required)
    for number, name in enumerate(header, start=1):
        shown = name if name in known or (is_header and _COLUMN_NAME.fullmatch(name)) else f"number {number}"
        if name in header[: number - 1]:
            found.append(Fault(place=place, line=1, column=shown, what="stands twice in the header; keep one"))
        elif name not in known:
            what = f"is not a column of the {shape.name} table; remove or rename it"
            found.append(Fault(place=place, line=1, column=shown, what=what))
    for name in shape.required:
        if name not in header:
            found.append(Fault(place=place, line=1, column=name, what="is missing; add it, blank where unknown"))
    return tuple(found)


def row_of(cells: Mapping[str, str], *, line: int, shape: Shape, place: str, typed: Iterable[Fault] = ()) -> Row | None:
    """The row with its cells checked, or None where all of it is blank. typed: faults that the container found."""
    full = {column: cells.get(column, "") for column in shape.columns}
    faults = list(typed)
    if not faults and not any(value.strip() for value in full.values()):
        return None
    for column, value in full.items():
        what = _cell_fault(value, column in shape.codes)
        if what is not None:
            faults.append(Fault(place=place, line=line, column=column, what=what))
    return Row(line=line, cells=full, faults=tuple(faults))


def _cell_fault(value: str, code: bool) -> str | None:
    if len(value) > CELL_LIMIT:
        return f"holds more than {CELL_LIMIT} characters; shorten it"
    if _CONTROL.search(value):
        return "holds a control character or a line break; write it on one line"
    if code and not _CODE.fullmatch(value.strip(" ")):
        return "holds a space or a character outside ASCII; ids have neither"
    return None


def typed_text(value: object, name: str, shape: Shape) -> tuple[str, str | None]:
    """A value that its container typed, as text, or what is wrong with it. Used for every container with types."""
    if value is None or isinstance(value, str):
        return value or "", None
    if isinstance(value, bool):
        return "", "holds a tick or truth value; write yes or no as text"
    if isinstance(value, int) and name in shape.numbers:
        return str(value), None
    if isinstance(value, datetime) and value.time() == time() and value.tzinfo is None:
        value = value.date()
    if isinstance(value, datetime):
        return "", "holds a date with a time; write it as text with its offset, such as 2026-01-31T09:30:00-05:00"
    if isinstance(value, date) and name in shape.days and value >= _SERIALS_CERTAIN:
        return value.isoformat(), None
    if isinstance(value, date):
        return "", "holds a date that cannot be taken here; write it as text, such as 2026-01-31"
    return "", "holds a number or another typed value; format the column as text and type it again"
