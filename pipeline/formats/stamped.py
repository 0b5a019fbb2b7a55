"""Transcripts whose turns begin with a line of name and time: Otter, Teams text, Zoom captions and chat, messengers.

Source: exports described in docs/formats.md and the train half of sample_data/gold.

Rules:
- Each kind has one pattern for the line that opens a turn (`Name  0:12`, `[Name] 10:02:11`, `10:03:05 From Name to
  Everyone:`, `name 11:02 pm`); the kind that opens most lines is the file's, and the others are words.
- A turn is its opening line with what follows until the next one. Whom a chat message is for is a label as well.
- What stands before the first turn, and the vendor's last line, are free text: read, never released.
"""

from __future__ import annotations

import re

from pipeline.formats.format import Format, plain_extract, plain_rebuild, told_by_text
from pipeline.formats.pieces import Cutter, Layout, Line, blank, lines
from pipeline.model import RegionKind, Turn

NAME = "stamped"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?"
# A name may hold anything: a line that is not known for an opening would be said by the turn before it.
_NAME = r"[^\s\[>#|].{0,70}?"
_NOON = r"[ \t]?[apAP]\.?[mM]\.?"
_KINDS = (
    re.compile(rf"(?P<label>{_NAME})[ \t]{{2,}}(?P<time>{_TIME})[ \t]*"),  # Otter, Teams as text
    re.compile(rf"\[(?P<label>[^\[\]\r\n]{{1,60}})\][ \t]+(?P<time>{_TIME})(?:{_NOON})?[ \t]*"),  # Zoom captions
    re.compile(
        rf"(?P<time>{_TIME})[ \t]+From[ \t]+(?P<label>{_NAME})[ \t]+to[ \t]+(?P<to>{_NAME})[ \t]*:[ \t]*"
    ),  # its chat
    re.compile(
        rf"(?P<label>{_NAME})[ \t]+(?:[—–-][ \t]+)?(?:[tT]oday at[ \t]+)?(?P<time>\d{{1,2}}:\d{{2}}{_NOON})[ \t]*"
    ),
)
_FOOTER = re.compile(
    r"(?i)[ \t]*(?:transcribed by|transcription ended|this editable transcript was|\S.{0,70} stopped transcription)\b.*"
)
# Opening lines among the lines with words: a talk of long turns has few, a note with times in it has fewer.
_SHARE = 0.1
_FIXED, _LABEL, _BODY, _FREE = RegionKind.FIXED, RegionKind.LABEL, RegionKind.BODY, RegionKind.FREE


def _openings(text: str, rows: list[Line]) -> dict[int, re.Match[str]]:
    """Line index -> the match of the opening line, of the kind that has most."""
    found: list[dict[int, re.Match[str]]] = []
    for kind in _KINDS:
        matches = ((n, kind.fullmatch(text, row.start, row.stop)) for n, row in enumerate(rows[:-1]))
        found.append({n: m for n, m in matches if m is not None and not blank(text, rows[n + 1])})
    return max(found, key=len)


def recognises(text: str) -> bool:
    """Do lines of name and time open at least two turns?"""
    rows = lines(text)
    openings = _openings(text, rows)
    names = [opening["label"].strip() for opening in openings.values()]
    comes_back = len(names) > len(set(names)) or len(names) <= 4  # numbered memos have a time and no speaker
    return len(names) >= 2 and comes_back and len(names) >= _SHARE * sum(not blank(text, row) for row in rows)


def parse(text: str, *, place: str) -> Layout:
    """Cut such a transcript. `place` is unused: it has no way to be damaged."""
    rows = lines(text)
    openings = _openings(text, rows)
    starts = sorted(openings)
    end = footer(text, rows, starts[-1] if starts else 0)
    cutter = Cutter()
    cutter.cut(rows[starts[0]].start if starts else len(text), _FREE)
    turns = []
    for turn, n in enumerate(starts):
        until = starts[turn + 1] if turn + 1 < len(starts) else end
        turns.append(Turn(n=turn, speaker=openings[n]["label"].strip(), start_ms=_elapsed(openings[n])))
        _cut_turn(cutter, text, rows[n:until], openings[n], turn)
    cutter.cut(len(text), _FREE)
    return cutter.layout(tuple(turns))


def footer(text: str, rows: list[Line], last: int) -> int:
    """Index of the line where the vendor's last lines begin; they stand after line `last`."""
    end = len(rows)
    for n in range(len(rows) - 1, last + 1, -1):
        if _FOOTER.fullmatch(text, rows[n].start, rows[n].stop):
            end = n
        elif not blank(text, rows[n]):
            break
    return end


def _cut_turn(cutter: Cutter, text: str, rows: list[Line], opening: re.Match[str], turn: int) -> None:
    for name in ("label", "to"):
        if name in opening.re.groupindex:
            cutter.cut(opening.start(name), _FIXED, turn)
            cutter.cut(opening.end(name), _LABEL, turn)
    first = next((row for row in rows[1:] if not blank(text, row)), None)
    if first is None:  # the next opening follows at once: somebody who said nothing
        cutter.cut(rows[-1].end, _FIXED)
        return
    words = first.start + len(text[first.start : first.stop]) - len(text[first.start : first.stop].lstrip())
    last = [row for row in rows if not blank(text, row)][-1]
    cutter.cut(words, _FIXED, turn)
    cutter.cut(last.stop, _BODY, turn)
    cutter.cut(rows[-1].end, _FIXED)


def _elapsed(opening: re.Match[str]) -> int | None:
    """Milliseconds of an elapsed time; only the first kind counts from the start of the recording."""
    if opening.re is not _KINDS[0]:
        return None
    seconds = 0
    for part in opening["time"].split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000


FORMAT = Format(
    name=NAME,
    ending=".txt",
    title="Transcripts with a line of name and time: Otter, Teams as text, Zoom captions and chat, messengers",
    told_by="lines such as `Name  0:12`, `[Name] 10:02:11`, `10:03:05 From Name to Everyone:`, `name 11:02 pm`",
    turn="such a line with what follows it",
    speaker="the name on that line",
    kept="names with their times, words",
    changed="nothing",
    left_out="everything before the first turn, and the vendor's last line",
    gap="`[withheld]` in place of that line and the words",
    recognises=told_by_text(recognises),
    extract=plain_extract(parse),
    rebuild=plain_rebuild(parse),
)
