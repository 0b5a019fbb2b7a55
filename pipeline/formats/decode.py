"""Bytes to text and back, so that every code point keeps its place.

Rules:
- A byte order mark decides; without one the bytes are UTF-8 where they can be, else what encodings.py is sure of. What
  it is not sure of is refused and says what to do.
- The text is the file as it lies on disk: no line end is changed, the byte order mark stays as its first character.
- Empty files, binary files and containers (PDF, Word, RTF, web pages) are refused.
- The copy goes out in the encoding of the original; a character of a stand-in that this encoding lacks becomes plain
  ASCII: the letter without its accent, the straight quote, else `?`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NoReturn

from pipeline.errors import Fault, InputError
from pipeline.formats.encodings import narrow_codec, wide_codec
from pipeline.formats.pieces import BOM

# First bytes of what people drop into an inbox by mistake. Source: the signatures in the formats' specifications.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "it is a PDF; export it as text"),
    (b"PK\x03\x04", "it is a zip container (Word, Excel or an archive); export it as text or CSV"),
    (b"\xd0\xcf\x11\xe0", "it is an old Office file; export it as text or CSV"),
    (b"{\\rtf", "it is rich text (RTF); export it as plain text"),
    (b"\x1f\x8b", "it is compressed; unpack it first"),
    (b"\x89PNG", "it is an image; only text can be read"),
    (b"\xff\xd8\xff", "it is an image; only text can be read"),
    (b"RIFF", "it is audio or video; only text can be read"),
    (b"ID3", "it is audio; only text can be read"),
)
_MARKUP = re.compile(r"\s*(?:<!doctype|<html|<\?xml|<svg)", re.IGNORECASE)
# C0 controls and DEL that no text editor writes; tab, line feed, vertical tab, form feed and carriage return are fine.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "...", "•": "*"}
)
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A decoded file. `codec` is the Python codec that gives the bytes back, the byte order mark being a character."""

    text: str
    codec: str

    def encode(self, text: str) -> bytes:
        """Bytes of a copy in the encoding of the original."""
        try:
            return text.encode(self.codec)
        except UnicodeEncodeError:
            return "".join(letter if _has(letter, self.codec) else _ascii(letter) for letter in text).encode(self.codec)


def _has(letter: str, codec: str) -> bool:
    try:
        return bool(letter.encode(codec))
    except UnicodeEncodeError:
        return False


def _ascii(letter: str) -> str:
    """The nearest that every encoding has."""
    plain = unicodedata.normalize("NFKD", letter.translate(_PLAIN))
    return "".join(c for c in plain if c.isascii()) or "?"


def decode(data: bytes, *, place: str) -> Decoded:
    """Decode a text file. Raises InputError, which says what to do, for whatever is no text."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        _refuse(place, "it is empty; put the exported text into it or take it out")
    for signature, advice in _SIGNATURES:
        if data.startswith(signature):
            _refuse(place, advice)
    codec = _codec(data, place)
    text = data.decode(codec)
    if found := _CONTROL.search(text):
        line = len(re.findall(r"\r\n|\n|\r", text[: found.start()])) + 1
        what = "it holds a NUL" if found[0] == "\x00" else "it holds control characters"
        _refuse(place, f"{what}, so it is binary or in an unmarked encoding; save it as UTF-8 text", line=line)
    if not text.strip().strip(BOM).strip():
        _refuse(place, "it is empty; put the exported text into it or take it out")
    if _MARKUP.match(text.removeprefix(BOM)):
        _refuse(place, "it is a web page or XML; export it as text")
    return Decoded(text=text, codec=codec)


def _codec(data: bytes, place: str) -> str:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            if not _decodes(data, codec):
                _refuse(place, f"it is marked as {codec[:6].upper()} and is cut off or damaged; export it again")
            return codec
    if b"\x00" in data and (wide := wide_codec(data)) is not None:
        return wide
    if data.startswith(b"\xef\xbb\xbf") or _decodes(data, "utf-8"):
        if not _decodes(data, "utf-8"):
            _refuse(place, "it is marked as UTF-8 and is not; save it as UTF-8 again")
        return "utf-8"
    narrow = narrow_codec(data)
    if narrow is None or not _decodes(data, narrow) or data.decode(narrow).encode(narrow) != data:
        _refuse(place, "its encoding cannot be told; save it as UTF-8")
    return narrow


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _refuse(place: str, what: str, line: int | None = None) -> NoReturn:
    raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what, line=line)])
