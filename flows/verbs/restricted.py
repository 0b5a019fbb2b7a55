"""restricted: the log of what was replaced by what in one release. Opening it is an event, written first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.asking import check_actor
from flows.verbs.drafted import drafted_of
from flows.wiring import open_house
from pipeline.events import EventKind, event
from pipeline.package.recalled import row_code
from pipeline.redaction.restricted import Swap


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One replacement in one row of a release."""

    code: str
    session_id: str
    swap: Swap

    def row(self) -> tuple[str, str, str, str, str]:
        """Row of the release, session, label, what stood there, what stands there."""
        return self.code, self.session_id, self.swap.label, self.swap.was, self.swap.now

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        swap = self.swap
        return {
            "row": self.code,
            "session": self.session_id,
            "label": swap.label,
            "action": swap.action,
            "was": swap.was,
            "now": swap.now,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTold:
    """The log of a release. gone: documents whose source was shredded, and their part of the log with it."""

    entries: tuple[Entry, ...] = field(repr=False)
    gone: int


def restricted_log(workspace: Path, release_id: str, *, actor: str, row: str | None = None) -> LogTold:
    """The log of a release, or of one row of it. Its words are those of the originals: for the screen of who may see
    them. StateError where there is no such release."""
    check_actor(actor)
    with open_house(workspace) as house:
        house.releases.show(release_id)
        told = event(EventKind.LOOKED, at=datetime.now(UTC), actor=actor, release=release_id, purpose="restricted-log")
        house.ledger.append([told])
        sheets = house.sheets.of(release_id)
    entries = []
    for sheet in sheets:
        if sheet.data is None:
            continue
        draft = drafted_of(sheet.data)
        entries += [
            Entry(code=row_code(draft.document, swap.order), session_id=draft.session_id, swap=swap)
            for swap in draft.log
        ]
    chosen = tuple(e for e in entries if row is None or e.code == row)
    return LogTold(entries=chosen, gone=sum(sheet.data is None for sheet in sheets))
