"""Numbers that belong to one person or thing, from phone and social security to plate, device and case.

- A run of digits (recognizers/coderuns.py) is named by the nearest context word before it, within 90 characters, also
  over a turn: "the Social?" / "five two five". Without context only shapes that can be nothing else count.
- Corrected and broken-off pieces of one number share its context; the hesitation between two pieces on one line goes
  with them.

Context words: recognizers/number_context.py; shapes: number_shapes.py; what is never marked: plain_numbers.py; what
belongs to a number: number_edges.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from pipeline.labels import Label
from pipeline.spoken import read_digits
from recognizers.coderuns import Run, runs
from recognizers.number_context import CONTEXT
from recognizers.number_edges import whole
from recognizers.number_shapes import by_shape, corrected
from recognizers.plain_numbers import identifies_nobody
from recognizers.reading import Found, Reading

REACH = 90

_GENERIC = re.compile(r"\b(?:number|no\.|num|id|code|#|número|numero|identifier|nro)\W{0,3}(?:is|'s|was|es)?\W{0,3}$")
_CONTEXT = re.compile("|".join(rf"(?P<{label.value}>\b(?:{words})(?!\w))" for label, words, _ in CONTEXT))
_FEWEST = {label: fewest for label, _, fewest in CONTEXT}

_EXTENSION = re.compile(
    r"(?<=\d)[, ]{0,3}(?:(?:ext(?:ension)?\b\.?|x) ?\d{1,6})|\bext(?:ension|\.)?:? ?(?:is )?(\d{1,6})"
)
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
    never = [identifies_nobody(text, r) for r in pieces]
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
        start, end = whole(reading, run)
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
        if run.digits >= 4 and told in ends and not year and not identifies_nobody(text, run):
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
            return corrected(near[1], surface, run), 0.85 if distance < 30 else 0.7
    shape = by_shape(run, surface)
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
