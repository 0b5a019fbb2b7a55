"""The forms in which one person is named, made from the names on record.

From "Robert James Oyelaran-Webb": the whole name; first and last; last, first; first and last initial; first initial
and last; each part; the parts of a hyphenated surname, joined and split; everyday forms of the first name (lexicons/
nicknames.txt), alone and before the last; initials with full stops. All in folded letters, with and without accents.
A middle initial is no form by itself. Forms shorter than three letters are left to capitals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from recognizers.reading import fold

_PART = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?")
_SMALL = frozenset(
    [
        "de",
        "la",
        "del",
        "los",
        "las",
        "van",
        "von",
        "der",
        "den",
        "bin",
        "al",
        "el",
        "da",
        "dos",
        "di",
        "du",
        "le",
        "st",
        "y",
        "and",
        "jr",
        "sr",
        "ii",
        "iii",
        "iv",
        "dr",
        "mr",
        "mrs",
        "ms",
        "miss",
    ]
)


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """Each given name with all that may stand for it, both ways."""
    table: dict[str, set[str]] = {}
    for line in files("recognizers").joinpath("lexicons", "nicknames.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        family = line.split()
        for word in family:
            table.setdefault(word, set()).update(w for w in family if w != word)
    return {k: frozenset(v) for k, v in table.items()}


def plain_letters(text: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def forms_of(names: Iterable[str]) -> frozenset[str]:
    """All forms of all names of one person, folded."""
    forms: set[str] = set()
    for name in names:
        forms |= _forms(fold(name))
    forms |= {plain_letters(f) for f in forms}
    return frozenset(f for f in forms if len(f) >= 2 and f not in _SMALL)


def _forms(name: str) -> set[str]:
    if "," in name:
        last, _, first = name.partition(",")
        return _forms(f"{first.strip()} {last.strip()}")
    name = " ".join(name.split())
    parts = [p.strip(".") for p in _PART.findall(name)]
    parts = [p for p in parts if p and p not in ("jr", "sr", "ii", "iii", "iv", "dr", "mr", "mrs", "ms")]
    if not parts:
        return {name} if name else set()
    forms = {name, " ".join(parts)}
    if len(parts) == 1:
        return forms | _first_forms(parts[0]) | _splits(parts[0])
    first, rest = parts[0], [p for p in parts[1:] if p not in _SMALL]
    last = rest[-1] if rest else parts[-1]
    for given in {first} | _first_forms(first):
        forms |= {
            given,
            f"{given} {last}",
            f"{given} {last[0]}",
            f"{given} {last[0]}.",
            f"{last}, {given}",
            f"{last} {given}",
        }
    forms |= {f"{first[0]} {last}", f"{first[0]}. {last}", f"{first} {parts[-2]} {last}" if len(parts) > 2 else name}
    forms |= _surnames(parts, rest)
    initials = [p[0] for p in parts if p not in _SMALL]
    forms |= {
        ".".join(initials) + ".",
        ".".join(initials),
        ". ".join(initials) + ".",
        " ".join(initials),
        "".join(initials),
    }
    return {f for f in forms if f}


def _first_forms(first: str) -> set[str]:
    return set(nicknames().get(plain_letters(first), frozenset())) | _splits(first)


def _surnames(parts: list[str], rest: list[str]) -> set[str]:
    forms: set[str] = set()
    for word in rest:
        if len(word) > 1:
            forms |= {word} | _splits(word)
    if len(rest) >= 2:
        two = rest[-2:]
        forms |= {" ".join(two), "-".join(two), "".join(two), f"{parts[0]} {two[0]}"}
    return {f for f in forms if len(f) > 1}


def _splits(word: str) -> set[str]:
    """oyelaran-webb: its halves, joined, and with a space. o'dwyer: odwyer, o dwyer."""
    halves = [h for h in re.split(r"[-']", word) if h]
    if len(halves) < 2:
        return set()
    return {" ".join(halves), "".join(halves), "-".join(halves)} | {h for h in halves if len(h) > 2}
