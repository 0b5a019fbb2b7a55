"""Markdown notes: headings, paragraphs, list items, quotes and tables.

Source: the CommonMark specification for blocks, GitHub's for tables.

Rules:
- A turn is a heading, a paragraph, a list item with the lines that go on with it, or a row of a table.
- Marks at the start of a line (`#`, `-`, `1.` up to three digits, `>`), rules, and the bars of tables are layout;
  emphasis, links and comments inside a line are words, since names hide in them.
- Front matter (`---` at the top) is free text: read, never released.
"""

from __future__ import annotations

import re

from pipeline.formats.format import Format, plain_extract, plain_rebuild, told_by_text
from pipeline.formats.pieces import Cutter, Layout, Line, Role, blank, lines
from pipeline.model import RegionKind, Turn

NAME = "markdown"
_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:[ \t]+|$)")
_RULE = re.compile(r"[ ]{0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+[ \t]*)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_QUOTE = re.compile(r"[ ]{0,3}(?:>[ \t]?)+")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_BARS = re.compile(r"[ \t]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+(?:\|[ \t]*)?")
_CELL = re.compile(r"(?:\\.|[^|\\])+")  # up to a bar that no backslash escapes
_STRONG = re.compile(r"(?<![\w*])\*\*[^\s*][^*\n]*\*\*|\]\(\s*(?:https?:|mailto:|#|/)")
_FIXED, _BODY, _FREE = RegionKind.FIXED, RegionKind.BODY, RegionKind.FREE


def recognises(text: str) -> bool:
    """Is there a heading, a table, bold type or a link?"""
    rows = lines(text)
    for row in rows:
        if _HEADING.match(text, row.start, row.stop) or ("|" in text[row.start : row.stop] and _is(_BARS, text, row)):
            return True
    return _STRONG.search(text) is not None


def parse(text: str, *, place: str) -> Layout:
    """Cut Markdown. `place` is unused: Markdown has no way to be damaged."""
    rows = lines(text)
    cutter = Cutter()
    start = _front(text, rows)
    if rows:
        cutter.cut(rows[0].start, _FIXED)
        cutter.cut(rows[start].start if start < len(rows) else len(text), _FREE)
    turn, before, end = -1, "", 0  # end: the line end of the row before, cut once it is known whether its turn goes on
    for row in rows[start:]:
        kind = _kind(text, row, before)
        goes_on = kind == "on" or (kind == before and kind in ("text", "quote"))
        if not goes_on:
            cutter.cut(end, _FIXED)
            turn += kind != "layout"
        elif kind == "quote":
            cutter.cut(end, _FIXED, turn)
        if kind == "row":
            _cut_row(cutter, text, row, turn)
        elif kind != "layout":
            _cut_line(cutter, text, row, kind, turn)
        before, end = ("text" if kind == "on" else kind), row.end
    cutter.cut(end, _FIXED)
    return cutter.layout(tuple(Turn(n=k) for k in range(turn + 1)))


def _is(pattern: re.Pattern[str], text: str, row: Line) -> bool:
    return pattern.fullmatch(text, row.start, row.stop) is not None


def _front(text: str, rows: list[Line]) -> int:
    """Index of the first line after the front matter; 0 where there is none."""
    if not rows or text[rows[0].start : rows[0].stop].rstrip() != "---":
        return 0
    for n, row in enumerate(rows[1:], 1):
        line = text[row.start : row.stop]
        if line.rstrip() in ("---", "..."):
            return n + 1
        if not line.strip() or (":" not in line and not line.startswith((" ", "\t", "-", "#"))):
            return 0
    return 0


def _kind(text: str, row: Line, before: str) -> str:
    """What a line is: layout, heading, item, row, quote, text, or `on`, which goes on with the item before it."""
    if (
        blank(text, row)
        or _is(_RULE, text, row)
        or _is(_BARS, text, row)
        or text[row.start : row.stop].strip("|> \t") == ""
    ):
        return "layout"
    if _HEADING.match(text, row.start, row.stop):
        return "heading"
    if _is(_ROW, text, row):
        return "row"
    if _ITEM.match(text, row.start, row.stop):
        return "item"
    if _QUOTE.match(text, row.start, row.stop):
        return "quote"
    return "on" if before == "item" else "text"


def _cut_line(cutter: Cutter, text: str, row: Line, kind: str, turn: int) -> None:
    """Cut the marks of a line and its words; one that goes on with a paragraph takes the line end before it along."""
    marks = {"heading": _HEADING, "item": _ITEM, "quote": _QUOTE}.get(kind)
    match = marks.match(text, row.start, row.stop) if marks else None
    if match:
        item = _ITEM.match(text, match.end(), row.stop) if kind == "quote" else None
        cutter.cut((item or match).end(), _FIXED, turn, Role.OPEN)
    cutter.cut(row.stop, _BODY, turn)


def _cut_row(cutter: Cutter, text: str, row: Line, turn: int) -> None:
    """The first bar and the last stay around the mark of a row that is withheld."""
    role = Role.OPEN
    for cell in _CELL.finditer(text, row.start, row.stop):
        words = cell[0].strip()
        if words:
            start = cell.start() + cell[0].index(words)
            cutter.cut(start, _FIXED, turn, role)
            cutter.cut(start + len(words), _BODY, turn)
            role = Role.PLAIN
    cutter.cut(row.stop, _FIXED, turn, Role.CLOSE)


FORMAT = Format(
    name=NAME,
    ending=".md",
    title="Markdown notes",
    told_by="a heading, a table, bold type or a link",
    turn="a heading, a paragraph, a list item, a row of a table",
    speaker="none",
    kept="words; marks of headings, lists, quotes and tables; bold type and links as words",
    changed="nothing",
    left_out="front matter",
    gap="`[withheld]` behind the block's own mark (`#`, `-`, `|`)",
    recognises=told_by_text(recognises),
    extract=plain_extract(parse),
    rebuild=plain_rebuild(parse),
)
