"""Numbers that belong to one person or thing, from phone and social security to plate, device and case.

- A run of digits (recognizers/coderuns.py) is named by the nearest context word before it, within 90 characters, also
  over a turn: "the Social?" / "five two five". Without context only shapes that can be nothing else count.
- Corrected and broken-off pieces of one number share its context; the hesitation between two pieces on one line goes
  with them.
- Never marked: hotlines (988, 911, 211), clock times, money, doses, durations, scores, counting up or down.
- A check digit (card: Luhn) or a closed alphabet (VIN) names a number that has no context.

Context words: recognizers/number_context.py. Other lists: general knowledge, tried on the train documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise

from pipeline.labels import Label
from pipeline.spoken import read_digits
from recognizers.coderuns import Run, runs
from recognizers.number_context import CONTEXT
from recognizers.reading import Found, Reading

REACH = 90

_GENERIC = re.compile(r"\b(?:number|no\.|num|id|code|#|número|numero|identifier|nro)\W{0,3}(?:is|'s|was|es)?\W{0,3}$")
_CONTEXT = re.compile("|".join(rf"(?P<{label.value}>\b(?:{words})(?!\w))" for label, words, _ in CONTEXT))
_FEWEST = {label: fewest for label, _, fewest in CONTEXT}

# What a number counts or measures, right after it: then it identifies nobody.
_COUNTED = re.compile(
    r"\W{0,3}(?:-)?(?:days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|seconds?|secs?|mg|mgs|milligrams?|mcg|"
    r"ml|cc|percent|%|dollars?|"
    r"bucks|cents|grand|miles?|blocks?|feet|foot|ft|inch(?:es)?|pounds?|lbs?|ounces?|oz|grams?|kilos?|times?|"
    r"people|persons?|kids|children|beds?|am\b|"
    r"pm\b|a\.m|p\.m|a m\b|p m\b|o'?clock|yrs?|y/?o\b|year-old|steps?|percent|degrees?|cups?|glasses|drinks?|"
    r"beers?|pills?|bags?|packs?|meetings?|points?|"
    r"things?|of (?:us|them|the|those|these|my|you)|or (?:so|\w+)\b|días?|semanas?|meses|años?|horas?|minutos?|"
    r"pesos|dólares|th\b|nd\b|rd\b|st\b|in the (?:morning|"
    r"afternoon|evening)|at night|tonight|de la (?:mañana|tarde|noche)|each|apiece|more|dozen|men\b|women\b|guys|"
    r"girls|boys|nights?|weekends?|sessions?|words?)"
)
_MONEY = re.compile(r"[$€£]\s?$")
_CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?![\d:]*:[\da-f]{2}:)")
_DATED = re.compile(r"^(?:\d{1,2}[-/.]\d{1,2}(?:[-/.](?:\d{4}|\d{2}))?|\d{4}-\d{2}-\d{2})(?:$|[ ,]+\d)")
_CAPITALS_BEFORE = re.compile(r"(?<![^\W_])([A-Z]{1,4}) $")
# Short forms that name a number and are no part of it.
_ABBREVIATIONS = frozenset(
    [
        "SSN",
        "MRN",
        "DOB",
        "ZIP",
        "EBT",
        "VIN",
        "DL",
        "NPI",
        "DEA",
        "IMEI",
        "ID",
        "PO",
        "LCSW",
        "LPN",
        "RN",
        "AM",
        "PM",
        "PIN",
        "FAX",
        "CELL",
        "TEL",
        "EXT",
        "APT",
        "MG",
        "ML",
        "BACK",
        "HMIS",
        "SNAP",
        "I",
        "A",
        "CPRS",
        "CPSS",
        "PRSS",
        "CPS",
        "LMFT",
        "LADC",
        "CADC",
        "VA",
        "USA",
        "TX",
        "CA",
        "NY",
        "BAL",
        "CODE",
        "ICE",
        "ER",
        "OK",
        "TTY",
        "FOR",
        "IN",
        "AT",
        "ON",
        "TO",
        "NO",
        "IS",
        "MA",
        "MS",
        "MR",
    ]
)
_CAPITALS_AFTER = re.compile(r" ([A-Z]{1,3})(?![\w'.-])(?! ?[a-z])")
_EXTENSION = re.compile(
    r"(?<=\d)[, ]{0,3}(?:(?:ext(?:ension)?\b\.?|x) ?\d{1,6})|\bext(?:ension|\.)?:? ?(?:is )?(\d{1,6})"
)
_HOTLINE = frozenset(
    {"988", "911", "211", "411", "311", "741741", "8006624357", "18006624357", "8002738255", "18002738255"}
)

_SHAPES: tuple[tuple[Label, re.Pattern[str], float], ...] = (
    (Label.US_SSN, re.compile(r"^(?:\d{3}[- ]\d{2}[- ]\d{4})$"), 0.9),
    (
        Label.PHONE_NUMBER,
        re.compile(r"^\+?(?:1[-. ]{0,2})?\(?\d{3}\)?[-./ ]{0,3}\d{3}[-. /]{0,3}\d{4}(?: ?(?:x|ext\.?) ?\d{1,6})?$"),
        0.9,
    ),
    (Label.PHONE_NUMBER, re.compile(r"^\d{3}[-.]\d{4}$"), 0.7),
    (Label.ACCOUNT_NUMBER, re.compile(r"^\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}$"), 0.9),
    (Label.ZIP_CODE, re.compile(r"^\d{5}-\d{4}$"), 0.8),
)
_LONE_LETTERS = re.compile(r"^(?:[^\W\d_] ){1,3}|(?: [^\W\d_]){1,3}$")
_MASKED_SSN = re.compile(r"(?<![\w*])[x*#•]{3}[- ]?[x*#•]{2}[- ]?(\d{4})(?!\d)")


class Numbers:
    """Identifying numbers, by context first and by shape second."""

    name = "numbers"
    version = "1"
    labels = frozenset(label for label, _, _ in CONTEXT)

    def find(self, reading: Reading) -> Iterator[Found]:
        text = reading.folded
        for m in _MASKED_SSN.finditer(text):
            yield Found(start=m.start(), end=m.end(), label=Label.US_SSN, score=0.9)
        for m in _EXTENSION.finditer(text):
            yield Found(start=m.start(1) if m.group(1) else m.start(), end=m.end(), label=Label.PHONE_NUMBER, score=0.8)
        loose: list[Run] = []
        known: list[tuple[str, Label]] = []
        for _, members in groupby(runs(text), key=lambda r: r.group):
            pieces = list(members)
            settled = _settle(text, pieces)
            loose.extend(r for r, (label, _) in zip(pieces, settled, strict=True) if label is None)
            known.extend(
                (read_back(text, r), label) for r, (label, _) in zip(pieces, settled, strict=True) if label is not None
            )
            yield from _bridge(reading, pieces, settled)
        yield from _repeats(text, loose, known)


def read_back(text: str, run: Run) -> str:
    """The digits and letters of a run as one string."""
    surface = text[run.start : run.end]
    return (read_digits(surface) or "") if run.said else re.sub(r"\W", "", surface).upper()


def _settle(text: str, pieces: list[Run]) -> list[tuple[Label | None, float]]:
    """A label for each run of one group. What the group is said to be, its other pieces are too."""
    settled: list[tuple[Label | None, float]] = []
    never = [_never(text, r) for r in pieces]
    for run, banned in zip(pieces, never, strict=True):
        settled.append((None, 0.0) if banned else _judge(text, run))
    shared = next((label for label, _ in settled if label is not None), None)
    sayings = [r for r, banned in zip(pieces, never, strict=True) if r.said and r.singles == r.atoms and not banned]
    if shared is None and len(sayings) >= 2 and sum(r.singles for r in sayings) >= 6:
        shared = Label.PHONE_NUMBER
    return [
        (shared, 0.6) if label is None and shared is not None and not banned and _joins(run) else (label, score)
        for run, (label, score), banned in zip(pieces, settled, never, strict=True)
    ]


def _joins(run: Run) -> bool:
    """Whether a piece is enough of a number to share its group's label."""
    return run.digits >= 3 if not run.said else run.digits >= 1 and run.digits + run.letters >= 2


def _bridge(reading: Reading, pieces: list[Run], settled: list[tuple[Label | None, float]]) -> Iterator[Found]:
    """The pieces as found; the hesitation between two pieces on one line goes with them."""
    open_: Found | None = None
    for run, (label, score) in zip(pieces, settled, strict=True):
        if label is None:
            continue
        start, end = _whole(reading, run)
        if open_ is not None and start - open_.end <= 30 and "\n" not in reading.text[open_.end : start]:
            open_ = replace(open_, end=max(end, open_.end), score=max(score, open_.score))
            continue
        if open_ is not None:
            yield open_
        open_ = Found(start=start, end=end, label=label, score=score)
    if open_ is not None:
        yield open_


def _repeats(text: str, loose: list[Run], known: list[tuple[str, Label]]) -> Iterator[Found]:
    """Four digits or more that begin or end a number already found are that number again."""
    ends: dict[str, Label] = {}
    for told, label in known:
        for n in range(4, min(len(told), 12) + 1):
            ends.setdefault(told[:n], label)
            ends.setdefault(told[-n:], label)
    for run in loose:
        told = read_back(text, run)
        year = not run.said and re.fullmatch(r"(?:19|20)\d\d", told)
        if run.digits >= 4 and told in ends and not year and not _never(text, run):
            yield Found(start=run.start, end=run.end, label=ends[told], score=0.7)


def _judge(text: str, run: Run) -> tuple[Label | None, float]:
    """By context, then by shape."""
    surface = text[run.start : run.end]
    before = text[max(0, run.start - REACH) : run.start]
    near: tuple[int, Label] | None = None
    for m in _CONTEXT.finditer(before):
        near = (m.end(), Label(str(m.lastgroup)))
    if near is not None and run.digits and run.digits + run.letters >= _FEWEST[near[1]]:
        distance = len(before) - near[0]
        if _enough(run, distance, surface):
            return _better(near[1], surface, run), 0.85 if distance < 30 else 0.7
    shape = _by_shape(run, surface)
    if shape[0] is None and _GENERIC.search(before) and run.digits >= 4:
        return (Label.PHONE_NUMBER if run.digits in (7, 10) and not run.letters else Label.CASE_NUMBER), 0.6
    return shape


def _enough(run: Run, distance: int, surface: str) -> bool:
    """How much of a number it takes to believe a context word at that distance."""
    year = bool(re.fullmatch(r"(?:19|20)\d\d", surface))
    if run.digits + run.letters >= 7:
        return distance <= REACH
    if run.singles >= 3 or (run.letters and run.digits >= 2):
        return distance <= 70
    if run.digits >= 4 and not year:
        return distance <= (50 if not run.said else 35)
    return distance <= 12 and not year and (run.digits >= 3 or (run.said and run.singles >= 2))


def _better(label: Label, surface: str, run: Run) -> Label:
    """A shape that is unmistakable corrects the context: a social security number read out after "phone"."""
    if label is Label.US_SSN or run.said:
        return label
    for shape_label, shape, _ in _SHAPES[:2]:
        if shape.match(surface) and label in (Label.ACCOUNT_NUMBER, Label.CASE_NUMBER, Label.PHONE_NUMBER):
            return shape_label
    return label


def _by_shape(run: Run, surface: str) -> tuple[Label | None, float]:
    bare = _LONE_LETTERS.sub("", surface)  # "i 555-010-4821": the word before is no part of the number
    for label, shape, score in _SHAPES:
        if any(shape.match(told) for told in (surface, surface.lstrip("(+#"), bare)):
            return label, score
    if run.said:
        if run.digits >= 7 and run.atoms >= 5:
            return Label.PHONE_NUMBER, 0.7
        if run.singles >= 4 and run.singles == run.atoms and not _counting(surface):
            return Label.PHONE_NUMBER, 0.5
        if run.letters and run.digits >= 3 and run.singles >= 3 and run.atoms >= 4:
            return Label.CASE_NUMBER, 0.6
        return None, 0.0
    compact = re.sub(r"\W", "", surface)
    if re.fullmatch(r"\d{5}", surface):
        return Label.ZIP_CODE, 0.5
    if run.letters and run.digits >= 4 and len(compact) >= 6 and not re.search(r"[:%]", surface):
        return (Label.VEHICLE_ID if _is_vin(compact) else Label.CASE_NUMBER), 0.6
    if run.digits >= 6 and not re.fullmatch(r"\d{1,3}(?:,\d{3})+", surface) and not re.search(r"[:/.]", surface):
        return Label.ACCOUNT_NUMBER if run.digits >= 13 and luhn(compact) else Label.CASE_NUMBER, 0.55
    return None, 0.0


def _never(text: str, run: Run) -> bool:
    surface = text[run.start : run.end]
    told = re.sub(r"\D", "", surface) if not run.said else (read_digits(surface) or "")
    if told in _HOTLINE or _MONEY.search(text[max(0, run.start - 2) : run.start]):
        return True
    if not run.said and (_CLOCK.search(surface) or _DATED.match(surface)):
        return True
    if run.digits < 7 and _COUNTED.match(text, run.end) and not (run.singles >= 3 and run.said):
        return True
    return run.said and _counting(surface)


def _counting(surface: str) -> bool:
    """Counting up or down by one, or the four-seven-eight of breathing: three digits or more, each next to the last."""
    told = read_digits(surface) or ""
    steps = {int(b) - int(a) for a, b in pairwise(told) if a.isdecimal() and b.isdecimal()}
    return len(told) >= 3 and (steps in ({1}, {-1}) or told in ("478", "333", "111"))


def _whole(reading: Reading, run: Run) -> tuple[int, int]:
    """Take in an opening bracket or plus sign, and capitals set off by a space: CR 24-1163, 448 021 C."""
    start, end = run.start, run.end
    while start > 0 and reading.text[start - 1] in "(+#":
        start -= 1
    head = _CAPITALS_BEFORE.search(reading.text, max(0, start - 6), start)
    if head and reading.cased and head.group(1) not in _ABBREVIATIONS:
        start = head.start(1)
    tail = _CAPITALS_AFTER.match(reading.text, end)
    if tail and reading.cased and tail.group(1) not in _ABBREVIATIONS:
        end = tail.end()
    return start, end


def luhn(digits: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812)."""
    if not digits.isdecimal() or not digits.isascii() or not 12 <= len(digits) <= 19:
        return False
    total = 0
    for i, c in enumerate(reversed(digits)):
        n = int(c) * (2 if i % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


def _is_vin(compact: str) -> bool:
    """Seventeen characters without i, o, q (ISO 3779)."""
    return re.fullmatch(r"[a-hj-npr-z0-9]{17}", compact) is not None
