"""The turns of a copy as HTML: words, stand-ins with colour, pattern and label, findings, and what was decided.

- Made here and not by a template: a transcript of 3,000 turns has tens of thousands of pieces. Every text goes through
  `_text`, which escapes it and keeps one character for each of ours (`pipeline.reviewing.utf16.shown`).
- A highlighted place carries its code points (`data-s`, `data-e`); a plain stretch where it begins. The browser counts
  UTF-16 units inside a stretch; the server counts back.
"""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup

from flows.web import words
from pipeline.labels import Label
from pipeline.reviewing.marks import Mark, Marks, Verdict
from pipeline.reviewing.sheet import Piece, Sheet, SheetTurn
from pipeline.reviewing.utf16 import shown

_NAMES = {label: html.escape(words.name(label)) for label in Label}
_FAMILIES = {label: words.family(label) for label in Label}
_SIGNS = {"": "", "accept": " ✓", "reject": " ✗", "relabel": " ↻", "add": " +"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Something that lies over plain words: a finding, or a place that a reviewer added."""

    start: int
    end: int
    flag: int | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is shown of a sheet: its marks, and the originals by turn where they were opened."""

    sheet: Sheet
    marks: Marks
    originals: Mapping[int, tuple[Piece, ...]] | None = None

    def all(self) -> Markup:
        """Every turn."""
        return Markup("".join(self._each(self.sheet.turns)))  # noqa: S704 - every text in it went through `_text`

    def some(self, places: Iterable[tuple[int, int]]) -> dict[int, str]:
        """Turn -> HTML of the turns that hold one of the places."""
        wanted = sorted(places)
        turns = [t for t in self.sheet.turns if t.kept and any(_holds(t, place) for place in wanted)]
        return {t.n: text for t, text in zip(turns, self._each(turns), strict=True)}

    def _each(self, turns: Sequence[SheetTurn]) -> Iterator[str]:
        standing = self.marks.standing()
        over = _overlays(self.sheet, standing)
        i = 0
        for turn in turns:
            if not turn.kept:
                yield _GAP.format(n=turn.n)
                continue
            first, last = _range(turn)
            while i < len(over) and over[i].end <= first:
                i += 1
            here = over[i : bisect_left(over, last, key=lambda o: o.start)]
            inner = "".join(_piece(p, standing, here) for p in turn.pieces)
            beside = ""
            if self.originals is not None:
                said = "".join(map(_original, self.originals.get(turn.n, ())))
                beside = f'<div class="was" dir="auto">{said}</div>'
            who = f'<b class="who">{_text(turn.who)}</b>' if turn.who else ""
            yield (
                f'<div class="turn" id="t{turn.n}" data-n="{turn.n}"><span class="n">{turn.n + 1}</span>'
                f'<div class="said" dir="auto">{who}<span class="words">{inner}</span></div>{beside}</div>'
            )


def _original(piece: Piece) -> str:
    text = _text(piece.text)
    return f'<span class="o" data-s="{piece.start}">{text}</span>' if piece.masked else text


_GAP = (
    '<div class="turn gap" id="t{n}"><span class="n"></span>'
    '<div class="said"><i>a turn stays in: not everybody concerned allows it</i></div></div>'
)


def _range(turn: SheetTurn) -> tuple[int, int]:
    return (turn.pieces[0].start, turn.pieces[-1].end) if turn.pieces else (0, 0)


def _holds(turn: SheetTurn, place: tuple[int, int]) -> bool:
    first, last = _range(turn)
    return place[0] < last and first < place[1]


def _overlays(sheet: Sheet, standing: Mapping[tuple[int, int], Mark]) -> list[Overlay]:
    """Findings, and the marks at places that detection did not see."""
    found = [
        Overlay(start=f.start, end=f.end, flag=n)
        for n, f in enumerate(sheet.flags)
        if f.start is not None and f.end is not None
    ]
    known = sheet.places()
    found += [Overlay(start=m.start, end=m.end, mark=m) for place, m in standing.items() if place not in known]
    return sorted(found, key=lambda o: (o.start, o.end))


def _piece(piece: Piece, standing: Mapping[tuple[int, int], Mark], over: list[Overlay]) -> str:
    if piece.label is not None:
        flags = [o.flag for o in over if o.flag is not None and o.start < piece.end and piece.start < o.end]
        return _place(piece, standing.get((piece.start, piece.end)), flags)
    if piece.start == piece.end:
        return _text(piece.text)
    mine = [o for o in over if o.start < piece.end and piece.start < o.end]
    if not mine:
        return f'<span class="t" data-s="{piece.start}">{_text(piece.text)}</span>'
    return "".join(_cut(piece, mine))


def _cut(piece: Piece, over: list[Overlay]) -> Iterator[str]:
    """A plain piece, cut at the borders of what lies over it."""
    inside = {b for o in over for b in (o.start, o.end) if piece.start < b < piece.end}
    borders = [piece.start, *sorted(inside), piece.end]
    for start, end in pairwise(borders):
        part = replace(piece, text=piece.text[start - piece.start : end - piece.start], start=start, end=end)
        here = [o for o in over if o.start < end and start < o.end]
        flags = [o.flag for o in here if o.flag is not None]
        mark = next(
            (o.mark for o in reversed(here) if o.mark is not None and o.mark.verdict is not Verdict.REJECT), None
        )
        if mark is not None:
            yield _place(replace(part, label=mark.label), mark, flags, at=mark.place)
        else:
            yield f'<span class="t{_flagged(flags)}" data-s="{start}"{_flag_ids(flags)}>{_text(part.text)}</span>'


def _place(piece: Piece, mark: Mark | None, flags: Sequence[int], at: tuple[int, int] | None = None) -> str:
    assert piece.label is not None
    label = mark.label if mark is not None else piece.label
    start, end = at or (piece.start, piece.end)
    verdict = mark.verdict.value if mark is not None else ""
    text = _text(piece.text)
    if not piece.masked:
        text = f'<span class="t" data-s="{piece.start}">{text}</span>'
    group = f' data-g="{piece.group}"' if piece.group else ""
    sure = f' data-sure="{piece.score:.0%}"' if piece.masked or piece.group else ""
    by = f' data-by="{html.escape(mark.by)}"' if mark is not None else ""
    masked = "" if piece.masked else " plain"
    return (
        f'<mark class="s f-{_FAMILIES[label]}{masked}{_flagged(flags)}" data-s="{start}" data-e="{end}" '
        f'data-l="{label}" data-v="{verdict}"{group}{sure}{by}{_flag_ids(flags)}>{text}'
        f"<small>{_told(label, verdict)}</small></mark>"
    )


def _told(label: Label, verdict: str) -> str:
    return _NAMES[label] + _SIGNS[verdict]


def _flagged(flags: Sequence[int]) -> str:
    return " flag" if flags else ""


def _flag_ids(flags: Sequence[int]) -> str:
    return f' data-f="{" ".join(map(str, flags))}"' if flags else ""


def _text(text: str) -> str:
    return html.escape(shown(text))
