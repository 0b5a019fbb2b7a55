"""Rich text (RTF): its words, written back as plain rich text.

Source: Rich Text Format specification 1.9.1.

Rules:
- What is read and what is dropped is said in rtf_read.py. The text is cut as a text file would be, so a transcript
  knows its speakers; words of headers, footers and notes are free text: read, never released.
- A paragraph ends with an empty line, so that each is a turn of a note; where empty paragraphs part the others, they
  are lines, as programs write that copy plain text.
- The copy is new: one typeface, paragraphs and line breaks, nothing else.
"""

from __future__ import annotations

import re

from pipeline.errors import Fault, InputError
from pipeline.formats.format import File, Format, refuse_other_bytes
from pipeline.formats.inner import lay_out
from pipeline.formats.pieces import Cutter, Layout, compose
from pipeline.formats.rtf_read import PARAGRAPH, read_rtf
from pipeline.model import Document, Redaction, RegionKind

NAME = "rtf"
_MOST_BYTES = 64_000_000
_HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}}\f0\fs22" + "\n"
_SPECIAL = re.compile(r"\n+|[\\{}\t]|[^\x20-\x7e]")
# What no writer means to say: control characters, and line ends that are none of RTF's.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def recognises(file: File) -> bool:
    """Does it begin as RTF does?"""
    return file.data.lstrip(b" \t\r\n\xef\xbb\xbf").startswith(b"{\\rtf")


def extract(file: File) -> tuple[str, Layout]:
    """The words of the file and their layout."""
    fault, body, apart = "it is larger than 64 MB; split it", "", ""
    if len(file.data) <= _MOST_BYTES:
        words = read_rtf(file.data.lstrip(b" \t\r\n\xef\xbb\xbf"))
        body, apart = _lines(words.body), _lines(words.apart).strip()
        fault = words.fault or ("" if (body + apart).strip() else "there are no words in it; export it again")
    if fault:
        raise InputError(f"`{file.place}` cannot be read", [Fault(place=file.place, what=fault)])
    layout = lay_out(body, place=file.place)
    tail = f"\n{apart}" if apart else ""
    cutter = Cutter()
    for piece in layout.pieces:
        cutter.cut(piece.end, piece.kind, piece.turn, piece.role)
    cutter.cut(len(body) + len(tail), RegionKind.FREE)
    return body + tail, cutter.layout(layout.turns)


def _lines(words: str) -> str:
    """The words with their paragraphs as lines."""
    empty = re.search(f"{PARAGRAPH}[ \t]*{PARAGRAPH}", words.strip()) is not None
    return _CONTROL.sub("", words.replace(PARAGRAPH, "\n" if empty else "\n\n"))


def to_rtf(text: str) -> bytes:
    """The bytes of an RTF file that says the text and is read as the same text."""
    return (_HEAD + _SPECIAL.sub(_escape, text) + "}\n").encode("ascii")


def _escape(special: re.Match[str]) -> str:
    letter = special[0]
    if letter[0] == "\n":
        return "\\line\n" if letter == "\n" else "\\par\n" + "\\line\n" * (len(letter) - 2)
    if letter == "\t":
        return "\\tab "
    if letter in "\\{}":
        return "\\" + letter
    units = letter.encode("utf-16-le", "replace")
    numbers = (int.from_bytes(units[n : n + 2], "little", signed=True) for n in range(0, len(units), 2))
    return "".join(f"\\u{number}?" for number in numbers)


def rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
    """The copy: a new file of the redacted text."""
    text, layout = extract(file)
    if text != document.text:
        refuse_other_bytes(file.place)
    return to_rtf(compose(text, layout, redaction))


FORMAT = Format(
    name=NAME,
    ending=".rtf",
    title="Rich text (RTF)",
    told_by=r"it begins with `{\rtf`",
    turn="as in text: a labelled line of a transcript, else a paragraph",
    speaker="as in text",
    kept="words, paragraphs and line breaks",
    changed="a new file in one typeface",
    left_out="information, comments, pictures, objects, hidden and deleted words, instructions of fields, typefaces "
    "and styles; words of headers, footers and notes",
    gap="as in text",
    recognises=recognises,
    extract=extract,
    rebuild=rebuild,
)
