"""SubRip (SRT): numbered cues with comma times; speakers as labels, dashes or `>>`, or none.

Source: SubRip has no specification; the layout is what SubRip itself writes.

Rules:
- It is SRT where the first words are a line of times, or a number and then a line of times.
- What follows the times on their line (coordinates) is dropped.
"""

from __future__ import annotations

import re

from pipeline.errors import Fault, InputError
from pipeline.formats.cues import Cue, Other, blocks, filled, lay_out, read_cue
from pipeline.formats.format import Format, plain_extract, plain_rebuild, told_by_text
from pipeline.formats.pieces import BOM, Layout, blank, compose, lines
from pipeline.model import Redaction, RegionKind

NAME = "srt"
_CLOCK = r"\d{1,4}:\d{2}:\d{2}[,.]\d{1,3}"
_TIMES = re.compile(rf"[ \t]*(?P<start>{_CLOCK})[ \t]*-->[ \t]*(?P<end>{_CLOCK})(?P<settings>(?:[ \t].*)?)")
_NOTHING = re.compile(r"(?!)")
_START = re.compile(r"(?:\d+[ \t]*(?:\r\n|\n|\r))?[ \t]*\d[^\r\n]*-->")


def recognises(text: str) -> bool:
    """Does the text begin with the times of a cue?"""
    return _START.match(text.removeprefix(BOM).lstrip()) is not None


def parse(text: str, *, place: str) -> Layout:
    """Cut an SRT file. Raises InputError with every fault."""
    rows = lines(text)
    front = next((row.start for row in rows if not blank(text, row)), len(text))
    items: list[Cue | Other] = [Other(cuts=((front, RegionKind.FIXED),))]
    faults: list[Fault] = []
    for own, rest in blocks(text, rows):
        cue = read_cue(text, own, rest, _TIMES, place, _NOTHING)
        if isinstance(cue, Cue):
            items.append(cue)
        else:
            faults += cue
    last = items[-1]
    if not faults and isinstance(last, Cue) and not last.words:
        faults.append(Fault(place=place, line=last.times.n, what="the file ends inside a cue; export it again"))
    if faults:
        what = "damaged SRT (WebVTT without its first line `WEBVTT` is refused so, too)"
        raise InputError(f"`{place}` is {what}", faults)
    return lay_out(text, items)


def write(text: str, layout: Layout, redaction: Redaction) -> str:
    """The text of the copy."""
    return compose(text, layout, redaction, escape=lambda stand_in: filled(stand_in).replace("-->", "->"))


FORMAT = Format(
    name=NAME,
    ending=".srt",
    title="SubRip (SRT)",
    told_by="it begins with a line of times, or a number and a line of times",
    turn="a run of cues of one speaker",
    speaker="as in WebVTT without tags",
    kept="words, names, times of cues, simple tags",
    changed="cue numbers are counted anew; a turn that is withheld becomes one cue",
    left_out="cue numbers (counted anew), coordinates after the times",
    gap="one cue with the turn's first times and `[withheld]`",
    recognises=told_by_text(recognises),
    extract=plain_extract(parse),
    rebuild=plain_rebuild(parse, write),
)
