"""WebVTT: Zoom (`Name: words`), Teams (`<v Name>words</v>`) and any other, with or without speakers.

Source: the WebVTT specification of the W3C for header, cues, notes and tags; exports of both products for speakers.

Rules:
- The first line begins with `WEBVTT`, in any case; without it the file is something else.
- The words after `WEBVTT`, header lines other than `Kind:` and `Language:`, and NOTE blocks are free text: read, never
  released. STYLE and REGION blocks, classes of tags and unknown cue settings are dropped.
"""

from __future__ import annotations

import re

from pipeline.errors import Fault, InputError
from pipeline.formats.cues import Cue, Other, blocks, filled, lay_out, read_cue
from pipeline.formats.format import Format, plain_extract, plain_rebuild, told_by_text
from pipeline.formats.pieces import BOM, Layout, Line, blank, compose, lines
from pipeline.model import Redaction, RegionKind

NAME = "webvtt"
_CLOCK = r"(?:\d{2,4}:)?\d{2}:\d{2}\.\d{3}"
_TIMES = re.compile(rf"[ \t]*(?P<start>{_CLOCK})[ \t]+-->[ \t]+(?P<end>{_CLOCK})(?P<settings>(?:[ \t].*)?)")
_SETTINGS = re.compile(
    r"(?:vertical|line|position|size|align):(?:rl|lr|start|center|middle|end|left|right|-?[\d.,]+%?)"
)
_HEADER = re.compile(r"Kind:[ \t]*(?:captions|subtitles|metadata)|Language:[ \t]*[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FIXED, _FREE, _DROPPED = RegionKind.FIXED, RegionKind.FREE, RegionKind.DROPPED


def recognises(text: str) -> bool:
    """Does the text begin as WebVTT does?"""
    return re.match(r"WEBVTT(?=\s|$)", text.removeprefix(BOM), re.IGNORECASE) is not None


def parse(text: str, *, place: str) -> Layout:
    """Cut a WebVTT file. Raises InputError with every fault."""
    rows = lines(text)
    head, body = _header(text, rows)
    items: list[Cue | Other] = [head]
    faults: list[Fault] = []
    found = blocks(text, body)
    for own, rest in found:
        first = text[own[0].start : own[0].stop]
        if _is_note(first, text[own[0].start : own[-1].stop]):
            items.append(Other(cuts=((rest, _FREE),)))
        elif re.fullmatch(r"(?:STYLE|REGION)[ \t]*", first):
            items.append(Other(cuts=((rest, _DROPPED),)))
        else:
            cue = read_cue(text, own, rest, _TIMES, place, _SETTINGS)
            if isinstance(cue, Cue):
                items.append(cue)
            else:
                faults += cue
    faults = faults or _missing(items, rows, place)
    if faults:
        raise InputError(f"`{place}` is damaged WebVTT", faults)
    return lay_out(text, items)


def _is_note(first: str, block: str) -> bool:
    """A comment. Tools that put a whole file in lower case leave `note`, which may be a cue's name as well."""
    word = re.match(r"NOTE(?=[ \t]|$)", first, re.IGNORECASE)
    return word is not None and (word[0].isupper() or "-->" not in block)


def _header(text: str, rows: list[Line]) -> tuple[Other, list[Line]]:
    """The header block with the blank lines after it, and the lines that follow."""
    first = rows[0]
    word = first.start + len("WEBVTT")
    cuts = [(first.start, _FIXED), (word, _FIXED), (first.stop, _FREE), (first.end, _FIXED)]
    n = 1
    while n < len(rows) and not blank(text, rows[n]):
        if any("-->" in text[r.start : r.stop] for r in rows[n : n + 2]):
            break  # no blank line after the header: the first cue begins here
        known = _HEADER.fullmatch(text, rows[n].start, rows[n].stop)
        cuts.append((rows[n].end, _FIXED if known else _FREE))
        n += 1
    while n < len(rows) and blank(text, rows[n]):
        cuts.append((rows[n].end, _FIXED))
        n += 1
    return Other(cuts=tuple(cuts)), rows[n:]


def _missing(items: list[Cue | Other], rows: list[Line], place: str) -> list[Fault]:
    cues = [item for item in items if isinstance(item, Cue)]
    if not cues:
        return [Fault(place=place, line=rows[-1].n, what="there is no cue; export the transcript again")]
    last = items[-1]
    if isinstance(last, Cue) and not last.words:
        return [Fault(place=place, line=last.times.n, what="the file ends inside a cue; export the transcript again")]
    return []


def write(text: str, layout: Layout, redaction: Redaction) -> str:
    """The text of the copy."""
    return compose(text, layout, redaction, escape=_escape)


def _escape(stand_in: str) -> str:
    return filled(stand_in).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


FORMAT = Format(
    name=NAME,
    ending=".vtt",
    title="WebVTT: Zoom, Microsoft Teams and others",
    told_by="the first line begins with `WEBVTT`",
    turn="a run of cues of one speaker",
    speaker="`<v Name>`, or `Name:` before the words; `>>` and a dash: somebody unnamed; none: goes on",
    kept="words, names, times of cues and their known settings, simple tags, `Kind:` and `Language:`",
    changed="cue ids become numbers; a turn that is withheld becomes one cue",
    left_out="cue numbers (counted anew), NOTE, STYLE and REGION blocks, the header's words but `WEBVTT`, `Kind:` "
    "and `Language:`, classes of tags, unknown cue settings",
    gap="one cue with the turn's first times and `[withheld]`",
    recognises=told_by_text(recognises),
    extract=plain_extract(parse),
    rebuild=plain_rebuild(parse, write),
)
