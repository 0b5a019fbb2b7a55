"""Who is who in a copy: one person, one stand-in, over speaker label, mention and nickname.

- People of the program (`person:ID`) have a code that the vault allots at random for a recipient and series; it is the
  same in every document of a release and in the next one. This module only asks for it.
- Everybody else (`local:N`, a name without an entity, a speaker of nobody on the roster) is numbered within the
  document in order of appearance, as another person, so that the two kinds of number never meet.
- Under the action `surrogate` each has a made-up name in place of the number, where its script has names.
- Only turns that are kept are counted: a number that is skipped would tell of somebody in a withheld turn.
- A speaker is whom the participants table says; then whom the row names; then whom detection found in the label.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from pipeline.labels import Label
from pipeline.model import Document, Region, RegionKind, Roster, Span
from pipeline.redaction.stretches import in_order
from pipeline.redaction.surrogates import Surrogates, script_of
from pipeline.rules import Style

PROGRAM = "person:"


class StandIns(Protocol):
    """The codes of the program's people, from the vault."""

    def code(self, entity: str, /) -> int | str:
        """The code for `person:ID`: the same on every call, random, never derived from the person."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotted:
    """Codes that the vault has allotted beforehand for the ids of `program_people`: person id -> code."""

    codes: Mapping[str, int | str] = field(repr=False)

    def code(self, entity: str, /) -> int | str:
        """ValueError for somebody whose code was not asked for: nobody is numbered by guess."""
        person = entity.removeprefix(PROGRAM)
        if person not in self.codes:
            raise ValueError(f"no code was allotted for `{person}`")
        return self.codes[person]


def fold(name: str) -> str:
    """A name as it is compared: no case, no accents, plain spaces, no possessive."""
    bare = name
    if not name.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = " ".join(bare.replace("’", "'").casefold().split()).strip(" .,:;'\"")
    return words.removesuffix("'s")


def named(span: Span, text: str) -> Span:
    """A PERSON span with a key in any case: its own entity, else the name as it stands in `text`, the document's."""
    if span.label is not Label.PERSON or span.entity is not None:
        return span
    return replace(span, entity=f"text:{fold(text[span.start : span.end])}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The people of the kept turns of one document. `speakers`: turn -> key of who speaks. Keys stay in the process.
    names: key -> made-up name, of those who have one."""

    style: Style
    codes: Mapping[str, str] = field(repr=False)
    speakers: Mapping[int, str] = field(repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def stand_in(self, key: str) -> str:
        """ "[Person 2]", "[PERSON_2]", "[Other person 1]", "[OTHER_PERSON_1]"; a made-up name without brackets."""
        return self.names.get(key) or f"[{self.code(key)}]"

    def code(self, key: str) -> str:
        """The same without brackets, for the columns of a table. A key that is not of the cast stays unnumbered."""
        return self.names.get(key) or self.codes.get(key, "OTHER_PERSON" if self.style is Style.TAG else "Other person")

    def speaker(self, turn: int) -> str | None:
        """Code of the speaker of a turn; None where the format names none."""
        key = self.speakers.get(turn)
        return None if key is None else self.code(key)


def cast_of(
    document: Document,
    spans: Iterable[Span],
    kept: Collection[int],
    standins: StandIns,
    *,
    roster: Roster,
    style: Style,
    surrogates: Surrogates | None = None,
) -> Cast:
    """The people of the kept turns, in order of appearance. `spans`: those of the document; PERSON alone is read.
    surrogates: what made-up names are drawn from, where people get them."""
    speakers, places = _places(document, spans, kept, roster)
    codes: dict[str, str] = {}
    names: dict[str, str | None] = {}
    others = 0
    for key, (start, end) in places.items():
        if key.startswith(PROGRAM):
            number = standins.code(key)
            codes[key] = written_code("Person", number, style)
            if surrogates is not None and str(number).isdecimal():
                names[key] = surrogates.person(key.removeprefix(PROGRAM), int(number))
        else:
            others += 1
            codes[key] = written_code("Other person", others, style)
            if surrogates is not None:
                names[key] = surrogates.other(others, script_of(document.text[start:end]))
    return Cast(style=style, codes=codes, speakers=speakers, names={k: v for k, v in names.items() if v})


def program_people(
    document: Document, spans: Iterable[Span], kept: Collection[int], *, roster: Roster
) -> tuple[str, ...]:
    """Ids of the program's people who speak or are named in the kept turns, so that the vault can allot their codes."""
    _, places = _places(document, spans, kept, roster)
    return tuple(key.removeprefix(PROGRAM) for key in places if key.startswith(PROGRAM))


def _places(
    document: Document, spans: Iterable[Span], kept: Collection[int], roster: Roster
) -> tuple[dict[int, str], dict[str, tuple[int, int]]]:
    """Who speaks in each kept turn; and every key with the first place that shows it, in order of appearance."""
    people = sorted((named(s, document.text) for s in spans if s.label is Label.PERSON), key=in_order)
    speakers = _speakers(document, people, kept, roster)
    places: dict[str, tuple[int, int]] = {}
    for key, start, end in _appearances(document, people, kept, speakers):
        places.setdefault(key, (start, end))
    for turn in sorted(speakers):
        places.setdefault(speakers[turn], (0, 0))  # a speaker whom no label names
    return speakers, places


def written_code(word: str, code: int | str, style: Style) -> str:
    """ "Person 2" or "PERSON_2"."""
    return f"{word} {code}" if style is Style.PLAIN else f"{word.upper().replace(' ', '_')}_{code}"


def _appearances(
    document: Document, people: list[Span], kept: Collection[int], speakers: Mapping[int, str]
) -> Iterator[tuple[str, int, int]]:
    """Keys and places in document order: at a LABEL region its speaker, in a BODY region those who are named there."""
    at = 0
    for region in document.regions:
        while at < len(people) and people[at].end <= region.start:
            at += 1
        if region.turn is None or region.turn not in kept:
            continue
        if region.kind is RegionKind.LABEL:
            yield speakers[region.turn], region.start, region.end
        elif region.kind is RegionKind.BODY:
            for span in _within(people, at, region):
                yield span.entity or "", max(span.start, region.start), min(span.end, region.end)


def _within(people: list[Span], at: int, region: Region) -> Iterable[Span]:
    while at < len(people) and people[at].start < region.end:
        if people[at].end > region.start:
            yield people[at]
        at += 1


def _speakers(document: Document, people: list[Span], kept: Collection[int], roster: Roster) -> dict[int, str]:
    known = _known_labels(roster)
    found = {t.n: f"{PROGRAM}{t.person_id}" for t in document.turns if t.person_id is not None and t.n in kept}
    at = 0
    for region in document.regions:
        if region.kind is not RegionKind.LABEL or region.turn is None:
            continue
        if region.turn not in kept or region.turn in found:
            continue
        while at < len(people) and people[at].end <= region.start:
            at += 1
        label = fold(document.text[region.start : region.end])
        named = next((s.entity for s in _within(people, at, region) if s.entity), None)
        found[region.turn] = known.get(label) or named or f"text:{label}"
    return found


def _known_labels(roster: Roster) -> dict[str, str]:
    """Folded label -> key. What the participants table says goes before a name; a name of two people says nothing."""
    names: dict[str, str] = {}
    twice: set[str] = set()
    for person in roster.present:
        key = f"{PROGRAM}{person.person_id}"
        for name in {fold(n) for n in person.names}:
            if names.setdefault(name, key) != key:
                twice.add(name)
    labels = {fold(lb): f"{PROGRAM}{p.person_id}" for p in roster.present for lb in p.speaker_labels}
    return {n: k for n, k in names.items() if n not in twice} | labels
