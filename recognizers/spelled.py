"""Names spelled out: "m a n i", "B-O-N-D-A", "hache u a eme a ene i".

- Single letters in a row are a name where they are four and more, or three after a word that announces a spelling, and
  where they are no abbreviation that people say letter by letter.
- Letters by their Spanish names are one where at least two of the names are no words of English or Spanish talk.

Abbreviations: those of care, law and benefits in the United States, general knowledge. Spanish names of letters: Real
Academia Española.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Label
from recognizers.reading import Found

_SPELLED = re.compile(
    r"(?<![\w'-])(?:[^\W\d_](?:[ ,]{1,2}|-|\.-?))(?:(?:double|doble) )?(?:(?:[^\W\d_](?:[ ,]{1,2}|"
    r"-))){1,14}[^\W\d_](?![\w'])"
)
_SPELL_SIGN = re.compile(
    r"(?:spell\w*|spelled|letters?|like|name|that's|with a|it's|deletre\w*|not|first|last|surname|as in|"
    r"apellido)\b[^\n]{0,25}$"
)
_NO_SPELL = re.compile(
    r"(?:ptsd|ssi|ssdi|dcs|dcf|dhs|cps|dui|dwi|ged|iop|php|mat|bpd|adhd|ocd|hiv|usa|ebt|snap|dmv|irs|va|er|icu|tv|"
    r"dvd|cdl|rn|lpn|lgbtq?|aarp|nyc|llc|atm|abc|pcp|lsd|ghb|"
    r"mdma|oud|aud|mri|ekg|ct|cbd|thc|iud|std|sti|hpv|hud|icwa|tanf|wic|ssn|vin|imei|npi|dea|po|pto|uti|cpr|aed|"
    r"emt|ems|fbi|dea|ice|nar|prss?|cpss?|crpa|hvac|ra|uso|ymca|ywca|who|uhf|gps|ua|aa|na|oa|ca|"
    r"ga|ssa|ssdi|po|pd|da|jfj|acoa|fasfa|fafsa|owi|owhi|ovi|okc|icw|icwa|smart|usb|pdf|gpa|phq|gad|dbt|cbt|emdr|"
    r"act|ifs|tbi|copd|gi|ob|obgyn|pa|np|md|tms|ect|idd|asd|odd|pcs|usps|ups|ups|nw|ne|sw|se)"
)
_LETTER = (
    r"(?:hache|jota|efe|ele|eme|ene|eñe|erre|ese|equis|zeta|uve(?: doble)?|doble (?:u|ve)|i griega|cu|ka|be|ce|de|ge|"
    r"pe|te|ve|[a-zñ])"
)
_NAMED = re.compile(rf"(?<![\w'-])(?:{_LETTER}[ ,]{{1,2}}){{3,14}}{_LETTER}(?![\w'])")
_CLEAR = re.compile(r"\b(?:hache|jota|efe|ele|eme|ene|eñe|erre|equis|zeta|uve|i griega|doble (?:u|ve))\b")


def spelled(text: str) -> Iterator[Found]:
    """Names spelled letter by letter in folded text."""
    for m in _SPELLED.finditer(text):
        letters = re.sub(r"\W|double|doble", "", m.group())
        if len(set(letters)) < 2 or len(letters) < 3 or _NO_SPELL.fullmatch(letters):
            continue
        if len(letters) >= 4 or _SPELL_SIGN.search(text[max(0, m.start() - 40) : m.start()]):
            yield Found(start=m.start(), end=m.end(), label=Label.PERSON, score=0.6)
    for m in _NAMED.finditer(text):
        if len(_CLEAR.findall(m.group())) >= 2:
            yield Found(start=m.start(), end=m.end(), label=Label.PERSON, score=0.6)
