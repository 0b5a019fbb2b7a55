"""The people table: who the program knows, for finding them in text and for knowing who signs for them.

- Columns: person_id, name; aliases, birth_date, adult_attested, legal_status, minor_rule, phones, emails, addresses and
  ids may be left out. Lists have semicolons between. An entry of `ids` may say what it is (`US_SSN:123-45-6789`);
  without a label it is a record number of the program.
- A bad row tied to a person stops that person's sessions; the others are still read. A row of nobody stops the batch:
  a name that belongs to no code is a name that nobody would look for.
- The same person twice is a fault of that person: which row is true?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.consent.read_cells import Row, Shape
from pipeline.consent.read_table import read_table
from pipeline.consent.records import PersonStatus
from pipeline.consent.rows import BadRow, status_from_row
from pipeline.errors import Fault
from pipeline.labels import IDENTIFIERS, Label
from pipeline.model import Person

PEOPLE = Shape(
    name="people",
    required=("person_id", "name"),
    optional=(
        *("aliases", "birth_date", "adult_attested", "legal_status", "minor_rule"),
        *("phones", "emails", "addresses", "ids"),
    ),
    codes=frozenset({"person_id"}),
    days=frozenset({"birth_date"}),
)
_VALUES = (("phones", Label.PHONE_NUMBER), ("emails", Label.EMAIL_ADDRESS), ("addresses", Label.STREET_ADDRESS))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRead:
    """people: for detection (role and speaker labels come with a session). statuses: for the engine. invalid: faults by
    person. unattributable, unreadable: faults that stop the batch."""

    people: tuple[Person, ...] = field(default=(), repr=False)
    statuses: tuple[PersonStatus, ...] = field(default=(), repr=False)
    invalid: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict, repr=False)
    unattributable: tuple[Fault, ...] = ()
    unreadable: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault, unordered ones first by person code."""
        return (*self.unreadable, *self.unattributable, *(f for _, fs in sorted(self.invalid.items()) for f in fs))


def read_people(data: bytes, *, place: str = "people") -> PeopleRead:
    """Read the people table from CSV, XLSX or Parquet. Never raises for bytes."""
    table = read_table(data, place=place, shape=PEOPLE)
    loose = list(table.broken)
    found: dict[str, tuple[Row, Person, PersonStatus]] = {}
    invalid: dict[str, tuple[Fault, ...]] = {}
    for row in table.rows:
        person_id, faults = _read(row, place, found)
        if person_id is None:
            loose.extend(faults)
        elif faults:
            invalid[person_id] = (*invalid.get(person_id, ()), *faults)
    good = [(person, status) for code, (_, person, status) in found.items() if code not in invalid]
    return PeopleRead(
        people=tuple(person for person, _ in good),
        statuses=tuple(status for _, status in good),
        invalid=invalid,
        unattributable=tuple(loose),
        unreadable=table.unreadable,
    )


def _read(
    row: Row, place: str, found: dict[str, tuple[Row, Person, PersonStatus]]
) -> tuple[str | None, tuple[Fault, ...]]:
    """Read one row into `found`; the person it is tied to and what is wrong."""
    status = status_from_row(row.cells, place, row.line)
    cell_columns = {f.column for f in row.faults}
    faults = list(row.faults)
    if isinstance(status, BadRow):
        faults.extend(f for f in status.faults if f.column not in cell_columns)
    if not row.cells["name"].strip() and "name" not in cell_columns:
        faults.append(Fault(place=place, line=row.line, column="name", what="is blank; fill it in"))
    if status.person_id is not None and status.person_id in found:
        before = found[status.person_id][0].line
        what = f"stands on line {before} already; keep one row a person"
        faults.append(Fault(place=place, line=row.line, column="person_id", what=what))
    if isinstance(status, PersonStatus) and not faults:
        found[status.person_id] = (row, _person(status.person_id, row), status)
    return status.person_id, tuple(faults)


def _person(person_id: str, row: Row) -> Person:
    values = [(label, value) for column, label in _VALUES for value in listed(row.cells[column])]
    values += [_labelled(value) for value in listed(row.cells["ids"])]
    names = (row.cells["name"].strip(), *listed(row.cells["aliases"]))
    return Person(person_id=person_id, names=tuple(dict.fromkeys(names)), values=tuple(values))


def _labelled(value: str) -> tuple[Label, str]:
    name, colon, rest = value.partition(":")
    if colon and name in IDENTIFIERS and rest.strip():
        return Label(name), rest.strip()
    return Label.MEDICAL_RECORD_NUMBER, value


def listed(cell: str) -> tuple[str, ...]:
    """The entries of a semicolon list, blanks left out."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())
