"""A document as recognizers read it: its words without layout, and the exact way back.

- A Reading is the examined regions (BODY, LABEL, FREE) of a document in order, joined by one separator a seam: a space
  between the cues of one turn, a newline between turns and cells, so that what continues over a cue or turn is found.
- `folded` has the same length as `text`: lower case, straight quotes, plain spaces and hyphens. Patterns run on it.
- `Reading.back` gives document ranges, cut at the region's borders; a separator belongs to no region.
- A recognizer is a value with a name, its labels, and `find(reading)`, which yields Founds in offsets of
  `reading.text`. It keeps no state between documents and never raises on odd text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from pipeline.labels import Category, Label
from pipeline.model import Document, Region, RegionKind, Roster

EXAMINED = (RegionKind.BODY, RegionKind.LABEL, RegionKind.FREE)

# Typography that differs between keyboards, dictation and exports, one code point for one: offsets stay.
_FOLD = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u201b\u2032\u00b4\u0060"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u200a\u2002\u2003"), " "),
}


# words behind which a name stands seldom
_OPENED = re.compile(
    r"\b(?:the|a|an|my|our|your|his|her|this|that|no|some|el|los|un|una|su|mi) ([^\W\d_])(?=[^\W\d_]{2})"
)
_FEW_OPENED = 20
_TITLED = 0.3  # of 330 gold documents with capitals four are written so: they reach .43 and more, no other .25


def fold(text: str) -> str:
    """Same length, lower case, plain quotes, spaces and hyphens."""
    low = text.translate(_FOLD).lower()
    if len(low) == len(text):
        return low
    return "".join(c if len(c.lower()) != 1 else c.lower() for c in text.translate(_FOLD))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """[start, end) of a reading's text. `entity`, `category` as in Span; `score` 0..1."""

    start: int
    end: int
    label: Label
    score: float
    entity: str | None = None
    category: Category | None = None


class Recognizer(Protocol):
    """One layer. `version` changes whenever its answers may."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def labels(self) -> frozenset[Label]: ...

    def find(self, reading: Reading) -> Iterable[Found]: ...


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`starts[i]` is where piece i begins in `text`, `pieces[i]` the region it copies."""

    document: Document = field(repr=False)
    roster: Roster = field(repr=False)
    text: str = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    pieces: Sequence[Region] = field(repr=False)

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def cased(self) -> bool:
        """Whether upper case means something here: neither all lower nor all upper case, nor `titled`. Looks at 20,000
        characters."""
        sample = self.text[:20_000]
        upper = sum(c.isupper() for c in sample)
        lower = sum(c.islower() for c in sample)
        return upper * 70 > lower and upper < lower and not self.titled

    @cached_property
    def titled(self) -> bool:
        """Whether Things of Every Kind have a Capital: words behind articles and the like, which are seldom names.
        Looks at 20,000 characters."""
        capitals = [str(m[1]).isupper() for m in _OPENED.finditer(self.text, 0, 20_000)]
        return sum(capitals) > _TITLED * max(len(capitals), _FEW_OPENED)

    @property
    def examined(self) -> int:
        """How many characters of the document this reading holds."""
        return sum(r.end - r.start for r in self.pieces)

    def at(self, position: int) -> Region:
        """The region a position of `text` lies in (a separator counts to the piece before it)."""
        return self.pieces[max(0, bisect_right(self.starts, position) - 1)]

    def labels(self) -> Iterator[tuple[int, int]]:
        """Ranges of `text` that are speaker labels."""
        for start, piece in zip(self.starts, self.pieces, strict=True):
            if piece.kind is RegionKind.LABEL:
                yield start, start + piece.end - piece.start

    def back(self, start: int, end: int) -> list[tuple[int, int]]:
        """Document ranges of [start, end), one a region, none for separators."""
        ranges = []
        for i in range(max(0, bisect_right(self.starts, start) - 1), len(self.pieces)):
            at, piece = self.starts[i], self.pieces[i]
            if at >= end:
                break
            s, e = max(start, at), min(end, at + piece.end - piece.start)
            if s < e:
                ranges.append((piece.start + s - at, piece.start + e - at))
        return ranges

    @cached_property
    def bodies(self) -> Reading:
        """The joined view: speaker labels gone, so that a number read out over turns stands in one row."""
        return stitch(self.document, self.roster, kinds=(RegionKind.BODY, RegionKind.FREE))

    def forward(self, position: int) -> int | None:
        """Where a character of the document stands in this reading, None where it is not in it."""
        i = bisect_right(self.pieces, position, key=lambda r: r.start) - 1
        if i < 0 or position >= self.pieces[i].end:
            return None
        return self.starts[i] + position - self.pieces[i].start


def stitch(document: Document, roster: Roster, kinds: tuple[RegionKind, ...] = EXAMINED) -> Reading:
    """The reading of a document; regions of other kinds are left out."""
    parts: list[str] = []
    starts: list[int] = []
    pieces: list[Region] = []
    at = 0
    last: Region | None = None
    for region in document.regions:
        if region.kind not in kinds:
            continue
        if last is not None:
            seam = _seam(document, last, region)
            parts.append(seam)
            at += len(seam)
        starts.append(at)
        pieces.append(region)
        parts.append(document.text[region.start : region.end])
        at += region.end - region.start
        last = region
    return Reading(document=document, roster=roster, text="".join(parts), starts=starts, pieces=pieces)


def _seam(document: Document, last: Region, region: Region) -> str:
    """What stands between two pieces: a colon after a label, a space between the cues of one turn, else a new line.
    The cells of a row are no sentence: they are told by the sign that parts them."""
    if last.kind is RegionKind.LABEL:
        return ": "
    between = document.text[last.end : region.start]
    cells = "\n" not in between and any(c in between for c in ",;|\t")
    return " " if region.turn is not None and region.turn == last.turn and not cells else "\n"


def read_plain(text: str, roster: Roster | None = None) -> Reading:
    """A text without layout, as stock Presidio hands it over: offsets of the reading are offsets of the text."""
    regions = (Region(start=0, end=len(text), kind=RegionKind.FREE),) if text else ()
    document = Document(doc_id="plain", format="plain", text=text, regions=regions, turns=())
    return stitch(document, roster or Roster())
