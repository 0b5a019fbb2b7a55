"""Invented places, organisations, facilities, groups and addresses for training.

They are called after what such places are called after: a family, a saint, a tree; none is meant to be a real one.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from recognizers.model.training.lists import words
from recognizers.model.training.names import NamePool
from recognizers.model.training.numbers import ORDINALS, UNITS, said, spoken_number

NATURE = words("places", "nature")
SPIRIT = words("places", "spirit")
SAINTS = words("places", "saints")
STREETS = words("places", "streets")
COMPASS = words("places", "compass")
TOWN = words("places", "town")
KIN_PLACES = words("places", "kin_places")
LANDMARKS = words("places", "landmarks")
SHOPS = words("places", "shops")
BODIES = words("places", "bodies")
CARE = words("places", "care")
JUSTICE = words("places", "justice")
GROUP = words("places", "group")
STATES = ("TX", "CA", "OH", "WA", "NM", "AZ", "FL", "GA", "MI", "NY")
DAYS = words("places", "days")
HOURS = words("places", "hours")


def _pick(choices: tuple[str, ...], rng: random.Random) -> str:
    return rng.choice(choices).replace("{n}", str(rng.randint(1, 999)))


def _called(pool: NamePool, rng: random.Random) -> str:
    dice = rng.random()
    if dice < 0.3:
        return rng.choice(pool.last)
    if dice < 0.6:
        return rng.choice(NATURE)
    if dice < 0.75:
        return rng.choice(SAINTS)
    if dice < 0.9:
        return f"{rng.choice(NATURE)} {rng.choice(NATURE)}"
    return town(pool, rng)


def town(pool: NamePool, rng: random.Random) -> str:
    """An invented town."""
    dice = rng.random()
    if dice < 0.45:
        return rng.choice(pool.last) + rng.choice(["", "", rng.choice(TOWN)])
    if dice < 0.7:
        return f"{rng.choice(COMPASS)} {rng.choice([rng.choice(pool.last), rng.choice(NATURE)])}"
    return rng.choice(NATURE) + rng.choice(TOWN)


def _street(pool: NamePool, rng: random.Random) -> str:
    name = rng.choice(
        [
            rng.choice(pool.last),
            rng.choice(NATURE),
            rng.choice(pool.first),
            rng.choice(ORDINALS),
            f"{rng.randint(1, 140)}th",
        ]
    )
    return f"{name} {rng.choice(STREETS)}" if rng.random() < 0.85 else name


def location(pool: NamePool, rng: random.Random) -> str:
    """A town, a part of it, a street without a number, a crossing, a landmark, a bus line."""
    dice = rng.random()
    if dice < 0.42:
        return town(pool, rng) + rng.choice(["", "", "", f", {rng.choice(STATES)}"])
    if dice < 0.6:
        return f"{_called(pool, rng)} {_pick(KIN_PLACES, rng)}"
    if dice < 0.72:
        return _street(pool, rng)
    if dice < 0.82:
        return f"{_street(pool, rng)} and {_street(pool, rng)}"
    if dice < 0.92:
        return f"{_called(pool, rng)} {_pick(LANDMARKS, rng)}"
    return rng.choice(
        [
            f"the {rng.randint(2, 99)} {rng.choice(NATURE)}",
            f"Route {rng.randint(1, 99)}",
            f"Highway {rng.randint(1, 99)}",
            f"the {rng.choice(NATURE)} Line",
        ]
    )


def address(pool: NamePool, rng: random.Random) -> str:
    """House number and street, perhaps a unit, written or said."""
    number = rng.choice([rng.randint(1, 99), rng.randint(100, 999), rng.randint(1000, 19999)])
    if rng.random() < 0.08:
        return f"{rng.choice(['PO Box', 'P.O. Box', 'po box'])} {number}"
    house = str(number) if rng.random() < 0.7 else said(str(number), rng)
    unit = rng.choice(
        [
            "",
            "",
            "",
            f", Apt {rng.randint(1, 40)}{rng.choice('ABCD')}",
            f" #{rng.randint(1, 40)}",
            f" unit {rng.choice(UNITS)}",
            f", Lot {rng.randint(1, 90)}",
            f" apartment {spoken_number(rng.randint(1, 40))}",
        ]
    )
    return f"{house} {rng.choice(['', '', 'N ', 'South ', 'East ', 'W. '])}{_street(pool, rng)}{unit}"


def organization(pool: NamePool, rng: random.Random) -> str:
    """An employer, school, church, shop, agency, union, team."""
    dice = rng.random()
    if dice < 0.4:
        return f"{_called(pool, rng)} {_pick(SHOPS, rng)}"
    if dice < 0.5:
        return f"{rng.choice(pool.first)}'s {_pick(SHOPS, rng)}"
    if dice < 0.6:
        partner = rng.choice([rng.choice(pool.last), "Sons", "Daughters"])
        return f"{rng.choice(pool.last)} {rng.choice(['&', 'and'])} {partner}"
    return f"{_called(pool, rng)} {_pick(BODIES, rng)}"


def facility(pool: NamePool, rng: random.Random) -> str:
    """A place of care or of custody."""
    dice = rng.random()
    if dice < 0.5:
        return f"{_called(pool, rng)} {_pick(CARE, rng)}"
    if dice < 0.65:
        return f"{rng.choice(SPIRIT).replace('-', ' ')} {_pick(CARE, rng)}"
    if dice < 0.85:
        return f"{rng.choice([town(pool, rng), rng.choice(pool.last)])} {_pick(JUSTICE, rng)}"
    return rng.choice(
        [rng.choice(SAINTS), f"{rng.choice(NATURE)} {rng.choice(NATURE)}", rng.choice(SPIRIT).replace("-", " ")]
    )


def group(pool: NamePool, rng: random.Random) -> str:
    """A meeting by its name, place or time."""
    spirit = rng.choice(SPIRIT).replace("-", " ")
    dice = rng.random()
    if dice < 0.35:
        return f"{spirit} {_pick(GROUP, rng)}".strip()
    if dice < 0.55:
        middle = rng.choice([spirit, _pick(HOURS, rng), rng.choice(NATURE)])
        return f"{rng.choice(DAYS)} {middle} {_pick(GROUP, rng)}".strip()
    if dice < 0.7:
        return f"{rng.choice(DAYS)} {_pick(HOURS, rng)} at {rng.choice([rng.choice(SAINTS), organization(pool, rng)])}"
    if dice < 0.85:
        return f"{spirit} on {_street(pool, rng)}"
    return f"{rng.choice(NATURE)} {rng.choice(NATURE)} {_pick(GROUP, rng)}".strip()


MAKERS: dict[str, Callable[[NamePool, random.Random], str]] = {
    "LOCATION": location,
    "STREET_ADDRESS": address,
    "ORGANIZATION": organization,
    "TREATMENT_FACILITY": facility,
    "RECOVERY_GROUP": group,
}
