"""Calendar dates finer than a year: in digits, written out, spoken, and a bare day or month.

- Month, day and month, month and year, day alone ("on the 12th", "el doce"). A year alone, a weekday alone, "today",
  durations and clock times are none.
- Months that are words or names (may, march, april, june, august) need a sign of time before or a day beside them.
- Two numbers with a stroke are a day unless they are a fraction, a score or a measure.
- A bare day needs a word of time before it or digits, and what follows must not make it a step, a floor or a street.

Source: the annotation guide; the words around a day and the fractions are general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.calendar_words import CLEAR_MONTH, DAY, IN_YEAR, MONTH, WEEKDAY

NUMERIC = re.compile(
    r"(?<![\d/.$#-])(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:(?:19|20)\d\d|\d\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:(?:19|20)\d\d|\d\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-?(?:(?:19|20)?\d\d)?"
    r"|(?:0?[1-9]|1[0-2])/(?:19|20)\d\d)(?![\d/%]|-\d|\.\d)(?!\w)"
)
SHORT = re.compile(r"(?<![\d/.$#\w-])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?![\d/%\w]|\.\d|-\d)")
# m/d that is a fraction, a score or a rate far more often than a day
_FRACTIONS = frozenset(
    {
        "1/2",
        "1/3",
        "1/4",
        "2/3",
        "3/4",
        "1/8",
        "3/8",
        "5/8",
        "10/10",
        "1/1",
        "8/2",
        "7/10",
        "9/10",
        "8/10",
        "6/10",
        "5/10",
    }
)
_PLAIN_BEFORE = re.compile(
    r"(?:\bon|\bsince|\bby|\bdob|\bborn|\bdue|\buntil|\btill?|\bfrom|\bdate|\bof|\bthru|\bsaw|\bseen|\bnext|"
    r"\bcourt|\bvisit|\bend|\bbefore|\bafter|\bto|\bstart|\bdischarged?|\badmit\w*|^|\n|[,|(\"]) ?:? ?$"
)
_UNITS_AFTER = re.compile(
    r" ?(?:cups?|miles?|of a|of the|of my|tsp|inch|in\.|hours?|mg|film|strips?|tabs?|pound|lb|an? )"
)

WRITTEN = re.compile(
    rf"\b(?:{WEEKDAY})?(?:"
    rf"{MONTH}\.?,?[ -](?:the |on the )?{DAY}(?:(?:st|nd|rd|th)\b)?{IN_YEAR}?"
    rf"|(?:the |el )?{DAY}(?:[ -]| of | de | day of | del mes de ){MONTH}\b\.?{IN_YEAR}?"
    rf"|{MONTH}\b\.?{IN_YEAR}"
    r")\b"
)
_TIME_SIGN = (
    r"(?:\b(?:in|since|by|until|till|til|of|last|this|next|early|late|mid|middle of|end of|through|before|after|"
    r"from|during|every|back in|"
    r"around|started|beginning of|for|en|de|desde|hasta|para)[ -](?:like |the |about |around )?)"
)
BARE = re.compile(rf"\b(?P<clear>{CLEAR_MONTH})\b|{_TIME_SIGN}(?P<dim>{MONTH})\b(?!')")
_ORD_LONG = (
    r"(?:(?:twenty|thirty)[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?:thir|four|fif|six|"
    r"seven|eigh|nine)teenth|twentieth|thirtieth|eleventh|twelfth|tenth|ninth|eighth|seventh|sixth|fifth|fourth|"
    r"third|second|first)"
)
DAY_ALONE = re.compile(
    rf"\b(?P<lead>on|by|since|until|till|til|from|before|after|through|is|was|to|of|for|it's|and|or|not|no|maybe|"
    rf"week of|sent)?,? ?"
    rf"(?P<day>(?:{WEEKDAY})?the (?:(?:[12]?\d|3[01])(?:st|nd|rd|th)|{_ORD_LONG}))\b(?! (?:of the|of my|of (?:her|"
    rf"his|our|their|your)|of us|of them|step|time|floor|grade|street|st\b|ave|avenue|day\b|week|month|year|one|"
    rf"person|thing|guy|drink|"
    r"tradition|chapter|night|morning|period|quarter|baby|kid|son|daughter|date|call|meeting|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|monday|amendment|century|circuit|district|ward|door|try|part|page|line|word|"
    r"hour|box|bed|ones|two|"
    r"three|half|place|birthday|shot|dose|pill|house|row|apartment|(?:and|or) (?:last|only|the)\b|[a-z]+ (?:step|"
    r"time|floor)))"
)
DAY_ALONE_ES = re.compile(
    r"\b(?P<lead>para|hasta|desde|del?|es|fue|era|llega|sale|viene|cita|día|dia|nos vemos|cumple) (?P<day>el "
    r"(?:[12]?\d|3[01]|veinti\w+|treinta(?: y uno)?|veinte|dieci\w+|quince|catorce|trece|doce|once|primero))\b(?! "
    r"(?:de la (?:mañana|tarde|noche)|%|por ciento|años|a[ñn]o|paso|piso|grado))"
)
_FOLLOWS = re.compile(
    r"\s*(?:$|[\n.,;:?!)\"'-]|(?:and|or|at|is|was|i|he|she|we|they|it|so|but|because|cause|for|if|when|then|no|not|"
    r"that's|thats|which|with|in|on|to|a|uh|um|with|before|after|my|her|his|this|per|right|okay|y|a|que|como|en|"
    r"con|will|would|by|thru|until|till|full|around|came|they're|of (?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december|last|this|next|every|the month)|every|each|wasn't|isn't|\d|the|"
    r"says|said|has|had|rode)\b)"
)


def calendar_dates(text: str) -> Iterator[tuple[int, int, float]]:
    """Start, end and score of each date in folded text; they may overlap."""
    for m in NUMERIC.finditer(text):
        yield m.start(), m.end(), 0.9
    for m in WRITTEN.finditer(text):
        if not _is_word(m):
            yield m.start(), m.end(), 0.85
    for m in SHORT.finditer(text):
        before = text[max(0, m.start() - 12) : m.start()]
        if m.group() not in _FRACTIONS and not _UNITS_AFTER.match(text, m.end()):
            yield m.start(), m.end(), 0.7 if _PLAIN_BEFORE.search(before) else 0.6
    for m in BARE.finditer(text):
        group = "clear" if m.group("clear") else "dim"
        if group == "clear" or m.group("dim") not in (
            "may",
            "mar",
            "sep",
            "jun",
            "ago",
            "dic",
            "ene",
            "abr",
            "dec",
            "jan",
        ):
            yield m.start(group), m.end(group), 0.7
        elif m.group("dim") in ("may", "jan", "dec", "mar", "jun", "sep") and re.match(
            r"[ ]?(?:$|[\n.,;:?!)]|and|or|i|he|she|we|they|it|of)", text[m.end() :][:8]
        ):
            yield m.start(group), m.end(group), 0.6
    for pattern in (DAY_ALONE, DAY_ALONE_ES):
        for m in pattern.finditer(text):
            if _FOLLOWS.match(text, m.end("day")) and (m.group("lead") or re.search(r"\d", m.group("day"))):
                low = (
                    re.search(r"\b(?:first|second|third|fourth|fifth)$", m.group("day"))
                    and "twenty" not in m.group("day")
                    and "thirty" not in m.group("day")
                )
                if not low or m.group("lead") in ("on", "by", "since", "until", "till"):
                    yield m.start("day"), m.end("day"), 0.6


def _is_word(m: re.Match[str]) -> bool:
    """ "may one day", "march uno": a month that is a word here."""
    told = m.group()
    return bool(
        re.match(r"may (?:a |one|be|the first)", told) or re.match(r"(?:march|mar|sep|dec) (?:uno|dos|tres)", told)
    )
