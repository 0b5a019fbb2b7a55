"""Marking: what a reviewer decides about the places of a copy is kept, undone, and made into the next copy.

- Each save carries its event in the same transaction. It names the version of the marks that was on the screen; where
  somebody else decided about the same place meanwhile, nothing is saved.
- A decision that changes the copy takes its approval away.
- Opening the original is an event of its own, written before anything is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flows.verbs.asking import Asked, request_of
from flows.verbs.chunk import prepare_items
from flows.verbs.held import held
from flows.verbs.plan import make_plan, mapping_of
from flows.verbs.prepare import Workbench
from flows.verbs.records import load_records
from flows.wiring import House
from pipeline.errors import Fault, StateError, UsageError
from pipeline.events import EventKind, event
from pipeline.formats import read
from pipeline.known import known_values
from pipeline.labels import Label
from pipeline.reviewing.marks import Mark, Marks, Verdict
from pipeline.reviewing.review import ReviewItem, ReviewState, can_step, check_mark
from pipeline.reviewing.sheet import Piece, Sheet, originals
from pipeline.storage.grants import GrantPurpose, OperatorGrant
from pipeline.storage.runs import RunState

Place = tuple[int, int]
_MOST_PLACES = 5_000  # one decision about more places is a slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One decision as it was made on the page. alike: about every place with the same words. label: the new one, for
    `relabel` and `add`. version: of the marks on the screen."""

    verdict: Verdict
    place: Place
    version: int
    alike: bool = False
    label: Label | None = None


def marks_of(house: House, item: ReviewItem, sheet: Sheet) -> Marks:
    """What was decided about the document of a copy so far."""
    return house.marks.get(sheet.text_digest, source_id=item.copy.source_id)


def mark(house: House, item_id: str, wanted: Wanted, *, by: str) -> Marks:
    """Keep a decision. StateError: the copy is out, or somebody was quicker; UsageError: there is no such place."""
    now = datetime.now(UTC)
    item = house.reviews.show(item_id)
    check_mark(item)
    sheet = held(house, item_id).sheet
    marks = marks_of(house, item, sheet)
    made = list(_decided(sheet, marks, wanted, by, now))
    if not made:
        raise UsageError("there is nothing to decide about at that place; load the page again")
    if marks.touched_since([m.place for m in made], wanted.version):
        what = "somebody else decided about this place meanwhile; look at it and decide again"
        raise StateError("nothing was saved", [Fault(place="marks", what=what)])
    after = marks.with_batch(made)
    _save(house, item, marks, after, wanted.verdict.value, len(made), by, now)
    return after


def undo(house: House, item_id: str, *, by: str) -> Marks:
    """Take back the last decision of `by` about this document; nothing where there is none."""
    item = house.reviews.show(item_id)
    check_mark(item)
    marks = marks_of(house, item, held(house, item_id).sheet)
    after = marks.undo(by)
    if after is not marks:
        _save(house, item, marks, after, "undone", len(marks.undoable(by)), by, datetime.now(UTC))
    return after


def find_words(sheet: Sheet, words: str) -> Iterator[Place]:
    """Where words stand whole in what the copy shows in plain; blanks count as blanks of any kind."""
    parts = words.split()
    if not parts:
        return
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)")
    for turn in sheet.turns:
        for piece in turn.pieces:
            if not piece.masked and piece.start < piece.end:
                for found in pattern.finditer(piece.text):
                    yield piece.start + found.start(), piece.start + found.end()


def words_at(sheet: Sheet, place: Place) -> str:
    """The words that the copy shows in plain at a place inside one piece; empty for any other place."""
    for turn in sheet.turns:
        for piece in turn.pieces:
            if not piece.masked and piece.start <= place[0] < place[1] <= piece.end:
                return piece.text[place[0] - piece.start : place[1] - piece.start]
    return ""


def _decided(sheet: Sheet, marks: Marks, wanted: Wanted, by: str, now: datetime) -> Iterator[Mark]:
    known = sheet.places()
    added = {p: m for p, m in marks.standing().items() if m.verdict is Verdict.ADD}
    if wanted.verdict is Verdict.ADD:
        places: Iterable[Place] = [wanted.place]
        if wanted.alike and (words := words_at(sheet, wanted.place)):
            places = [wanted.place, *(p for p in find_words(sheet, words) if p != wanted.place)]
    elif wanted.place in known:
        group = known[wanted.place].group
        places = [p for p, piece in known.items() if piece.group == group] if wanted.alike else [wanted.place]
    else:
        places = [wanted.place] if wanted.place in added else []
    places = list(places)
    if len(places) > _MOST_PLACES:
        raise UsageError(f"one decision is about {_MOST_PLACES} places at most")
    for place in places:
        was = known[place].label if place in known else added[place].label if place in added else None
        label = wanted.label or was
        if label is not None:
            yield Mark(
                start=place[0], end=place[1], verdict=wanted.verdict, label=label, was=was, by=by,
                at=now.isoformat(timespec="seconds"), version=0, batch=0,
            )  # fmt: skip


def _save(
    house: House, item: ReviewItem, before: Marks, after: Marks, what: str, places: int, by: str, now: datetime
) -> None:
    policy = house.policy(item.copy.use)
    with house.database.writing() as transaction:
        house.marks.save(after, read=before.version, joined=transaction)
        told = event(
            EventKind.REVIEWED,
            at=now,
            actor=by,
            item=item.item_id,
            session=item.copy.session_id,
            use=item.copy.use,
            recipient=item.copy.recipient,
            outcome=what,
            spans=places,
        )
        house.ledger.append([told], joined=transaction)
        changed = after.effect(policy) != before.effect(policy)
        approved = item.state is ReviewState.APPROVED
        if changed and approved and can_step(item, ReviewState.RETURNED, actor=by):
            house.reviews.step(item.item_id, ReviewState.RETURNED, actor=by, at=now, joined=transaction)


def look(house: House, item_id: str, *, by: str) -> Mapping[int, tuple[Piece, ...]]:
    """Turn -> its words as they were said, of the turns in the copy. The event is written first."""
    item = house.reviews.show(item_id)
    found = held(house, item_id)
    records = load_records(house)
    entry = next((e for e in records.sessions if e.session_id == item.copy.session_id), None)
    if entry is None:
        what = "its session stands in no readable row any more; see `storykeeper consent check`"
        raise StateError("the original was not opened", [Fault(place=f"item `{item_id[:12]}`", what=what)])
    told = event(
        EventKind.LOOKED,
        at=datetime.now(UTC),
        actor=by,
        item=item_id,
        session=item.copy.session_id,
        source=item.copy.source_id,
        purpose="review",
    )
    house.ledger.append([told])
    grant = OperatorGrant(session_id=entry.session_id, actor=by, purpose=GrantPurpose.REVIEW)
    data = house.vault.unseal(item.copy.source_id, permit=grant)
    document = read(data, doc_id=item.copy.source_id[:12], mapping=mapping_of(house, entry), rows=found.rows)
    return originals(document, found.sheet)


def make_again(house: House, item_id: str, *, at: datetime, by_clock: bool) -> str:
    """Make the copy of an item again, with all marks so far; the id of the item that it is now. StateError where
    consent does not let it be made any more."""
    item = house.reviews.show(item_id)
    copy = item.copy
    asked = Asked(
        use=copy.use, recipient=copy.recipient, as_of=at.isoformat(), actor=item.requested_by, by_clock=by_clock,
        read_all=True,
    )  # fmt: skip
    records = load_records(house)
    policy = house.policy(copy.use)
    plan = make_plan(house, records, request_of(asked, records, policy), policy, only=frozenset({copy.session_id}))
    items = [i for i in plan.items if i.source.ref.source_id == copy.source_id]
    if not items:
        what = "its consent or its file changed; ask for a dry run to see why it stays in"
        raise StateError("the copy was not made again", [Fault(place=f"item `{item_id[:12]}`", what=what)])
    present = records.roster(copy.session_id).present
    bench = Workbench(
        house=house, asked=asked, records=records, policy=policy,
        known=known_values([*present, *records.people.values()]),
    )  # fmt: skip
    now = datetime.now(UTC)
    run_id = house.runs.begin("remake", copy.digest, at=now)
    prepare_items(bench, run_id, [(0, items[0])])
    house.drafts.drop(run_id)
    house.runs.end(run_id, RunState.DONE, at=datetime.now(UTC), counts={"copies": 1})
    return _newest(house, item).item_id


def _newest(house: House, item: ReviewItem) -> ReviewItem:
    """The open item of the same source, use and recipient; a returned copy that came out the same waits again."""
    same = house.reviews.list(source_id=item.copy.source_id, use=item.copy.use, recipient=item.copy.recipient)
    here = [i for i in same if i.copy.session_id == item.copy.session_id and i.state is not ReviewState.WITHHELD]
    newest = here[-1] if here else item
    if newest.state is ReviewState.RETURNED:
        now = datetime.now(UTC)
        return house.reviews.step(newest.item_id, ReviewState.NEEDS_REVIEW, actor=newest.requested_by, at=now)
    return newest


def progress(sheet: Sheet, marks: Marks) -> tuple[int, int]:
    """How many places are decided, of how many; what was added counts as decided."""
    known, standing = sheet.places(), marks.standing()
    added = [p for p, m in standing.items() if p not in known and m.verdict is not Verdict.REJECT]
    return len(added) + sum(p in standing for p in known), len(added) + len(known)
