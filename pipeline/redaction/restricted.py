"""The restricted log: what was replaced by what in a copy. It holds the words of the original and never leaves.

- It is kept with the source it was made of, sealed, apart from every release (pipeline/storage/sheets.py), so that a
  program can answer for a single word that left, and it dies with the source.
- What stayed as it was is not in it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from pipeline.model import Document, Redaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One replacement. order: of its turn in the copy, from 1. was: the words of the original; now: what stands there
    instead."""

    order: int
    label: str
    action: str
    was: str = field(repr=False)
    now: str = field(repr=False)


def swaps(document: Document, redaction: Redaction) -> tuple[Swap, ...]:
    """Every replacement of a copy that changed something, in the order of the document."""
    orders = {turn: order for order, turn in enumerate(sorted(redaction.kept), start=1)}
    starts = [region.start for region in document.regions]
    found = []
    for r in redaction.replacements:
        turn = document.regions[bisect_right(starts, r.start) - 1].turn
        was = document.text[r.start : r.end]
        if turn in orders and was != r.stand_in:
            swap = Swap(order=orders[turn], label=r.label.value, action=r.action, was=was, now=r.stand_in)
            found.append(swap)
    return tuple(found)
