"""Comma-separated text cut into cells that know where they stand.

Source: RFC 4180, with tab and semicolon as further separators and any of the three line ends.

Rules:
- A cell that begins with a quote ends with one; a doubled quote inside is one quote; line ends inside belong to it.
- A quote anywhere else is a fault, and so is a record with more or fewer cells than the header. Every fault is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.errors import Fault
from pipeline.formats.pieces import BOM

# As many as Excel has; what has more is no table of notes. Source: Microsoft, "Excel specifications and limits".
MOST_COLUMNS = 16_384
SEPARATORS = (",", "\t", ";")
_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """[start, end) is what stands in the cell, without its quotes."""

    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A line of cells. `line` is the number of its first line in the file; [start, end) holds its line end, too."""

    line: int
    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: its separator, header and records, and what is wrong with it."""

    separator: str
    header: Record
    records: tuple[Record, ...]
    faults: tuple[Fault, ...]


def value(text: str, cell: Cell) -> str:
    """What a cell says."""
    raw = text[cell.start : cell.end]
    return raw.replace('""', '"') if cell.quoted else raw


def separator(text: str) -> str:
    """The separator that the first line holds most of; a comma where it holds none."""
    head = _first_line(text)
    return max(SEPARATORS, key=lambda s: (head.count(s), -SEPARATORS.index(s)))


def too_wide(text: str) -> bool:
    """Does the first line part more cells than `MOST_COLUMNS`? Told before they are cut."""
    return _first_line(text).count(separator(text)) >= MOST_COLUMNS


def _first_line(text: str) -> str:
    return re.split(r"[\r\n]", text.removeprefix(BOM).lstrip("\r\n"), maxsplit=1)[0]


def cut(text: str, *, place: str) -> Grid:
    """Cut a whole text. Empty lines are passed over. Faults are told in the Grid, not raised."""
    mark = separator(text)
    at = 1 if text.startswith(BOM) else 0
    line, records, faults = 1, [], []
    while at < len(text):
        record, fault = _record(text, at, mark, line)
        if fault:
            faults.append(Fault(place=place, line=fault[0], what=fault[1]))
        line += len(_END.findall(text, at, record.end))
        at = record.end
        if len(record.cells) > 1 or record.cells[0].quoted or text[record.cells[0].start : record.cells[0].end].strip():
            records.append(record)
    header, rest = records[0], tuple(records[1:])
    for record in rest:
        if len(record.cells) != len(header.cells):
            what = f"{len(record.cells)} cells under a header of {len(header.cells)}; quote the cell or mend the row"
            faults.append(Fault(place=place, line=record.line, what=what))
    faults.sort(key=lambda fault: fault.line or 0)
    return Grid(separator=mark, header=header, records=rest, faults=tuple(faults))


def _record(text: str, start: int, mark: str, line: int) -> tuple[Record, tuple[int, str] | None]:
    """The record at `start`, and the first thing wrong with it as (line, what)."""
    plain = re.compile(rf"[^{mark}\r\n]*")
    cells: list[Cell] = []
    fault: tuple[int, str] | None = None
    at = start
    while True:
        if text.startswith('"', at):
            close = _closing(text, at + 1)
            if close is None:
                what = "a quote is opened and never closed; close it or double it"
                fault = fault or (line + len(_END.findall(text, start, at)), what)
                cells.append(Cell(start=at + 1, end=len(text), quoted=True))
                at = len(text)
                break
            cells.append(Cell(start=at + 1, end=close, quoted=True))
            at = close + 1
        else:
            end = plain.match(text, at).end()  # type: ignore[union-attr]  # it matches the empty text, too
            cells.append(Cell(start=at, end=end, quoted=False))
            stray = '"' in text[at:end]
            at = end
            if stray:
                fault = fault or (_line(text, start, at, line), "a stray quote; put the cell in quotes and double it")
        if at < len(text) and text[at] not in (mark, "\r", "\n"):
            fault = fault or (_line(text, start, at, line), "words after a closing quote; double the quotes inside")
            at = plain.match(text, at).end()  # type: ignore[union-attr]  # as above
        if at >= len(text) or text[at] != mark:
            break
        at += 1
    end = _END.match(text, at)
    return Record(line=line, start=start, end=end.end() if end else at, cells=tuple(cells)), fault


def _closing(text: str, at: int) -> int | None:
    """Where the quote that closes a cell stands; doubled ones are passed over."""
    while (at := text.find('"', at)) >= 0:
        if not text.startswith('""', at):
            return at
        at += 2
    return None


def _line(text: str, start: int, at: int, line: int) -> int:
    return line + len(_END.findall(text, start, at))
