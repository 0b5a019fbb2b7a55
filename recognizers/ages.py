"""Ages of people, in digits and spoken, in English and Spanish.

- An AGE is the number words alone ("I'm 34", "my seven-year-old").
- It is told by "years old" and its like, by a verb whose subject is a person, by "at" and its like where a life is
  told, or by its place beside a name or kin, between commas.
- What counts or measures (days, doses, money, clean time, clock times) is none; nor is "at nine", which is a time.

Source: the annotation guide; the lists are general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.calendar_words import SMALL, TENS_WORD

_AGE = rf"(?:\d{{1,2}}|1[01]\d|(?:{TENS_WORD})(?:(?:[ -]| y )(?:{SMALL}))?|(?:{SMALL})(?: and a half)?)"
AGE_CONTEXT = re.compile(
    r"\b(?:(?:i'm|i am|im|he's|she's|he is|she is|hes|shes|they're|who's|who is|i was|he was|she was|was like|when "
    r"i was|when he was|when she was|since (?:i was|he was|she was)|"
    r"only|(?:just |about to )?turn(?:s|ed|ing)?|aged?|ages?|age:|age of|edad|i be|is|was|baby's|kid's|and i'm|"
    r"since age|tengo|tiene|tenía|cumplió|cumple|cumplí|has|born when)"
    r"(?: (?:only|just|about|like|almost|now|already|barely|all of|maybe|still|going on|a|uh|um|even|probably|"
    r"finally|gonna be|going to be|fixing to be|around))?,? )"
    rf"(?P<age>{_AGE})\b(?P<after>.{{0,14}})"
)
AGE_OLD = re.compile(
    rf"\b(?P<age>(?:\d{{1,3}}|(?:{TENS_WORD})(?:(?:[ -]| y )(?:{SMALL}))?|(?:{SMALL})|(?:\w+ )?and a half)(?:[ "
    rf"-]?(?:to|or|and|,)[ -]?{_AGE})?)"
    r"(?:[ -]?(?:years?|yrs?|months?|weeks?)[ -]?olds?\b|[ -]?y[/.]?o\b|(?: years of age| años de edad| añitos))|"
    r"\b(?P<age2>\d{1,2}) ?(?:m|f|male|female|mujer|hombre)\b(?=[,. )\n]|$)(?<![\d.] [mf])"
)
AGE_AT = re.compile(
    rf"\b(?:at|by|since|from|to|till|until|around|before|a los|desde los|when) (?:the age of |age "
    rf")?(?P<age>{_AGE})(?P<after>.{{0,14}})"
)
# "Mr. Abernathy, 71," and "her son Tou, eleven.": beside a name or kin, between commas
AGE_BESIDE = re.compile(
    rf"(?:\b[A-Z][\w'-]+\)?|\b(?:son|daughter|boy|girl|mother|mom|father|dad|brother|sister|niece|nephew|elder|"
    rf"woman|man|male|female|husband|wife|uncle|aunt|cousin|grandson|oldest|youngest|abuela|hijo|hija))"
    rf"(?:, |: | \()(?P<age>[1-9]\d(?!\d)|(?i:{_AGE}))(?=[,;)]|\. |\.\n| and (?:his|her|my)\b)(?!, \d|, (?i:{_AGE})\b)"
)
_AGE_STOP = re.compile(
    r"^[ -]?(?:days?|weeks?|hours?|hrs?|minutes?|min\b|seconds?|percent|%|mg|miles?|pounds?|lbs|feet|foot|times|"
    r"of\b|in a row|dollars|bucks|o'?clock|am\b|pm\b|a\.?m|p\.?m|"
    r"thirty|fifteen|forty|hundred|thousand|in the (?:morning|afternoon|evening)|at night|sharp|people|blocks|"
    r"stars|kids|beds|steps|[:/.]\d|\d|years? (?:sober|clean|in|dry|off|ago|now|of|with|at|free|on|without|since)|"
    r"years\b(?! old)|months? (?:sober|clean|in|dry|off|ago|now|of|pregnant|along|free|left|with|without)|x\b|or "
    r"so|and counting|days|semanas|meses|horas|días|(?:oh|zero|one|two|three|four|five|six|seven|eight|nine)\b|"
    r"tonight|twenty|ten\b|forty|fifty|to (?:one|two|three|four|five|six|seven|eight|nine|ten|\d)|hours|sharp|"
    r"every|different|more|things?|grams?|beers?|drinks?|,? ?\d|a day|a week|a m\b|p m\b|hijos|hermanos|niños|"
    r"cuartos|-minute|-day|-step|-hour|inch|degree|minute|miles|'s\b|,\d)"
)
_KIN = re.compile(
    r"\b(?:son|daughter|boy|girl|baby|mom|mother|dad|father|brother|sister|nephew|niece|grandson|granddaughter|"
    r"oldest|youngest|kid|middle one|little one|husband|wife|he|she|who|twins|cousin|uncle|aunt|grandma|"
    r"granny|abuela|hijo|hija|hermano|hermana|[A-Za-z]{3,12}) $"
)
_LIVED = re.compile(
    r"^[ ,]*(?:i|he|she|we|they|my|and i|when|it was|in |she'd|he'd|i'd|on\b|years|with|and by|and|,|\.|\n|$)"
)
_NO_PERSON = frozenset(
    [
        "It",
        "That",
        "This",
        "There",
        "What",
        "Which",
        "Today",
        "Tomorrow",
        "Step",
        "Number",
        "Score",
        "Dinner",
        "Time",
        "Curfew",
        "Count",
        "Item",
        "Room",
        "Bed",
    ]
)
_KINSHIP = frozenset(
    [
        "son",
        "daughter",
        "boy",
        "girl",
        "baby",
        "mom",
        "mother",
        "dad",
        "father",
        "brother",
        "sister",
        "nephew",
        "niece",
        "grandson",
        "granddaughter",
        "oldest",
        "youngest",
        "he",
        "she",
        "who",
        "husband",
        "wife",
        "cousin",
    ]
)


def ages(text: str, cased: str) -> Iterator[tuple[int, int]]:
    """Start and end of each age. `text` is folded, `cased` the same words as written; they may overlap."""
    for m in AGE_OLD.finditer(text):
        group = "age" if m.group("age") else "age2"
        yield m.start(group), m.end(group)
    for m in AGE_CONTEXT.finditer(text):
        lead = text[m.start() : m.start("age")]
        if _AGE_STOP.match(m.group("after")) or re.fullmatch(r"[01]?", m.group("age")):
            continue
        vague = re.match(r"(?:is|was|only|has|that's) ", lead) is not None
        if vague and not re.match(r"^(?:$|[.,;\n?!]| and | now| years old| going)", m.group("after")):
            continue
        if re.match(r"(?:is|was|has) ", lead) and not _person_before(cased, m.start()):
            continue
        if re.match(r"(?:tengo|tiene|tenía|has|cumpli)", lead) and not re.match(
            r"^[ ](?:a[nñ]os|years)\b|^[.,]", m.group("after")
        ):
            continue
        if re.match(r"only", lead):
            continue
        yield m.start("age"), m.end("age")
    for m in AGE_BESIDE.finditer(cased):
        if m.group("age").lower() not in ("once", "uno", "dos"):
            yield m.start("age"), m.end("age")
    for m in AGE_AT.finditer(text):
        if not _AGE_STOP.match(m.group("after")) and _lived(text, m):
            yield m.start("age"), m.end("age")


def _person_before(text: str, at: int) -> bool:
    """ "my son is nine", "Remington is nine": kin or a capital before the verb; a bare noun is not enough."""
    m = _KIN.search(text[max(0, at - 16) : at])
    if m is None:
        return False
    word = m.group().strip()
    return word in _KINSHIP or (text[m.start()].isupper() and word not in _NO_PERSON)


def _lived(text: str, m: re.Match[str]) -> bool:
    """ "at nineteen i signed": an age of which a life is told, and no clock time: nine to ninety without "at nine"."""
    said = m.group("age")
    digits = re.fullmatch(r"\d{1,2}", said)
    small = int(said) < 13 if digits else not re.search(r"teen|ty\b|ty[ -]", said)
    lead = text[m.start() : m.start("age")]
    if "age" in lead or "a los" in lead:
        return True
    if small or lead.startswith(("to ", "till", "until", "around", "before", "from")):
        return False
    return bool(_LIVED.match(m.group("after"))) and not re.match(
        r"^[ -](?:one|two|three|four|five|six|seven|eight|nine)\b", m.group("after")
    )
