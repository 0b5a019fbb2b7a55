"""notices: which recalls were sent, and what their recipients answered. The state is a fold over the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.asking import check_actor
from flows.wiring import House, open_house
from pipeline.errors import Fault, StateError, UsageError
from pipeline.events import EventKind, event
from pipeline.recall import NoticeState, check_notice_step


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTold:
    """The notice of one recall. at: when it came into its state; recalled_at: when it was written."""

    release_id: str
    recipient: str
    state: NoticeState
    at: datetime
    recalled_at: datetime
    replaced_by: str

    def row(self) -> tuple[str, ...]:
        """As the list shows it."""
        return (self.release_id, self.recipient, self.state, f"{self.at:%Y-%m-%d}", self.replaced_by or "nothing left")

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "release": self.release_id,
            "recipient": self.recipient,
            "state": self.state.value,
            "at": self.at.isoformat(),
            "replaced_by": self.replaced_by or None,
        }


def notices_of(house: House) -> dict[str, NoticeTold]:
    """The notice of every release that was called back, by release id."""
    found: dict[str, NoticeTold] = {}
    for recorded in house.ledger.events(kinds=[EventKind.RECALLED]):
        told = recorded.event
        release_id, state = str(told.get("release")), NoticeState(str(told.get("state")))
        before = found.get(release_id)
        if before is not None:
            found[release_id] = replace(before, state=state, at=told.at)
            continue
        found[release_id] = NoticeTold(
            release_id=release_id,
            recipient=str(told.get("recipient")),
            state=state,
            at=told.at,
            recalled_at=told.at,
            replaced_by=str(told.get("replaced_by") or ""),
        )
    return found


def notices(workspace: Path) -> list[NoticeTold]:
    """Every notice, the oldest first."""
    with open_house(workspace) as house:
        return list(notices_of(house).values())


def mark(workspace: Path, release_id: str, state: str, *, actor: str) -> NoticeTold:
    """Say what came of a notice. UsageError for a state that is none, StateError for a step that is none."""
    check_actor(actor)
    if state not in tuple(NoticeState):
        raise UsageError(f"a notice is marked as {', '.join(f'`{s}`' for s in NoticeState if s != NoticeState.OPEN)}")
    wanted, now = NoticeState(state), datetime.now(UTC)
    with open_house(workspace) as house, house.database.writing() as transaction:
        there = notices_of(house).get(release_id)
        if there is None:
            what = "there is no notice of such a release; see `storykeeper notice list`"
            raise StateError("the notice was not found", [Fault(place="notice", what=what)])
        check_notice_step(release_id, there.state, wanted)
        told = event(
            EventKind.RECALLED,
            at=now,
            actor=actor,
            release=release_id,
            recipient=there.recipient,
            replaced_by=there.replaced_by or None,
            state=wanted.value,
        )
        house.ledger.append([told], joined=transaction)
    return replace(there, state=wanted, at=now)
