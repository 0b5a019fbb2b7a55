"""Layouts: how a format cuts a text, and how the copy is put together from what stays in.

Rules:
- A reader cuts the text from front to back into pieces; nothing is skipped and nothing cut twice, so the regions of the
  Document partition it.
- The copy holds the FIXED pieces, and of the kept turns the LABEL and BODY pieces with the stand-ins in place. FREE and
  DROPPED pieces are never written; cue numbers (role NUMBER) are counted anew.
- A turn that is not kept leaves one mark. What frames its first piece (a cue's number and times, role OPEN, and its
  line end, role CLOSE) stays around the mark; the rest of the turn is gone.
- A replacement that reaches over several pieces (a name cut by a line or a cue) is written once, where its first
  released character stood; layout between its parts stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.model import Document, Redaction, Region, RegionKind, Replacement, Turn

WITHHELD = "[withheld]"
BOM = "\ufeff"
# Only these end a line. str.splitlines also cuts at form feeds and Unicode separators, which editors do not.
_LINE_END = re.compile(r"\r\n|\n|\r")


class Role(StrEnum):
    """What a piece does in its format, beyond its region kind."""

    PLAIN = ""
    OPEN = "open"
    NUMBER = "number"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A region with the part it plays when the copy is written."""

    start: int
    end: int
    kind: RegionKind
    turn: int | None = None
    role: Role = Role.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a reader made of a text: its pieces in order and its turns."""

    pieces: tuple[Piece, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its words are [start, stop), its line end is [stop, end). `n` counts from 1."""

    n: int
    start: int
    stop: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What is written for [start, end) of the text."""

    start: int
    end: int
    text: str


class Cutter:
    """Cuts a text from front to back; each cut goes from where the last one ended to `end`."""

    def __init__(self) -> None:
        self._at = 0
        self._pieces: list[Piece] = []

    def cut(self, end: int, kind: RegionKind, turn: int | None = None, role: Role = Role.PLAIN) -> None:
        """Cut up to `end`; an empty cut is nothing."""
        if end > self._at:
            self._pieces.append(Piece(start=self._at, end=end, kind=kind, turn=turn, role=role))
            self._at = end

    def layout(self, turns: tuple[Turn, ...]) -> Layout:
        """Everything that was cut."""
        return Layout(pieces=tuple(self._pieces), turns=turns)


def lines(text: str) -> list[Line]:
    """The lines of a text, a byte order mark at its front left out. A text that ends in a line end has no empty last
    line."""
    found: list[Line] = []
    at = 1 if text.startswith(BOM) else 0
    for match in _LINE_END.finditer(text, at):
        found.append(Line(n=len(found) + 1, start=at, stop=match.start(), end=match.end()))
        at = match.end()
    if at < len(text):
        found.append(Line(n=len(found) + 1, start=at, stop=len(text), end=len(text)))
    return found


def blank(text: str, line: Line) -> bool:
    """Has the line no words? White space alone counts as none."""
    return not text[line.start : line.stop].strip()


def to_document(text: str, layout: Layout, *, doc_id: str, name: str) -> Document:
    """The Document of a text that the format `name` has cut."""
    regions = tuple(Region(start=p.start, end=p.end, kind=p.kind, turn=p.turn) for p in layout.pieces)
    return Document(doc_id=doc_id, format=name, text=text, regions=regions, turns=layout.turns)


class Swap:
    """Writes stretches of a text with the stand-ins in place; each stand-in is written once."""

    def __init__(self, text: str, replacements: tuple[Replacement, ...], escape: Callable[[str], str]) -> None:
        self._text = text
        self._replacements = replacements
        self._ends = [r.end for r in replacements]
        self._escape = escape
        self._written: set[int] = set()

    def stretch(self, start: int, end: int) -> str:
        """What is written for [start, end) of the text."""
        return "".join(patch.text for patch in self.patches(start, end))

    def covers(self, start: int, end: int) -> bool:
        """Does one stand-in take the place of all of [start, end)?"""
        n = bisect_left(self._ends, end)
        return n < len(self._ends) and self._replacements[n].start <= start

    def patches(self, start: int, end: int) -> Iterator[Patch]:
        """The same, piece by piece: words as they are, and stand-ins with what they stand for."""
        at = start
        for n in range(bisect_right(self._ends, start), len(self._replacements)):
            one = self._replacements[n]
            if one.start >= end:
                break
            if one.start > at:
                yield Patch(start=at, end=one.start, text=self._text[at : one.start])
            stand_in = ""
            if n not in self._written:
                self._written.add(n)
                stand_in = self._escape(_LINE_END.sub(" ", one.stand_in))
            yield Patch(start=max(at, one.start), end=min(end, one.end), text=stand_in)
            at = min(end, one.end)
        if at < end:
            yield Patch(start=at, end=end, text=self._text[at:end])


def compose(
    text: str,
    layout: Layout,
    redaction: Redaction,
    *,
    escape: Callable[[str], str] = str,
) -> str:
    """The text of the copy. `escape` makes a stand-in safe inside the format's markup."""
    return "".join(patch.text for patch in patches(text, layout, redaction, escape=escape))


def patches(text: str, layout: Layout, redaction: Redaction, *, escape: Callable[[str], str] = str) -> Iterator[Patch]:
    """The copy from front to back as what becomes of each stretch of the text; together they cover all of it. A
    container takes the same patches to its own words."""
    swap = Swap(text, redaction.replacements, escape)
    gaps: dict[int, bool] = {}  # withheld turn -> is its gap finished
    number = 0
    for piece in layout.pieces:
        before = ""
        if piece.turn is not None and piece.turn not in redaction.kept:
            before, finished, after = _gap(piece.role, gaps.get(piece.turn))
            if finished is not None:
                gaps[piece.turn] = finished
            if not after:
                yield Patch(start=piece.start, end=piece.end, text=before)
                continue
        if piece.role is Role.NUMBER:
            number += 1
            yield Patch(start=piece.start, end=piece.end, text=f"{before}{number}")
        elif piece.kind is RegionKind.FIXED:
            yield Patch(start=piece.start, end=piece.end, text=before + text[piece.start : piece.end])
        elif piece.kind in (RegionKind.BODY, RegionKind.LABEL):
            yield from swap.patches(piece.start, piece.end)
        else:
            yield Patch(start=piece.start, end=piece.end, text=before)


def _gap(role: Role, finished: bool | None) -> tuple[str, bool | None, bool]:
    """For a piece of a withheld turn: what to write before it, whether the gap is finished after it, and whether the
    piece itself (layout only) is written. `finished` is None until the mark stands."""
    if finished is None:
        if role in (Role.OPEN, Role.NUMBER):
            return "", None, True
        return WITHHELD, role is Role.CLOSE, role is Role.CLOSE
    if not finished and role is Role.CLOSE:
        return "", True, True
    return "", finished or role in (Role.OPEN, Role.NUMBER), False
