"""Numbers that identify nobody: amounts, times, hotlines and counting.

- Never marked: hotlines (988, 911, 211), clock times, money, doses, durations, scores, counting up or down.
- Fewer than seven digits before a word of what is counted or measured are an amount, unless read out digit by digit.

Source: the annotation guide; the lists are general knowledge, tried on the train documents.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.spoken import read_digits
from recognizers.coderuns import Run

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
_HOTLINE = frozenset(
    {"988", "911", "211", "411", "311", "741741", "8006624357", "18006624357", "8002738255", "18002738255"}
)


def identifies_nobody(text: str, run: Run) -> bool:
    """Whether a run of folded text is an amount, a time, a hotline or counting, whatever stands before it."""
    surface = text[run.start : run.end]
    told = re.sub(r"\D", "", surface) if not run.said else (read_digits(surface) or "")
    if told in _HOTLINE or _MONEY.search(text[max(0, run.start - 2) : run.start]):
        return True
    if not run.said and (_CLOCK.search(surface) or _DATED.match(surface)):
        return True
    if run.digits < 7 and _COUNTED.match(text, run.end) and not (run.singles >= 3 and run.said):
        return True
    return run.said and counting(surface)


def counting(surface: str) -> bool:
    """Counting up or down by one, or the four-seven-eight of breathing: three digits or more, each next to the last."""
    told = read_digits(surface) or ""
    steps = {int(b) - int(a) for a, b in pairwise(told) if a.isdecimal() and b.isdecimal()}
    return len(told) >= 3 and (steps in ({1}, {-1}) or told in ("478", "333", "111"))
