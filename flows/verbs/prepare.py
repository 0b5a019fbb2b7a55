"""prepare: read, detect, admit, redact and inspect one permitted source. Nothing leaves; the copy goes into the vault.

- Only the permits of the item open it. What admission denies becomes a line; what inspection flags is held.
- Spans come from the cache where text, detector and roster are as they were: a new policy or consent detects nothing.
- Codes are allotted in the order of items, and within one in order of appearance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flows.verbs.asking import Asked
from flows.verbs.columns import check_size, told_of_cuts
from flows.verbs.learning import learned_of
from flows.verbs.plan import Item, denied_line, mapping_of, told, unreadable
from flows.verbs.records import Records, digest_of_people
from flows.verbs.terms import Terms
from flows.verbs.who import concerned_in, roles_in, voices_in, writer_of
from flows.wiring import House, detector
from pipeline.consent.admit import admit
from pipeline.consent.decision import Admission, Denial
from pipeline.consent.reasons import Reason
from pipeline.consent.session import Segment
from pipeline.errors import InputError
from pipeline.formats import ending_of, read, write
from pipeline.formats.cut_off import cut_off
from pipeline.inspection.findings import Finding
from pipeline.inspection.inspect import Original, inspect, read_copy
from pipeline.known import KnownValues
from pipeline.model import Document, Redaction, Roster, Span
from pipeline.policy import Policy
from pipeline.redaction.dates import Calendar
from pipeline.redaction.redact import redact
from pipeline.redaction.standins import Allotted, program_people
from pipeline.reviewing.marks import Marks, for_gate, for_masking
from pipeline.segments import segments
from pipeline.storage.spancache import CachedSpans, CacheKey
from pipeline.summary import Outcome, SessionLine

SAID_YES = "Whoever it concerns said yes, in writing, for this use and recipient."


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A copy that was made and looked at. name: its random file name. roles: turn -> what its speaker is. voices:
    person -> role, of those with words in it. lines: one a session in it. spans: those of the document, with what
    reviewers marked; text_digest: what their marks are kept under; effect: digest of those that are in this copy.
    concerned: everybody of the program whose yes the kept turns rest on."""

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
    concerned: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A source that was read, and what admission says of its turns. found, spans: without and with what reviewers
    marked. why: turn -> reasons, of those that stay in."""

    item: Item
    data: bytes = field(repr=False)
    document: Document
    roster: Roster = field(repr=False)
    found: tuple[Span, ...] = field(repr=False)
    marks: Marks = field(repr=False)
    spans: tuple[Span, ...] = field(repr=False)
    facts: tuple[Segment, ...] = field(repr=False)
    kept: frozenset[int]
    why: Mapping[int, tuple[Reason, ...]]
    lines: tuple[SessionLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What every item of a chunk is prepared with. drawn: numbers of people that were met in it, asked for once."""

    house: House = field(repr=False)
    asked: Asked
    records: Records = field(repr=False)
    policy: Policy
    known: KnownValues = field(repr=False)
    drawn: dict[str, int] = field(default_factory=dict, repr=False)

    def prepare(self, item: Item, *, among: frozenset[int] | None = None) -> Prepared | tuple[SessionLine, ...]:
        """The copy of an item; or its lines, where nothing of it may or can go out. among: the places (turns, or rows
        of a table) of which alone something may be kept; None: all."""
        try:
            return self._prepare(self.look(item), among)
        except InputError as error:
            reason = unreadable(error)
            lines = (
                SessionLine(session_id=p.session_id, outcome=Outcome.UNREADABLE, reasons=(reason,))
                for p in item.permits.values()
            )
            return tuple(lines)

    def look(self, item: Item) -> Looked:
        """Read, detect and admit an item. Raises InputError where it cannot be read."""
        check_size(item.source.ref.size, item.source.ref.source_id[:12])
        data = self.house.vault.unseal(item.source.ref.source_id, permit=item.permit)
        document = read(
            data,
            doc_id=item.source.ref.source_id[:12],
            mapping=mapping_of(self.house, item.entry),
            rows=item.rows,
        )
        roster = self.records.roster(item.entry.session_id)
        found = self._spans(document, roster, item.source.ref.source_id)
        marks = self.house.marks.get(digest_of(document), source_id=item.source.ref.source_id)
        learned = learned_of(self.house)
        found = (*found, *learned.found(document, found))
        if self.policy.unmask:
            marks = marks.with_batch(learned.rejected(document, found, marks.standing()))
        spans = for_gate(found, marks)
        facts = self._facts(item, document, spans, roster)
        kept, why, lines = _admitted(item, facts)
        rows = sorted(item.rows or ())
        cut = {item.permits[rows[n]].session_id for n in cut_off(document)} if rows else set()
        return Looked(
            item=item,
            data=data,
            document=document,
            roster=roster,
            found=found,
            marks=marks,
            spans=spans,
            facts=facts,
            kept=kept,
            why=why,
            lines=told_of_cuts(lines, cut),
        )

    def _prepare(self, seen: Looked, among: frozenset[int] | None) -> Prepared | tuple[SessionLine, ...]:
        item, document, roster, spans = seen.item, seen.document, seen.roster, seen.spans
        kept = seen.kept if among is None else frozenset(n for n, at in item.places(seen.kept).items() if at in among)
        if not kept:
            return seen.lines
        codes = self._codes(document, spans, kept, roster)
        name = self._name(item, document)
        terms = Terms(house=self.house, asked=self.asked, records=self.records, policy=self.policy, known=self.known)
        calendar, calendars, surrogates = terms.days(item), terms.row_days(item), terms.surrogates(name)

        def made(masked: tuple[Span, ...]) -> tuple[Redaction, bytes, tuple[Finding, ...]]:
            redaction = redact(
                document,
                masked,
                self.policy,
                kept,
                codes,
                calendar=calendar,
                calendars=calendars,
                roster=roster,
                surrogates=surrogates,
            )
            copy = write(seen.data, document, redaction)
            original = Original(document=document, redaction=redaction)
            looked_at = read_copy(copy, doc_id=document.doc_id, original=original)
            return redaction, copy, inspect(looked_at, name, self.known, original=original, data=copy)

        redaction, copy, findings = made(for_masking(seen.found, seen.marks, self.policy))
        if any(f.blocks for f in findings) and _opened(seen.found, seen.marks, self.policy):
            redaction, copy, findings = made(spans)  # what a reviewer opened is masked again where it would block
        return Prepared(
            item=item,
            document=document,
            redaction=redaction,
            spans=spans,
            standins=codes,
            roles=roles_in(seen.facts, roster),
            voices=voices_in(seen.facts, kept, item, roster),
            calendar=calendar,
            copy=copy,
            name=name,
            findings=findings,
            lines=seen.lines,
            text_digest=seen.marks.text_digest,
            effect=seen.marks.effect(self.policy),
            concerned=concerned_in(seen.facts, kept, item),
        )

    def _spans(self, document: Document, roster: Roster, source_id: str) -> tuple[Span, ...]:
        """What detection says, or said before of the same text with the same roster."""
        key = CacheKey(
            text=digest_of(document), detector=detector().digest, roster=_digest_of_roster(roster, self.records)
        )
        known = self.house.spans.get(key)
        if known is None:
            found = detector().detect(document, roster)
            known = CachedSpans(spans=found.spans, examined=found.examined)
            self.house.spans.put(key, known, source_id=source_id)
        return known.spans

    def _facts(self, item: Item, document: Document, spans: tuple[Span, ...], roster: Roster) -> tuple[Segment, ...]:
        note_class = item.entry.note_class
        assert note_class is not None  # a session without one was denied
        found = segments(
            document, spans, roster, self.policy.label_confident, note_class=note_class, author=item.author
        )
        if item.rows is None:
            return found
        writers = (writer_of(item.permits[n]) for n in sorted(item.rows))
        return tuple(replace(s, speaker=w) for s, w in zip(found, writers, strict=True))

    def _codes(self, document: Document, spans: tuple[Span, ...], kept: frozenset[int], roster: Roster) -> Allotted:
        """The numbers of the people in the kept turns, in order of appearance; drawn now for who is new."""
        people = program_people(document, spans, kept, roster=roster)
        new = [person for person in people if person not in self.drawn]
        if new:
            found = self.house.crosswalk.allot(self.asked.series, new)
            self.drawn.update((person, allotment.number) for person, allotment in found.items())
        return Allotted(codes={person: self.drawn[person] for person in people})

    def _name(self, item: Item, document: Document) -> str:
        source = item.source.ref.source_id
        return self.house.crosswalk.name_copies(self.asked.series, [source])[source] + ending_of(document)


def _opened(found: tuple[Span, ...], marks: Marks, policy: Policy) -> bool:
    """Whether reviewers took a span away."""
    return set(for_masking(found, marks, policy)) != set(for_gate(found, marks))


def _admitted(
    item: Item, facts: tuple[Segment, ...]
) -> tuple[frozenset[int], Mapping[int, tuple[Reason, ...]], tuple[SessionLine, ...]]:
    """The turns that stay, why the others do not, and a line a session. A row of a table is a session with one
    segment."""
    if item.rows is None:
        parts = [(item.permit, facts)]
    else:
        parts = [(item.permits[n], (s,)) for n, s in zip(sorted(item.rows), facts, strict=True)]
    kept: set[int] = set()
    why: dict[int, tuple[Reason, ...]] = {}
    lines = []
    for permit, segs in parts:
        decision = admit(permit, segs)
        if isinstance(decision, Denial):
            lines.append(denied_line(decision))
            why |= {int(s.segment_id): decision.reasons for s in segs}
            continue
        kept |= {int(i) for i in decision.kept}
        why |= {int(i): reasons for i, reasons in decision.withheld.items()}
        lines.append(_line(decision))
    return frozenset(kept), why, tuple(lines)


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


def digest_of(document: Document) -> str:
    """SHA-256 over the text and how it is cut: both decide what detection sees."""
    cut = "".join(f"{r.start},{r.end},{r.kind},{r.turn};" for r in document.regions)
    return hashlib.sha256(f"{cut}\0{document.text}".encode("utf-8", "surrogatepass")).hexdigest()


def _digest_of_roster(roster: Roster, records: Records) -> str:
    """SHA-256 over who is present and who is known; the latter is the same for every session of the program."""
    present = digest_of_people(roster.present)
    return hashlib.sha256(f"{present}{records.everybody_digest}".encode()).hexdigest()
