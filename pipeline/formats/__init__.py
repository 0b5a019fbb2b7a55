"""Formats: bytes to a Document and back to bytes of the same format. One format a file.

Rules:
- A format is told by content, never by a file's name; the first of FORMATS that recognises the text reads it.
- What none recognises is refused; a damaged file is refused with every fault, by line, without a word of it.
- The copy is written in the format, encoding and line ends of the original; nothing of FREE or DROPPED regions is in
  it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import Fault, InputError
from pipeline.formats import markdown, note, srt, stamped, table, transcript, webvtt, whisper
from pipeline.formats.decode import decode
from pipeline.formats.pieces import BOM, Layout, to_document
from pipeline.formats.table import RowRef, TableMapping
from pipeline.model import Document, Redaction, RegionKind

__all__ = ["FORMATS", "Format", "RowRef", "TableMapping", "count_dropped", "ending_of", "index_rows", "read", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format and its page in the manual: how it is told, what a turn is, who speaks, what never goes out, what a
    withheld turn leaves.

    parse and write: for formats whose text is the file. extract and rebuild: for containers, whose text is taken out of
    the file. Tables have neither, since they take a mapping as well."""

    name: str
    ending: str
    title: str
    told_by: str
    turn: str
    speaker: str
    left_out: str
    gap: str
    recognises: Callable[[str], bool]
    parse: Callable[..., Layout] | None = None
    write: Callable[[str, Layout, Redaction], str] | None = None
    extract: Callable[..., tuple[str, Layout]] | None = None
    rebuild: Callable[[str, str, Layout, Redaction], str] | None = None


# What begins as JSON does, so that damaged JSON is not taken for a note.
# What other text falls to; cue times in it (WebVTT and SRT alike) say that it is captions without their header.
_PROSE = frozenset({markdown.NAME, stamped.NAME, transcript.NAME, note.NAME})
_CUE_TIMES = re.compile(r"^(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}[.,][0-9]{1,3}[ \t]+-->", re.MULTILINE)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")


FORMATS: tuple[Format, ...] = (
    Format(
        name=webvtt.NAME,
        ending=".vtt",
        title="WebVTT: Zoom, Microsoft Teams and others",
        told_by="the first line begins with `WEBVTT`",
        turn="a run of cues of one speaker",
        speaker="`<v Name>`, or `Name:` before the words; `>>` and a dash: somebody unnamed; none: goes on",
        left_out="cue numbers (counted anew), NOTE, STYLE and REGION blocks, the header's words but `WEBVTT`, `Kind:` "
        "and `Language:`, classes of tags, unknown cue settings",
        gap="one cue with the turn's first times and `[withheld]`",
        recognises=webvtt.recognises,
        parse=webvtt.parse,
        write=webvtt.write,
    ),
    Format(
        name=srt.NAME,
        ending=".srt",
        title="SubRip (SRT)",
        told_by="it begins with a line of times, or a number and a line of times",
        turn="a run of cues of one speaker",
        speaker="as in WebVTT without tags",
        left_out="cue numbers (counted anew), coordinates after the times",
        gap="one cue with the turn's first times and `[withheld]`",
        recognises=srt.recognises,
        parse=srt.parse,
        write=srt.write,
    ),
    Format(
        name=whisper.NAME,
        ending=".json",
        title="Whisper and WhisperX JSON",
        told_by="a JSON object with a list of `segments`",
        turn="a run of segments of one speaker",
        speaker="the segment's `speaker`; none: nobody known",
        left_out="words, word segments and tokens, which say the text again; scores; every field but the language, and "
        "start, end, text and speaker of segments",
        gap="one segment with its times and `[withheld]`",
        recognises=whisper.recognises,
        extract=whisper.extract,
        rebuild=whisper.write,
    ),
    Format(
        name=table.NAME,
        ending=".csv",
        title="Tables of notes: CSV, TSV, semicolons",
        told_by="a header of short cells and records of as many cells; or a mapping is given for the file",
        turn="a row",
        speaker="none; the mapped column names the person",
        left_out="columns that the mapping does not name, rows that were not asked for; a person's cell that nothing "
        "replaced is empty; a header that is no plain column name becomes `column_N`",
        gap="none: the row is gone",
        recognises=table.recognises,
    ),
    Format(
        name=markdown.NAME,
        ending=".md",
        title="Markdown notes",
        told_by="a heading, a table, bold type or a link",
        turn="a heading, a paragraph, a list item, a row of a table",
        speaker="none",
        left_out="front matter",
        gap="`[withheld]` behind the block's own mark (`#`, `-`, `|`)",
        recognises=markdown.recognises,
        parse=markdown.parse,
        write=markdown.write,
    ),
    Format(
        name=stamped.NAME,
        ending=".txt",
        title="Transcripts with a line of name and time: Otter, Teams as text, Zoom captions and chat, messengers",
        told_by="lines such as `Name  0:12`, `[Name] 10:02:11`, `10:03:05 From Name to Everyone:`, `name 11:02 pm`",
        turn="such a line with what follows it",
        speaker="the name on that line",
        left_out="everything before the first turn, and the vendor's last line",
        gap="`[withheld]` in place of that line and the words",
        recognises=stamped.recognises,
        parse=stamped.parse,
        write=stamped.write,
    ),
    Format(
        name=transcript.NAME,
        ending=".txt",
        title="Plain transcripts: `Name: words`, with or without times (Google Meet and Rev as text, too)",
        told_by="names that come back before colons at the starts of lines",
        turn="a labelled line with what follows it",
        speaker="what stands before the colon",
        left_out="everything before the first speaker: title, date, attendees",
        gap="`[withheld]` in place of name and words",
        recognises=transcript.recognises,
        parse=transcript.parse,
        write=transcript.write,
    ),
    Format(
        name=note.NAME,
        ending=".txt",
        title="Text notes",
        told_by="any other text",
        turn="a paragraph",
        speaker="none",
        left_out="nothing",
        gap="`[withheld]` in place of the paragraph",
        recognises=note.recognises,
        parse=note.parse,
        write=note.write,
    ),
)


def read(
    data: bytes, *, doc_id: str, mapping: TableMapping | None = None, rows: frozenset[int] | None = None
) -> Document:
    """The Document of a file. With a mapping it is read as a table, and of it only `rows` (numbers as of `index_rows`;
    all where None), whose turns follow one another in their order. Raises InputError."""
    text = decode(data, place=doc_id).text
    if mapping is not None:
        return _read_table(text, doc_id, mapping, rows)
    _refuse_json(text, doc_id)
    for form in FORMATS:
        if form.recognises(text):
            if form.name == table.NAME:
                return _read_table(text, doc_id, None, rows)
            if form.name in _PROSE:
                _refuse_bare_cues(text, doc_id)
            words, layout = _lay_out(form, text, doc_id)
            return to_document(words, layout, doc_id=doc_id, name=form.name)
    what = "no known format; export it as WebVTT, SRT, CSV, Markdown or text"
    raise InputError(f"`{doc_id}` cannot be read", [Fault(place=doc_id, what=what)])


def write(data: bytes, document: Document, redaction: Redaction) -> bytes:
    """The bytes of the copy, in the format and encoding of the original. `data` are the bytes the document was read
    from; other bytes, or the redaction of another document, are an InputError."""
    original = decode(data, place=document.doc_id)
    form = next(form for form in FORMATS if form.name == document.format)
    words, layout = original.text, None
    if form.name != table.NAME:
        words, layout = _lay_out(form, original.text, document.doc_id)
    if redaction.doc_id != document.doc_id or len(words) != len(document.text):
        what = "the copy was asked for from other bytes than were read; read it again"
        raise InputError(f"`{document.doc_id}` cannot be written", [Fault(place=document.doc_id, what=what)])
    if layout is None:
        return original.encode(table.write(original.text, document, redaction))
    if form.write is not None:
        return original.encode(form.write(words, layout, redaction))
    assert form.rebuild is not None  # a format has one or the other; a test looks
    return original.encode(form.rebuild(original.text, words, layout, redaction))


def index_rows(data: bytes, mapping: TableMapping, *, place: str = "table") -> tuple[RowRef, ...]:
    """The rows of a table by what decides about them, before any is read. Raises InputError with every fault."""
    return table.index_rows(decode(data, place=place).text, mapping, place=place)


def ending_of(document: Document) -> str:
    """The ending of a copy's file name, by its format: the name that the original had tells nothing."""
    return next(form.ending for form in FORMATS if form.name == document.format)


def count_dropped(document: Document) -> int:
    """How many stretches of the file were dropped unread: columns and rows of a table, cue numbers, styles."""
    return sum(region.kind is RegionKind.DROPPED for region in document.regions)


def _lay_out(form: Format, text: str, place: str) -> tuple[str, Layout]:
    """The text that a Document of this format has, and its layout."""
    if form.parse is not None:
        return text, form.parse(text, place=place)
    assert form.extract is not None  # a format has one or the other; a test looks
    return form.extract(text, place=place)


def _read_table(text: str, doc_id: str, mapping: TableMapping | None, rows: frozenset[int] | None) -> Document:
    seen, layout = table.parse(text, place=doc_id, mapping=mapping, rows=rows)
    return to_document(seen, layout, doc_id=doc_id, name=table.NAME)


def _refuse_bare_cues(text: str, place: str) -> None:
    """Captions that lost their header are not taken for prose: nobody would be known to speak in it."""
    found = _CUE_TIMES.search(text)
    if found is not None:
        what = (
            "times of a cue, but the file does not begin with `WEBVTT`; put that on its first line, or export it again"
        )
        fault = Fault(place=place, line=text.count("\n", 0, found.start()) + 1, what=what)
        raise InputError(f"`{place}` cannot be read", [fault])


def _refuse_json(text: str, place: str) -> None:
    """JSON that is no transcript, or damaged, is not taken for text."""
    if _JSON.match(text.removeprefix(BOM)) and not whisper.recognises(text):
        what = "JSON of no known kind, or damaged; export it again, or as text"
        raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what)])
