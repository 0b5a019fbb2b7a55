"""Dates and ages as redaction needs them: the year that is stated, the day that is meant, the age in figures.

- A year is given only where one is stated; nothing is guessed from a season or a weekday.
- A date without a year is the one nearest to the session (or the last one before it, for a sobriety date).
- A year that tells an age over 89 is no year: 45 CFR 164.514(b)(2)(i)(C). Without a day to count from, no year is safe.
- A sobriety date without a year that does not agree with the clean time of the same person cannot be told.
- A date without a day is moved from the middle of its month and told as a month again.
- "Two days after Christmas" is a date that cannot be resolved here: it becomes the label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from pipeline import spoken, spoken_dates
from pipeline.redaction import date_styles, holidays

OLDEST_TOLD = 89
# Further from the first session than this a day count tells a birthday rather than the order of events.
DAY_COUNT_REACH = timedelta(days=730)
# Early clean time is counted in days, up to the chip for 90 of them.
MOST_DAYS_TOLD = 99

_FOUR_DIGITS = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_CENTURY = MappingProxyType({"nineteen": 19, "twenty": 20})
_WEEKDAY = re.compile(r"^\s*(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?\s*", re.IGNORECASE)
_HALF = re.compile(r"[\s-]+and[\s-]+a[\s-]+half$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_OF_INFANTS = re.compile(r"^(.+?)[\s-]+(months?|weeks?|days?|meses|mes|semanas?|d[ií]as)(?:[\s-]+old)?$", re.IGNORECASE)
_OF_YEARS = re.compile(r"[\s-]*(?:years?|yrs?|yo|y/o|años?)?[\s-]*(?:old)?\.?$", re.IGNORECASE)

# A year beside a word of birth, written or said. Whose year it is does not matter: it tells an age.
_YEAR_WORDS = r"(?:eighteen|nineteen)(?:[\s-]+(?:hundred|oh|and|[a-z]+teen|ten|eleven|twelve|[a-z]+ty|one|two|three|four|five|six|seven|eight|nine)){1,3}"  # noqa: E501 - one pattern, clearer unbroken
_BIRTH = re.compile(
    rf"\b(?:born|birth|birthday|birthdate|birthyear|dob|d\.o\.b|nacid[oa]|nac[ií])\b[^\n.!?;]{{0,40}}?\b((?:18|19)\d{{2}}|{_YEAR_WORDS})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days a document is read against. `session` its date, `first` the date of the first session of its series,
    `as_of` the day of the release, `shift` the person's days to move dates by (a multiple of 7). None: not known.
    `clean`: [fewest, most] days of each clean time that the same person tells."""

    session: date | None = None
    first: date | None = None
    as_of: date | None = None
    shift: int | None = None
    clean: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.shift is not None and self.shift % 7:
            raise ValueError("a shift is a whole number of weeks")

    @property
    def latest(self) -> date | None:
        """The later of the session and the release: whoever turned 90 between them is 90."""
        return max((d for d in (self.session, self.as_of) if d is not None), default=None)


def year_of(text: str, calendar: Calendar) -> int | None:
    """The year that a date states, None where it states none. A two-digit year is never later than next year."""
    four = _FOUR_DIGITS.findall(text)
    if len(four) > 1:
        return None
    if four:
        return int(four[0])
    year = _year_at_the_end(text)
    if year is None:
        said = _read(text)
        year = said.year if said else None
    if year is not None and calendar.latest is not None and year > calendar.latest.year + 1:
        return year - 100
    return year


def _read(text: str) -> spoken_dates.CalendarDate | None:
    return spoken_dates.read_date(_WEEKDAY.sub("", text))


def _year_at_the_end(text: str) -> int | None:
    """ "labor day nineteen ninety four" -> 1994, "fifth twenty twenty" -> 2020; "twenty third" is no year."""
    words = [w.lower() for w in _WORD.findall(text)]
    for length in (4, 3, 2):
        tail = words[-length:]
        century = _CENTURY.get(tail[0]) if len(tail) == length else None
        rest = spoken.read_number(" ".join(tail[1:])) if century else None
        if century and rest is not None and (10 <= rest < 100 or (0 < rest < 10 and tail[1] in spoken.NOUGHTS)):
            return century * 100 + rest
    return None


def safe_year(text: str, calendar: Calendar) -> int | None:
    """The year of a date where Safe Harbor lets it stand, else None."""
    year = year_of(text, calendar)
    if year is None or calendar.latest is None or calendar.latest.year - year > OLDEST_TOLD:
        return None
    return year


def resolve_date(text: str, calendar: Calendar, *, past: bool = False) -> date | None:
    """The day that is meant; None where month, day or year cannot be told. `past`: not after the session."""
    said = _read(text)
    if said is not None and said.month is not None:
        month, day = said.month, said.day
        return None if day is None else _nearest(lambda year: _day(year, month, day), text, calendar, past=past)
    name = holidays.holiday_name(_without_year(text))
    if name is None:
        return None
    return _nearest(lambda year: holidays.holiday_in(name, year), text, calendar, past=past)


def _nearest(day_in: Callable[[int], date | None], text: str, calendar: Calendar, *, past: bool) -> date | None:
    """The day in the year that is stated, else in the one that brings it nearest to the session."""
    year = year_of(text, calendar)
    if year is not None:
        return day_in(year)
    near = calendar.session
    if near is None:
        return None
    tries = [d for y in (near.year - 1, near.year, near.year + 1) if (d := day_in(y)) is not None]
    if not past:
        return min(tries, key=lambda d: (abs(d - near), d), default=None)
    last = max((d for d in tries if d <= near), default=None)
    fits = last is not None and any(low <= (near - last).days <= high for low, high in calendar.clean)
    return last if fits or not calendar.clean else None


def _without_year(text: str) -> str:
    """ "labor day nineteen ninety four" -> "labor day "."""
    bare = _FOUR_DIGITS.sub("", text)
    century = next((m for m in _WORD.finditer(bare) if m[0].lower() in _CENTURY), None)
    return bare if century is None or _year_at_the_end(text) is None else bare[: century.start()]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_count(text: str, calendar: Calendar) -> int | None:
    """Days after the first session (0 is that day, before it negative). None where it cannot be told or is far off."""
    meant = resolve_date(text, calendar)
    if meant is None or calendar.first is None or abs(meant - calendar.first) > DAY_COUNT_REACH:
        return None
    return (meant - calendar.first).days


def how_long_before(text: str, calendar: Calendar) -> str | None:
    """ "8 months" from the date to the session, as clean time is counted: days up to 99, months to two years, years.

    Whole months and years of the calendar, so that it agrees with the "90 days" or "one year" that is said elsewhere.
    None where the day cannot be told.
    """
    meant, session = resolve_date(text, calendar, past=True), calendar.session
    if meant is None or session is None or meant > session:
        return None
    months = (session.year - meant.year) * 12 + session.month - meant.month - (session.day < meant.day)
    days = (session - meant).days
    if days <= MOST_DAYS_TOLD:
        return _counted(days, "day")
    return _counted(months, "month") if months < 24 else _counted(months // 12, "year")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" + ("" if count == 1 else "s")


def shifted(text: str, calendar: Calendar, *, past: bool = False) -> str | None:
    """The date moved by the person's weeks, in the style in which it was written or said; without its year where none
    was stated. `past`: not after the session, for a sobriety date. None: the day cannot be told."""
    if calendar.shift is None:
        return None
    meant = resolve_date(text, calendar, past=past) or _middle_of_month(text, calendar, past=past)
    if meant is None:
        return None
    moved = meant + timedelta(days=calendar.shift)
    told = date_styles.restyled(text, moved)
    if told is None and (said := _read(text)) is not None and said.day is None and said.month is not None:
        return None
    return told or date_styles.plain_form(text, moved, year=year_of(text, calendar) is not None)


def _middle_of_month(text: str, calendar: Calendar, *, past: bool) -> date | None:
    """The 15th of a month that is named without a day: "June 2019", "back in March"."""
    said = _read(text)
    if said is None or said.month is None or said.day is not None:
        return None
    month = said.month
    return _nearest(lambda year: _day(year, month, 15), text, calendar, past=past)


def age_of(text: str) -> tuple[int, str] | None:
    """An age in figures and its unit ("year", "month", "week", "day"): "sixty-seven" -> (67, "year")."""
    bare = _HALF.sub("", text.strip())
    infant = _OF_INFANTS.match(bare)
    number = spoken.read_number(infant[1] if infant else _OF_YEARS.sub("", bare))
    if number is None or not 0 <= number <= 130:
        return None
    units = {"m": "month", "w": "week", "s": "week", "d": "day"}
    return number, units[infant[2][0].lower()] if infant else "year"


def telling_years(text: str, calendar: Calendar) -> Iterator[tuple[int, int]]:
    """[start, end) of every year of birth in `text` that tells an age over 89 (every one, where no day is known)."""
    for found in _BIRTH.finditer(text):
        said = found[1]
        year = int(said) if said.isdecimal() else spoken_dates.read_year(re.split(r"[\s-]+", said.lower()))
        latest = calendar.latest
        if year is None or latest is None or latest.year - year > OLDEST_TOLD:
            yield found.span(1)
