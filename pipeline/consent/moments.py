"""Dates and times as consent records write them, read strictly.

- `2026-06-01` is a whole day of the program's time zone; `2026-06-01T09:30:00` is program time; an offset is kept.
- Nothing else is guessed: `03/04/2026`, `2026-6-1`, week dates and a space for the `T` are refused.
- As a beginning a day counts from its 00:00, as an end it counts whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

# ISO 8601, extended form, ASCII digits: the two spellings that consent.md admits.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date or a time of a record. `text`: as written; `day`: the day in the program's time zone; `start`: the first
    instant that it can mean (UTC); `end`: the first instant after it (equal to `start` where a time was given)."""

    text: str
    day: date = field(compare=False)
    start: datetime = field(compare=False)
    end: datetime = field(compare=False)


def parse_day(text: str) -> date | None:
    """A calendar day, or None where the text is not one in ISO form."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_moment(text: str, zone: tzinfo) -> Moment | None:
    """A day or a time, or None where the text is neither in ISO form. `zone`: the program's time zone."""
    day = parse_day(text)
    try:
        if day is not None:
            return Moment(text=text, day=day, start=midnight(day, zone), end=midnight(day + timedelta(days=1), zone))
        if not _TIME.fullmatch(text):
            return None
        at = instant(datetime.fromisoformat(text), zone)
        return Moment(text=text, day=at.astimezone(zone).date(), start=at, end=at)
    except (ValueError, OverflowError):
        return None


def midnight(day: date, zone: tzinfo) -> datetime:
    """00:00 of a day of the program, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def instant(at: datetime, zone: tzinfo) -> datetime:
    """A time in UTC; one without an offset is program time."""
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
