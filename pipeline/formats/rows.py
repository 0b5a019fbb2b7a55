"""Tables in containers (workbooks, Parquet, lines of JSON): values are taken out of rows, and put back into new ones.

Rules:
- The Document's text is taken out of the file: a line of column names, then a line a row, each cell with a tab after
  it. Of a column that the mapping does not name it holds one blank, of a row that is not asked for one line end, so no
  word of theirs becomes a value, and all that was dropped is counted.
- What a column is stands in its header line as the number of tabs after its name: all that a copy needs to be made of
  the same file is in the Document.
- A copy is a new file of the kept rows and named columns and of nothing else. Kept columns keep their types; what was
  read (person, date, text) becomes text; a person's cell that nothing replaced is empty.
- Without a mapping (to look for identifiers) every cell is BODY and every name FREE; no copy can be made of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final

from pipeline.errors import Fault, InputError
from pipeline.formats.cells import MOST_COLUMNS
from pipeline.formats.format import File, refuse_other_bytes
from pipeline.formats.mapping import RowRef, TableMapping
from pipeline.formats.pieces import Cutter, Layout, Swap
from pipeline.model import Document, Redaction, RegionKind, Turn

_FIXED, _LABEL, _BODY, _FREE, _DROPPED = (
    RegionKind.FIXED,
    RegionKind.LABEL,
    RegionKind.BODY,
    RegionKind.FREE,
    RegionKind.DROPPED,
)
_TABS: Final[Mapping[RegionKind, str]] = {_FIXED: "\t", _BODY: "\t\t", _LABEL: "\t\t\t"}
_KINDS: Final = {tabs: kind for kind, tabs in _TABS.items()}
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that is read."""

    name: str
    kind: RegionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row: its line in the file (a number that people can find) and its values, those of read columns in order.
    hidden: it is not shown to whoever opens the file, and does not leave."""

    line: int
    values: Sequence[object] = field(repr=False)
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a container holds. names: of all its columns, in order. head: what the part of the file is
    called that is read, in a copy, too; it stands last in the text."""

    names: tuple[str, ...]
    records: Sequence[Record] = field(repr=False)
    head: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What a format of this kind can do. load: the columns that are asked for by name, each with its kind; in which of
    the file's sheets, by the head of the copy (None: by the mapping). every: all cells of all sheets, each sheet with
    the names over it. save: rows of values under columns, as the bytes of a new file like this one."""

    load: Callable[[File, Mapping[str, RegionKind], str | None], Sheet]
    every: Callable[[File], Iterable[tuple[Sequence[str], Iterable[Sequence[object]]]]]
    save: Callable[[File, tuple[Column, ...], Iterable[Sequence[object]], str], bytes]

    def extract(self, file: File) -> tuple[str, Layout]:
        """The text taken out of the file, and its layout. Raises InputError with every fault."""
        if file.mapping is None:
            return _lay_out_all(self.every(file))
        kinds = kinds_of(file.mapping)
        laid = _lay_out(self.load(file, kinds, None), kinds, file.rows)
        return laid.text, laid.layout

    def rebuild(self, file: File, document: Document, redaction: Redaction) -> bytes:
        """The bytes of the copy."""
        head, kinds = _told(document)
        sheet = self.load(file, kinds, head)
        columns = tuple(Column(name=name, kind=kinds[name]) for name in sheet.names if name in kinds)
        return self.save(file, columns, _rewritten(sheet, kinds, document, redaction), head)

    def index(self, file: File) -> tuple[RowRef, ...]:
        """The rows by what decides about them. Raises InputError with every fault."""
        assert file.mapping is not None  # only mapped files are indexed
        keys = [file.mapping.person, file.mapping.key, file.mapping.date, file.mapping.author]
        kinds = dict.fromkeys([k for k in keys if k is not None], _FIXED)
        return _indexed(self.load(file, kinds, None), file.mapping, file.place)


def kinds_of(mapping: TableMapping) -> dict[str, RegionKind]:
    """What each column that is read is. `key` and `author` decide and do not leave."""
    kinds = {mapping.person: _LABEL, **dict.fromkeys(mapping.text, _BODY), **dict.fromkeys(mapping.keep, _FIXED)}
    return kinds | ({mapping.date: _BODY} if mapping.date is not None else {})


def words(value: object) -> str:
    """What a cell says. Numbers with the 15 digits that a spreadsheet keeps; days and times in ISO form."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def day(value: object) -> str | None:
    """The day of a cell, as a decision needs it."""
    return words(value.date() if isinstance(value, datetime) else value).strip() or None


class _Text:
    """The text as it grows, and its layout."""

    def __init__(self) -> None:
        self.cutter = Cutter()
        self.parts: list[str] = []
        self.at = 0

    def put(self, text: str, kind: RegionKind, turn: int | None = None) -> tuple[int, int]:
        start, self.at = self.at, self.at + len(text)
        self.parts.append(text)
        self.cutter.cut(self.at, kind, turn)
        return start, self.at

    def row(self, cells: Iterable[tuple[object, RegionKind]], turn: int) -> list[tuple[int, int]]:
        places = []
        for value, kind in cells:
            text = words(value)
            places.append(self.put(_SPACES.sub(" ", text) if kind is _FIXED else text, kind, turn))
            self.put("\t", _FIXED, turn)
        self.put("\n", _FIXED, turn)
        return places

    def done(self, turns: Sequence[Turn]) -> tuple[str, Layout]:
        return "".join(self.parts), self.cutter.layout(tuple(turns))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    """A laid out text; of each of its turns the record, and where its cells stand."""

    text: str = field(repr=False)
    layout: Layout
    turns: tuple[tuple[Record, list[tuple[int, int]]], ...] = field(repr=False)


def _lay_out(sheet: Sheet, kinds: Mapping[str, RegionKind], wanted: frozenset[int] | None) -> _Laid:
    out, turns, found = _Text(), list[Turn](), list[tuple[Record, list[tuple[int, int]]]]()
    for name in sheet.names:
        out.put(name if name in kinds else " ", _FIXED if name in kinds else _DROPPED)
        out.put(_TABS[kinds[name]] if name in kinds else "", _FIXED)
    out.put("\n", _FIXED)
    read = [kinds[name] for name in sheet.names if name in kinds]
    person = read.index(_LABEL) if _LABEL in read else None
    for n, record in enumerate(sheet.records):
        if record.hidden or (wanted is not None and n not in wanted):
            out.put("\n", _DROPPED)
            continue
        named = words(record.values[person]).strip() if person is not None else ""
        found.append((record, out.row(zip(record.values, read, strict=True), len(turns))))
        turns.append(Turn(n=len(turns), person_id=named or None))
    out.put(sheet.head, _FIXED)
    text, layout = out.done(turns)
    return _Laid(text=text, layout=layout, turns=tuple(found))


def _lay_out_all(sheets: Iterable[tuple[Sequence[str], Iterable[Sequence[object]]]]) -> tuple[str, Layout]:
    out, turns = _Text(), list[Turn]()
    for names, rows in sheets:
        for name in names:
            out.put(name or "-", _FREE)
            out.put("\t", _FIXED)
        out.put("\n", _FIXED)
        for values in rows:
            out.row(((value, _BODY) for value in values), len(turns))
            turns.append(Turn(n=len(turns)))
    return out.done(turns)


def _told(document: Document) -> tuple[str, dict[str, RegionKind]]:
    """The head of the table and what its columns are, from the Document alone. InputError where it was read without a
    mapping."""
    regions = [r for r in document.regions if r.turn is None]
    if not regions or regions[0].kind is _FREE:
        what = "nothing says which of its columns may leave; name them in `storykeeper.toml`"
        raise InputError(f"`{document.doc_id}` cannot be written", [Fault(place=document.doc_id, what=what)])
    header = [document.text[r.start : r.end] for r in regions if r.kind is _FIXED]
    head = header.pop() if header[-1] != "\n" else ""
    return head, {name: _KINDS[tabs] for name, tabs in zip(header[:-1:2], header[1::2], strict=True)}


def _rewritten(
    sheet: Sheet, kinds: Mapping[str, RegionKind], document: Document, redaction: Redaction
) -> Iterator[tuple[object, ...]]:
    """The values of the kept rows with the stand-ins in place, one a read column."""
    laid = _lay_out(sheet, kinds, _asked(document))
    if laid.text != document.text:
        refuse_other_bytes(document.doc_id)
    swap = Swap(laid.text, redaction.replacements, str)
    read = [kinds[name] for name in sheet.names if name in kinds]
    for turn, (record, places) in enumerate(laid.turns):
        if turn in redaction.kept:
            yield tuple(_written(*cell, swap) for cell in zip(record.values, read, places, strict=True))


def _written(value: object, kind: RegionKind, place: tuple[int, int], swap: Swap) -> object:
    if kind is _FIXED or place[0] == place[1]:
        return value
    if kind is _LABEL and not swap.covers(*place):
        return ""
    return swap.stretch(*place)


def _asked(document: Document) -> frozenset[int]:
    """The numbers of the rows that are in a Document."""
    asked: list[int] = []
    n = turn = 0
    for region in document.regions:
        if region.turn is not None and region.turn >= turn:
            asked.append(n)
            n, turn = n + 1, region.turn + 1
        elif region.kind is _DROPPED and document.text[region.start] == "\n":
            n += 1
    return frozenset(asked)


def _indexed(sheet: Sheet, mapping: TableMapping, place: str) -> tuple[RowRef, ...]:
    read = [name for name in sheet.names if name in (mapping.person, mapping.key, mapping.date, mapping.author)]
    rows: list[RowRef] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for n, record in enumerate(sheet.records):
        found = dict(zip(read, map(day, record.values), strict=True))
        key = (found.get(mapping.key) if mapping.key is not None else None) or str(n + 1)
        if key in seen:
            what = "the key of another row; make keys unique"
            faults.append(Fault(place=place, line=record.line, column=mapping.key, what=what))
        seen.add(key)
        if not record.hidden:
            told = {part: found.get(name or "") for part, name in (("date", mapping.date), ("author", mapping.author))}
            rows.append(RowRef(n=n, key=key, person_id=found[mapping.person] or "", **told))
    if faults:
        raise InputError(f"`{place}` cannot be read as a table", faults)
    return tuple(rows)


def check_names(names: Sequence[str], kinds: Mapping[str, RegionKind], place: str, line: int | None = None) -> None:
    """InputError for names that stand twice and names that are asked for and missing, all at once."""
    if len(names) > MOST_COLUMNS:
        what = f"it has more than {MOST_COLUMNS} columns, more than Excel; is it a table of notes?"
        raise InputError(f"`{place}` cannot be read as a table", [Fault(place=place, line=line, what=what)])
    faults = [
        Fault(place=place, line=line, column=name, what="the mapping names it and the header does not; correct one")
        for name in kinds
        if name not in names
    ]
    if len(set(names) - {""}) != sum(1 for name in names if name):
        faults.append(Fault(place=place, line=line, what="two columns have one name; rename one"))
    if faults:
        raise InputError(f"`{place}` cannot be read as a table", faults)
