"""Proof by offsets: a copy is its redaction carried out, and nothing else.

- Every kept BODY and LABEL region stands in the copy, in order, with its stand-ins in place of the replaced ranges.
- What lies between is layout: each word there is a word of the original's layout, a gap mark or a small counter.
So no character of a replaced range, of a withheld turn or of free text can be in the copy unless it is found elsewhere
in what was kept, which the other parts of `inspect` look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.model import Document, Redaction, Region, RegionKind
from pipeline.written import placed

# What formats write for a turn that is not kept, and for the header of a column whose name may hold words.
_OF_FORMATS = re.compile(r"withheld|column_\d+")
_WORD = re.compile(r"\w+")


def differences(document: Document, redaction: Redaction, copy: str) -> Iterator[tuple[int, int]]:
    """[start, end) in the copy of everything that the redaction does not account for; nothing for a true copy."""
    layout = Counter(
        word
        for r in document.regions
        if r.kind is RegionKind.FIXED
        for word in _WORD.findall(document.text[r.start : r.end])
    )
    counters = len(document.turns) + len(document.regions)
    at = 0
    for _, found, end, _ in _places(document, redaction, copy):
        if found < 0:
            yield at, len(copy)
            return
        for word in _WORD.finditer(copy, at, found):
            if layout[word[0]] > 0:
                layout[word[0]] -= 1
            elif not _OF_FORMATS.fullmatch(word[0]) and not (word[0].isdecimal() and int(word[0]) <= counters):
                yield word.span()
        at = end


def regions_of(document: Document, redaction: Redaction, copy: str) -> tuple[Region, ...] | None:
    """The regions of a copy by what was written into it, whatever it looks like to a stranger: words and labels with
    the turns of the original, layout between them. None where something written is not there."""
    regions: list[Region] = []
    at = 0
    for region, found, end, _ in _places(document, redaction, copy):
        if found < 0:
            return None
        if found > at:
            regions.append(Region(start=at, end=found, kind=RegionKind.FIXED))
        if region is not None:
            regions.append(Region(start=found, end=end, kind=region.kind, turn=region.turn))
        at = end
    return tuple(regions)


def stand_in_places(document: Document, redaction: Redaction, copy: str) -> Iterator[tuple[int, int]]:
    """[start, end) in the copy of every stand-in, as far as the copy is what the redaction says."""
    for _, found, _, ours in _places(document, redaction, copy):
        if found >= 0:
            yield from ((found + start, found + end) for start, end in ours if start < end)


_Place = tuple[Region | None, int, int, tuple[tuple[int, int], ...]]


def _places(document: Document, redaction: Redaction, copy: str) -> Iterator[_Place]:
    """Where each written region stands in the copy, in order, with its stand-ins counted from there; and last (None)
    where the copy ends. A start of -1, after which nothing comes: it is not there."""
    at = 0
    for region, text, ours in placed(document, redaction):
        if not text:
            continue
        at = _whole(copy, text, at)
        yield region, at, at + len(text), ours
        if at < 0:
            return
        at += len(text)
    yield None, len(copy), len(copy), ()


def _whole(copy: str, text: str, at: int) -> int:
    """Where `text` stands next as whole words; -1 for nowhere. A cell `1` is not the 1 of a header `mood_0_10`."""
    while (at := copy.find(text, at)) >= 0:
        end = at + len(text)
        glued_before = _is_word(text[:1]) and _is_word(copy[at - 1 : at])
        if not glued_before and not (_is_word(text[-1:]) and _is_word(copy[end : end + 1])):
            return at
        at += 1
    return -1


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
