"""Calendar dates as people say and write them, in English and Spanish. Pure; for redaction and its stand-ins.

A date may be partial (a month alone, a day alone, a month and a year). Two-digit years before 50 are of this century.
Durations, weekdays and clock times are no dates and give None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.spoken import MONTHS, NOUGHTS, read_number, split_glued, words, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDate:
    """What of a date was said: any part may be missing. month 1..12, day 1..31, year four digits."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


def read_year(said: list[str]) -> int | None:
    """2019; "nineteen ninety six"; "twenty twenty one"; "two thousand nine"; "oh nine" 2009, "ninety one" 1991."""
    if len(said) == 1 and said[0].isdecimal():
        n = int(said[0])
        return n if 1900 <= n <= 2099 else (2000 + n if n < 50 else 1900 + n) if len(said[0]) == 2 else None
    if said[:1] and said[0] in NOUGHTS and len(said) == 2:
        low = read_number(said[1])
        return 2000 + low if low is not None and low < 10 else None
    whole = read_number(" ".join(said))
    if whole is not None:
        return (
            whole
            if 1900 <= whole <= 2099
            else 1900 + whole
            if 50 <= whole < 100
            else 2000 + whole
            if whole < 50
            else None
        )
    for cut in range(1, len(said)):
        high, low = read_number(" ".join(said[:cut])), read_number(" ".join(said[cut:]))
        if high in (19, 20) and low is not None and 0 < low < 100:
            return high * 100 + low
    return None


def _is_year(said: list[str]) -> bool:
    """Whether all the words are one year said in two halves: "twenty twelve", "nineteen ninety six"."""
    low = read_number(" ".join(said[1:]))
    return said[0] in ("nineteen", "twenty") and low is not None and 10 <= low < 100


_FILLED = frozenset(
    words(
        "the of de del el la en on in and day this last next mon tue tues wed thu thur thurs fri sat sun monday "
        "tuesday "
        "wednesday thursday friday saturday sunday lunes martes miércoles jueves viernes sábado domingo st nd rd th"
    )
)
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_SLASHED = re.compile(r"^(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{2}|\d{4}))?$")


def read_date(text: str) -> CalendarDate | None:
    """A calendar date, written or spoken, month before day in digits (United States). None where it is none."""
    bare = text.strip().strip(".,;:").lower()
    m = _ISO.match(bare)
    if m:
        return _checked(int(m.group(1)), int(m.group(2)), int(m.group(3)))
    m = _SLASHED.match(bare)
    if m:
        return _checked(read_year([m.group(3)]) if m.group(3) else None, int(m.group(1)), int(m.group(2)))
    said = [w for w in split_glued(words_of(bare)) if w not in _FILLED]
    at = next((i for i, w in enumerate(said) if w in MONTHS), None)
    if at is None:
        day = read_number(" ".join(said)) if said else None
        return _checked(None, None, day) if day is not None else None
    return _around(MONTHS[said[at]], said[:at], said[at + 1 :])


def _around(month: int, before: list[str], after: list[str]) -> CalendarDate | None:
    if before:
        day = read_number(" ".join(before))
        return _checked(read_year(after) if after else None, month, day) if day is not None else None
    if len(after) > 1 and _is_year(after):
        return _checked(read_year(after), month, None)
    for cut in range(len(after), 0, -1):
        day = read_number(" ".join(after[:cut]))
        rest = after[cut:]
        if day is not None and 1 <= day <= 31 and (not rest or read_year(rest) is not None):
            return _checked(read_year(rest) if rest else None, month, day)
    return _checked(read_year(after) if after else None, month, None)


def _checked(year: int | None, month: int | None, day: int | None) -> CalendarDate | None:
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    if year is None and month is None and day is None:
        return None
    return CalendarDate(year=year, month=month, day=day)
