"""review: what was held, shown as it would go out; a second person approves or returns it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.asking import check_actor
from flows.verbs.held import Held, held
from flows.wiring import House, open_house
from pipeline.errors import Fault, LeakHeldError, StateError
from pipeline.events import Event, EventKind, event
from pipeline.inspection.findings import Finding
from pipeline.reviewing.review import (
    BLOCKED,
    WAITING,
    Circumstances,
    ReviewItem,
    ReviewState,
    check_step,
    check_yes,
    is_drawn,
    refusal_of_yes,
)
from pipeline.storage.database import Transaction
from pipeline.storage.lock import one_at_a_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One held copy in the list."""

    item: ReviewItem

    @property
    def item_id(self) -> str:
        return self.item.item_id

    @property
    def risk(self) -> tuple[int, int]:
        """What blocks first, then how much was flagged."""
        return self.item.copy.risk

    def why(self) -> str:
        """Kinds of findings with their counts."""
        found = [f"{n} {kind.replace('_', ' ')}" for kind, n in self.item.copy.findings]
        state = ["sent back"] if self.item.state is ReviewState.RETURNED else []
        return ", ".join([*state, *found]) or "nothing was found; a person reads it first"

    def row(self) -> tuple[str, str, str, str, str, str]:
        """As the list shows it."""
        c = self.item.copy
        return self.item_id[:12], c.session_id, c.use, c.recipient, self.why(), self.item.requested_by

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        c = self.item.copy
        return {
            "item": self.item_id,
            "session": c.session_id,
            "use": c.use,
            "recipient": c.recipient,
            "state": self.item.state.value,
            "findings": dict(c.findings),
            "requested_by": self.item.requested_by,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A held copy and the places that were flagged in it."""

    item: ReviewItem
    copy: str
    findings: tuple[Finding, ...]

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Where (line of the copy), kind, reason, weight."""
        return [
            (
                f"{f.where.value}, line {self.copy.count(chr(10), 0, f.start) + 1}" if f.turn is not None else f.where,
                f.kind.value.replace("_", " "),
                f.reason,
                "blocks" if f.blocks else "look",
            )
            for f in self.findings
        ]

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        places = [
            {"where": f.where.value, "start": f.start, "end": f.end, "kind": f.kind.value, "blocks": f.blocks}
            for f in self.findings
        ]
        return {"item": self.item.item_id, "state": self.item.state.value, "copy": self.copy, "findings": places}


def waiting(workspace: Path) -> list[Waiting]:
    """What waits for a person, the riskiest first."""
    with open_house(workspace) as house:
        items = [Waiting(item=item) for item in house.reviews.list(states=WAITING)]
    return sorted(items, key=lambda w: (w.risk, w.item_id), reverse=True)


def shown(workspace: Path, item_id: str) -> Shown:
    """A held copy. StateError where there is none of that id or it was decided and is gone."""
    with open_house(workspace) as house:
        item = _one(house, item_id)
        found = held(house, item.item_id)
    return Shown(item=item, copy=found.copy, findings=found.findings)


def decide(workspace: Path, item_id: str, *, by: str, approve: bool) -> str:
    """Approve or return; a sentence for the screen. StateError: who may not; LeakHeldError: what cannot go out."""
    check_actor(by)
    with open_house(workspace) as house:
        return decide_in(house, _one(house, item_id).item_id, by=by, approve=approve)


def decide_in(house: House, item_id: str, *, by: str, approve: bool) -> str:
    """The same in an open house, by the whole id of the item."""
    now = datetime.now(UTC)
    # with the lock of releases: what is on its way out at this moment cannot be decided about
    lock = one_at_a_time(house.workspace / "vault" / "release.lock", what="release")
    with lock, house.database.writing() as transaction:
        item = house.reviews.show(item_id)
        if not approve:
            return _stepped(house, item, ReviewState.RETURNED, by, now, transaction)
        if refusal_of_yes(item, Circumstances(), actor=by) == BLOCKED:
            fault = Fault(place=f"item `{item.item_id[:12]}`", what=BLOCKED)
            raise LeakHeldError("the copy cannot be approved", [fault])
        at = circumstances(house, item)
        check_yes(item, at, actor=by)
        if at.drawn and not at.readers:
            house.reviews.say_yes(item.item_id, reader=by, at=now, joined=transaction)
            house.ledger.append([_told(item, "read_once", by, now)], joined=transaction)
            return f"{item.item_id[:12]} read once: it was drawn for a second reader, who has to say yes too"
        return _stepped(house, item, ReviewState.APPROVED, by, now, transaction)


def circumstances(house: House, item: ReviewItem, found: Held | None = None) -> Circumstances:
    """What a yes to a copy depends on. `found`: what is kept of the copy, where it was read already."""
    changed = False
    if item.state in WAITING:
        sheet = (found or held(house, item.item_id)).sheet
        marks = house.marks.get(sheet.text_digest, source_id=item.copy.source_id)
        changed = marks.effect(house.policy(item.copy.use)) != sheet.effect
    drawn = is_drawn(item.copy.digest, house.settings.review.second_reader)
    return Circumstances(changed=changed, drawn=drawn, readers=house.reviews.readers(item.item_id))


def _stepped(
    house: House, item: ReviewItem, state: ReviewState, by: str, now: datetime, transaction: Transaction
) -> str:
    check_step(item, state, actor=by)
    house.reviews.step(item.item_id, state, actor=by, at=now, joined=transaction)
    house.ledger.append([_told(item, state.value, by, now)], joined=transaction)
    end = "goes out with the next `storykeeper release`" if state is ReviewState.APPROVED else "stays in"
    return f"{item.item_id[:12]} {state.value}: {end}"


def _told(item: ReviewItem, state: str, by: str, now: datetime) -> Event:
    return event(
        EventKind.REVIEWED,
        at=now,
        actor=by,
        item=item.item_id,
        session=item.copy.session_id,
        use=item.copy.use,
        recipient=item.copy.recipient,
        state=state,
        copy_digest=item.copy.digest,
    )


def _one(house: House, item_id: str) -> ReviewItem:
    found = [i for i in house.reviews.list() if i.item_id.startswith(item_id)] if len(item_id) >= 6 else []
    if len(found) != 1:
        what = "names no single item; copy its id from `storykeeper review list`"
        raise StateError("the review was not found", [Fault(place="item", what=what)])
    return found[0]
