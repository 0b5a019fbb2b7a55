"""Tables of notes (CSV, TSV, semicolons): one row, one turn.

Rules:
- With a mapping only what it names is read: its text and date columns are BODY, the kept columns are layout, the
  person's column is a LABEL, and every other column is dropped and counted. Of rows that are not asked for, and of
  dropped columns, the text of the Document holds only blanks of the same length, so their words never become values.
- Without a mapping (to look for identifiers, never to release) every cell is BODY.
- A header cell is layout where the mapping names it or it is made of plain column words; else it is free text.
- In the copy a row that is not kept is gone; a dropped column is gone; a person's cell that nothing replaced is empty;
  a header that is free text becomes `column_N`; a cell that a spreadsheet would run as a formula starts with `'`.
"""

from __future__ import annotations

import re

from pipeline.errors import Fault, InputError
from pipeline.formats.cells import MOST_COLUMNS, Cell, Grid, Record, cut, separator, too_wide, value
from pipeline.formats.format import File, Format, refuse_other_bytes, told_by_text
from pipeline.formats.mapping import RowRef, TableMapping
from pipeline.formats.pieces import BOM, Cutter, Layout, Swap
from pipeline.model import Document, Redaction, Region, RegionKind, Turn

NAME = "table"
_FIXED, _LABEL, _BODY, _FREE, _DROPPED = (
    RegionKind.FIXED,
    RegionKind.LABEL,
    RegionKind.BODY,
    RegionKind.FREE,
    RegionKind.DROPPED,
)
# Words that column names of note exports are made of. Source: REDCap and HMIS exports, the tables of sample_data/gold.
# A header with any other word is treated as words of a person.
_COLUMN_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    id no num number ref row entry key code type kind class category status flag mode channel date time day week
    weekday month year when start end started ended mins minutes duration session sess visit contact service svc dos
    born dob age sex gender pronouns name names first last client participant participants person patient member
    youth resident guest caller who staff author writer worker peer by supervisor facilitator provider sender sent
    group program site location where place address phone email zip city county state ssn mrn hmis uid chart plan
    payer policy insurance contacts note notes text free how comment comments remarks body message msg summary
    reason goal goals next mood score rides kits out in seen what happened happens and of the to a goes stop found
    ids cert discussed dictated called tablet home login ip medicine watched referred sup fac girp entered record
    level
    """,
    )
)
_FORMULA = re.compile(r"[=+\-@\t\r]")
_LINE_END = re.compile(r"(?:\r\n|\n|\r)\Z")
_NUMBER = re.compile(r"[+-]?[\d.,]+%?")


def recognises(text: str) -> bool:
    """Is there a header of short cells, and do most records have as many cells? Damage inside does not hide a table."""
    if separator(text) not in text.removeprefix(BOM).lstrip("\r\n").split("\n", 1)[0]:
        return False
    if too_wide(text):
        return True  # and is refused as one
    grid = cut(text, place="")
    names = [value(text, cell).strip() for cell in grid.header.cells]
    if len(names) < 2 or not grid.records or len(set(names)) != len(names):
        return False
    if any(not name or len(name) > 60 or "\n" in name or name.endswith((".", "?", "!", ":")) for name in names):
        return False
    fitting = sum(len(record.cells) == len(names) for record in grid.records)
    if not grid.faults:
        return len(names) > 2 or any(_plain(name) for name in names)
    return len(names) > 2 and all(_plain(name) for name in names) and fitting * 2 >= len(grid.records)


def index_rows(text: str, mapping: TableMapping, *, place: str) -> tuple[RowRef, ...]:
    """The rows of a table by what decides about them. Only the mapped key columns are read. A row without a key is
    named by its number. Raises InputError with every fault."""
    grid = _grid(text, mapping, place)
    column = _columns(text, grid)

    def read(record: Record, name: str | None) -> str | None:
        return value(text, record.cells[column[name]]).strip() if name is not None else None

    rows = [
        RowRef(
            n=n,
            key=read(record, mapping.key) or str(n + 1),
            person_id=read(record, mapping.person) or "",
            date=read(record, mapping.date) or None,
            author=read(record, mapping.author) or None,
        )
        for n, record in enumerate(grid.records)
    ]
    first = {row.key: row.n for row in reversed(rows)}
    faults = [
        Fault(place=place, line=record.line, column=mapping.key, what="the key of another row; make keys unique")
        for record, row in zip(grid.records, rows, strict=True)
        if first[row.key] != row.n
    ]
    if faults:
        raise InputError(f"`{place}` cannot be read as a table", faults)
    return tuple(rows)


def parse(text: str, *, place: str, mapping: TableMapping | None, rows: frozenset[int] | None) -> tuple[str, Layout]:
    """Cut a table; `rows` are the numbers of the rows to read, all where it is None. Returns the text with what is not
    read blanked, and its layout; the turns are the rows asked for, in order. Raises InputError with every fault."""
    grid = _grid(text, mapping, place)
    kinds = _kinds(text, grid, mapping)
    person = _columns(text, grid)[mapping.person] if mapping else None
    cutter = Cutter()
    turns: list[Turn] = []
    for name, cell in zip(_header_kinds(text, grid, kinds, mapping), grid.header.cells, strict=True):
        cutter.cut(cell.start, _FIXED)
        cutter.cut(cell.end, name)
    cutter.cut(grid.header.end, _FIXED)
    for n, record in enumerate(grid.records):
        cutter.cut(record.start, _FIXED)  # empty lines between records
        if rows is not None and n not in rows:
            cutter.cut(record.end, _DROPPED)
            continue
        turn = len(turns)
        named = value(text, record.cells[person]).strip() if person is not None else ""
        turns.append(Turn(n=turn, person_id=named or None))
        for kind, cell in zip(kinds, record.cells, strict=True):
            cutter.cut(cell.start, _FIXED, turn)
            cutter.cut(cell.end, kind, turn)
        cutter.cut(record.end, _FIXED, turn)
    cutter.cut(len(text), _FIXED)
    layout = cutter.layout(tuple(turns))
    return _blanked(text, layout), layout


def _blanked(text: str, layout: Layout) -> str:
    return "".join(" " * (p.end - p.start) if p.kind is _DROPPED else text[p.start : p.end] for p in layout.pieces)


def _grid(text: str, mapping: TableMapping | None, place: str) -> Grid:
    if too_wide(text):
        what = f"it has more than {MOST_COLUMNS} columns, more than Excel; is it a table of notes?"
        raise InputError(f"`{place}` cannot be read as a table", [Fault(place=place, what=what)])
    grid = cut(text, place=place)
    faults = list(grid.faults)
    names = [value(text, cell).strip() for cell in grid.header.cells]
    if len(set(names)) != len(names):
        faults.insert(0, Fault(place=place, line=grid.header.line, what="two columns have one name; rename one"))
    for name in mapping.named if mapping is not None else ():
        if name not in names:
            what = "the mapping names it and the header does not; correct one of them"
            faults.insert(0, Fault(place=place, line=grid.header.line, column=name, what=what))
    if faults:
        raise InputError(f"`{place}` cannot be read as a table", faults)
    return grid


def _columns(text: str, grid: Grid) -> dict[str | None, int]:
    return {value(text, cell).strip(): n for n, cell in enumerate(grid.header.cells)}


def _kinds(text: str, grid: Grid, mapping: TableMapping | None) -> list[RegionKind]:
    """The kind of each column's cells."""
    if mapping is None:
        return [_BODY] * len(grid.header.cells)
    kinds = {mapping.person: _LABEL, **dict.fromkeys(mapping.text, _BODY), **dict.fromkeys(mapping.keep, _FIXED)}
    if mapping.date is not None:
        kinds[mapping.date] = _BODY
    return [kinds.get(value(text, cell).strip(), _DROPPED) for cell in grid.header.cells]


def _header_kinds(text: str, grid: Grid, kinds: list[RegionKind], mapping: TableMapping | None) -> list[RegionKind]:
    if mapping is not None:
        return [_DROPPED if kind is _DROPPED else _FIXED for kind in kinds]
    return [_FIXED if _plain(value(text, cell)) else _FREE for cell in grid.header.cells]


def _plain(name: str) -> bool:
    words = re.findall(r"[^\W_]+", name)
    return bool(words) and all(re.sub(r"\d+$", "", w.casefold()) in _COLUMN_WORDS | {""} for w in words)


def write(text: str, document: Document, redaction: Redaction) -> str:
    """The text of the copy. `text` is the original in full; what goes out is what the document's regions say."""
    grid = cut(text, place=document.doc_id)
    regions = {region.start: region for region in document.regions}
    swap = Swap(text, redaction.replacements, lambda stand_in: stand_in.replace('"', '""'))
    columns = _kept_columns(regions, grid)
    names = [(_header_name(text, regions, grid.header.cells[n], n), grid.header.cells[n].quoted) for n in columns]
    out = [text[: grid.header.start], _line(grid.separator, names, text, grid.header)]
    at = grid.header.end
    for record in grid.records:
        out.append(text[at : record.start])
        at = record.end
        if regions[record.start].turn in redaction.kept:
            cells = [record.cells[n] for n in columns]
            row = [(_written(text, regions, cell, swap), cell.quoted) for cell in cells]
            out.append(_line(grid.separator, row, text, record))
    out.append(text[at:])
    return "".join(out)


def _kept_columns(regions: dict[int, Region], grid: Grid) -> list[int]:
    """The columns that go out. Under a mapping an empty header cell, which has no region, names a dropped column."""
    mapped = any(region.kind in (_LABEL, _DROPPED) for region in regions.values())
    kinds = [regions[cell.start].kind if cell.end > cell.start else None for cell in grid.header.cells]
    return [n for n, kind in enumerate(kinds) if kind is not _DROPPED and not (mapped and kind is None)]


def _header_name(text: str, regions: dict[int, Region], cell: Cell, n: int) -> str:
    if cell.end > cell.start and regions[cell.start].kind is _FIXED:
        return value(text, cell)
    return f"column_{n + 1}"


def _written(text: str, regions: dict[int, Region], cell: Cell, swap: Swap) -> str:
    """What a cell says in the copy. A replacement may cut a doubled quote in two: what is left of it is one quote."""
    if cell.end == cell.start:
        return ""
    kind = regions[cell.start].kind
    if kind is _FIXED:
        return _safe(value(text, cell))
    if kind is _LABEL and not swap.covers(cell.start, cell.end):
        return ""
    return _safe(swap.stretch(cell.start, cell.end).replace('""', '"'))


def _safe(words: str) -> str:
    """Words that no spreadsheet takes for a formula. Source: OWASP's page on CSV injection."""
    if _FORMULA.match(words) and not _NUMBER.fullmatch(words):
        return "'" + words
    return words


def _line(mark: str, cells: list[tuple[str, bool]], text: str, record: Record) -> str:
    end = _LINE_END.search(text[max(record.start, record.end - 2) : record.end])
    special = (mark, '"', "\r", "\n")
    row = [
        '"' + words.replace('"', '""') + '"' if quoted or any(s in words for s in special) else words
        for words, quoted in cells
    ]
    return mark.join(row) + (end[0] if end else "")


def _extract(file: File) -> tuple[str, Layout]:
    return parse(file.decoded.text, place=file.place, mapping=file.mapping, rows=file.rows)


def _rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
    if len(file.decoded.text) != len(document.text):  # the document's has blanks in place of what was not read
        refuse_other_bytes(file.place)
    return file.decoded.encode(write(file.decoded.text, document, redaction))


def _index(file: File) -> tuple[RowRef, ...]:
    assert file.mapping is not None  # only mapped files are indexed
    return index_rows(file.decoded.text, file.mapping, place=file.place)


FORMAT = Format(
    name=NAME,
    ending=".csv",
    title="Tables of notes: CSV, TSV, semicolons",
    told_by="a header of short cells and records of as many cells; or a mapping is given for the file",
    turn="a row",
    speaker="none; the mapped column names the person",
    kept="named columns and their order, quotes, separators, the header's plain names",
    changed="a cell that a spreadsheet would run as a formula starts with `'`",
    left_out="columns that the mapping does not name, rows that were not asked for; a person's cell that nothing "
    "replaced is empty; a header that is no plain column name becomes `column_N`",
    gap="none: the row is gone",
    recognises=told_by_text(recognises),
    extract=_extract,
    rebuild=_rebuild,
    index=_index,
)
