"""The people of the session and of the program, wherever and however they are called.

- Every person gets the forms of recognizers/name_forms.py (whole, parts, initials, everyday forms, joined and split).
  The forms of the program stand in one automaton that is compiled once, those of the session in a small one of its
  own: the cost of a document does not grow with the program.
- A form that is an ordinary word (Hope, Will) counts where it stands as a name: a capital inside a sentence, a speaker
  label, beside a title or greeting, or in lower case where no article or the like stands before it.
- What no form matches is compared by ear and by spelling: one letter off, or the same sound and nearly the letters;
  for people of the session also over two or three words ("kay shawn").
- Phones, addresses and ids of these people are found by their digits and letters, however they are grouped or said.
- Spans carry `person:ID` where one person alone has the form, people of the session first.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

import ahocorasick
import jellyfish
from rapidfuzz.distance import DamerauLevenshtein

from pipeline.labels import Label
from pipeline.model import Person
from recognizers.coderuns import runs
from recognizers.lexicon import words_in
from recognizers.memory import stands_as_name
from recognizers.name_forms import forms_of, plain_letters
from recognizers.numbers import read_back
from recognizers.reading import Found, Reading, fold

_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
LEAST_DIGITS = 4  # of a known number, from its end: "ends in 4821"


@dataclass(frozen=True, kw_only=True)
class People:
    """Compiled forms. `owners`: who has a form; `sounds`: a phonetic key to single words of names; `numbers`: a known
    number from four characters of its end on; `literals`: other known values as written, each with whose it is."""

    automaton: ahocorasick.Automaton = field(repr=False)
    sounds: dict[str, tuple[str, ...]] = field(repr=False)
    owners: dict[str, frozenset[str]] = field(repr=False)
    numbers: dict[str, tuple[Label, str]] = field(repr=False)
    literals: ahocorasick.Automaton = field(repr=False)


def compile_people(people: Iterable[Person]) -> People:
    """The automata and tables of some people: some 40,000 a minute."""
    owners: dict[str, set[str]] = {}
    numbers: dict[str, tuple[Label, str]] = {}
    literals: dict[str, tuple[Label, str]] = {}
    for person in people:
        for form in forms_of(person.names):
            owners.setdefault(form, set()).add(person.person_id)
        for label, value in person.values:
            told = re.sub(r"[\W_]", "", value).upper()
            for n in range(LEAST_DIGITS, len(told) + 1):
                numbers.setdefault(told[-n:], (label, person.person_id))
            low = fold(value).strip()
            if len(low) >= LEAST_DIGITS:
                literals.setdefault(low, (label, person.person_id))
    sounds: dict[str, set[str]] = {}
    for form in owners:
        if " " not in form and len(form) >= 4 and form.isalpha():
            sounds.setdefault(_sound(form), set()).add(form)
    return People(
        automaton=_automaton((form, form) for form in owners),
        sounds={k: tuple(sorted(v)) for k, v in sounds.items()},
        owners={k: frozenset(v) for k, v in owners.items()},
        numbers=numbers,
        literals=_automaton((low, (low, *whose)) for low, whose in literals.items()),
    )


def _automaton(entries: Iterable[tuple[str, object]]) -> ahocorasick.Automaton:
    made = ahocorasick.Automaton()
    for word, value in entries:
        made.add_word(word, value)
    made.make_automaton()
    return made


def _sound(word: str) -> str:
    """By ear: Metaphone, a final x silent as in Delacroix."""
    return str(jellyfish.metaphone(plain_letters(word).removesuffix("x")))[:12]


class RosterNames:
    """PERSON and known values of the people of a roster."""

    name = "roster"
    version = "1"
    labels = frozenset(Label)

    def __init__(self) -> None:
        self.common = words_in("common_words")
        self.everyday = words_in("everyday_words") | words_in("word_names") & self.common
        self._program: tuple[tuple[Person, ...], People] | None = None

    def _known(self, known: tuple[Person, ...]) -> People:
        """The program compiled: once for all sessions, which share one tuple."""
        if self._program is None or self._program[0] is not known:
            self._program = (known, compile_people(known))
        return self._program[1]

    def find(self, reading: Reading) -> Iterator[Found]:
        """The people of the session first: what they answer to is theirs, whoever else of the program does so too."""
        session, program = compile_people(reading.roster.present), self._known(reading.roster.known)
        yield from self._exact(reading, session, frozenset())
        yield from self._exact(reading, program, session.owners)
        if session.owners or program.owners:
            yield from self._heard(reading, session, program)
        yield from _known_numbers(reading, session, program)
        yield from _known_literals(reading, session)
        yield from _known_literals(reading, program)

    def _exact(self, reading: Reading, people: People, told: Container[str]) -> Iterator[Found]:
        """Forms that stand in the text, but for those told already."""
        if not people.owners:
            return
        text = reading.folded
        labels = dict(reading.labels())
        for last, form in people.automaton.iter(text.replace("\n", " ")):
            start, end = last - len(form) + 1, last + 1
            if form in told or _inside_word(text, start, end):
                continue
            if form in self.everyday or len(form) < 3:
                if len(form) < 3 and not reading.text[start:end].isupper():
                    continue
                if start not in labels and not stands_as_name(reading, start, end):
                    continue
            yield _found(people.owners[form], start, end, 0.95)

    def _heard(self, reading: Reading, session: People, program: People) -> Iterator[Found]:
        """By ear and by spelling: single words of no list, and for the session's people words run together."""
        text = reading.folded
        said = [form for form in session.owners if form.isalpha()]
        before: list[tuple[int, int, str]] = []
        for m in _TOKEN.finditer(text):
            word = m.group().removesuffix("'s")
            end = m.start() + len(word)
            if before and (m.start() - before[-1][1] > 1 or text[before[-1][1]] == "\n"):
                before.clear()
            known = word in session.owners or word in program.owners
            if len(word) >= 4 and not known and word not in self.common:
                owners = self._alike(word, session) or self._alike(word, program)
                if owners:
                    yield _found(owners, m.start(), end, 0.75)
            before.append((m.start(), end, word))
            yield from self._joined(before[-3:], session)
            del before[:-2]
            if text.startswith("-", end) and not text[end + 1 : end + 2].isalnum() and len(word) >= 2:
                cut = next((f for f in said if f.startswith(word) and f != word), None)
                if cut is not None and word not in self.common:
                    yield _found(session.owners[cut], m.start(), end, 0.7)

    def _alike(self, word: str, people: People) -> frozenset[str]:
        """Whose name sounds like the word or is written nearly like it; nobody's where it is empty."""
        for form in people.sounds.get(_sound(word), ()):
            if form[0] == word[0] or len(form) >= 6:
                off = DamerauLevenshtein.distance(plain_letters(form), plain_letters(word), score_cutoff=3)
                if off <= (1 if len(form) < 6 else 2 if len(form) < 8 else 3):
                    return people.owners[form]
        return next((people.owners[form] for form in self._near(word, people)), frozenset())

    def _near(self, word: str, people: People) -> Iterator[str]:
        """One letter off, for words of five letters or more: all deletions and exchanges are looked up."""
        if len(word) < 5:
            return
        for i in range(len(word)):
            shorter = word[:i] + word[i + 1 :]
            swapped = word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]
            for near in (shorter, swapped):
                if near in people.owners and len(near) >= 5 and near not in self.common:
                    yield near

    def _joined(self, tail: list[tuple[int, int, str]], session: People) -> Iterator[Found]:
        """ "kay shawn", "tea gist": two or three words that together sound like a name of the session."""
        for n in (2, 3):
            if len(tail) < n:
                return
            parts = tail[-n:]
            joined = "".join(p[2] for p in parts)
            if not 5 <= len(joined) <= 16 or any(len(p[2]) > 9 for p in parts):
                continue
            for form in session.sounds.get(_sound(joined), ()):
                if len(form) < 5 or form[0] != joined[0]:
                    continue
                off = DamerauLevenshtein.distance(plain_letters(form), joined, score_cutoff=4)
                if off <= max(1, len(form) // 2 - 1) and not all(p[2] in _LITTLE for p in parts):
                    yield _found(session.owners[form], parts[0][0], parts[-1][1], 0.7)


_LITTLE = frozenset(
    re.findall(
        r"\S+",
        "the a an and or to in on at of is it i he she we you they me my so no not do go be as if up us am was are",
    )
)


def _found(owners: frozenset[str], start: int, end: int, score: float) -> Found:
    """A name; whose it is, where one person alone has the form."""
    entity = f"person:{next(iter(owners))}" if len(owners) == 1 else None
    return Found(start=start, end=end, label=Label.PERSON, score=score, entity=entity)


def _inside_word(text: str, start: int, end: int) -> bool:
    if start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        return True
    return end < len(text) and text[end].isalnum()


def _known_numbers(reading: Reading, session: People, program: People) -> Iterator[Found]:
    """Numbers of these people by their digits, whole or four and more from the end."""
    if not session.numbers and not program.numbers:
        return
    text = reading.folded
    for run in runs(text):
        told = read_back(text, run)
        whose = session.numbers.get(told) or program.numbers.get(told)
        if whose is not None and (run.digits >= 5 or not re.fullmatch(r"(?:19|20)\d\d", told)):
            label, owner = whose
            yield Found(start=run.start, end=run.end, label=label, score=0.9, entity=f"person:{owner}")


def _known_literals(reading: Reading, people: People) -> Iterator[Found]:
    """Known values as they are written."""
    if len(people.literals) == 0:
        return
    text = reading.folded
    for last, (low, label, owner) in people.literals.iter(text):
        start, end = last - len(low) + 1, last + 1
        if not _inside_word(text, start, end):
            yield Found(start=start, end=end, label=label, score=0.95, entity=f"person:{owner}")


__all__ = ["People", "Person", "RosterNames", "compile_people"]
