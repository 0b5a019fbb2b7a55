"""Which encoding bytes are in that carry no mark and are no UTF-8: told where it is sure, else not at all.

A wrong guess would be worse than none: the names in the text would not read as names.

Rules:
- UTF-16 and UTF-32 without a mark: where one order of bytes gives text with blanks in one script and no other does.
- Mostly ASCII: each encoding in which every word reads as one of its languages does (only letters of that language's
  alphabet, no symbol inside a word, no capital after a small letter). If all of them say the same, that is it. If they
  differ, Windows-1252 is it, unless charset-normalizer finds more of a language in another, or as much.
- Otherwise (Cyrillic, Greek, Chinese, Japanese, Korean): what charset-normalizer puts first, where the next that reads
  otherwise is worse by a margin, and enough letters are there to tell by.
"""

from __future__ import annotations

import re
from collections import Counter

from charset_normalizer import from_bytes

# Letters beyond ASCII of the languages that are written in each encoding, small. Source: their alphabets; English takes
# its loan words and the names of its neighbours.
_ALPHABETS = {
    "cp1252": (
        "áàâäãåæçéèêëíîïñóôöõøœßúùûüýÿ",
        "àèéìòùîóú",
    ),
    "cp1250": (
        "ąćęłńóśźż",
        "áčďéěíňóřšťúůýžö",
        "áäčďéíĺľňóôŕšťúýž",
        "áéíóöőúüű",
        "ăâîşţ",
        "čćđšžë",
    ),
    "cp1254": ("çğıiöşüâîû̇",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    "mac_roman": ("áàâäãåæçéèêëíîïñóôöõøœßúùûüÿ", "àèéìòùîóú"),
    "cp850": ("áàâäãåæçéèêëíîïñóôöõøßúùûü", "àèéìòùîóú"),
}
_OTHERS = ["cp1251", "koi8_r", "mac_cyrillic", "cp866", "cp1253", "cp932", "euc_jp", "gb18030", "big5", "cp949"]
# Beyond letters: what prose uses between words, and never inside one. Source: the code pages, prose of the samples.
_BETWEEN = frozenset("‘“”‚„–—…•·°½¼¾©®™£€¢¥§¶¿¡«»‹›±×÷†‡‰\u00a0")
_ORDINALS = frozenset("ªº")  # they end a word or a number
_INSIDE = frozenset("’\u00ad")  # an apostrophe, a soft hyphen
_MARGIN = 0.1  # of coherence, from 0 to 1, between the first and the next that reads otherwise
_CHAOS = 0.03
_ENOUGH = 40  # letters beyond ASCII


def wide_codec(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark; None where it is neither for sure."""
    found = [codec for codec in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be") if _reads_wide(data, codec)]
    return found[0] if len(found) == 1 else None


def _reads_wide(data: bytes, codec: str) -> bool:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return False
    if len(text) < 8 or not re.search(r"[ \n、。]", text) or re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
        return False
    kinds = Counter(_script(letter) for letter in text if letter.isalpha())
    return bool(kinds) and kinds.most_common(1)[0][1] * 10 >= 9 * sum(kinds.values()) and "" not in kinds


def _script(letter: str) -> str:
    """A name for the script of a letter; empty for one that few people write in."""
    if letter.isascii() or "\u00c0" <= letter <= "\u024f":
        return "latin"
    for name, first, last in (
        ("greek", "\u0370", "\u03ff"),
        ("cyrillic", "\u0400", "\u052f"),
        ("hebrew", "\u0590", "\u05ff"),
        ("arabic", "\u0600", "\u06ff"),
        ("devanagari", "\u0900", "\u097f"),
        ("thai", "\u0e00", "\u0e7f"),
        ("east", "\u3040", "\u9fff"),
        ("hangul", "\uac00", "\ud7a3"),
    ):
        if first <= letter <= last:
            return name
    return ""


def narrow_codec(data: bytes) -> str | None:
    """The encoding of bytes that are neither UTF-8 nor wide; None where it cannot be told."""
    high = sum(byte > 127 for byte in data)
    if high * 4 <= sum(byte > 64 for byte in data):
        return _mostly_ascii(data)
    return _by_margin(data)


def _mostly_ascii(data: bytes) -> str | None:
    readings = {codec: text for codec in _ALPHABETS if (text := _reading(data, codec)) is not None}
    if len(set(readings.values())) == 1:
        return next(iter(readings))
    if "cp1252" not in readings:
        return None
    rivals = {text: codec for codec, text in readings.items() if text != readings["cp1252"]}
    told = {match.encoding: match.coherence for match in from_bytes(data, cp_isolation=["cp1252", *rivals.values()])}
    best = max((told.get(codec, 0.0) for codec in rivals.values()), default=0.0)
    return "cp1252" if told.get("cp1252", 0.0) > best or not told else None


def _reading(data: bytes, codec: str) -> str | None:
    """The text in this encoding, if every word of it reads as one of its languages does."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    beyond = (c for c in text if not c.isascii() and c.isalpha() and c not in _ORDINALS)
    letters = {small for c in beyond for small in c.lower() if not small.isascii()}
    if not any(letters <= set(alphabet) for alphabet in _ALPHABETS[codec]):
        return None
    return text if _plausible(text) else None


def _plausible(text: str) -> bool:
    """No symbol inside a word; no letter beyond ASCII beside a digit, right after a comma, or large after a small one;
    no character that prose does not use."""
    for n, letter in enumerate(text):
        if letter.isascii() or letter in _INSIDE:
            continue
        before, after = text[n - 1 : n] if n else "", text[n + 1 : n + 2]
        if letter in _ORDINALS:
            if after.isalpha():
                return False
        elif letter.isalpha():
            odd = before.isdigit() or after.isdigit() or before in set(",;!?")
            if odd or (letter.isupper() and before.islower()):
                return False
        elif letter not in _BETWEEN or (before.isalpha() and after.isalpha() and letter not in "–—…·"):
            return False
    return True


def _by_margin(data: bytes) -> str | None:
    found = list(from_bytes(data, cp_isolation=[*_OTHERS, "cp1252", "cp1250"]))
    if not found or found[0].encoding not in _OTHERS:
        return None
    first, text = found[0], str(found[0])
    rivals = [one for one in found[1:] if str(one) != text]
    clear = all(one.chaos >= first.chaos + _CHAOS or one.coherence <= first.coherence - _MARGIN for one in rivals)
    letters = sum(c.isalpha() and not c.isascii() for c in text)
    enough = letters >= _ENOUGH or (letters >= _ENOUGH // 2 and _script(max(text, key=str.isalpha)) == "east")
    return first.encoding if clear and enough and first.chaos < _CHAOS else None
