"""Names of people for training: many cultures, street names, initials, names that are words, mishearings.

Sources: Faker's locale lists (MIT; the locales below, those written in Latin letters), the gold documents' own names
(added by surfaces.py), and the lists here, written for this project.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from faker import Faker

from recognizers.model.training.lists import words

LOCALES = words("names", "locales")
A_LOCALE = 150  # names drawn from each
HOME = 1500  # and from the American list, the commonest in the talk at hand

WORD_NAMES = words("names", "word_names")
STREET = words("names", "street")
BEFORE = words("names", "before")
AFTER = words("names", "after")
SHORT = words("names", "short")
# spelling -> how a machine may hear it; orthographic rules of thumb, written here
HEARD = (
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "kw"),
    ("x", "ks"),
    ("ei", "ee"),
    ("ey", "y"),
    ("ie", "y"),
    ("ou", "oo"),
    ("c", "k"),
)
LIKENED = (
    ("sh", "ch"),
    ("y", "i"),
    ("tt", "t"),
    ("nn", "n"),
    ("ll", "l"),
    ("z", "s"),
    ("d", "t"),
    ("v", "b"),
    ("h", ""),
)
VOWELS = frozenset("aeiouyáéíóúöüà")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePool:
    """First and last names to draw from."""

    first: tuple[str, ...] = field(repr=False)
    last: tuple[str, ...] = field(repr=False)


def name_pool(seed: int) -> NamePool:
    """Names of all locales. The same seed and the same Faker give the same names."""
    first: set[str] = set(SHORT)
    last: set[str] = set()
    for locale in LOCALES:
        maker = Faker(locale)
        maker.seed_instance(seed)
        for _ in range(HOME if locale == "en_US" else A_LOCALE):
            first.add(maker.first_name())
            last.add(maker.last_name())
    return NamePool(first=_latin(first), last=_latin(last))


def _latin(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(n for n in names if 1 < len(n) < 24 and all(ord(c) < 0x250 for c in n)))


def one(pool: NamePool, rng: random.Random) -> str:
    """What one calls a person by."""
    dice = rng.random()
    if dice < 0.62:
        return rng.choice(pool.first)
    if dice < 0.72:
        return rng.choice(WORD_NAMES)
    if dice < 0.80:
        return rng.choice(STREET)
    if dice < 0.86:
        return rng.choice(pool.last)
    if dice < 0.93:
        return rng.choice(SHORT)
    if dice < 0.96:
        return rng.choice("ABCDEFGHJKLMNPRSTVWZ") + rng.choice([".", ""])
    return rng.choice("ABCDEFGHJKLMNPRSTVWZ") + "." + rng.choice("ABCDEFGHJKLMNPRSTVWZ") + rng.choice([".", ""])


def whole(pool: NamePool, rng: random.Random) -> str:
    """A name of several words in one of the forms that notes and talk use."""
    first, last, dice = one(pool, rng), rng.choice(pool.last), rng.random()
    if dice < 0.55:
        return f"{first} {last}"
    if dice < 0.65:
        return f"{last}, {first}"
    if dice < 0.72:
        return f"{first} {rng.choice('ABCDEFGHJKLMNPRSTVWZ')}. {last}"
    if dice < 0.78:
        return f"{first} {rng.choice(pool.last)[0]}" + rng.choice([".", ""])
    if dice < 0.83:
        return f"{first} {rng.choice(pool.first)} {last}"
    if dice < 0.87:
        return f"{first} {last}-{rng.choice(pool.last)}"
    if dice < 0.92:
        return f"{rng.choice(BEFORE)} {first}"
    if dice < 0.95:
        return f'{rng.choice(pool.first)} "{rng.choice(STREET)}" {last}'
    return f"{first} {last} {rng.choice(AFTER)}"


def misheard(name: str, rng: random.Random) -> str:
    """The name as a machine transcript may write it: other letters for the sound, or cut into small words."""
    heard = name.lower()
    for old, new in (*HEARD, *LIKENED):
        if old in heard and rng.random() < 0.35:
            heard = heard.replace(old, new, 1)
    if len(heard) > 4 and rng.random() < 0.4:
        cuts = [i for i in range(2, len(heard) - 1) if heard[i - 1] in VOWELS and heard[i] not in VOWELS]
        if cuts:
            at = rng.choice(cuts)
            heard = f"{heard[:at]} {heard[at:]}"
    return heard.strip() or name.lower()


def spelled(name: str, rng: random.Random) -> str:
    """The name letter by letter."""
    letters = [c for c in name if c.isalpha()]
    return rng.choice([" ", "-", ", ", ". ", "..."]).join(letters) if 2 < len(letters) < 12 else name
