"""How well detection does on gold documents: leaks first.

- A gold identifier is found when every letter and digit of it lies in predicted identifiers, of whatever label.
- Precision is the share of masked letters and digits that the gold document marks at all.
- A gold disclosure is found, and a predicted one is right, when one of the same family overlaps it. Substance, use
  event, clean time, sobriety date and mutual aid are one family; diagnosis and medication another, which also stands
  in for the first; every other label stands for itself.
- AGE is counted by type but is no leak: under ninety it may stay under Safe Harbor.
- SOBRIETY_DATE is both: an identifier that must be covered, a disclosure that must be told.
- Every share carries its Wilson interval at 95 percent, since some types are rare.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.labels import DISCLOSURES, REDACTED_BY_DEFAULT, Label
from pipeline.model import Span

SOFT = frozenset({Label.AGE})
_MARK = re.compile(r"⟦([A-Z_]+)\|([^⟦⟧|]*)⟧")
_FAMILY = {
    **dict.fromkeys(
        (Label.SUBSTANCE, Label.USE_EVENT, Label.CLEAN_TIME, Label.SOBRIETY_DATE, Label.MUTUAL_AID), "substance"
    ),
    **dict.fromkeys((Label.DIAGNOSIS, Label.MEDICATION), "mental_health"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """[start, end) of the stripped text, marked by an annotator."""

    start: int
    end: int
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A gold document without its marks, and the marks."""

    text: str = field(repr=False)
    marks: tuple[Mark, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hit` of `total`."""

    hit: int
    total: int

    @property
    def value(self) -> float:
        """hit / total; 1.0 of nothing."""
        return self.hit / self.total if self.total else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval, 95 percent."""
        return wilson(self.hit, self.total)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Miss:
    """A mark that was not found. No words: file, place, label."""

    file: str
    start: int
    end: int
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Figures of one run. by_type: identifiers by label; disclosures: by label; families: by family."""

    words: int
    identifiers: Share
    precision: Share
    by_type: Mapping[Label, Share]
    disclosures: Share
    disclosure_precision: Share
    disclosures_by_type: Mapping[Label, Share]
    families: Mapping[str, Share]
    misses: tuple[Miss, ...]

    @property
    def leaks_per_1000_words(self) -> float:
        """Identifiers that were not wholly covered, without ages, in 1,000 words."""
        return 1000 * (self.identifiers.total - self.identifiers.hit) / max(self.words, 1)


def wilson(hit: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """Interval for a share (Wilson, 1927); (0, 1) of nothing."""
    if total == 0:
        return 0.0, 1.0
    p, n = hit / total, total
    middle = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))


def read_gold(marked: str) -> Gold:
    """Take the marks out of a gold document. ValueError for a label that is not in the guide."""
    parts: list[str] = []
    marks: list[Mark] = []
    at = here = 0
    for m in _MARK.finditer(marked):
        parts.append(marked[at : m.start()])
        here += m.start() - at
        label, surface = m.groups()
        marks.append(Mark(start=here, end=here + len(surface), label=Label(label)))
        parts.append(surface)
        here += len(surface)
        at = m.end()
    parts.append(marked[at:])
    return Gold(text="".join(parts), marks=tuple(marks))


def family(label: Label) -> str:
    """The family of a disclosure, for scoring."""
    return _FAMILY.get(label, label.value.lower())


def agree(gold: Label, found: Label) -> bool:
    """Whether a found disclosure tells the same as the gold one."""
    told, said = family(gold), family(found)
    return told == said or (
        {told, said} == {"substance", "mental_health"} and bool({gold, found} & {Label.DIAGNOSIS, Label.MEDICATION})
    )


def score(gold: Mapping[str, Gold], found: Mapping[str, Sequence[Span]]) -> Measures:
    """Measure what was found (by file name; a file that is missing found nothing) against the gold documents."""
    tally = _Tally()
    for file, document in gold.items():
        tally.add(file, document, found.get(file, ()))
    return tally.measures()


@dataclass(slots=True)
class _Tally:
    words: int = 0
    masked: int = 0
    right: int = 0
    covered: Counter[Label] = field(default_factory=Counter)
    total: Counter[Label] = field(default_factory=Counter)
    told: Counter[Label] = field(default_factory=Counter)
    heard: Counter[Label] = field(default_factory=Counter)
    said: int = 0
    good: int = 0
    misses: list[Miss] = field(default_factory=list)

    def add(self, file: str, document: Gold, spans: Sequence[Span]) -> None:
        text = document.text
        self.words += len(text.split())
        masked = _painted(text, ((s.start, s.end) for s in spans if s.label in REDACTED_BY_DEFAULT))
        marked = _painted(text, ((m.start, m.end) for m in document.marks))
        for i, c in enumerate(text):
            if masked[i] and c.isalnum():
                self.masked += 1
                self.right += marked[i]
        for mark in document.marks:
            if mark.label in REDACTED_BY_DEFAULT:
                self.total[mark.label] += 1
                if all(masked[i] for i in range(mark.start, mark.end) if text[i].isalnum()):
                    self.covered[mark.label] += 1
                else:
                    self.misses.append(Miss(file=file, start=mark.start, end=mark.end, label=mark.label))
        self._tell(file, document, [s for s in spans if s.label in DISCLOSURES])

    def _tell(self, file: str, document: Gold, found: list[Span]) -> None:
        confided = [m for m in document.marks if m.label in DISCLOSURES]
        for mark in confided:
            self.told[mark.label] += 1
            if any(s.start < mark.end and s.end > mark.start and agree(mark.label, s.label) for s in found):
                self.heard[mark.label] += 1
            elif mark.label is not Label.SOBRIETY_DATE:
                self.misses.append(Miss(file=file, start=mark.start, end=mark.end, label=mark.label))
        self.said += len(found)
        self.good += sum(
            any(s.start < m.end and s.end > m.start and agree(m.label, s.label) for m in confided) for s in found
        )

    def measures(self) -> Measures:
        hard = [label for label in self.total if label not in SOFT]
        families: dict[str, list[Label]] = {}
        for label in self.told:
            families.setdefault(family(label), []).append(label)
        return Measures(
            words=self.words,
            identifiers=_share(self.covered, self.total, hard),
            precision=Share(hit=self.right, total=self.masked),
            by_type={label: _share(self.covered, self.total, [label]) for label in sorted(self.total)},
            disclosures=_share(self.heard, self.told, self.told),
            disclosure_precision=Share(hit=self.good, total=self.said),
            disclosures_by_type={label: _share(self.heard, self.told, [label]) for label in sorted(self.told)},
            families={name: _share(self.heard, self.told, labels) for name, labels in sorted(families.items())},
            misses=tuple(sorted(self.misses)),
        )


def _share(hit: Counter[Label], total: Counter[Label], labels: Iterable[Label]) -> Share:
    chosen = list(labels)
    return Share(hit=sum(hit[x] for x in chosen), total=sum(total[x] for x in chosen))


def _painted(text: str, ranges: Iterable[tuple[int, int]]) -> bytearray:
    painted = bytearray(len(text))
    for start, end in ranges:
        painted[start:end] = b"\1" * (min(end, len(text)) - start)
    return painted
