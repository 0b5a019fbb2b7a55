"""What a copy is redacted by beside its policy: the days that dates are read against, shifts, made-up names.

- Days are counted from the first session of a series: of a client, or of a group (the group sessions of one program).
- A shift is the client's own, or for a group session that of its series, so that its members' dates agree; both are
  allotted by the vault, in whole weeks, and only where the policy moves dates.
- In a table each row has the days of the person it is about.
- Made-up names are drawn from the vault's numbers and the random name of the copy, only where the policy has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flows.verbs.asking import Asked
from flows.verbs.plan import Item
from flows.verbs.records import Records
from flows.wiring import House
from pipeline.consent.decision import Permit
from pipeline.consent.read_sessions import EntryKind, SessionEntry
from pipeline.known import KnownValues
from pipeline.policy import Action, Policy
from pipeline.redaction.dates import Calendar
from pipeline.redaction.surrogates import Surrogates, script_of
from pipeline.storage.crosswalk import SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the terms of every source of a run follow from."""

    house: House = field(repr=False)
    asked: Asked
    records: Records = field(repr=False)
    policy: Policy
    known: KnownValues = field(repr=False)

    def days(self, item: Item) -> Calendar:
        """The days of a source that is one session; of a table those of the file, which is nobody's: no date moves."""
        entry, session = item.entry, item.permit.question.session
        if entry.kind is EntryKind.GROUP:
            subject = entry.program or entry.session_id
            shift = self._shifts([subject], SubjectKind.GROUP).get(subject)
            return self._calendar(entry.session_date, _of_group(self.records, entry), shift)
        own = session.clients[:1] if item.rows is None else ()
        shifts = self._shifts(own, SubjectKind.PERSON)
        days = _of_clients(self.records, session.clients)
        return self._calendar(entry.session_date, days or [session.session_date], shifts.get(own[0]) if own else None)

    def row_days(self, item: Item) -> dict[int, Calendar]:
        """Turn -> its days, for the permitted rows of a table; empty for a file that is one session."""
        permits = [item.permits[n] for n in sorted(item.rows or ())]
        shifts = self._shifts([_client(p) for p in permits], SubjectKind.PERSON)
        found = {}
        for turn, permit in enumerate(permits):
            client = _client(permit)
            rows = [p.question.session.session_date for p in permits if _client(p) == client]
            days = [*_of_clients(self.records, (client,)), *rows]
            found[turn] = self._calendar(permit.question.session.session_date, days, shifts.get(client))
        return found

    def surrogates(self, name: str) -> Surrogates | None:
        """What made-up names and values are drawn from: the name of the copy, and everybody they may not be."""
        if not self.policy.uses(Action.SURROGATE):
            return None
        scripts = {i: script_of(p.names[0]) for i, p in self.records.people.items() if p.names}
        return Surrogates(seed=name, known=self.known, scripts=scripts)

    def _calendar(self, session: date | None, days: Iterable[date | None], shift: int | None) -> Calendar:
        first = min((day for day in days if day is not None), default=session)
        as_of = self.asked.at.astimezone(self.house.zone).date()
        return Calendar(session=session, first=first, as_of=as_of, shift=shift)

    def _shifts(self, subjects: Iterable[str], kind: SubjectKind) -> Mapping[str, int]:
        if not self.policy.uses(Action.SHIFT):
            return {}
        found = self.house.crosswalk.allot(self.asked.series, subjects, kind=kind)
        return {subject: allotment.shift_days for subject, allotment in found.items()}


def _client(permit: Permit) -> str:
    return permit.question.session.clients[0]


def _of_clients(records: Records, clients: Iterable[str]) -> list[date]:
    return [day for client in clients for day in records.days.get(client, ())]


def _of_group(records: Records, entry: SessionEntry) -> list[date]:
    alike = (e for e in records.sessions if e.kind is EntryKind.GROUP and e.program == entry.program)
    return [e.session_date for e in alike if e.session_date is not None] if entry.program else []
