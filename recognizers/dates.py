"""The layer of dates and ages: which date is one of sobriety, and that no age is part of a date.

- A DATE is finer than a year: recognizers/calendar_dates.py, and a holiday: recognizers/holidays.py.
- A date that somebody is sober since, or last used on, is a SOBRIETY_DATE (the guide); it is masked the same way. The
  words that say so stand up to 45 characters before it in its sentence, or right after it; a birth is none.
- An AGE (recognizers/ages.py) stands where no date does.

Source: the annotation guide; the words of sobriety and birth are general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from pipeline.labels import Category, Label
from recognizers.ages import ages
from recognizers.calendar_dates import calendar_dates
from recognizers.holidays import holidays
from recognizers.reading import Found, Reading

SOBER = re.compile(
    r"\b(?:sober|clean|sobriety|last (?:drink|drank|used?|use|hit|drunk|pill|shot|fix|time (?:i|he|she|we) (?:used|"
    r"drank|drunk)|bag|copa|trago|beer)|relapse[ds]?|slipped|picked (?:up|back up)|"
    r"using|used|put (?:it |the \w+ )?down|(?:my|his|her|our|whose|their) (?:\w+ )?(?:date|day|dates)|stopped|quit|"
    r"abstinent|dry since|no (?:drink|drugs|alcohol|using)|nothing since|not since|overdosed?|od'?d|"
    r"narcan\w*|detox|got out|(?:date|day) is|fell out|counts? (?:it )?from|dating from|sobrio|limpi[oa]|recaí|"
    r"recaída|mi fecha|since|desde|drink since|drank)\b"
)
SOBER_AFTER = re.compile(
    r"\W{0,3}(?:is (?:my|his|her|when i (?:put|got|quit|stopped)) (?:\w+ )?(?:date|day|clean|sober|put|quit|"
    r"stopped)|was (?:my|his|her|the) (?:\w+ )?(?:day|date|last)|i (?:slipped|relapsed|used|drank|picked up)|clean "
    r"date|sobriety date)"
)
_BIRTH = re.compile(
    r"\b(?:birth(?:day|date)?|dob|born|d\.o\.b|b-day|bday|nacimiento|nací|nacio|cumpleaños|cumple|turn(?:s|ed|ing)?)\b"
)


class Dates:
    """DATE, SOBRIETY_DATE and AGE."""

    name = "dates"
    version = "1"
    labels = frozenset({Label.DATE, Label.SOBRIETY_DATE, Label.AGE})

    def find(self, reading: Reading) -> Iterator[Found]:
        text = reading.folded
        taken = bytearray(len(text))
        for start, end, score in chain(calendar_dates(text), holidays(text)):
            for i in range(start, end):
                taken[i] = 1
            yield _dated(text, start, end, score)
        for start, end in ages(text, reading.text):
            if not any(taken[start:end]):
                yield Found(start=start, end=end, label=Label.AGE, score=0.75)


def _dated(text: str, start: int, end: int, score: float) -> Found:
    """SOBRIETY_DATE where the words close by say so and no birth is meant, DATE elsewhere."""
    before = text[max(0, start - 45) : start]
    before = before[max(before.rfind("\n"), before.rfind(". "), before.rfind("? ")) + 1 :]
    sober = (SOBER.search(before) or SOBER_AFTER.match(text, end)) and not _BIRTH.search(before)
    if sober:
        return Found(start=start, end=end, label=Label.SOBRIETY_DATE, score=score, category=Category.SUBSTANCE)
    return Found(start=start, end=end, label=Label.DATE, score=score)
