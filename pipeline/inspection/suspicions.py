"""Patterns that a stranger would stop at: numbers of every kind, dates, addresses. Each says what it looks like.

They are simpler and wider than those of detection on purpose: a second look that shares its eyes with the first sees
nothing new. What they find holds a copy for a person and never blocks it. All are linear. Most wait for a hint (a
figure, a sign) without which they cannot match: most turns of talk have none.

Sources: the forms of the annotation guide (22 identifier types); the North American Numbering Plan for phones; USPS
Publication 28 for street words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import accumulate
from types import MappingProxyType

from pipeline.inspection.findings import Kind
from pipeline.spoken import month_words, number_words, ordinal_words

_MONTH = "|".join(w for w in month_words() if w not in ("mar", "may", "march", "ago", "dic", "ene", "set"))
# "may" and "march" are words as well: only with a figure or an ordinal beside them, as every other month.
_MONTHS = rf"(?:{_MONTH}|mar|may|march)\.?"
_ORDINAL = "|".join(w for w in ordinal_words() if w != "second")
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|(?:twenty|thirty)[ -](?:{_ORDINAL}|second)|{_ORDINAL})"
_SAID = "|".join([*number_words(), "oh", "double", "triple"])


class Hint(StrEnum):
    """What a text must hold for a pattern to have a chance."""

    FIGURE = "figure"
    AT = "at"
    POINT = "point"
    LETTERS = "letters"


_LEAST_NUMBERS = 7

PATTERNS: tuple[tuple[Kind, Hint, re.Pattern[str]], ...] = (
    (Kind.SSN, Hint.FIGURE, re.compile(r"(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)")),
    (Kind.PHONE, Hint.FIGURE, re.compile(r"(?<!\d)(?:\(?\d{3}\)?[-. ]{1,2})?\d{3}[-. ]\d{4}(?!\d)")),
    (Kind.EMAIL, Hint.AT, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w")),
    (Kind.EMAIL, Hint.AT, re.compile(r"\b\w+ (?:at|arroba) \w+ (?:dot|punto) \w+")),
    (Kind.URL, Hint.POINT, re.compile(r"https?://|\bwww\.")),
    (Kind.URL, Hint.POINT, re.compile(r"\b[\w-]{2,63}\.(?:com|org|net|edu|gov|io|me|us|example)\b")),
    (Kind.IP, Hint.FIGURE, re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")),
    (Kind.IP, Hint.POINT, re.compile(r"\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b")),
    (Kind.HANDLE, Hint.AT, re.compile(r"(?<![\w@])@\w{3,}")),
    (Kind.DIGITS, Hint.FIGURE, re.compile(r"(?<![\w.,])\d(?:[ -]?\d){4,}(?!\w)")),
    (
        Kind.SPOKEN_DIGITS,
        Hint.LETTERS,
        re.compile(rf"\b(?:(?:{_SAID})[\s,.-]{{1,3}}){{{_LEAST_NUMBERS - 1},}}(?:{_SAID})\b"),
    ),
    (
        Kind.CODE,
        Hint.FIGURE,
        re.compile(r"\b(?=[A-Z0-9-]{6,40}\b)(?=(?:[A-Z-]{0,20}\d){3})(?=[0-9-]{0,20}[A-Z])[A-Z0-9-]{6,40}\b"),
    ),
    (
        Kind.DATE,
        Hint.LETTERS,
        re.compile(rf"\b{_MONTHS} (?:the )?{_DAY}\b|\b{_DAY} (?:of |de )?{_MONTHS}\b"),
    ),
    (Kind.DATE, Hint.FIGURE, re.compile(r"(?<![\d/-])\d{1,2}[/-]\d{1,2}[/-](?:\d{2}|\d{4})(?![\d/-])")),
    (Kind.DATE, Hint.FIGURE, re.compile(r"\b(?:19|20)\d{2}[-/]\d{2}[-/]\d{2}\b")),
    (Kind.OLD_AGE, Hint.FIGURE, re.compile(r"\b(?:9\d|1[01]\d)[ -](?:years?[ -]old|y/?o)\b")),
    (Kind.OLD_AGE, Hint.FIGURE, re.compile(r"\b(?:aged?|turned) (?:9\d|1[01]\d)\b")),
    (
        Kind.ADDRESS,
        Hint.FIGURE,
        re.compile(
            r"\b\d{1,6} (?:\w+ ){1,3}"
            r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|lane|court|way|highway|hwy)\b"
        ),
    ),
    (Kind.ADDRESS, Hint.FIGURE, re.compile(r"\bp\.? ?o\.? box \d+")),
)

_BORDER = "\0"  # between texts: neither a blank, a sign nor a letter to any pattern
_CASED = frozenset({Kind.CODE})  # the others see small letters: five times as fast as to ignore case in the pattern


def suspicions(text: str) -> Iterator[tuple[Kind, int, int]]:
    """(kind, start, end) of everything that looks like an identifier, pattern by pattern; hits may overlap."""
    return ((kind, start, end) for _, kind, start, end in suspicions_in([text]))


def suspicions_in(texts: Sequence[str]) -> Iterator[tuple[int, Kind, int, int]]:
    """The same for many texts, each by its number: those with the hint of a pattern are looked through in one go."""
    low = [_lowered(text) for text in texts]
    for hint in Hint:
        some = [n for n, text in enumerate(low) if _HINTS[hint](text)]
        starts = list(accumulate((len(texts[n]) + 1 for n in some), initial=0))
        small = _BORDER.join(low[n] for n in some)
        for kind, wanted, pattern in PATTERNS if some else ():
            if wanted is hint:
                whole = _BORDER.join(texts[n] for n in some) if kind in _CASED else small
                for found in pattern.finditer(whole):
                    i = bisect_right(starts, found.start()) - 1
                    yield some[i], kind, found.start() - starts[i], found.end() - starts[i]


def _lowered(text: str) -> str:
    """In small letters, letter for letter, so that offsets stay."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


# All that a text in small letters must hold, by hint. For words of dates and numbers a hint would cost what it saves.
_HINTS: Mapping[Hint, Callable[[str], object]] = MappingProxyType(
    {
        Hint.FIGURE: re.compile(r"\d").search,
        Hint.AT: lambda low: "@" in low or " at " in low or " arroba " in low,
        Hint.POINT: lambda low: "." in low or ":" in low,
        Hint.LETTERS: bool,
    }
)
