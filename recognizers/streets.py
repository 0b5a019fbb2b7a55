"""Street addresses and boxes, written and spoken, in English and Spanish, with their unit, lot, space or apartment.

- A house number, in digits or words, and a street with its kind ("street", "calle"); a PO box; a unit standing alone.
- A street without its kind counts where words announce an address, or where a number of several words or digits stands
  before a word that is in no list.
- No street: a name with a word that joins a sentence, a number that counts something ("five days"), a line's break.

Street words: United States usage (USPS Publication 28 for the abbreviations), general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Label
from pipeline.spoken import TEENS, TENS, UNITS
from recognizers.lexicon import words_in
from recognizers.reading import Found

_KIND = (
    r"street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|circle|cir|place|pl|terrace|terr?|"
    r"way|highway|hwy|parkway|pkwy|"
    r"trail|trl|square|sq|loop|alley|plaza|pike|turnpike|path|row|mews|crescent|run|ridge|calle|avenida|camino|"
    r"carretera|bluff|hollow|holler|"
    r"extension|trailer court|trailer park|service rd|service road|county road|state road|route|mile|spur|point|"
    r"crossing|landing|heights|commons|pass|bend|grove|rte"
)
_SAFE_KIND = (
    r"street|avenue|ave|road|rd|drive|lane|ln|court|boulevard|blvd|circle|terrace|highway|hwy|parkway|pkwy|alley|"
    r"turnpike|mews|calle|avenida|camino|trailer court|"
    r"trailer park|loop|plaza|pike|st|terr|ct|dr|trail|way|place|pl|row|square|extension|spur|service rd|route"
)
# "un" and its kin are articles more often than numbers
_NUMBERS = frozenset(
    {*UNITS, *TEENS, *TENS, "oh", "hundred", "thousand", "cien", "ciento", "mil"} - {"un", "una", "uno"}
)
_N = "|".join(sorted(_NUMBERS, key=len, reverse=True))  # the longest first: "seventeen" before "seven"
SAID_NUMBER = rf"(?:{_N})(?:(?:[ -]| y )(?:{_N})){{0,6}}(?: and a half)?"
_DIGITS = r"(?:[nsew] ?)?\d{1,6}(?:-\d{1,4})?(?: ?½| 1/2)?[a-z]?"
_DIRECTION = (
    r"(?:(?:north|south|east|west|northeast|northwest|southeast|southwest|n|s|e|w|ne|nw|se|sw|old|norte|sur|la|"
    r"el)\.? )?"
)
_NAME = r"[\w'.½-]{1,24}(?: [\w'.½-]{1,24}){0,2}?"
_AFTER_KIND = r"(?:,? (?:north|south|east|west|ne|nw|se|sw|n|s|e|w)\b\.?)?"
_UNIT = (
    r"(?:,? ?(?:(?:apt|apartment|unit|suite|ste|lot|room|rm|space|spc|trlr|trailer|cottage|building|bldg|floor|fl|"
    r"bed|courtroom|apartamento|cuarto|depto|number|no|slip|dorm)\b\.? ?#? ?"
    rf"(?:(?:{_N})(?:[ -](?:{_N})){{0,2}}|[\w-]{{1,5}})(?: (?:[a-z]|upper|lower|rear|front)\b(?! ))?|# "
    rf"?[\w-]{{1,5}}|(?:rear|rear unit|upper|lower|left side|right side|side door)\b"
    rf"|(?:first|second|third|fourth|fifth|\dst|\dnd|\drd|\dth|top) (?:floor|fl)\b|(?<=,) ?\d{{1,2}}[a-z]\b))"
)
WRITTEN = re.compile(
    rf"(?<![\w/$:.-])(?:lot \d+,? )?{_DIGITS} {_DIRECTION}{_NAME} (?:{_KIND})\b\.?{_AFTER_KIND}{_UNIT}{{0,3}}"
)
SPOKEN = re.compile(rf"\b(?:{SAID_NUMBER}) {_DIRECTION}{_NAME} (?:{_SAFE_KIND})\b{_AFTER_KIND}{_UNIT}{{0,3}}")
BOX = re.compile(
    rf"\b(?:p\.? ?o\.? ?|apartado postal |apartado |general delivery,? |mail)?(?:box|apartado postal|casilla) (?:#|"
    rf"number |no\.? )?(?:\d{{1,6}}\b|{SAID_NUMBER})"
)
UNIT_ALONE = re.compile(
    rf"\b(?:apt|apartment|unit|lot|suite|space|trlr|apartamento|spc|cottage|slip)\b\.? ?(?:number |no\.? |"
    rf"#)?(?:\d{{1,5}}[a-z]?\b|[a-z]?-?\d{{1,4}}[a-z]?\b|(?:{_N})(?:[ -](?:{_N})){{0,2}}(?: (?:upper|lower|"
    rf"[a-h])\b)?|[a-h]\b(?! [a-z]{{3}}))"
)
# a house number and a street without its kind, after words that announce an address
ANNOUNCED = re.compile(
    r"\b(?:address(?: is|'s|:)?|live[sd]?(?: over)?(?: at)?|living at|staying at|stay[s]? at|i'm at|i am at|we're "
    r"at|house (?:is )?(?:on|at)|door is|moved to|mailbox says|over at|home is|come to|located at|mail to|sleeping "
    r"at|porch on)"
    rf" (?:the )?(?:still )?(?P<addr>(?:{_DIGITS}|{SAID_NUMBER}) {_DIRECTION}[a-z'][\w'-]{{2,20}}(?: "
    rf"[\w'-]{{3,20}})?{_UNIT}{{0,2}})"
)
# "at six eighteen east mcallister": two number words or three digits, then a word of no list
BARE_STREET = re.compile(
    rf"\b(?:at|it's|is|en el|en la|to|up at|number) (?P<addr>(?:(?:{_N})(?:[ -](?:{_N})){{1,6}}(?: and a half)?|"
    rf"\d{{3,5}}(?: \d){{0,4}}|\d(?: \d){{2,4}}) (?:de la |calle "
    rf")?{_DIRECTION}(?P<word>[^\W\d_][\w'-]{{3,20}}){_UNIT}{{0,2}})"
)
# endings of verbs, adverbs, abstract nouns and possessives: such a word names no street and no town
WORD_ENDING = re.compile(r"(?:ing|ed|ly|tion|ness|ment|ful|less|s'|self|'s|ish)$")


class Streets:
    """Finds STREET_ADDRESS in folded text."""

    def __init__(self) -> None:
        self.common = words_in("common_words")
        self.proper = words_in("proper_words")
        self.joins = words_in("place_joins")
        self.counted = words_in("street_counted")

    def find(self, text: str) -> Iterator[Found]:
        """Addresses of `text` (folded: lower case, plain quotes) in its offsets; they may overlap."""
        yield from self._with_kind(text)
        yield from self._without_kind(text)

    def _with_kind(self, text: str) -> Iterator[Found]:
        for pattern, score in ((WRITTEN, 0.85), (SPOKEN, 0.75), (BOX, 0.85), (UNIT_ALONE, 0.6), (ANNOUNCED, 0.7)):
            for m in pattern.finditer(text):
                group = "addr" if pattern is ANNOUNCED else 0
                start, end = m.span(group)
                if pattern in (WRITTEN, SPOKEN, ANNOUNCED) and not self._is_street(text, start, end):
                    continue
                yield Found(start=start, end=_trim(text, start, end), label=Label.STREET_ADDRESS, score=score)

    def _without_kind(self, text: str) -> Iterator[Found]:
        for m in BARE_STREET.finditer(text):
            word = m.group("word")
            if word not in self.common and word not in self.proper and not WORD_ENDING.search(word):
                yield Found(
                    start=m.start("addr"),
                    end=_trim(text, m.start("addr"), m.end("addr")),
                    label=Label.STREET_ADDRESS,
                    score=0.6,
                )

    def _is_street(self, text: str, start: int, end: int) -> bool:
        """A street's name holds no word that only joins a sentence, and what is counted is no street."""
        told = re.findall(r"[^\W\d_]+", text[start:end])
        names = [w for w in told if w not in _NUMBERS]
        return (
            "\n" not in text[start:end]
            and not any(w in self.joins for w in names[:-1])
            and bool(names)
            and names[0] not in self.counted
        )


def _trim(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1] in " ,.":
        end -= 1
    return end
