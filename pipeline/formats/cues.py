"""Timed captions, shared by WebVTT and SubRip: cues, and whose words they hold.

Rules:
- A turn is a run of cues of one speaker. A speaker is named by a voice tag or by a label before a colon; `>>` and a
  dash at the start of a line say that somebody else speaks, unnamed.
- A cue that names nobody goes on with the turn before it, as captions do; but where the file names its speaker in each
  cue (one name in two cues running, or voice tags that are closed), it belongs to nobody known.
- A stand-in of no words is written as `...`, since an empty line would end its cue.
- Cue numbers are dropped and counted anew; times are layout and stay.
- Damage is refused, all of it at once: times that do not read or run backwards, words without times, a file cut off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.errors import Fault
from pipeline.formats.pieces import Cutter, Layout, Line, Role, blank
from pipeline.formats.speakers import name_shaped, speakers, split_label
from pipeline.model import RegionKind, Turn

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{2}):(\d{2})[.,](\d{1,3})")
_MARKER = re.compile(r"[ \t]*(?:>>+[ \t]*|-[ \t]+)")
_TAG = re.compile(
    r"<v(?=[.\s>])(?P<loud>(?:\.[^\s<>.]*)*)(?P<gap>[ \t]*)(?P<voice>(?:(?<=[ \t])[^<>\s][^<>\r\n]*)?)>"
    r"|(?P<plain></v>|</?(?:i|b|u|ruby|rt)>|<(?:\d+:)?\d{2}:\d{2}\.\d{3}>)"
    r"|(?P<styled></?(?:c|lang|i|b|u|ruby|rt)(?:[.\s][^<>\r\n]*)?>)"
)
_FIXED, _LABEL, _BODY, _DROPPED = RegionKind.FIXED, RegionKind.LABEL, RegionKind.BODY, RegionKind.DROPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """The lines of one cue; `rest` is where its line end and the blank lines after it stop."""

    number: Line | None
    times: Line
    settings: tuple[tuple[int, bool], ...]  # cuts of the line of times: end, and whether that part is layout
    words: tuple[Line, ...]
    rest: int
    start_ms: int
    end_ms: int


@dataclass(slots=True, kw_only=True)
class _Part:
    """A stretch of a cue that one speaker speaks. changes: does it say that somebody (else) speaks here?"""

    changes: bool
    speaker: str | None = None
    cuts: list[tuple[int, RegionKind, Role]] = field(default_factory=list)
    turn: int = -1


def milliseconds(clock: str) -> int | None:
    """`hh:mm:ss.mmm`, hours optional, comma or point; None where it is no time."""
    match = _CLOCK.fullmatch(clock)
    if match is None or int(match[2]) > 59 or int(match[3]) > 59:
        return None
    return ((int(match[1] or 0) * 60 + int(match[2])) * 60 + int(match[3])) * 1000 + int(match[4].ljust(3, "0"))


def blocks(text: str, rows: Sequence[Line]) -> list[tuple[list[Line], int]]:
    """Runs of lines with words, each with the place where the blank lines after it stop."""
    found: list[tuple[list[Line], int]] = []
    fresh = True
    for row in rows:
        if blank(text, row):
            fresh = True
            if found:
                found[-1] = (found[-1][0], row.end)
        elif fresh:
            found.append(([row], row.end))
            fresh = False
        else:
            found[-1][0].append(row)
            found[-1] = (found[-1][0], row.end)
    return found


def read_cue(
    text: str, rows: list[Line], rest: int, times: re.Pattern[str], place: str, settings: re.Pattern[str]
) -> Cue | list[Fault]:
    """The cue of a block of lines, or its faults. `times` matches a whole line of times with the groups start, end,
    settings; a part of the settings that `settings` does not match is dropped."""
    at = next((n for n, row in enumerate(rows) if "-->" in text[row.start : row.stop]), None)
    if at is None or at > 1:
        what = "words without times; put a line of times above them or take them out"
        return [Fault(place=place, line=rows[0].n, what=what)]
    faults = [
        Fault(place=place, line=row.n, what="times inside a cue; put a blank line before the cue they begin")
        for row in rows[at + 1 :]
        if "-->" in text[row.start : row.stop]
    ]
    row = rows[at]
    match = times.fullmatch(text, row.start, row.stop)
    start, end = (milliseconds(match["start"]), milliseconds(match["end"])) if match else (None, None)
    if match is None or start is None or end is None:
        return [*faults, Fault(place=place, line=row.n, what="times that do not read; write them as the format asks")]
    if end < start:
        faults.append(Fault(place=place, line=row.n, what="the cue ends before it starts; correct its times"))
    if faults:
        return faults
    cuts = [(match.end("end"), True)]
    for word in re.finditer(r"[ \t]+|[^ \t]+", match["settings"]):
        layout = word[0].isspace() or settings.fullmatch(word[0]) is not None
        cuts.append((match.start("settings") + word.end(), layout))
    return Cue(
        number=rows[0] if at else None,
        times=row,
        settings=tuple(cuts),
        words=tuple(rows[at + 1 :]),
        rest=rest,
        start_ms=start,
        end_ms=end,
    )


def filled(stand_in: str) -> str:
    """A stand-in that leaves no line of a cue empty."""
    return stand_in if stand_in.strip() else "..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A block that is no cue (the header, a note, a style), cut as it says."""

    cuts: tuple[tuple[int, RegionKind], ...]


def lay_out(text: str, items: Sequence[Cue | Other]) -> Layout:
    """Cut a whole caption file. The items follow one another from the front of the text to its end."""
    cues = [item for item in items if isinstance(item, Cue)]
    spoken = [(c.words[0].start, c.words[-1].stop) for c in cues if c.words]
    voices = any(tag["voice"] is not None for start, stop in spoken for tag in _TAG.finditer(text, start, stop))
    parts = _by_voice(text, cues) if voices else _by_label(text, cues)
    turns = _number(text, cues, parts, closed=voices and "</v>" in text)
    cutter = Cutter()
    todo = iter(parts)
    for item in items:
        if isinstance(item, Other):
            for end, kind in item.cuts:
                cutter.cut(end, kind)
        else:
            _cut_cue(cutter, item, next(todo))
    return cutter.layout(turns)


def _by_voice(text: str, cues: Sequence[Cue]) -> list[list[_Part]]:
    found = []
    for cue in cues:
        parts = [_Part(changes=False)]
        if cue.words:
            end = cue.words[-1].stop
            at = cue.words[0].start
            for tag in _TAG.finditer(text, at, end):
                _add(parts[-1], text, at, tag.start(), _BODY)
                at = tag.end()
                if tag["voice"] is None:
                    parts[-1].cuts.append((tag.end(), _FIXED if tag["plain"] else _DROPPED, Role.PLAIN))
                    continue
                _open(parts, _Part(changes=True, speaker=tag["voice"].strip() or None))
                loud = tag.end("loud") > tag.start("loud")
                parts[-1].cuts += [(tag.start() + 2, _FIXED, Role.PLAIN)]
                parts[-1].cuts += [(tag.end("loud"), _DROPPED, Role.PLAIN)] if loud else []
                parts[-1].cuts += [(tag.end("gap"), _FIXED, Role.PLAIN)]
                _add(parts[-1], text, tag.start("voice"), tag.end("voice"), _LABEL)
                parts[-1].cuts.append((tag.end(), _FIXED, Role.PLAIN))
            _add(parts[-1], text, at, end, _BODY)
        found.append(parts)
    return found


def _by_label(text: str, cues: Sequence[Cue]) -> list[list[_Part]]:
    first = [split_label(_bare(text, c.words[0])[1]) for c in cues if c.words]
    later = [split_label(_bare(text, row)[1]) for c in cues for row in c.words[1:]]
    heads = [one.name for one in first if one]
    every = [*heads, *(one.name for one in later if one)]
    known = speakers(every, of=len(first))
    inside = frozenset(name for name in known if name_shaped(name) or every.count(name) > 1)
    return [_label_parts(text, cue, known, inside) for cue in cues]


def _bare(text: str, row: Line) -> tuple[int, str]:
    """A line without the mark of a new speaker: where it starts, and its words."""
    mark = _MARKER.match(text, row.start, row.stop)
    at = mark.end() if mark else row.start
    return at, text[at : row.stop]


def _label_parts(text: str, cue: Cue, known: frozenset[str], inside: frozenset[str]) -> list[_Part]:
    """Cut a cue by the labels at its front (`known`) and at the starts of its other lines (`inside`)."""
    parts = [_Part(changes=False)]
    at = cue.words[0].start if cue.words else cue.rest
    for n, row in enumerate(cue.words):
        start, words = _bare(text, row)
        label = split_label(words)
        named = label is not None and label.name in (inside if n else known)
        if named or start > row.start:
            if n:
                _add(parts[-1], text, at, cue.words[n - 1].stop, _BODY)
                parts[-1].cuts.append((row.start, _FIXED, Role.CLOSE))
            _open(parts, _Part(changes=True, speaker=label.name if label is not None and named else None))
            at = start
            parts[-1].cuts.append((at, _FIXED, Role.PLAIN))
            if label is not None and named:
                at = start + label.words
                parts[-1].cuts.append((start + label.label_start, _FIXED, Role.PLAIN))
                parts[-1].cuts.append((start + label.label_end, _LABEL, Role.PLAIN))
                parts[-1].cuts.append((at, _FIXED, Role.PLAIN))
    if cue.words:
        _add(parts[-1], text, at, cue.words[-1].stop, _BODY)
    return parts


def _open(parts: list[_Part], part: _Part) -> None:
    """Begin a part; one that holds nothing yet gives way to it."""
    if len(parts) == 1 and not parts[0].cuts:
        parts.clear()
    parts.append(part)


def _add(part: _Part, text: str, start: int, end: int, kind: RegionKind) -> None:
    if end > start:
        part.cuts.append((end, kind if text[start:end].strip() else _FIXED, Role.PLAIN))


def _number(text: str, cues: Sequence[Cue], parts: list[list[_Part]], *, closed: bool) -> tuple[Turn, ...]:
    """Give each part its turn."""
    flat = [(cue, part) for cue, own in zip(cues, parts, strict=True) for part in own]
    every = closed or any(a.speaker is not None and a.speaker == b.speaker for (_, a), (_, b) in pairwise(flat))
    turns: list[Turn] = []
    for cue, part in flat:
        last = turns[-1] if turns else None
        if last is not None and _goes_on(part, last, every=every):
            part.turn = last.n
            turns[-1] = Turn(n=last.n, speaker=last.speaker, start_ms=last.start_ms, end_ms=cue.end_ms)
        else:
            part.turn = len(turns)
            turns.append(Turn(n=part.turn, speaker=part.speaker, start_ms=cue.start_ms, end_ms=cue.end_ms))
    return tuple(turns)


def _goes_on(part: _Part, last: Turn, *, every: bool) -> bool:
    """Does the part go on with the last turn? `every`: the file names its speaker in each cue."""
    if part.changes:
        return part.speaker is not None and part.speaker == last.speaker
    return not every or last.speaker is None


def _cut_cue(cutter: Cutter, cue: Cue, parts: list[_Part]) -> None:
    """Number and times go with the turn where the cue is one speaker's, else they stay whoever stays."""
    turn = parts[0].turn if len({part.turn for part in parts}) == 1 else None
    if cue.number is not None:
        cutter.cut(cue.number.stop, _DROPPED, turn, Role.NUMBER)
        cutter.cut(cue.number.end, _FIXED, turn, Role.OPEN)
    for end, layout in cue.settings:
        cutter.cut(end, _FIXED if layout else _DROPPED, turn, Role.OPEN)
    cutter.cut(cue.times.end if cue.words else cue.times.stop, _FIXED, turn, Role.OPEN)
    for part in parts:
        for end, kind, role in part.cuts:
            cutter.cut(end, kind, part.turn, role if turn is None else Role.PLAIN)
    cutter.cut(cue.rest, _FIXED, turn, Role.CLOSE)
