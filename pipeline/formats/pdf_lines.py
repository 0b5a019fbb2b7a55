"""The runs of a page as lines of text: where a line ends, where a space stands, where a paragraph ends.

Rules:
- Lines come in the order in which the page draws them, which is the order of reading in what office programs and
  browsers write. Runs on one base line are one line; a gap between them is a space, a wide one two.
- An empty line stands where the step to the next line is wider than the steps inside paragraphs, or goes upwards.
- What stands in the same place at the top or foot of nearly every page (but for its digits) is a running line.
- White space, ligatures and invisible characters become what a keyboard writes, so that names are found in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pipeline.formats.pdf_walk import Run

# In sizes of the type. Measured on pages printed by Chromium, reportlab and matplotlib: a space is 0.25 to 0.33 wide,
# kerning moves by less than 0.1, columns lie 1.5 and more apart.
_SPACE, _COLUMN = 0.15, 1.5
_SAME_BASE = 0.35  # a raised or lowered letter still stands on its line
# Steps from line to line, in sizes of the type: 0.8 to 1.5 in text set single, 1.7 at one and a half, 2.3 at double.
_LEAST_STEP, _SINGLE, _DOUBLE = 0.8, 1.6, 2.4
_WIDER = 1.25
_FULL = 0.75  # of the longest line: in running text most lines are that full, in lists of short paragraphs few
_RUNNING, _LONG = 0.6, 3  # of the pages; lines of a page that may lose one. A line in brackets is a mark of ours
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LIGATURES = re.compile(r"[\ufb00-\ufb06]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(slots=True, kw_only=True)
class Row:
    """A line of a page."""

    text: str = field(repr=False)
    start: float
    end: float
    base: float
    size: float
    turned: int


def rows(runs: Iterable[Run]) -> list[Row]:
    """The lines of a page, those without words left out."""
    found: list[Row] = []
    for run in runs:
        text = plain(run.text)
        last = found[-1] if found else None
        if last is None or not _joins(last, run):
            found.append(Row(text=text, start=run.start, end=run.end, base=run.base, size=run.size, turned=run.turned))
        elif not _again(last, run, text):
            last.text += _between(last, run, text) + text
            last.end = max(last.end, run.end)
            last.size = max(last.size, run.size)
    return [row for row in found if row.text.strip()]


def plain(text: str) -> str:
    """The characters that a keyboard would write."""
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    text = _LIGATURES.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def _joins(last: Row, run: Run) -> bool:
    if run.turned != last.turned or abs(run.base - last.base) > _SAME_BASE * max(run.size, last.size):
        return False
    return run.start > last.start - run.size / 2


def _again(last: Row, run: Run, text: str) -> bool:
    """The same words drawn twice a hair apart, which is how some programs make bold type."""
    return run.start < last.end - run.size / 2 and last.text.endswith(text) and bool(text.strip())


def _between(last: Row, run: Run, text: str) -> str:
    gap = (run.start - last.end) / run.size
    spaces = len(last.text) - len(last.text.rstrip(" ")) + len(text) - len(text.lstrip(" "))
    wanted = 2 if gap > _COLUMN else 1 if gap > _SPACE else 0
    return " " * max(0, wanted - spaces)


def paragraphs(pages: Sequence[Sequence[Row]]) -> list[list[str]]:
    """For each page its lines, an empty one between paragraphs."""
    widest = _WIDER * _step(pages)
    return [_page(page, widest) for page in pages]


def _step(pages: Sequence[Sequence[Row]]) -> float:
    """The step from line to line inside the paragraphs of a file, in sizes of its type."""
    steps = [
        step
        for page in pages
        for one, two in pairwise(page)
        if one.turned == two.turned and (step := (two.base - one.base) / min(one.size, two.size)) >= _LEAST_STEP
    ]
    least = min(steps, default=_SINGLE)
    if least <= _SINGLE:
        return least
    lengths = [len(row.text) for page in pages for row in page]
    return min(least, _DOUBLE) if median(lengths) >= _FULL * max(lengths) else _SINGLE


def _page(page: Sequence[Row], widest: float) -> list[str]:
    out: list[str] = []
    for n, row in enumerate(page):
        before = page[n - 1] if n else row
        step = (row.base - before.base) / min(row.size, before.size)
        if n and (step > widest or step < 0 or row.turned != before.turned):
            out.append("")
        out.append(row.text)
    return out


def split_running(pages: Sequence[Sequence[Row]]) -> tuple[list[list[Row]], list[str]]:
    """The pages without their running lines, and those lines."""
    kept, running = [list(page) for page in pages], []
    for at in (0, -1):
        while True:
            long = [page for page in kept if len(page) >= _LONG]
            heads = Counter(_folded(page[at].text) for page in long if not page[at].text.startswith("["))
            line, times = heads.most_common(1)[0] if heads else ("", 0)
            if times < 2 or times < _RUNNING * len(kept):
                break
            for page in long:
                if _folded(page[at].text) == line:
                    running.append(page.pop(at).text)
    return kept, running


def _folded(text: str) -> str:
    return re.sub(r"\d+", "0", text).strip().casefold()
