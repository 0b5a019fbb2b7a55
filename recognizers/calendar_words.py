"""The words a calendar date is built of, as alternations for patterns over folded text, in English and Spanish.

- Each constant is the source of a pattern without a capturing group, to be set into a longer one.
- MONTH has the short forms but not those that are words of other meaning; CLEAR_MONTH has the months that stand alone.
- DAY is 1 to 31, in digits, as an ordinal or spoken. IN_YEAR is a year of four digits, two, or spoken,
  with its preposition.
- SMALL and TENS_WORD are the spoken numbers below twenty and the tens, which ages are said with too.

Source: number, ordinal and month words of pipeline/spoken.py; general knowledge.
"""

from __future__ import annotations

from pipeline.spoken import TEENS, TENS, UNITS, month_words, ordinal_words

# "ago" and "mar" are words of other meaning far more often than short for agosto and marzo
MONTH = rf"(?:{'|'.join(m for m in month_words() if m not in ('ago', 'ene', 'abr', 'dic', 'mar'))}|mar(?= \d))"
CLEAR_MONTH = (
    r"(?:january|february|april|june|july|august|september|october|november|december|sept|enero|febrero|marzo|"
    r"abril|mayo|"
    r"junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
)
SMALL = "|".join(sorted({*UNITS, *TEENS} - {"un", "una"}, key=len, reverse=True))
TENS_WORD = "|".join(TENS)
_ORD = "|".join(ordinal_words())
_DAY_WORD = (
    rf"(?:(?:twenty|thirty)[ -]?(?:{_ORD})|{_ORD}|(?:twenty|thirty|treinta)(?:[ -]| y )(?:{SMALL})|{SMALL}|"
    rf"twenty|thirty|veinte|treinta)"
)
DAY = rf"(?:(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|º|ro)?(?![\d:])|{_DAY_WORD})"
_LOW = rf"(?:oh (?:{SMALL})|(?:{TENS_WORD})(?:(?:[ -]| y )(?:{SMALL}))?|{SMALL})"
_YEAR = (
    rf"(?:(?:19|20)\d\d(?!\d)|'?\d\d(?![\d:.])|(?:nineteen|twenty)[ -]{_LOW}|two thousand(?: and)?(?: {_LOW})?|dos "
    rf"mil(?: {_LOW})?|mil novecientos {_LOW}|(?:oh (?:{SMALL})|(?:{TENS_WORD})[ -](?:{SMALL})|veinti\w+))"
)
IN_YEAR = rf"(?:(?:,? ?(?:of|in|del?|de el|back in)? ?){_YEAR}\b)"
WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|lunes|martes|mi[eé]rcoles|jueves|viernes|"
    r"s[aá]bado|domingo)\.?,? (?:the )?"
)
