"""Bytes to text and back, so that every code point keeps its place.

Rules:
- A byte order mark decides; without one the bytes are UTF-8 where they can be, else Windows-1252 where they read as
  such. Nothing else is guessed: a file in another encoding is refused and says what to do.
- The text is the file as it lies on disk: no line end is changed, the byte order mark stays as its first character.
- Empty files, binary files and containers (PDF, Word, RTF, web pages) are refused.
- The copy goes out in the encoding of the original; a character of a stand-in that this encoding lacks becomes `?`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from charset_normalizer import from_bytes

from pipeline.errors import Fault, InputError
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
# What Windows-1252 holds beyond letters that prose does use. Source: the code page, prose of the sample documents.
_TYPOGRAPHY = frozenset("‘’“”‚„–—…•·°½¼¾©®™£€¢¥§¶¿¡«»‹›ªº¹²³±×÷´¨¸¯†‡‰ˆ˜µ\u00a0\u00ad")
# Rivals of Windows-1252 that single bytes may belong to as well.
_RIVALS = ["cp1252", "cp1250", "cp1251", "cp1253", "mac_roman", "koi8_r", "cp437"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A decoded file. `codec` is the Python codec that gives the bytes back, the byte order mark being a character."""

    text: str
    codec: str

    def encode(self, text: str) -> bytes:
        """Bytes of a copy in the encoding of the original."""
        return text.encode(self.codec, errors="replace")


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
    if data.startswith(b"\xef\xbb\xbf") or _decodes(data, "utf-8"):
        if not _decodes(data, "utf-8"):
            _refuse(place, "it is marked as UTF-8 and is not; save it as UTF-8 again")
        return "utf-8"
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            if not _decodes(data, codec):
                _refuse(place, "it is marked as UTF-16 and is cut off or damaged; export it again")
            return codec
    if not _decodes(data, "cp1252") or not _reads_as_western(data):
        _refuse(place, "its encoding cannot be told; save it as UTF-8")
    return "cp1252"


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_western(data: bytes) -> bool:
    """Is Windows-1252 the plain reading? Letters and common typography are; about anything odd charset-normalizer is
    asked, and only an answer that agrees character by character counts."""
    text = data.decode("cp1252")
    odd = [c for c in text if ord(c) > 127 and c not in _TYPOGRAPHY and not c.isalpha()]
    accents = sum(c.isalpha() for c in text if ord(c) > 127)
    if not odd and accents * 4 <= sum(c.isalpha() for c in text):
        return True
    best = from_bytes(data, cp_isolation=_RIVALS).best()
    return best is not None and str(best) == text


def _refuse(place: str, what: str, line: int | None = None) -> NoReturn:
    raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what, line=line)])
