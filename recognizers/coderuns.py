"""Rows of digits and letters, written or said: where they are, whatever they mean.

- A run is a row of atoms: digits, codes with digits, number words, letters said one by one; joined by spaces, signs
  ("-", "dash") or a spelling aid ("t as in tom", "L de luna"). It is cut where somebody hesitates or corrects himself.
- A run knows its digits as said, its letters, and the words before it; what it is, is settled by its reader.
- Runs whose gap is nothing but hesitation belong to one group and share what was said before the first.
- One pass over the tokens, in windows of 100,000 characters: linear, flat in memory.

Spelling aids, signs and hesitations: pipeline/spoken.py and general knowledge, checked on the train documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.spoken import MULTIPLIERS, NOUGHTS, TEENS, TENS, UNITS, read_digits, words

WINDOW, OVERLAP = 100_000, 600
_TOKEN = re.compile(r"\w+(?:'\w+)*|[^\w\s]")
_NUMBER = frozenset({*UNITS, *TEENS, *TENS, *NOUGHTS}) - {"un", "una", "o"} | {"niner"}
_SCALE = frozenset({*MULTIPLIERS, "hundred", "thousand", "cien", "mil"})
_SIGN_WORDS = frozenset(words("dash hyphen slash guion guión diagonal space"))
_SIGN_MARKS = frozenset("-/.,#_():+&*")
_AID = frozenset(words("as like for de como"))
_HESITATION = frozenset(
    words(
        "uh um er erm em eh mm mhm hmm hm ah huh okay ok yeah yes yep right sí si bueno ajá aja este pues no wait "
        "sorry "
        "then and y got go ahead hold hang on let me see i mean it's its that's is the luego espere perdón again next "
        "line dos so now sorry scratch"
    )
)
# Letters by their radio names and their Spanish names; a letter only in a row with digits or other letters.
_LETTER_NAMES = frozenset(
    words(
        "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec "
        "romeo "
        "sierra tango uniform victor whiskey xray yankee zulu niner"
    )
)
_SPANISH_LETTERS = frozenset(words("ene eñe eme erre jota equis ese efe ele zeta hache uve"))
_SHORT_LETTERS = frozenset(words("be ce cu de ge ka pe te ve"))  # letters only beside a clearer Spanish one
_QUIET = frozenset(",.-?!…'\"~;:")  # marks that may stand in a hesitation
_ENGLISH_SINGLES = frozenset({"a", "i", "y", "o", "e", "u"})


@dataclass(frozen=True, slots=True)
class Run:
    """[start, end) of the text; `digits` how many digits it says; `letters` how many loose letters or letters in codes;
    `said` whether any atom is a word; `singles` how many atoms are one digit; `atoms` how many there are; `group` its
    group's number; `lead` where the group starts."""

    start: int
    end: int
    digits: int
    letters: int
    said: bool
    singles: int
    atoms: int
    group: int
    lead: int


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    word: str
    kind: str  # D digits or number word, C code with letters, X multiplier, L letter, S sign, H hesitation, W word


def _kind(word: str) -> str:
    if word.isalpha():
        if word in _NUMBER:
            return "D"
        if word in _SCALE:
            return "X"
        if len(word) == 1 or word in _LETTER_NAMES or word in _SPANISH_LETTERS:
            return "L"
        if word in _SIGN_WORDS:
            return "S"
        return "H" if word in _HESITATION else "W"
    if any(c.isdecimal() for c in word):
        return "D" if word.isdecimal() else "C"
    if len(word) == 1 and word in _SIGN_MARKS:
        return "S"
    return "H" if word in _HESITATION or word in _QUIET else "W"


def _tokens(text: str, at: int, end: int) -> list[_Token]:
    out = [_Token(m.start(), m.end(), m.group(), _kind(m.group())) for m in _TOKEN.finditer(text, at, end)]
    for i, token in enumerate(out):
        if token.word in _SHORT_LETTERS and any(
            t.word in _SPANISH_LETTERS for t in (*out[max(0, i - 1) : i], *out[i + 1 : i + 2])
        ):
            token.kind = "L"
    return out


def runs(folded: str) -> Iterator[Run]:
    """All runs of a folded text, in order of their windows."""
    group = 0
    at = 0
    while at < len(folded):
        end = min(len(folded), at + WINDOW)
        last_end, lead = -1, 0
        for first, last, tokens in _rows(folded, _tokens(folded, at, end)):
            if last_end < 0 or not _only_hesitation(tokens, last_end, first):
                group += 1
                lead = tokens[first].start
            last_end = last
            yield _measure(tokens[first : last + 1], group, lead)
        at = end if end == len(folded) else end - OVERLAP


def _only_hesitation(tokens: list[_Token], a: int, b: int) -> bool:
    between = tokens[a + 1 : b]
    return len(between) <= 9 and all(t.kind in "HS" for t in between)


def _rows(text: str, tokens: list[_Token]) -> Iterator[tuple[int, int, list[_Token]]]:
    """(first, last, tokens) of each row of atoms that holds at least one digit."""
    i = 0
    while i < len(tokens):
        if tokens[i].kind not in "DCXL" or not _starts(tokens, i):
            i += 1
            continue
        last = _extend(text, tokens, i)
        first = _prefix(tokens, i)
        if any(t.kind in "DC" for t in tokens[first : last + 1]):
            yield first, last, tokens
        i = last + 1


def _starts(tokens: list[_Token], i: int) -> bool:
    """A letter starts a row when an atom follows close by; "i", "a" and the like only before a letter or digit."""
    t = tokens[i]
    if t.kind == "L":
        j = _next_atom(tokens, i)
        return j is not None and (t.word not in _ENGLISH_SINGLES or tokens[j].kind in "DC" or j == i + 1)
    return t.kind != "X" or (i + 1 < len(tokens) and tokens[i + 1].kind in "DCL")


def _prefix(tokens: list[_Token], i: int) -> int:
    """A short word glued on before the row by a sign is part of it: the kr of kr-00591."""
    while (
        i >= 2
        and tokens[i - 1].word in "-/._#"
        and tokens[i - 1].end == tokens[i].start
        and tokens[i - 2].end == tokens[i - 1].start
        and tokens[i - 2].kind in "WLHDC"
        and len(tokens[i - 2].word) <= 6
    ):
        i -= 2
    return i


def _next_atom(tokens: list[_Token], i: int) -> int | None:
    """The next atom after i over at most signs or one spelling aid, None where the row ends."""
    j = i + 1
    signs = 0
    while j < len(tokens) and tokens[j].kind == "S" and signs < 4:
        j += 1
        signs += 1
    if j < len(tokens) and tokens[j].kind in "DCL":
        return j
    if j < len(tokens) and tokens[j].kind == "X":
        return j
    if j == i + 2 and j < len(tokens) and tokens[j].end - tokens[j].start <= 4 and _glued(tokens, j):
        return j  # a short word glued on by a sign: the trailing ky of 63804-ty
    return _after_aid(tokens, i, j)


def _glued(tokens: list[_Token], j: int) -> bool:
    return (
        tokens[j].kind in "WH"
        and tokens[j].word.isalpha()
        and tokens[j - 1].word in "-/"
        and tokens[j - 1].start == tokens[j - 2].end
        and tokens[j - 1].end == tokens[j].start
    )


def _after_aid(tokens: list[_Token], i: int, j: int) -> int | None:
    """Over "as in tom" or "like boat" after a letter."""
    if tokens[i].kind != "L" or j >= len(tokens) or tokens[j].word not in _AID:
        return None
    k = j + 1
    if tokens[j].word == "as" and k < len(tokens) and tokens[k].word == "in":
        k += 1
    k += 1
    while k < len(tokens) and tokens[k].kind == "S":
        k += 1
    return k if k < len(tokens) and tokens[k].kind in "DCL" else None


def _extend(text: str, tokens: list[_Token], i: int) -> int:
    """The last atom of the row that begins at i."""
    last = i
    while True:
        j = _next_atom(tokens, last)
        if j is None or _breaks(tokens, last, j) or _apart(text, tokens[last], tokens[j]):
            return last
        last = j


def _apart(text: str, a: _Token, b: _Token) -> bool:
    """A new line, a full stop, or the change from said to written ("last four 5528") ends a row."""
    between = text[a.end : b.start]
    if "\n" in between or (". " in between and a.kind != "L"):
        return True
    mixed = a.word.isalpha() and a.kind == "D" and b.word.isdecimal() and len(b.word) >= 3
    return mixed or (b.word in _NUMBER and a.word.isdecimal() and len(a.word) >= 4)


def _breaks(tokens: list[_Token], i: int, j: int) -> bool:
    """A single "i" or "a" before a word is talk; a comma after a long number ends a row of written digits."""
    if tokens[j].kind == "L" and tokens[j].word in _ENGLISH_SINGLES and _next_atom(tokens, j) is None:
        return tokens[i].kind != "L" and tokens[j].start > tokens[j - 1].end
    written = tokens[i].kind in "DC" and tokens[i].word[-1].isdecimal()
    comma = j == i + 2 and tokens[i + 1].word in ",:"
    if comma and written and tokens[j].kind in "DC" and tokens[j].word[0].isdecimal():
        return len(tokens[i].word) > 4 or (tokens[j].start > tokens[i + 1].end and len(tokens[i].word) > 1)
    return False


def _is_single(word: str) -> bool:
    return word in UNITS or word in NOUGHTS or (word.isdecimal() and len(word) == 1)


def _measure(row: list[_Token], group: int, lead: int) -> Run:
    atoms = [t for t in row if t.kind in "DCXL"]
    said = any(t.word.isalpha() for t in atoms if t.kind in "DX")
    plain = " ".join(t.word for t in row if t.kind in "DX" or (t.kind == "L" and len(t.word) == 1))
    named = sum(1 for t in row if t.kind == "L" and len(t.word) > 1)
    told = read_digits(plain) or ""
    codes = "".join(t.word for t in row if t.kind == "C")
    glued = sum(len(t.word) for t in row if t.kind in "WH" and len(t.word) <= 6)
    digits = sum(c.isdecimal() for c in told) + sum(c.isdecimal() for c in codes)
    letters = sum(c.isalpha() for c in told) + sum(c.isalpha() for c in codes) + glued + named
    singles = sum(1 for t in atoms if _is_single(t.word))
    return Run(row[0].start, row[-1].end, digits, letters, said, singles, len(atoms), group, lead)
