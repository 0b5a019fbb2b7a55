"""recall, the first half: decide again about every document of a release, as of now.

- A document stays whole as long as everybody concerned allows what they did when it went out; then it is not opened.
- Where somebody allows less, it is read again and admitted again: what was kept then and is not now goes.
- What cannot be decided today (a record with a fault, a table without its columns) recalls nothing and is told.
- A look that opens nothing leaves such documents open: part of them may go, or all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.verbs.asking import Asked
from flows.verbs.chunk import record
from flows.verbs.drafted import Drafted, drafted_of
from flows.verbs.out import Released, texts_of
from flows.verbs.plan import Item, Listing, author_of, rule_of
from flows.verbs.prepare import Workbench
from flows.verbs.records import Records
from flows.wiring import House
from pipeline.consent.decide import decide
from pipeline.consent.decision import Denial, Permit
from pipeline.consent.read_sessions import EntryKind, SessionEntry
from pipeline.consent.reasons import Reason
from pipeline.consent.records import Use
from pipeline.consent.request import Request
from pipeline.consent.session import GroupRule, Session
from pipeline.consent.standing import Memo
from pipeline.errors import ConsentError, InputError
from pipeline.events import EventKind
from pipeline.known import KnownValues, known_values
from pipeline.recall import UNDECIDED, Cause, allowance, causes_of, persons_of, unexpired
from pipeline.storage.runs import Release
from pipeline.storage.vault import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one document of a release. draft: as it went out, None where its source was shredded. left: the
    places (turns, rows) that may stay. open_: whether that can be less than it says, since nothing was read. reasons:
    codes, for what goes. item: what it can be made of again. decided: digest of the decision."""

    source_id: str
    session_id: str
    draft: Drafted | None = field(repr=False)
    left: frozenset[int] = frozenset()
    open_: bool = False
    undecided: bool = False
    causes: tuple[Cause, ...] = ()
    persons: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    item: Item | None = field(default=None, repr=False)
    decided: str = ""

    @property
    def places(self) -> tuple[int, ...]:
        """Everything that went out of it."""
        return () if self.draft is None else self.draft.places

    @property
    def gone(self) -> frozenset[int]:
        """What has to be called back of it."""
        return frozenset() if self.undecided else frozenset(self.places) - self.left

    @property
    def stays(self) -> bool:
        """Whether nothing of it is called back."""
        return self.undecided or (self.draft is not None and not self.gone and not self.open_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One release, decided again."""

    release: Release
    asked: Asked
    verdicts: tuple[Verdict, ...]

    @property
    def affected(self) -> tuple[Verdict, ...]:
        """The documents of which something is, or may be, called back."""
        return tuple(v for v in self.verdicts if not v.stays)

    @property
    def decided(self) -> str:
        """SHA-256 over every decision: the same as long as no outcome changes."""
        told = "\n".join(f"{v.source_id}|{v.undecided}|{v.decided}" for v in self.verdicts)
        return hashlib.sha256(told.encode()).hexdigest()


def check_decidable(records: Records) -> None:
    """ConsentError, with every fault, where nobody can say today what is permitted at all: a fault is no no."""
    faults = (*records.store.unreadable, *records.store.unattributable)
    if faults:
        raise ConsentError("nothing was recalled: the records cannot be read; mend them and run again", faults)


def look(house: House, records: Records, released: Released, *, at: datetime, actor: str) -> Look:
    """Decide again about a release, without opening anything."""
    return _Looking.of(house, records, released, at=at, actor=actor).look(opening=False, labels=False)


def look_closely(
    house: House, records: Records, released: Released, *, at: datetime, actor: str, labels: bool = False
) -> Look:
    """The same, reading again what may go in part. labels: reading again all, to find what was labelled wrong."""
    return _Looking.of(house, records, released, at=at, actor=actor).look(opening=True, labels=labels)


def bench_of(house: House, records: Records, asked: Asked) -> Workbench:
    """What documents of a release are made again with."""
    known: KnownValues = known_values(list(records.people.values()))
    return Workbench(house=house, asked=asked, records=records, policy=house.policy(asked.use), known=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looking:
    """Decides the documents of one release."""

    house: House
    records: Records
    release: Release
    asked: Asked
    request: Request
    rule: GroupRule
    memo: Memo
    behind: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, house: House, records: Records, out: Released, *, at: datetime, actor: str) -> _Looking:
        release, events = out.release, out.events
        under = frozenset(str(r) for e in events for r in texts_of(e.get("records")))
        store = unexpired(records.store, under, release.at)
        asked = Asked(use=release.use, recipient=release.recipient, as_of=at.isoformat(), actor=actor)
        return cls(
            house=house,
            records=records,
            release=release,
            asked=asked,
            request=_standing_request(asked, records),
            rule=rule_of(house.policy(release.use)),
            memo=Memo(store, at),
            behind={str(e.get("source")): texts_of(e.get("persons")) for e in events},
        )

    def look(self, *, opening: bool, labels: bool) -> Look:
        verdicts = tuple(self._verdicts(opening=opening, labels=labels))
        return Look(release=self.release, asked=self.asked, verdicts=verdicts)

    def _verdicts(self, *, opening: bool, labels: bool) -> Iterator[Verdict]:
        entries = {e.session_id: e for e in self.records.sessions}
        bench = bench_of(self.house, self.records, self.asked) if opening else None
        for sheet in self.house.sheets.of(self.release.release_id):
            if sheet.data is None:
                persons = self.behind.get(sheet.source_id, ())
                yield _shredded(sheet.source_id, persons)
                continue
            draft = drafted_of(sheet.data)
            verdict = self._decided(draft, entries.get(draft.session_id))
            if verdict.item is not None and bench is not None and (verdict.open_ or labels):
                verdict = _read_again(bench, verdict)
            yield verdict

    def _decided(self, draft: Drafted, entry: SessionEntry | None) -> Verdict:
        blank = Verdict(source_id=draft.source_id, session_id=draft.session_id, draft=draft)
        if draft.session_id in self.records.denied:
            return replace(blank, undecided=True, reasons=("SESSION_RECORD_FAULT",))
        if entry is None:  # nobody knows of such a session any more
            return replace(blank, causes=(Cause.ERROR,), reasons=("SESSION_NOT_LISTED",))
        source = self.house.vault.show(draft.source_id)
        if source is None or source.state is SourceState.SHREDDED:
            return _shredded(draft.source_id, tuple(draft.voices))
        try:
            sessions = dict(self._sessions(draft, entry))
        except InputError:
            return replace(blank, undecided=True, reasons=("SOURCE_UNREADABLE",))
        decisions = {n: decide(s, self.request, self.memo.store, rule=self.rule, memo=self.memo)
                     for n, s in sessions.items()}  # fmt: skip
        permits: dict[int | None, Permit] = {n: d for n, d in decisions.items() if isinstance(d, Permit)}
        no = tuple(r for d in decisions.values() if isinstance(d, Denial) for r in d.reasons)
        return self._weighed(blank, entry, permits, no)

    def _weighed(
        self, blank: Verdict, entry: SessionEntry, permits: dict[int | None, Permit], no: tuple[Reason, ...]
    ) -> Verdict:
        draft = blank.draft
        assert draft is not None
        codes = tuple(dict.fromkeys(str(r) for r in no))
        if any(r.code in UNDECIDED for r in no):
            return replace(blank, undecided=True, reasons=codes)
        if not permits:
            decided = "no" if no else "nothing"
            return replace(blank, causes=causes_of(no), persons=persons_of(no), reasons=codes, decided=decided)
        source = self.house.vault.show(draft.source_id)
        assert source is not None
        author = author_of(self.records.participants.get(entry.session_id, ()))
        item = Item(entry=entry, source=source, permits=permits, author=author)
        allowed = allowance(permits.values(), draft.concerned)
        left = frozenset(draft.places) & frozenset(n for n in permits if n is not None) if item.rows else None
        return replace(
            blank,
            left=frozenset(draft.places) if left is None else left,
            open_=allowed != draft.allowed,
            causes=causes_of(no) if no else (),
            persons=persons_of(no),
            reasons=codes,
            item=item,
            decided=allowed,
        )

    def _sessions(self, draft: Drafted, entry: SessionEntry) -> Iterator[tuple[int | None, Session]]:
        """The sessions of which something went out: the one of a file, or those of the rows of a table."""
        listing = Listing(house=self.house, records=self.records)
        if entry.kind is not EntryKind.TABLE:
            yield None, listing.session(entry)
            return
        source = self.house.vault.show(draft.source_id)
        assert source is not None
        for n, session in listing.row_sessions(entry, source):
            if n in draft.places:
                yield n, session


def _standing_request(asked: Asked, records: Records) -> Request:
    """The request as it was granted: whatever approval and registration there were count as if they had not ended."""
    day = asked.at.astimezone(records.store.zone).date()
    entry = records.recipients.entries.get(asked.recipient)
    approvals = [e.approval for e in records.recipients.approval_entries if asked.recipient in e.approval.recipients]
    return Request(
        use=Use(asked.use),
        recipient=None if entry is None else replace(entry.on(day), registered=True),
        as_of=asked.at,
        approval=replace(approvals[0], valid_from=day, valid_to=day) if approvals else None,
    )


def _read_again(bench: Workbench, verdict: Verdict) -> Verdict:
    """What is permitted of a document, turn by turn. One that cannot be read any more goes whole."""
    item, draft = verdict.item, verdict.draft
    assert item is not None
    assert draft is not None
    try:
        seen = bench.look(item)
    except InputError:
        return replace(verdict, left=frozenset(), open_=False, causes=verdict.causes or (Cause.ERROR,), item=None)
    record(bench, item, EventKind.READ)
    left = frozenset(draft.places) & frozenset(item.places(seen.kept).values())
    gone = frozenset(draft.places) - left
    why = tuple(r for n, place in item.places(seen.why).items() if place in gone for r in seen.why[n])
    causes = verdict.causes
    if why:
        causes = (*causes, *(causes_of(why) if verdict.open_ else (Cause.WRONG_LABEL,)))
    return replace(
        verdict,
        left=left,
        open_=False,
        causes=tuple(c for c in Cause if c in causes),
        persons=tuple(sorted({*verdict.persons, *persons_of(why)})),
        reasons=tuple(dict.fromkeys((*verdict.reasons, *map(str, why)))),
    )


def _shredded(source_id: str, persons: tuple[str, ...]) -> Verdict:
    return Verdict(
        source_id=source_id,
        session_id="",
        draft=None,
        causes=(Cause.SHREDDED,),
        persons=tuple(sorted(persons)),
        reasons=("SOURCE_SHREDDED",),
        decided="shredded",
    )
