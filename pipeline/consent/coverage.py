"""What the consent records reach today, what ends soon, what contradicts, and what somebody has to mend.

- Reach: for each use and recipient, how many of the sessions would pass the door now, and why the others stay in.
- Ending: consents that count today and run out within the days asked for. A date, not a call to anybody: a program may
  offer a new form at the next visit, and nothing here nags a person to consent.
- Contradictions: records of one person that say yes and no to the same matter, both named.
- Work: rows that cannot be read, with line, column and what to do. Internal: none of this goes to a recipient.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pipeline.consent.contradictions import Contradiction, contradictions
from pipeline.consent.decide import decide
from pipeline.consent.decision import Permit
from pipeline.consent.fhir_native import FhirConsent
from pipeline.consent.meanings import MEANINGS
from pipeline.consent.read_recipients import RecipientsRead
from pipeline.consent.reasons import ReasonCode, RecordRef
from pipeline.consent.records import ConsentStore, Use
from pipeline.consent.request import Approval, Recipient, Request
from pipeline.consent.session import GroupRule, Session
from pipeline.consent.standing import Memo, Standing
from pipeline.errors import Fault

SOON = 60  # days
Table = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One use and recipient. reasons: how many of the denied sessions have each reason (a session may have several)."""

    use: Use
    recipient_id: str
    sessions: int
    reachable: int
    reasons: tuple[tuple[ReasonCode, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Ending:
    """A consent that counts today and ends on `day` (inclusive)."""

    day: date
    person_id: str
    record: RecordRef
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to mend. stops: `everything`, `person P-1` or `session S-1`."""

    stops: str
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The whole page, for the program alone."""

    as_of: datetime
    reaches: tuple[Reach, ...]
    endings: tuple[Ending, ...]
    contradictions: tuple[Contradiction, ...]
    work: tuple[Task, ...]

    def tables(self) -> Iterator[Table]:
        """Title, columns and rows of each table, ready to print."""
        yield (
            "What each use could reach today",
            ("use", "recipient", "sessions", "reachable"),
            tuple((r.use.value, r.recipient_id, str(r.sessions), str(r.reachable)) for r in self.reaches),
        )
        yield (
            "Why the others stay in",
            ("use", "recipient", "sessions", "reason", "in words"),
            tuple(
                (r.use.value, r.recipient_id, str(count), code.value, MEANINGS[code].says)
                for r in self.reaches
                for code, count in r.reasons
            ),
        )
        yield (
            f"Consents that end within {SOON} days",
            ("last day", "person", "record", "uses"),
            tuple((e.day.isoformat(), e.person_id, _shown(e.record), ", ".join(e.uses)) for e in self.endings),
        )
        yield (
            "Contradictions to clear up",
            ("person", "records", "category", "what would clear it"),
            tuple(
                (c.person_id, " and ".join(map(_shown, c.records)), c.category or "", MEANINGS[c.code].change)
                for c in self.contradictions
            ),
        )
        yield (
            "To mend",
            ("stops", "where", "what"),
            tuple((t.stops, _place(t.fault), t.fault.what) for t in self.work),
        )

    def as_json(self) -> dict[str, Any]:
        """The same for machines: table title -> rows as objects."""
        tables = {
            title: [dict(zip(columns, row, strict=True)) for row in rows] for title, columns, rows in self.tables()
        }
        return {"as_of": self.as_of.isoformat(), "tables": tables}


def coverage(
    store: ConsentStore,
    sessions: Sequence[Session],
    as_of: datetime,
    recipients: RecipientsRead,
    *,
    rules: Mapping[Use, GroupRule] | None = None,
    denied: Mapping[str, tuple[Fault, ...]] | None = None,
    days: int = SOON,
) -> Coverage:
    """Look at all records at one instant (with an offset).

    sessions: every session that could be asked for (for a table file: one each row). recipients: as registered; those
    of a legal proceeding are left out. rules: the group rule of each use's policy. denied: faults by session id, of
    sessions that are left out of `sessions`; they count as sessions that cannot be reached.
    """
    memo, left_out = Memo(store, as_of), denied or {}
    day = as_of.astimezone(store.zone).date()
    reaches = [
        _reach(request, sessions, store, memo, (rules or {}).get(use), len(left_out))
        for use, request in _requests(recipients, as_of, day)
    ]
    standing = [memo.standing(person) for person in sorted({*store.records, *store.natives})]
    last = day + timedelta(days=days)
    endings = [e for person in standing for e in _endings(person) if day <= e.day <= last]
    return Coverage(
        as_of=as_of,
        reaches=tuple(reaches),
        endings=tuple(sorted(endings)),
        contradictions=tuple(c for person in standing for c in contradictions(person)),
        work=tuple(_work(store, left_out, recipients)),
    )


def _endings(person: Standing) -> Iterator[Ending]:
    """The last days of the consents of one person that count, native ones too."""
    live = [(c.record, c.ref) for c in person.consents]
    live += [(n.voter.record, n.ref) for n in person.natives if n.permits and isinstance(n.voter, FhirConsent)]
    for record, ref in live:
        if record.expires_on is not None:
            yield Ending(day=record.expires_on.day, person_id=person.person_id, record=ref, uses=record.purposes)


def _requests(recipients: RecipientsRead, as_of: datetime, day: date) -> Iterator[tuple[Use, Request]]:
    """Whom each use is asked for: group for the program's own recipients, research for partners and the approved."""
    for recipient_id, recipient in sorted(recipients.on(day).items()):
        if recipient.legal:
            continue
        approvals = [a for a in recipients.approvals if recipient_id in a.recipients]
        if "program" in recipient.classes:
            yield Use.GROUP, Request(use=Use.GROUP, recipient=recipient, as_of=as_of)
        if approvals or "research_partner" in recipient.classes:
            yield Use.RESEARCH, _research(recipient, approvals, as_of, day)


def _research(recipient: Recipient, approvals: Sequence[Approval], as_of: datetime, day: date) -> Request:
    in_force = [a for a in approvals if a.covers(recipient.recipient_id, day)]
    approval = next(iter([*in_force, *approvals]), None)
    return Request(use=Use.RESEARCH, recipient=recipient, as_of=as_of, approval=approval)


def _reach(
    request: Request, sessions: Sequence[Session], store: ConsentStore, memo: Memo, rule: GroupRule | None, lost: int
) -> Reach:
    reachable = 0
    why: Counter[ReasonCode] = Counter()
    for session in sessions:
        decision = decide(session, request, store, rule=rule, memo=memo)
        if isinstance(decision, Permit):
            reachable += 1
        else:
            why.update({reason.code for reason in decision.reasons} - {ReasonCode.CONSENT_PERMIT})
    if request.use is None or request.recipient is None:
        raise ValueError("coverage asks for known uses and recipients")
    return Reach(
        use=request.use,
        recipient_id=request.recipient.recipient_id,
        sessions=len(sessions) + lost,
        reachable=reachable,
        reasons=tuple(sorted(why.items(), key=lambda item: (-item[1], item[0]))),
    )


def _work(store: ConsentStore, denied: Mapping[str, tuple[Fault, ...]], recipients: RecipientsRead) -> Iterator[Task]:
    """What stops most comes first."""
    whole = (*store.unreadable, *store.unattributable, *recipients.unreadable)
    yield from _tasks("everything", dict.fromkeys(whole))
    for person, faults in sorted(store.invalid.items()):
        yield from _tasks(f"person {person}", faults)
    for session, faults in sorted(denied.items()):
        yield from _tasks(f"session {session}", faults)


def _tasks(stops: str, faults: Iterable[Fault]) -> Iterator[Task]:
    return (Task(stops=stops, fault=fault) for fault in faults)


def _shown(ref: RecordRef) -> str:
    return f"{ref.consent_id} version {ref.version}"


def _place(fault: Fault) -> str:
    line = "" if fault.line is None else f":{fault.line}"
    column = "" if fault.column is None else f" {fault.column}"
    return f"{fault.place}{line}{column}"
