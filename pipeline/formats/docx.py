"""Word notes: a DOCX document that is no transcript.

Rules:
- A turn is a paragraph with its foot- and endnotes, or a row of a table whose cells have a line each. Text boxes are
  paragraphs; headers and footers are turns of their own. Nobody is the speaker.
- What is in it and what never goes out say `docx_parts` and `docx_clean`; the text and its map are `docx_text`'s.
- A document without words (a scan, a drawing) is refused: nobody could say what is in it.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.errors import Fault, InputError
from pipeline.formats.docx_parts import open_word, write_word
from pipeline.formats.docx_text import WordText, take_back, word_text
from pipeline.formats.format import File, Format, refuse_other_bytes
from pipeline.formats.pieces import Cutter, Layout, patches
from pipeline.formats.zips import is_zip
from pipeline.model import Document, Redaction, RegionKind, Turn

NAME = "docx"
_FIXED, _BODY = RegionKind.FIXED, RegionKind.BODY
LEFT_OUT = (
    "pictures, charts and drawings, comments, properties of the file and of its people, custom XML, targets of links, "
    "codes of fields and results that repeat properties, deletions, hidden text, bookmarks, alt text, revision ids, "
    "names of styles and fonts that do not come with Word"
)
CHANGED = "tracked changes are accepted; text boxes become framed paragraphs; links, controls and fields become words"


def is_word(file: File) -> bool:
    """Is it a Word document? Raises InputError for a container that may not be opened."""
    return is_zip(file.data) and file.package.kind == "word"


def rebuild_as(
    layout_of: Callable[[WordText], Layout], *, talk: Callable[[File], bool] = lambda file: False
) -> Callable[[File, Document, Redaction], bytes]:
    """How a format of Word documents writes its copy: as its layout says, into the document taken out once more. talk:
    are its rows lines?"""

    def rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
        word = open_word(file.package)
        found = word_text(word, talk=talk(file))
        if found.text != document.text:
            refuse_other_bytes(file.place)
        return write_word(take_back(word, found, patches(found.text, layout_of(found), redaction)))

    return rebuild


def _extract(file: File) -> tuple[str, Layout]:
    if not file.word.text.strip():
        what = "there is no text in it, only pictures or nothing; type what they say, or take it out"
        raise InputError(f"`{file.place}` cannot be read", [Fault(place=file.place, what=what)])
    return file.word.text, _layout(file.word)


def _layout(word: WordText) -> Layout:
    """Each block with words is a turn, from its first word to its last."""
    text, cutter = word.text, Cutter()
    worded = [p for p in word.paragraphs if text[p.start : p.stop].strip()]
    turns: list[Turn] = []
    before = -1
    for one in worded:
        words = text[one.start : one.stop]
        start = one.start + len(words) - len(words.lstrip())
        if one.block != before:
            turns.append(Turn(n=len(turns)))
            cutter.cut(start, _FIXED)
        else:
            cutter.cut(start, _FIXED, turns[-1].n)
        cutter.cut(one.start + len(words.rstrip()), _BODY, turns[-1].n)
        before = one.block
    cutter.cut(len(text), _FIXED)
    return cutter.layout(tuple(turns))


FORMAT = Format(
    name=NAME,
    ending=".docx",
    title="Word notes (DOCX)",
    told_by="a zip container with a Word document that is no transcript; macros, passwords, embedded files: refused",
    turn="a paragraph with its notes, or a row of a table whose cells have a line each; headers and footers too",
    speaker="none",
    kept="words with the looks of their runs; headings, lists, tables, foot- and endnotes, headers, footers, sections, "
    "page numbers; styles that Word ships by their names",
    changed=CHANGED,
    left_out=LEFT_OUT,
    gap="`[withheld]` in place of the paragraph, its notes gone; in the first cell of a row with words",
    recognises=is_word,
    extract=_extract,
    rebuild=rebuild_as(_layout),
)
