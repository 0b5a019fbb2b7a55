"""How long somebody says they have been clean, in days: "ninety days", "18 months", "a year and a half", "day 4".

What is said is round: a range of days stands for it, a unit upwards and some slack, so that a sobriety date can be held
against it. Months of 30.44 and years of 365.25 days.
"""

from __future__ import annotations

import re

from pipeline.spoken import read_number

# unit -> days in it, slack to either side
_UNITS = {"day": (1.0, 3), "week": (7.0, 4), "month": (30.44, 16), "year": (365.25, 45)}
_SPANISH = {"día": "day", "dia": "day", "semana": "week", "mes": "month", "mese": "month", "año": "year"}
_WORD = re.compile(r"[^\W\d_]+|\d+")


def range_of(text: str) -> tuple[int, int] | None:
    """[fewest, most] days that a length of clean time means; None where it states none."""
    words = [w.lower() for w in _WORD.findall(text)]
    days, least, slack = 0.0, 0.0, 0
    for at, word in enumerate(words):
        unit = _unit(word)
        if unit is None:
            continue
        count = _count(words, at, unit)
        if count is None:
            continue
        size, slack = _UNITS[unit]
        half = 0.5 if words[at + 1 : at + 4] == ["and", "a", "half"] else 0.0
        days, least = days + (count + half) * size, size
    return (max(0, round(days) - slack), round(days + least) + slack) if least else None


def _unit(word: str) -> str | None:
    bare = word.removesuffix("s")
    return bare if bare in _UNITS else _SPANISH.get(bare)


def _count(words: list[str], at: int, unit: str) -> int | None:
    """The number before a unit, or after it in "day 4"."""
    if at and words[at - 1] in ("a", "an", "one", "un", "una"):
        return 1
    for length in (3, 2, 1):
        if at >= length and (said := read_number(" ".join(words[at - length : at]))) is not None:
            return said
    return read_number(words[at + 1]) if unit == "day" and at + 1 < len(words) else None
