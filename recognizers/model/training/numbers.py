"""Numbers for training: other digits in the same shape, and digits as people say them.

Written for this project. A number keeps its shape (how many digits, where the dashes are, whether it is spoken), so
that the model learns shapes and surroundings and no number by heart.
"""

from __future__ import annotations

import random
import re

from recognizers.model.training.lists import words

UNITS = words("numbers", "units")
TEENS = words("numbers", "teens")
TENS = words("numbers", "tens")
ORDINALS = words("numbers", "ordinals")
UNIDADES = words("numbers", "unidades")
DECENAS = words("numbers", "decenas")
FAMILIES = (UNITS, TEENS, TENS, ORDINALS, UNIDADES, DECENAS)
TOKEN = re.compile(r"\d|[A-Za-z]+")


def redrawn(text: str, rng: random.Random, letters: bool = True) -> str:
    """The same shape with other digits and number words; letters of codes that hold digits change too."""
    code = letters and any(c.isdigit() for c in text)

    def other(found: re.Match[str]) -> str:
        word = found[0]
        if word.isdigit():
            return rng.choice("0123456789")
        for family in FAMILIES:
            if word.lower() in family:
                new = rng.choice(family)
                return new.capitalize() if word[0].isupper() else new
        if code and len(word) <= 4 and word.isupper() and rng.random() < 0.6:
            return "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in word)
        if word.lower() == "oh":
            return rng.choice([word, "zero", rng.choice(UNITS)])
        return word

    return TOKEN.sub(other, text)


def _digit(digit: str, rng: random.Random, spanish: bool) -> str:
    if spanish:
        return UNIDADES[int(digit)]
    return "oh" if digit == "0" and rng.random() < 0.6 else UNITS[int(digit)]


def said(text: str, rng: random.Random) -> str:
    """Digits said one by one or in pairs, letters spelled, marks named or left out; other words stay."""
    spanish = rng.random() < 0.06
    out: list[str] = []
    pairs = rng.random() < 0.25
    for part in re.findall(r"\d+|[A-Za-z]+|[@./_-]|[^\s\w]", text):
        if part.isdigit():
            out += _pairs(part, rng) if pairs else [_digit(d, rng, spanish) for d in part]
        elif part.isalpha():
            out += list(part.lower()) if part.isupper() and len(part) < 5 else [part]
        elif part in "@./_-":
            names = {"@": "at", ".": "dot", "/": "slash", "_": "underscore", "-": "dash"}
            if part in "@." or rng.random() < 0.4:
                out.append(names[part])
    return _hesitant(_doubled(out, rng), rng)


def _pairs(digits: str, rng: random.Random) -> list[str]:
    out = []
    for i in range(0, len(digits), 2):
        pair = digits[i : i + 2]
        out += _two(pair) if len(pair) == 2 and rng.random() < 0.8 else [_digit(d, rng, False) for d in pair]
    return out


def _two(pair: str) -> list[str]:
    tens, unit = int(pair[0]), int(pair[1])
    if tens == 0:
        return ["oh", UNITS[unit]]
    if tens == 1:
        return [TEENS[unit]]
    return [TENS[tens - 2]] + ([UNITS[unit]] if unit else [])


def _doubled(words: list[str], rng: random.Random) -> list[str]:
    out: list[str] = []
    for word in words:
        if out and out[-1] == word and word in UNITS and rng.random() < 0.25:
            out[-1] = f"double {word}"
        else:
            out.append(word)
    return out


def _hesitant(words: list[str], rng: random.Random) -> str:
    if len(words) > 3 and rng.random() < 0.3:
        words.insert(rng.randrange(1, len(words)), rng.choice(["uh", "um", "uh,", "wait no", "let me see"]))
    return " ".join(words)


def spoken_number(number: int) -> str:
    """0..99 in words with a dash: "thirty-four"."""
    if number < 10:
        return UNITS[number]
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10 - 2] + (f"-{UNITS[number % 10]}" if number % 10 else "")
