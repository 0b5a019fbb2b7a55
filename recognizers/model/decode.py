"""From probabilities to marks: which words are inside, and where one mark ends and the next begins.

Rules:
- Identifiers and disclosures are decoded apart: a word may be both. SOBRIETY_DATE, a date, goes with the identifiers.
- Recall first: a word is an identifier when all identifier labels together pass a low bar, whatever is likeliest.
- A word is taken whole: its tokens' probabilities are averaged. Its label is the likeliest of its family.
- Neighbouring words of one label are one mark, unless the later one is likelier to begin a mark than to go on.
- Punctuation between two inside words of one label without a space is inside ("555-0142", "dee.ramos@mail").
- Marks lose punctuation and space at their edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.labels import DISCLOSURES, Label
from recognizers.model import tags
from recognizers.model.tokens import Tokens
from recognizers.ordinary import all_ordinary

Floats = NDArray[np.float32]
EDGES = " \t\r\n,;:!?\"'“”‘’«»*|<>=-–—…()[]{}"
FAMILIES = 2  # identifiers (with SOBRIETY_DATE), disclosures


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Least probability of a word to be inside, by family; `own` holds labels with a bar of their own, `ordinary` those
    whose marks need a surer word where all words of the mark are ordinary ones (recognizers/ordinary.py). Chosen on
    held-out authors of train, the last ones with dev and unseen in sight: docs/model_experiments.md."""

    identifier: float = 0.1
    disclosure: float = 0.5
    own: tuple[tuple[Label, float], ...] = (
        (Label.PERSON, 0.12),
        (Label.LOCATION, 0.15),
        (Label.DATE, 0.15),
        (Label.URL, 0.25),
        (Label.USERNAME, 0.25),
        (Label.AGE, 0.4),
        (Label.PHONE_NUMBER, 0.3),
    )
    ordinary: tuple[tuple[Label, float], ...] = ((Label.ORGANIZATION, 0.15),)

    def of(self, label: Label) -> float:
        """The bar of one label."""
        told = label in DISCLOSURES and label is not Label.SOBRIETY_DATE
        return dict(self.own).get(label, self.disclosure if told else self.identifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """What is kept of each token, [tokens, 2] with a column for each family: probability of the family, number of its
    likeliest label, probability that this label begins here less that it goes on."""

    inside: Floats = field(repr=False)
    label: NDArray[np.int64] = field(repr=False)
    begins: Floats = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mark:
    """[start, end) of line number `line`, its label and how sure the model is."""

    line: int
    start: int
    end: int
    label: Label
    score: float


def families(labels: tuple[Label, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of the labels of each family."""
    told = [label in DISCLOSURES and label is not Label.SOBRIETY_DATE for label in labels]
    return np.flatnonzero(~np.array(told)), np.flatnonzero(np.array(told))


def reduce(probabilities: Floats, labels: tuple[Label, ...]) -> Reduced:
    """Keep of [tokens, tags] what decoding needs: a long text must not hold 69 numbers a token."""
    begin = probabilities[:, tags.begin(0) :: 2]
    follow = probabilities[:, tags.inside(0) :: 2]
    both = begin + follow
    rows = np.arange(len(both))
    columns = []
    for members in families(labels):
        best = members[both[:, members].argmax(axis=1)]
        columns.append((both[:, members].sum(axis=1), best, begin[rows, best] - follow[rows, best]))
    inside, label, begins = (np.stack(parts, axis=1) for parts in zip(*columns, strict=True))
    return Reduced(inside=inside, label=label, begins=begins)


def marks(
    reduced: Reduced, tokens: Tokens, texts: tuple[str, ...], labels: tuple[Label, ...], bars: Bars
) -> list[Mark]:
    """All marks of a document, in order."""
    words = _words(reduced, tokens)
    out: list[Mark] = []
    asked = dict(bars.ordinary)
    least = np.array([bars.of(label) for label in labels], dtype=np.float32)
    for family in range(FAMILIES):
        likeliest = words.label[:, family]
        chosen = np.where(words.inside[:, family] >= least[likeliest], likeliest, -1)
        chosen = _bridged(chosen, words, texts)
        for first, last in _runs(chosen, words.begins[:, family], words.line):
            score = float(words.inside[first : last + 1, family].max())
            found = _trimmed(texts[words.line[first]], int(words.start[first]), int(words.end[last]))
            if found is not None:
                line, label = int(words.line[first]), labels[chosen[first]]
                if score < asked.get(label, 0.0) and all_ordinary(texts[line][found[0] : found[1]]):
                    continue
                out.append(Mark(line=line, start=found[0], end=found[1], label=label, score=min(1.0, score)))
    return sorted(out)


def whispers(reduced: Reduced, tokens: Tokens, labels: tuple[Label, ...], least: float) -> list[Mark]:
    """Every single word that may be inside with a probability of `least`, once a family: how sure the model is of one
    word, where marks tell how sure it is of its surest."""
    words = _words(reduced, tokens)
    out: list[Mark] = []
    for family in range(FAMILIES):
        for at in np.flatnonzero(words.inside[:, family] >= least).tolist():
            place = (int(words.line[at]), int(words.start[at]), int(words.end[at]))
            label, score = labels[words.label[at, family]], min(1.0, float(words.inside[at, family]))
            out.append(Mark(line=place[0], start=place[1], end=place[2], label=label, score=score))
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    inside: Floats
    label: NDArray[np.int64]
    begins: Floats
    line: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def _words(reduced: Reduced, tokens: Tokens) -> _Words:
    """Tokens joined to words. The label of a word is that of its surest token, its beginning that of its first."""
    kept = np.flatnonzero(tokens.word >= 0)
    word = tokens.word[kept]
    first = np.flatnonzero(np.diff(word, prepend=-1))
    if not len(first):
        none = np.zeros((0, FAMILIES), dtype=np.float32)
        empty = np.zeros(0, dtype=np.int64)
        return _Words(inside=none, label=none.astype(np.int64), begins=none, line=empty, start=empty, end=empty)
    last = np.append(first[1:], len(kept)) - 1
    size = (last - first + 1)[:, None]
    inside = reduced.inside[kept]
    surest = np.stack([_surest(inside[:, f], reduced.label[kept, f], first) for f in range(FAMILIES)], axis=1)
    return _Words(
        inside=(np.add.reduceat(inside, first, axis=0) / size).astype(np.float32),
        label=surest,
        begins=reduced.begins[kept][first],
        line=tokens.line[kept][first],
        start=tokens.start[kept][first],
        end=tokens.end[kept][last],
    )


def _surest(inside: Floats, label: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    top = np.maximum.reduceat(inside, first)
    owner = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(inside))))
    out = np.zeros(len(first), dtype=np.int64)
    at = np.flatnonzero(inside >= top[owner])[::-1]  # the first of equals is written last and stays
    out[owner[at]] = label[at]
    return out


def _bridged(chosen: NDArray[np.int64], words: _Words, texts: tuple[str, ...]) -> NDArray[np.int64]:
    out = chosen.copy()
    for at in np.flatnonzero((chosen[1:-1] < 0) & (chosen[:-2] >= 0) & (chosen[:-2] == chosen[2:])) + 1:
        whole = words.end[at - 1] == words.start[at] and words.end[at] == words.start[at + 1]
        same = words.line[at - 1] == words.line[at] == words.line[at + 1]
        if whole and same and not texts[words.line[at]][words.start[at]].isalnum():
            out[at] = chosen[at - 1]
    return out


def _runs(chosen: NDArray[np.int64], begins: Floats, line: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """First and last word of each run of one label."""
    start = last = -1
    for at in np.flatnonzero(chosen >= 0).tolist():
        goes_on = start >= 0 and last == at - 1 and chosen[at] == chosen[start] and line[at] == line[start]
        if start >= 0 and (not goes_on or begins[at] > 0):
            yield start, last
            start = at
        elif start < 0:
            start = at
        last = at
    if start >= 0:
        yield start, last


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start] in EDGES:
        start += 1
    while end > start and (text[end - 1] in EDGES or _full_stop(text, start, end)):
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None


def _full_stop(text: str, start: int, end: int) -> bool:
    """A point after three letters ends a sentence; after fewer it may belong to an initial, "Jr." or "St."."""
    before = text[max(start, end - 4) : end - 1]
    return text[end - 1] == "." and len(before) == 3 and before.isalnum()
