"""Rows of a database table become a table of text: the same columns, the same strictness.

The query is another's (pipeline/storage); here are its rows, as mappings of column to value. None is a blank cell.
Lines of faults are the numbers of the rows, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.consent.read_cells import Row, Shape, Table, header_faults, row_of, typed_text
from pipeline.errors import Fault


def read_mappings(rows: Iterable[Mapping[str, object]], *, place: str, shape: Shape) -> Table:
    """Read rows with named columns. Every row must have the same columns. Never raises for what a value may be."""
    found: list[Row] = []
    names: tuple[str, ...] | None = None
    for line, row in enumerate(rows, start=1):
        if names is None:
            names = tuple(map(str, row))
            faults = header_faults(names, shape, place)
            if faults:
                return Table(place=place, unreadable=faults)
        if set(row) != set(names):
            fault = Fault(place=place, line=line, what="has other columns than the first row; query one table")
            return Table(place=place, unreadable=(fault,))
        read = _row(row, line, shape, place)
        if read is not None:
            found.append(read)
    return Table(place=place, rows=tuple(found))


def _row(row: Mapping[str, object], line: int, shape: Shape, place: str) -> Row | None:
    texts: dict[str, str] = {}
    typed: list[Fault] = []
    for name, value in row.items():
        text, what = typed_text(value, name, shape)
        texts[name] = text
        if what is not None:
            typed.append(Fault(place=place, line=line, column=name, what=what))
    return row_of(texts, line=line, shape=shape, place=place, typed=typed)
