"""Risk: how alike the documents of a release look from outside, and what is made coarser until nobody stands alone.

- A quasi-identifier is what somebody outside may know of a session already: when it was, its kind, its note class.
- Members of a group are the people whom its documents are about: a person's five notes are one member, not five.
- A group under `k` members climbs one step at a time: its date to a month, a year, five years, then "suppressed"; then
  its note class, then its kind. What climbs meets what stands there, so little is lost.
- What is suppressed as a whole must itself be `k` people, else the one rare thing in it is known by what is missing:
  then the smallest other groups are suppressed with it. Under `k` people in all, everything is suppressed.
- Same rows, same answer, in whatever order they come. Source: k-anonymity with local recoding (Sweeney 2002).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SUPPRESSED = "suppressed"
_DATE = re.compile(r"(\d{4})-(\d{2})-\d{2}")
_MONTH = re.compile(r"(\d{4})-\d{2}")
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"day (-?\d+)")
_DAYS = re.compile(r"days (-?\d+) to -?\d+")
_MONTH_DAYS, _YEAR_DAYS, _YEARS = 30, 360, 5

Values = tuple[str, ...]
_Groups = Mapping[Values, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row. key: its code. values: its quasi-identifiers, the one to coarsen first in front. members: opaque keys of
    the people it is about; they are counted and never told."""

    key: str
    values: Values
    members: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """What may be shown. values: row key -> quasi-identifiers. reached: `k` where every group that is shown has so many
    members, None where everything had to be suppressed. generalised, suppressed: cells. unique_before: rows whose
    combination was one person's alone; internal, a small count itself."""

    values: Mapping[str, Values]
    k: int
    reached: int | None
    generalised: int
    suppressed: int
    unique_before: int


def protect(records: Sequence[Record], k: int) -> Protected:
    """Coarsen until every group has at least `k` members. ValueError for a `k` under 1 or a key that stands twice."""
    if k < 1 or len({r.key for r in records}) != len(records):
        raise ValueError("k is at least 1 and every row has its own key")
    people = {r.key: r.members for r in records}
    values = {r.key: r.values for r in records}
    before = _groups(values)
    while small := [(g, keys) for g, keys in _groups(values).items() if not _gone(g) and _count(keys, people) < k]:
        values |= {key: _step(group) for group, keys in small for key in keys}
    values = _with_company(values, people, k)
    cells = [(old, new) for r in records for old, new in zip(r.values, values[r.key], strict=True) if old != new]
    shown = any(not _gone(v) for v in values.values())
    return Protected(
        values=values,
        k=k,
        reached=k if shown or not records else None,
        generalised=sum(new != SUPPRESSED for _, new in cells),
        suppressed=sum(new == SUPPRESSED for _, new in cells),
        unique_before=sum(len(keys) for keys in before.values() if _count(keys, people) == 1),
    )


def window(values: Iterable[str]) -> str:
    """From when to when, in words, by what is shown: a date that is suppressed must not come out here."""
    given = set(values)
    told = sorted(given - {"", SUPPRESSED}, key=lambda v: ([int(n) for n in _numbers(v)], v))
    if not told:
        return "not told"
    span = told[0] if len(told) == 1 else f"from {told[0]} to {told[-1]}"
    return f"{span}, and others that are suppressed" if SUPPRESSED in given else span


def coarser(value: str) -> str:
    """The next coarser form of a date as policies tell dates; of anything else, "suppressed"."""
    if found := _DATE.fullmatch(value):
        return f"{found[1]}-{found[2]}"
    if found := _MONTH.fullmatch(value):
        return found[1]
    if _YEAR.fullmatch(value):
        first = int(value) // _YEARS * _YEARS
        return f"{first} to {first + _YEARS - 1}"
    if found := _DAY.fullmatch(value):
        return _days(int(found[1]), _MONTH_DAYS)
    if (found := _DAYS.fullmatch(value)) and value == _days(int(found[1]), _MONTH_DAYS):
        return _days(int(found[1]), _YEAR_DAYS)
    return SUPPRESSED


def _days(day: int, block: int) -> str:
    first = (day - 1) // block * block + 1
    return f"days {first} to {first + block - 1}"


def _numbers(value: str) -> list[str]:
    return re.findall(r"\d+", value)


def _step(values: Values) -> Values:
    """One step: the first value that still says something, dates before the rest."""
    at = next(i for i, v in enumerate(values) if v != SUPPRESSED)
    return (*values[:at], coarser(values[at]), *values[at + 1 :])


def _gone(values: Values) -> bool:
    return all(v == SUPPRESSED for v in values)


def _groups(values: Mapping[str, Values]) -> _Groups:
    groups: dict[Values, list[str]] = defaultdict(list)
    for key in sorted(values):
        groups[values[key]].append(key)
    return groups


def _count(keys: Iterable[str], people: Mapping[str, frozenset[str]]) -> int:
    return len({person for key in keys for person in people[key]})


def _with_company(values: Mapping[str, Values], people: Mapping[str, frozenset[str]], k: int) -> dict[str, Values]:
    """The suppressed rows are `k` people or none: the smallest other groups go with them."""
    out = dict(values)
    while True:
        groups = _groups(out)
        alone = next((keys for group, keys in groups.items() if _gone(group)), [])
        others = sorted((_count(keys, people), group) for group, keys in groups.items() if not _gone(group))
        if not alone or not others or _count(alone, people) >= k:
            return out
        smallest = others[0][1]
        out |= {key: (SUPPRESSED,) * len(smallest) for key in groups[smallest]}
