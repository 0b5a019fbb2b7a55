"""CLEAN_TIME: lengths of abstinence, counted days, chips.

- A length of time says nothing alone; the words around it decide (`disclosure_cues`), such as "clean", "off meth", "got
  my", "how long", against "ago", "old", "of probation".
- Read on the plain text of `disclosure_phrases.plain`; every pattern is bounded, so the cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Category, Label
from recognizers.disclosure_cues import Cues, cue
from recognizers.disclosure_forms import NUMBER
from recognizers.reading import Found

_W = r"(?<![^\W_])"
_E = r"(?![^\W_])"
UNIT = (
    r"(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|hours|hrs|dias?|semanas?|mes(?:es)?|ano?s?|sundays|"
    r"fridays|mornings|"
    r"nights)"
)
_TAIL = (
    rf"(?:[\s,]{{1,2}}(?:and |y |& ?)?(?:a half|media?o?|(?:some|a little|a bit of) change|a bit|a few days|"
    rf"un (?:mes|dia)|some (?:days|weeks|months)|change|(?:an?|some|{NUMBER})[\s-]{UNIT}){_E}){{0,2}}"
)
LENGTH = re.compile(
    rf"{_W}(?:(?:{NUMBER}|an?|una?|some|half an?|several|(?:{NUMBER})\s(?:some|odd|and a half|y medio))[\s-]{{1,2}}"
    rf"{UNIT}{_E}{_TAIL}|(?:day|dia|day number)[\s#]{{1,2}}{NUMBER}|(?:ano|mes) y medio|\d{{1,4}}(?:d|mo|yr|"
    rf"yrs|mos)){_E}"
)
CLEAN = (
    r"(?:clean|sober|dry|abstinent|sobriety|recovery|limpi[oa]s?|sobri[oa]s?|bet[\s-]?free|drug[\s-]free|"
    r"alcohol[\s-]free|"
    r"smoke[\s-]free)"
)
DRUG = (
    r"(?:drink(?:ing|s)?|drank|us(?:e|ed|ing)|alcohol|dope|heroin|meth|crystal|fentanyl|fetty|fent|pills?|"
    r"percs?|coke|crack|"
    r"weed|booze|beer|wine|vodka|liquor|gin|whiskey|it|them|everything|opioids?|opiates|ice|blues|oxys?|tina|"
    r"tranq|spice|"
    r"kratom|anything|that stuff|stuff|all of it|drugs|the needle|the bottle|slots|cards|gambling|bets?|"
    r"betting|smoking|"
    r"shooting|k2|lean|adderall|xanax|benzos|ketamine|speed|h|g|a drop|a drink|a pill|a hit|the rest|tramadol|vicodin|"
    r"tomar|usar|beber|consumir|fumar|apostar|jugar|tequila|trago|nada)"
)
_DAYS = r"(?:sunday|monday|tuesday|wednesday|thursday|friday|saturday)"
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_IN = (
    r"(?:jail|prison|county|custody|lockup|detox|rehab|treatment|the (?:army|navy|marines|county|joint|hole|"
    r"job|service|union))"
)
_OF = (
    r"(?:probation|parole|work|age|school|jail|prison|service|pay|rent|classes|meds|supply|treatment|community|house|"
    r"marriage|experience|practice|being)"
)
FLOOR = 0.26  # least score that is reported
CUES = Cues(
    bias=-1.4,
    floor=FLOOR,
    cues=(
        cue("right", rf"[\s,]{{1,2}}(?:completely |fully |now |of being |of )?{CLEAN}{_E}", 1.6),
        cue(
            "right",
            r"[\s,]{1,2}(?:now |today |completely )?(?:off|without|free of|free from|away from|clear of|sin)(?: of)?"
            rf"(?: (?:the|that|any|a|my|all|his|her|un|la|el)){{0,2}} {DRUG}{_E}",
            2.1,
        ),
        cue(
            "right",
            r"[\s,]{1,2}(?:off|without|sin|no|dry|w/o)(?![^\W_])(?! work| from| the (?:job|boat|books|grid|road))",
            1.1,
        ),
        cue(
            "right",
            r"[\s,-]{1,2}(?:chips?|medallions?|coins?|key ?tags?|tokens?|cake|pin|ficha|medalla|pastel|ring)(?![^\W_])",
            1.1,
        ),
        cue(
            "right",
            r"[\s,]{1,2}(?:since (?:my|his|her|the|i|he|she) (?:last|quit|stopped|slip|relapse|used|drank|"
            r"hit)|from (?:my|his|her) last|out from)",
            -0.2,
        ),
        cue(
            "right",
            r"[\s,]{1,2}in (?:aa|na|ga|al[\s-]anon|recovery|the program|a a|n a|the rooms|smart|ca|cma|doble "
            r"a)(?![^\W_])",
            1.5,
        ),
        cue(
            "right",
            rf"[\s,]{{1,2}}(?:today|(?:on |come |this )?{_DAYS}|yesterday|this (?:morning|week)|come|tomorrow|"
            rf"in {_MONTHS}|next month|put "
            r"together|down the drain|now|straight|and counting|under my belt|hoy|tonight)(?![^\W_])",
            1.8,
        ),
        cue(
            "right",
            rf"[\s,-]{{1,2}}(?:ago|old|later|apart|late|earlier|early release|left|pregnant|along|of {_OF}|in "
            rf"{_IN}|at (?:a time|the|most)|"
            r"on (?:probation|parole|paper|heroin|meth|dope|the (?:job|boat|boats|waitlist|list|run|street|"
            r"streets|road))|behind|overdue|"
            r"from now|to go|upstate|married|together|for (?:a|the|my|possession|dui|good)|working|living|"
            r"before|after|until|till|"
            r"notice|supply|program|sentence|flat|inside|post|de edad|wait|waiting|hold|back|grace)(?![^\W_])",
            -2.1,
        ),
        cue("right", r"[\s,-]{1,2}(?:in|at|with|as|to|on|long|running|each|per)\s", -0.4),
        cue("right", r"[\s,]{1,2}(?:since|desde|from|counting|as of|dating|counted)(?![^\W_])", 0.4),
        cue("right", r" old", -0.7),
        cue(
            "left",
            rf"(?:{CLEAN}|stay(?:ed|ing)? {CLEAN}|off (?:of )?(?:the )?{DRUG}|quit|bet free)[\s,:;-]{{1,2}}"
            r"(?:for |now |going on |about |almost |over |like |at |date |nearly |around |time |time is |ya |"
            r"desde hace |hace |por ){0,3}",
            2.1,
        ),
        cue(
            "left",
            r"(?:haven't|hasn't|havent|hasnt|ain't|aint|not|never|didn't|nothing|no)(?: \w+){0,5} (?:in|for|"
            r"going on) (?:over |about |almost |like )?",
            1.0,
        ),
        cue(
            "left",
            r"(?:llevo|lleva|llevas|llevamos|cumpl[oie]\w*|cumpli|voy (?:a|por)|ya tengo|ya tiene|ya son)(?: "
            r"ya| con| mis| sus| los| casi| como){0,2} ",
            0.4,
        ),
        cue(
            "left",
            r"(?:celebrat\w+|pick(?:ed|ing) up|picks up|got|earned|took|taking|takes|gets|getting|collect\w*|"
            r"hand\w*|lost|lose|hits?|made it to|"
            r"reached|com(?:ing|in) up on|working on|made)(?: (?:my|his|her|their|a|the|our|up|another)){1,2} ",
            0.8,
        ),
        cue(
            "left",
            r"(?:i|he|she|they|you|who|peer|client|pt|cl|ct)(?:'ve|'s|'d|ve| have| has| had| got| now have)?"
            r"(?: (?:got|have|had|has|now|just|only|already|about|almost|like|nearly|over|made|at|put "
            r"together|did|been)){1,3} ",
            0.9,
        ),
        cue(
            "left",
            r"(?:i'm|he's|she's|im|i am|he is|she is|they're|is|are|was|be|you're)(?: (?:at|on|only|about|"
            r"just|now|almost|over|like|a|up to)){0,2} ",
            0.8,
        ),
        cue(
            "left",
            r"(?:it's|its|that's|thats|that is|it is|it'll be|that makes|makes|makes it|so|be|today is|"
            r"today's|today|been|gives you|what|lleva|"
            r"reports|reporting|states|says|with|tengo|tiene|tenia|counts|count is|at)(?: (?:been|about|like|"
            r"almost|now|over|only|still|just|me|at|what|i got)){0,3} ",
            1.0,
        ),
        cue(
            "left",
            r"(?:every|next|last|within|another|after|per|ages?|aged|turned|turns|wait(?:ed|ing)?|worked|"
            r"married|served|sentenced|gave (?:me|him|her)|"
            r"facing|does|doing|in|for|the first|the next|past|the last|once|than|by|over the|throughout|of|"
            r"until|till|old|from)(?: (?:about|like|almost|over|the|a))? ",
            -2.0,
        ),
        cue("left", r"(?:had|i'd|he'd|she'd)(?: \w+)? ", 2.0),
        cue("left", r"(?:got|have|has|'ve|'s got|tengo|tiene)(?: \w+)? ", 1.7),
        cue(
            "left",
            r"(?:labor|memorial|christmas|new year's|presidents'|valentine's|patrick's|souls'|saints'|"
            r"mother's|father's|veterans) ",
            -1.5,
        ),
        cue(
            "left",
            r"[.?!:>\n;(](?:-)?\s{0,2}[\"']?(?:(?:so|now|about|like|um|uh|yeah|then|today|almost|and|well|nah|"
            r"okay|just|only)[\s,]{1,2})?",
            0.5,
        ),
        cue(
            "before",
            r"how (?:long|many days|many months|much (?:clean )?time|far|many)|what day|days? (?:are|is|you|"
            r"we|you're) (?:we |you )?(?:at|on)|(?:sobriety|clean) date|celebrat\w*|anniversary|birthdays|got "
            r"time|any time|when (?:was|did)|last (?:use|drink|time)|what are you (?:at|now)|counts?|counting|"
            r"brag|proud|congrat\w*",
            0.4,
        ),
        cue(
            "near",
            rf"{CLEAN}|relaps\w*|sponsor|chip|medallion|key ?tag|last (?:drink|use|used|hit|drunk|bet)|"
            rf"slipped|picked up|recai\w*|drank|streak|"
            r"(?:sober|clean) date|my date|counting|a drop|how long|long (?:now|you been)|proud of",
            1.0,
        ),
        cue(
            "near",
            rf"chips?|using|used again|counter|off (?:of )?(?:the )?{DRUG}|a a|n a|aa|na|home ?group|drinking|"
            rf"drunk|a drink|meetings?|quit|craving\w*|"
            r"use|uses|dope|meth|heroin|suboxone|methadone|vivitrol|rehab|detox|felicidades|orgullo\w*|bet|"
            r"gambl\w*|bottle|alcohol|tomar",
            0.4,
        ),
        cue("self", r"^(?:day|dia) ", 0.0),
        cue("self", r"day|dia", 0.6),
        cue("self", r"month|mo|mes", 0.8),
        cue("self", r"hour|hrs", -2.3),
        cue("self", r"^an? |^una? ", 0.0),
        cue(
            "line",
            r"work\w*|drove|drives?|job|boat|welder|hauling|roof\w*|nurse|crew|shift|company|teach\w*|married|"
            r"army|guard|navy|marines?|lived|rent|"
            r"seasons?|fish\w*|deploy\w*|tours?|construction|mine|retired|laid off|waitlist|lease|voucher|"
            r"appointment|refill|supply|class\w*|course|due|baby",
            -0.5,
        ),
        cue(
            "line",
            r"jail|prison|county|upstate|sentence\w*|probation|parole|served|locked|charge|judge|detention|"
            r"bid|sanction|lockup|sat|did",
            -0.6,
        ),
    ),
)


def lengths(text: str) -> Iterator[Found]:
    """Lengths of abstinence in the plain `text`."""
    for found in LENGTH.finditer(text):
        start, end = found.span()
        score = CUES.score(text, start, end)
        if score >= FLOOR:
            score = min(0.95, 0.5 + 0.6 * (score - FLOOR))
            yield Found(start=start, end=end, label=Label.CLEAN_TIME, score=score, category=Category.SUBSTANCE)
