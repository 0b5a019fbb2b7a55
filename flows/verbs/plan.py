"""plan: decide for every session of the workspace, before anything is opened.

- A session is one file, or one row of a table file. For a table only the key columns are read before the decision.
- Each permitted source becomes an item with the permits that open it; everything else becomes a line with its reasons.
- Items and lines stand in the order of session date and id: stand-ins are allotted in it, whatever engine works later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from flows.verbs.columns import check_size, mapping_by, section_of
from flows.verbs.records import Records
from flows.wiring import House
from pipeline.consent.decide import decide
from pipeline.consent.decision import Denial, Permit
from pipeline.consent.meanings import MEANINGS
from pipeline.consent.moments import parse_day
from pipeline.consent.read_sessions import EntryKind, ParticipantEntry, SessionEntry
from pipeline.consent.reasons import Reason, ReasonCode
from pipeline.consent.request import Request
from pipeline.consent.session import GroupMode, GroupRule, Participant, Session, SessionKind
from pipeline.consent.standing import Memo
from pipeline.errors import InputError
from pipeline.formats import RowRef, TableMapping, index_rows
from pipeline.model import Role
from pipeline.policy import Policy
from pipeline.storage.grants import GrantPurpose, OperatorGrant
from pipeline.storage.vault import Source, SourceState
from pipeline.summary import Outcome, SessionLine

SOURCE_MISSING = ("SOURCE_MISSING", "The session table names a file that never came in.")
SOURCE_UNLISTED = (
    "SOURCE_UNLISTED",
    "The file stands in no row of the session table that can be read, so nobody is known to have said yes.",
)
_FAULTS_TOLD = 3  # of one file in one line of the table; `storykeeper detect FILE` names all
RECORD_FAULT = ("SESSION_RECORD_FAULT", "Its entry or roster has a fault; `storykeeper consent check` names it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A permitted source. permits: the permit of each row by its number, or of the whole file under None. author: the
    worker who wrote it, where exactly one is listed."""

    entry: SessionEntry = field(repr=False)
    source: Source
    permits: Mapping[int | None, Permit] = field(repr=False)
    author: str | None = None

    @property
    def rows(self) -> frozenset[int] | None:
        """The permitted rows of a table; None for a file that is one session."""
        rows = frozenset(n for n in self.permits if n is not None)
        return rows or None

    def places(self, turns: Iterable[int]) -> dict[int, int]:
        """What each turn is called whatever else is permitted: its number, or in a table the number of its row."""
        rows = sorted(self.rows or ())
        return {turn: rows[turn] if rows else turn for turn in sorted(turns)}

    def permits_of(self, turns: Iterable[int]) -> tuple[Permit, ...]:
        """The permits that some turns rest on: that of the file, or those of their rows."""
        if self.rows is None:
            return tuple(self.permits.values())
        return tuple(self.permits[place] for place in self.places(turns).values())

    @property
    def permit(self) -> Permit:
        """One of its permits: what opens the source."""
        return next(iter(self.permits.values()))

    @property
    def decided(self) -> str:
        """SHA-256 over who permits what by which records: the same as long as no outcome changes."""
        told = [f"{self.source.ref.source_id}"]
        for n, permit in self.permits.items():
            for person, cell in sorted(permit.cells.items()):
                categories = ",".join(sorted(cell.categories))
                records = ",".join(f"{r.consent_id}+{r.version}+{r.content_hash}" for r in cell.records)
                told.append(f"{n}|{permit.session_id}|{person}|{cell.permitted}|{categories}|{records}")
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What may be opened, and the lines of all that may not."""

    items: tuple[Item, ...]
    lines: tuple[SessionLine, ...]


def make_plan(
    house: House, records: Records, request: Request, policy: Policy, *, only: frozenset[str] | None = None
) -> Plan:
    """Decide for every session, or for `only` these. A fault of one session is its line. Raises StorageError,
    VerificationError."""
    entries = [e for e in records.sessions if only is None or e.session_id in only]
    places = [e.file for e in entries if e.file is not None]
    sources = house.vault.find(places)
    deciding = _Deciding(
        listing=Listing(house=house, records=records),
        request=request,
        rule=rule_of(policy),
        memo=Memo(records.store, request.as_of),
    )
    items: list[Item] = []
    lines = [
        SessionLine(session_id=session, outcome=Outcome.NOT_PERMITTED, reasons=(RECORD_FAULT,))
        for session in sorted(records.denied)
    ]
    for entry in sorted(entries, key=lambda e: (e.session_date or date.min, e.session_id)):
        source = sources.get(entry.file or "")
        if entry.kind is EntryKind.TABLE and source is not None:
            item, denied = deciding.table(entry, source)
        else:
            item, denied = deciding.file(entry, source)
        lines += denied
        items += [item] if item is not None else []
    lines += _unlisted(house, records) if only is None else []
    return Plan(items=tuple(items), lines=tuple(lines))


def _unlisted(house: House, records: Records) -> list[SessionLine]:
    """A line for each file that came in and stands in no row: it has no session id, so it goes by its source id."""
    known = {source.ref.source_id for source in house.vault.find(records.files).values()}
    loose = [s for s in house.vault.sources() if s.state is SourceState.CURRENT and s.ref.source_id not in known]
    return [_line(f"file {s.ref.source_id[:8]}", Outcome.NOT_PERMITTED, SOURCE_UNLISTED) for s in loose]


def every_session(house: House, records: Records) -> Iterator[Session]:
    """Each session that could be asked for: one a file, one a row of a table that can be read."""
    deciding = Listing(house=house, records=records)
    sources = house.vault.find([e.file for e in records.sessions if e.file is not None])
    for entry in records.sessions:
        source = sources.get(entry.file or "")
        if entry.kind is not EntryKind.TABLE:
            yield deciding.session(entry)
        elif source is not None:
            with suppress(InputError):
                yield from (session for _, session in deciding.row_sessions(entry, source))


def unreadable(error: InputError) -> tuple[str, str]:
    """The reason of a file that cannot be read: line and fault of the file. Faults hold no word of it (house rule)."""
    said = [(f"line {f.line}: " if f.line is not None else "") + f.what for f in error.faults[:_FAULTS_TOLD]]
    more = [f"{len(error.faults) - _FAULTS_TOLD} more"] if len(error.faults) > _FAULTS_TOLD else []
    return "SOURCE_UNREADABLE", f"The file cannot be read: {'; '.join([*said, *more]) or str(error)}."


def rule_of(policy: Policy) -> GroupRule:
    """The part of a policy that consent needs."""
    return GroupRule(
        mode=GroupMode(policy.group_mode), min_speakers=policy.min_speakers, min_residue=policy.min_residue
    )


def told(reasons: tuple[Reason, ...]) -> tuple[tuple[str, str], ...]:
    """Reasons as pairs of code and sentence, each once, without person or record; what was said yes to is no reason."""
    no = (r for r in reasons if r.code is not ReasonCode.CONSENT_PERMIT)
    return tuple(
        dict.fromkeys((r.code.value + (f":{r.detail}" if r.detail else ""), MEANINGS[r.code].says) for r in no)
    )


def denied_line(denial: Denial) -> SessionLine:
    """The line of a session that stays in."""
    return SessionLine(session_id=denial.session_id, outcome=Outcome.NOT_PERMITTED, reasons=told(denial.reasons))


def mapping_of(house: House, entry: SessionEntry) -> TableMapping | None:
    """The columns of a table file as the settings name them; None for a file that is one session."""
    if entry.kind is not EntryKind.TABLE:
        return None
    section = section_of(house.settings.tables, entry.file or "")
    if section is None:
        raise InputError(f"`storykeeper.toml` names no columns for the table file of `{entry.session_id}`")
    return mapping_by(section, house.workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The sessions behind the entries of the session table."""

    house: House
    records: Records

    def session(self, entry: SessionEntry) -> Session:
        """The session of an entry that is one file."""
        return Session(
            session_id=entry.session_id,
            kind=SessionKind(entry.kind) if entry.kind is not EntryKind.TABLE else SessionKind.INDIVIDUAL,
            session_date=entry.session_date,
            note_class=entry.note_class,
            roster=tuple(map(_participant, self.records.participants.get(entry.session_id, ()))),
            roster_complete=entry.roster_complete,
        )

    def row_sessions(self, entry: SessionEntry, source: Source) -> Iterator[tuple[int, Session]]:
        """Row number and session of each row of a table. Raises InputError where the table cannot be read."""
        workers = {p.speaker_label: p for p in self.records.participants.get(entry.session_id, ())}
        for row in self._rows(entry, source):
            author = workers.get(row.author) if row.author else None
            client = [Participant(person_id=row.person_id)] if row.person_id in self.records.people else []
            staff = [_participant(author)] if author is not None else []
            session = Session(
                session_id=f"{entry.session_id}.{row.n + 1}",
                kind=SessionKind.INDIVIDUAL,
                session_date=parse_day(row.date) if row.date else None,
                note_class=entry.note_class,
                roster=(*client, *staff),
                roster_complete=True,
            )
            yield row.n, session

    def _rows(self, entry: SessionEntry, source: Source) -> tuple[RowRef, ...]:
        mapping = mapping_of(self.house, entry)
        assert mapping is not None
        check_size(source.ref.size, entry.session_id)
        grant = OperatorGrant(session_id=entry.session_id, actor="plan", purpose=GrantPurpose.INDEX)
        data = self.house.vault.unseal(source.ref.source_id, permit=grant)
        return index_rows(data, mapping, place=entry.session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deciding:
    """Decides the sessions of one request."""

    listing: Listing
    request: Request
    rule: GroupRule
    memo: Memo

    def file(self, entry: SessionEntry, source: Source | None) -> tuple[Item | None, list[SessionLine]]:
        decision = self._decide(self.listing.session(entry))
        if isinstance(decision, Denial):
            return None, [denied_line(decision)]
        if source is None:
            return None, [_line(entry.session_id, Outcome.UNREADABLE, SOURCE_MISSING)]
        author = author_of(self.listing.records.participants.get(entry.session_id, ()))
        return Item(entry=entry, source=source, permits={None: decision}, author=author), []

    def table(self, entry: SessionEntry, source: Source) -> tuple[Item | None, list[SessionLine]]:
        try:
            sessions = list(self.listing.row_sessions(entry, source))
        except InputError as error:
            return None, [_line(entry.session_id, Outcome.UNREADABLE, unreadable(error))]
        decisions = {n: self._decide(session) for n, session in sessions}
        permits: dict[int | None, Permit] = {n: d for n, d in decisions.items() if isinstance(d, Permit)}
        lines = [denied_line(d) for d in decisions.values() if isinstance(d, Denial)]
        return (Item(entry=entry, source=source, permits=permits) if permits else None), lines

    def _decide(self, session: Session) -> Permit | Denial:
        return decide(session, self.request, self.memo.store, rule=self.rule, memo=self.memo)


def _participant(entry: ParticipantEntry) -> Participant:
    return Participant(person_id=entry.person_id, role=entry.role, self_disclosure_ok=entry.self_disclosure_ok)


def author_of(listed: tuple[ParticipantEntry, ...]) -> str | None:
    staff = [p.person_id for p in listed if p.role is Role.STAFF]
    return staff[0] if len(staff) == 1 else None


def _line(session_id: str, outcome: Outcome, reason: tuple[str, str]) -> SessionLine:
    return SessionLine(session_id=session_id, outcome=outcome, reasons=(reason,))
