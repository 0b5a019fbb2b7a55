"""Lines as numbers for the network: the tokens of a whole document, and the windows it is read in.

Rules:
- Lines are tokenized one by one, in chunks of at most CHUNK characters, and joined by the separator token.
- Every token knows its line, its place in it, and its word; the separator belongs to no word.
- Windows hold whole lines, as segments do in training (measured: as good as overlapping ones, a quarter faster). Only a
  line that is longer than a window is read in overlapping ones; each of its tokens is taken where it stands farther in.
- A lone surrogate is replaced by U+FFFD for reading (same length), since the tokenizer takes valid Unicode only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSIFY, SEPARATE = 101, 102  # [CLS] and [SEP] of the vocabulary
WINDOW, STEP = 150, 110  # tokens, as measured in the first prototype (detection.md)
CHUNK = 2000  # characters given to the tokenizer at once: bounds its memory on a text of one line
SURROGATE = re.compile("[\ud800-\udfff]")
SPACE = re.compile(r"\s")
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Parallel arrays, one entry a token: id, number of its line, [start, end) in the line, number of its word (-1 for
    a separator; words are numbered through the document)."""

    ids: Ints = field(repr=False)
    line: Ints = field(repr=False)
    start: Ints = field(repr=False)
    end: Ints = field(repr=False)
    word: Ints = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)


def tokenize(texts: Iterable[str], tokenizer: Any) -> Tokens:
    """The tokens of these lines, each line followed by a separator."""
    ids: list[int] = []
    lines: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    words: list[int] = []
    word = 0
    for number, text in enumerate(texts):
        for at, chunk in _chunks(SURROGATE.sub("�", text)):
            coded = tokenizer.encode(chunk, add_special_tokens=False)
            ids += coded.ids
            lines += [number] * len(coded.ids)
            starts += [at + start for start, _ in coded.offsets]
            ends += [at + end for _, end in coded.offsets]
            words += [word + index for index in coded.word_ids]
            word = words[-1] + 1 if coded.ids else word
        ids.append(SEPARATE)
        lines.append(number)
        starts.append(len(text))
        ends.append(len(text))
        words.append(-1)
    arrays = (np.array(values, dtype=np.int64) for values in (ids, lines, starts, ends, words))
    return Tokens(**dict(zip(("ids", "line", "start", "end", "word"), arrays, strict=True)))


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Consecutive parts of at most CHUNK characters, cut after a space where there is one."""
    at = 0
    while at < len(text):
        end = at + CHUNK
        if end < len(text):
            end = max((at + found.end() for found in SPACE.finditer(text[at:end])), default=end)
        yield at, text[at:end]
        at = end


def windows(line: Ints) -> Iterator[tuple[int, int, int, int]]:
    """(start, end, keep_from, keep_to) of each window over the tokens whose line numbers are given; what is kept is a
    partition. A window ends with a line where that fills more than half of it; a longer line is cut with
    overlap."""
    length, margin = len(line), (WINDOW - STEP) // 2
    starts = np.flatnonzero(np.diff(line, prepend=-1))
    start = kept = 0
    while start < length:
        end = start + WINDOW
        fits = int(starts[np.searchsorted(starts, end, side="right") - 1])  # the last line that starts in reach
        if end >= length or fits > start + WINDOW // 2:
            end = length if end >= length else fits
            yield start, end, kept, end
            start = kept = end
        else:
            yield start, end, kept, end - margin
            start, kept = end - 2 * margin, end - margin
