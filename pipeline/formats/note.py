"""Text notes: what is text and nothing else that is known.

Rules:
- A turn is a paragraph: lines with words between blank lines. Nobody is its speaker.
- Blank lines are layout and stay, so a paragraph that stays in leaves a mark in its place.
"""

from __future__ import annotations

from pipeline.formats.format import Format, plain_extract, plain_rebuild, told_by_text
from pipeline.formats.pieces import BOM, Cutter, Layout, blank, lines
from pipeline.model import RegionKind, Turn

NAME = "note"


def recognises(text: str) -> bool:
    """Any text with words in it."""
    return bool(text.strip().strip(BOM))


def parse(text: str, *, place: str) -> Layout:
    """Cut a note. `place` is unused: a note has no way to be damaged."""
    cutter = Cutter()
    rows = lines(text)
    turn = -1
    for n, row in enumerate(rows):
        if blank(text, row):
            cutter.cut(row.end, RegionKind.FIXED)
            continue
        if n == 0 or blank(text, rows[n - 1]):
            turn += 1
            cutter.cut(row.start, RegionKind.FIXED)
        if n + 1 == len(rows) or blank(text, rows[n + 1]):
            cutter.cut(row.stop, RegionKind.BODY, turn)
            cutter.cut(row.end, RegionKind.FIXED)
    return cutter.layout(tuple(Turn(n=k) for k in range(turn + 1)))


FORMAT = Format(
    name=NAME,
    ending=".txt",
    title="Text notes",
    told_by="any other text",
    turn="a paragraph",
    speaker="none",
    kept="words, paragraphs, empty lines",
    changed="nothing",
    left_out="nothing",
    gap="`[withheld]` in place of the paragraph",
    recognises=told_by_text(recognises),
    extract=plain_extract(parse),
    rebuild=plain_rebuild(parse),
)
