"""Talk in Markdown: `**Name:** words`, as interviews and exports of AI note takers write it.

Rules:
- It is a talk where names in bold before a colon come back on enough of its blocks; else it is Markdown notes.
- A turn goes on to the next name. Headings between turns, and what stands before the first one, are nobody's words:
  free text, read, never released.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.formats.format import Format, plain_extract, plain_rebuild, told_by_text
from pipeline.formats.pieces import Cutter, Layout, Line, blank, lines
from pipeline.formats.speakers import is_field
from pipeline.model import RegionKind, Turn

NAME = "markdown_talk"
_TIME = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?"
_LABEL_LINE = re.compile(
    rf"[ \t]*(?:[-*>][ \t]+)?(?:{_TIME}[ \t]+)?(?P<mark>\*\*|__)(?:{_TIME}[ \t]+)?"
    rf"(?P<label>[^\s*_:][^*_:\r\n]{{0,47}}?)[ \t]*(?:{_TIME})?[ \t]*"
    rf"(?::(?P=mark)|(?P=mark)[ \t]*(?:{_TIME})?[ \t]*:)(?:[ \t]+|$)"
)
_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:[ \t]|$)")
_SHARE = 0.2  # of the lines with words, as for plain transcripts
_FIXED, _LABEL, _BODY, _FREE = RegionKind.FIXED, RegionKind.LABEL, RegionKind.BODY, RegionKind.FREE


def _labels(text: str, rows: list[Line]) -> dict[int, re.Match[str]]:
    """Line index -> its label, headings of notes left out."""
    matches = ((n, _LABEL_LINE.match(text, row.start, row.stop)) for n, row in enumerate(rows))
    return {n: m for n, m in matches if m is not None and not is_field(m["label"])}


def recognises(text: str) -> bool:
    """Do names in bold come back before colons?"""
    if "**" not in text and "__" not in text:
        return False
    rows = lines(text)
    labels = _labels(text, rows)
    back = sum(times for times in Counter(m["label"] for m in labels.values()).values() if times > 1)
    return back >= 3 and len(labels) >= _SHARE * sum(not blank(text, row) for row in rows)


def parse(text: str, *, place: str) -> Layout:
    """Cut a talk. `place` is unused: it has no way to be damaged."""
    rows = lines(text)
    labels = _labels(text, rows)
    starts = sorted({*labels, *(n for n, row in enumerate(rows) if _HEADING.match(text, row.start, row.stop))})
    cutter = Cutter()
    cutter.cut(rows[min(labels)].start if labels else len(text), _FREE)
    turns: list[Turn] = []
    for n, until in zip(starts, [*starts[1:], len(rows)], strict=True):
        if n in labels:
            turns.append(Turn(n=len(turns), speaker=labels[n]["label"].strip()))
            _cut_turn(cutter, text, rows[n:until], labels[n], turns[-1].n)
        else:
            cutter.cut(rows[until - 1].end, _FREE)
    return cutter.layout(tuple(turns))


def _cut_turn(cutter: Cutter, text: str, rows: list[Line], label: re.Match[str], turn: int) -> None:
    cutter.cut(label.start("label"), _FIXED, turn)
    cutter.cut(label.end("label"), _LABEL, turn)
    cutter.cut(label.end(), _FIXED, turn)
    last = [row for n, row in enumerate(rows) if n == 0 or not blank(text, row)][-1]
    cutter.cut(last.stop, _BODY, turn)
    cutter.cut(rows[-1].end, _FIXED)


FORMAT = Format(
    name=NAME,
    ending=".md",
    title="Talk in Markdown: `**Name:** words`",
    told_by="names in bold before colons that come back",
    turn="a labelled block with what follows it",
    speaker="the name in bold",
    kept="names, words, marks of blocks and type",
    changed="nothing",
    left_out="everything before the first speaker; headings, and what stands between a heading and the next name",
    gap="`[withheld]` in place of name and words",
    recognises=told_by_text(recognises),
    extract=plain_extract(parse),
    rebuild=plain_rebuild(parse),
)
