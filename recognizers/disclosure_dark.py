"""SELF_HARM and TRAUMA told round about: clauses weighed as a whole.

- People seldom name these; they say "I looked at the bridge too long", "they never found him". A clause is a candidate
  when it holds a seed (a means, a fall, a weapon, a death, a blow); what it says and what stands around it decides
  (`disclosure_cues`): a screening question before it, "no plan", "988", nightmares, an age, a kin.
- A clause runs between points, commas, line ends and a few joining words; at most 100 characters are marked.
- Read on the plain text of `disclosure_phrases.plain`; every pattern is bounded, so the cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Category, Label
from recognizers import disclosure_self_harm, disclosure_trauma
from recognizers.reading import Found

_IN = r"[^.?!,;:\n()\[\]\"“”]"
_JOIN = r"(?: (?:and|but|so|then|cause|because|pero|porque|when|that he|that she|until|till|i got|i'm) )"
CLAUSE = re.compile(rf"{_IN}{{12,100}}?(?={_JOIN}|[.?!,;:\n()\[\]\"“”]|\Z)|{_IN}{{4,100}}(?=[\s.?!,;:\n()\[\]\"“”]|\Z)")
GROUND = (
    (disclosure_self_harm.SEED, disclosure_self_harm.CUES, Label.SELF_HARM, Category.SELF_HARM),
    (disclosure_trauma.SEED, disclosure_trauma.CUES, Label.TRAUMA, Category.TRAUMA),
)


def candidates(text: str, seed: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Clauses of the plain `text` that hold a seed: what the regression reads."""
    return (place for place in _clauses(text) if seed.search(text, *place) is not None)


def clauses(text: str) -> Iterator[Found]:
    """Clauses that tell of self-harm or of trauma in the plain `text`."""
    for start, end in _clauses(text):
        for seed, cues, label, category in GROUND:
            if seed.search(text, start, end) is None:
                continue
            score = cues.score(text, start, end)
            if score >= cues.floor:
                score = min(0.9, 0.5 + 0.6 * (score - cues.floor))
                yield Found(start=start, end=end, label=label, score=score, category=category)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    for found in CLAUSE.finditer(text):
        start, end = found.span()
        while start < end and text[start] in " -":
            start += 1
        yield start, end
