"""Numbers and letters as people say and write them, in English and Spanish. Pure; for detection and redaction alike.

- Words come in any case; "twenty one", "twenty-one" and "twentyone" are one number; "oh" in a row is a nought.
- `read_number` reads one cardinal or ordinal; `read_digits` a row said digit by digit ("double five, oh, nineteen").
  Each gives None where the words are something else. Dates: pipeline/spoken_dates.py.
- `say_number`, `say_digits`, `say_year` write the words back, so that a stand-in sounds like its original.

Lists: general knowledge of both languages, written for this project (Apache-2.0).
"""

from __future__ import annotations

import re
from types import MappingProxyType

UNITS = MappingProxyType(
    {
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "cero": 0, "uno": 1, "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
        "ocho": 8, "nueve": 9, "niner": 9,
    }
)  # fmt: skip
NOUGHTS = frozenset({"oh", "o", "zero", "cero", "nought", "aught", "ought"})
TEENS = MappingProxyType(
    {
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19, "diez": 10, "once": 11, "doce": 12, "trece": 13,
        "catorce": 14, "quince": 15, "dieciséis": 16, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18,
        "diecinueve": 19, "veintiuno": 21, "veintiún": 21, "veintidós": 22, "veintidos": 22, "veintitrés": 23,
        "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiséis": 26, "veintiseis": 26,
        "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
    }
)  # fmt: skip
TENS = MappingProxyType(
    {
        "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
        "ninety": 90, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
        "ochenta": 80, "noventa": 90,
    }
)  # fmt: skip
ORDINALS = MappingProxyType(
    {
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
        "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
        "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
        "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90,
        "primero": 1, "primera": 1, "primer": 1,
    }
)  # fmt: skip
MONTHS = MappingProxyType(
    {
        "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
        "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
        "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12, "enero": 1, "febrero": 2,
        "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9, "setiembre": 9,
        "octubre": 10, "noviembre": 11, "diciembre": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12,
    }
)  # fmt: skip
MULTIPLIERS = MappingProxyType({"double": 2, "doble": 2, "triple": 3, "treble": 3})
_HUNDREDS = MappingProxyType({"hundred": 100, "cien": 100, "ciento": 100, "hundreds": 100})
_THOUSANDS = MappingProxyType({"thousand": 1000, "mil": 1000})


def words(text: str) -> tuple[str, ...]:
    """A list of words written as one line."""
    return tuple(text.split())


_WORD = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
_ORDINAL_DIGITS = re.compile(r"^(\d{1,4})(?:st|nd|rd|th|º|ª|°)?$")
_GLUED = re.compile(rf"^({'|'.join(TENS)})({'|'.join([*UNITS, *ORDINALS])})$")


def number_words() -> tuple[str, ...]:
    """Every word that is a number by itself, longest first, for building patterns."""
    every = {*UNITS, *TEENS, *TENS, *(NOUGHTS - {"o"})} - {"un", "una"}
    return tuple(sorted(every, key=lambda w: (-len(w), w)))


def ordinal_words() -> tuple[str, ...]:
    """Every ordinal word, longest first."""
    return tuple(sorted(ORDINALS, key=lambda w: (-len(w), w)))


def month_words() -> tuple[str, ...]:
    """Every name of a month, longest first."""
    return tuple(sorted(MONTHS, key=lambda w: (-len(w), w)))


def words_of(text: str) -> list[str]:
    """Letters and digits apart, lower case: "Twenty-1st" -> twenty, 1, st."""
    return [m.group().lower() for m in _WORD.finditer(text)]


def split_glued(parts: list[str]) -> list[str]:
    out: list[str] = []
    for word in parts:
        m = _GLUED.match(word)
        out.extend(m.groups() if m else (word,))
    return out


def read_number(text: str) -> int | None:
    """One cardinal or ordinal below a million: "forty-two", "the 3rd", "treinta y uno", "two thousand nineteen"."""
    bare = text.strip().lower().removeprefix("the ").removeprefix("el ")
    m = _ORDINAL_DIGITS.match(bare)
    if m:
        return int(m.group(1))
    total = part = 0
    seen = False
    for word in split_glued(words_of(bare)):
        value = _value(word)
        if word in ("and", "y", "a"):
            continue
        if word in _HUNDREDS:
            part = max(1, part) * 100
        elif word in _THOUSANDS:
            total, part = total + max(1, part) * 1000, 0
        elif value is None or (seen and not _fits(part % 100, value)):
            return None
        else:
            part += value
        seen = True
    return total + part if seen else None


def _fits(tail: int, value: int) -> bool:
    """Whether a number word can follow: anything after a round hundred, a unit after twenty, thirty and so on."""
    return tail == 0 or (tail >= 20 and tail % 10 == 0 and 0 < value < 10)


def _value(word: str) -> int | None:
    if word.isdecimal() and word.isascii() and len(word) <= 6:
        return int(word)
    for table in (UNITS, TEENS, TENS, ORDINALS):
        if word in table:
            return table[word]
    return 0 if word in NOUGHTS else None


def read_digits(text: str) -> str | None:
    """The digits of a row as said: "five five five, oh one" -> "55501"; "double three nineteen" -> "3319"; else None.

    Letters said one by one stay, in upper case: "k r dash oh four" -> "KR04". Signs and hesitations are skipped.
    """
    out: list[str] = []
    times = 1
    said = split_glued(words_of(text))
    i = 0
    while i < len(said):
        word = said[i]
        i += 1
        if word in MULTIPLIERS:
            times = MULTIPLIERS[word]
            continue
        if word in SIGNS or word in HESITATIONS:
            continue
        piece = _said(word)
        if piece is None:
            return None
        if word in TENS and i < len(said) and UNITS.get(said[i], 0) > 0:
            piece, i = str(TENS[word] + UNITS[said[i]]), i + 1
        elif i < len(said) and said[i] in ("hundred", "thousand") and piece.isdigit():
            piece, i = str(int(piece) * (100 if said[i] == "hundred" else 1000)), i + 1
        out.append(piece * times)
        times = 1
    return "".join(out) or None


def _said(word: str) -> str | None:
    if word in NOUGHTS:
        return "0"
    if word.isdecimal() and word.isascii():
        return word
    for table in (UNITS, TEENS, TENS):
        if word in table:
            return str(table[word])
    return word.upper() if len(word) == 1 and word.isalpha() else None


# Signs as they are dictated, and what people say while they look for the next digit.
SIGNS = MappingProxyType(
    {
        "dash": "-", "hyphen": "-", "minus": "-", "guion": "-", "guión": "-", "dot": ".", "point": ".", "punto": ".",
        "slash": "/", "diagonal": "/", "underscore": "_", "comma": ",", "space": " ", "colon": ":", "period": ".",
        "coma": ",", "arroba": "@", "at": "@", "plus": "+", "pound": "#", "parentheses": "",
    }
)  # fmt: skip
HESITATIONS = frozenset(
    words("uh um er erm em eh mm hmm like then and this este pues luego y con wait no sorry okay ok so it's its again")
)

_EN_UNITS = words("zero one two three four five six seven eight nine")
_EN_TEENS = words("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = MappingProxyType(
    {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
     "twelve": "twelfth"}
)  # fmt: skip
_ES_SMALL = words(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_ES_TENS = ("", "", "veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")


def say_number(n: int, *, ordinal: bool = False, spanish: bool = False, hyphen: str = "-") -> str:
    """English 0..9,999 or Spanish 0..99 in words, else ValueError. Of Spanish ordinals only the first of a month."""
    if spanish:
        if not 0 <= n < 100:
            raise ValueError("spanish words run from 0 to 99")
        if ordinal and n == 1:
            return "primero"
        return _ES_SMALL[n] if n < 30 else _ES_TENS[n // 10] + (f" y {_ES_SMALL[n % 10]}" if n % 10 else "")
    told = _english(n, hyphen)
    return _make_ordinal(told, hyphen) if ordinal else told


def _english(n: int, hyphen: str) -> str:
    if not 0 <= n < 10_000:
        raise ValueError("english words run from 0 to 9,999")
    if n >= 100:
        step, name = (1000, "thousand") if n >= 1000 else (100, "hundred")
        rest = f" {_english(n % step, hyphen)}" if n % step else ""
        return f"{_english(n // step, hyphen)} {name}{rest}"
    if n >= 20:
        return _EN_TENS[n // 10] + (hyphen + _EN_UNITS[n % 10] if n % 10 else "")
    return _EN_TEENS[n - 10] if n >= 10 else _EN_UNITS[n]


def _make_ordinal(words: str, hyphen: str) -> str:
    cut = max(words.rfind(" "), words.rfind(hyphen) if hyphen else -1) + 1
    head, last = words[:cut], words[cut:]
    if last in _EN_ORDINALS:
        return head + _EN_ORDINALS[last]
    return head + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def say_digits(digits: str, *, spanish: bool = False, nought: str = "") -> str:
    """Digit by digit: "5501" -> "five five oh one". `nought` is the word for 0. ValueError for anything but 0-9."""
    if not digits.isdecimal() or not digits.isascii():
        raise ValueError("only the digits 0 to 9 can be said")
    zero = nought or ("cero" if spanish else "oh")
    names = _ES_SMALL if spanish else _EN_UNITS
    return " ".join(zero if d == "0" else names[int(d)] for d in digits)


def say_year(year: int) -> str:
    """A year 1000..2999 as it is said in English: "nineteen ninety-six", "two thousand nine", "twenty twenty-one"."""
    if not 1000 <= year <= 2999:
        raise ValueError("years run from 1000 to 2999")
    high, low = divmod(year, 100)
    if high == 20 and low < 10:
        return "two thousand" + (f" {_EN_UNITS[low]}" if low else "")
    tail = "hundred" if low == 0 else f"oh {_EN_UNITS[low]}" if low < 10 else _english(low, "-")
    return f"{_english(high, '-')} {tail}"
