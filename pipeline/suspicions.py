"""Patterns that a stranger would stop at: numbers of every kind, dates, addresses. Each says what it looks like.

They are simpler and wider than those of detection on purpose: a second look that shares its eyes with the first sees
nothing new. What they find holds a copy for a person and never blocks it. All are linear. Each waits for a hint (a
figure, a sign, a syllable) without which it cannot match: most turns of talk have none.

Sources: the forms of the annotation guide (22 identifier types); the North American Numbering Plan for phones; USPS
Publication 28 for street words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from pipeline.findings import Kind
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
    MONTH = "month"
    NUMBERS = "numbers"


# The first letters of every month and a part of every number word: cheap to look for. A test holds them complete.
MONTH_PARTS = tuple(sorted({w[:3] for w in month_words()}))
NUMBER_PARTS = (
    "zero", "cero", "oh", "ught", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "uno", "dos",
    "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "double", "triple", "ten", "eleven", "twelve", "teen",
    "ty", "diez", "once", "doce", "trece", "catorce", "quince", "dieci", "veint", "treinta", "enta",
)  # fmt: skip
_LEAST_NUMBERS = 7

PATTERNS: tuple[tuple[Kind, Hint, re.Pattern[str]], ...] = (
    (Kind.SSN, Hint.FIGURE, re.compile(r"(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)")),
    (Kind.PHONE, Hint.FIGURE, re.compile(r"(?<!\d)(?:\(?\d{3}\)?[-. ]{1,2})?\d{3}[-. ]\d{4}(?!\d)")),
    (Kind.EMAIL, Hint.AT, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w")),
    (Kind.EMAIL, Hint.AT, re.compile(r"\b\w+ (?:at|arroba) \w+ (?:dot|punto) \w+", re.IGNORECASE)),
    (Kind.URL, Hint.POINT, re.compile(r"https?://|\bwww\.", re.IGNORECASE)),
    (Kind.URL, Hint.POINT, re.compile(r"\b[\w-]{2,63}\.(?:com|org|net|edu|gov|io|me|us|example)\b", re.IGNORECASE)),
    (Kind.IP, Hint.FIGURE, re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")),
    (Kind.IP, Hint.POINT, re.compile(r"\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b", re.IGNORECASE)),
    (Kind.HANDLE, Hint.AT, re.compile(r"(?<![\w@])@\w{3,}")),
    (Kind.DIGITS, Hint.FIGURE, re.compile(r"(?<![\w.,])\d(?:[ -]?\d){4,}(?!\w)")),
    (
        Kind.SPOKEN_DIGITS,
        Hint.NUMBERS,
        re.compile(rf"\b(?:(?:{_SAID})[\s,.-]{{1,3}}){{{_LEAST_NUMBERS - 1},}}(?:{_SAID})\b", re.IGNORECASE),
    ),
    (
        Kind.CODE,
        Hint.FIGURE,
        re.compile(r"\b(?=[A-Z0-9-]{6,40}\b)(?=(?:[A-Z-]{0,20}\d){3})(?=[0-9-]{0,20}[A-Z])[A-Z0-9-]{6,40}\b"),
    ),
    (
        Kind.DATE,
        Hint.MONTH,
        re.compile(rf"\b{_MONTHS} (?:the )?{_DAY}\b|\b{_DAY} (?:of |de )?{_MONTHS}\b", re.IGNORECASE),
    ),
    (Kind.DATE, Hint.FIGURE, re.compile(r"(?<![\d/-])\d{1,2}[/-]\d{1,2}[/-](?:\d{2}|\d{4})(?![\d/-])")),
    (Kind.DATE, Hint.FIGURE, re.compile(r"\b(?:19|20)\d{2}[-/]\d{2}[-/]\d{2}\b")),
    (Kind.OLD_AGE, Hint.FIGURE, re.compile(r"\b(?:9\d|1[01]\d)[ -](?:years?[ -]old|y/?o)\b", re.IGNORECASE)),
    (Kind.OLD_AGE, Hint.FIGURE, re.compile(r"\b(?:aged?|turned) (?:9\d|1[01]\d)\b", re.IGNORECASE)),
    (
        Kind.ADDRESS,
        Hint.FIGURE,
        re.compile(
            r"\b\d{1,6} (?:\w+ ){1,3}"
            r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|lane|court|way|highway|hwy)\b",
            re.IGNORECASE,
        ),
    ),
    (Kind.ADDRESS, Hint.FIGURE, re.compile(r"\bp\.? ?o\.? box \d+", re.IGNORECASE)),
)

_FIGURE = re.compile(r"\d")


def suspicions(text: str) -> Iterator[tuple[Kind, int, int]]:
    """(kind, start, end) of everything that looks like an identifier, pattern by pattern; hits may overlap."""
    hints = _hints(text)
    for kind, hint, pattern in PATTERNS:
        if hint in hints:
            for found in pattern.finditer(text):
                yield kind, found.start(), found.end()


def _hints(text: str) -> set[Hint]:
    low = text.lower()
    found: set[Hint] = set()
    if _FIGURE.search(text):
        found.add(Hint.FIGURE)
    if "@" in low or " at " in low or " arroba " in low:
        found.add(Hint.AT)
    if "." in low or ":" in low:
        found.add(Hint.POINT)
    if any(part in low for part in MONTH_PARTS):
        found.add(Hint.MONTH)
    if sum(low.count(part) for part in NUMBER_PARTS) >= _LEAST_NUMBERS:
        found.add(Hint.NUMBERS)
    return found
