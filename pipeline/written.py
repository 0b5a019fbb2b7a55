"""What a redaction makes of the words of a document, region by region: the one place where stand-ins meet text.

A replacement over several regions is written in the first of them; the rest of its range is empty.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from pipeline.model import Document, Redaction, Region, RegionKind


def written(document: Document, redaction: Redaction) -> Iterator[tuple[Region, str]]:
    """Each BODY and LABEL region of the kept turns, in order, with its text as it leaves."""
    for region, text, _ in placed(document, redaction):
        yield region, text


def placed(document: Document, redaction: Redaction) -> Iterator[tuple[Region, str, tuple[tuple[int, int], ...]]]:
    """The same with where its stand-ins are: [start, end) in the text as it leaves."""
    replacements = redaction.replacements
    starts = [r.start for r in replacements]
    for region in document.regions:
        if region.kind not in (RegionKind.BODY, RegionKind.LABEL) or region.turn not in redaction.kept:
            continue
        out, ours, length, at = [], [], 0, region.start
        i = max(0, bisect_left(starts, region.start) - 1)
        while i < len(replacements) and replacements[i].start < region.end:
            r = replacements[i]
            i += 1
            if r.end <= region.start:
                continue
            before = document.text[at : max(at, r.start)]
            stand_in = r.stand_in if r.start >= region.start else ""
            out += [before, stand_in]
            length += len(before) + len(stand_in)
            ours.append((length - len(stand_in), length))
            at = min(r.end, region.end)
        out.append(document.text[at : region.end])
        yield region, "".join(out), tuple(ours)
