"""What a tool reached on a set: marks found whole, marks touched, what it masks without need.

- A mark is whole when each of its letters and digits is masked, touched when one is. Types of LEFT_OUT do not count.
- Precision: share of the masked letters and digits that stand in some mark.
- Words masked: share of the words of which a letter or digit is masked; the figure for texts that hold no identifier.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.accuracy.sets import LEFT_OUT, Sample

WORD = re.compile(r"\w+(?:['’]\w+)*")
Ranges = Sequence[tuple[int, int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of one tool on one set."""

    marks: int
    whole: int
    touched: int
    masked: int
    right: int
    words: int
    words_masked: int
    texts_masked: int
    texts: int


def score(samples: Sequence[Sample], found: Sequence[Ranges]) -> Score:
    """Add up over the texts of a set."""
    total = [0] * 9
    for sample, ranges in zip(samples, found, strict=True):
        for place, count in enumerate(_one(sample, ranges)):
            total[place] += count
    names = ("marks", "whole", "touched", "masked", "right", "words", "words_masked", "texts_masked", "texts")
    return Score(**dict(zip(names, total, strict=True)))


def _one(sample: Sample, ranges: Ranges) -> tuple[int, ...]:
    text = sample.text
    masked, marked = bytearray(len(text)), bytearray(len(text))
    for start, end, _ in ranges:
        masked[start:end] = b"\1" * (min(end, len(text)) - start)
    for start, end, _ in sample.marks:
        marked[start:end] = b"\1" * (end - start)
    counted = [(start, end) for start, end, kind in sample.marks if kind not in LEFT_OUT]
    wanted = [[masked[i] for i in range(start, end) if text[i].isalnum()] for start, end in counted]
    letters = [i for i, c in enumerate(text) if c.isalnum() and masked[i]]
    words = [any(masked[m.start() : m.end()]) for m in WORD.finditer(text)]
    return (
        len(wanted),
        sum(all(mark) for mark in wanted),
        sum(any(mark) for mark in wanted),
        len(letters),
        sum(marked[i] for i in letters),
        len(words),
        sum(words),
        any(words),
        1,
    )
