"""Names of people, by how they stand in talk and by what names look like.

- A speaker label is a name unless its words are roles ("Speaker 2", "Peer", "Mother").
- After a title ("Dr.", "mister", "nurse"), an introduction ("my name is", "me llamo", "they call me") or a greeting the
  next words are a name, unless they are ordinary words.
- A given name that is no word counts in any case; one that is a word (Hope, Will) counts by a capital inside a
  sentence, a title or an introduction. A surname or another unknown capital behind a given name goes with it.
- Letters spelled out are a name: recognizers/spelled.py.

Lists: lexicons/first_names.txt, word_names.txt, surnames.txt, common_words.txt; titles and roles: general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.labels import Label
from pipeline.spoken import MONTHS, words
from recognizers.lexicon import words_in
from recognizers.ordinary import is_ordinary
from recognizers.reading import Found, Reading
from recognizers.spelled import spelled

WINDOW, OVERLAP = 100_000, 300
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
TITLES = words_in("titles")
_SOFT_TITLES = words_in("soft_titles")
_INTRO = re.compile(
    r"\b(?:(?:my|his|her|their|your|the|legal|real|full|first|last|whose|kid's|baby's|guy's) (?:\w+ )?name(?:'s| "
    r"is| was)|name is|name's|names|named|"
    r"(?:call|calls|called|calling) (?:me|him|her|myself|us)|goes by|go by|went by|known as|me llamo|se "
    r"llama(?:ba)?|le dicen|me dicen|le dicimos|llamad[oa]|"
    r"(?:my|his|her) (?:full|legal|real|last|first|maiden|government|christian|married|street|birth) is|maiden "
    r"name|first name|last name|full name|aka|a\.k\.a\.|"
    r"introduce|nickname(?:'s| is)?|on paper it's|signed)[,:]? (?:is |it's |uh,? |um,? |just |\")?"
)
# of the introductions, those behind which a capital is a name even where the word is an ordinary one ("named Rooster")
_CALLED = re.compile(
    r"\b(?:named|name is|name's|goes by|go by|went by|call\w* (?:me|him|her|myself|us)|le dicen|me dicen) ?$"
)
_GREET = re.compile(
    r"\b(?:hi|hey|hello|hola|thanks|thank you|welcome|gracias|goodnight|good morning|good evening|dear)[,:]? "
    r"(?!(?:love|honey|sugar|angel|candy|man|guy|sir|art)\b)"
)
_MYSELF = re.compile(r"\b(?:i'm|i am|im|this is|soy|yo soy) ")
_HELLO = re.compile(
    r"(?:^|[\n.!?:>,-] ?|\b(?:and|so|okay|oh|well|yeah|alright|bye|but) )(?:hi|hey|hello|hola|thanks|thank you|"
    r"welcome|gracias|bye|goodnight|good morning|good evening|morning|evening|love you|dear|sorry|yo soy|"
    r"this is|it's|i'm|i am|im|soy|c/o|attn|from|to|re|cc|signed|client|patient|staff|peer|witness|author|worker|"
    r"contact|supervisor|with|by|for|and)[,:]? "
)
_PARTICLES = frozenset(words("de la del los las van von bin al el da dos der ter ben abu san st le du y mac mc di"))
_NOT_MID = frozenset(
    words(
        "i i'm i'll i've i'd god lord jesus christ ok okay tv er icu aa na mr mrs ms dr am pm monday tuesday "
        "wednesday thursday "
        "friday saturday sunday mom dad mama papa mommy daddy grandma grandpa granny nana mamaw papaw auntie aunt "
        "uncle tía tío "
        "sister brother father mother doctor nurse officer judge deacon pastor bishop miss don doña sir ma'am "
        "abuela abuelo "
        "spanish english american america states summer winter spring fall autumn will may march"
    )
) | frozenset(MONTHS)
_PLACES = frozenset(
    words(
        "clinic house center centre hospital street avenue ave road rd drive lane court park county church school "
        "college "
        "university inc llc bank shop store market group circle hall home homes manor place creek river lake "
        "valley hills "
        "heights beach island bay city town club services recovery health medical care works foods motors"
    )
)
_PLURAL = re.compile(r"(?:ings?|tions?|ments?|ists?|ians)$")  # unlisted words of headings and peoples
_ROLE_ENDING = re.compile(r"(?:er|or|ora|ist|ista|ian|ee|ant|ente)s?\d*$")  # who does something, not who it is
_ENDING = re.compile(r"(?:ed|ing|ly|ful|less|ish|ous|able|ible|ment|tion|sion|ness|ity|ive|ism|ized|ist)$")


@dataclass(slots=True)
class _Word:
    start: int
    end: int
    low: str
    capital: bool
    opens: bool  # first of a sentence, a cell or a line


class Names:
    """PERSON by context, shape and lexicon."""

    name = "names"
    version = "1"
    labels = frozenset({Label.PERSON})

    def __init__(self) -> None:
        self.first = words_in("first_names")
        self.wordy = words_in("word_names")
        self.last = words_in("surnames")
        self.common = words_in("common_words")
        self.proper = words_in("proper_words")
        self.roles = words_in("roles")

    def find(self, reading: Reading) -> Iterator[Found]:
        yield from self._speakers(reading)
        yield from spelled(reading.folded)
        cased = reading.cased
        at = 0
        while at < len(reading.text):
            end = min(len(reading.text), at + WINDOW)
            said = _words(reading.text, reading.folded, at, end)
            yield from self._after(reading.folded, said, at, end, cased)
            yield from self._listed(reading.text, said, cased)
            if cased or reading.titled:
                yield from self._strangers(reading.text, said, reading.titled)
            at = end if end == len(reading.text) else end - OVERLAP

    def _speakers(self, reading: Reading) -> Iterator[Found]:
        for start, end in reading.labels():
            told = list(_TOKEN.finditer(reading.folded, start, end))
            named = [m for m in told if m.group() not in self.roles and m.group() not in TITLES]
            if not named:
                continue
            if all(m.group() in self.common and not self._maybe(m.group()) for m in named):
                continue
            if all(_ROLE_ENDING.search(m.group()) and not self._maybe(m.group()) for m in named):
                continue
            last = max(m.end() for m in told if m in named or (len(m.group()) == 1 and m.start() > named[0].start()))
            yield Found(start=named[0].start(), end=last, label=Label.PERSON, score=0.9)

    def _unheard(self, word: str) -> bool:
        """A word of no list and without the endings of ordinary words: where somebody says who he is, a name."""
        return word not in self.common and len(word) > 2 and not _ENDING.search(word) and "'" not in word

    def _foreign(self, word: str) -> bool:
        """A word that neither English nor Spanish knows: behind "don" or "auntie", a name."""
        return self._unheard(word) and not is_ordinary(word.split("'")[0])

    def _nickname(self, text: str, said: list[_Word], i: int) -> Found:
        """What somebody is called, be it a word: with the name behind it where one is there."""
        found = self._run(text, said, i, True, False)
        start, end = found or (said[i].start, _without_possessive(text, said[i]))
        return Found(start=start, end=end, label=Label.PERSON, score=0.7)

    def _maybe(self, word: str) -> bool:
        return word in self.first or word in self.wordy or word in self.last

    def _looks(self, word: _Word, cased: bool) -> bool:
        """Whether a word can be a name where a name is expected."""
        bare = word.low.split("'")[0]
        if cased:
            return word.capital and bare not in _NOT_MID and (bare not in self.common or self._maybe(bare))
        return len(bare) > 1 and (self._maybe(bare) or bare not in self.common)

    def _after(self, text: str, said: list[_Word], at: int, end: int, cased: bool) -> Iterator[Found]:
        """Names that are announced: by a title, an introduction, a greeting."""
        by_start = {w.start: i for i, w in enumerate(said)}
        for i, word in enumerate(said):
            if word.low in TITLES and i + 1 < len(said) and _next_to(text, word, said[i + 1], ". "):
                score = 0.6 if word.low in _SOFT_TITLES and not cased else 0.8
                strict = word.low in _SOFT_TITLES and not self._foreign(said[i + 1].low)
                found = self._run(text, said, i + 1, cased, strict)
                if found:
                    yield Found(start=found[0], end=found[1], label=Label.PERSON, score=score)
        for pattern, score in ((_INTRO, 0.85), (_GREET, 0.75), (_MYSELF, 0.65), (_HELLO, 0.65)):
            for m in pattern.finditer(text, at, end):
                j = by_start.get(m.end())
                if j is None or (pattern is _MYSELF and (cased or not self._unheard(said[j].low))):
                    continue
                if pattern is _GREET and not cased and not self._maybe(said[j].low) and not self._unheard(said[j].low):
                    continue
                if pattern is _INTRO and cased and said[j].capital and _CALLED.search(m.group()):
                    yield self._nickname(text, said, j)
                    continue
                found = self._run(text, said, j, cased, pattern is _HELLO)
                if found:
                    yield Found(start=found[0], end=found[1], label=Label.PERSON, score=score)

    def _run(self, text: str, said: list[_Word], i: int, cased: bool, strict: bool) -> tuple[int, int] | None:
        """The name that begins at word i: up to four words. Strict: in lower case the first has to be in a list."""
        first = said[i]
        bare = first.low.split("'")[0]
        if first.low in TITLES and first.low not in self.first and not (first.capital and bare in self.wordy):
            return None
        if not self._looks(first, cased) or (strict and not cased and not self._maybe(bare)):
            return None
        if not cased and bare in self.wordy and strict and bare in self.common:
            return None
        if cased and not first.capital:
            return None
        last = i
        while last + 1 < len(said) and last - i < 3 and _next_to(text, said[last], said[last + 1], " .-'\""):
            nxt = said[last + 1]
            low = nxt.low.split("'")[0]
            if cased:
                if not nxt.capital and not (low in _PARTICLES and last + 2 < len(said) and said[last + 2].capital):
                    break
                if low in _NOT_MID or low in _PLACES:
                    break
            elif not (low in self.last or low in self.first or (low not in self.common and len(low) > 3)):
                break
            last += 1
        return first.start, _without_possessive(text, said[last])

    def _listed(self, text: str, said: list[_Word], cased: bool) -> Iterator[Found]:
        """Names that are in a list, with the surname behind them."""
        skip = -1
        for i, word in enumerate(said):
            if i <= skip:
                continue
            bare = word.low.split("'")[0]
            known = bare in self.first
            wordy = bare in self.wordy
            if not (known or (wordy and cased)) or (cased and not word.capital):
                continue
            if wordy and (word.opens or bare in _NOT_MID) and not self._surname_follows(text, said, i):
                continue
            if i + 1 < len(said) and said[i + 1].low in _PLACES and _next_to(text, word, said[i + 1], " "):
                continue
            found = self._run(text, said, i, cased, strict=False)
            if found is None:
                continue
            while skip + 1 < len(said) and said[skip + 1].start < found[1]:
                skip += 1
            yield Found(start=found[0], end=found[1], label=Label.PERSON, score=0.7 if known else 0.6)

    def _strangers(self, text: str, said: list[_Word], titled: bool) -> Iterator[Found]:
        """In cased text: a capital inside a sentence on a word of no list, with the unknown capitals behind it. Where
        every thing has a capital, on a word that is no ordinary one in any form."""
        i = 0
        while i < len(said):
            if not self._strange(text, said[i], titled) or said[i].opens:
                i += 1
                continue
            last = i
            while (
                last + 1 < len(said)
                and _next_to(text, said[last], said[last + 1], " -")
                and self._strange(text, said[last + 1], titled)
            ):
                last += 1
            yield Found(start=said[i].start, end=_without_possessive(text, said[last]), label=Label.PERSON, score=0.5)
            i = last + 1

    def _strange(self, text: str, word: _Word, titled: bool) -> bool:
        bare = word.low.removesuffix("'s")
        return (
            word.capital
            and len(bare) > 2
            and not text[word.start : word.start + len(bare)].isupper()
            and bare not in self.common
            and bare not in self.proper
            and bare not in self.roles
            and bare not in TITLES
            and bare not in _NOT_MID
            and not _PLURAL.search(bare)
            and not (titled and is_ordinary(bare))
        )

    def _surname_follows(self, text: str, said: list[_Word], i: int) -> bool:
        if i + 1 >= len(said) or not _next_to(text, said[i], said[i + 1], " "):
            return False
        low = said[i + 1].low.split("'")[0]
        return said[i + 1].capital and (low in self.last or low not in self.common) and low not in _PLACES


def _words(text: str, folded: str, at: int, end: int) -> list[_Word]:
    out = []
    for m in _TOKEN.finditer(text, at, end):
        start = m.start()
        before = text[max(0, start - 3) : start]
        stripped = before.rstrip(" \t*_>\"“'(-")
        opens = not stripped or stripped[-1] in ".!?:\n|;…"
        out.append(_Word(start, m.end(), folded[start : m.end()], m.group()[0].isupper(), opens))
    return out


def _next_to(text: str, a: _Word, b: _Word, through: str) -> bool:
    """Whether only one or two of these characters stand between two words."""
    gap = text[a.end : b.start]
    if "." in gap and a.end - a.start > 1 and a.low not in TITLES:
        return False
    return 0 < len(gap) <= 2 and all(c in through for c in gap)


def _without_possessive(text: str, word: _Word) -> int:
    return word.end - 2 if word.low.endswith("'s") and word.end - word.start > 3 else word.end
