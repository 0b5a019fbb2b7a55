"""quality: measure detection on the gold documents that the settings name, and keep the figures for the reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from flows.settings import SETTINGS_FILE
from flows.verbs.evaluate import evaluate_gold
from flows.wiring import House
from pipeline.errors import Fault, InputError
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming

FIGURES = "reports/quality.json"


def check_quality(house: House) -> None:
    """Write the figures. InputError without gold documents, LeakHeldError (13) where one is under the floor."""
    wanted = house.settings.quality
    if not wanted.gold:
        what = "no gold documents are named; `storykeeper review --gold FILE` makes some of your own text"
        raise InputError("nothing can be measured", [Fault(place=SETTINGS_FILE, column="quality.gold", what=what)])
    floor = house.workspace / wanted.floor if wanted.floor else None
    told = evaluate_gold(house.workspace / wanted.gold, floor=floor)
    figures = {"measured_at": datetime.now(UTC).isoformat(timespec="minutes"), **told.as_json()}
    with naming("reports"):
        write_whole(house.workspace / FIGURES, json.dumps(figures, indent=1).encode())
    told.raise_under_floor()
