"""Memory: a name found with confidence once in a session is that name everywhere in it.

- Remembered are the words of PERSON spans that score .65 or more, three letters or longer, that are no ordinary words.
  A name that is a word as well is remembered too, and counts again where it has a capital inside a sentence or stands
  where names stand; after "the", "my", "some" it is the word.
- Found again: in any case, with a possessive, cut off by a dash ("Tobe-"), one letter off where the name is long.
- The spans of one person get one entity, `local:N`, by first name, else by surname; the roster's entities stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.labels import Label
from pipeline.model import Document, Span
from pipeline.spoken import words
from recognizers.lexicon import words_in
from recognizers.reading import Found, Reading, fold

SURE = 0.65
_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_BEFORE_NAME = frozenset(
    words(
        "hi hey hello hola thanks thank welcome dear mr mrs ms miss mister dr nurse officer uncle aunt auntie "
        "brother sister named name's "
        "called call cousin son daughter husband wife and"
    )
)
# what stands before a word that is used as a word
_BEFORE_WORD = frozenset(
    words(
        "the a an my his her our your their of in no this that some any have had has more lost keep good with by i "
        "you he she it we "
        "they to not be is was are were will would can could really just so very got get too if all don't didn't "
        "never for as "
        "what every last next on at from new old into about or out over only been being el la los las un una mi su de"
    )
)
_NEVER = frozenset(
    words("will may mark hope love rich grant chase can art bill see long young guy man miss dear mama papa honey")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """One document's names: `sure` words that are no others, `wordy` ones that are."""

    sure: frozenset[str]
    wordy: frozenset[str]

    name = "memory"

    def find(self, reading: Reading) -> Iterator[Found]:
        """Every other place where a remembered name stands."""
        if not self.sure and not self.wordy:
            return
        text, cased = reading.folded, reading.cased
        before = ""
        for m in _TOKEN.finditer(text):
            word = m.group()
            bare = word[:-2] if word.endswith("'s") else word
            end = m.start() + len(bare)
            if bare in self.sure or self._plural(word):
                yield Found(start=m.start(), end=end, label=Label.PERSON, score=0.75)
            elif (bare in self.wordy and self._as_name(reading.text, m, before, cased)) or (
                text.startswith("-", m.end()) and not text[m.end() + 1 : m.end() + 2].isalnum() and self._cut(bare)
            ):
                yield Found(start=m.start(), end=end, label=Label.PERSON, score=0.6)
            before = word if text[m.end() : m.end() + 1] not in ".?!\n" else ""

    def _plural(self, word: str) -> bool:
        """ "the Kevins"; "does" is no two of Doe."""
        return word.endswith("s") and word[:-1] in self.sure and word not in words_in("common_words")

    def _as_name(self, text: str, m: re.Match[str], before: str, cased: bool) -> bool:
        if cased:
            return text[m.start()].isupper() and bool(before)
        return m.group() not in _NEVER and before not in _BEFORE_WORD

    def _cut(self, word: str) -> bool:
        return len(word) >= 3 and any(name.startswith(word) and name != word for name in self.sure)


def stands_as_name(reading: Reading, start: int, end: int) -> bool:
    """Whether an ordinary word at this place is used as a name: a capital inside a sentence, or no word before that
    makes it a word. At the start of a sentence a capital says nothing, so the word before a comma there counts too."""
    text, folded = reading.text, reading.folded
    stripped = folded[max(0, start - 24) : start].rstrip(" ,\"'(*_")
    opens = not stripped or stripped[-1] in ".!?:\n-|;…>"
    before = re.search(r"[^\W\d_]+(?:'[^\W\d_]+)?$", stripped)
    called = folded[end : end + 1] in ",'" or re.match(
        r" (?:said|says|told|asked|is my|and i)\b", folded[end : end + 12]
    )
    if reading.cased:
        return text[start].isupper() and (not opens or bool(called))
    word = before.group() if before and not opens else ""
    if folded[start:end] in _NEVER:
        return word in _BEFORE_NAME or (bool(called) and word not in _BEFORE_WORD)
    return word not in _BEFORE_WORD


def remember(text: str, spans: Iterable[Span]) -> Memory:
    """What the PERSON spans of a document say its people are called."""
    common, wordy_names, months = words_in("common_words"), words_in("word_names"), _TIMES
    sure: set[str] = set()
    wordy: set[str] = set()
    for span in spans:
        if span.label is not Label.PERSON or span.score < SURE or span.end - span.start > 60:
            continue
        for m in _TOKEN.finditer(fold(text[span.start : span.end])):
            word = m.group().removesuffix("'s")
            if len(word) < 3 or word in months or word in _PARTICLES:
                continue
            (wordy if word in common or word in wordy_names else sure).add(word)
    return Memory(sure=frozenset(sure), wordy=frozenset(wordy - _PARTICLES))


_PARTICLES = frozenset(
    words("de la del los las van von bin the and y san santa doctor miss mister mrs nurse uncle aunt jr sr")
)
_TIMES = frozenset(
    words(
        "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
        "september "
        "october november december may"
    )
)


def tell_apart(document: Document, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans with an entity on every PERSON: the roster's own, else one `local:N` a name of this document."""
    known: dict[str, str] = {}
    count = 0
    out = []
    for span in spans:
        if span.label is not Label.PERSON or span.entity is not None:
            out.append(span)
            continue
        told = [m.group().removesuffix("'s") for m in _TOKEN.finditer(fold(document.text[span.start : span.end]))] or [
            str(span.start)
        ]
        whole = " ".join(told)
        entity = known.get(whole) or known.get(told[0]) or (known.get(told[-1]) if len(told) == 1 else None)
        if entity is None:
            entity = f"local:{count}"
            count += 1
        for key in (whole, told[0], told[-1]):
            known.setdefault(key, entity)
        out.append(replace(span, entity=entity))
    return tuple(out)
