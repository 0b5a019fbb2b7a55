"""The words of a resource as one text, and the places in its copy where they go.

Rules:
- A slot is a stretch of the text and what becomes of it: a line of words of one turn (`name: words`), or a block that
  is cut by a layout of its own (a note, a narrative, an attachment) whose turns are turns of the document.
- A slot of words is gone where its turn is withheld. A block leaves what its own format leaves.
- A stand-in that reaches from one slot into the next is written once, in the first.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.formats.pieces import Cutter, Layout, Swap, compose
from pipeline.model import Redaction, RegionKind, Turn

NOBODY = "?"  # the speaker of a block that names none: nobody's label, so that its turns are withheld
_LINE_END = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
Make = Callable[[str, Layout, Redaction], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """[start, end) of the text. turns: of a block its turns, of a line its one turn. instead: what stands
    for a line that is withheld. layout, make: of a block; make gives what stands in the copy. text: of a block."""

    start: int
    end: int
    turns: range
    instead: str | None = None
    layout: Layout | None = field(default=None, repr=False)
    make: Make | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)


def clean(text: str) -> str:
    """The text without control characters and halves of letters; line ends are `\\n`."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class Draft:
    """Collects the words of a file and their slots in order."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.turns: list[Turn] = []
        self._cutter = Cutter()
        self._parts: list[str] = []
        self._at = 0

    def turn(self, speaker: str | None) -> int:
        """Begin a turn of lines; its number."""
        self.turns.append(Turn(n=len(self.turns), speaker=speaker))
        return len(self.turns) - 1

    def line(self, name: str, words: str, turn: int, *, label: bool = False, instead: str | None = None) -> Slot:
        """A line `name: words` of a turn; the words may be its speaker's label. instead: what stands where it is
        withheld."""
        words = _LINE_END.sub(" ", clean(words)).strip()
        self._put(f"{name}: ", RegionKind.FIXED, turn)
        start = self._at
        self._put(words, RegionKind.LABEL if label else RegionKind.BODY, turn)
        slot = Slot(start=start, end=self._at, turns=range(turn, turn + 1), instead=instead)
        self._put("\n", RegionKind.FIXED)
        return slot

    def block(self, text: str, layout: Layout, make: Make, speaker: str | None) -> Slot:
        """A block; where its layout names nobody, the turns are the speaker's."""
        start, first = self._at, len(self.turns)
        for turn in layout.turns:
            self.turns.append(
                Turn(
                    n=first + turn.n,
                    speaker=turn.speaker if turn.speaker is not None else speaker,
                    start_ms=turn.start_ms,
                    end_ms=turn.end_ms,
                )
            )
        for piece in layout.pieces:
            self._put(text[piece.start : piece.end], piece.kind, None if piece.turn is None else first + piece.turn)
        slot = Slot(start=start, end=self._at, turns=range(first, len(self.turns)), layout=layout, make=make, text=text)
        self._put("\n", RegionKind.FIXED)
        return slot

    def mark(self, words: str) -> None:
        """A line of layout: what was left behind."""
        self._put(f"{words}\n", RegionKind.FIXED)

    def done(self) -> tuple[str, Layout]:
        """The text and its layout."""
        return "".join(self._parts), self._cutter.layout(tuple(self.turns))

    def _put(self, text: str, kind: RegionKind, turn: int | None = None) -> None:
        self._at += len(text)
        self._parts.append(text)
        self._cutter.cut(self._at, kind, turn)


def fill(slot: Slot, swap: Swap, redaction: Redaction) -> Any:
    """What stands in the copy for a slot; None for nothing."""
    if slot.layout is None:
        return swap.stretch(slot.start, slot.end) if slot.turns[0] in redaction.kept else slot.instead
    assert slot.make is not None  # a block has both
    return slot.make(slot.text, slot.layout, _part(slot, redaction))


def as_text(text: str, layout: Layout, redaction: Redaction) -> str:
    """A block that goes out as the string it was."""
    return compose(text, layout, redaction)


def _part(slot: Slot, redaction: Redaction) -> Redaction:
    """The redaction of a block alone, counted from its start."""
    every = redaction.replacements
    first = bisect_right(every, slot.start, key=lambda one: one.end)
    last = bisect_left(every, slot.end, key=lambda one: one.start)
    made = tuple(
        replace(
            one,
            start=max(one.start, slot.start) - slot.start,
            end=min(one.end, slot.end) - slot.start,
            stand_in=one.stand_in if one.start >= slot.start else "",
        )
        for one in every[first:last]
    )
    kept = frozenset(n - slot.turns.start for n in slot.turns if n in redaction.kept)
    return Redaction(doc_id=redaction.doc_id, replacements=made, kept=kept)
