"""Whose matter a disclosure is: the speaker's own, or somebody's who was never asked. Looks one sentence far.

- A sentence that holds a disclosure and a person whom nobody of the program knows tells a sensitive matter of a third
  party. So does one that holds a disclosure and a relative, unless every disclosure in it is plainly somebody else's:
  nearest before it stands "I" or "the client" (or nothing, and "I" follows), no relative stands between or inside, none
  after it shares in it ("I used with my cousin"), and what "I" does is no seeing, hearing or thinking of another.
- In a run of talk without marks a relative has to be far from the disclosure as well.
- No relatives are: who is spoken to ("It's five months, Auntie."), what one was oneself ("as a kid"), and names of
  things ("child support", "Mother's Day").
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


# Words of kinship that mean no relative here. Source: the training documents.
_NO_KIN = re.compile(
    r",\s+(?:baby|mom|dad|mama|papa|auntie|aunty|nephew|brother|sister|son|kid)\s*(?=[.!?,]|$)|"
    r"\b(?:as|like|was|am|i['’]?m)\s+an?\s+(?:\w+\s+)?(?:kid|child|baby)\b|"
    r"\bchild\s+(?:welfare|abuse|support|protective|care|custody|endangerment|thing)\b|\btwin\s+(?:falls|cities|lakes)\b|"
    r"\b(?:mother|father|sister|brother)s?['’]?s?['’]?\s+(?:day|tea|circle|group|meeting|club)\b",
    re.IGNORECASE,
)
# Who a clause is about: the speaker, the client of a note, or anybody else. "me" and "my" say nothing of whose it is.
_OWNER = re.compile(
    r"\b(?:I|im|ive|(?:the )?(?:client|participant|member|pt)(?!['’]))\b|"
    r"\b(?P<other>you|he|she|it|they|we|us|him|her|them|his|their|our|who|someone|somebody|everybody|everyone|people)\b",
    re.IGNORECASE,
)
# After "I": seeing, hearing, thinking, losing: what somebody does who tells of another. Source: the training documents.
_TELLS = re.compile(
    r"(?:['’]\w+)?\s+(?:(?:also|just|still|have|had|did|do|can|could|would|was|never|always|\w+n['’]t)\s+){0,3}"
    r"(?:hear|swear|swore|found|find|watch|caught|catch|lost|lose|rememb|worr|guess|mean|bet|suppose|doubt|see|saw|"
    r"pull|carr|held|hold|rais|visit|buri|bury|live|grew)\w*",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\b(?:and|or)\s+I$", re.IGNORECASE)  # "my brother and I"
_WITH = re.compile(
    r"\b(?:with|from|off|of|about|like|for|than|or|nor|both|together)\s+(?:[\w'’]+\s+){0,2}$", re.IGNORECASE
)
_TOO = re.compile(
    r"(?:['’]s)?\s+(?:too|also|both|did|does|do|was|were|is|are|has|had|have|as well|either|neither|the same)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[,.;:!?]")
_LONGEST_PLAIN = 40  # words; nine of ten sentences of the training documents that have marks are shorter
_FEW_WORDS = 15  # in talk without marks, where what is told of a relative begins and ends unseen


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
    return any(s.disclosures and (len(s.disclosures) < len(s.marks) or _of_kin(s)) for s in sentences(text, marks))


def _of_kin(sentence: Sentence) -> bool:
    """Whether a sentence names a relative whose matter one of its disclosures may be."""
    meant = [n.span() for n in _NO_KIN.finditer(sentence.text)]
    kin = [k.span() for k in _KINSHIP.finditer(sentence.text) if not any(a <= k.start() < b for a, b in meant)]
    return bool(kin) and not all(_apart_from_kin(sentence, m, kin) for m in sentence.disclosures)


def _apart_from_kin(sentence: Sentence, mark: Mark, kin: list[tuple[int, int]]) -> bool:
    """Whether a disclosure is plainly not that of the relatives in its sentence."""
    text, start, end = sentence.text, mark.start - sentence.start, mark.end - sentence.start
    owners = list(_OWNER.finditer(text))
    owner = next((o for o in reversed(owners) if o.start() < start), None)
    before = owner.end() if owner is not None else 0
    owner = owner or next((o for o in owners if o.start() >= end), None)
    if owner is None or owner["other"] or any(start <= o.start() < end and o["other"] for o in owners):
        return False
    if _AT_WORK.match(text, owner.start()) or _TELLS.match(text, owner.end()) or _TOGETHER.search(text[: owner.end()]):
        return False
    until = max(end, owner.start())
    if any(before <= a < until for a, _ in kin) or any(_shares(text, until, *k) for k in kin if k[0] >= until):
        return False
    plain = len(text.split()) <= _LONGEST_PLAIN and _MARKS.search(text) is not None
    return plain or not any(_near(text, start, end, *k) for k in kin)


def _shares(text: str, end: int, a: int, b: int) -> bool:
    """Whether a relative after a disclosure has a part in it: "with my cousin", "and my brother did too"."""
    return _WITH.search(text[end:a]) is not None or _TOO.match(text, b) is not None


def _near(text: str, start: int, end: int, a: int, b: int) -> bool:
    """Whether few words lie between a disclosure and a relative."""
    return len((text[b:start] if b <= start else text[end:a]).split()) <= _FEW_WORDS


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
