"""Text to a PDF that holds nothing else: one typeface, one column, no information about itself.

Rules:
- A line of text is a line of the page, a form feed a new page. A page grows where its lines need it, so that no line is
  broken and none is lost.
- Letters are DejaVu Sans, which matplotlib ships under a licence that allows it. A character that it lacks becomes `□`;
  readers of PDF replace it when they read, so that a copy says what its document says.
- The same text gives the same bytes. No name, no date, no program stands in it.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

LACKING = "□"
_FACE = "DejaVuSans"
_SIZE, _LEAST = 10.0, 7.0  # points: set so, or smaller until the longest line fits, but no smaller than this
_WIDE, _HIGH, _MARGIN = 612.0, 792.0, 54.0  # US Letter with three quarters of an inch around
_MOST = 14_400.0  # points: the largest page that readers must take. Source: ISO 32000-1, annex C
_STEP, _GAP = 1.3, 3.25  # from line to line, and over an empty line; pdf_lines tells the two apart


@functools.cache
def _font() -> bytes:
    return files("matplotlib").joinpath(f"mpl-data/fonts/ttf/{_FACE}.ttf").read_bytes()


@functools.cache
def letters() -> frozenset[int]:
    """The code points that a copy can show."""
    from reportlab.pdfbase.ttfonts import TTFont

    return frozenset(TTFont(_FACE, io.BytesIO(_font())).face.charToGlyph)


def shown(text: str) -> str:
    """The text as a copy can show it. Line ends and form feeds stay."""
    known = letters()
    return "".join(c if ord(c) in known or c in "\n\f" else LACKING for c in text)


def to_pdf(text: str) -> bytes:
    """The bytes of a PDF that says the text."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont(_FACE, io.BytesIO(_font())))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1, invariant=1)
    for page in shown(text).split("\f"):
        lines = page.strip("\n").split("\n")
        longest = max(pdfmetrics.stringWidth(line, _FACE, 1) for line in lines) or 1.0
        size = min(_SIZE, max(_LEAST, (_WIDE - 2 * _MARGIN) / longest))
        room = _MOST - 2 * _MARGIN
        size = min(size, room / longest, room / (_GAP * len(lines)))
        canvas.setPageSize((max(_WIDE, 2 * _MARGIN + size * longest), max(_HIGH, 2 * _MARGIN + _tall(lines) * size)))
        canvas.setFont(_FACE, size)
        _draw(canvas, lines, size)
        canvas.showPage()
    canvas.save()
    return _bare(out.getvalue())


def _steps(lines: list[str]) -> Iterator[tuple[str, float]]:
    """The lines with words, each with the step down to it from the one before, in sizes."""
    step = 1.0
    for line in lines:
        if line.strip():
            yield line, step
            step = _STEP
        elif step == _STEP:
            step = _GAP


def _tall(lines: list[str]) -> float:
    return sum(step for _, step in _steps(lines))


def _draw(canvas: Canvas, lines: list[str], size: float) -> None:
    at = max(_HIGH, 2 * _MARGIN + _tall(lines) * size) - _MARGIN
    for line, step in _steps(lines):
        at -= step * size
        canvas.drawString(_MARGIN, at, line)


def _bare(data: bytes) -> bytes:
    """The same pages in a file that says nothing about itself."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject

    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(data)).pages:
        kept = writer.add_page(page)
        for key in set(kept) - {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}:
            del kept[NameObject(key)]
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
