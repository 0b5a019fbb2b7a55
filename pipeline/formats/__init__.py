"""Formats: bytes to a Document, and a Document with its Redaction to bytes of the same format. One format a file.

Rules:
- A format is told by content, never by a file's name; the first of FORMATS that recognises the file reads it.
- What none recognises is refused; a damaged file is refused with every fault, by line, without a word of it.
- The copy is written in the format, encoding and line ends of the original; nothing of FREE or DROPPED regions is in
  it.
"""

from __future__ import annotations

import re

from pipeline.errors import Fault, InputError
from pipeline.formats import (
    chat,
    docx,
    docx_transcript,
    eml,
    fhir,
    jsonl,
    markdown,
    markdown_talk,
    note,
    parquet,
    pdf,
    rev_json,
    rtf,
    srt,
    stamped,
    table,
    transcript,
    webvtt,
    whisper,
    xlsx,
)
from pipeline.formats.format import File, Format, refuse_other_bytes
from pipeline.formats.mapping import RowRef, TableMapping
from pipeline.formats.pieces import BOM, to_document
from pipeline.formats.zips import is_zip, refuse_compound
from pipeline.model import Document, Redaction, RegionKind

__all__ = [
    "FORMATS",
    "Format",
    "RowRef",
    "TableMapping",
    "count_dropped",
    "ending_of",
    "index_rows",
    "read",
    "text_as",
    "write",
]

# In the order in which they are asked: containers by their first bytes, then text from the strictest to any other.
FORMATS: tuple[Format, ...] = (
    docx_transcript.FORMAT,
    docx.FORMAT,
    xlsx.FORMAT,
    parquet.FORMAT,
    pdf.FORMAT,
    rtf.FORMAT,
    eml.FORMAT,
    fhir.FORMAT,
    fhir.FORMAT_LINES,
    webvtt.FORMAT,
    srt.FORMAT,
    whisper.FORMAT,
    rev_json.FORMAT,
    jsonl.FORMAT,  # after every other kind of JSON
    chat.FORMAT,
    table.FORMAT,
    markdown_talk.FORMAT,
    markdown.FORMAT,
    stamped.FORMAT,
    transcript.FORMAT,
    note.FORMAT,
)
# What other text falls to; cue times in it (WebVTT and SRT alike) say that it is captions without their header.
_PROSE = frozenset({chat.NAME, markdown_talk.NAME, markdown.NAME, stamped.NAME, transcript.NAME, note.NAME})
_CUE_TIMES = re.compile(r"^(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}[.,][0-9]{1,3}[ \t]+-->", re.MULTILINE)
# What begins as JSON does, so that damaged JSON is not taken for a note.
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")


def read(
    data: bytes, *, doc_id: str, mapping: TableMapping | None = None, rows: frozenset[int] | None = None
) -> Document:
    """The Document of a file. With a mapping it is read as a table, and of it only `rows` (numbers as of `index_rows`;
    all where None), whose turns follow one another in their order. Raises InputError."""
    file = File(data=data, place=doc_id, mapping=mapping, rows=rows)
    form = _format_of(file)
    text, layout = form.extract(file)
    return to_document(text, layout, doc_id=doc_id, name=form.name)


def write(data: bytes, document: Document, redaction: Redaction) -> bytes:
    """The bytes of the copy, in the format and encoding of the original. `data` are the bytes the document was read
    from; other bytes, or the redaction of another document, are an InputError."""
    if redaction.doc_id != document.doc_id:
        refuse_other_bytes(document.doc_id)
    return _named(document.format).rebuild(File(data=data, place=document.doc_id), document, redaction)


def text_as(data: bytes, name: str, *, place: str) -> str:
    """The text of a file as the format `name` reads it, whatever its content looks like. Raises InputError."""
    return _named(name).extract(File(data=data, place=place))[0]


def index_rows(data: bytes, mapping: TableMapping, *, place: str = "table") -> tuple[RowRef, ...]:
    """The rows of a table by what decides about them, before any is read. Raises InputError with every fault."""
    file = File(data=data, place=place, mapping=mapping)
    form = _format_of(file)
    assert form.index is not None  # a mapped file is read by a format of tables
    return form.index(file)


def ending_of(document: Document) -> str:
    """The ending of a copy's file name, by its format: the name that the original had tells nothing."""
    return _named(document.format).ending


def count_dropped(document: Document) -> int:
    """How many stretches of the file were dropped unread: columns and rows of a table, cue numbers, styles."""
    return sum(region.kind is RegionKind.DROPPED for region in document.regions)


def _named(name: str) -> Format:
    return next(form for form in FORMATS if form.name == name)


def _format_of(file: File) -> Format:
    """The first format that recognises the file. Delimited text with a mapping is a table, whatever it looks like."""
    _guard_container(file)
    if file.mapping is not None:
        tables = (form for form in FORMATS if form.index is not None and form is not table.FORMAT)
        return next((form for form in tables if form.recognises(file)), table.FORMAT)
    for form in FORMATS:
        if form.recognises(file):
            if form.name in _PROSE:
                _refuse_bare_cues(file)
            if "json" not in form.ending:
                _refuse_json(file)
            return form
    file.decoded  # noqa: B018 - says what the bytes are, where they are no text
    what = "no known format; export it as WebVTT, SRT, CSV, Markdown or text"
    raise InputError(f"`{file.place}` cannot be read", [Fault(place=file.place, what=what)])


def _guard_container(file: File) -> None:
    """No format sees a container that is damaged, locked, active or a bomb: it is refused here with its reason."""
    refuse_compound(file.data, place=file.place)
    if is_zip(file.data) and file.package.kind == "zip":
        what = "it is a zip container, but no Word or Excel document; unpack it, or save it as .docx or .xlsx"
        raise InputError(f"`{file.place}` cannot be read", [Fault(place=file.place, what=what)])


def _refuse_bare_cues(file: File) -> None:
    """Captions that lost their header are not taken for prose: nobody would be known to speak in it."""
    text = file.decoded.text
    found = _CUE_TIMES.search(text)
    if found is not None:
        what = (
            "times of a cue, but the file does not begin with `WEBVTT`; put that on its first line, or export it again"
        )
        fault = Fault(place=file.place, line=text.count("\n", 0, found.start()) + 1, what=what)
        raise InputError(f"`{file.place}` cannot be read", [fault])


def _refuse_json(file: File) -> None:
    """JSON that is no transcript, or damaged, is not taken for text."""
    if file.text is not None and _JSON.match(file.text.removeprefix(BOM)):
        what = "JSON of no known kind, or damaged; export it again, or as text"
        raise InputError(f"`{file.place}` cannot be read", [Fault(place=file.place, what=what)])
