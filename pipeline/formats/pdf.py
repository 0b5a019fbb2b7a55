"""PDF with a text layer: read page by page, and rebuilt from the redacted text alone.

Source: ISO 32000-1. Painting over leaves the words in the file, so nothing of the original goes into the copy.

Rules:
- Lines, paragraphs and pages are told from where the text stands; the text is then cut as a text file would be, so a
  transcript knows its speakers. Running lines of pages are free text: read, never released.
- Metadata, attachments, annotations, form fields, links, scripts, images, bookmarks and layers that are switched off
  are never read.
- Refused, with the reason: a page that is an image, no text at all, letters that cannot be told, a password, more than
  a thousand pages or 64 MB, damage. Time and memory are bounded by counting.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, NoReturn

from pipeline.errors import Fault, InputError
from pipeline.formats.format import File, Format, refuse_other_bytes
from pipeline.formats.inner import lay_out
from pipeline.formats.pieces import Cutter, Layout, compose
from pipeline.model import Document, Redaction, RegionKind

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject

NAME = "pdf"
_MARK = b"%PDF-"
_MOST_BYTES, _MOST_PAGES = 64_000_000, 1_000
_PAGE = "\n\f\n"
# A page is an image where images cover half of a small page and it has fewer letters than a few lines, or has an image
# and next to no letter.
_COVERED, _FEW, _NONE = 200_000.0, 200, 16
_UNTOLD = 0.02  # share of the characters that may be unknown and shown as a box
# Limits of the library, for one stream or one tree of objects.
LIMITS = {
    "zlib_maximum_output_length": 30_000_000,
    "lzw_maximum_output_length": 30_000_000,
    "run_length_maximum_output_length": 30_000_000,
    "array_based_stream_maximum_output_length": 30_000_000,
    "stream_decoding_work_maximum_length": 80_000_000,
    "stream_parsing_work_maximum_count": 500_000,
    "page_tree_maximum_entries": 5_000,
    "page_tree_maximum_page_entries": 100_000,
}
# What the library raises for a damaged file: its own errors, and those of Python where it trusts what it reads.
DAMAGE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    EOFError,
    struct.error,
    zlib.error,
)


def recognises(file: File) -> bool:
    """Does it begin as a PDF does? Some programs write a few bytes before the mark."""
    return _MARK in file.data[:1024] and not file.data.startswith((b"PK", b"{\\rtf"))


def extract(file: File) -> tuple[str, Layout]:
    """The text of the pages and its layout."""
    text, running = _text(file)
    layout = lay_out(text, place=file.place)
    tail = "".join(f"\n{line}" for line in running)
    cutter = Cutter()
    for piece in layout.pieces:
        cutter.cut(piece.end, piece.kind, piece.turn, piece.role)
    cutter.cut(len(text) + len(tail), RegionKind.FREE)
    return text + tail, cutter.layout(layout.turns)


def _text(file: File) -> tuple[str, list[str]]:
    from pypdf import apply_configuration
    from pypdf.errors import LimitReachedError, PyPdfError

    from pipeline.formats.pdf_walk import Unreadable

    if len(file.data) > _MOST_BYTES:
        _refuse(file, "it is larger than 64 MB; split it")
    try:
        with apply_configuration(None, **LIMITS):
            return _pages(file)
    except Unreadable:
        _refuse(file, "its letters cannot be told from its fonts; export the text from the program that wrote it")
    except LimitReachedError:
        _refuse(file, "it asks for more work than any document needs; print it to a new PDF, or export it as text")
    except (PyPdfError, *DAMAGE):
        _refuse(file, "it is a damaged PDF; print it to a new one, or export it as text")


def _pages(file: File) -> tuple[str, list[str]]:
    from pypdf import PdfReader

    from pipeline.formats.pdf_fonts import UNKNOWN
    from pipeline.formats.pdf_lines import paragraphs, rows, split_running
    from pipeline.formats.pdf_walk import Walker
    from pipeline.formats.pdf_write import shown

    reader = PdfReader(io.BytesIO(file.data))
    if reader.is_encrypted:
        _refuse(file, "it is encrypted; save it without password and restrictions")
    if len(reader.pages) > _MOST_PAGES:
        _refuse(file, "it has more than 1,000 pages; split it")
    walker = Walker(reader, _hidden(reader.root_object))
    pages, faults, letters, untold = [], [], 0, 0
    for n, page in enumerate(reader.pages, 1):
        seen = walker.page(page)
        pages.append(rows(seen.runs))
        said = "".join(row.text for row in pages[-1])
        own = sum(c.isalnum() for c in said)
        letters, untold = letters + own, untold + said.count(UNKNOWN)
        if seen.images and (own < _NONE or (own < _FEW and seen.covered > _COVERED)):
            what = f"page {n} is an image without its text; recognise the text (OCR), or take the page out"
            faults.append(Fault(place=file.place, what=what))
    if faults:
        raise InputError(f"`{file.place}` cannot be read", faults)
    if not letters:
        _refuse(file, "there is no text in it; export it as text")
    if untold > _UNTOLD * letters:
        _refuse(file, "its letters cannot be told from its fonts; export the text from the program that wrote it")
    pages, running = split_running(pages)
    return shown(_PAGE.join("\n".join(page) for page in paragraphs(pages))), [shown(line) for line in running]


def _hidden(root: DictionaryObject) -> frozenset[int]:
    """The object numbers of the layers that are switched off when the file is opened."""
    from pypdf.generic import DictionaryObject

    from pipeline.formats.pdf_fonts import held

    layers = held(root, "/OCProperties") or DictionaryObject()
    settings = held(layers, "/D") or DictionaryObject()
    every, on, off = (
        {one.idnum for one in held(thing, key) or ()}
        for thing, key in ((layers, "/OCGs"), (settings, "/ON"), (settings, "/OFF"))
    )
    return frozenset(off | (every - on if held(settings, "/BaseState") == "/OFF" else set()))


def _refuse(file: File, what: str) -> NoReturn:
    raise InputError(f"`{file.place}` cannot be read", [Fault(place=file.place, what=what)])


def rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
    """The copy: a new PDF of the redacted text."""
    from pipeline.formats.pdf_write import to_pdf

    text, layout = extract(file)
    if text != document.text:
        refuse_other_bytes(file.place)
    return to_pdf(compose(text, layout, redaction))


FORMAT = Format(
    name=NAME,
    ending=".pdf",
    title="PDF with a text layer",
    told_by="its first bytes",
    turn="as in text: a labelled line of a transcript, else a paragraph",
    speaker="as in text",
    kept="words, lines, paragraphs and pages",
    changed="a new file in one typeface, made of the redacted text alone",
    left_out="metadata, attachments, annotations, form fields, links, scripts, images, bookmarks, layers that are "
    "switched off, typefaces and places on the page; running lines at the top and foot of pages; a character that "
    "DejaVu Sans lacks becomes `□`",
    gap="as in text",
    recognises=recognises,
    extract=extract,
    rebuild=rebuild,
)
