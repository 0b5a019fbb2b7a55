"""prepare: read, detect, admit, redact and inspect one permitted source. Nothing leaves; the copy goes into the vault.

- Only the permits of the item open it. What admission denies becomes a line; what inspection flags is held.
- Spans come from the cache where text, detector and roster are as they were: a new policy or consent detects nothing.
- Codes are allotted in the order of items, and within one in order of appearance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from flows.verbs.asking import Asked
from flows.verbs.plan import Item, denied_line, mapping_of, told, unreadable
from flows.verbs.records import Records
from flows.wiring import House, detector
from pipeline.consent.admit import admit
from pipeline.consent.decision import Admission, Denial, Permit
from pipeline.consent.session import Segment
from pipeline.dates import Calendar
from pipeline.errors import InputError
from pipeline.findings import Finding
from pipeline.formats import ending_of, read, write
from pipeline.inspect import Original, inspect, read_copy
from pipeline.known import KnownValues
from pipeline.marks import Marks, for_gate, for_masking
from pipeline.model import Document, Redaction, Roster, Span
from pipeline.policy import Policy
from pipeline.redact import redact
from pipeline.segments import segments
from pipeline.standins import Allotted, program_people
from pipeline.storage.spancache import CachedSpans, CacheKey
from pipeline.summary import Outcome, SessionLine

SAID_YES = "Whoever it concerns said yes, in writing, for this use and recipient."


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A copy that was made and looked at. name: its random file name. roles: turn -> what its speaker is. voices:
    person -> role, of those with words in it. lines: one a session in it. spans: those of the document, with what
    reviewers marked; text_digest: what their marks are kept under; effect: digest of those that are in this copy."""

    item: Item
    document: Document
    redaction: Redaction
    spans: tuple[Span, ...] = field(repr=False)
    standins: Allotted = field(repr=False)
    roles: Mapping[int, str]
    voices: Mapping[str, str]
    calendar: Calendar
    copy: bytes = field(repr=False)
    name: str
    findings: tuple[Finding, ...]
    lines: tuple[SessionLine, ...]
    text_digest: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What every item of a run is prepared with."""

    house: House = field(repr=False)
    asked: Asked
    records: Records = field(repr=False)
    policy: Policy
    known: KnownValues = field(repr=False)

    def prepare(self, item: Item) -> Prepared | tuple[SessionLine, ...]:
        """The copy of an item; or its lines, where nothing of it may or can go out."""
        try:
            return self._prepare(item)
        except InputError as error:
            reason = unreadable(error)
            lines = (
                SessionLine(session_id=p.session_id, outcome=Outcome.UNREADABLE, reasons=(reason,))
                for p in item.permits.values()
            )
            return tuple(lines)

    def _prepare(self, item: Item) -> Prepared | tuple[SessionLine, ...]:
        data = self.house.vault.unseal(item.source.ref.source_id, permit=item.permit)
        document = read(
            data,
            doc_id=item.source.ref.source_id[:12],
            mapping=mapping_of(self.house, item.entry),
            rows=item.rows,
        )
        roster = self.records.roster(item.entry.session_id)
        found = self._spans(document, roster)
        marks = self.house.marks.get(_digest_of(document), source_id=item.source.ref.source_id)
        spans = for_gate(found, marks)
        facts = self._facts(item, document, spans, roster)
        kept, lines = _admitted(item, facts)
        if not kept:
            return lines
        codes = self._codes(document, spans, kept, roster)
        calendar = self._calendar(item)
        name = self._name(item, document)

        def made(masked: tuple[Span, ...]) -> tuple[Redaction, bytes, tuple[Finding, ...]]:
            redaction = redact(document, masked, self.policy, kept, codes, calendar=calendar, roster=roster)
            copy = write(data, document, redaction)
            original = Original(document=document, redaction=redaction)
            looked_at = read_copy(copy, doc_id=document.doc_id)
            return redaction, copy, inspect(looked_at, name, self.known, original=original)

        redaction, copy, findings = made(for_masking(found, marks, self.policy))
        if any(f.blocks for f in findings) and _opened(found, marks, self.policy):
            redaction, copy, findings = made(spans)  # what a reviewer opened is masked again where it would block
        return Prepared(
            item=item,
            document=document,
            redaction=redaction,
            spans=spans,
            standins=codes,
            roles=_roles(facts, roster),
            voices=_voices(facts, kept, item, roster),
            calendar=calendar,
            copy=copy,
            name=name,
            findings=findings,
            lines=lines,
            text_digest=marks.text_digest,
            effect=marks.effect(self.policy),
        )

    def _spans(self, document: Document, roster: Roster) -> tuple[Span, ...]:
        """What detection says, or said before of the same text with the same roster."""
        key = CacheKey(text=_digest_of(document), detector=detector().digest, roster=_digest_of_roster(roster))
        known = self.house.spans.get(key)
        if known is None:
            found = detector().detect(document, roster)
            known = CachedSpans(spans=found.spans, examined=found.examined)
            self.house.spans.put(key, known)
        return known.spans

    def _facts(self, item: Item, document: Document, spans: tuple[Span, ...], roster: Roster) -> tuple[Segment, ...]:
        note_class = item.entry.note_class
        assert note_class is not None  # a session without one was denied
        found = segments(
            document, spans, roster, self.policy.label_confident, note_class=note_class, author=item.author
        )
        if item.rows is None:
            return found
        writers = (_writer(item.permits[n]) for n in sorted(item.rows))
        return tuple(replace(s, speaker=w) for s, w in zip(found, writers, strict=True))

    def _codes(self, document: Document, spans: tuple[Span, ...], kept: frozenset[int], roster: Roster) -> Allotted:
        """The numbers of the people in the kept turns, in order of appearance; drawn now for who is new."""
        people = program_people(document, spans, kept, roster=roster)
        found = self.house.crosswalk.allot(self.asked.series, people)
        return Allotted(codes={person: allotment.number for person, allotment in found.items()})

    def _name(self, item: Item, document: Document) -> str:
        source = item.source.ref.source_id
        return self.house.crosswalk.name_copies(self.asked.series, [source])[source] + ending_of(document)

    def _calendar(self, item: Item) -> Calendar:
        """The days that dates are read against. The first session: of the clients of this one, or of its program."""
        session = item.permit.question.session
        clients = set(session.clients)
        days = [
            e.session_date
            for e in self.records.sessions
            if e.session_date is not None
            and any(p.person_id in clients for p in self.records.participants.get(e.session_id, ()))
        ]
        as_of = self.asked.at.astimezone(self.house.zone).date()
        return Calendar(session=item.entry.session_date, first=min(days, default=session.session_date), as_of=as_of)


def _opened(found: tuple[Span, ...], marks: Marks, policy: Policy) -> bool:
    """Whether reviewers took a span away."""
    return set(for_masking(found, marks, policy)) != set(for_gate(found, marks))


def _admitted(item: Item, facts: tuple[Segment, ...]) -> tuple[frozenset[int], tuple[SessionLine, ...]]:
    """The turns that stay, and a line a session. A row of a table is a session with one segment."""
    if item.rows is None:
        parts = [(item.permit, facts)]
    else:
        parts = [(item.permits[n], (s,)) for n, s in zip(sorted(item.rows), facts, strict=True)]
    kept: set[int] = set()
    lines = []
    for permit, segs in parts:
        decision = admit(permit, segs)
        if isinstance(decision, Denial):
            lines.append(denied_line(decision))
            continue
        kept |= {int(i) for i in decision.kept}
        lines.append(_line(decision))
    return frozenset(kept), tuple(lines)


def _line(admission: Admission) -> SessionLine:
    yes = tuple((f"CONSENT_PERMIT:{r.consent_id}+{r.version}", SAID_YES) for r in admission.permit.records)
    reasons = yes + told(tuple(r for why in admission.withheld.values() for r in why))
    outcome = Outcome.RELEASED_IN_PART if admission.withheld else Outcome.RELEASED
    return SessionLine(
        session_id=admission.session_id,
        outcome=outcome,
        reasons=reasons,
        kept=len(admission.kept),
        withheld=len(admission.withheld),
    )


def _writer(permit: Permit) -> str:
    """Who wrote a row: its worker, or else it counts as the word of the person it is about."""
    session = permit.question.session
    return next(iter(session.staff), None) or session.clients[0]


def _roles(facts: Iterable[Segment], roster: Roster) -> dict[int, str]:
    """Turn -> what its speaker is in this session."""
    known = {p.person_id: p.role.value for p in roster.present}
    return {int(s.segment_id): known.get(s.speaker or "", "") for s in facts}


def _voices(facts: Iterable[Segment], kept: frozenset[int], item: Item, roster: Roster) -> dict[str, str]:
    """Everybody who is in the kept turns with words or as the client they are about."""
    roles = {p.person_id: p.role.value for p in roster.present}
    spoke = {s.speaker for s in facts if int(s.segment_id) in kept and s.speaker}
    rows = sorted(item.rows or ())
    permits = [item.permits[rows[n]] for n in sorted(kept)] if rows else [item.permit]
    about = {c for p in permits for c in p.question.session.clients}
    return {person: roles.get(person, "client") for person in sorted(spoke | about)}


def _digest_of(document: Document) -> str:
    """SHA-256 over the text and how it is cut: both decide what detection sees."""
    cut = "".join(f"{r.start},{r.end},{r.kind},{r.turn};" for r in document.regions)
    return hashlib.sha256(f"{cut}\0{document.text}".encode("utf-8", "surrogatepass")).hexdigest()


def _digest_of_roster(roster: Roster) -> str:
    told = [(p.person_id, p.names, p.role.value, p.speaker_labels, p.values) for p in (*roster.present, *roster.known)]
    return hashlib.sha256(repr((len(roster.present), told)).encode()).hexdigest()
