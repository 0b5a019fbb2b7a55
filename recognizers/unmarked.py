"""What the annotation guide leaves unmarked, whatever the model says of it.

- A year alone, a weekday alone, a clock time and a bare number are no DATE; a date with a month, a holiday or signs is.
- A number of a kind that is always written or said in numbers (age, phone, card, ...) holds a digit, a number word or
  letters said one by one; words without any are none.
- A number of such a kind that is a public hotline (988, 911, 211), a time of day ("seven oh three p m") or an amount
  ("two hundred dollars") is none.
- One letter and a digit or two ("G2") name a group or a step, nobody.
- A part of a longer row of marks ("the", then "second of May"; "double", then "oh four") goes with the row.
- Where an illness, a reflex or a score is called after somebody ("Crohn's disease", "a Gleason score"), nobody of the
  session is named. Only guesses are given up, and what the model is not sure of: a family may speak of "Ann's disease".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.labels import REDACTED_BY_DEFAULT, Label
from pipeline.model import Span
from pipeline.spoken import number_words, ordinal_words, words

NUMBERED = frozenset(
    {Label.AGE, Label.ZIP_CODE, Label.PHONE_NUMBER, Label.US_SSN, Label.MEDICAL_RECORD_NUMBER, Label.HEALTH_PLAN_ID,
     Label.ACCOUNT_NUMBER, Label.IP_ADDRESS}
)  # fmt: skip
# what an amount or a time of day is taken for; an age may be followed by "years" or "months"
COUNTED = NUMBERED - {Label.AGE} | {Label.CASE_NUMBER, Label.DEVICE_ID, Label.LICENSE_NUMBER, Label.VEHICLE_ID}
NAMED = frozenset({Label.PERSON, Label.LOCATION, Label.ORGANIZATION, Label.TREATMENT_FACILITY})
GUESS = 0.5  # the score of a name or place that a rule tells by its capital alone
SURE = 0.95  # a name that the model is so sure of is masked before an illness too
_NUMBER = re.compile(rf"\d|(?<![^\W\d_])(?:{'|'.join([*number_words(), *ordinal_words(), 'half', 'oh', 'o'])})", re.I)
_LETTERS = re.compile(r"(?<!\w)\w(?:[ -]\w)+(?!\w)")
_HOTLINE = re.compile(
    r"(?:9[ -]?8[ -]?8|9[ -]?1[ -]?1|2[ -]?1[ -]?1|nine[ -]eight[ -]eight|nine[ -]one[ -]one|two[ -]one[ -]one)", re.I
)
_TIME = re.compile(r"(?:(?:\d{1,2}[:.]?\d{0,2}|[a-z]+(?:[ -][a-z]+){0,3}?) ?[ap]\.? ?m\.?|[a-z\d]+ o['’]?clock)", re.I)
_AFTER_TIME = re.compile(r"[ ,]{0,2}(?:[ap]\.? m\b|[ap]\.m\b|pm\b|am\b(?! i\b)|o['’]?clock\b)", re.I)
_AFTER_AMOUNT = re.compile(
    r" (?:dollars?|bucks|cents|percent|pounds?|miles?|minutes?|mins|hours?|degrees|milligrams?|mg)\b", re.I
)
_LONGEST = 3  # words of a time or an amount: "two hundred eleven"
_CODE = re.compile(r"[A-Za-z]-?\d{1,2}")
_JOINT = re.compile(r"[ .\-/]{1,2}|, ")
_WORD = re.compile(r"[^\W\d_]+|\d+")
# words of a date that make none by themselves
_LOOSE = frozenset(
    words(
        "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays "
        "saturdays sundays mon tue tues wed thu thurs fri sat sun lunes martes miércoles jueves viernes sábado sábados "
        "domingo domingos today tomorrow yesterday tonight hoy mañana ayer morning afternoon evening night noon "
        "midnight the in of on at by since back around about early late mid end year years el la de del en desde año "
        "años this that last next and am pm a m p o clock oclock sharp"
    )
)
_SAID = "|".join(number_words())
_YEAR = re.compile(
    rf"(?:19|20)\d\d|(?:nineteen|two thousand|mil novecientos|dos mil|twenty (?=twenty|ten|eleven|twelve|\w+teen\b))"
    rf"(?: ?(?:{_SAID}|y|oh|o|hundred)\b)*"
)
_THE = re.compile(r"\b(?:the|el)\b")  # before a bare number it is a day: "the 5"
# medical head nouns of eponyms; general knowledge
_ILLNESS = re.compile(
    r"(?:['’]s?)?,? (?:(?:disease|syndrome|palsy|chorea|dementia|lymphoma|angina|thyroiditis|contracture|sign|reflex|"
    r"maneuver|fracture|tumou?r|phenomenon|h?a?emorrhage)\b|(?:risk )?(?:scale|score|index|criteria|inventory|"
    r"classification|staging|questionnaire)\b|enfermedad\b)",
    re.I,
)


def leave_unmarked(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans without those that the guide does not mark."""
    row = sorted(spans)
    kept = []
    for i, span in enumerate(row):
        near = row[max(0, i - 2) : i] + row[i + 1 : i + 3]
        if not _unmarked(text, span) or any(_joined(text, span, other) for other in near):
            kept.append(span)
    return kept


def without_lookalikes(text: str, spans: Iterable[Span]) -> list[Span]:
    """What the rules found, without guesses after which an illness is called and without counts of things."""
    return [
        s
        for s in spans
        if not (s.score <= GUESS and s.label in NAMED and called_after(text, s.end)) and not no_number(text, s)
    ]


def _joined(text: str, one: Span, other: Span) -> bool:
    first, last = sorted((one, other))
    return other.label in REDACTED_BY_DEFAULT and _JOINT.fullmatch(text, first.end, last.start) is not None


def _unmarked(text: str, span: Span) -> bool:
    told = text[span.start : span.end]
    if span.label is Label.DATE:
        return no_date(told)
    if no_number(text, span):
        return True
    if span.label in NUMBERED:
        return _NUMBER.search(told) is None and _LETTERS.search(told) is None
    if span.label is Label.PERSON and _CODE.fullmatch(told):
        return True
    return span.label in NAMED and span.score < SURE and called_after(text, span.end)


def no_number(text: str, span: Span) -> bool:
    """Whether what was taken for somebody's number is a hotline, a time of day or an amount."""
    if span.label not in COUNTED:
        return False
    told = text[span.start : span.end]
    if _HOTLINE.fullmatch(told) or _TIME.fullmatch(told):
        return True
    short = len(told.split()) <= _LONGEST
    return short and bool(_AFTER_TIME.match(text, span.end) or _AFTER_AMOUNT.match(text, span.end))


def called_after(text: str, end: int) -> bool:
    """Whether what ends here is the first half of the name of an illness, a sign or a score."""
    return _ILLNESS.match(text, end) is not None


def no_date(told: str) -> bool:
    """Whether these words are a year alone, a weekday alone, a time, or a bare number. One of two digits stays: it
    may be an age."""
    low = told.lower()
    if any(c in told for c in "/.-"):
        return False
    said = [w for w in _WORD.findall(low) if w not in _LOOSE]
    if not said or _YEAR.fullmatch(" ".join(said)):
        return True
    bare = len(said) == 1 and said[0].isdecimal() and not _THE.search(low)
    return bare and (len(said[0]) in (1, 3, 4))
