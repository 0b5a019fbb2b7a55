"""Turns that need no model: made only of words that can be neither name nor disclosure.

Rules:
- Every word of the turn's body must be in plain_words.txt (its first lines say where the words come from); a digit, an
  unlisted word, or a body of more than LONGEST words sends the turn to the model.
- The label of such a turn is not lost: it gets the marks of the same label where it was read. Where the label was
  not read yet, the turn is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from recognizers.model.stitch import LABEL_END, Line

LONGEST = 12  # words; a longer turn carries context that its neighbours need
WORD = re.compile(r"\w+(?:['’-]\w+)*")


def read_plain(text: str) -> frozenset[str]:
    """Words of plain_words.txt; lines that begin with # are its head."""
    kept = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(" ".join(kept).split())


def without_plain(lines: Sequence[Line], plain: frozenset[str]) -> list[Line]:
    """The lines to be read; the labels of those left out hang as echoes on a line that is."""
    out: list[Line] = []
    read: dict[str, int] = {}
    for line in lines:
        label = _label(line)
        if _is_plain(line.text[len(label) :], plain) and (not label or label in read):
            if label:
                where = read[label]
                places = [(0, line.pieces[0].doc_start), *((0, at) for index, at in line.echoes if index == 0)]
                out[where] = replace(out[where], echoes=(*out[where].echoes, *places))
            continue
        if label:
            read.setdefault(label, len(out))
        out.append(line)
    return out


def _label(line: Line) -> str:
    """The speaker's label with its colon, where the first piece of a line is one."""
    if not line.pieces:
        return ""
    end = line.pieces[0].length
    return line.text[: end + len(LABEL_END)] if line.label and line.text.startswith(LABEL_END, end) else ""


def _is_plain(text: str, plain: frozenset[str]) -> bool:
    words = WORD.findall(text.lower().replace("’", "'"))
    return len(words) <= LONGEST and all(word in plain for word in words)
