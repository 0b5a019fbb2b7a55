"""What stands around a phrase: whether an everyday word is meant as a disclosure there.

- Some words disclose only among others: "ice" among words of using, "depression" among words of illness, "smart" among
  words of meetings. A section of a lexicon asks for that with a flag; the tests here answer it from the words of the
  same line, up to REACH characters to each side.
- A word that is part of a name ("Gore Creek", "Pine Needle Methodist"), an address or a number is not meant as itself.
- What is said in general (a training, a rule, a poster) is no disclosure: `general`; nor a denial of harm: `denied`.

Sources of the lists: general knowledge of recovery talk, written for this project (Apache-2.0).
"""

from __future__ import annotations

import re

from recognizers.disclosure_forms import word_set

REACH = 70


def _words(*parts: str) -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])(?:" + "|".join(" ".join(parts).replace("_", r"\s").split()) + r")(?![^\W_])")


USE = _words(
    "us(?:e|es|ed|ing) drank drink drinks drinking drunk smok(?:e|es|ed|ing) snort(?:ed|ing)? shot_up "
    "shoot(?:ing)?_up inject(?:ed|ing)?",
    "slam(?:med|ming)? high clean sober sobriety relaps(?:e|ed|es|ing) slipp?(?:ed)? withdraw(?:al|als|ing|"
    "n)? detox(?:ed|ing)? dope_sick dopesick",
    "overdos(?:e|ed|es|ing) od od'd narcan narcanned fentanyl fetty heroin meth coke cocaine crack weed vodka "
    "beer wine whiskey tequila",
    "liquor booze pills percs? perc blues opioids? opiates? substances? addict(?:ed|ion)? alcoholic recovery "
    "dealer plug dealing sold sells selling",
    "hooked kick(?:ed|ing)? quit craving cravings craved binge bender party parties foil pipe needle rig rigs "
    "hit hits bump line strip strips",
    "gram grams bag bags bottle bottles pint fifth swig sip sips sipped sipping mouthful shot shots swallowed "
    "tall can cans",
    "last_(?:used?|drink|drank) off_(?:the|of|that)? without since taking took popping popped pops huff(?:ed|"
    "ing)? stash stashed hid hiding",
    "street script scripts dose dosed tolerance tested positive traded bought cop copped score scored tomar "
    "tomando tomo tome fumar fumando sin limpio",
    "limpia recai recayo consumir consumo borracho borracha days months years sponsor drug drugs alcohol "
    "liver jail rehab",
)
ILL = _words(
    "diagnos(?:ed|is|es|e) dx hx doctor therapist psych(?:iatrist|iatric|ologist)? counselor meds? medication "
    "pills? treat(?:ed|ment)? therapy",
    "my his her their he she i'm i i've has have had chart phq-?\\d* gad-?\\d* score history severe chronic "
    "disorder ptsd bipolar ocd adhd",
    "depression anxiety trauma prescribed zoloft lexapro sertraline tengo tiene dijo dijeron doctora psicologa",
)
MEET = _words(
    "meetings? group groups sponsor sponsored sponsee chip chips medallion steps? rooms anonymous sober "
    "sobriety clean recovery fellowship chair",
    "chairs chaired share shared homegroup home_group big_book literature workbook online speaker greeter "
    "coffee tried try goes go going went joined",
    "allergic aa na ga smart al_anon wants want says said book app counter zoom basement church junta juntas "
    "grupo reunion reuniones padrino madrina",
    "lady not",
)
GENERAL = _words(
    "training trainings policy policies in_general generally people_who anyone_who if_someone if_somebody "
    "whoever pamphlet flyer flier brochure",
    "poster slide slides handout handouts statistics nationally according_to the_law_says for_example "
    "e\\.g\\. workshop webinar curriculum module",
    "lots_of_people a_lot_of_people most_people some_people folks_who those_who everyone_who the_rule rules",
)
SELF = re.compile(
    r"(?<![^\W_])(?:i|i'm|im|i've|my|me|he|she|his|her|him|hers|mine|myself|yo|mi|me|soy|su|el|ella|client|pt|"
    r"cl)(?![^\W_])"
)
DENIED = re.compile(
    r"(?:(?<![^\W_])(?:no|denies|denied|deny|denying|without|never|negative for|rule out|r/o|not|niega)"
    r"(?:\s(?:any|current|active|history of|hx of|thoughts of|more|a|had|been))*\s)\Z"
)

# what follows a word that is part of the name of a place, a firm or a house
NAMED = re.compile(
    r"[\s-]{1,2}(?:church|bar|school|elementary|high|middle|district|county|road|rd|creek|river|office|center|"
    r"centre|housing|clinic|hospital|society"
    r"|cafe|fellowship|mission|hall|food|restaurant|grocery|market|bread|christmas|new year|baseball|street|"
    r"st|ave|avenue|casino|parish|temple|charities"
    r"|services|college|university|club|lounge|grill|tavern|society|museum|bakery|wellness|cemetery|language|"
    r"health|dental|medical|tech|beach|springs"
    r"|lake|valley|hills?|park|city|island|bay|point|station|depot|trail|tribal court|nation court|housing "
    r"authority|agency|annex|hospice|home|homes"
    r"|cannery|seafoods?|fabrication|freight|trucking|credit|bank|library|community|council|reservation|"
    r"women's|acres|manor|terrace|gardens)(?![^\W_])"
)
NAME_BEFORE = re.compile(r"(?<![^\W_])([A-ZÀ-Þ][\w'’.]*) \Z")
NO_NAME = word_set(
    "i i'm im he he's she she's we we're they they're my his her our a an the and or but so is was as on off "
    "no not with from for to of at by "
    "had has have got yes also only just then that this it it's who being half part raised grew use using "
    "drank drinks drink used last first second "
    "new now since because one two three dx hx todo soy es somos el la le un una mi su y"
)
GLUE = "_@/\\#"


def glued(text: str, start: int, end: int) -> bool:
    """Part of an address, a handle or a number rather than a word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if (before and before in GLUE) or (after and after in GLUE and text[end + 1 : end + 2].isalnum()):
        return not (before == "/" or after == "/") or end - start <= 3
    if before == "." and text[start - 2 : start - 1].isalnum():
        return True
    if after == "." and text[end + 1 : end + 2].isalnum():
        return True
    return end - start <= 3 and (before == "-" or after == "-") and before != " -"


def in_name(text: str, low: str, start: int, end: int) -> bool:
    """A word that is part of the name of a place, a firm or a person."""
    if NAMED.match(low, end):
        return True
    if not text[start].isupper() or text[start:end].isupper():
        return False
    before = NAME_BEFORE.search(text, max(0, start - 25), start)
    if before is not None and before[1].lower().replace("’", "'") not in NO_NAME and not _opens(text, before.start()):
        return True
    return text[end : end + 1] == " " and text[end + 1 : end + 2].isupper() and text[start:end].istitle()


def _opens(text: str, at: int) -> bool:
    """Whether a sentence or a line begins at `at`: a capital there says nothing."""
    before = text[max(0, at - 3) : at].rstrip(" \"'“(*-")
    return not before or before[-1] in ".?!:;\n>|"


def around(text: str, start: int, end: int) -> str:
    """The words of the same line on both sides, the phrase itself left out."""
    return _before(text, start) + " ¦ " + _after(text, end)


def _before(text: str, start: int) -> str:
    return text[max(text.rfind("\n", 0, start) + 1, start - REACH) : start]


def _after(text: str, end: int) -> str:
    stop = text.find("\n", end)
    return text[end : min(stop if stop >= 0 else len(text), end + REACH)]


def sentence(text: str, start: int, end: int) -> str:
    """The sentence the phrase stands in, as far as REACH goes."""
    before, after = _before(text, start), _after(text, end)
    cut = max(before.rfind(". "), before.rfind("? "), before.rfind("! "))
    stops = [i for i in (after.find(". "), after.find("? "), after.find("! ")) if i >= 0]
    return before[cut + 1 :] + text[start:end] + after[: min(stops, default=len(after))]


def general(text: str, start: int, end: int) -> bool:
    """Said in general: a word of teaching in the sentence and nobody's life."""
    said = sentence(text, start, end)
    return GENERAL.search(said) is not None and SELF.search(said) is None


def denied(text: str, start: int) -> bool:
    """A negation stands right before: "denies SI", "no history of overdose"."""
    return DENIED.search(text, max(0, start - 40), start) is not None
