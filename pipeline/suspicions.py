"""Patterns that a stranger would stop at: numbers of every kind, dates, addresses. Each says what it looks like.

They are simpler and wider than those of detection on purpose: a second look that shares its eyes with the first sees
nothing new. What they find holds a copy for a person and never blocks it. All are linear.

Sources: the forms of the annotation guide (22 identifier types); the North American Numbering Plan for phones; USPS
Publication 28 for street words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.findings import Kind
from pipeline.spoken import month_words, number_words, ordinal_words

_MONTH = "|".join(w for w in month_words() if w not in ("mar", "may", "march", "ago", "dic", "ene", "set"))
# "may" and "march" are words as well: only with a figure or an ordinal beside them, as every other month.
_MONTHS = rf"(?:{_MONTH}|mar|may|march)\.?"
_ORDINAL = "|".join(w for w in ordinal_words() if w != "second")
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|(?:twenty|thirty)[ -](?:{_ORDINAL}|second)|{_ORDINAL})"
_SAID = "|".join([*number_words(), "double", "triple"])

PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.SSN, re.compile(r"(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)")),
    (Kind.PHONE, re.compile(r"(?<!\d)(?:\(?\d{3}\)?[-. ]{1,2})?\d{3}[-. ]\d{4}(?!\d)")),
    (Kind.EMAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w|\b\w+ (?:at|arroba) \w+ (?:dot|punto) \w+", re.IGNORECASE)),
    (
        Kind.URL,
        re.compile(r"https?://|\bwww\.|\b[\w-]{2,63}\.(?:com|org|net|edu|gov|io|me|us|example)\b", re.IGNORECASE),
    ),
    (
        Kind.IP,
        re.compile(
            r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b", re.IGNORECASE
        ),
    ),
    (Kind.HANDLE, re.compile(r"(?<![\w@])@\w{3,}")),
    (Kind.DIGITS, re.compile(r"(?<![\w.,])\d(?:[ -]?\d){4,}(?!\w)")),
    (Kind.SPOKEN_DIGITS, re.compile(rf"\b(?:(?:{_SAID}|oh)[\s,.-]{{1,3}}){{6,}}(?:{_SAID}|oh)\b", re.IGNORECASE)),
    (Kind.CODE, re.compile(r"\b(?=[A-Z0-9-]{6,40}\b)(?=(?:[A-Z-]{0,20}\d){3})(?=[0-9-]{0,20}[A-Z])[A-Z0-9-]{6,40}\b")),
    (Kind.DATE, re.compile(rf"\b{_MONTHS} (?:the )?{_DAY}\b|\b{_DAY} (?:of |de )?{_MONTHS}\b", re.IGNORECASE)),
    (
        Kind.DATE,
        re.compile(r"(?<![\d/-])\d{1,2}[/-]\d{1,2}[/-](?:\d{2}|\d{4})(?![\d/-])|\b(?:19|20)\d{2}[-/]\d{2}[-/]\d{2}\b"),
    ),
    (
        Kind.OLD_AGE,
        re.compile(
            r"\b(?:9\d|1[01]\d)[ -](?:years?[ -]old|y/?o)\b|\b(?:aged?|turned) (?:9\d|1[01]\d)\b", re.IGNORECASE
        ),
    ),
    (
        Kind.ADDRESS,
        re.compile(
            r"\b\d{1,6} (?:\w+ ){1,3}(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|lane|court|way|highway|hwy)\b"
            r"|\bp\.? ?o\.? box \d+",
            re.IGNORECASE,
        ),
    ),
)


def suspicions(text: str) -> Iterator[tuple[Kind, int, int]]:
    """(kind, start, end) of everything that looks like an identifier, pattern by pattern; hits may overlap."""
    for kind, pattern in PATTERNS:
        for found in pattern.finditer(text):
            yield kind, found.start(), found.end()
