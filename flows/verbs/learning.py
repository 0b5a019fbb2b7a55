"""The program's own lists, as they lie sealed in the vault: what reviewers taught, for every preparation to use."""

from __future__ import annotations

import json

from flows.wiring import House
from pipeline.labels import Label
from pipeline.reviewing.learned import Learned

LEARNED = "learned"
_LISTS = "lists"


def learned_of(house: House) -> Learned:
    """What was learned so far; empty lists where nothing was."""
    if not house.drafts.has(LEARNED, _LISTS):
        return Learned()
    told = json.loads(house.drafts.get(LEARNED, _LISTS))
    return Learned(always={w: Label(label) for w, label in told["always"].items()}, never=frozenset(told["never"]))


def keep_learned(house: House, learned: Learned) -> None:
    """Put it in the place of what was learned before."""
    told = {"always": dict(learned.always), "never": sorted(learned.never)}
    house.drafts.put(LEARNED, _LISTS, json.dumps(told).encode())
