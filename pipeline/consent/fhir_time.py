"""Times of FHIR resources as instants of the program.

- A time without offset, and every date, is program time.
- A date-only end is its whole day; an end that names a month or a year is the whole of it.
- Only what FHIR allows is read: YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm:ss with or without fraction and offset.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import IntEnum

# https://hl7.org/fhir/R4/datatypes.html#dateTime; the offset may be missing here because worked cases leave it out
_STAMP = re.compile(
    r"(?P<y>[0-9]{4})(?:-(?P<m>[0-9]{2})(?:-(?P<d>[0-9]{2})"
    r"(?P<t>T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)


class Match(IntEnum):
    """Whether something applies: certainly not, for all that can be told, certainly."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a FHIR date or time covers: from `first` on, before `after`, both aware; equal for an exact time."""

    first: datetime
    after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A FHIR Period: from `start` on, before `end`; None is open. `exact_end`: the end is a moment, itself included."""

    start: datetime | None
    end: datetime | None
    exact_end: bool = False

    def holds(self, instant: datetime) -> Match:
        """Whether the instant lies in the window."""
        late = self.end is not None and (instant > self.end if self.exact_end else instant >= self.end)
        early = self.start is not None and instant < self.start
        return Match.NO if early or late else Match.YES

    def holds_day(self, day: date, zone: tzinfo) -> Match:
        """YES if the whole day lies in the window, MAYBE if a part of it does."""
        begin = datetime.combine(day, time.min, zone)
        last = datetime.combine(day, time.max, zone)
        ends = (self.holds(begin), self.holds(last))
        if ends == (Match.YES, Match.YES):
            return Match.YES
        before = self.end is not None and self.end <= begin and not (self.exact_end and self.end == begin)
        after = self.start is not None and self.start > last
        return Match.NO if before or after else Match.MAYBE


def read_stamp(text: str, zone: tzinfo) -> Stamp | None:
    """The stretch that a FHIR date or dateTime covers, or None if the text is none."""
    found = _STAMP.fullmatch(text)
    if found is None:
        return None
    try:
        if found["t"] is not None:
            moment = read_instant(text, zone)
            return None if moment is None else Stamp(first=moment, after=moment)
        year, month, day = int(found["y"]), found["m"], found["d"]
        first = date(year, int(month or 1), int(day or 1))
        if day is not None:
            after = first + timedelta(days=1)
        elif month is not None:
            after = date(year + first.month // 12, first.month % 12 + 1, 1)
        else:
            after = date(year + 1, 1, 1)
        return Stamp(first=datetime.combine(first, time.min, zone), after=datetime.combine(after, time.min, zone))
    except (ValueError, OverflowError):
        return None


def read_instant(text: str, zone: tzinfo) -> datetime | None:
    """An ISO date or time as an aware instant (a date is its first moment), or None if the text is none."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
        moment.astimezone(UTC)  # the first and last days of the calendar cannot be moved to another zone
    except (ValueError, OverflowError):
        return None
    return moment


def window(start: Stamp | None, end: Stamp | None) -> Window:
    """The window between two stamps, both included."""
    return Window(
        start=start.first if start else None,
        end=end.after if end else None,
        exact_end=end is not None and end.after == end.first,
    )
