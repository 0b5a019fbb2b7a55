"""Calendar dates and ages, written and spoken, in English and Spanish.

- A DATE is finer than a year: month, day and month, month and year, a holiday, a bare day ("on the 12th", "el doce").
  A year alone, a weekday alone, "today", durations and clock times are none.
- A date that somebody is sober since, or last used on, is a SOBRIETY_DATE (the guide); it is masked the same way.
- An AGE is the number words alone ("I'm 34", "my seven-year-old").
- Months that are words or names (may, march, april, june, august) need a sign of time before or a day beside them.

Holidays: United States federal and customary ones, the feasts of larger faiths, Latin American days; general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Category, Label
from pipeline.spoken import TEENS, TENS, UNITS, month_words, ordinal_words
from recognizers.reading import Found, Reading

# "ago" and "mar" are words of other meaning far more often than short for agosto and marzo
_MONTH = rf"(?:{'|'.join(m for m in month_words() if m not in ('ago', 'ene', 'abr', 'dic', 'mar'))}|mar(?= \d))"
_CLEAR_MONTH = (
    r"(?:january|february|april|june|july|august|september|october|november|december|sept|enero|febrero|marzo|"
    r"abril|mayo|"
    r"junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
)
_SMALL = "|".join(sorted({*UNITS, *TEENS} - {"un", "una"}, key=len, reverse=True))
_TENS = "|".join(TENS)
_ORD = "|".join(ordinal_words())
_SP = r"[ \-,]{1,2}"
_DAY_WORD = (
    rf"(?:(?:twenty|thirty)[ -]?(?:{_ORD})|{_ORD}|(?:twenty|thirty|treinta)(?:[ -]| y )(?:{_SMALL})|{_SMALL}|"
    rf"twenty|thirty|veinte|treinta)"
)
_DAY = rf"(?:(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|º|ro)?(?![\d:])|{_DAY_WORD})"
_LOW = rf"(?:oh (?:{_SMALL})|(?:{_TENS})(?:(?:[ -]| y )(?:{_SMALL}))?|{_SMALL})"
_YEAR = (
    rf"(?:(?:19|20)\d\d(?!\d)|'?\d\d(?![\d:.])|(?:nineteen|twenty)[ -]{_LOW}|two thousand(?: and)?(?: {_LOW})?|dos "
    rf"mil(?: {_LOW})?|mil novecientos {_LOW}|(?:oh (?:{_SMALL})|(?:{_TENS})[ -](?:{_SMALL})|veinti\w+))"
)
_IN_YEAR = rf"(?:(?:,? ?(?:of|in|del?|de el|back in)? ?){_YEAR}\b)"
_WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|lunes|martes|mi[eé]rcoles|jueves|viernes|"
    r"s[aá]bado|domingo)\.?,? (?:the )?"
)

NUMERIC = re.compile(
    r"(?<![\d/.$#-])(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:(?:19|20)\d\d|\d\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:(?:19|20)\d\d|\d\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-?(?:(?:19|20)?\d\d)?"
    r"|(?:0?[1-9]|1[0-2])/(?:19|20)\d\d)(?![\d/%]|-\d|\.\d)(?!\w)"
)
SHORT = re.compile(r"(?<![\d/.$#\w-])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?![\d/%\w]|\.\d|-\d)")
# m/d that is a fraction, a score or a rate far more often than a day
_FRACTIONS = frozenset(
    {
        "1/2",
        "1/3",
        "1/4",
        "2/3",
        "3/4",
        "1/8",
        "3/8",
        "5/8",
        "10/10",
        "1/1",
        "8/2",
        "7/10",
        "9/10",
        "8/10",
        "6/10",
        "5/10",
    }
)
_PLAIN_BEFORE = re.compile(
    r"(?:\bon|\bsince|\bby|\bdob|\bborn|\bdue|\buntil|\btill?|\bfrom|\bdate|\bof|\bthru|\bsaw|\bseen|\bnext|"
    r"\bcourt|\bvisit|\bend|\bbefore|\bafter|\bto|\bstart|\bdischarged?|\badmit\w*|^|\n|[,|(\"]) ?:? ?$"
)
_UNITS_AFTER = re.compile(
    r" ?(?:cups?|miles?|of a|of the|of my|tsp|inch|in\.|hours?|mg|film|strips?|tabs?|pound|lb|an? )"
)

WRITTEN = re.compile(
    rf"\b(?:{_WEEKDAY})?(?:"
    rf"{_MONTH}\.?,?[ -](?:the |on the )?{_DAY}(?:(?:st|nd|rd|th)\b)?{_IN_YEAR}?"
    rf"|(?:the |el )?{_DAY}(?:[ -]| of | de | day of | del mes de ){_MONTH}\b\.?{_IN_YEAR}?"
    rf"|{_MONTH}\b\.?{_IN_YEAR}"
    r")\b"
)
_TIME_SIGN = (
    r"(?:\b(?:in|since|by|until|till|til|of|last|this|next|early|late|mid|middle of|end of|through|before|after|"
    r"from|during|every|back in|"
    r"around|started|beginning of|for|en|de|desde|hasta|para)[ -](?:like |the |about |around )?)"
)
BARE = re.compile(rf"\b(?P<clear>{_CLEAR_MONTH})\b|{_TIME_SIGN}(?P<dim>{_MONTH})\b(?!')")
_ORD_LONG = (
    r"(?:(?:twenty|thirty)[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?:thir|four|fif|six|"
    r"seven|eigh|nine)teenth|twentieth|thirtieth|eleventh|twelfth|tenth|ninth|eighth|seventh|sixth|fifth|fourth|"
    r"third|second|first)"
)
DAY_ALONE = re.compile(
    rf"\b(?P<lead>on|by|since|until|till|til|from|before|after|through|is|was|to|of|for|it's|and|or|not|no|maybe|"
    rf"week of|sent)?,? ?"
    rf"(?P<day>(?:{_WEEKDAY})?the (?:(?:[12]?\d|3[01])(?:st|nd|rd|th)|{_ORD_LONG}))\b(?! (?:of the|of my|of (?:her|"
    rf"his|our|their|your)|of us|of them|step|time|floor|grade|street|st\b|ave|avenue|day\b|week|month|year|one|"
    rf"person|thing|guy|drink|"
    r"tradition|chapter|night|morning|period|quarter|baby|kid|son|daughter|date|call|meeting|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|monday|amendment|century|circuit|district|ward|door|try|part|page|line|word|"
    r"hour|box|bed|ones|two|"
    r"three|half|place|birthday|shot|dose|pill|house|row|apartment|(?:and|or) (?:last|only|the)\b|[a-z]+ (?:step|"
    r"time|floor)))"
)
DAY_ALONE_ES = re.compile(
    r"\b(?P<lead>para|hasta|desde|del?|es|fue|era|llega|sale|viene|cita|día|dia|nos vemos|cumple) (?P<day>el "
    r"(?:[12]?\d|3[01]|veinti\w+|treinta(?: y uno)?|veinte|dieci\w+|quince|catorce|trece|doce|once|primero))\b(?! "
    r"(?:de la (?:mañana|tarde|noche)|%|por ciento|años|a[ñn]o|paso|piso|grado))"
)
_FOLLOWS = re.compile(
    r"\s*(?:$|[\n.,;:?!)\"'-]|(?:and|or|at|is|was|i|he|she|we|they|it|so|but|because|cause|for|if|when|then|no|not|"
    r"that's|thats|which|with|in|on|to|a|uh|um|with|before|after|my|her|his|this|per|right|okay|y|a|que|como|en|"
    r"con|will|would|by|thru|until|till|full|around|came|they're|of (?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december|last|this|next|every|the month)|every|each|wasn't|isn't|\d|the|"
    r"says|said|has|had|rode)\b)"
)
_HOLY = (
    r"thanksgiving|christmas|xmas|x-mas|new year'?s?|easter|halloween|hallowe'en|(?:the )?fourth of july|(?:the "
    r")?4th of july|july (?:4th|fourth)|labor day|memorial day|"
    r"mlk(?: jr)?(?:'s)? day|martin luther king(?: jr)?(?:'s)? day|juneteenth|ramadan|eid(?: al[- ]\w+)?|diwali|"
    r"hanukkah|chanukah|passover|yom kippur|rosh hashanah?|good friday|"
    r"holy (?:thursday|saturday|week)|ash wed(?:nesday)?|palm sunday|mardi gras|fat tuesday|groundhog day|"
    r"valentine'?s?(?: day)?|(?:st|saint)\.? patrick'?s?(?: day)?|st paddy'?s?(?: day)?|"
    r"columbus day|indigenous peoples'? day|veterans'? day|president'?s'? day|(?:lunar|chinese|khmer|hmong|tet) "
    r"new year|tet\b|mother'?s'? day|father'?s'? day|"
    r"cinco de mayo|all saints'?(?: day)?|all souls'?(?: day)?|watch night|kwanzaa|independence day|boxing day|"
    r"pentecost|lent\b|advent|super bowl sunday|black friday|leap day|"
    r"flag day|earth day|april fools'?(?: day)?|orthodox christmas|epiphany|three kings(?: day)?|purim|sukkot|"
    r"nowruz|vesak|holi\b|día de (?:las madres|los muertos|reyes|acción de gracias|"
    r"la virgen|la independencia|los reyes|san juan|los padres|la madre|muertos)|dia de (?:las madres|los muertos|"
    r"reyes)|navidad|nochebuena|noche buena|año nuevo|nochevieja|semana santa|"
    r"pascua|viernes santo|jueves santo|domingo de ramos|san valentín|miércoles de ceniza|guy fawkes(?: day| "
    r"night)?|bastille day|st\.? john'?s day|san juan bautista|dia de gracias|sangiving"
)
HOLIDAY = re.compile(
    rf"\b(?:(?:the )?(?:day|night|morning|week|weekend|sunday|monday|tuesday|wednesday|thursday|friday|saturday) "
    rf"(?:after|before|of) |(?:el )?)?(?:{_HOLY})"
    rf"(?: (?:eve|day|weekend|night|morning|sunday|monday)\b(?:'s)?)?(?:{_IN_YEAR})?\b"
    r"(?! (?:trees?|lights|cards?|music|movies?|cookies?|songs?|carols?|party|parties|presents?|dinner|dishes|"
    r"shopping|cactus|special|costumes?|candy|baskets?|eggs?|lilies|ham|resolutions?))"
)

SOBER = re.compile(
    r"\b(?:sober|clean|sobriety|last (?:drink|drank|used?|use|hit|drunk|pill|shot|fix|time (?:i|he|she|we) (?:used|"
    r"drank|drunk)|bag|copa|trago|beer)|relapse[ds]?|slipped|picked (?:up|back up)|"
    r"using|used|put (?:it |the \w+ )?down|(?:my|his|her|our|whose|their) (?:\w+ )?(?:date|day|dates)|stopped|quit|"
    r"abstinent|dry since|no (?:drink|drugs|alcohol|using)|nothing since|not since|overdosed?|od'?d|"
    r"narcan\w*|detox|got out|(?:date|day) is|fell out|counts? (?:it )?from|dating from|sobrio|limpi[oa]|recaí|"
    r"recaída|mi fecha|since|desde|drink since|drank)\b"
)
SOBER_AFTER = re.compile(
    r"\W{0,3}(?:is (?:my|his|her|when i (?:put|got|quit|stopped)) (?:\w+ )?(?:date|day|clean|sober|put|quit|"
    r"stopped)|was (?:my|his|her|the) (?:\w+ )?(?:day|date|last)|i (?:slipped|relapsed|used|drank|picked up)|clean "
    r"date|sobriety date)"
)
_BIRTH = re.compile(
    r"\b(?:birth(?:day|date)?|dob|born|d\.o\.b|b-day|bday|nacimiento|nací|nacio|cumpleaños|cumple|turn(?:s|ed|ing)?)\b"
)

_AGE = rf"(?:\d{{1,2}}|1[01]\d|(?:{_TENS})(?:(?:[ -]| y )(?:{_SMALL}))?|(?:{_SMALL})(?: and a half)?)"
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
    rf"\b(?P<age>(?:\d{{1,3}}|(?:{_TENS})(?:(?:[ -]| y )(?:{_SMALL}))?|(?:{_SMALL})|(?:\w+ )?and a half)(?:[ "
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
_AGE_YEARS = re.compile(
    r"^[ -](?:months|years|años)\b(?! (?:sober|clean|in|dry|off|ago|now|of|with|free|on|without|since|limpio|"
    r"sobrio|pregnant))"
)


class Dates:
    """DATE, SOBRIETY_DATE and AGE."""

    name = "dates"
    version = "1"
    labels = frozenset({Label.DATE, Label.SOBRIETY_DATE, Label.AGE})

    def find(self, reading: Reading) -> Iterator[Found]:
        text = reading.folded
        taken = bytearray(len(text))
        for start, end, score in _calendar(text):
            for i in range(start, end):
                taken[i] = 1
            yield _dated(text, start, end, score)
        for start, end in _ages(text, reading.text):
            if not any(taken[start:end]):
                yield Found(start=start, end=end, label=Label.AGE, score=0.75)


def _dated(text: str, start: int, end: int, score: float) -> Found:
    """SOBRIETY_DATE where the words close by say so and no birth is meant, DATE elsewhere."""
    before = text[max(0, start - 45) : start]
    before = before[max(before.rfind("\n"), before.rfind(". "), before.rfind("? ")) + 1 :]
    sober = (SOBER.search(before) or SOBER_AFTER.match(text, end)) and not _BIRTH.search(before)
    if sober:
        return Found(start=start, end=end, label=Label.SOBRIETY_DATE, score=score, category=Category.SUBSTANCE)
    return Found(start=start, end=end, label=Label.DATE, score=score)


def _calendar(text: str) -> Iterator[tuple[int, int, float]]:
    for pattern, score in ((NUMERIC, 0.9), (WRITTEN, 0.85), (HOLIDAY, 0.75)):
        for m in pattern.finditer(text):
            if not _is_word(text, m):
                yield m.start(), m.end(), score
    for m in SHORT.finditer(text):
        before = text[max(0, m.start() - 12) : m.start()]
        if m.group() not in _FRACTIONS and not _UNITS_AFTER.match(text, m.end()):
            yield m.start(), m.end(), 0.7 if _PLAIN_BEFORE.search(before) else 0.6
    for m in BARE.finditer(text):
        group = "clear" if m.group("clear") else "dim"
        if group == "clear" or m.group("dim") not in (
            "may",
            "mar",
            "sep",
            "jun",
            "ago",
            "dic",
            "ene",
            "abr",
            "dec",
            "jan",
        ):
            yield m.start(group), m.end(group), 0.7
        elif m.group("dim") in ("may", "jan", "dec", "mar", "jun", "sep") and re.match(
            r"[ ]?(?:$|[\n.,;:?!)]|and|or|i|he|she|we|they|it|of)", text[m.end() :][:8]
        ):
            yield m.start(group), m.end(group), 0.6
    for pattern in (DAY_ALONE, DAY_ALONE_ES):
        for m in pattern.finditer(text):
            if _FOLLOWS.match(text, m.end("day")) and (m.group("lead") or re.search(r"\d", m.group("day"))):
                low = (
                    re.search(r"\b(?:first|second|third|fourth|fifth)$", m.group("day"))
                    and "twenty" not in m.group("day")
                    and "thirty" not in m.group("day")
                )
                if not low or m.group("lead") in ("on", "by", "since", "until", "till"):
                    yield m.start("day"), m.end("day"), 0.6


def _is_word(text: str, m: re.Match[str]) -> bool:
    """ "may one day", "march two by two", "mar 4": a month that is a word here."""
    told = m.group()
    if re.match(r"may (?:a |one|be|the first)", told) or re.match(r"(?:march|mar|sep|dec) (?:uno|dos|tres)", told):
        return True
    return told.startswith(("lent", "advent", "tet", "holi")) and not re.search(
        r"\b(?:for|of|during|in|after|before|since) $", text[max(0, m.start() - 8) : m.start()]
    )


def _ages(text: str, cased: str) -> Iterator[tuple[int, int]]:
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


_KIN = re.compile(
    r"\b(?:son|daughter|boy|girl|baby|mom|mother|dad|father|brother|sister|nephew|niece|grandson|granddaughter|"
    r"oldest|youngest|kid|middle one|little one|husband|wife|he|she|who|twins|cousin|uncle|aunt|grandma|"
    r"granny|abuela|hijo|hija|hermano|hermana|[A-Za-z]{3,12}) $"
)
_LIVED = re.compile(
    r"^[ ,]*(?:i|he|she|we|they|my|and i|when|it was|in |she'd|he'd|i'd|on\b|years|with|and by|and|,|\.|\n|$)"
)


def _person_before(text: str, at: int) -> bool:
    """ "my son is nine", "Remington is nine": kin or a capital before the verb; a bare noun is not enough."""
    m = _KIN.search(text[max(0, at - 16) : at])
    if m is None:
        return False
    word = m.group().strip()
    return word in _KINSHIP or (text[m.start()].isupper() and word not in _NO_PERSON)


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
