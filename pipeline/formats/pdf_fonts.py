"""The letters of a font in a PDF: codes to characters and widths.

Source: ISO 32000-1, 9.6 to 9.10; pypdf reads the encodings and tables of Unicode.

Rules:
- A character that a font cannot tell becomes U+FFFD. A font that tells none of its letters (composite or drawn, without
  a table of Unicode) is unreadable: its codes would be a cipher of the words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pypdf.generic import DictionaryObject
from pypdf.generic._font import Font

UNKNOWN = "\ufffd"


def held(thing: DictionaryObject, key: str) -> Any:
    """What a dictionary holds under a key, wherever in the file it stands; None for nothing."""
    found = thing.get(key)
    return found.get_object() if found is not None else None


class Face:
    """A font as it is read. readable: can its letters be told at all?"""

    def __init__(self, resource: DictionaryObject) -> None:
        told = "/ToUnicode" in resource
        kind = held(resource, "/Subtype")
        font = Font.from_font_resource(resource)
        self.readable = told or (kind != "/Type0" and font.interpretable)
        self._font = font
        self._wide = isinstance(font.encoding, str)
        self._named = told or kind == "/Type0" or not _nameless(resource)

    def letters(self, code: bytes) -> Iterator[tuple[str, float, bool]]:
        """Of each code its characters, its width in thousandths and whether it is the one-byte space."""
        font = self._font
        if isinstance(font.encoding, str):
            for unit in code.decode(font.encoding, "replace"):
                yield font.character_map.get(unit, UNKNOWN), font.get_text_width(unit), False
            return
        for byte in code:
            raw = chr(byte)
            said = font.encoding.get(byte, UNKNOWN if byte < 32 or byte > 126 else raw)
            if not self._named and len(said) != 1:
                said = UNKNOWN
            yield font.character_map.get(said, said), font.get_text_width(raw), byte == 32


def _nameless(resource: DictionaryObject) -> bool:
    """Does a simple font give its letters names that say nothing (`/g12`)? pypdf leaves such a name as it is."""
    encoding = held(resource, "/Encoding")
    return isinstance(encoding, DictionaryObject) and "/Differences" in encoding
