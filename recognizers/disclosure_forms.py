"""Words of the phrase language: forms of verbs, and the lists that rules call by name.

Source: general knowledge of English and of Spanish-English talk; written for this project (Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def word_set(words: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(words.split())


IRREGULAR = MappingProxyType(
    {
        "be": "am is are was were been be being 'm 're",
        "beat": "beat beats beating beaten",
        "blow": "blow blows blew blown blowing",
        "break": "break breaks broke broken breaking",
        "bring": "bring brings brought bringing",
        "burn": "burn burns burned burnt burning",
        "buy": "buy buys bought buying",
        "catch": "catch catches caught catching",
        "come": "come comes came coming",
        "cut": "cut cuts cutting",
        "die": "die dies died dying",
        "do": "do does did done doing",
        "drink": "drink drinks drank drunk drinking",
        "drive": "drive drives drove driven driving",
        "eat": "eat eats ate eaten eating",
        "fall": "fall falls fell fallen falling",
        "feel": "feel feels felt feeling",
        "fight": "fight fights fought fighting",
        "find": "find finds found finding",
        "force": "force forces forced forcing",
        "get": "get gets got gotten getting",
        "give": "give gives gave given giving",
        "go": "go goes went gone going",
        "hang": "hang hangs hung hanged hanging",
        "have": "have has had having 've",
        "hit": "hit hits hitting",
        "hold": "hold holds held holding",
        "hurt": "hurt hurts hurting",
        "jump": "jump jumps jumped jumping",
        "keep": "keep keeps kept keeping",
        "leave": "leave leaves left leaving",
        "lose": "lose loses lost losing",
        "make": "make makes made making",
        "nod": "nod nods nodded nodding",
        "od": "od ods od'd oded oding od'ing",
        "pee": "pee pees peed peeing",
        "put": "put puts putting",
        "quit": "quit quits quitting",
        "rape": "rape rapes raped raping",
        "run": "run runs ran running",
        "see": "see sees saw seen seeing",
        "sell": "sell sells sold selling",
        "serve": "serve serves served serving",
        "set": "set sets setting",
        "shake": "shake shakes shook shaken shaking",
        "shoot": "shoot shoots shot shooting",
        "sit": "sit sits sat sitting",
        "sleep": "sleep sleeps slept sleeping",
        "slam": "slam slams slammed slamming",
        "slip": "slip slips slipped slipping",
        "stab": "stab stabs stabbed stabbing",
        "stand": "stand stands stood standing",
        "start": "start starts started starting",
        "steal": "steal steals stole stolen stealing",
        "stop": "stop stops stopped stopping",
        "swim": "swim swims swam swum swimming",
        "take": "take takes took taken taking",
        "tear": "tear tears tore torn tearing",
        "test": "test tests tested testing",
        "think": "think thinks thought thinking",
        "throw": "throw throws threw thrown throwing",
        "tie": "tie ties tied tying",
        "use": "use uses used using",
        "wake": "wake wakes woke woken waking",
        "watch": "watch watches watched watching",
        "write": "write writes wrote written writing",
    }
)
DOUBLING = frozenset(
    [
        "slip",
        "nod",
        "stop",
        "trip",
        "zip",
        "hop",
        "grab",
        "chip",
        "drop",
        "drag",
        "rob",
        "dip",
        "strap",
        "plan",
        "step",
        "trap",
        "rig",
        "wrap",
        "beg",
    ]
)


def forms(verb: str) -> tuple[str, ...]:
    """Every form of a verb, longest first."""
    if verb in IRREGULAR:
        known = IRREGULAR[verb].split()
    elif verb.endswith("e"):
        known = [verb, verb + "s", verb + "d", verb[:-1] + "ing"]
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        known = [verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    elif verb in DOUBLING:
        known = [verb, verb + "s", verb + verb[-1] + "ed", verb + verb[-1] + "ing"]
    else:
        plural = "es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s"
        known = [verb, verb + plural, verb + "ed", verb + "ing"]
    return tuple(sorted((f for f in known if f[0] != "'"), key=len, reverse=True))


def _row(words: str) -> list[str]:
    return words.split()


_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "thousand",
    "un",
    "una",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciseis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiun",
    "veintiuno",
    "veintiuna",
    "veintidos",
    "veintitres",
    "veinticuatro",
    "veinticinco",
    "veintiseis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
    "treinta",
    "cuarenta",
    "cincuenta",
    "sesenta",
    "setenta",
    "ochenta",
    "noventa",
    "cien",
    "ciento",
]
_ONE = "|".join(sorted(_SMALL, key=len, reverse=True))
NUMBER = (
    rf"(?:\d+(?:[.,/]\d+)?|(?:a[\s-])?(?:{_ONE})(?:[\s-]+(?:and[\s-]+|y[\s-]+|"
    rf"point[\s-]+)?(?:{_ONE})(?![^\W_])){{0,5}})"
)


def _list(words: str) -> tuple[str, tuple[str, ...]]:
    items = tuple(w.strip() for w in words.split("|"))
    pattern = "|".join(w.replace("'", "'?").replace(" ", r"[\s,]{1,2}") for w in sorted(items, key=len, reverse=True))
    heads = {w.split()[0].split("'")[0] for w in items} | {w.split()[0].replace("'", "") for w in items}
    return f"(?:{pattern})", tuple(sorted(heads))


MACROS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "n": (NUMBER, (*_SMALL, "a", "#")),
        "w": (r"[^\W_]+(?:['-][^\W_]+)*", ()),  # any word: never the first of a body
        "my": _list("my|his|her|their|our|your|mi|su|tu|mis|sus|the"),
        "own": _list("my|his|her|their|our|your|mi|su|tu"),
        "me": _list("me|him|her|them|us|you|myself|himself|herself|themselves"),
        "self": _list("myself|himself|herself|themselves|yourself|hisself|theirselves|themself"),
        "i": _list("i|he|she|they|we|you"),
        "he": _list("he|she|they|somebody|someone|it"),
        "im": _list(
            "i'm|he's|she's|they're|we're|you're|i am|he is|she is|they are|we are|you are|i was|he was|she "
            "was|they were|"
            "who's|who is|im|hes|shes|theyre|soy|es|somos|eres|was|is"
        ),
        "have": _list(
            "i got|i have|i've got|i had|i've|he has|he's got|she has|she's got|he had|she had|they have|i "
            "get|have|has|"
            "had|got|with|tengo|tiene|tenia"
        ),
        "kin": _list(
            "mom|mother|mama|dad|father|daddy|papa|brother|sister|son|daughter|boy|girl|baby|kid|kids|child|children|"
            "husband|wife|ex|boyfriend|girlfriend|partner|stepdad|stepfather|stepmother|stepmom|uncle|aunt|cousin|"
            "grandma|grandpa|grandmother|grandfather|nephew|niece|friend|best friend|buddy|old man|fiance|man|twin|"
            "mami|papi|hermano|hermana|hijo|hija|esposo|esposa|marido|primo|prima|tio|tia|padrastro|foster dad|"
            "foster father|foster mother|stepbrother|stepson|coach|priest|pastor|teacher|sergeant|neighbor|baby daddy"
        ),
        "one": _list("one|two|three|four|five|six|a|a couple|a few|first|second|third|fourth|another|old|last|the"),
    }
)
