"""Two voices: what only one of them says weakly is not taken, where the other one could have heard it as well.

- A firm, place of care or meeting that is told by its head noun or the words before it (`community`) stands where the
  model hears an identifier at least faintly: head nouns are common words, and the model reads the sentence around them.
- A disclosure that a rule is unsure of (under WEAK_RULE) stands where the model has one of the same consent category in
  the same words. A length of time, a use, a blow, a word that is a substance elsewhere ("the ice", "the bottle") says
  little by itself: the model must suspect it at least (FAINTLY).
- A disclosure of the model alone needs the certainty of ALONE, or WEAK_MODEL: of medicines the lexicons know nearly all
  there are, of legal matters and blows told in plain words few. Any rule of self-harm stands: what is missed passes the
  consent gate, which is worse than a turn too many withheld.
- A disclosure of the model stands down where a rule names another category in the same words: the lexicons know which
  illness is one of the mind, the model knows better that something was told.
- Other names, numbers, dates, addresses and the roster need nobody's agreement: a leak is worse than a bracket.
- Without the model every rule stands.

How the bars were chosen: docs/model_experiments.md.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.labels import CATEGORY_OF, DISCLOSURES, REDACTED_BY_DEFAULT, Category, Label
from pipeline.model import Span

WEAK_RULE = 0.6
FAINTLY = MappingProxyType(
    {**dict.fromkeys((Label.SUBSTANCE, Label.SOBRIETY_DATE), 0.02), Label.TRAUMA: 0.2,
     **dict.fromkeys((Label.CLEAN_TIME, Label.USE_EVENT), 0.1)}
)  # fmt: skip
WEAK_MODEL = 0.7
ALONE = MappingProxyType(
    {Label.MEDICATION: 0.9, Label.HEALTH_CONDITION: 0.8, Label.USE_EVENT: 0.6,
     **dict.fromkeys((Label.SUBSTANCE, Label.LEGAL, Label.TRAUMA), 0.5)}
)  # fmt: skip
_NEEDS_THE_MODEL = "community"
# A diagnosis or medicine is of substance use or of mental health, by words that one voice may read differently.
_EITHER = frozenset({Label.DIAGNOSIS, Label.MEDICATION})
_BOTH = frozenset({Category.SUBSTANCE, Category.MENTAL_HEALTH})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the model marks, and what it would mark if it were asked to speak up at the least suspicion."""

    spans: Sequence[Span] = field(repr=False)
    faint: Sequence[Span] = field(repr=False)


def agreed(rules: Sequence[Span], model: Heard | None) -> list[Span]:
    """The spans of both voices without those that need the other one and do not have it."""
    if model is None:
        return list(rules)
    heard, faint, told = _Places(model.spans), _Places(model.faint), _Places(rules)
    kept = [s for s in rules if not _lonely_rule(s, heard, faint)]
    return kept + [s for s in model.spans if not _lonely_model(s, told)]


def _lonely_rule(span: Span, heard: _Places, faint: _Places) -> bool:
    if span.source == _NEEDS_THE_MODEL and span.label in REDACTED_BY_DEFAULT:
        return not faint.identifier(span)
    least = FAINTLY.get(span.label)
    if least is not None and not faint.same_category(span, least):
        return True
    return span.label in DISCLOSURES and span.score < WEAK_RULE and not heard.same_category(span)


def _lonely_model(span: Span, told: _Places) -> bool:
    if span.label not in DISCLOSURES or told.same_category(span):
        return False
    return span.score < ALONE.get(span.label, WEAK_MODEL) or (
        span.label not in REDACTED_BY_DEFAULT and told.disclosure(span)
    )


class _Places:
    """Spans in order of place, for questions about overlaps. Spans of one voice are short, so looking a little to the
    left finds all that reach in."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans, key=lambda s: (s.start, s.end))
        self._starts = [s.start for s in self._spans]
        self._longest = max((s.end - s.start for s in self._spans), default=0)

    def identifier(self, span: Span) -> bool:
        return any(s.label in REDACTED_BY_DEFAULT for s in self._over(span))

    def disclosure(self, span: Span) -> bool:
        return any(s.label in DISCLOSURES for s in self._over(span))

    def same_category(self, span: Span, least: float = 0.0) -> bool:
        return any(s.score >= least and _same(s, span) for s in self._over(span))

    def _over(self, span: Span) -> Iterable[Span]:
        i = bisect_left(self._starts, span.start - self._longest)
        while i < len(self._spans) and self._starts[i] < span.end:
            if self._spans[i].end > span.start:
                yield self._spans[i]
            i += 1


def _same(one: Span, other: Span) -> bool:
    if one.label not in DISCLOSURES or other.label not in DISCLOSURES:
        return False
    if one.label is other.label:
        return True
    categories = {CATEGORY_OF.get(one.label), CATEGORY_OF.get(other.label)}
    return len(categories) == 1 or (categories == _BOTH and bool({one.label, other.label} & _EITHER))
