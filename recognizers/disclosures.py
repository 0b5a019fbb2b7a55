"""Disclosures: what was confided. The twelve types of the annotation guide, from lexicons and from dates and durations.

- Phrases are found by the lexicons (`disclosure_lexicon`), lengths and dates of abstinence by `disclosure_times`.
- A phrase whose section asks for context is kept only where the context is there (`disclosure_context`).
- Each disclosure carries its consent category: by its label (`CATEGORY_OF`), except that DIAGNOSIS and MEDICATION of
  substance use are `substance`, and a HEALTH_CONDITION outside sexual health, like IDENTITY, has no box on the form.
- Phrases of one label that overlap become one, with the higher score; phrases of different labels may overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.labels import CATEGORY_OF, DISCLOSURES, Category, Label
from recognizers import disclosure_context as context
from recognizers.disclosure_dark import clauses
from recognizers.disclosure_dates import dates
from recognizers.disclosure_lexicon import load_rules
from recognizers.disclosure_phrases import Phrases, Rule, plain
from recognizers.disclosure_times import lengths
from recognizers.reading import Found, Reading

# labels whose words also stand in names of places, firms and people
NAMEABLE = frozenset({Label.SUBSTANCE, Label.IDENTITY, Label.MUTUAL_AID, Label.HEALTH_CONDITION})
FLOOR = 0.5  # least score that is reported


def category_of(label: Label, flags: frozenset[str]) -> Category | None:
    """The box of the consent form for a rule of this label and these flags."""
    if "sub" in flags:
        return Category.SUBSTANCE
    if "plain" in flags:
        return None
    return CATEGORY_OF.get(label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One text as the tests of context see it."""

    text: str = field(repr=False)
    plain: str = field(repr=False)
    cased: bool


def kept(sight: Sight, start: int, end: int, rule: Rule) -> bool:
    """Whether the context that the rule's section asks for is there."""
    flags, text = rule.flags, sight.plain
    if context.glued(text, start, end) or (rule.label in NAMEABLE and context.in_name(sight.text, text, start, end)):
        return False
    if "caps" in flags and not _capital(sight, start, end):
        return False
    if flags & {"use", "med", "meet"}:
        near = context.around(text, start, end)
        if "use" in flags and context.USE.search(near) is None:
            return False
        if "med" in flags and context.ILL.search(near) is None:
            return False
        if "meet" in flags and context.MEET.search(near) is None:
            return False
    if rule.label is Label.SELF_HARM and context.denied(text, start):
        return False
    return not context.general(text, start, end)


def _capital(sight: Sight, start: int, end: int) -> bool:
    """An abbreviation stands in capitals, another word begins with one."""
    word = sight.text[start:end]
    return word.isupper() if len(word) <= 3 else word[0].isupper()


@dataclass(frozen=True, slots=True)
class Disclosures:
    """The lexical layer of disclosures. Linear in the text; keeps nothing between documents."""

    phrases: Phrases = field(default_factory=lambda: Phrases(load_rules()), repr=False)
    name: str = "disclosures"
    version: str = "1"
    labels: frozenset[Label] = DISCLOSURES

    def find(self, reading: Reading) -> Iterable[Found]:
        """Disclosures in offsets of `reading.text`."""
        return self.find_text(reading.text, cased=reading.cased)

    def find_text(self, text: str, *, cased: bool = True) -> list[Found]:
        """The same on a text as such."""
        sight = Sight(text=text, plain=plain(text), cased=cased)
        return _joined([*self._phrases(sight), *lengths(sight.plain), *dates(sight.plain), *clauses(sight.plain)])

    def _phrases(self, sight: Sight) -> Iterator[Found]:
        for start, end, rule in self.phrases.find(sight.plain):
            if rule.score >= FLOOR and kept(sight, start, end, rule):
                category = category_of(rule.label, rule.flags)
                yield Found(start=start, end=end, label=rule.label, score=rule.score, category=category)


def _joined(found: Iterable[Found]) -> list[Found]:
    """Overlapping phrases of one label made one: from the first's start to the last's end, category of the surest."""
    last: dict[Label, Found] = {}
    out: list[Found] = []
    for hit in sorted(found, key=lambda f: (f.start, -f.end, -f.score)):
        before = last.get(hit.label)
        if before is None or hit.start >= before.end:
            if before is not None:
                out.append(before)
            last[hit.label] = hit
            continue
        sure = max(before, hit, key=lambda f: f.score)
        end = max(before.end, hit.end)
        last[hit.label] = Found(start=before.start, end=end, label=hit.label, score=sure.score, category=sure.category)
    return sorted([*out, *last.values()], key=lambda f: (f.start, f.end, f.label))
