"""What a run made of a source that did not go out, kept so that the next run over unchanged files opens nothing.

- Its key is all that the answer depends on: what the copy depends on, and the people that are looked for in it.
- What waits for a person is asked for again as soon as its review moves on; a denial as soon as anything changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from flows.verbs.drafted import line_of
from flows.verbs.plan import Item
from flows.verbs.records import Records, digest_of_people
from flows.wiring import House
from pipeline.summary import SessionLine

IDLE = "idle"


def idle_key(work_key: str, item: Item, records: Records) -> str:
    """SHA-256 over what the answer depends on. A new alias of anybody can turn up in a copy that was clean before."""
    present = digest_of_people(records.roster(item.entry.session_id).present)
    return hashlib.sha256(f"{work_key}{present}{records.everybody_digest}".encode()).hexdigest()


def remember(house: House, key: str, lines: Sequence[SessionLine], item_id: str) -> None:
    """Keep the lines of a source that stays in; item_id: the review it waits for, empty for a denial."""
    state = house.reviews.show(item_id).state.value if item_id else ""
    told = {"lines": [asdict(line) for line in lines], "item": item_id, "state": state}
    house.drafts.put(IDLE, key, json.dumps(told).encode())


def lines_of_before(house: House, key: str) -> tuple[SessionLine, ...] | None:
    """The lines of the last run, where they still hold; else None."""
    if not house.drafts.has(IDLE, key):
        return None
    told = json.loads(house.drafts.get(IDLE, key))
    if told["item"] and house.reviews.show(told["item"]).state.value != told["state"]:
        return None
    return tuple(map(line_of, told["lines"]))
