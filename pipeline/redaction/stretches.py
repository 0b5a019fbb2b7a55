"""Stretches: the words of a turn that are read in one go, over line ends and cue borders.

- A stretch is a run of BODY regions of one turn with nothing but layout between them, or one LABEL region.
- Detection cuts what it finds at the borders of regions; `mend` puts the parts together again, so that a name that is
  cut by a line end is one name and gets one stand-in. Parts belong together where they touch the same seam and agree in
  everything else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.model import Document, Region, RegionKind, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Regions that are read as one text, joined by a blank. `starts`: where each region starts in that text."""

    turn: int
    kind: RegionKind
    regions: tuple[Region, ...]
    text: str = field(repr=False)
    starts: tuple[int, ...]

    @property
    def start(self) -> int:
        """Where it starts in the document."""
        return self.regions[0].start

    @property
    def end(self) -> int:
        """Where it ends in the document."""
        return self.regions[-1].end

    def inside(self, start: int, end: int) -> tuple[int, int] | None:
        """The part of the document's [start, end) that lies in its regions, first to last; None where none does."""
        first = bisect_right(self.regions, start, key=lambda r: r.end)
        last = bisect_left(self.regions, end, key=lambda r: r.start) - 1
        if first > last:
            return None
        return max(start, self.regions[first].start), min(end, self.regions[last].end)

    def to_text(self, at: int) -> int:
        """An offset of the document, within or at the end of one of its regions, as an offset of its text."""
        i = bisect_right(self.regions, at, key=lambda r: r.start) - 1
        return self.starts[i] + at - self.regions[i].start

    def to_document(self, at: int) -> int:
        """An offset of its text as an offset of the document."""
        i = bisect_right(self.starts, at) - 1
        return self.regions[i].start + at - self.starts[i]


def stretches(document: Document, kept: Collection[int] | None = None) -> Iterator[Stretch]:
    """The stretches of the kept turns (all turns: None) in order."""
    run: list[Region] = []
    for region in document.regions:
        if region.kind is RegionKind.FIXED:
            continue
        if run and (region.turn != run[0].turn or region.kind is not RegionKind.BODY):
            yield _stretch(document, run)
            run = []
        wanted = region.turn is not None and (kept is None or region.turn in kept)
        if wanted and region.kind is RegionKind.LABEL:
            yield _stretch(document, [region])
        elif wanted and region.kind is RegionKind.BODY:
            run.append(region)
    if run:
        yield _stretch(document, run)


def parts_of(read: Iterable[Stretch], spans: Sequence[Span]) -> Iterator[tuple[Stretch, list[tuple[int, int, Span]]]]:
    """Each stretch with the parts of the spans, which are in order, that lie in it: start, end and the whole span."""
    at = 0
    for stretch in read:
        while at < len(spans) and spans[at].end <= stretch.start:
            at += 1
        parts, i = [], at
        while i < len(spans) and spans[i].start < stretch.end:
            if (part := stretch.inside(spans[i].start, spans[i].end)) is not None:
                parts.append((*part, spans[i]))
            i += 1
        yield stretch, parts


def _stretch(document: Document, run: list[Region]) -> Stretch:
    texts = [document.text[r.start : r.end] for r in run]
    starts = [0]
    for text in texts[:-1]:
        starts.append(starts[-1] + len(text) + 1)
    turn = run[0].turn
    if turn is None:
        raise ValueError("a stretch belongs to a turn")
    return Stretch(turn=turn, kind=run[0].kind, regions=tuple(run), text=" ".join(texts), starts=tuple(starts))


def mend(document: Document, spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that a seam cuts made whole."""
    seams = {
        a.end: b.start
        for s in stretches(document)
        for a, b in zip(s.regions, s.regions[1:], strict=False)
        if s.kind is RegionKind.BODY
    }
    found = sorted(set(spans), key=in_order)
    by_start = {(s.start, _rest(s)): s for s in found}
    whole: list[Span] = []
    used: set[Span] = set()
    for span in found:
        if span in used:
            continue
        end = span.end
        while end in seams and (part := by_start.get((seams[end], _rest(span)))) is not None and part not in used:
            used.add(part)
            end = part.end
        whole.append(span if end == span.end else replace(span, end=end))
    return whole


def in_order(span: Span) -> tuple[int, int, str, float, str, str, str]:
    """A total order of spans, also where a person or a category is not told."""
    return (
        span.start,
        span.end,
        span.label.value,
        span.score,
        span.source,
        span.entity or "",
        span.category.value if span.category else "",
    )


def _rest(span: Span) -> tuple[object, ...]:
    return span.label, span.score, span.source, span.entity, span.category
