"""Known values: every simple form of the names and numbers of the people of a program, found in one pass.

- Names: as recorded, surname first, each part alone, without accents, in any case; as whole words. Not searched alone
  are particles ("de", "van"), single letters and the words of a by-name in lower case ("the stool lady"); a part of two
  letters counts as a common word.
- Numbers: by their digits, whatever stands between them; phone numbers also without the area code.
- A form is common where it is a word of everyday English; whether it is meant as a name is for a person to say.
- One automaton over all forms: the cost does not grow with the number of people.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import resources

import ahocorasick

from pipeline.labels import Label
from pipeline.model import Person

PARTICLES = frozenset(
    {"al", "an", "and", "bin", "da", "de", "del", "den", "der", "di", "do", "dos", "du", "el", "ibn", "jr", "la", "las",
     "le", "los", "mc", "san", "santa", "sr", "st", "ter", "the", "van", "vel", "von", "y", "dr", "mr", "mrs", "ms",
     "miss", "ii", "iii", "iv", "of"}
)  # fmt: skip
# Labels that transcripts give to a role; in a body they are plain words.
ROLES = frozenset(
    {"peer", "peer support", "peer worker", "peer specialist", "specialist", "worker", "staff", "counselor", "patient",
     "counsellor", "therapist", "clinician", "doctor", "nurse", "client", "member", "participant", "guest", "host",
     "speaker", "facilitator", "coach", "sponsor", "interviewer", "moderator", "leader", "mentor", "writer", "me",
     "you", "unknown"}
)  # fmt: skip
_LEAST_DIGITS = 5
_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_QUOTED = re.compile(r"[\"“”()]")
_RUN = re.compile(r"\d(?:[\s().+/\-–]{0,3}\d)*")


@functools.cache
def name_words() -> frozenset[str]:
    """Names that are also everyday words, from `tables/name_words.txt`."""
    text = resources.files("pipeline").joinpath("tables", "name_words.txt").read_text(encoding="utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())


@functools.cache
def _fold_letter(letter: str) -> str:
    bare = unicodedata.normalize("NFKD", letter)[0].lower()
    return "'" if bare in "’‘ʼ`´" else bare if len(bare) == 1 else letter


def fold_text(text: str) -> str:
    """The text in one case and without accents, letter for letter, so that offsets stay."""
    return text.lower() if text.isascii() else "".join(map(_fold_letter, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A known form at [start, end). name: a name rather than a number. common: it is also an everyday word."""

    start: int
    end: int
    name: bool
    common: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownValues:
    """The forms of all people, ready to be searched for. Built once for a run by `known_values`."""

    words: ahocorasick.Automaton = field(repr=False)
    digits: ahocorasick.Automaton = field(repr=False)

    def find(self, text: str) -> Iterator[Hit]:
        """Every form in the text, names and words first. Linear in the text."""
        if len(self.words):
            folded = fold_text(text)
            for last, (length, name, common) in self.words.iter(folded):
                start = last + 1 - length
                if _apart(folded, start, last + 1):
                    yield Hit(start=start, end=last + 1, name=name, common=common)
        if len(self.digits):
            yield from self._numbers(text)

    def _numbers(self, text: str) -> Iterator[Hit]:
        for run in _RUN.finditer(text):
            places = [i for i in range(run.start(), run.end()) if text[i].isdecimal()]
            if len(places) < _LEAST_DIGITS:
                continue
            row = "".join(str(int(text[i])) for i in places)
            for last, length in self.digits.iter(row):
                yield Hit(start=places[last + 1 - length], end=places[last] + 1, name=False, common=False)


def _apart(text: str, start: int, end: int) -> bool:
    """Whether [start, end) is not a part of a longer word."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def known_values(people: Iterable[Person], *, common: frozenset[str] | None = None) -> KnownValues:
    """The forms of these people. common: words, folded, that may be meant as words; those shipped when None."""
    everyday = name_words() if common is None else common
    forms: dict[str, tuple[int, bool, bool]] = {}
    rows: set[str] = set()
    for person in people:
        found = {form for i, name in enumerate(person.names) for form in _name_forms(name, alias=i > 0)}
        found |= {_plain(label) for label in person.speaker_labels} - ROLES
        forms |= {f: (len(f), True, f in everyday or len(f) < 3) for f in found if f}
        for label, value in person.values:
            if row := _digits_of(label, value):
                rows |= row
            elif len(form := _plain(value)) >= 3:
                forms.setdefault(form, (len(form), False, False))
    return KnownValues(words=_automaton(forms), digits=_automaton({r: len(r) for r in rows}))


def _automaton(forms: dict[str, tuple[int, bool, bool]] | dict[str, int]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for form in sorted(forms):
        automaton.add_word(form, forms[form])
    if len(automaton):
        automaton.make_automaton()
    return automaton


def _plain(name: str) -> str:
    return " ".join(fold_text(_QUOTED.sub(" ", name)).split())


def _name_forms(name: str, *, alias: bool) -> set[str]:
    """The forms of one name, folded. A by-name in lower case ("the stool lady") is a phrase, its parts are words."""
    plain = _plain(name)
    if alias and " " in plain and name.islower():
        return {plain}
    surname, comma, given = (part.strip() for part in plain.partition(","))
    if comma and given:
        plain = f"{given} {surname}"
    parts = _PART.findall(plain)
    forms = {p for p in parts if len(p) > 1 and p not in PARTICLES}
    if len(parts) > 1:
        forms |= {plain, plain.replace("-", " "), f"{parts[0]} {parts[-1]}", f"{parts[-1]}, {parts[0]}"}
        forms |= {p for p in plain.split() if "-" in p and len(p) > 3}
        forms.add(f"{parts[-1]} {parts[0]}")
        forms.add(parts[0] + parts[-1])
    return {f for f in forms if len(f) > 1}


def _digits_of(label: Label, value: str) -> set[str]:
    """The rows of digits that give a value away; empty for one that is told by its letters."""
    if sum(c.isalpha() for c in value) > 2:
        return set()
    row = "".join(str(int(c)) for c in value if c.isdecimal())
    if len(row) < _LEAST_DIGITS:
        return set()
    if label is Label.PHONE_NUMBER and len(row) in (10, 11):
        return {row[-10:], row[-7:]}
    return {row}
