"""A REDCap data dictionary says what the columns of an export are.

Source: the columns of a dictionary as REDCap writes it (by label, or by variable name where its API gave it) and its
field types; `Text Validation Type` names dates as `date_ymd`, `datetime_dmy` and so on.

Rules:
- Free text is read: fields of type `notes`, and of type `text` without validation. Dates by validation are read, too;
  the only one of them is the date of a row where none is named.
- A field that is marked as an identifier is dropped, unless it is named as person, key, author or date: those decide,
  and do not leave as they are. To keep one, or to keep free text as it is, is a fault.
- The person is the first field, the record's id, where none is named. Whatever else is not named is dropped.
- Every fault of a dictionary comes at once, by line; no word of a label or a choice is told.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.errors import Fault, InputError
from pipeline.formats.decode import decode
from pipeline.formats.mapping import TableMapping
from pipeline.formats.pieces import BOM

_NAMES = {
    "name": ("variable / field name", "field_name"),
    "kind": ("field type", "field_type"),
    "validation": (
        "text validation type or show slider number",
        "text_validation_type_or_show_slider_number",
    ),
    "identifier": ("identifier?", "identifier"),
}
_KINDS = frozenset(
    re.findall(r"\w+", "text notes calc dropdown radio checkbox yesno truefalse file slider descriptive sql")
)
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_DATE = re.compile(r"date(?:time(?:_seconds)?)?_[dmy]{3}")
# Columns that REDCap itself adds to an export.
_ADDED = re.compile(r"redcap_\w+|\w+_complete|\w+_timestamp")
_CHOICE = re.compile(r"___\w+\Z")  # a column for each box of a field of boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a program says of an export beside its dictionary; None: the dictionary says it."""

    person: str | None = None
    key: str | None = None
    date: str | None = None
    author: str | None = None
    text: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    line: int
    name: str = field(repr=False)
    kind: str
    validation: str
    identifier: bool

    @property
    def is_date(self) -> bool:
        return self.kind == "text" and _DATE.fullmatch(self.validation) is not None

    @property
    def is_free(self) -> bool:
        return self.kind == "notes" or (self.kind == "text" and not self.validation)


def mapping_by_dictionary(data: bytes, named: Named, *, place: str = "dictionary") -> TableMapping:
    """The mapping of an export. Raises InputError with every fault of the dictionary and of what is named."""
    fields, faults = _fields(data, place)
    if not faults:
        faults = [*_named_faults(fields, named, place)]
    if faults:
        raise InputError("the data dictionary cannot be used", faults)
    person = named.person or next(iter(fields))
    dates = [f.name for f in fields.values() if f.is_date and not f.identifier and f.name != person]
    date = named.date or (dates[0] if len(dates) == 1 else None)
    free = [f.name for f in fields.values() if f.is_free and not f.identifier]
    decide = {person, named.key, named.author, date}
    text = tuple(name for name in dict.fromkeys([*free, *dates, *named.text]) if name not in decide)
    if not text:
        what = "no field of it is free text that is not an identifier; there is nothing to read"
        raise InputError("the data dictionary cannot be used", [Fault(place=place, what=what)])
    return TableMapping(
        person=person, key=named.key, date=date, author=named.author, text=text, keep=named.keep, sheet=named.sheet
    )


def _fields(data: bytes, place: str) -> tuple[dict[str, _Field], list[Fault]]:
    """The fields in order, and what is wrong with the dictionary."""
    text = decode(data, place=place).text.removeprefix(BOM)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    fields: dict[str, _Field] = {}
    faults: list[Fault] = []
    try:
        header = [name.strip().strip('"').casefold() for name in next(reader)]
        columns = {part: next((header.index(n) for n in names if n in header), -1) for part, names in _NAMES.items()}
        for part in (p for p, at in columns.items() if at < 0):
            what = f"it has no column `{_NAMES[part][0]}`; export the dictionary again"
            faults.append(Fault(place=place, line=1, what=what))
        for row in reader if not faults else ():
            if any(cell.strip() for cell in row):
                found, told = _field(row, columns, reader.line_num, place)
                faults += told
                if found is not None and found.name in fields:
                    faults.append(Fault(place=place, line=found.line, what="a field of that name stands above"))
                elif found is not None:
                    fields[found.name] = found
    except csv.Error:
        what = "it is no CSV from here on; export the dictionary again"
        faults.append(Fault(place=place, line=reader.line_num, what=what))
    if not fields and not faults:
        faults.append(Fault(place=place, what="it has no field; export the dictionary again"))
    return fields, faults


def _field(row: list[str], columns: Mapping[str, int], line: int, place: str) -> tuple[_Field | None, list[Fault]]:
    if max(columns.values()) >= len(row):
        return None, [Fault(place=place, line=line, what="it has fewer cells than the header; export it again")]
    told = {part: row[at].strip() for part, at in columns.items()}
    wrong = {
        "name": None if _FIELD.fullmatch(told["name"]) else "is no name of a field",
        "kind": None if told["kind"] in _KINDS else "is no field type of REDCap; a typo?",
        "identifier": None if told["identifier"].casefold() in ("", "y") else "is neither `y` nor empty",
    }
    faults = [
        Fault(place=place, line=line, column=_NAMES[part][0], what=what)
        for part, what in wrong.items()
        if what is not None
    ]
    found = _Field(
        line=line,
        name=told["name"],
        kind=told["kind"],
        validation=told["validation"],
        identifier=bool(told["identifier"]),
    )
    return (None if faults else found), faults


def _named_faults(fields: Mapping[str, _Field], named: Named, place: str) -> Iterator[Fault]:
    """What is named and cannot be so."""
    one = (("person", named.person), ("key", named.key), ("date", named.date), ("author", named.author))
    many = [("text", name) for name in named.text] + [("keep", name) for name in named.keep]
    for part, name in (*one, *many):
        if name is None:
            continue
        known = fields.get(_CHOICE.sub("", name))
        what = None
        if known is None:
            what = None if _ADDED.fullmatch(name) else "the dictionary has no such field; correct one of them"
        elif known.identifier and part in ("text", "keep"):
            what = "the dictionary marks it as an identifier; take it out"
        elif part == "keep" and (known.is_free or known.is_date):
            what = "it is free text or a date, which is read and not kept as it is; take it out"
        if what is not None:
            yield Fault(place=place, column=f"{part}.{name}", what=what)
    everything = [name for _, name in (*one, *many) if name is not None]
    if len(set(everything)) != len(everything):
        yield Fault(place=place, what="two of the named columns are one; name each once")
