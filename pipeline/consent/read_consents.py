"""The consent table, from a file or from a database, becomes records and everything that could not be one.

- A bad row tied to a person is listed with its person (STORE_ROW_INVALID); one tied to nobody, or one that cannot be
  told apart from the next, stops the batch (STORE_ROW_UNATTRIBUTABLE); an unreadable file stops it too.
- All columns of the table must stand in the header: where `revoked_on` is left out, revocations are lost in silence.
- Nothing is dropped in silence: every row is a record or a fault.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from pipeline.consent.read_cells import Shape, Table
from pipeline.consent.read_mappings import read_mappings
from pipeline.consent.read_table import read_table
from pipeline.consent.records import ALL, ConsentRecord, RecordType, Voter
from pipeline.consent.rows import COLUMNS, record_from_row
from pipeline.errors import ConsentError, Fault

CONSENTS = Shape(
    name="consent",
    required=COLUMNS,
    codes=frozenset({"consent_id", "version", "person_id", "supersedes_id"}),
    numbers=frozenset({"version"}),
    days=frozenset(
        {"data_from", "data_to", "signed_on", "effective_on", "expires_on", "revoked_on", "recorded_at"},
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentsRead:
    """What one source of consent records holds: the arguments of `records.store_of`, and `faults` to show."""

    records: tuple[ConsentRecord, ...] = ()
    natives: tuple[Voter, ...] = field(default=(), repr=False)
    invalid: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict, repr=False)
    unattributable: tuple[Fault, ...] = ()
    unreadable: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault in the order of the file; no fault names a person."""
        bad = (fault for faults in self.invalid.values() for fault in faults)
        every = {*self.unreadable, *self.unattributable, *bad}
        return tuple(sorted(every, key=lambda f: (f.place, f.line or 0, f.column or "", f.what)))

    def checked(self) -> ConsentsRead:
        """Itself, if there is no fault at all; else ConsentError with every one. For `consent import` and `check`."""
        if self.faults:
            raise ConsentError("the consent records have faults; mend them and run this again", self.faults)
        return self


def read_consents(data: bytes, *, zone: tzinfo, place: str = "consents") -> ConsentsRead:
    """Read a file of the consent table: CSV, XLSX or Parquet. zone: the program's. Never raises for bytes."""
    return _consents(read_table(data, place=place, shape=CONSENTS), zone)


def consents_from_rows(rows: Iterable[Mapping[str, object]], *, zone: tzinfo, place: str = "consents") -> ConsentsRead:
    """Read rows of a database table with the same columns; a fault's line is the number of its row."""
    return _consents(read_mappings(rows, place=place, shape=CONSENTS), zone)


def joined(reads: Iterable[ConsentsRead]) -> ConsentsRead:
    """Several sources as one."""
    every = tuple(reads)
    invalid: dict[str, tuple[Fault, ...]] = {}
    for read in every:
        for person, faults in read.invalid.items():
            invalid[person] = (*invalid.get(person, ()), *faults)
    return ConsentsRead(
        records=tuple(r for read in every for r in read.records),
        natives=tuple(n for read in every for n in read.natives),
        invalid=invalid,
        unattributable=tuple(f for read in every for f in read.unattributable),
        unreadable=tuple(f for read in every for f in read.unreadable),
    )


def cross_checked(
    read: ConsentsRead, *, people: Collection[str], recipients: Collection[str] | None = None
) -> ConsentsRead:
    """The same, held against the other tables. people: every code of the people table, those of its bad rows too.
    recipients: the registered ids (None: not looked at).

    - What names a person of no people table belongs to nobody: with one letter wrong it may be anybody's revocation.
    - A refusal that names a recipient of no register is a bad row of its person: with one letter wrong it refuses
      nobody. A consent that names one permits nobody, and needs no fault.
    """
    strangers = [(r.consent_id, r.version) for r in read.records if r.person_id not in people]
    strangers += [(n.consent_id, n.version) for n in read.natives if n.person_id not in people]
    loose = [fault for person, found in read.invalid.items() if person not in people for fault in found]
    invalid = {person: found for person, found in read.invalid.items() if person in people}
    for r in read.records:
        named = {i for i in r.recipients if not i.startswith("class:") and i != ALL}
        astray = recipients is not None and r.record_type is RecordType.REFUSAL and not named <= set(recipients)
        if astray and r.person_id in people:
            fault = _about(r.consent_id, r.version, "refuses a recipient that is not registered; mend the id")
            invalid[r.person_id] = (*invalid.get(r.person_id, ()), fault)
    what = "names a person that the people table does not know; mend the code or add the person"
    return replace(
        read,
        records=tuple(r for r in read.records if r.person_id in people),
        natives=tuple(n for n in read.natives if n.person_id in people),
        invalid=invalid,
        unattributable=(*read.unattributable, *(_about(i, v, what) for i, v in strangers), *loose),
    )


def _about(consent_id: str, version: int, what: str) -> Fault:
    return Fault(place="consents", column=f"{consent_id} version {version}", what=what)


def _consents(table: Table, zone: tzinfo) -> ConsentsRead:
    records: list[ConsentRecord] = []
    invalid: dict[str, tuple[Fault, ...]] = {}
    loose = list(table.broken)
    for row in table.rows:
        read = record_from_row(row.cells, table.place, row.line, zone=zone)
        faults = row.faults if isinstance(read, ConsentRecord) else _merged(row.faults, read.faults)
        if isinstance(read, ConsentRecord) and not faults:
            records.append(read)
        elif read.person_id is None:
            loose.extend(faults)
        else:
            invalid[read.person_id] = (*invalid.get(read.person_id, ()), *faults)
    return ConsentsRead(
        records=tuple(records), invalid=invalid, unattributable=tuple(loose), unreadable=table.unreadable
    )


def _merged(cell: tuple[Fault, ...], row: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """A cell that its container refused is blank to the row's reader; its first fault says more."""
    known = {fault.column for fault in cell}
    return (*cell, *(fault for fault in row if fault.column not in known))
