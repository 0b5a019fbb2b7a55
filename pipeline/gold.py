"""Gold documents in the making: marks taken in and out, and written in the mark-up that `measure.read_gold` reads.

- The mark-up is that of the annotation guide (`sample_data/gold/GUIDELINES.md`): ⟦LABEL|the words⟧. Marks never nest,
  never cross a line break, and hold the words without blanks at their ends.
- A change that cannot be written so is a ValueError that says why, without the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.labels import Label
from pipeline.measure import Gold, Mark

_NOT_IN_A_MARK = re.compile(r"[⟦⟧|\n\r]")


def write_gold(gold: Gold) -> str:
    """The document with its marks. `read_gold` of it is `gold` again."""
    out, at = [], 0
    for mark in gold.marks:
        out += [gold.text[at : mark.start], f"⟦{mark.label}|{gold.text[mark.start : mark.end]}⟧"]
        at = mark.end
    return "".join([*out, gold.text[at:]])


def with_marks(gold: Gold, places: Iterable[tuple[int, int]], label: Label) -> Gold:
    """With these places marked. ValueError where one holds what no mark can hold, or touches another mark."""
    added = [Mark(start=start, end=end, label=label) for start, end in places]
    for mark in added:
        words = gold.text[mark.start : mark.end]
        if mark.end > len(gold.text) or words != words.strip() or not words or _NOT_IN_A_MARK.search(words):
            raise ValueError("a mark stands inside one line and begins and ends with a word")
        if any(mark.start < m.end and m.start < mark.end for m in gold.marks):
            raise ValueError("there is a mark already; marks never nest")
    return Gold(text=gold.text, marks=tuple(sorted([*gold.marks, *added], key=lambda m: m.start)))


def without(gold: Gold, marks: Iterable[Mark]) -> Gold:
    """Without these marks."""
    gone = {(m.start, m.end) for m in marks}
    return Gold(text=gold.text, marks=tuple(m for m in gold.marks if (m.start, m.end) not in gone))


def alike(gold: Gold, mark: Mark) -> tuple[Mark, ...]:
    """The marks of the same label over the same words, itself among them."""
    words = gold.text[mark.start : mark.end]
    return tuple(m for m in gold.marks if m.label is mark.label and gold.text[m.start : m.end] == words)


def unmarked(gold: Gold, words: str) -> Iterator[tuple[int, int]]:
    """Where words stand whole and no mark lies over them."""
    if not words.strip():
        return
    taken = [(m.start, m.end) for m in gold.marks]
    for found in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", gold.text):
        if not any(found.start() < end and start < found.end() for start, end in taken):
            yield found.span()
