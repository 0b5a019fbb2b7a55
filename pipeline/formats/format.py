"""What a format is: its page in the manual, and the four things it can do with a File.

Rules:
- A File is the bytes with what is known about them; its text is decoded once, and only for formats that ask for it.
- `recognises` looks at the content alone. `extract` gives the text of the Document and its layout; `rebuild` gives the
  bytes of the copy in the same format. Tables also have `index`: their rows before any is read.
- For a format whose text is the file, `plain_extract` and `plain_rebuild` make both from a parser and a writer of text.
- `rebuild` gets the File that was read; where its text is not the Document's, it calls `refuse_other_bytes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NoReturn

from pipeline.errors import Fault, InputError
from pipeline.formats.decode import Decoded, decode
from pipeline.formats.docx_parts import open_word
from pipeline.formats.docx_text import WordText, word_text
from pipeline.formats.mapping import RowRef, TableMapping
from pipeline.formats.pieces import Layout, compose
from pipeline.formats.zips import Package, unpack
from pipeline.model import Document, Redaction


@dataclass(frozen=True, kw_only=True)
class File:
    """Bytes to be read. place: the opaque id that faults name. mapping: given for tables; rows: the numbers of those to
    read, all where it is None."""

    data: bytes = field(repr=False)
    place: str
    mapping: TableMapping | None = field(default=None, repr=False)
    rows: frozenset[int] | None = field(default=None, repr=False)

    @cached_property
    def decoded(self) -> Decoded:
        """The bytes as text. Raises InputError where they are none."""
        return decode(self.data, place=self.place)

    @cached_property
    def package(self) -> Package:
        """The bytes as a zip container, checked. Raises InputError where they are none that may be opened."""
        return unpack(self.data, place=self.place)

    @cached_property
    def word(self) -> WordText:
        """The words of a Word document. Raises InputError where it is none."""
        return word_text(open_word(self.package))

    @cached_property
    def word_talk(self) -> WordText:
        """The same with the rows of its tables read as lines of talk."""
        return word_text(open_word(self.package), talk=True)

    @property
    def text(self) -> str | None:
        """The decoded text; None for bytes that are no text."""
        try:
            return self.decoded.text
        except InputError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format and its page in the manual: how it is told, what a turn is, who speaks, what the copy keeps of it and
    what is another there, what never goes out, what a withheld turn leaves; and what it can do."""

    name: str
    ending: str
    title: str
    told_by: str
    turn: str
    speaker: str
    kept: str
    changed: str
    left_out: str
    gap: str
    recognises: Callable[[File], bool]
    extract: Callable[[File], tuple[str, Layout]]
    rebuild: Callable[[File, Document, Redaction], bytes]
    index: Callable[[File], tuple[RowRef, ...]] | None = None


def told_by_text(recognises: Callable[[str], bool]) -> Callable[[File], bool]:
    """A format that looks at decoded text recognises no bytes that are none."""
    return lambda file: file.text is not None and recognises(file.text)


def plain_extract(parse: Callable[..., Layout]) -> Callable[[File], tuple[str, Layout]]:
    """For a format whose text is the file."""
    return lambda file: (file.decoded.text, _laid_out(parse, file.decoded.text, file.place))


@lru_cache(maxsize=1)
def _laid_out(parse: Callable[..., Layout], text: str, place: str) -> Layout:
    """The layout of a text: asked for when it is read, and for the same text right after when its copy is written."""
    return parse(text, place=place)


def plain_rebuild(
    parse: Callable[..., Layout], write: Callable[[str, Layout, Redaction], str] = compose
) -> Callable[[File, Document, Redaction], bytes]:
    """For a format whose text is the file: written in its encoding. write: for stand-ins that need escaping."""

    def rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
        if file.decoded.text != document.text:
            refuse_other_bytes(file.place)
        layout = _laid_out(parse, document.text, file.place)
        return file.decoded.encode(write(document.text, layout, redaction))

    return rebuild


def refuse_other_bytes(place: str) -> NoReturn:
    """InputError: a copy can only be made of what was read."""
    what = "the copy was asked for from other bytes than were read; read it again"
    raise InputError(f"`{place}` cannot be written", [Fault(place=place, what=what)])
