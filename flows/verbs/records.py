"""The records of a workspace, read once for a run: who, when, with whom, and under which yes.

- Every fault of every table is kept with what it stops: a session, a person, or the whole batch (then the store says
  so to the engine, which denies). Nothing is guessed.
- A table that is missing counts as unreadable, not as empty.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.wiring import House
from pipeline.consent.read_consents import ConsentsRead, cross_checked, joined, read_consents
from pipeline.consent.read_fhir import read_fhir
from pipeline.consent.read_people import PeopleRead, read_people
from pipeline.consent.read_recipients import RecipientsRead, read_recipients
from pipeline.consent.read_sessions import ParticipantEntry, SessionEntry, SessionsRead, read_sessions
from pipeline.consent.records import ConsentStore, store_of
from pipeline.errors import Fault
from pipeline.model import Person, Role, Roster
from pipeline.storage.records import RecordsSnapshot, read_records

CONSENT_TABLE = "consents.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What the record files say, and the digest of their bytes. denied: faults by session id. files: every file that
    the session table names, also for sessions with a fault."""

    store: ConsentStore = field(repr=False)
    sessions: tuple[SessionEntry, ...] = field(repr=False)
    participants: Mapping[str, tuple[ParticipantEntry, ...]] = field(repr=False)
    days: Mapping[str, tuple[date, ...]] = field(repr=False)
    people: Mapping[str, Person] = field(repr=False)
    everybody: tuple[Person, ...] = field(repr=False)
    everybody_digest: str
    recipients: RecipientsRead = field(repr=False)
    denied: Mapping[str, tuple[Fault, ...]] = field(repr=False)
    files: frozenset[str] = field(repr=False)
    faults: tuple[Fault, ...] = field(repr=False)
    digest: str

    def roster(self, session_id: str) -> Roster:
        """The people of a session and everybody of the program, as detection needs them."""
        entries = {p.person_id: p for p in self.participants.get(session_id, ())}
        present = tuple(_present(self.people[i], entries[i]) for i in entries if i in self.people)
        return Roster(present=present, known=self.everybody)


def load_records(house: House) -> Records:
    """Read `records/`. Raises StorageError where the disk fails; faults of content are values."""
    return _records_of(read_records(house.workspace / "records"), house.zone)


@lru_cache(maxsize=1)
def _records_of(snapshot: RecordsSnapshot, zone: ZoneInfo) -> Records:
    """What the bytes say. Every chunk of a run asks for it, and the bytes are seldom others than a moment ago."""
    people = read_people(_table(snapshot, "people.csv"))
    listed = read_sessions(_table(snapshot, "sessions.csv"), _table(snapshot, "participants.csv"))
    recipients = read_recipients(_table(snapshot, "recipients.toml"))
    consents = _consents(zone, snapshot, people, recipients)
    strangers = _strangers(listed, people)
    roles, participants = _roles(listed), _by_session(listed)
    sessions = tuple(s for s in listed.sessions if s.session_id not in strangers)
    everybody = tuple(replace(p, role=_role(roles, p)) for p in people.people)
    return Records(
        store=_store(zone, people, listed, consents, recipients),
        sessions=sessions,
        participants=participants,
        days=_days(sessions, participants),
        people={p.person_id: p for p in people.people},
        everybody=everybody,
        everybody_digest=digest_of_people(everybody),
        recipients=recipients,
        denied={**listed.denied, **strangers},
        files=frozenset(s.file for s in listed.sessions if s.file is not None),
        faults=(
            *people.faults,
            *listed.faults,
            *(f for faults in strangers.values() for f in faults),
            *consents.faults,
            *recipients.faults,
        ),
        digest=snapshot.digest,
    )


def digest_of_people(people: Iterable[Person]) -> str:
    """SHA-256 over all that detection and admission see of people."""
    told = [(p.person_id, p.names, p.role.value, p.speaker_labels, p.values) for p in people]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _table(snapshot: RecordsSnapshot, name: str) -> bytes:
    """The bytes of a table; none read as an unreadable table."""
    return snapshot.get(name) or b""


def _consents(
    zone: ZoneInfo, snapshot: RecordsSnapshot, people: PeopleRead, recipients: RecipientsRead
) -> ConsentsRead:
    """The consent table and every FHIR file beside it, held against people and recipients: with one letter wrong a
    record may be anybody's revocation. Without either there are no consents, and all is denied."""
    found = [read_consents(snapshot.get(CONSENT_TABLE) or b"", zone=zone)] if snapshot.get(CONSENT_TABLE) else []
    for file in snapshot.files:
        if file.name.endswith((".json", ".ndjson")):
            found.append(
                read_fhir(
                    file.data,
                    zone=zone,
                    people=people.statuses,
                    recipients=recipients.entries,
                    place="consents-fhir",
                )
            )
    if not found:
        return ConsentsRead(unreadable=(Fault(place="records", what=f"`{CONSENT_TABLE}` is missing; restore it"),))
    known = {p.person_id for p in people.people} | set(people.invalid)
    return cross_checked(joined(found), people=known, recipients=recipients.entries)


def _store(
    zone: ZoneInfo, people: PeopleRead, listed: SessionsRead, consents: ConsentsRead, recipients: RecipientsRead
) -> ConsentStore:
    invalid = dict(consents.invalid)
    for person, faults in people.invalid.items():
        invalid[person] = (*invalid.get(person, ()), *faults)
    return store_of(
        consents.records,
        people.statuses,
        natives=consents.natives,
        zone=zone,
        unreadable=(*consents.unreadable, *people.unreadable, *listed.unreadable, *recipients.unreadable),
        unattributable=(*consents.unattributable, *people.unattributable, *listed.unattributable),
        invalid=invalid,
    )


def _strangers(listed: SessionsRead, people: PeopleRead) -> dict[str, tuple[Fault, ...]]:
    """Sessions where somebody took part who is in no people table: whose yes counts is unknown."""
    known = {p.person_id for p in people.people} | set(people.invalid)
    found: dict[str, tuple[Fault, ...]] = {}
    for entry in listed.participants:
        if entry.person_id not in known:
            what = f"somebody on the roster of `{entry.session_id}` is in no people table; add them, or mend the code"
            fault = Fault(place="participants", column="person_id", what=what)
            found[entry.session_id] = (*found.get(entry.session_id, ()), fault)
    return found


def _by_session(listed: SessionsRead) -> dict[str, tuple[ParticipantEntry, ...]]:
    found: dict[str, tuple[ParticipantEntry, ...]] = {}
    for entry in listed.participants:
        found[entry.session_id] = (*found.get(entry.session_id, ()), entry)
    return found


def _days(
    sessions: Iterable[SessionEntry], participants: Mapping[str, tuple[ParticipantEntry, ...]]
) -> dict[str, tuple[date, ...]]:
    """Person id -> the dates of the sessions that they were in."""
    found: dict[str, list[date]] = defaultdict(list)
    for entry in sessions:
        for participant in participants.get(entry.session_id, ()):
            if entry.session_date is not None:
                found[participant.person_id].append(entry.session_date)
    return {person: tuple(days) for person, days in found.items()}


def _roles(listed: SessionsRead) -> dict[str, frozenset[Role]]:
    """Person id -> every role that a participant entry gives them."""
    found: dict[str, frozenset[Role]] = {}
    for entry in listed.participants:
        found[entry.person_id] = found.get(entry.person_id, frozenset()) | {entry.role}
    return found


def _role(roles: Mapping[str, frozenset[Role]], person: Person) -> Role:
    """What somebody is who was not in the room: a worker only where every entry says so."""
    return Role.STAFF if roles.get(person.person_id, frozenset()) == frozenset({Role.STAFF}) else Role.CLIENT


def _present(person: Person, entry: ParticipantEntry) -> Person:
    return Person(
        person_id=person.person_id,
        names=person.names,
        role=entry.role,
        speaker_labels=() if entry.speaker_label is None else (entry.speaker_label,),
        values=person.values,
    )
