"""RECOVERY_GROUP: a specific meeting by its name, place or time.

- A row of name-like words with a weekday or a group word in it ("Thursday Net Menders", "the pillbox group"); in
  lower-case talk the row ends at a common word and something must lead to it ("went to the", "it's called").
- It goes on over its place or its hours where these follow at once ("at the Moxham firehouse", ", Sundays 8 a.m.").
- A kind of meeting without name, place or time ("the group", "a men's meeting") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Label
from recognizers.community_words import Terms, Token, terms
from recognizers.disclosure_forms import word_set
from recognizers.reading import Found

LONGEST = 6
JOINING = word_set("of the de la del y & and los las el on")
LEADS = word_set(
    "to at the is called that this try tries tried for and it's its de a la el los un grupo welcome with welcome"
)
# a day is no name of a group when these follow
ORDINARY = word_set("night morning afternoon evening at is was i he she we they and the my in nights mornings")
PLACE = re.compile(
    r"(?:,? (?:at|on|in|by|behind|upstairs at|under|down by|out at|over in|up at|down at|above|off|@|en)(?: "
    r"(?:the|la|el|a))? )"
    r"((?:[^\W_]+['’.-]?[^\W_]*[ -]?){1,4})"
)
HOURS = re.compile(
    r",? (?:second |first |third )?(?:los (?:lunes|martes|miercoles|miércoles|jueves|viernes|sábados|"
    r"domingos)(?: a las? [a-z]+)?|de los [a-zá]+|"
    r"(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?(?![a-z])|at noon|at daybreak)|,? "
    r"(?:[A-Za-zé]+days?,? )?(?:at |@ )?(?:\d{1,2}(?::\d\d)?|six|seven|eight|nine|ten|eleven|noon|midnight|"
    r"five|four|three|two|twelve)"
    r"(?:[ -](?:thirty|fifteen|forty five|o'clock))?(?: ?(?:a\.?m\.?|p\.?m\.?|a m|p m))?",
    re.I,
)


def groups(
    text: str, words: list[Token], cased: bool, lists: dict[str, frozenset[str]], stop: frozenset[str]
) -> Iterator[Found]:
    """Recovery groups in a text of these words."""
    heads: Terms = terms(sorted(lists["GROUP_HEAD"]))
    days, generic = lists["DAY"], lists["GENERIC"] | lists["GROUP_HEAD"] - STRONG
    done = -1
    for i, word in enumerate(words):
        if i <= done:
            continue
        day = word.low in days
        size = 1 if day else heads.at(words, i)
        if not size or (cased and not (word.cap or size > 1 or not day)):
            continue
        first, last = _row(text, words, i, size, cased, stop)
        named = [w for w in words[first : last + 1] if w.low not in JOINING]
        has_head = any(heads.at(words, k) for k in range(first, last + 1))
        has_day = any(w.low in days for w in named)
        plainly = all(w.low in generic or w.low in days for w in named)
        before = words[first - 1].low if first else "is"
        led = before in LEADS
        if len(named) < 2 or (plainly and not (has_head and has_day)) or not (has_head or (has_day and (cased or led))):
            continue
        if cased and not any(w.cap and w.low not in days for w in named) and not (has_day and has_head):
            continue
        if not cased and not led:
            continue
        if cased and has_day and not has_head and not _names(words[first : last + 1], days, stop):
            continue
        end = _goes_on(text, words[last].end, stop)
        done = last
        start = (
            words[first - 1].start if before == "the" and text[words[first].start - 1] == " " else words[first].start
        )
        yield Found(start=start, end=end, label=Label.RECOVERY_GROUP, score=0.75 if has_head else 0.6)


# common words that also stand in the names of places
PLACES = word_set(
    "old new big little house back side home end room line high long good first second six seven eight nine"
)
MEN = word_set("men women men's women's")
STRONG = word_set(
    "nooners nooner wellbriety midnighters warriors saguaros hangovers menders old-timers nomads candlelight candlelite"
)


def _names(row: list[Token], days: frozenset[str], stop: frozenset[str]) -> bool:
    return sum(w.cap and w.low not in days and w.low not in stop and not w.low[0].isdigit() for w in row) >= 2


def _row(text: str, words: list[Token], i: int, size: int, cased: bool, stop: frozenset[str]) -> tuple[int, int]:
    """First and last word of the row of name-like words around i."""
    first, last = i, i + size - 1
    while first > 0 and i - first < LONGEST and _near(text, words, first) and _fits(words, first - 1, cased, stop, -1):
        first -= 1
    while (
        last + 1 < len(words)
        and last - i < LONGEST
        and _near(text, words, last + 1)
        and _fits(words, last + 1, cased, stop, 1)
    ):
        last += 1
    while first < last and words[first].low in JOINING | stop and words[first].low != "men":
        first += 1
    while last > i and words[last].low in JOINING:
        last -= 1
    return first, last


def _near(text: str, words: list[Token], i: int) -> bool:
    return text[words[i - 1].end : words[i].start] in (" ", "-", " & ")


def _fits(words: list[Token], i: int, cased: bool, stop: frozenset[str], step: int) -> bool:
    word = words[i]
    if cased:
        beyond = i + step
        bridge = word.low in JOINING and 0 <= beyond < len(words) and words[beyond].cap
        return (word.cap and not (step < 0 and word.low in stop - PLACES and word.low not in MEN)) or bridge
    return word.low not in stop or word.low in MEN


def _goes_on(text: str, end: int, stop: frozenset[str]) -> int:
    """End of the group with its place and its hours."""
    for _ in range(2):
        hours = HOURS.match(text, end)
        if hours:
            end = hours.end()
        place = PLACE.match(text, end)
        if place is None:
            break
        kept = place.start(1)
        for word in re.finditer(r"[^\W_]+(?:['’.-][^\W_]+)*", place[1]):
            capital = word.group()[0].isupper()
            if (word.group().lower() in stop - PLACES and not capital) or word.start() + place.start(1) > kept + 1:
                break
            kept = place.start(1) + word.end()
        if kept == place.start(1):
            break
        end = kept
    return end
