"""Calendar dates for training in the forms people write and say. Written for this project."""

from __future__ import annotations

import random

from recognizers.model.training.lists import words
from recognizers.model.training.numbers import ORDINALS, spoken_number

MONTHS = words("days", "months")
MESES = words("days", "meses")
HOLIDAYS = words("days", "holidays")
WEEKDAYS = words("days", "weekdays")


def _day_word(day: int) -> str:
    if day <= len(ORDINALS):
        return ORDINALS[day - 1]
    if day == 20:
        return "twentieth"
    if day == 30:
        return "thirtieth"
    if day > 20:
        return f"{'twenty' if day < 30 else 'thirty'}-{ORDINALS[day % 10 - 1]}"
    return spoken_number(day) + "th"


def _suffix(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _year(rng: random.Random) -> tuple[int, str]:
    year = rng.randint(1938, 2026) if rng.random() < 0.4 else rng.randint(2015, 2026)
    century = "nineteen" if year < 2000 else "twenty"
    rest = year % 100
    said = (
        f"{century} {spoken_number(rest)}"
        if rest > 9
        else f"{'nineteen oh' if year < 2000 else 'two thousand'} {spoken_number(rest)}"
    )
    return year, said


def written(rng: random.Random) -> str:
    """A date as one writes it."""
    month, day, (year, _) = rng.randint(1, 12), rng.randint(1, 28), _year(rng)
    name = MONTHS[month - 1]
    short = name[:3] + rng.choice(["", "."])
    forms = (
        f"{month}/{day}",
        f"{month:02d}/{day:02d}/{year}",
        f"{month}/{day}/{year % 100:02d}",
        f"{year}-{month:02d}-{day:02d}",
        f"{month}-{day}-{year % 100:02d}",
        f"{day}.{month}.{year}",
        f"{name} {day}",
        f"{name} {day}, {year}",
        f"{short} {day}",
        f"{short} {day} {year}",
        f"{day} {name} {year}",
        f"{name} {day}{_suffix(day)}",
        f"{name} {day}{_suffix(day)}, {year}",
        f"the {day}{_suffix(day)} of {name}",
        f"{name} {year}",
        f"{month}/{year}",
        f"{short} {year}",
        name,
        f"the {day}{_suffix(day)}",
        f"{rng.choice(WEEKDAYS)}, {name} {day}",
        f"{rng.choice(WEEKDAYS)} {month}/{day}",
        f"{day} de {MESES[month - 1]}",
        f"{short} '{year % 100:02d}",
        f"{month:02d}{day:02d}{year}",
        f"early {name}",
        f"mid-{name}",
    )
    return rng.choice(forms)


def spoken(rng: random.Random) -> str:
    """A date as one says it."""
    month, day, (_, year) = rng.randint(1, 12), rng.randint(1, 31), _year(rng)
    name, ordinal = MONTHS[month - 1], _day_word(day)
    forms = (
        f"{name} {ordinal}",
        f"{name} {ordinal} {year}",
        f"the {ordinal} of {name}",
        f"the {ordinal} of {name} {year}",
        f"{name} {year}",
        f"{name} the {ordinal}",
        f"{spoken_number(month)} {spoken_number(day)} {spoken_number(day % 90 + 5)}",
        name,
        f"the {ordinal}",
        f"{spoken_number(day)} de {MESES[month - 1]}",
        f"like {name} {spoken_number(day)}".removeprefix("like "),
        f"{name}, uh, {ordinal}",
    )
    return rng.choice(forms)


def holiday(rng: random.Random) -> str:
    """A holiday, sometimes with its year."""
    name = rng.choice(HOLIDAYS)
    return f"{name} {_year(rng)[0]}" if rng.random() < 0.25 else name


def date(rng: random.Random) -> str:
    """A date in any form."""
    dice = rng.random()
    return written(rng) if dice < 0.55 else spoken(rng) if dice < 0.85 else holiday(rng)
