"""Whose matter a disclosure is: the speaker's own, or somebody's who was never asked. Looks one sentence far.

- A sentence that holds a disclosure and a person whom nobody of the program knows, or a word of kinship, tells a
  sensitive matter of a third party.
- A sentence in which the nearest pronoun before a disclosure is I or my (or, where none stands before it, one that
  follows) tells the speaker's own story, unless it says what the speaker did for work ("I asked about the drinking").
- Where no sentence ends (speech recognition writes no marks) the whole turn is one: rather too much than too little.
- Known misses: what the next sentence says of the same person ("My brother called. He is using again.").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# Relatives and partners, as 45 CFR 164.514(b)(2) counts them with the person. Friends and sponsors are withheld when
# they are named; without a name they are part of everybody's story. Colloquial forms: those of the training documents.
_KIN = (
    "mother father mom mum mama mamma momma mommy dad daddy papa parent stepmother stepfather stepmom stepdad "
    "sister brother sibling stepsister stepbrother twin son daughter stepson stepdaughter kid child children baby "
    "husband wife hubby spouse fiance fiancé fiancee fiancée boyfriend girlfriend ex widow widower "
    "grandmother grandfather grandma grandpa granny grandson granddaughter grandkid grandchild grandchildren nana "
    "meemaw memaw mawmaw pawpaw papaw mamaw abuela abuelo aunt auntie aunty uncle cousin niece nephew godmother "
    "godfather godson goddaughter relative"
)
_KINSHIP = re.compile(rf"\b(?:{'|'.join(_KIN.split())})(?:s|es|['’]s)?\b|\bin-laws?\b", re.IGNORECASE)

# A sentence ends at its mark, with quotes or brackets after it, before a space and a word that is not in lower case;
# not after an initial or a short form that stands before a name.
_END = re.compile(
    r"(?<![\s.][A-Z])(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bFt)(?<!\bMrs)(?<!\bSgt)(?<!\bRev)(?<!\bNo)"
    r"[.!?…]+[\"'’”)\]]*(?=\s+[^\sa-z])|\n\s*\n"
)

_PRONOUN = re.compile(
    r"\b(?:(?P<mine>I|I['’](?:m|ve|d|ll)|im|ive|my|mine|myself)|you|your|yours|you['’]\w+|yourself|he|his|him|he['’]\w+|himself|"
    r"she|her|hers|she['’]\w+|herself|they|their|them|they['’]\w+|themselves|client['’]?s?|participant['’]?s?|member['’]?s?|pt)\b",
    re.IGNORECASE,
)
_ME = re.compile(
    r"\bme\b", re.IGNORECASE
)  # "told me that he drinks": before a disclosure it says nothing of whose it is
# What a worker does for work, after "I": verbs of the training notes and of peer-support documentation.
_AT_WORK = re.compile(
    r"\bI(?:['’](?:ve|d|ll|m))?\s+(?:(?:also|then|just|have|had|will|did|do|can|could|would|was|am)\s+){0,3}"
    r"(?:ask|tell|told|g[ai]ve|offer|provid|encourag|discuss|explain|review|remind|suggest|refer|talk|spoke|speak|met|"
    r"meet|hear|know|think|thought|understand|understood|notic|wonder|want|appreciat|see|saw|believe|hope|feel like|"
    r"wrote|write|note|document|call|text|brought|bring|share (?:info|resource)|help|support|assist|listen|check|"
    r"follow|schedul|drove|coordinat|connect|accompan|attend(?:ed)? (?:court|the))\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch [start, end) of a turn's words: a disclosure, or a person who is nobody of the program."""

    start: int
    end: int
    disclosure: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a turn's words, with what was marked in it."""

    text: str = field(repr=False)
    start: int
    marks: tuple[Mark, ...]

    @property
    def disclosures(self) -> tuple[Mark, ...]:
        return tuple(m for m in self.marks if m.disclosure)


def sentences(text: str, marks: Sequence[Mark]) -> Iterator[Sentence]:
    """The sentences of a turn that hold a mark. A mark that runs over an end joins the two sentences."""
    ends = [m.end() for m in _END.finditer(text) if not any(k.start < m.end() < k.end for k in marks)]
    starts = [0, *ends]
    held: dict[int, list[Mark]] = {}
    for mark in sorted(marks, key=lambda m: (m.start, m.end)):
        held.setdefault(bisect_right(starts, mark.start) - 1, []).append(mark)
    for n, found in held.items():
        stop = starts[n + 1] if n + 1 < len(starts) else len(text)
        yield Sentence(text[starts[n] : stop], starts[n], tuple(found))


def of_third_party(text: str, marks: Sequence[Mark]) -> bool:
    """Whether the words of a turn tell a sensitive matter of somebody who was never asked."""
    return any(
        s.disclosures and (len(s.disclosures) < len(s.marks) or _KINSHIP.search(s.text)) for s in sentences(text, marks)
    )


def of_speaker(text: str, marks: Sequence[Mark]) -> bool:
    """Whether the words of a turn tell a sensitive matter of whoever speaks."""
    return any(_own(s, mark.start - s.start) for s in sentences(text, marks) for mark in s.disclosures)


def _own(sentence: Sentence, at: int) -> bool:
    pronouns = list(_PRONOUN.finditer(sentence.text))
    before = [p for p in pronouns if p.start() < at]
    if not before:
        return any(p["mine"] for p in pronouns) or _ME.search(sentence.text) is not None
    nearest = before[-1]
    if not nearest["mine"]:
        return False
    return not _AT_WORK.match(sentence.text, nearest.start())
