"""The day of a holiday in a year, by the name that people use. Pure facts of the calendar of the United States.

- A name is compared without case, apostrophes and the words the, day, on: "St. Patrick's Day" is `st patricks`.
- Feasts of other calendars (Ramadan, Diwali, Passover) and feasts that differ by place are not resolved.

Sources: 5 U.S.C. 6103 for federal holidays, custom for the others; Easter by the Gregorian rule (Butcher's form).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import MappingProxyType

_FIXED = MappingProxyType(
    {
        "new years": (1, 1), "groundhog": (2, 2), "valentines": (2, 14), "saint patricks": (3, 17),
        "st patricks": (3, 17), "april fools": (4, 1), "cinco de mayo": (5, 5), "juneteenth": (6, 19),
        "independence": (7, 4), "halloween": (10, 31), "veterans": (11, 11), "christmas eve": (12, 24),
        "christmas": (12, 25), "xmas": (12, 25), "new years eve": (12, 31), "nochebuena": (12, 24),
        "navidad": (12, 25), "nochevieja": (12, 31), "año nuevo": (1, 1),
    }
)  # fmt: skip
# name -> month, weekday (Monday 0), which one of the month (-1: the last)
_WEEKDAYS = MappingProxyType(
    {
        "mlk": (1, 0, 3), "martin luther king": (1, 0, 3), "presidents": (2, 0, 3), "mothers": (5, 6, 2),
        "memorial": (5, 0, -1), "fathers": (6, 6, 3), "labor": (9, 0, 1), "columbus": (10, 0, 2),
        "indigenous peoples": (10, 0, 2), "thanksgiving": (11, 3, 4),
    }
)  # fmt: skip
_FROM_EASTER = MappingProxyType({"easter": 0, "good friday": -2, "ash wednesday": -46, "mardi gras": -47})
_WORD = re.compile(r"[^\W\d_]+")
_IDLE = frozenset({"the", "day", "on", "de", "del", "in", "of"})


def holiday_name(text: str) -> str | None:
    """The name of the holiday that a text is, as this module keeps it; None for any other text."""
    words = _WORD.findall(re.sub(r"['’‘.]", "", text.lower()))
    for name in (" ".join(words), " ".join(w for w in words if w not in _IDLE)):
        if name in _FIXED or name in _WEEKDAYS or name in _FROM_EASTER:
            return name
    return None


def holiday_in(name: str, year: int) -> date:
    """The day of a holiday, named as `holiday_name` gives it, in a year 1583..9998. KeyError for another name."""
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _WEEKDAYS:
        return _nth_weekday(year, *_WEEKDAYS[name])
    return easter(year) + timedelta(days=_FROM_EASTER[name])


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    if nth > 0:
        return day + timedelta(weeks=nth - 1)
    while (day + timedelta(weeks=1)).month == month:
        day += timedelta(weeks=1)
    return day


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian calendar."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    lead = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * lead) // 451
    month, day = divmod(h + lead - 7 * m + 114, 31)
    return date(year, month, day + 1)
