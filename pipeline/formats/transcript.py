"""Plain transcripts: `Name: words`, with or without a time before or after the name.

Covers interviews, warmline calls and chats typed or exported as text, Google Meet's text and Rev's `Name (00:00):`.
Source: exports described in docs/formats.md and the train half of sample_data/gold.

Rules:
- It is a transcript where names come back before colons on enough of its lines (see speakers.py); else it is a note.
- A turn is one labelled line with what follows it until the next one, blank lines included.
- What stands before the first speaker who comes back (title, date, attendees), and the vendor's last lines, are free
  text: read, never released.
- A line that holds nothing but a time, or a time in brackets before a name, is layout.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.formats.format import Format, plain_extract, plain_rebuild, told_by_text
from pipeline.formats.pieces import Cutter, Layout, Line, blank, lines
from pipeline.formats.speakers import Labelled, is_field, name_shaped, speakers, split_label
from pipeline.formats.stamped import footer
from pipeline.model import RegionKind, Turn

NAME = "transcript"
# Of the lines with words, so many must begin with a known speaker: measured on sample_data/gold/train, where every talk
# with labels lies above it and every note below.
_SHARE = 0.2
_ALONE = re.compile(r"[ \t]*[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?[ \t]*")
_REMARK = re.compile(r"[ \t]*\([^)]*\)$")
_ELAPSED = re.compile(r"[\[(]?(\d{1,2}):(\d{2}):(\d{2})")
_FIXED, _LABEL, _BODY, _FREE = RegionKind.FIXED, RegionKind.LABEL, RegionKind.BODY, RegionKind.FREE


def _labels(text: str, rows: list[Line]) -> dict[int, Labelled]:
    """Line index -> its label, where the label is a speaker of this file."""
    found = {n: one for n, row in enumerate(rows) if (one := split_label(text[row.start : row.stop])) is not None}
    known = speakers((one.name for one in found.values()), of=sum(not blank(text, row) for row in rows))
    return {n: one for n, one in found.items() if one.name in known}


def recognises(text: str) -> bool:
    """Do names come back before colons?"""
    rows = lines(text)
    labels = _labels(text, rows)
    counts = Counter(one.name for one in labels.values())
    recurring = [times for times in counts.values() if times > 1]
    spoken = sum(not blank(text, row) for row in rows)
    short = bool(recurring) and len(counts) > 1 and len(labels) * 2 >= spoken  # two people, a line or two each
    return (sum(recurring) >= 3 and len(labels) >= _SHARE * spoken) or short


def parse(text: str, *, place: str) -> Layout:
    """Cut a transcript. `place` is unused: a transcript has no way to be damaged."""
    rows = lines(text)
    labels = _labels(text, rows)
    first = _first(labels)
    end = footer(text, rows, max(labels, default=0) - 1)
    starts = sorted(n for n in labels if n >= first)
    cutter = Cutter()
    cutter.cut(rows[first].start if starts else len(text), _FREE)
    turns = []
    for turn, n in enumerate(starts):
        until = starts[turn + 1] if turn + 1 < len(starts) else end
        turns.append(Turn(n=turn, speaker=labels[n].name, start_ms=_elapsed(labels[n].time)))
        _cut_turn(cutter, text, rows[n:until], labels[n], turn)
    cutter.cut(len(text), _FREE)
    return cutter.layout(tuple(turns))


def _first(labels: dict[int, Labelled]) -> int:
    """Index of the first turn: the first speaker who comes back (`Lena (host):` is `Lena:`), or names on the lines
    right before."""
    names = {n: _REMARK.sub("", one.name) for n, one in labels.items()}
    times = Counter(names.values())
    back = [n for n, name in names.items() if times[name] > 1]
    first = min(back or labels, default=0)
    while first - 1 in labels and name_shaped(labels[first - 1].name) and not is_field(labels[first - 1].name):
        first -= 1
    return first


def _cut_turn(cutter: Cutter, text: str, rows: list[Line], label: Labelled, turn: int) -> None:
    head = rows[0]
    cutter.cut(head.start + label.label_start, _FIXED, turn)
    cutter.cut(head.start + label.label_end, _LABEL, turn)
    said = text[head.start + label.words : rows[-1].end]
    cutter.cut(head.start + label.words + len(said) - len(said.lstrip()), _FIXED, turn)  # words may begin a line later
    last = max(n for n, row in enumerate(rows) if n == 0 or not blank(text, row))
    for n, row in enumerate(rows[: last + 1]):
        if n and _ALONE.fullmatch(text, row.start, row.stop):
            cutter.cut(row.stop, _FIXED)
        elif n == last or _ALONE.fullmatch(text, rows[n + 1].start, rows[n + 1].stop):
            cutter.cut(row.stop, _BODY, turn)
            cutter.cut(row.end, _FIXED)
    cutter.cut(rows[-1].end, _FIXED)


def _elapsed(time: str | None) -> int | None:
    """Milliseconds of an elapsed time; a clock without seconds may be the time of day and counts as none."""
    match = _ELAPSED.match(time or "")
    if match is None:
        return None
    return ((int(match[1]) * 60 + int(match[2])) * 60 + int(match[3])) * 1000


FORMAT = Format(
    name=NAME,
    ending=".txt",
    title="Plain transcripts: `Name: words`, with or without times (Google Meet and Rev as text, too)",
    told_by="names that come back before colons at the starts of lines",
    turn="a labelled line with what follows it",
    speaker="what stands before the colon",
    kept="names with their times, words, times on lines of their own",
    changed="nothing",
    left_out="everything before the first speaker: title, date, attendees; the vendor's last lines",
    gap="`[withheld]` in place of name and words",
    recognises=told_by_text(recognises),
    extract=plain_extract(parse),
    rebuild=plain_rebuild(parse),
)
