"""Lengths of abstinence (CLEAN_TIME) and dates of sobriety, relapse or last use (SOBRIETY_DATE).

- A length or a date alone says nothing; it counts when the words around it speak of abstinence. Each cue has a weight;
  cues of other matters (age, work, sentence, "ago") weigh against. The weights are set by hand on the authors
  e g i k n p r t v y of the training corpus and checked on the others.
- Read on the plain text of `disclosure_phrases.plain`; every pattern is bounded, so the cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Category, Label
from recognizers.disclosure_forms import NUMBER
from recognizers.reading import Found

BEFORE, AFTER, FAR = 60, 60, 140
_W = r"(?<![^\W_])"
_E = r"(?![^\W_])"

UNIT = r"(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|yr|hours|hrs|dias?|semanas?|mes(?:es)?|ano?s?)"
_TAIL = (
    rf"(?:[\s,]+(?:and|y|&)?\s?(?:a half|media?o?|(?:some|a little) change|a bit|some|a week|a month|a day|a few days|"
    rf"some (?:days|weeks|months)|change|(?:{NUMBER})[\s-]{UNIT}))?"
)
LENGTH = re.compile(
    rf"{_W}(?:(?:{NUMBER}|a|an|un|una|some|half a|(?:{NUMBER})\s(?:some|odd|and a half|y medio))[\s-]{{1,2}}{UNIT}{_TAIL}"
    rf"|(?:day|dia|day number|day #)[\s#]{{1,2}}{NUMBER}|(?:ano|mes) y medio|(?:{NUMBER})(?:d|mo|yr|yrs|mos){_E}){_E}"
)
BARE = re.compile(rf"{_W}{NUMBER}{_E}")

CLEAN = r"(?:clean|sober|dry|abstinent|sobriety|recovery|limpi[oa]s?|sobri[oa]s?|clean and sober|bet[\s-]?free|drug[\s-]free|alcohol[\s-]free|smoke[\s-]free)"
DRUG = (
    r"(?:drink(?:ing|s)?|drank|us(?:e|ed|ing)|alcohol|dope|heroin|meth|crystal|fentanyl|fetty|fent|pills?|percs?|coke|crack|weed|booze|beer|wine|vodka"
    r"|liquor|gin|whiskey|it|them|everything|opioids?|opiates|ice|blues|oxys?|oxy|tina|tranq|spice|kratom|anything|that stuff|stuff|all of it|"
    r"drugs|the needle|the bottle|slots|cards|gambling|a bet|bets?|betting|bet|smoking|shooting|k2|lean|adderall|xanax|benzos|ketamine|speed|h|g|"
    r"a drop|a drink|a pill|a hit|the rest|cigarettes|tramadol|vicodin|tomar|usar|beber|consumir|fumar|apostar|jugar|tequila|trago|nada)"
)
RIGHT = (
    (4.0, rf"[\s,]{{1,2}}(?:completely |fully |now |of being |of )?{CLEAN}{_E}"),
    (4.0, rf"[\s,]{{1,2}}(?:now |today |completely )?(?:off|without|free of|free from|away from|clear of|sin)(?: of)?(?: (?:the|that|any|a|my|all|his|her|un|la|el)){{0,2}} {DRUG}{_E}"),
    (2.5, rf"[\s,]{{1,2}}(?:off|without|sin|no){_E}(?! work| from| the (?:job|boat|books|grid))"),
    (3.5, rf"[\s,-]{{1,2}}(?:chips?|medallions?|coins?|key ?tags?|keytag|tokens?|cake|pin|birthday in|ficha|medalla|pastel|ring){_E}"),
    (3.0, rf"[\s,]{{1,2}}(?:since (?:my|his|her|the|i|he|she) (?:last|quit|stopped|slip|relapse|used|drank|hit)|from (?:my|his|her) last|out from)"),
    (3.0, rf"[\s,]{{1,2}}in (?:aa|na|ga|al[\s-]anon|recovery|the program|a a|n a|the rooms|smart|ca|cma|doble a){_E}"),
    (2.5, rf"[\s,]{{1,2}}(?:today|sunday|monday|tuesday|wednesday|thursday|friday|saturday|this (?:morning|week)|come|tomorrow|on (?:sun|mon|tues|wednes|thurs|fri|satur)day|in (?:january|february|march|april|may|june|july|august|september|october|november|december)|next month|put together|down the drain|now|straight|and counting|under my belt|hoy){_E}"),
    (-4.0, rf"[\s,-]{{1,2}}(?:ago|old|later|apart|late|earlier|early release|left|pregnant|along|of (?:probation|parole|work|age|school|jail|prison|service|pay|rent|classes|meds|supply|treatment|community|house|marriage|experience)|in (?:jail|prison|county|the (?:army|navy|marines|county|joint|hole|job|service|union)|lockup|custody|detox|rehab|treatment)|at (?:a time|the|most)|on (?:probation|parole|paper|the (?:job|boat|boats|waitlist|list|run|street|streets))|behind|overdue|from now|to go|upstate|married|together|for (?:a|the|my|possession|dui|good)|working|living|before|after|until|till|notice|supply|program|sentence|flat|inside|post|hace|de edad|a week|a month|a year|waiting|wait|hold){_E}"),
    (-1.5, rf"[\s,-]{{1,2}}(?:in|at|with|as|to|on|long|running|each|per|straight of)\s"),
)
LEFT = (
    (4.0, rf"(?:{CLEAN}|stay(?:ed|ing)? (?:{CLEAN})|off (?:of )?(?:the )?{DRUG}|quit|bet free)[\s,:;-]{{1,2}}(?:for |now |going on |about |almost |over |like |at |date |nearly |around |time |time is |ya |desde hace |hace |por ){{0,3}}"),
    (3.5, r"(?:haven't|hasn't|havent|hasnt|ain't|aint|not|never|didn't|nothing|no)(?: \w+){0,5} (?:in|for|going on) (?:over |about |almost |like )?"),
    (3.5, r"(?:llevo|lleva|llevas|llevamos|cumpl[oie]\w*|cumpli|voy (?:a|por)|ya tengo|ya tiene|ya son)(?: ya| con| mis| sus| los| casi| como){0,2} "),
    (3.5, r"(?:celebrat\w+|pick(?:ed|ing) up|picks up|got|earned|took|taking|takes|gets|getting|collect\w*|hand\w*|lost|lose|hit|hits|made it to|reached|coming up on|comin up on|working on|made)(?: (?:my|his|her|their|a|the|our|our|up|another)){1,2} "),
    (2.0, r"(?:\bi|he|she|they|you|who|peer|client|pt|cl|ct)(?:'ve|'s|'d|ve| have| has| had| got| now have)?(?: (?:got|have|had|has|now|just|only|already|about|almost|like|nearly|over|made|at|put together|did|been)){1,3} "),
    (2.0, r"(?:\bi'm|he's|she's|im|i am|he is|she is|they're|is|are|was|be|you're)(?: (?:at|on|only|about|just|now|almost|over|like|a|up to)){0,2} "),
    (2.0, r"(?:it's|its|that's|thats|that is|it is|it'll be|that makes|makes|makes it|so|be|today is|today's|today|been|gives you|what|lleva|reports|reporting|states|says|with|esp|tengo|tiene|tenia|tenemos|counts|count is|at)(?: (?:been|about|like|almost|now|over|gonna be|only|still|just|me|at|what|i got)){0,3} "),
    (-2.5, r"(?:every|next|last|within|another|after|per|ages?|aged|turned|turns|wait(?:ed|ing)?|worked|married|served|sentenced|gave (?:me|him|her)|facing|give (?:me|him|her)|did|does|doing|in|for|the first|the next|past|the last|about once|than|two to|by|over the|throughout|once|of|until|till|old|from)(?: (?:about|like|almost|over|the|a))? "),
)
RECOVERY = re.compile(
    rf"{_W}(?:{CLEAN}|sobriety|relaps\w*|sponsor\w*|chips?|medallion|key ?tag|last (?:drink|use|used|hit|drunk|bet|drank)|slipp?(?:ed)?|picked up|recai\w*|using|used again"
    rf"|clean (?:date|time)|sober date|counter|streak|off (?:of )?(?:the )?{DRUG}|a a|n a|aa|na|home ?group|drank|drinking|drunk|a drink|meetings?|quit|craving\w*|use|uses|dope|meth|heroin|suboxone|methadone|vivitrol|rehab|detox"
    rf"|proud of you|congratulat\w*|felicidades|orgullo\w*|my date|bet|gambl\w*|a drop|bottle|alcohol|tomar|counting){_E}"
)
STRONG = re.compile(rf"{_W}(?:{CLEAN}|relaps\w*|sponsor|chip|medallion|key ?tag|last (?:drink|use|used|hit|drunk|bet)|slipped|picked up|recai\w*|drank|streak|sober date|clean date|my date|counting|a drop|how long|be?en clean|long (?:now|you been)|proud of){_E}")


def _compiled(cues: tuple[tuple[float, str], ...], *, left: bool) -> tuple[tuple[float, re.Pattern[str]], ...]:
    return tuple((w, re.compile(f"{_W}(?:{p})\\Z" if left else p)) for w, p in cues)


_RIGHT = _compiled(RIGHT, left=False)
_LEFT = _compiled(LEFT, left=True)
NEEDED = 3.2


def lengths(text: str) -> Iterator[Found]:
    """Lengths of abstinence in the plain `text`."""
    for found in LENGTH.finditer(text):
        weight = _weight(text, found.start(), found.end())
        if found.group().startswith(("day", "dia")):
            weight += 2.0
        if weight >= NEEDED:
            score = min(0.95, 0.55 + 0.06 * (weight - NEEDED))
            yield Found(
                start=found.start(), end=found.end(), label=Label.CLEAN_TIME, score=score, category=Category.SUBSTANCE
            )


def _weight(text: str, start: int, end: int) -> float:
    low = max(0, start - BEFORE)
    right = [w for w, p in _RIGHT if p.match(text, end)]
    left = [w for w, p in _LEFT if p.search(text, low, start)]
    near = text[max(0, start - FAR) : end + FAR]
    weight = max([0.0, *(w for w in right if w > 0)]) + min([0.0, *(w for w in right if w < 0)])
    weight += max([0.0, *(w for w in left if w > 0)]) + min([0.0, *(w for w in left if w < 0)])
    return weight + (1.5 if STRONG.search(near) else 0.7 if RECOVERY.search(near) else 0.0)
