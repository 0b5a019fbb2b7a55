"""What is out: the releases that were not called back, and what the ledger tells of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.wiring import House
from pipeline.events import Event, EventKind
from pipeline.storage.runs import Release, ReleaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A release and what the ledger tells of it, an event a document."""

    release: Release
    events: tuple[Event, ...] = field(repr=False)


def releases_out(house: House) -> tuple[Released, ...]:
    """Every release that is out and was not called back."""
    out = [r for r in house.releases.list() if r.state is ReleaseState.COMPLETE]
    told = _events(house) if out else {}
    return tuple(Released(release=r, events=tuple(told.get(r.release_id, ()))) for r in out)


def released(house: House, release_id: str) -> Released:
    """One release. StateError where there is none of that id."""
    release = house.releases.show(release_id)
    return Released(release=release, events=tuple(_events(house).get(release_id, ())))


def _events(house: House) -> Mapping[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for recorded in house.ledger.events(kinds=[EventKind.RELEASED]):
        found.setdefault(str(recorded.event.get("release")), []).append(recorded.event)
    return found


def texts_of(value: object) -> tuple[str, ...]:
    """A detail of an event as a list of ids; empty for none."""
    return tuple(map(str, value)) if isinstance(value, tuple) else ()
