"""A document as the model reads it: one line a turn, each with its way back to the document's offsets.

Rules:
- BODY, LABEL and FREE regions are read; FIXED and DROPPED hold no words.
- A turn is one line: its label, a colon, then its bodies joined by a space, so a name that runs over two cues is whole.
- A label that stands before every cue of a turn is read once; `echoes` names its other places, which get its spans.
- A FREE region is split at its line breaks; each of its lines is one line.
- Nothing is lost or read twice: every character of the three kinds lies in exactly one piece or one echo.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.model import Document, Region, RegionKind

LABEL_END = ": "  # the form in which most transcripts of the corpus write a speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """`length` characters that stand at `line_start` of a line and at `doc_start` of the document."""

    line_start: int
    doc_start: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the model reads at one go: text and where its pieces come from. echoes: (number of a piece, document offset
    where the same words stand again). label: whether the first piece is a speaker's label."""

    text: str = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    echoes: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    label: bool = False

    def places(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Document ranges of [start, end) of this line, one a piece it touches, and those of its echoes."""
        out = []
        for number, piece in enumerate(self.pieces):
            low = max(start, piece.line_start)
            high = min(end, piece.line_start + piece.length)
            if low < high:
                shift = piece.doc_start - piece.line_start
                out.append((low + shift, high + shift))
                moved = [where - piece.line_start for index, where in self.echoes if index == number]
                out += [(low + more, high + more) for more in moved]
        return tuple(out)


def lines(document: Document) -> tuple[Line, ...]:
    """Every line of a document, in the order of their first characters."""
    out: list[Line] = []
    turn: list[Region] = []
    for region in document.regions:
        if region.kind in (RegionKind.FIXED, RegionKind.DROPPED):
            continue
        if turn and region.turn != turn[0].turn:
            out.append(_turn_line(document.text, turn))
            turn = []
        if region.turn is None:
            out += _free_lines(document.text, region)
        else:
            turn.append(region)
    if turn:
        out.append(_turn_line(document.text, turn))
    return tuple(out)


def _free_lines(text: str, region: Region) -> list[Line]:
    out, at = [], region.start
    for part in text[region.start : region.end].splitlines(keepends=True):
        out.append(Line(text=part, pieces=(Piece(line_start=0, doc_start=at, length=len(part)),)))
        at += len(part)
    return out


def _turn_line(text: str, regions: list[Region]) -> Line:
    parts: list[str] = []
    pieces: list[Piece] = []
    echoes: list[tuple[int, int]] = []
    labels: dict[str, int] = {}
    at = 0
    for region in regions:
        words = text[region.start : region.end]
        if region.kind is RegionKind.LABEL and words in labels:
            echoes.append((labels[words], region.start))
            continue
        if region.kind is RegionKind.LABEL:
            labels[words] = len(pieces)
        pieces.append(Piece(line_start=at, doc_start=region.start, length=len(words)))
        parts += [words, LABEL_END if region.kind is RegionKind.LABEL else " "]
        at += len(words) + len(parts[-1])
    first = regions[0].kind is RegionKind.LABEL
    return Line(text="".join(parts), pieces=tuple(pieces), echoes=tuple(echoes), label=first)
