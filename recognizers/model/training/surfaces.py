"""A fresh surface for a marked one: the same kind of thing in other words.

Rules:
- The pool holds only surfaces of the documents given (in cross-validation: of the training fold).
- One surface becomes the same new one throughout a segment, so that a speaker stays one speaker.
- Numbers keep their shape; names keep whether they are one word or several; all-lower and all-upper stay so.
- Phrases that tell an event stay mostly as they are: swapped ones rarely fit their sentence.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.labels import Label
from recognizers.model.training import days, names, numbers, places
from recognizers.model.training.confided import TERMS
from recognizers.model.training.names import NamePool
from recognizers.model.training.prepare import Gold

# how often a marked surface is exchanged; .85 as in the first prototype, less where a swap breaks the sentence
SWAP = 0.85
SWAP_TERM = 0.5
SWAP_EVENT = 0.15
EVENTS = frozenset({Label.USE_EVENT, Label.SELF_HARM, Label.TRAUMA, Label.LEGAL})
NUMBERED = frozenset(
    {
        Label.ZIP_CODE,
        Label.AGE,
        Label.PHONE_NUMBER,
        Label.IP_ADDRESS,
        Label.US_SSN,
        Label.MEDICAL_RECORD_NUMBER,
        Label.HEALTH_PLAN_ID,
        Label.ACCOUNT_NUMBER,
        Label.LICENSE_NUMBER,
        Label.VEHICLE_ID,
        Label.DEVICE_ID,
        Label.CASE_NUMBER,
        Label.CLEAN_TIME,
    }
)
ONLINE = frozenset({Label.EMAIL_ADDRESS, Label.URL, Label.USERNAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What surfaces are drawn from: those of the training documents by label, and names."""

    surfaces: dict[Label, tuple[str, ...]] = field(repr=False)
    names: NamePool = field(repr=False)


def pool(documents: Iterable[Gold], seed: int) -> Pool:
    """The pool of these documents."""
    found: defaultdict[Label, set[str]] = defaultdict(set)
    for gold in documents:
        for start, end, label in gold.spans:
            found[label].add(gold.text[start:end])
    surfaces = {label: tuple(sorted(words)) for label, words in found.items()}
    return Pool(surfaces=surfaces, names=names.name_pool(seed))


def fresh(words: str, label: Label, pool: Pool, rng: random.Random) -> str:
    """Another surface of the same label, or the same one."""
    chance = SWAP_EVENT if label in EVENTS else SWAP_TERM if label in TERMS else SWAP
    if rng.random() >= chance:
        return words
    return _cased(words, _drawn(words, label, pool, rng))


def _drawn(words: str, label: Label, pool: Pool, rng: random.Random) -> str:
    if label is Label.PERSON:
        return _person(words, pool, rng)
    if label in (Label.DATE, Label.SOBRIETY_DATE):
        return days.date(rng) if rng.random() < 0.6 else numbers.redrawn(words, rng, letters=False)
    if label in NUMBERED:
        other = (
            words if rng.random() < 0.7 or label in (Label.AGE, Label.CLEAN_TIME) else _alike(words, label, pool, rng)
        )
        return numbers.redrawn(other, rng)
    if label in ONLINE:
        return _online(_alike(words, label, pool, rng), pool, rng)
    maker = places.MAKERS.get(label.value)
    if maker is not None and rng.random() < 0.55:
        return maker(pool.names, rng)
    if label in TERMS and rng.random() < 0.5:
        return rng.choice(TERMS[label])
    return _alike(words, label, pool, rng)


def _person(words: str, pool: Pool, rng: random.Random) -> str:
    several = " " in words.strip()
    dice = rng.random()
    if dice < 0.15:
        return _alike(words, Label.PERSON, pool, rng)
    made = names.whole(pool.names, rng) if several else names.one(pool.names, rng)
    if dice < 0.20:
        return names.misheard(made, rng)
    return names.spelled(made, rng) if dice < 0.22 and not several else made


def _alike(words: str, label: Label, pool: Pool, rng: random.Random) -> str:
    """A surface of the pool with about as many words."""
    size = len(words.split())
    for _ in range(8):
        other = rng.choice(pool.surfaces.get(label, (words,)))
        if abs(len(other.split()) - size) <= max(1, size // 3):
            return other
    return words


def _online(words: str, pool: Pool, rng: random.Random) -> str:
    """A handle or address with another name in it."""
    parts = words.split("@", 1)
    host = f"@{parts[1]}" if len(parts) == 2 and parts[0] else ""
    local = parts[0] if host else words
    if (host or "/" not in words) and rng.random() < 0.6 and " " not in words:
        bits = [rng.choice(pool.names.first), rng.choice([rng.choice(pool.names.last), rng.choice(places.NATURE)])]
        local = rng.choice(["", ".", "_", "-"]).join(bits).replace(" ", "") + rng.choice(
            ["", str(rng.randint(1, 2010))]
        )
        local = ("@" if words.startswith("@") else "") + (local.lower() if rng.random() < 0.7 else local)
    return local + host if host and rng.random() < 0.8 else numbers.redrawn(local + host, rng, letters=False)


def _cased(old: str, new: str) -> str:
    if old.islower():
        return new.lower()
    return new.upper() if old.isupper() and len(old) > 4 and any(c.isalpha() for c in old) else new
