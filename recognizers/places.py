"""Street addresses and places, written and spoken, in English and Spanish.

- STREET_ADDRESS: a house number with a street, in digits or words, with unit, lot, space or apartment; a PO box.
- LOCATION: a street, road or crossing without number; a county, park, river or other named feature; an unknown word
  after "in", "from", "moved to" and the like. A state or country standing alone is none, nor is "downtown".
- In lower case a word counts as a place only where it is in no list of words and a preposition stands before it.

Street and feature words: United States usage (USPS Publication 28 for the abbreviations), general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Label
from pipeline.spoken import TEENS, TENS, UNITS
from recognizers.lexicon import words_in
from recognizers.reading import Found, Reading

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
_N = "|".join(
    sorted(
        {*UNITS, *TEENS, *TENS, "oh", "hundred", "thousand", "cien", "ciento", "mil"} - {"un", "una", "uno"},
        key=len,
        reverse=True,
    )
)
_SAID_NUMBER = rf"(?:{_N})(?:(?:[ -]| y )(?:{_N})){{0,6}}(?: and a half)?"
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
SPOKEN = re.compile(rf"\b(?:{_SAID_NUMBER}) {_DIRECTION}{_NAME} (?:{_SAFE_KIND})\b{_AFTER_KIND}{_UNIT}{{0,3}}")
BOX = re.compile(
    rf"\b(?:p\.? ?o\.? ?|apartado postal |apartado |general delivery,? |mail)?(?:box|apartado postal|casilla) (?:#|"
    rf"number |no\.? )?(?:\d{{1,6}}\b|{_SAID_NUMBER})"
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
    rf" (?:the )?(?:still )?(?P<addr>(?:{_DIGITS}|{_SAID_NUMBER}) {_DIRECTION}[a-z'][\w'-]{{2,20}}(?: "
    rf"[\w'-]{{3,20}})?{_UNIT}{{0,2}})"
)
# "at six eighteen east mcallister": two number words or three digits, then a word of no list
BARE_STREET = re.compile(
    rf"\b(?:at|it's|is|en el|en la|to|up at|number) (?P<addr>(?:(?:{_N})(?:[ -](?:{_N})){{1,6}}(?: and a half)?|"
    rf"\d{{3,5}}(?: \d){{0,4}}|\d(?: \d){{2,4}}) (?:de la |calle "
    rf")?{_DIRECTION}(?P<word>[^\W\d_][\w'-]{{3,20}}){_UNIT}{{0,2}})"
)
_ROADS = re.compile(
    rf"\b(?:(?:interstate|route|rt|rte|highway|hwy|state road|county road|exit|i|us|u s|ruta|indian route|"
    rf"carretera|farm road|fm|bus|the)[ -](?:{_SAID_NUMBER}|\d{{1,4}}[a-z]?)\b(?! (?:days|people|minutes|years|"
    rf"steps|times|of|or|and|hours|bus(?:es)?|meeting)))"
)
_FEATURE = (
    r"county|parish|park|creek|river|lake|bridge|plaza|beach|valley|reservation|rez|heights|hills?|island|bayou|"
    r"canyon|mountain|falls|springs?|square|commons|harbor|"
    r"point|cemetery|station|boulevard|blvd|avenue|ave|street|st|road|rd|highway|hwy|parkway|turnpike|bay|landing|"
    r"crossing|junction|mesa|ridge|township|pueblo|borough|"
    r"village|district|quarter|bottoms|flats|trail|pier|dock|wharf|marina|mall|terminal|airport|lane|drive|court|"
    r"pike|alley|camino|calle|avenida|rancho|barrio|colonia|ferry|cove|hollow"
)
FEATURE_CASED = re.compile(
    r"(?<![\w'-])((?:[A-Z][\w'’-]+|St\.|Mt\.|Ft\.) (?:(?:[A-Z][\w'’-]+|of|de|la|the|and) ){0,2}?"
    rf"(?:{'|'.join(w.capitalize() for w in _FEATURE.replace('s?', '').split('|'))})s?)\b(?! [A-Z])"
)
FEATURE_FRONT = re.compile(
    r"(?<![\w'-])((?:Lake|Mount|Mt\.?|Fort|Ft\.?|Port|Camp|Bayou|Cape|Point|El|Los|Las|San|Santa|Saint|St\.|North|"
    r"South|East|West|New|Río|Rio|Parque|Calle|Isla) [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)"
)
FEATURE_LOWER = re.compile(
    r"\b(?P<name>[\w']{3,20}(?: [\w']{3,20})?) (?P<kind>county|parish|avenue|boulevard|street|bridge|creek|river|"
    r"park|highway|plaza|township|cemetery|heights|beach|bayou|canyon|mesa|pueblo|road|lake|island|hills|springs|"
    r"landing|square|turnpike)\b(?! (?:jail|court|line|attorney|clerk|hospital|sheriff|office|health|seat|drug|"
    r"building|college|school|job|rat|food|lot|drugs|name|light))"
)
_PLACE_LEAD = re.compile(
    r"\b(?:in|from|to|near|outside|outside of|out of|around|of|by|toward|towards|at|past|off|through|over in|down "
    r"in|up in|out in|back in|born in|raised in|live in|lives in|living in|moved to|move to|"
    r"en|desde|de|hasta|para|cerca de|across|behind|into|on) $"
)
_LOWER_LEAD = re.compile(
    r"\b(?:(?:live[sd]?|living|born|raised|grew up|grown|stay(?:s|ed|ing)?|house|home|apartment|mama|sister|"
    r"brother|mom|family|folks|people|work(?:s|ed|ing)?|jail|locked up|over|down|up|out|back|here|there|outside|"
    r"everybody|somewhere|church|meetings?|clinic|shelter|dock|"
    r"meeting|court|motel|hotel|gas station|job|way|only|trailer|camp|kids|town|bus|trip|drove|went|moved|move|go|"
    r"going|come|came|comes|coming|driving|flew|ride|all the way|back|sent|took|straight) (?:in|from|to|near|"
    r"outside|at|by)|"
    r"(?:i'm|we're|i am|she's|he's|they're|come|came|was|people are|folks are|people is|originally) (?:from|out of|"
    r"in)|out of|outside of|outside|allá en|vivo en|vive en|nací en|soy de|near|vivimos en|viven en|up to|down to|"
    r"over to|over by|over in|right outside|north of|south of|east of|west of) "
    r"(?P<place>[^\W\d_]{3,20}(?: [^\W\d_]{3,20})?)"
)
_LEAD_UNKNOWN = re.compile(r"\b(?:in|from|near|outside|past|toward|towards|en|desde) (?P<place>[^\W\d_]{4,20})\b")
_NOT_PLACE = re.compile(r"(?:ing|ed|ly|tion|ness|ment|ful|less|s'|self|'s|ish)$")


class Places:
    """STREET_ADDRESS and LOCATION."""

    name = "places"
    version = "1"
    labels = frozenset({Label.STREET_ADDRESS, Label.LOCATION})

    def __init__(self) -> None:
        self.common = words_in("common_words")
        self.proper = words_in("proper_words")

    def find(self, reading: Reading) -> Iterator[Found]:
        text, cased = reading.folded, reading.cased
        yield from self._streets(text)
        yield from self._bare(text)
        for m in _ROADS.finditer(text):
            head = m.group().split(" ")[0].split("-")[0]
            if head not in ("the", "bus", "i", "us", "exit") or (head == "i" and m.group()[1] == "-"):
                yield Found(start=m.start(), end=m.end(), label=Label.LOCATION, score=0.7)
        if cased:
            yield from self._capitals(reading.text)
        yield from self._lower(text, cased)

    def _streets(self, text: str) -> Iterator[Found]:
        for pattern, score in ((WRITTEN, 0.85), (SPOKEN, 0.75), (BOX, 0.85), (UNIT_ALONE, 0.6), (ANNOUNCED, 0.7)):
            for m in pattern.finditer(text):
                group = "addr" if pattern is ANNOUNCED else 0
                start, end = m.span(group)
                if pattern in (WRITTEN, SPOKEN, ANNOUNCED) and not self._street(text, start, end):
                    continue
                yield Found(start=start, end=_trim(text, start, end), label=Label.STREET_ADDRESS, score=score)

    def _bare(self, text: str) -> Iterator[Found]:
        for m in BARE_STREET.finditer(text):
            word = m.group("word")
            if word not in self.common and word not in self.proper and not _NOT_PLACE.search(word):
                yield Found(
                    start=m.start("addr"),
                    end=_trim(text, m.start("addr"), m.end("addr")),
                    label=Label.STREET_ADDRESS,
                    score=0.6,
                )

    def _street(self, text: str, start: int, end: int) -> bool:
        """A street's name holds no word that only joins a sentence, and what is counted is no street."""
        told = re.findall(r"[^\W\d_]+", text[start:end])
        names = [w for w in told if w not in _N.split("|")]
        return (
            "\n" not in text[start:end]
            and not any(w in _JOINS for w in names[:-1])
            and bool(names)
            and names[0] not in _COUNTED
        )

    def _capitals(self, text: str) -> Iterator[Found]:
        for pattern in (FEATURE_CASED, FEATURE_FRONT):
            for m in pattern.finditer(text):
                first = m.group().split(" ")[0].lower()
                if first not in ("the", "our", "my", "this", "a", "every", "one") and "\n" not in m.group():
                    start = m.start()
                    yield Found(start=start, end=m.end(), label=Label.LOCATION, score=0.6)
        for m in re.finditer(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2}", text):
            words = [w.lower() for w in re.findall(r"[^\W\d_]+", m.group())]
            lead = _PLACE_LEAD.search(text[max(0, m.start() - 16) : m.start()].lower())
            if lead and not any(w in self.proper for w in words) and words[0] not in _NOT_TOWN:
                end = m.end() - 2 if m.group().endswith(("'s", "’s")) else m.end()
                yield Found(start=m.start(), end=end, label=Label.LOCATION, score=0.5)

    def _lower(self, text: str, cased: bool) -> Iterator[Found]:
        if cased:
            return
        for m in FEATURE_LOWER.finditer(text):
            said = m.group("name").split(" ")
            keep = [
                w
                for w in said
                if w not in _JOINS
                and (w not in self.common or m.group("kind") in ("county", "avenue", "boulevard", "parish"))
            ]
            if keep and said[-1] == keep[-1]:
                start = m.end("name") - len(said[-1]) if len(keep) < len(said) else m.start("name")
                yield Found(start=start, end=m.end("kind"), label=Label.LOCATION, score=0.6)
        for m in _LEAD_UNKNOWN.finditer(text):
            word = m.group("place")
            if word not in self.common and word not in self.proper and not _NOT_PLACE.search(word):
                yield Found(start=m.start("place"), end=m.end("place"), label=Label.LOCATION, score=0.55)
        for m in _LOWER_LEAD.finditer(text):
            said = m.group("place").split(" ")
            if said[0] in self.common or said[0] in self.proper or _NOT_PLACE.search(said[0]):
                continue
            end = m.end("place")
            if len(said) > 1 and (said[1] in self.common or said[1] in self.proper):
                end = m.start("place") + len(said[0])
            yield Found(start=m.start("place"), end=end, label=Label.LOCATION, score=0.6)


def _trim(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1] in " ,.":
        end -= 1
    return end


_JOINS = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "but",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "with",
        "by",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "this",
        "that",
        "these",
        "those",
        "is",
        "was",
        "are",
        "were",
        "be",
        "been",
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "not",
        "no",
        "so",
        "if",
        "when",
        "then",
        "than",
        "as",
        "up",
        "out",
        "down",
        "off",
        "over",
        "under",
        "about",
        "all",
        "any",
        "some",
        "every",
        "each",
        "one's",
        "who",
        "what",
        "which",
        "where",
        "how",
        "me",
        "him",
        "us",
        "them",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "go",
        "went",
        "get",
        "got",
        "can",
        "will",
        "would",
        "there",
        "here",
        "just",
        "like",
        "right",
        "left",
        "same",
        "whole",
        "other",
        "first",
        "second",
        "third",
        "next",
        "last",
        "main",
        "wrong",
        "any",
        "another",
        "every",
        "said",
        "says",
        "days",
        "weeks",
        "months",
        "years",
        "hours",
        "minutes",
        "people",
        "times",
        "dollars",
        "bucks",
        "miles",
        "blocks",
        "feet",
    ]
)
_COUNTED = frozenset(
    [
        "days",
        "day",
        "weeks",
        "week",
        "months",
        "month",
        "years",
        "year",
        "hours",
        "hour",
        "minutes",
        "minute",
        "seconds",
        "people",
        "times",
        "time",
        "dollars",
        "bucks",
        "percent",
        "miles",
        "blocks",
        "feet",
        "of",
        "and",
        "or",
        "in",
        "to",
        "at",
        "for",
        "the",
        "a",
        "meetings",
        "steps",
        "kids",
        "beds",
        "mg",
        "am",
        "pm",
        "o'clock",
        "more",
        "other",
        "different",
        "years'",
        "street",
        "years",
        "more",
        "guys",
        "men",
        "women",
        "things",
        "ways",
        "doors",
    ]
)
_NOT_TOWN = frozenset(
    [
        "i",
        "god",
        "christ",
        "jesus",
        "lord",
        "mom",
        "dad",
        "mama",
        "papa",
        "grandma",
        "grandpa",
        "spanish",
        "english",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "aa",
        "na",
        "room",
        "zoom",
        "facebook",
        "earth",
        "heaven",
        "hell",
        "step",
        "big",
        "book",
        "higher",
        "power",
        "mr",
        "mrs",
        "ms",
        "dr",
        "section",
        "form",
        "page",
        "level",
        "day",
        "stage",
        "phase",
        "ok",
    ]
)
