"""E-mail, web, screen names and network addresses, written and spoken ("d dot ramos at gmail dot com").

- Written forms need no top-level list: an at sign, a scheme, a www or a known ending is enough. Nothing is looked up.
- Spoken forms are found from their end: "dot com", "punto com", then back over the words of the address.
- Screen names: after an at sign, after a word that announces one, or by a shape no word has (under_score, name77).

Endings: the common top-level domains and those kept for examples (RFC 2606, RFC 6761). Tried on the train documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Label
from recognizers.lexicon import words_in
from recognizers.reading import Found, Reading

_TLD = (
    r"com|org|net|edu|gov|mil|info|biz|us|io|co|me|app|tv|gg|ly|be|mx|uk|ca|example|test|invalid|dev|health|care|chat|"
    r"link|live|page|site|online|club|life|social|st|la|fm|ai|br|pr"
)
_SPOKEN_TLD = r"com|org|net|edu|gov|info|us|example|me|io|co|tv|g g|gg|app|link|health|care|mx|es"
EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}")
URL = re.compile(
    r"\b(?:h(?:tt|xx)ps?://|www\.)[^\s<>\"'|\])}]{2,300}"
    rf"|(?<![\w@./-])(?:[a-z0-9][\w-]{{0,62}}\.){{1,5}}(?:{_TLD})\b(?![.@]\w)(?:[/?#][^\s<>\"'|\])}}]{{0,200}})?",
    re.IGNORECASE,
)
IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}(?:\d{1,3}|x{1,3}|\*)(?![\d])(?!\.\d)")
IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}:?(?:[0-9a-f]{1,4}:?){0,6}(?:::)?[0-9a-f]{0,4}(?![\w:])")
MAC = re.compile(r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b")
_OCTET = (
    r"(?:\d{1,3}|(?:(?:one|two|a|hundred|and|oh|zero|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"\w{3,5}teen|\w{3,5}ty)[ -]?){1,5})"
)
SPOKEN_IP = re.compile(rf"\b{_OCTET}(?:,?[ \n]?(?:dot|point|punto),? (?:uh,? |um,? )?{_OCTET}){{3}}\b")

# The words of a spoken address: at most eight, and none that only joins a sentence.
_SAID = r"[\w'-]{1,40}"
_DOT = r",? ?(?:dot|punto|point)[, ] ?"
SPOKEN_END = re.compile(
    rf"{_DOT}(?:{_SPOKEN_TLD})\b(?:{_DOT}(?:{_SPOKEN_TLD})\b)?(?P<path>(?:,? (?:slash|diagonal|forward slash),? "
    rf"(?:{_SAID} ?){{1,5}}?(?=$|[\n.,;?!]|,? (?:slash|diagonal|and|or|it|i|you|they|so|then|but|is|was|the|on|"
    rf"with|no|that|for|if|in)\b)){{0,4}})"
)
_STOPS = frozenset(
    [
        "is",
        "it's",
        "its",
        "at",
        "me",
        "or",
        "and",
        "my",
        "to",
        "the",
        "her",
        "his",
        "their",
        "our",
        "on",
        "email",
        "mail",
        "e-mail",
        "address",
        "write",
        "send",
        "it",
        "i'm",
        "im",
        "that's",
        "says",
        "so",
        "i",
        "was",
        "reach",
        "him",
        "them",
        "us",
        "online",
        "site",
        "website",
        "page",
        "url",
        "called",
        "go",
        "visit",
        "check",
        "log",
        "into",
        "from",
        "for",
        "with",
        "by",
        "use",
        "just",
        "look",
        "up",
        "es",
        "en",
        "el",
        "la",
        "su",
        "mi",
        "correo",
        "email's",
        "she's",
        "he's",
        "link",
        "you",
        "can",
        "be",
        "of",
        "a",
        "still",
        "now",
        "wait",
        "no",
        "yeah",
        "okay",
        "ok",
        "uh",
        "um",
        "under",
        "through",
        "type",
        "forms",
        "form",
        "are",
        "get",
        "find",
        "have",
        "got",
        "copy",
        "see",
        "web",
        "schedule",
        "portal",
        "chat",
        "upload",
        "said",
        "says",
        "say",
        "this",
        "goes",
        "went",
        "there's",
    ]
)
_ANNOUNCED = re.compile(
    r"\b(?:handle|user ?name|screen ?name|gamer ?tag|login|log ?in|profile|display name|insta(?:gram)?|ig|tik ?tok|"
    r"snap(?:chat)?|discord|twitter|reddit|"
    r"twitch|telegram|venmo|cash ?app|cashtag|usuario|nombre de usuario|posts? as|goes by|logged in as|signed "
    r"(?:in|on|up) as|known as|find me (?:as|under|at|on \w+ as|on \w+ at)|"
    r"i'm|follow|add me|add)(?: name)?(?: (?:is|was|as|at|under|name))?[:= ]{1,3}(?:still |just |now "
    r")?[@\"(]{0,2}(?P<name>[a-z0-9][\w.-]{2,30}\w)"
)
_SHAPED = re.compile(
    r"(?<![\w@/.$#-])(?:@(?P<at>\w[\w.-]{1,30}\w)|(?P<under>[a-z0-9]+(?:[._-][a-z0-9]+)*_[a-z0-9_.]+|"
    r"(?:[a-z]+[._])*[a-z]{3,}\d{2,4}[a-z]*))(?![\w@])"
)
_SPOKEN_NAME = re.compile(
    rf"(?<![\w'-])(?:{_SAID} ){{1,3}}?underscore(?: {_SAID}){{1,2}}(?: underscore {_SAID}){{0,2}}(?: (?:one|"
    rf"two|three|four|"
    rf"five|six|seven|eight|nine|oh|zero|\d+|\w+ty|\w+teen))*"
)
_ORDINARY = re.compile(
    r"^(?:covid|phq|gad|audit|dast|mp|ps|vitamin|b|omega|section|form|type|step|room|hep|windows|iphone|wd|h|spk|"
    r"speaker|user|guest|host|participant|unknown|caller|client|peer|person|voice|line)_?(?:\d+|[a-d])$"
)


_HANDLE = re.compile(r"[a-z0-9]+(?:[._][a-z0-9]+)+")  # the label of a speaker in a chat, one word with a sign in it


class Contacts:
    """E-mail addresses, web addresses, screen names, IP addresses."""

    name = "contacts"
    version = "1"
    labels = frozenset({Label.EMAIL_ADDRESS, Label.URL, Label.USERNAME, Label.IP_ADDRESS, Label.DEVICE_ID})

    def find(self, reading: Reading) -> Iterator[Found]:
        text = reading.folded
        yield from _written(text)
        yield from _spoken(text)
        yield from _names(text)
        for start, end in reading.labels():
            if _HANDLE.fullmatch(text, start, end) and not _role(text[start:end]):
                yield Found(start=start, end=end, label=Label.USERNAME, score=0.8)


def _written(text: str) -> Iterator[Found]:
    if "@" in text:
        for m in EMAIL.finditer(text):
            if not m.group().startswith("@"):
                yield _found(text, m.start(), m.end(), Label.EMAIL_ADDRESS, 0.95)
    for m in URL.finditer(text):
        yield _found(text, m.start(), m.end(), Label.URL, 0.9)
    for pattern, label in ((IPV4, Label.IP_ADDRESS), (MAC, Label.DEVICE_ID), (SPOKEN_IP, Label.IP_ADDRESS)):
        for m in pattern.finditer(text):
            yield _found(text, m.start(), m.end(), label, 0.85)
    for m in IPV6.finditer(text):
        if m.group().count(":") >= 3 and re.search(r"[a-f]|::", m.group()):
            yield _found(text, m.start(), m.end(), Label.IP_ADDRESS, 0.85)


def _spoken(text: str) -> Iterator[Found]:
    for m in SPOKEN_END.finditer(text):
        start, mail = _back_over(text, m.start())
        if start is not None:
            yield _found(text, start, m.end(), Label.EMAIL_ADDRESS if mail else Label.URL, 0.85)


_WORD_BEFORE = re.compile(r"[\w'@.-]+$")


def _back_over(text: str, end: int) -> tuple[int | None, bool]:
    """Where the words of a spoken address begin, and whether it has an "at". None where there are none."""
    at = end
    mail = False
    start: int | None = None
    for taken in range(14):
        stripped = text[max(0, at - 60) : at].rstrip(" ,")
        left = at - (len(text[max(0, at - 60) : at]) - len(stripped))
        m = _WORD_BEFORE.search(stripped)
        if m is None:
            break
        word = m.group()
        if word in ("at", "arroba", "@") and not mail and taken > 0:
            mail = True
        elif (
            (word in _STOPS and not (mail and taken < 3 and len(word) == 1) and not (taken == 0 and len(word) > 3))
            or text[left - 1] in ".?!;:"
            or (taken > (11 if mail else 5))
        ):
            break
        else:
            start = left - len(word)
        at = left - len(word)
        if at > 0 and text[at - 1] in '\n:;?!"':
            break
    return start, mail


def _names(text: str) -> Iterator[Found]:
    for m in _SHAPED.finditer(text):
        group = "at" if m.group("at") else "under"
        if not _ORDINARY.match(m.group(group)) and not _speaks(text, m.end(), m.group(group)):
            yield Found(start=m.start(group), end=m.end(group), label=Label.USERNAME, score=0.7)
    for m in _ANNOUNCED.finditer(text):
        word = m.group("name")
        if re.search(r"[\d_]|\w\.\w", word) and not word.isdecimal():
            yield Found(start=m.start("name"), end=m.end("name"), label=Label.USERNAME, score=0.7)
    for m in _SPOKEN_NAME.finditer(text):
        start = m.start()
        told = m.group().split(" ")
        while told and told[0] in _STOPS and told[1] != "underscore":
            start += len(told[0]) + 1
            told = told[1:]
        yield Found(start=start, end=m.end(), label=Label.USERNAME, score=0.7)


def _speaks(text: str, end: int, word: str) -> bool:
    """Whether this is a role before a colon ("guest_family_1:"): a speaker's label, no handle."""
    return text.startswith(":", end) and _role(word)


def _role(word: str) -> bool:
    """Whether all parts of a word that is written together are roles or numbers."""
    return all(p in words_in("roles") or p.isdecimal() for p in re.split(r"[._-]", word))


def _found(text: str, start: int, end: int, label: Label, score: float) -> Found:
    """Without the full stop or bracket that ends the sentence."""
    while end > start + 1 and text[end - 1] in ".,;:!?)'\"-":
        end -= 1
    return Found(start=start, end=end, label=label, score=score)
