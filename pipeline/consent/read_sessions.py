"""The session table and the participant table: what there is, when it was, who was there.

- sessions: session_id, session_date, kind (individual, group, mutual_aid, table), note_class, program, file,
  roster_complete. participants: session_id, person_id, role (client, staff, guest), speaker_label, and
  self_disclosure_ok, which may be left out (then nobody has said yes).
- A session with a fault in its own row, or in a row of its roster, is left out; what has no entry is denied. So are two
  sessions of one id or of one file, and a roster where two people answer to one speaker label.
- A row that belongs to no session stops the batch: somebody was there, and nobody knows where.
- A blank date or note class stays blank, and the engine denies it by its own reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.consent.moments import parse_day
from pipeline.consent.read_cells import Row, Shape
from pipeline.consent.read_table import read_table
from pipeline.consent.records import NoteClass
from pipeline.errors import Fault
from pipeline.model import Role

SESSIONS = Shape(
    name="session",
    required=("session_id", "session_date", "kind", "note_class", "program", "file", "roster_complete"),
    codes=frozenset({"session_id"}),
    days=frozenset({"session_date"}),
)
PARTICIPANTS = Shape(
    name="participant",
    required=("session_id", "person_id", "role", "speaker_label"),
    optional=("self_disclosure_ok",),
    codes=frozenset({"session_id", "person_id"}),
)


class EntryKind(StrEnum):
    """What an entry of the session table is. A table holds many notes: each permitted row is decided by itself."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    MUTUAL_AID = "mutual_aid"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEntry:
    """One row of the session table. `file`: path inside the inbox; a file name can be a name, so repr leaves it out."""

    session_id: str
    session_date: date | None
    kind: EntryKind
    note_class: NoteClass | None
    program: str | None
    file: str | None = field(repr=False)
    roster_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantEntry:
    """One row of the participant table."""

    session_id: str
    person_id: str
    role: Role
    speaker_label: str | None = field(repr=False)
    self_disclosure_ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsRead:
    """sessions and participants: of sessions without any fault. denied: the faults of the others by session id.
    unattributable, unreadable: faults that stop the batch."""

    sessions: tuple[SessionEntry, ...] = ()
    participants: tuple[ParticipantEntry, ...] = ()
    denied: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    unattributable: tuple[Fault, ...] = ()
    unreadable: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault, those of single sessions last."""
        return (*self.unreadable, *self.unattributable, *(f for _, fs in sorted(self.denied.items()) for f in fs))


class _Reading:
    """Faults by the session they belong to; None is no session."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.faults: dict[str | None, list[Fault]] = {}

    def add(self, session_id: str | None, line: int, column: str, what: str) -> None:
        self.keep(session_id, [Fault(place=self.place, line=line, column=column, what=what)])

    def keep(self, session_id: str | None, faults: Iterable[Fault]) -> None:
        self.faults.setdefault(session_id, []).extend(faults)

    def choice(self, row: Row, column: str, kind: type[StrEnum], *, blank: bool = False) -> str | None:
        """The value of a closed list; a fault where it is unknown, or blank and must not be."""
        value = row.cells[column].strip()
        if value in kind.__members__.values() or (blank and not value):
            return value or None
        known = ", ".join(f"`{member}`" for member in kind)
        what = f"holds an unknown value; use {known}" if value else f"is blank; use {known}"
        self.add(session_of_row(row), row.line, column, what)
        return None

    def flag(self, row: Row, column: str) -> bool:
        value = row.cells[column].strip()
        if value not in ("yes", "no", ""):
            self.add(session_of_row(row), row.line, column, "holds an unknown value; use yes or no")
        return value == "yes"


def session_of_row(row: Row) -> str | None:
    """The session a row names, or None where it names none that can be read."""
    bad = any(f.column == "session_id" for f in row.faults)
    return None if bad else row.cells["session_id"].strip() or None


def read_sessions(sessions: bytes, participants: bytes) -> SessionsRead:
    """Read both tables from CSV, XLSX or Parquet, and hold them against each other. Never raises for bytes."""
    entry_table = read_table(sessions, place="sessions", shape=SESSIONS)
    people_table = read_table(participants, place="participants", shape=PARTICIPANTS)
    entry_reading, people_reading = _Reading("sessions"), _Reading("participants")
    entries = [_entry(row, entry_reading) for row in entry_table.rows]
    members = [_participant(row, people_reading) for row in people_table.rows]
    good = [(row, e) for row, e in zip(entry_table.rows, entries, strict=True) if e is not None]
    there = [(row, p) for row, p in zip(people_table.rows, members, strict=True) if p is not None]
    _twice(good, entry_reading)
    _rosters(there, {session_of_row(row) for row in entry_table.rows}, people_reading)
    faults = _both(entry_reading.faults, people_reading.faults)
    return SessionsRead(
        sessions=tuple(e for _, e in good if e.session_id not in faults),
        participants=tuple(p for _, p in there if p.session_id not in faults),
        denied={session: tuple(found) for session, found in faults.items() if session is not None},
        unattributable=(*entry_table.broken, *people_table.broken, *faults.get(None, ())),
        unreadable=(*entry_table.unreadable, *people_table.unreadable),
    )


def _both(*parts: Mapping[str | None, list[Fault]]) -> dict[str | None, list[Fault]]:
    found: dict[str | None, list[Fault]] = {}
    for part in parts:
        for session, faults in part.items():
            found.setdefault(session, []).extend(faults)
    return found


def _named(row: Row, reading: _Reading) -> str | None:
    """The session of a row, its cell faults kept; a row without a session is a fault of nobody's."""
    session = session_of_row(row)
    if row.faults:
        reading.keep(session, row.faults)
    elif session is None:
        reading.add(None, row.line, "session_id", "is blank; write the session it belongs to")
    return session


def _entry(row: Row, reading: _Reading) -> SessionEntry | None:
    session = _named(row, reading)
    kind = reading.choice(row, "kind", EntryKind)
    note_class = reading.choice(row, "note_class", NoteClass, blank=True)
    day_text = row.cells["session_date"].strip()
    day = parse_day(day_text) if day_text else None
    if day_text and day is None:
        reading.add(session, row.line, "session_date", "is no date such as 2026-01-31; mend it")
    file = row.cells["file"].strip() or None
    if file is not None and (file.startswith(("/", "\\")) or ".." in file.replace("\\", "/").split("/") or ":" in file):
        reading.add(session, row.line, "file", "leads out of the inbox; write a path inside it")
    complete = reading.flag(row, "roster_complete")
    if session is None or kind is None:
        return None
    return SessionEntry(
        session_id=session,
        session_date=day,
        kind=EntryKind(kind),
        note_class=None if note_class is None else NoteClass(note_class),
        program=row.cells["program"].strip() or None,
        file=file,
        roster_complete=complete,
    )


def _participant(row: Row, reading: _Reading) -> ParticipantEntry | None:
    session = _named(row, reading)
    role = reading.choice(row, "role", Role)
    person = row.cells["person_id"].strip()
    if not person and not any(f.column == "person_id" for f in row.faults):
        reading.add(session, row.line, "person_id", "is blank; write who was there")
    ok = reading.flag(row, "self_disclosure_ok")
    if session is None or role is None or not person:
        return None
    label = row.cells["speaker_label"].strip() or None
    return ParticipantEntry(
        session_id=session, person_id=person, role=Role(role), speaker_label=label, self_disclosure_ok=ok
    )


def _twice(entries: Sequence[tuple[Row, SessionEntry]], reading: _Reading) -> None:
    """Two sessions of one id, or of one file: who was there cannot be known."""
    ids = Counter(e.session_id for _, e in entries)
    files = Counter(e.file.casefold() for _, e in entries if e.file is not None)
    for row, entry in entries:
        if ids[entry.session_id] > 1:
            reading.add(entry.session_id, row.line, "session_id", "stands on several lines; keep one row a session")
        if entry.file is not None and files[entry.file.casefold()] > 1:
            reading.add(entry.session_id, row.line, "file", "belongs to several sessions; keep one session a file")


def _rosters(members: Sequence[tuple[Row, ParticipantEntry]], sessions: set[str | None], reading: _Reading) -> None:
    """Rows of sessions that are not there, and speaker labels that two people answer to."""
    voices: dict[tuple[str, str], set[str]] = {}
    for _, p in members:
        if p.speaker_label is not None:
            voices.setdefault((p.session_id, p.speaker_label.casefold()), set()).add(p.person_id)
    for row, p in members:
        if p.session_id not in sessions:
            reading.add(
                p.session_id, row.line, "session_id", "is in no row of the session table; add it or mend the id"
            )
        if p.speaker_label is not None and len(voices[(p.session_id, p.speaker_label.casefold())]) > 1:
            reading.add(p.session_id, row.line, "speaker_label", "belongs to two people; make them differ")
