"""A day written in the style of another date: its order, signs, figures or words, ordinals, capitals and short forms.

- "march third twenty twenty" stays words, "03/14/24" stays figures, "Mar. 14th" keeps its short month and its ending.
- Only words of a date are taken over from the original: filling words, weekdays, signs. A text with any other word has
  no style and gives None; so does one whose new form would not be read back as the day that was meant.
- `plain_form` is for texts without a style of their own (holidays): words where the original was said, else figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pipeline import spoken
from pipeline.spoken import MONTHS, NOUGHTS, ORDINALS, read_number, say_number, say_year, split_glued, words
from pipeline.spoken_dates import read_date, read_year

_EN = words("january february march april may june july august september october november december")
_ES = words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
_ES_SHORT = frozenset(words("ene abr ago dic"))
_IDLE = frozenset(
    words(
        "the of de del el on and en day st nd rd th mon tue tues wed thu thur thurs fri sat sun monday tuesday "
        "wednesday thursday friday saturday sunday lunes martes miércoles jueves viernes sábado domingo"
    )
)
_SCALES = frozenset({"hundred", "thousand"})
_WEEKDAY = r"\s*(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s+)?"
_ISO = re.compile(
    rf"{_WEEKDAY}(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})[.,;:]?\s*", re.IGNORECASE
)
_SLASHED = re.compile(
    rf"{_WEEKDAY}(?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[-/.](?P<year>\d{{2}}|\d{{4}}))?[.,;:]?\s*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_ENDING = re.compile(r"st|nd|rd|th", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch [start, end) of a text and what it says: "year", "month" or "day"."""

    start: int
    end: int
    role: str


def restyled(text: str, day: date) -> str | None:
    """`day` as `text` is written: only the parts that `text` states. None where it has no style to follow."""
    parts = _figures(text) or _said(text)
    if not parts:
        return None
    out, at = [], 0
    for part in parts:
        said = _rewritten(text[part.start : part.end], part.role, day, text)
        if said is None:
            return None
        out += [text[at : part.start], said]
        at = part.end
    made = "".join(out) + text[at:]
    return made if _reads_as(made, day, {p.role for p in parts}) else None


def plain_form(text: str, day: date, *, year: bool) -> str:
    """ "November 4, 2021" or "November 4"; where `text` is all small letters: "november fourth twenty twenty one"."""
    if text.islower() and not any(c.isdigit() for c in text):
        said = f"{_EN[day.month - 1]} {say_number(day.day, ordinal=True, hyphen=' ')}"
        return f"{said} {say_year(day.year).replace('-', ' ')}" if year else said
    said = f"{_EN[day.month - 1].capitalize()} {day.day}"
    return f"{said}, {day.year}" if year else said


def _figures(text: str) -> list[_Part]:
    found = _ISO.fullmatch(text) or _SLASHED.fullmatch(text)
    if found is None:
        return []
    roles = [role for role in ("year", "month", "day") if found[role] is not None]
    return sorted((_Part(*found.span(role), role) for role in roles), key=lambda p: p.start)


def _said(text: str) -> list[_Part]:
    """The parts of a date with the name of a month; empty where a word is no part of a date."""
    tokens = [(w, m.start(), m.end()) for m in _WORD.finditer(text) for w in split_glued([m[0].lower()])]
    if any(not (w in _IDLE or w in MONTHS or w in _SCALES or read_number(w) is not None) for w, _, _ in tokens):
        return []
    said = [t for t in tokens if t[0] not in _IDLE]
    month = next((i for i, t in enumerate(said) if t[0] in MONTHS), None)
    if month is None or any(t[0] in MONTHS for t in said[month + 1 :]):
        return []
    before, after = said[:month], said[month + 1 :]
    day, year = (before, after) if before else _cut(after)
    parts = [_Part(said[month][1], said[month][2], "month")]
    for role, run in (("day", day), ("year", year)):
        if run:
            ending = _ENDING.match(text, run[-1][2]) if role == "day" else None
            parts.append(_Part(run[0][1], ending.end() if ending else run[-1][2], role))
    return sorted(parts, key=lambda p: p.start)


_Token = tuple[str, int, int]


def _cut(after: list[_Token]) -> tuple[list[_Token], list[_Token]]:
    """Day and year of what follows a month, as `spoken_dates.read_date` reads them."""
    told = [w for w, _, _ in after]
    low = read_number(" ".join(told[1:])) if len(told) > 1 else None
    if told and told[0] in ("nineteen", "twenty") and low is not None and 10 <= low < 100:
        return [], after
    for cut in range(len(told), 0, -1):
        day = read_number(" ".join(told[:cut]))
        if day is not None and 1 <= day <= 31 and (cut == len(told) or read_year(told[cut:]) is not None):
            return after[:cut], after[cut:]
    return [], after


def _rewritten(old: str, role: str, day: date, text: str) -> str | None:
    """One part anew, in the style of its old form."""
    spanish = any(m in _ES or m in _ES_SHORT for m in spoken.words_of(text))
    hyphen = "-" if "-" in old or (text != text.lower()) else " "
    if role == "month":
        return _month(old, day.month, padded=_padded(text), spanish=spanish)
    if role == "day":
        return _day(old, day.day, padded=_padded(text), spanish=spanish, hyphen=hyphen)
    if old.isdecimal():
        return str(day.year) if len(old) == 4 else f"{day.year % 100:02d}"
    return None if spanish else _as(old, _year_in_words(old, day.year).replace("-", hyphen))


def _padded(text: str) -> bool:
    """Whether single figures have a nought before them: "03/14", "2024-03-14"."""
    return re.search(r"(?<!\d)0\d(?!\d)", text) is not None or _ISO.fullmatch(text) is not None


def _month(old: str, month: int, *, padded: bool, spanish: bool) -> str:
    if old.isdecimal():
        return f"{month:02d}" if padded else str(month)
    name = (_ES if spanish else _EN)[month - 1]
    short = old.lower() not in (*_EN, *_ES)
    return _as(old, name[:3] if short else name)


def _day(old: str, day: int, *, padded: bool, spanish: bool, hyphen: str) -> str:
    if old[0].isdecimal():
        ending = _ENDING.search(old)
        if ending is not None:
            return f"{day}{_as(ending[0], _ending(day))}"
        return f"{day:02d}" if padded else str(day)
    last = split_glued(spoken.words_of(old))[-1]
    return _as(old, say_number(day, ordinal=last in ORDINALS, spanish=spanish, hyphen=hyphen))


def _ending(day: int) -> str:
    return "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _year_in_words(old: str, year: int) -> str:
    """ "oh nine" and "ninety one" stay without their century."""
    said = split_glued(spoken.words_of(old))
    low = read_number(" ".join(said))
    if said[0] in NOUGHTS or (low is not None and low < 100):
        return f"oh {say_number(year % 100)}" if year % 100 < 10 else say_number(year % 100)
    return say_year(year)


def _as(old: str, new: str) -> str:
    """`new` in the capitals of `old`."""
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _reads_as(made: str, day: date, roles: set[str]) -> bool:
    read = read_date(re.sub(rf"^{_WEEKDAY}", "", made, flags=re.IGNORECASE))
    if read is None:
        return False
    year = read.year is None if "year" not in roles else read.year is not None and (read.year - day.year) % 100 == 0
    return year and read.month == day.month and (read.day == day.day if "day" in roles else read.day is None)
