"""What a program learns from its reviewers: words that are always masked, and words that are nobody's.

- `always`: words that reviewers added or named otherwise, with the label they gave. They are found again wherever they
  stand as whole words, in any case.
- `never`: words that were rejected in at least two documents and accepted, added or named nowhere. They leave a span of
  detection open only where the policy lets reviewers unmask, and like every rejection only where inspection agrees.
- Words of one or two letters and bare numbers teach nothing. The lists hold words of documents: they live sealed in the
  vault.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import ahocorasick

from pipeline.known import fold_text
from pipeline.labels import CATEGORY_OF, Label
from pipeline.model import Document, RegionKind, Span
from pipeline.reviewing.marks import Mark, Verdict

SOURCE = "learned"
DOCUMENTS = 2  # that agree before a word is nobody's: one may be a slip
_WORDED = frozenset({RegionKind.BODY, RegionKind.LABEL, RegionKind.FREE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One standing decision about some words of a document, by the document's digest."""

    words: str = field(repr=False)
    verdict: Verdict
    label: Label
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Folded words -> label, and folded words that are nobody's."""

    always: Mapping[str, Label] = field(default_factory=dict, repr=False)
    never: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over both lists; empty where nothing was learned."""
        told = json.dumps([sorted(self.always.items()), sorted(self.never)])
        return hashlib.sha256(told.encode()).hexdigest() if self.always or self.never else ""

    def found(self, document: Document, spans: Iterable[Span]) -> Iterator[Span]:
        """A span wherever words of `always` stand and no span of the same label covers them."""
        if not self.always:
            return
        held = [(s.start, s.end, s.label) for s in spans]
        words = ahocorasick.Automaton()
        for word, label in self.always.items():
            words.add_word(word, (len(word), label))
        words.make_automaton()
        folded = fold_text(document.text)
        for region in document.regions:
            if region.kind not in _WORDED:
                continue
            for last, (length, label) in words.iter(folded[region.start : region.end]):
                start, end = region.start + last + 1 - length, region.start + last + 1
                covered = any(a <= start and end <= b and lb is label for a, b, lb in held)
                if _whole(folded, start, end) and not covered:
                    category = CATEGORY_OF.get(label)
                    yield Span(start=start, end=end, label=label, score=1.0, source=SOURCE, category=category)

    def rejected(self, document: Document, spans: Iterable[Span], standing: Iterable[tuple[int, int]]) -> list[Mark]:
        """A rejection for each span whose words are nobody's, where no reviewer decided about the place."""
        decided = set(standing)
        return [
            Mark(start=s.start, end=s.end, verdict=Verdict.REJECT, label=s.label, by=SOURCE, at="", version=0, batch=0)
            for s in spans
            if (s.start, s.end) not in decided and folded(document.text[s.start : s.end]) in self.never
        ]


def learn(decisions: Iterable[Decided]) -> Learned:
    """The lists that follow from all standing decisions, whatever their order."""
    always: dict[str, Label] = {}
    rejected: dict[str, set[str]] = {}
    kept: set[str] = set()
    for one in sorted(decisions, key=lambda d: (d.document, d.words, d.label)):
        word = folded(one.words)
        if not _teaches(word):
            continue
        if one.verdict is Verdict.REJECT:
            rejected.setdefault(word, set()).add(one.document)
            continue
        kept.add(word)
        if one.verdict in (Verdict.ADD, Verdict.RELABEL):
            always[word] = one.label
    never = {word for word, where in rejected.items() if len(where) >= DOCUMENTS and word not in kept}
    return Learned(always=always, never=frozenset(never))


def folded(words: str) -> str:
    """Words in one case with single blanks."""
    return " ".join(fold_text(words).split())


def _teaches(word: str) -> bool:
    return len(word) > 2 and any(c.isalpha() for c in word) and not re.search(r"[\[\]]", word)


def _whole(text: str, start: int, end: int) -> bool:
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()
