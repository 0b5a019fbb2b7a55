"""Offsets of a browser and ours: JavaScript counts UTF-16 units, Python code points. The one place where they meet.

- A character outside the Basic Multilingual Plane (an emoji) is two units there and one code point here.
- `shown` is a text as a page shows it: one character for each of ours, and none that an HTML parser would change or
  drop (it folds carriage returns and drops NUL: HTML Living Standard, 13.2.3.5 and 13.2.5), so that counting works.
"""

from __future__ import annotations

import re

_FIRST_ASTRAL = 0x10000
_LINE_BREAKS = {ord("\r"): " ", 0x0B: " ", 0x0C: " ", 0x85: " "}
# What HTML calls controls and what no encoding of a page can carry (lone surrogates), each as the mark for the unknown.
_UNKNOWN = dict.fromkeys([*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)], "\ufffd")
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_SHOWN = _LINE_BREAKS | _UNKNOWN | _SURROGATES
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # looking first is ten times as quick


def shown(text: str) -> str:
    """`text` as a page shows it, character by character."""
    return text.translate(_SHOWN) if _ODD.search(text) else text


def points_of(text: str, units: int) -> int:
    """How many code points of `text` stand before so many UTF-16 units; a place inside a pair counts as before it.

    ValueError where the text has fewer units."""
    if units < 0:
        raise ValueError("an offset does not run backwards")
    left = units
    for n, letter in enumerate(text):
        size = 2 if ord(letter) >= _FIRST_ASTRAL else 1
        if left < size:
            return n
        left -= size
    if left:
        raise ValueError("an offset lies behind the end of its text")
    return len(text)


def units_of(text: str, points: int) -> int:
    """How many UTF-16 units the first `points` code points of `text` take. ValueError where the text has fewer."""
    if not 0 <= points <= len(text):
        raise ValueError("an offset lies outside its text")
    return points + sum(ord(letter) >= _FIRST_ASTRAL for letter in text[:points])
