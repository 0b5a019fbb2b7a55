"""The sheet: what a reviewer sees of one copy, made once with the copy and kept sealed beside it.

- It shows the copy turn by turn: words that leave, and for each place that was replaced its stand-in, never what stood
  there. A turn that stays in is an empty gap. Original words are opened apart, on demand (`originals`).
- Every piece knows where it stands in the document (code points), so that a decision about it means a place of the
  document, whatever the copy looks like.
- Places with the same original words and label share a group, so that one decision can be made about all of them.
- What an inspection found in the copy is brought to the same places where the copy's text can be followed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.inspection.findings import Finding
from pipeline.labels import Label
from pipeline.model import Document, Redaction, Region, RegionKind, Replacement, Span

_BREAK = " "  # stands between two regions of one turn: a line end or the times of the next cue


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a turn. start, end: the document's code points; for the break between two regions both are where
    the next one begins. label: what stands there, None for plain words. masked: `text` is a stand-in. group: number of
    the words it has in common with other places, 0 for none. score: how sure detection was (0..1)."""

    text: str = field(repr=False)
    start: int
    end: int
    label: Label | None = None
    masked: bool = False
    group: int = 0
    score: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTurn:
    """One turn. who: the stand-in of its speaker, empty where none is named. kept: it is in the copy."""

    n: int
    who: str
    kept: bool
    pieces: tuple[Piece, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A finding of the inspection at its place in the document; start is None where it has none (a file name)."""

    finding: Finding
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that a reviewer sees. text_digest: of the document. effect: digest of the marks that are in this copy."""

    text_digest: str
    effect: str
    turns: tuple[SheetTurn, ...] = field(repr=False)
    flags: tuple[Flag, ...] = ()

    def places(self) -> dict[tuple[int, int], Piece]:
        """Every labelled place of the copy."""
        return {(p.start, p.end): p for t in self.turns for p in t.pieces if p.label is not None}

    def turn(self, n: int) -> SheetTurn | None:
        """The turn of a number, or None."""
        return self.turns[n] if 0 <= n < len(self.turns) else None


def sheet_of(
    document: Document,
    redaction: Redaction,
    spans: Iterable[Span],
    findings: Sequence[Finding],
    copy: str,
    *,
    text_digest: str,
    effect: str = "",
) -> Sheet:
    """The sheet of a copy. spans: those of the document; copy: its text, as `read_copy` reads it. O(n log n)."""
    told = sorted(spans, key=lambda s: (s.start, s.start - s.end, s.label))
    groups = _Groups(document.text)
    turns = [SheetTurn(n=t.n, who="", kept=t.n in redaction.kept) for t in document.turns]
    pieces: dict[int, list[Piece]] = {t.n: [] for t in turns}
    trail: list[tuple[int, Piece]] = []  # where each piece stands in the copy
    at = 0
    for region, parts in _regions(document, redaction):
        assert region.turn is not None  # bodies and labels have one
        text = "".join(p.text for p in parts)
        found = copy.find(text, at) if text else -1
        if found >= 0:
            trail += _trail(parts, found)
            at = found + len(text)
        if region.kind is RegionKind.LABEL:
            turns[region.turn] = replace(turns[region.turn], who=_named(turns[region.turn].who, text))
            continue
        if pieces[region.turn]:
            pieces[region.turn].append(Piece(text=_BREAK, start=region.start, end=region.start))
        pieces[region.turn] += _told(parts, told, groups)
    return Sheet(
        text_digest=text_digest,
        effect=effect,
        turns=tuple(replace(t, pieces=tuple(pieces[t.n])) for t in turns),
        flags=tuple(_flags(findings, trail)),
    )


def originals(document: Document, sheet: Sheet) -> Mapping[int, tuple[Piece, ...]]:
    """Turn -> its words as they were said, of the kept turns alone: what consent keeps in is not shown here either.
    What was replaced in the copy is a piece of its own, with its label."""
    masked = [p for turn in sheet.turns for p in turn.pieces if p.masked]
    starts = [p.start for p in masked]
    return {turn.n: tuple(_said(document, turn.n, masked, starts)) for turn in sheet.turns if turn.kept}


def _said(document: Document, n: int, masked: Sequence[Piece], starts: Sequence[int]) -> Iterator[Piece]:
    for number, region in enumerate(document.bodies(n)):
        if number:
            yield Piece(text=_BREAK, start=region.start, end=region.start)
        at = region.start
        for p in masked[max(0, bisect_left(starts, region.start) - 1) : bisect_left(starts, region.end)]:
            start, end = max(p.start, at), min(p.end, region.end)
            if start >= end:
                continue
            if at < start:
                yield Piece(text=document.text[at:start], start=at, end=start)
            yield replace(p, text=document.text[start:end])
            at = end
        if at < region.end:
            yield Piece(text=document.text[at : region.end], start=at, end=region.end)


def _named(who: str, label: str) -> str:
    """Speaker labels of a turn, each once: one that runs over several cues repeats it."""
    label = label.strip()
    return who if label in who else f"{who} {label}".strip()


class _Groups:
    """Numbers for equal words under equal labels; case and blanks around do not count."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[tuple[Label, str], int] = {}

    def of(self, start: int, end: int, label: Label) -> int:
        words = " ".join(self._text[start:end].split()).casefold()
        return self._known.setdefault((label, words), len(self._known) + 1)


def _regions(document: Document, redaction: Redaction) -> Iterator[tuple[Region, list[Piece]]]:
    """Each BODY and LABEL region of the kept turns with its pieces as they leave; as `pipeline.written`, in parts."""
    replacements = redaction.replacements
    starts = [r.start for r in replacements]
    for region in document.regions:
        if region.kind in (RegionKind.BODY, RegionKind.LABEL) and region.turn in redaction.kept:
            first = max(0, bisect_left(starts, region.start) - 1)
            yield region, list(_pieces(document.text, region, replacements, first))


def _pieces(text: str, region: Region, replacements: Sequence[Replacement], i: int) -> Iterator[Piece]:
    at = region.start
    while i < len(replacements) and replacements[i].start < region.end:
        r = replacements[i]
        i += 1
        if r.end <= region.start:
            continue
        if r.start > at:
            yield Piece(text=text[at : r.start], start=at, end=r.start)
        if r.start >= region.start:
            yield Piece(text=r.stand_in, start=r.start, end=r.end, label=r.label, masked=True)
        at = min(r.end, region.end)
    if at < region.end:
        yield Piece(text=text[at : region.end], start=at, end=region.end)


def _trail(parts: list[Piece], at: int) -> Iterator[tuple[int, Piece]]:
    for part in parts:
        yield at, part
        at += len(part.text)


def _told(parts: list[Piece], spans: list[Span], groups: _Groups) -> Iterator[Piece]:
    """The pieces with group and score; plain ones cut where a disclosure stands in them that is kept."""
    for part in parts:
        inside = _within(spans, part.start, part.end)
        if part.masked and part.label is not None:
            score = max((s.score for s in inside), default=1.0)
            yield replace(part, group=groups.of(part.start, part.end, part.label), score=score)
            continue
        at = part.start
        for s in inside:
            if s.start < at or s.end > part.end:
                continue
            yield from _plain(part, at, s.start)
            words = part.text[s.start - part.start : s.end - part.start]
            group = groups.of(s.start, s.end, s.label)
            yield Piece(text=words, start=s.start, end=s.end, label=s.label, group=group, score=s.score)
            at = s.end
        yield from _plain(part, at, part.end)


def _plain(part: Piece, start: int, end: int) -> Iterator[Piece]:
    if start < end:
        yield Piece(text=part.text[start - part.start : end - part.start], start=start, end=end)


def _within(spans: list[Span], start: int, end: int) -> list[Span]:
    """The spans that begin in [start, end). Longest first where several begin at one place."""
    first = bisect_left(spans, start, key=lambda s: s.start)
    return spans[first : bisect_left(spans, end, key=lambda s: s.start)]


def _flags(findings: Sequence[Finding], trail: list[tuple[int, Piece]]) -> Iterator[Flag]:
    starts = [at for at, _ in trail]
    for finding in findings:
        if finding.turn is None or not trail:
            yield Flag(finding=finding)
            continue
        first = _place(trail, starts, finding.start)
        last = _place(trail, starts, finding.end - 1)
        if first is None or last is None or first[0] > last[1]:
            yield Flag(finding=finding)
        else:
            yield Flag(finding=finding, start=first[0], end=last[1])


def _place(trail: list[tuple[int, Piece]], starts: list[int], at: int) -> tuple[int, int] | None:
    """Where the character `at` of the copy stands in the document: itself as a range, or the whole stand-in."""
    i = bisect_right(starts, at) - 1
    if i < 0:
        return None
    begins, piece = trail[i]
    if at >= begins + len(piece.text):
        return None
    if piece.masked:
        return piece.start, piece.end
    return piece.start + at - begins, piece.start + at - begins + 1
