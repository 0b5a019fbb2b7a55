"""The backstop: which words of a text are in no safe vocabulary, so that they may name somebody.

- A word is safe where it, or its stem without an ending of English, is in the vocabulary; capitals and accents do not
  matter.
- Up to three figures are safe, with an ordinal ending or a unit ("3rd", "90s", "8 mg"); longer numbers are not. Of
  lone letters only those that are words ("a", "I") are safe: the others spell something.
- The vocabulary is `tables/safe_words.txt` (its first lines say where it comes from and how it is made again) and the
  terms that a program adds in its policy.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib import resources

from pipeline.known import fold_text

_TOKEN = re.compile(r"\w+(?:['’]\w+)*")
_FIGURES = re.compile(r"\d{1,3}(?:st|nd|rd|th|s|mg|ml|mcg|am|pm|h|x|k|lb|lbs|oz|min|mins)?")
# Contractions and possessives; then endings with what stands there in the stem: WordNet's rules of detachment.
_CLITICS = re.compile(r"(?:'s|(?<=s)'|n't|'ll|'re|'ve|'d|'m)$")
_ENDINGS = (
    ("s", ""), ("es", ""), ("es", "e"), ("ies", "y"), ("ves", "f"), ("ves", "fe"), ("men", "man"), ("ed", ""),
    ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("ly", ""),
)  # fmt: skip
_LEAST_STEM = 3


@functools.lru_cache(maxsize=8)
def safe_words(own: tuple[str, ...] = ()) -> frozenset[str]:
    """The shipped vocabulary, folded, with the words of a program's own terms."""
    text = resources.files("pipeline").joinpath("tables", "safe_words.txt").read_text(encoding="utf-8")
    shipped = (w for line in text.splitlines() if not line.startswith("#") for w in line.split())
    return vocabulary_of((*shipped, *own))


def vocabulary_of(words: Iterable[str]) -> frozenset[str]:
    """The words, or the words of phrases, as `is_safe` compares them."""
    return frozenset(m[0] for word in words for m in _TOKEN.finditer(fold_text(word)))


def is_safe(word: str, vocabulary: Collection[str]) -> bool:
    """Whether a token names nobody by its letters. vocabulary: folded, as `vocabulary_of` gives it."""
    return _is_known(fold_text(word), vocabulary)


def _is_known(bare: str, vocabulary: Collection[str]) -> bool:
    if bare in vocabulary or _FIGURES.fullmatch(bare):
        return True
    stem = _CLITICS.sub("", bare)
    return stem in vocabulary or any(
        stem.endswith(ending) and len(whole := stem[: -len(ending)] + rest) >= _LEAST_STEM and whole in vocabulary
        for ending, rest in _ENDINGS
    )


def unknown_words(
    text: str, vocabulary: Collection[str], *, but: Sequence[tuple[int, int]] = ()
) -> Iterator[tuple[int, int]]:
    """[start, end) of every token that is not safe, in order; neighbours with blanks between are one stretch.

    but: ranges, disjoint and in order; a token that one of them touches is left alone.
    """
    open_: tuple[int, int] | None = None
    for token in _TOKEN.finditer(fold_text(text)):
        if token[0] in vocabulary or _is_known(token[0], vocabulary):
            continue
        start, end = token.span()
        i = bisect_right(but, (start, len(text)))
        if (i > 0 and but[i - 1][1] > start) or (i < len(but) and but[i][0] < end):
            continue
        if open_ is not None and not text[open_[1] : start].strip():
            open_ = open_[0], end
            continue
        if open_ is not None:
            yield open_
        open_ = start, end
    if open_ is not None:
        yield open_
