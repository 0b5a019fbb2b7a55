"""Surrogates: a made-up name, number or address of the same kind where a real one stood, so that a copy reads as talk.

- A person is one made-up name everywhere: a surname, which tells neither gender nor, being drawn at random, initial.
  It follows from the number that the vault allotted to the person in the recipient's series, never from the name; so
  it is the same in every document of the series.
- No two people share one: the name of a number is a one-to-one matter, people of the program and others have separate
  parts of the list, and what two words are made of has a third. A name that anybody of the program bears is left out.
- It has the script of the person's recorded name. A script without a list gives None: the plain stand-in stands there.
- Other values follow from the source's random name in the series and from their order in the document; the same value
  is the same surrogate within it. They reach nobody: 555-01xx numbers (North American Numbering Plan), example.org
  (RFC 2606), streets and houses of invented names.

Lists: `tables/surrogate_names.txt` (its first lines say how it is made); the parts of invented places are our own.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType

from pipeline import spoken
from pipeline.known import KnownValues
from pipeline.labels import Label

_TRIES = 16
_FRONT = spoken.words(
    "Ardel Brack Calder Dunmer Eldra Fenwil Gorse Hollin Irvel Kestel Lorin Marl Norrin Osten Pendra Quill Rustel "
    "Selwin Tarrin Ulver Verrin Wenlo Yarrel Zarrin"
)
_BACK = spoken.words(
    "brook croft dale field ford gate ham hollow hurst ley mere mill moor ridge shaw stead ton wick wood"
)
_SIGNS = re.compile(r"[^\W\d_]+|\d")
_SAID_DIGITS = MappingProxyType(
    {**{w: v for w, v in spoken.UNITS.items() if v < 10}, **dict.fromkeys(spoken.NOUGHTS, 0)}
)
_SCRIPT = MappingProxyType({"HIRAGANA": "CJK", "KATAKANA": "CJK"})


@functools.cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Script -> names, in the order of the file."""
    text = resources.files("pipeline").joinpath("tables", "surrogate_names.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    script = ""
    for line in text.splitlines():
        if line.startswith("["):
            script = line.strip("[]")
        elif not line.startswith("#"):
            found.setdefault(script, []).extend(line.split())
    return MappingProxyType({k: tuple(v) for k, v in found.items()})


def script_of(name: str) -> str:
    """The script of the first letter, in Unicode's words: "LATIN", "CYRILLIC", "CJK"; of no letter: "LATIN"."""
    letter = next((c for c in name if c.isalpha()), "a")
    first = unicodedata.name(letter, "LATIN").split()[0]
    return _SCRIPT.get(first, first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrogates:
    """What the surrogates of one document are drawn from.

    seed: random, of the vault, one for a source in a series. known: everybody whom the program knows. scripts: person
    id -> script of the recorded name.
    """

    seed: str = field(repr=False)
    known: KnownValues = field(repr=False)
    scripts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def person(self, person_id: str, number: int) -> str | None:
        """The name of somebody of the program. number: as allotted for the series."""
        singles, _, parts = _parted(self.scripts.get(person_id, "LATIN"))
        return self._free(singles[number : number + 1], 2 * number, parts)

    def other(self, n: int, script: str) -> str | None:
        """The name of the nth other person of the document, from 1."""
        _, singles, parts = _parted(script)
        at = (_drawn(f"{self.seed} other", len(singles)) + n) % len(singles) if n < len(singles) else len(singles)
        return self._free(singles[at : at + 1], 2 * n + 1, parts)

    def value(self, text: str, label: Label, n: int) -> str | None:
        """What stands for the nth value of a label in the document, from 1; None for one without a shape of ours."""
        make = _MAKERS.get(label)
        if make is None or any(script_of(c) != "LATIN" for c in text if c.isalpha()):
            return None
        made = make(text, f"{self.seed} {label}", n)
        return made if made is not None and self._is_free(made) else None

    def _free(self, single: tuple[str, ...], number: int, parts: tuple[str, ...]) -> str | None:
        """The single name, else one of several words that no other number has, which nobody of the program bears."""
        spelled = (_spelled(number * _TRIES + k, parts) for k in range(_TRIES if parts else 0))
        return next((name for name in (*single, *spelled) if self._is_free(name)), None)

    def _is_free(self, value: str) -> bool:
        return next(self.known.find(value), None) is None


def _parted(script: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The list of a script in three: names of people of the program, names of others, parts of longer names."""
    names = _names().get(script, ())
    half, most = len(names) // 2, len(names) * 4 // 5
    return names[:half], names[half:most], names[most:]


def _spelled(value: int, parts: tuple[str, ...]) -> str:
    """A number written with words for figures, at least two of them: no two numbers are written alike."""
    words: list[str] = []
    while value or len(words) < 2:
        value, figure = divmod(value, len(parts))
        words.append(parts[figure])
    return " ".join(words)


def _drawn(seed: str, n: int) -> int:
    """A number from 0 to n - 1. The digest spreads a random seed; it hides nothing."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") % n


def _place(seed: str, n: int) -> str:
    """The nth invented place of a kind: no two of them are alike."""
    back, front = divmod((_drawn(f"{seed} place", 1000) + n) % (len(_FRONT) * len(_BACK)), len(_FRONT))
    return _FRONT[front] + _BACK[back]


def _phone(text: str, seed: str, n: int) -> str | None:
    """As many digits, figures or words as they were; the last seven of a whole number are 555-01xx."""
    digits = spoken.read_digits(re.sub(r"[()+]", " ", text)) or ""
    if not (digits.isascii() and digits.isdecimal()):
        return None
    made = "".join(str(_drawn(f"{seed} {n} {i}", 10)) for i in range(len(digits)))
    if len(digits) in (7, 10, 11):
        last = f"{(_drawn(f'{seed} line', 100) + n) % 100:02d}"
        area = f"{2 + _drawn(f'{seed} {n} area', 8)}{made[:2]}" if len(digits) > 7 else ""
        made = ("1" if len(digits) == 11 else "") + area + "55501" + last
    return _in_figures(text, made) or spoken.say_digits(made)


def _in_figures(text: str, digits: str) -> str | None:
    """The digits in the places of those of `text`, word for word; None where a word is more than one digit."""
    rest = iter(digits)
    out, at = [], 0
    for sign in _SIGNS.finditer(text):
        word = sign[0].lower()
        if word in _SAID_DIGITS or word.isdecimal():
            digit = next(rest, None)
            if digit is None:
                return None
            out += [text[at : sign.start()], digit if word.isdecimal() else _said(digit, word)]
        elif word in spoken.HESITATIONS or word in spoken.SIGNS:
            out.append(text[at : sign.end()])
        else:
            return None
        at = sign.end()
    return None if next(rest, None) is not None else "".join(out) + text[at:]


def _said(digit: str, like: str) -> str:
    nought = like if like in spoken.NOUGHTS else "oh"
    return spoken.say_digits(digit, nought=nought)


def _mail(text: str, seed: str, n: int) -> str:
    name = _place(seed, n).lower()
    return f"{name}@example.org" if "@" in text else f"{name} at example dot org"


def _web(text: str, seed: str, n: int) -> str:
    name = _place(seed, n).lower()
    if "." not in text:
        return f"example dot org slash {name}"
    return ("https://" if "://" in text else "") + f"example.org/{name}"


def _street(text: str, seed: str, n: int) -> str:
    number = 1 + _drawn(f"{seed} {n} number", 980)
    if any(c.isdigit() for c in text):
        return f"{number} {_place(seed, n)} Street"
    return f"{spoken.say_number(number, hyphen=' ')} {_place(seed, n).lower()} street"


def _named(text: str, seed: str, n: int) -> str:
    name = _place(seed, n)
    return name.lower() if text.islower() else name


def _group(text: str, seed: str, n: int) -> str:
    name = f"{_place(seed, n)} Group"
    return name.lower() if text.islower() else name


_MAKERS: Mapping[Label, Callable[[str, str, int], str | None]] = MappingProxyType(
    {
        Label.PHONE_NUMBER: _phone,
        Label.EMAIL_ADDRESS: _mail,
        Label.URL: _web,
        Label.STREET_ADDRESS: _street,
        Label.ORGANIZATION: _named,
        Label.RECOVERY_GROUP: _group,
    }
)
SHAPED = frozenset(_MAKERS)
