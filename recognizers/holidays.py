"""Holidays and feasts, which name a day of the calendar, in English and Spanish.

- The eve, the weekend after, the Sunday of it and a year beside it belong to it.
- A thing named after a holiday ("christmas lights", "easter ham") is none.
- Holidays that are words or names of other meaning (lent, advent, tet, holi) need a preposition of time before them.

Source: United States federal and customary holidays, the feasts of larger faiths, Latin American days;
general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.calendar_words import IN_YEAR

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
    rf"(?: (?:eve|day|weekend|night|morning|sunday|monday)\b(?:'s)?)?(?:{IN_YEAR})?\b"
    r"(?! (?:trees?|lights|cards?|music|movies?|cookies?|songs?|carols?|party|parties|presents?|dinner|dishes|"
    r"shopping|cactus|special|costumes?|candy|baskets?|eggs?|lilies|ham|resolutions?))"
)


def holidays(text: str) -> Iterator[tuple[int, int, float]]:
    """Start, end and score of each holiday in folded text, in order."""
    for m in HOLIDAY.finditer(text):
        if not _is_word(text, m):
            yield m.start(), m.end(), 0.75


def _is_word(text: str, m: re.Match[str]) -> bool:
    """ "he lent me his car": a holiday that is a word here."""
    return m.group().startswith(("lent", "advent", "tet", "holi")) and not re.search(
        r"\b(?:for|of|during|in|after|before|since) $", text[max(0, m.start() - 8) : m.start()]
    )
