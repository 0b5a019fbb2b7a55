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
        return "".join(self._parts(start, end))

    def covers(self, start: int, end: int) -> bool:
        """Does one stand-in take the place of all of [start, end)?"""
        n = bisect_left(self._ends, end)
        return n < len(self._ends) and self._replacements[n].start <= start

    def _parts(self, start: int, end: int) -> Iterator[str]:
        at = start
        for n in range(bisect_right(self._ends, start), len(self._replacements)):
            one = self._replacements[n]
            if one.start >= end:
                break
            yield self._text[at : max(at, one.start)]
            if n not in self._written:
                self._written.add(n)
                yield self._escape(_LINE_END.sub(" ", one.stand_in))
            at = min(end, one.end)
        yield self._text[at:end]


def compose(
    text: str,
    layout: Layout,
    redaction: Redaction,
    *,
    escape: Callable[[str], str] = str,
) -> str:
    """The text of the copy. `escape` makes a stand-in safe inside the format's markup."""
    swap = Swap(text, redaction.replacements, escape)
    gaps: dict[int, bool] = {}  # withheld turn -> is its gap finished
    out: list[str] = []
    number = 0
    for piece in layout.pieces:
        if piece.turn is not None and piece.turn not in redaction.kept:
            before, finished, after = _gap(piece.role, gaps.get(piece.turn))
            out.append(before)
            if finished is not None:
                gaps[piece.turn] = finished
            if not after:
                continue
        if piece.role is Role.NUMBER:
            number += 1
            out.append(str(number))
        elif piece.kind is RegionKind.FIXED:
            out.append(text[piece.start : piece.end])
        elif piece.kind in (RegionKind.BODY, RegionKind.LABEL):
            out.append(swap.stretch(piece.start, piece.end))
    return "".join(out)


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
