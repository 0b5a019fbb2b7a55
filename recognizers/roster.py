"""The people of the session and of the program, wherever and however they are called.

- Every person gets the forms of recognizers/name_forms.py (whole, parts, initials, everyday forms, joined and split).
  All forms stand in one automaton, so the cost does not grow with the roster.
- A form that is an ordinary word (Hope, Will) counts where it stands as a name: a capital inside a sentence, a speaker
  label, beside a title or greeting, or in lower case where no article or the like stands before it.
- What no form matches is compared by ear and by spelling: one letter off, or the same sound and nearly the letters;
  for people of the session also over two or three words ("kay shawn").
- Phones, addresses and ids of these people are found by their digits and letters, however they are grouped or said.
- Spans carry `person:ID` where one person alone has the form, people of the session first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import ahocorasick
import jellyfish
from rapidfuzz.distance import DamerauLevenshtein

from pipeline.labels import Label
from pipeline.model import Person, Roster
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
    """Compiled forms. `owners`: who has a form; `sounds`: a phonetic key to single words of names."""

    automaton: ahocorasick.Automaton = field(repr=False)
    sounds: dict[str, tuple[str, ...]] = field(repr=False)
    owners: dict[str, frozenset[str]] = field(repr=False)
    values: dict[str, tuple[Label, str]] = field(repr=False)
    present: frozenset[str] = field(repr=False)


def compile_people(roster: Roster) -> People:
    """The automaton and tables of a roster. Some 40,000 people a minute; made once and kept by the recognizer."""
    owners: dict[str, set[str]] = {}
    values: dict[str, tuple[Label, str]] = {}
    present = frozenset(p.person_id for p in roster.present)
    for person in (*roster.known, *roster.present):
        for form in forms_of(person.names):
            owners.setdefault(form, set()).add(person.person_id)
        for label, value in person.values:
            told = re.sub(r"[\W_]", "", value).upper()
            if len(told) >= LEAST_DIGITS:
                values[told] = (label, person.person_id)
    automaton = ahocorasick.Automaton()
    for form in owners:
        automaton.add_word(form, form)
    automaton.make_automaton()
    sounds: dict[str, set[str]] = {}
    for form in owners:
        if " " not in form and len(form) >= 4 and form.isalpha():
            sounds.setdefault(_sound(form), set()).add(form)
    return People(
        automaton=automaton,
        sounds={k: tuple(sorted(v)) for k, v in sounds.items()},
        owners={k: frozenset(v) for k, v in owners.items()},
        values=values,
        present=present,
    )


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
        self._last: tuple[Roster, People] | None = None

    def _people(self, roster: Roster) -> People:
        if self._last is None or self._last[0] is not roster:
            self._last = (roster, compile_people(roster))
        return self._last[1]

    def find(self, reading: Reading) -> Iterator[Found]:
        if not reading.roster.present and not reading.roster.known:
            return
        people = self._people(reading.roster)
        if not people.owners and not people.values:
            return
        yield from self._exact(reading, people)
        yield from self._heard(reading, people)
        yield from _known_values(reading, people)

    def _exact(self, reading: Reading, people: People) -> Iterator[Found]:
        text = reading.folded
        if len(people.automaton) == 0:
            return
        labels = dict(reading.labels())
        for last, form in people.automaton.iter(text.replace("\n", " ")):
            start, end = last - len(form) + 1, last + 1
            if _inside_word(text, start, end):
                continue
            if form in self.everyday or len(form) < 3:
                if len(form) < 3 and not reading.text[start:end].isupper():
                    continue
                if start not in labels and not stands_as_name(reading, start, end):
                    continue
            yield self._found(people, form, start, end, 0.95)

    def _found(self, people: People, form: str, start: int, end: int, score: float) -> Found:
        owners = people.owners[form]
        here = owners & people.present or owners
        entity = f"person:{next(iter(here))}" if len(here) == 1 else None
        return Found(start=start, end=end, label=Label.PERSON, score=score, entity=entity)

    def _heard(self, reading: Reading, people: People) -> Iterator[Found]:
        """By ear and by spelling: single words of no list, and for the session's people words run together."""
        text = reading.folded
        before: list[tuple[int, int, str]] = []
        for m in _TOKEN.finditer(text):
            word = m.group().removesuffix("'s")
            end = m.start() + len(word)
            if before and (m.start() - before[-1][1] > 1 or text[before[-1][1]] == "\n"):
                before.clear()
            if len(word) >= 4 and word not in people.owners and word not in self.common:
                form = self._alike(word, people)
                if form is not None:
                    yield self._found(people, form, m.start(), end, 0.75)
            before.append((m.start(), end, word))
            yield from self._joined(before[-3:], people)
            del before[:-2]
            if text.startswith("-", end) and not text[end + 1 : end + 2].isalnum() and len(word) >= 2:
                cut = next((f for f in self._session_words(people) if f.startswith(word) and f != word), None)
                if cut is not None and word not in self.common:
                    yield self._found(people, cut, m.start(), end, 0.7)

    def _session_words(self, people: People) -> list[str]:
        return [f for f, who in people.owners.items() if who & people.present and f.isalpha()] if people.present else []

    def _alike(self, word: str, people: People) -> str | None:
        for form in people.sounds.get(_sound(word), ()):
            if form[0] == word[0] or len(form) >= 6:
                off = DamerauLevenshtein.distance(plain_letters(form), plain_letters(word), score_cutoff=3)
                if off <= (1 if len(form) < 6 else 2 if len(form) < 8 else 3):
                    return form
        for form in self._near(word, people):
            return form
        return None

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

    def _joined(self, tail: list[tuple[int, int, str]], people: People) -> Iterator[Found]:
        """ "kay shawn", "tea gist": two or three words that together sound like a name of the session."""
        for n in (2, 3):
            if len(tail) < n:
                return
            parts = tail[-n:]
            joined = "".join(p[2] for p in parts)
            if not 5 <= len(joined) <= 16 or any(len(p[2]) > 9 for p in parts):
                continue
            for form in people.sounds.get(_sound(joined), ()):
                if not people.owners[form] & people.present or len(form) < 5 or form[0] != joined[0]:
                    continue
                off = DamerauLevenshtein.distance(plain_letters(form), joined, score_cutoff=4)
                if off <= max(1, len(form) // 2 - 1) and not all(p[2] in _LITTLE for p in parts):
                    yield self._found(people, form, parts[0][0], parts[-1][1], 0.7)


_LITTLE = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "to",
        "in",
        "on",
        "at",
        "of",
        "is",
        "it",
        "i",
        "he",
        "she",
        "we",
        "you",
        "they",
        "me",
        "my",
        "so",
        "no",
        "not",
        "do",
        "go",
        "be",
        "as",
        "if",
        "up",
        "us",
        "am",
        "was",
        "are",
    ]
)


def _inside_word(text: str, start: int, end: int) -> bool:
    if start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        return True
    return end < len(text) and text[end].isalnum()


def _known_values(reading: Reading, people: People) -> Iterator[Found]:
    """Numbers of these people by their digits, whole or four and more from the end; other values as written."""
    if not people.values:
        return
    ends = {told[-n:]: who for told, who in people.values.items() for n in range(LEAST_DIGITS, len(told) + 1)}
    text = reading.folded
    for run in runs(text):
        told = read_back(text, run)
        if told in ends and (run.digits >= 5 or not re.fullmatch(r"(?:19|20)\d\d", told)):
            label, owner = ends[told]
            yield Found(start=run.start, end=run.end, label=label, score=0.9, entity=f"person:{owner}")
    for person in (*reading.roster.present, *reading.roster.known):
        for label, value in person.values:
            low = fold(value).strip()
            at = text.find(low) if len(low) >= 4 else -1
            while at >= 0:
                if not _inside_word(text, at, at + len(low)):
                    yield Found(
                        start=at, end=at + len(low), label=label, score=0.95, entity=f"person:{person.person_id}"
                    )
                at = text.find(low, at + 1)


__all__ = ["People", "Person", "RosterNames", "compile_people"]
