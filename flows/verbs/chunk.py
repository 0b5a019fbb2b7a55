"""One chunk of a run: prepare its sources, enter each copy for review, keep what was made on the run's shelf.

A copy that reviewers' marks have changed is another copy: it loses every approval and is read again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flows.verbs.asking import Asked
from flows.verbs.drafted import Drafted
from flows.verbs.held import keep_held
from flows.verbs.idle import idle_key, remember
from flows.verbs.learning import learned_of
from flows.verbs.plan import Item, told
from flows.verbs.prepare import Prepared, Workbench
from flows.wiring import detector
from pipeline.consent.exit import deid_rows
from pipeline.events import EventKind, event
from pipeline.inspection.findings import Finding
from pipeline.package.rows import session_when, turn_rows
from pipeline.policy import Policy, ReviewRule
from pipeline.recall import allowance
from pipeline.redaction.restricted import swaps
from pipeline.reviewing.marks import Marks
from pipeline.reviewing.review import BLOCKING, Copy, ReviewItem, ReviewState
from pipeline.storage.database import Transaction
from pipeline.summary import Outcome, SessionLine

_HELD_REASONS = {
    ReviewState.NEEDS_REVIEW: ("REVIEW_ASKED", "A second person has to look before it goes out."),
    ReviewState.RETURNED: ("REVIEW_RETURNED", "A reviewer sent the copy back."),
    ReviewState.WITHHELD: ("REVIEW_WITHHELD", "This copy was taken out of the way."),
}
_BLOCKED = ("REVIEW_BLOCKED", "A known name or value is left: the copy cannot be approved, only made again.")


def work_keys(
    items: Iterable[Item], asked: Asked, policy: Policy, marks: Mapping[str, Sequence[Marks]], learned: str
) -> Iterator[str]:
    """Of each item SHA-256 over all that its copy depends on: source, decision, use, recipient, policy, detector, what
    was learned from reviewers (its digest), and their marks on texts of the source (by source id)."""
    common = [asked.use, asked.recipient, policy.digest, detector().digest, *filter(None, [learned])]
    for item in items:
        effects = (m.effect(policy) for m in marks.get(item.source.ref.source_id, ()))
        told = [item.source.ref.digest, item.decided, *common, *sorted(filter(None, effects))]
        yield hashlib.sha256("\n".join(told).encode()).hexdigest()


def _work_key(bench: Workbench, item: Item) -> str:
    source = item.source.ref.source_id
    marks = {source: bench.house.marks.of_source(source)}
    return next(work_keys([item], bench.asked, bench.policy, marks, learned_of(bench.house).digest))


def prepare_items(bench: Workbench, run_id: str, items: Iterable[tuple[int, Item]]) -> None:
    """Prepare the items of a chunk, each under its number in the run."""
    for n, item in items:
        made = bench.prepare(item)
        if isinstance(made, Prepared):
            keep(bench, run_id, n, made)
        else:
            record(bench, item, EventKind.READ)
            remember(bench.house, idle_key(_work_key(bench, item), item, bench.records), made, "")
            kept = Drafted(
                session_id=item.entry.session_id, source_id=item.source.ref.source_id, ready=False, lines=made
            )
            kept.keep(bench.house, run_id, n, b"")


def keep(bench: Workbench, run_id: str, n: int, made: Prepared) -> None:
    """Enter a copy for review with what was done to its original, and keep it on the run's shelf."""
    with bench.house.database.writing() as transaction:
        review = _enter(bench, made, transaction)
        done = (EventKind.READ, EventKind.DETECTED, EventKind.REDACTED, EventKind.INSPECTED)
        record(bench, made.item, *done, joined=transaction)
    ready = review.state in (ReviewState.DETECTED, ReviewState.APPROVED)
    key = _work_key(bench, made.item)
    lines = tuple(_told(line, review, made.findings) for line in made.lines)
    if not ready and review.state is not ReviewState.RELEASED:
        keep_held(bench.house, review.item_id, made)
        remember(bench.house, idle_key(key, made.item, bench.records), lines, review.item_id)
    turns = turn_rows(
        made.document,
        made.redaction,
        spans=made.spans,
        standins=made.standins,
        style=bench.policy.style,
        roles=made.roles,
    )
    session = made.item.permit.question.session
    Drafted(
        session_id=made.item.entry.session_id,
        source_id=made.item.source.ref.source_id,
        ready=ready,
        lines=lines,
        work_key=key,
        decided=made.item.decided,
        item_id=review.item_id,
        records=tuple(f"{r.consent_id}+{r.version}" for p in made.item.permits.values() for r in p.records),
        voices=dict(made.voices),
        document=made.name.partition(".")[0],
        name=made.name,
        kind=made.item.entry.kind.value,
        note_class=str(session.note_class),
        format=made.document.format,
        when=session_when(bench.policy, made.calendar),
        turns=turns,
        places=tuple(made.item.places(made.redaction.kept).values()),
        concerned=tuple(sorted(made.concerned)),
        allowed=allowance(made.item.permits_of(made.redaction.kept), made.concerned),
        log=swaps(made.document, made.redaction),
    ).keep(bench.house, run_id, n, made.copy)


def _enter(bench: Workbench, made: Prepared, joined: Transaction) -> ReviewItem:
    always = bench.policy.review is ReviewRule.ALWAYS or bench.asked.read_all or made.effect
    kinds = Counter(f.kind.value for f in made.findings)
    if blocking := sum(f.blocks for f in made.findings):
        kinds[BLOCKING] = blocking
    now = datetime.now(UTC)  # a review waits by the clock on the wall, whatever day the consents were asked for
    entered = bench.house.reviews.enter(
        Copy(
            session_id=made.item.entry.session_id,
            source_id=made.item.source.ref.source_id,
            use=bench.asked.use,
            recipient=bench.asked.recipient,
            digest=hashlib.sha256(made.copy).hexdigest(),
            findings=tuple(sorted(kinds.items())),
        ),
        state=ReviewState.NEEDS_REVIEW if made.findings or always else ReviewState.DETECTED,
        requested_by=bench.asked.actor,
        at=now,
        joined=joined,
    )
    if always and entered.state is ReviewState.DETECTED:  # entered before, when nobody asked for a reading
        actor = bench.asked.actor
        return bench.house.reviews.step(entered.item_id, ReviewState.NEEDS_REVIEW, actor=actor, at=now, joined=joined)
    return entered


def _told(line: SessionLine, review: ReviewItem, findings: tuple[Finding, ...]) -> SessionLine:
    if not line.kept or review.state in (ReviewState.DETECTED, ReviewState.APPROVED):
        return line
    if review.state is ReviewState.RELEASED:
        return replace(line, outcome=Outcome.ALREADY_RELEASED)
    found = deid_rows(line.session_id, len(findings))
    failed = told(found.reasons) if found is not None else ()
    held = _BLOCKED if any(f.blocks for f in findings) else _HELD_REASONS[review.state]
    return replace(line, outcome=Outcome.HELD, reasons=(*failed, held, *line.reasons))


def record(bench: Workbench, item: Item, *kinds: EventKind, joined: Transaction | None = None) -> None:
    """What was done with an original, and under which records."""
    records = tuple(f"{r.consent_id}+{r.version}" for p in item.permits.values() for r in p.records)
    events = [
        event(
            kind,
            at=datetime.now(UTC),
            actor=bench.asked.actor,
            session=item.entry.session_id,
            source=item.source.ref.source_id,
            use=bench.asked.use,
            recipient=bench.asked.recipient,
            records=records if kind is EventKind.READ else None,
        )
        for kind in kinds
    ]
    bench.house.ledger.append(events, joined=joined)
