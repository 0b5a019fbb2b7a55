"""Chat exports whose lines begin with date and time: WhatsApp, Signal's text exports, Zoom's chat on one line.

Source: exports of these programs as their help pages show them, both orders of day and month.

Rules:
- `[DATE, TIME] Name: words`, `DATE, TIME - Name: words` and `TIME From Name to Name: words` open a turn, which goes on
  to the next such line. The kind that opens most lines is the file's.
- The date is read and never released: of a message the time of day stays. Whom a message is for is a label as well.
- A dated line that names nobody is the program's own (`Name left`): free text, read, never released. So is what stands
  before the first message.
"""

from __future__ import annotations

import re

from pipeline.formats.format import Format, plain_extract, plain_rebuild, told_by_text
from pipeline.formats.pieces import Cutter, Layout, Line, blank, lines
from pipeline.model import RegionKind, Turn

NAME = "chat"
_MARKS = r"[\u200e\u200f\u202a-\u202e]*"  # WhatsApp writes marks of direction
_DATE = r"(?P<date>\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?[ \t]+)?"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \t\u202f\u00a0]?[apAP]\.?[ \t]?[mM]\.?)?"
_WHO = r"(?P<label>[^\s:\[\]<>][^:\r\n<>]{0,60}?)"
_KINDS = tuple(
    (re.compile(stamp + rest), re.compile(stamp))
    for stamp, rest in (
        (rf"{_MARKS}\[{_DATE}{_CLOCK}\][ \t]+{_MARKS}", rf"{_WHO}:(?:[ \t]+|$)"),
        (rf"{_MARKS}{_DATE}{_CLOCK}[ \t]+[-–][ \t]+{_MARKS}", rf"{_WHO}:(?:[ \t]+|$)"),
        (
            rf"{_CLOCK}[ \t]+From[ \t]+",
            r"(?P<label>[^\s:][^:\r\n]{0,60}?)(?:[ \t]+to[ \t]+(?P<to>[^\s:][^:\r\n]{0,60}?))?[ \t]*:[ \t]+(?=\S)",
        ),
    )
)
_SHARE = 0.3  # of the lines with words; messages of many lines are rare
_FIXED, _LABEL, _BODY = RegionKind.FIXED, RegionKind.LABEL, RegionKind.BODY
_FREE = RegionKind.FREE


def _openings(text: str, rows: list[Line]) -> tuple[dict[int, re.Match[str]], re.Pattern[str]]:
    """Line index -> the match of its opening, of the kind that has most; and the stamp of that kind."""
    found = []
    for kind, stamp in _KINDS:
        matches = ((n, kind.match(text, row.start, row.stop)) for n, row in enumerate(rows))
        found.append(({n: m for n, m in matches if m is not None}, stamp))
    return max(found, key=lambda one: len(one[0]))


def recognises(text: str) -> bool:
    """Do two messages and enough of the lines begin so? Lines with a time alone are a transcript's."""
    rows = lines(text)
    openings, _ = _openings(text, rows)
    dated = any(m.re is _KINDS[2][0] or m["date"] for m in openings.values())
    return dated and len(openings) >= 2 and len(openings) >= _SHARE * sum(not blank(text, row) for row in rows)


def parse(text: str, *, place: str) -> Layout:
    """Cut a chat. `place` is unused: a chat has no way to be damaged."""
    rows = lines(text)
    openings, stamp = _openings(text, rows)
    starts = [n for n, row in enumerate(rows) if n in openings or stamp.match(text, row.start, row.stop)]
    cutter = Cutter()
    cutter.cut(rows[starts[0]].start if starts else len(text), _FREE)
    turns: list[Turn] = []
    for n, until in zip(starts, [*starts[1:], len(rows)], strict=True):
        if n in openings:
            turns.append(Turn(n=len(turns), speaker=openings[n]["label"].strip()))
            _cut_turn(cutter, text, rows[n:until], openings[n], turns[-1].n)
        else:
            cutter.cut(rows[until - 1].end, _FREE)
    return cutter.layout(tuple(turns))


def _cut_turn(cutter: Cutter, text: str, rows: list[Line], opening: re.Match[str], turn: int) -> None:
    if "date" in opening.re.groupindex and opening["date"]:
        cutter.cut(opening.start("date"), _FIXED, turn)
        cutter.cut(opening.end("date"), _FREE)
    for name in ("label", "to"):
        if name in opening.re.groupindex and opening[name]:
            cutter.cut(opening.start(name), _FIXED, turn)
            cutter.cut(opening.end(name), _LABEL, turn)
    last = [row for n, row in enumerate(rows) if n == 0 or not blank(text, row)][-1]
    cutter.cut(opening.end(), _FIXED, turn)
    cutter.cut(last.stop, _BODY, turn)
    cutter.cut(rows[-1].end, _FIXED)


FORMAT = Format(
    name=NAME,
    ending=".txt",
    title="Chats with dated lines: WhatsApp, Signal, Zoom's chat on one line",
    told_by="lines such as `[3/3/26, 10:02:11] Name: words`, `03/03/2026, 10:02 - Name: words`, `10:03:05 From Name to "
    "Everyone: words`",
    turn="a message with the lines that go on with it",
    speaker="the name on its first line",
    kept="the time of day, names and words",
    changed="nothing else",
    left_out="dates (the time of day stays); lines of the program itself; what stands before the first message",
    gap="`[withheld]` in place of the message",
    recognises=told_by_text(recognises),
    extract=plain_extract(parse),
    rebuild=plain_rebuild(parse),
)
