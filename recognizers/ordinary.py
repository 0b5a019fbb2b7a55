"""Ordinary words: English and Spanish ones that are nobody's name.

- A word is ordinary when it, or it without a common ending, stands in lexicons/english_words.txt, or in
  lexicons/spanish_words.txt, and in no list of names. A word that is both stays a name: those lists decide.
- A row of words is ordinary when each of its words is; numbers and signs say nothing. Without any word it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from recognizers.lexicon import words_in

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
NAMES = ("first_names", "word_names", "surnames")
# common English endings and what stands in their place in the word without them
ENDINGS = (
    ("'s", ""), ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("d", ""), ("ied", "y"), ("ing", ""), ("ing", "e"),
    ("in", "ing"), ("ings", ""), ("er", ""), ("r", ""), ("ers", ""), ("rs", ""), ("est", ""), ("ier", "y"), ("ly", ""),
    ("ness", ""), ("y", "e"), ("y", ""), ("n't", ""), ("'ll", ""), ("'re", ""), ("'ve", ""), ("'d", ""), ("'m", ""),
)  # fmt: skip


def is_ordinary(word: str) -> bool:
    """Whether a lower-case word is ordinary."""
    return not any(word in words_in(name) for name in NAMES) and (
        word in _listed() or any(stem in _listed() for stem in _stems(word))
    )


def all_ordinary(text: str) -> bool:
    """Whether a text holds words and all of them are ordinary."""
    words = WORD.findall(text.lower().replace("’", "'"))
    return bool(words) and all(map(is_ordinary, words))


@cache
def _listed() -> frozenset[str]:
    return words_in("english_words") | words_in("spanish_words") | frozenset("ai")


def _stems(word: str) -> Iterator[str]:
    for ending, instead in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: len(word) - len(ending)]
            yield stem + instead
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]  # "stopped"
