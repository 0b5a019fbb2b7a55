"""The clock of this machine against the ledger: a clock that was set back would make an ended yes count again."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.wiring import House
from pipeline.errors import Fault, StateError

# Clocks of machines that share a workspace differ; five minutes is what Kerberos lets pass (RFC 4120, section 7.5.1).
TOLERANCE = timedelta(minutes=5)


def clock_is_behind(house: House, now: datetime) -> bool:
    """Whether the newest event of the ledger lies ahead of the clock by more than the tolerance."""
    last = house.ledger.last_at()
    return last is not None and now + TOLERANCE < last


def check_clock(house: House, now: datetime) -> None:
    """StateError where the clock was set back."""
    if clock_is_behind(house, now):
        what = "the newest event of the ledger lies ahead of it; set the clock of this machine right and run again"
        raise StateError("nothing was done: the clock was set back", [Fault(place="clock", what=what)])
