"""SOBRIETY_DATE: calendar dates of sobriety, relapse or last use.

- A calendar date, written or spoken, English or Spanish, counts when the words around it speak of stopping, slipping or
  counting (`disclosure_cues`): "sober since", "slipped on", "is my day".
- Read on the plain text of `disclosure_phrases.plain`; every pattern is bounded, so the cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Category, Label
from recognizers.disclosure_cues import Cues, cue
from recognizers.disclosure_forms import NUMBER
from recognizers.disclosure_times import CLEAN, UNIT
from recognizers.reading import Found

_W = r"(?<![^\W_])"
_E = r"(?![^\W_])"
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|"
    r"apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\.?"
)
_ORD = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|"
    r"fourteenth|fifteenth|sixteenth|seventeenth|"
    r"eighteenth|nineteenth|twentieth|thirtieth|(?:twenty|thirty)[\s-](?:first|second|third|fourth|fifth|"
    r"sixth|seventh|eighth|ninth))"
)
_CARD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|"
    r"(?:twenty|thirty)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?)"
)
_ES = (
    r"(?:primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|"
    r"dieciseis|diecisiete|dieciocho|diecinueve|"
    r"veinte|veinti\w{2,7}|treinta(?: y uno)?)"
)
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORD}|{_CARD})"
_YEAR = (
    r"(?:(?:[\s,]{1,2}(?:of |de |del )?(?:'?\d{2}(?:\d{2})?(?!\d|:)|(?:nineteen|"
    r"twenty)[\s-](?:\w+)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|two thousand(?: and)?(?: \w+)?(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?|dos mil "
    r"\w+(?: y \w+)?|veinti\w+)))?"
)
HOLIDAY = (
    r"(?:new year'?s(?: eve| day)?|valentine'?s(?: day)?|(?:saint|st\.?) patrick'?s(?: day)?|st paddy'?s(?: "
    r"day)?|easter(?: sunday| monday)?|good friday|palm sunday|ash wednesday|"
    r"mardi gras(?: day)?|fat tuesday|mother'?s day|father'?s day|memorial day|juneteenth|(?:the )?(?:fourth|"
    r"4th) of july|independence day|labor day|columbus day|"
    r"indigenous peoples'? day|halloween|all (?:saints|souls)'? day|veterans'? day|thanksgiving|black friday|"
    r"christmas(?: eve| day)?|boxing day|super bowl sunday|"
    r"presidents'? day|(?:mlk|martin luther king) day|groundhog day|cinco de mayo|dia de (?:los )?muertos|"
    r"nochebuena|navidad|semana santa|ano nuevo|"
    r"the feast of (?:\w+ ?){1,4}|watch night|guy fawkes(?: day)?|eid|ramadan|yom kippur|rosh hashanah|"
    r"hanukkah|passover|diwali|tet|lunar new year|chinese new year|"
    r"orthodox christmas|pentecost|ascension|epiphany|three kings(?: day)?|day of the (?:dead|virgin)|(?:my|"
    r"his|her) birthday|indian day|patriot'?s day|flag day|"
    r"opening day|st\.? \w+'s day|saint \w+'s day|the solstice|first day of spring)"
)
FULL = (
    rf"{MONTH}[\s,]{{1,2}}(?:the )?{_DAY}{_YEAR}|(?:the )?{_ORD}(?: day)? of {MONTH}{_YEAR}|(?:the "
    rf")?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH}{_YEAR}|"
    rf"(?:el )?(?:{_ES}|\d{{1,2}}) de {MONTH}{_YEAR}|\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?|"
    rf"\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"(?:the )?(?:first|second|third|fourth|last) (?:mon|tues|wednes|thurs|fri|satur|sun)day (?:of|in) "
    rf"{MONTH}|{HOLIDAY}(?:[\s,]{{1,2}}(?:of )?\d{{4}}|[\s,]{{1,2}}nineteen[\s-]\w+(?:[\s-]\w+)?)?|{MONTH} "
    rf"(?:of )?\d{{4}}"
)
WEAK = rf"the (?:{_ORD}|\d{{1,2}}(?:st|nd|rd|th))|{MONTH}|el {_ES}"
DATE = re.compile(rf"{_W}(?:(?P<full>{FULL})|(?P<weak>{WEAK})){_E}")

_GAP = r"(?:[^\n]{0,%d}?)"
_STOPPED = (
    r"(?:slipped|relapsed?|relapsing|relapse|picked up|used|drank|drunk|fell off|went (?:back )?out|quit|"
    r"stopped|put (?:it|the \w+|that \w+)(?: \w+)? down|recai|recayo|recaida|deje|dejo|"
    r"returned to use|got high|drinking|using|gave (?:it|that) up|got clean|got sober|clean|sober|sobriety|"
    r"sobria?|limpi[oa]|started counting|put down|od'd|overdosed|od|smoked|shot up|"
    r"fell out|had a (?:slip|drink|beer|relapse)|took (?:one|half|a)[^\n.]{0,15}|new day|day (?:one|1|zero|0)|"
    r"detox(?:ed)?|withdrew|volvi a \w+|tome|tomo|kicked|bet|gambled|lapse|slip)"
)
FLOOR = 0.26  # least score that is reported
CUES = Cues(
    bias=-3.0,
    floor=FLOOR,
    cues=(
        cue(
            "left",
            r"(?:clean|sober|sobriety|soberity|quit|recovery|relapse|last[\s-]use|sober[\s-]?date|new|my|her|"
            r"his|your|dry)[\s-]{1,2}(?:date|birthday|day|anniversary)(?:[\s:,-]{1,3}|'s | is | was | of "
            r"| would be | being | it's | changed to | reset to | now | ma?r?ked as | = | on ){0,3}",
            3.0,
        ),
        cue(
            "left",
            r"last (?:\w+ )?(?:drink|drunk|use|used|drank|hit|bet|dose|pill|time|shot|swallow|smoked?|bender|"
            r"wager|one|fix|slip|relapse|high|ride|spin|copa|trago|vez|cerveza|known "
            r"use)(?:[^\n.]{0,28}?)(?:[\s:,-]{1,3}| was | on | is | fue | el )(?:the (?:morning|night|"
            r"evening|afternoon|day) (?:of|after|before) |early |around |about |el |on |like ){0,2}",
            2.2,
        ),
        cue(
            "left",
            r"ultim[oa] (?:copa|vez|trago|dia|cerveza)(?:[^\n.]{0,28}?)(?: fue | el |[\s:,]{1,2}){1,2}",
            1.6,
        ),
        cue(
            "left",
            rf"{_STOPPED}(?:[^\n.;]{{0,28}}?)[\s,:(]{{1,2}}(?:on|since|from|as of|over|back on|back in|in|"
            rf"around|el|desde|since about|just before|right after|that|until|till|last|was|of|"
            rf"up)[\s:]{{1,2}}(?:el |about |the night of |the day after |the morning of |early |way back |the "
            rf"week of |the day of ){{0,2}}",
            2.1,
        ),
        cue("left", rf"{_STOPPED}[\s,:]{{1,2}}(?:back )?", 1.5),
        cue(
            "left",
            r"(?:nothing|none|not a (?:drop|drink|pill|hit|sip|bet)|nary a drop|hasn't \w+|haven't \w+|hasn't "
            r"(?:had|touched)[^\n.]{0,25}|haven't (?:had|touched|used|drank|been)[^\n.]{0,25}|"
            r"havent[^\n.]{0,25}|hasnt[^\n.]{0,25}|no (?:use|drink|drinking|alcohol|drugs|bets?|slips?)|"
            r"ain't[^\n.]{0,25}|no tomo|no uso|not (?:had|touched|used|drank)[^\n.]{0,25}|never (?:drank|used|"
            r"touched)[^\n.]{0,25}|off[^\n.]{0,20}|without[^\n.]{0,20}|sin tomar|on (?:the )?(?:methadone|"
            r"suboxone|sublocade|vivitrol|it|mat)) (?:since|desde)(?: about| el| way back in| around| the "
            r"morning of)? ",
            1.0,
        ),
        cue(
            "left",
            r"(?:count(?:s|ing|ed)?|dating|date|starts|start|goes|go|running) (?:it |them |myself |mine |his |"
            r"hers |days |the days |clean time |time )?(?:from|since|back to|off)(?: the day[^\n.]{0,20}?)? ",
            1.5,
        ),
        cue(
            "left",
            r"(?:new count|new clock|the count|count|clock|counter|app|streak)(?: \w+){0,3} (?:begins|began|"
            r"starts|started|reset|restarted|says|set to|set|is|from|since|on|at)(?: on| from| back to| to| since)? ",
            0.1,
        ),
        cue(
            "left",
            r"(?:day (?:one|1|zero|0|uno)|first day(?: clean| sober)?|dia uno)(?:[\s:,=-]{1,3}| was | is | of "
            r"| on | fue (?:el )?| being ){1,2}",
            0.0,
        ),
        cue(
            "right",
            r"[\s,]{1,2}(?:is|was|was when|es|fue|that's|it's)? ?(?:my|his|her|the|mi|su)?(?: new| real| "
            r"own)? ?(?:(?:clean|sober|sobriety|quit|recovery|last|new) (?:date|birthday|day|drink|use|time|"
            r"one|swallow|clean|hit|bet|drunk|anniversary)|day (?:one|1|zero|0)|new day|first day (?:clean|"
            r"sober)|ultim[oa] )",
            1.6,
        ),
        cue(
            "right",
            r"[\s,]{1,2}(?:is|was|es|fue)? ?(?:when|the (?:day|night|morning|last time)|cuando|el dia)(?: "
            r"that)? (?:i|he|she|they|we|que)? ?(?:last |finally |\w+ )?(?:quit|stopped|put|got clean|got "
            r"sober|used|drank|slipped|relapsed|recai|deje|picked up|fell|gave|walked)",
            0.9,
        ),
        cue("right", r"[^\n.]{0,12} is (?:my|his|her) (?:date|clean|sober)", 0.7),
        cue("left", r"(?:since|desde)(?: about| el| way back in| around| the (?:morning|night) of| last)? ", 1.3),
        cue(
            "left",
            rf"(?:[^\W_]+(?:[\s-][^\W_]+){{0,3}}[\s-])?{UNIT}(?: \w+){{0,3}}[\s,.;(:-]{{1,3}}(?:since|desde|"
            rf"on|counting from|from|as of|so that's|it was|that's|el|so)? ?(?:el |the )?",
            1.8,
        ),
        cue(
            "right",
            rf"[\s,.;:)-]{{1,3}}(?:so |that's |that is |today is |it's |which is |making it |llevo |and |now "
            rf")?(?:it's |i'm at |i got |about |that's |at )?(?:{NUMBER}|day)[\s-]{{1,2}}(?:{UNIT}|{NUMBER})",
            0.7,
        ),
        cue(
            "right",
            r"[\s,.]{1,3}(?:and )?(?:i |he |she )?(?:haven't|hasn't|havent|never|not)(?: \w+){0,3} (?:since|"
            r"used|drank|touched)",
            0.0,
        ),
        cue(
            "right",
            r"[\s,]{1,2}(?:i|he|she|they)(?: finally)? (?:slipped|relapsed|used|drank|quit|stopped|picked up|"
            r"put|took|smoked|went|got clean|recai)",
            0.4,
        ),
        cue("right", r"[\s,]{1,2}is my (?:day|date)|[\s,]{1,2}was my (?:day|date|last)", 2.5),
        cue(
            "before",
            r"last (?:drink|use|used|time|drunk|hit|bet)|when (?:was|did)|(?:sober|sobriety|clean|quit) date|"
            r"what day|since when|my date|new day|your date",
            1.8,
        ),
        cue(
            "near",
            rf"{CLEAN}|relaps\w+|slipp?(?:ed)?|picked up|drank|a drop|used again|recai\w*|day one|new count",
            0.7,
        ),
        cue(
            "near",
            r"chip|medallion|coin|cake|anniversary|sponsor|drink\w*|using|used|meth|heroin|fentanyl|beer|wine|"
            r"vodka|dope|pills?|overdos\w*|narcan\w*|counts?|counting",
            1.1,
        ),
        cue(
            "line",
            r"born|dob|d\.o\.b|birthday|hearing|court|appointment|appt|admitted|intake|visit|refill|session|"
            r"letter|signed|expires?|due|died|passed|killed|shot|funeral|surgery|moved to|trial|interview|"
            r"filed|report\w*|deadline|tour|deploy\w*|license|licensed|discharged?|scheduled|meets|meeting|"
            r"doctor|judge|released",
            -1.1,
        ),
        cue(
            "left",
            r"(?:by|before|until|till|through|next|due|for|hearing|court|appointment|dob|born|signed|dated|"
            r"date:|moved to|after) (?:on )?",
            -0.9,
        ),
        cue("self", r"\d[/.-]\d", -1.4),
        cue("self", r"^(?:the )?(?:\d{1,2}(?:st|nd|rd|th)|\w+)$|^the \w+[\s-]\w+$", 0.0),
        cue("self", rf"^{HOLIDAY}", 0.0),
        cue("self", rf"^{MONTH}$", 0.0),
        cue("self", r"\d{4}|nineteen|twenty twenty|two thousand|del veinti", 0.8),
    ),
)


def dates(text: str) -> Iterator[Found]:
    """Dates of sobriety, relapse or last use in the plain `text`."""
    for found in DATE.finditer(text):
        start, end = found.span()
        score = CUES.score(text, start, end)
        if score >= FLOOR:
            score = min(0.95, 0.5 + 0.6 * (score - FLOOR))
            yield Found(start=start, end=end, label=Label.SOBRIETY_DATE, score=score, category=Category.SUBSTANCE)
