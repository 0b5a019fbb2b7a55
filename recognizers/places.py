"""Places by name, cased and in lower case, in English and Spanish; street addresses come from recognizers/streets.py.

- LOCATION: a street, road or crossing without number; a county, park, river or other named feature; an unknown word
  after "in", "from", "moved to" and the like. A state or country standing alone is none, nor is "downtown".
- In lower case a word counts as a place only where it is in no list of words and a preposition stands before it.
- STREET_ADDRESS: what Streets finds; both are one layer, for one name and one version.

Feature words: United States usage, general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Label
from recognizers.lexicon import words_in
from recognizers.reading import Found, Reading
from recognizers.streets import SAID_NUMBER, WORD_ENDING, Streets

_ROADS = re.compile(
    rf"\b(?:(?:interstate|route|rt|rte|highway|hwy|state road|county road|exit|i|us|u s|ruta|indian route|"
    rf"carretera|farm road|fm|bus|the)[ -](?:{SAID_NUMBER}|\d{{1,4}}[a-z]?)\b(?! (?:days|people|minutes|years|"
    rf"steps|times|of|or|and|hours|bus(?:es)?|meeting)))"
)
# rooms of a court, which the guide counts among courts and jails
_COURTROOM = re.compile(r"\b(?:courtroom|dept\.?|department) (?:\d{1,3}(?:-?[a-z])?|[a-z]-?\d{1,3})\b(?!\w|[./:-]\d)")
# lines of a city's transport by number, letter or colour
_TRANSIT = re.compile(
    r"\b(?:the )?(?:\d{1,3}|[a-z]{1,2}\d{1,3}|red|blue|green|orange|purple|yellow|gold|silver|pink|brown) "
    r"(?:bus|trolley|tram|streetcar|train|line|subway)\b(?! (?:of|item|up|for)\b)"
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


class Places:
    """STREET_ADDRESS and LOCATION, and rooms of a court."""

    name = "places"
    version = "1"
    labels = frozenset({Label.STREET_ADDRESS, Label.LOCATION, Label.TREATMENT_FACILITY})

    def __init__(self) -> None:
        self.common = words_in("common_words")
        self.proper = words_in("proper_words")
        self.joins = words_in("place_joins")
        self.never = words_in("place_never")
        self.streets = Streets()

    def find(self, reading: Reading) -> Iterator[Found]:
        text, cased = reading.folded, reading.cased
        yield from self.streets.find(text)
        for m in _ROADS.finditer(text):
            head = m.group().split(" ")[0].split("-")[0]
            if head not in ("the", "bus", "i", "us", "exit") or (head == "i" and m.group()[1] == "-"):
                yield Found(start=m.start(), end=m.end(), label=Label.LOCATION, score=0.7)
        for m in _COURTROOM.finditer(text):
            yield Found(start=m.start(), end=m.end(), label=Label.TREATMENT_FACILITY, score=0.7)
        for m in _TRANSIT.finditer(text):
            yield Found(start=m.start(), end=m.end(), label=Label.LOCATION, score=0.6)
        if cased:
            yield from self._capitals(reading.text)
        yield from self._lower(text, cased)

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
            if lead and not any(w in self.proper for w in words) and words[0] not in self.never:
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
                if w not in self.joins
                and (w not in self.common or m.group("kind") in ("county", "avenue", "boulevard", "parish"))
            ]
            if keep and said[-1] == keep[-1]:
                start = m.end("name") - len(said[-1]) if len(keep) < len(said) else m.start("name")
                yield Found(start=start, end=m.end("kind"), label=Label.LOCATION, score=0.6)
        for m in _LEAD_UNKNOWN.finditer(text):
            word = m.group("place")
            if word not in self.common and word not in self.proper and not WORD_ENDING.search(word):
                yield Found(start=m.start("place"), end=m.end("place"), label=Label.LOCATION, score=0.55)
        for m in _LOWER_LEAD.finditer(text):
            said = m.group("place").split(" ")
            if said[0] in self.common or said[0] in self.proper or WORD_ENDING.search(said[0]):
                continue
            end = m.end("place")
            if len(said) > 1 and (said[1] in self.common or said[1] in self.proper):
                end = m.start("place") + len(said[0])
            yield Found(start=m.start("place"), end=end, label=Label.LOCATION, score=0.6)
