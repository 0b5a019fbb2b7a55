"""health: is the program well enough for tonight? A few quick checks for monitors; `doctor` is the thorough one.

Each check is a number against a bound. What is out of bounds says what to do. Nothing here changes anything.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.wiring import House, open_house
from pipeline.errors import StorykeeperError
from pipeline.storage.reviews import ReviewState
from pipeline.storage.runs import Run, RunState

LEAST_FREE_BYTES = 2_000_000_000  # a night of transcripts, their copies and the database many times over
LATE_HOURS = 26.0  # a nightly run that starts within two hours of its time is on time
SLOW_HOURS = 12.0  # a run that has not ended after half a day was killed, or will not end


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One figure. well: within its bound; mend: what to do where it is not."""

    what: str
    value: float
    well: bool
    mend: str = ""

    def as_json(self) -> dict[str, str | float | bool]:
        """For machines."""
        return {"what": self.what, "value": self.value, "well": self.well, "mend": "" if self.well else self.mend}


def signs(workspace: Path, now: datetime) -> list[Sign]:
    """Every sign. A workspace that cannot be opened, or whose ledger was cut, is its one bad sign."""
    try:
        with open_house(workspace) as house:
            return list(_signs(house, now))
    except StorykeeperError as error:
        return [Sign(what="the workspace and its ledger open", value=0, well=False, mend=str(error))]


def _signs(house: House, now: datetime) -> Iterator[Sign]:
    free = shutil.disk_usage(house.workspace).free
    yield Sign(what="bytes free", value=free, well=free >= LEAST_FREE_BYTES, mend="make room before the next run")
    head = house.ledger.checked_head()  # raises: then this is the one sign
    yield Sign(what="events in the ledger", value=head.count, well=True)
    runs = tuple(run for run in house.runs.list() if run.fingerprint == "asked")
    under_way = [run for run in runs if run.state is RunState.BEGUN and not _followed(run, runs)]
    slow = [run for run in under_way if _hours(run.started_at, now) > SLOW_HOURS]
    mend = "look whether a run is at work; what one that was killed left is finished or dropped by the next"
    yield Sign(what="runs begun and not ended for half a day", value=len(slow), well=not slow, mend=mend)
    if house.settings.standing:
        ended = [_hours(run.ended_at, now) for run in runs if run.ended_at is not None and run.verb == "release"]
        last = min(ended, default=float("inf"))
        mend = "no run has ended for more than a day; look at the scheduler, then `storykeeper doctor`"
        yield Sign(what="hours since a run ended", value=round(min(last, 1e6), 1), well=last <= LATE_HOURS, mend=mend)
    begun = len(house.releases.unfinished())
    yield Sign(what="releases begun and not finished", value=begun, well=not begun, mend="the next run finishes them")
    waiting = sum(item.state is ReviewState.NEEDS_REVIEW for item in house.reviews.list())
    yield Sign(what="copies that wait for review", value=waiting, well=True)


def _followed(run: Run, runs: tuple[Run, ...]) -> bool:
    """Has a later one of its kind ended? Then it was killed, and that one finished or dropped what it left."""
    return any(r.verb == run.verb and r.started_at > run.started_at and r.ended_at is not None for r in runs)


def _hours(then: datetime, now: datetime) -> float:
    return (now - then).total_seconds() / 3600
