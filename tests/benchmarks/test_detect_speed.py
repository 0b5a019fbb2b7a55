"""Speed of detection on real consultations as whole documents, beside Presidio's default in the same run.

Reads the folder named by STORYKEEPER_DATA; skipped where that is unset. Seconds are processor time of this process.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.model import Roster
from recognizers.engine import build_detector
from recognizers.presidio_default import build_default, mask_ranges
from recognizers.reading import read_plain

DATA = os.environ.get("STORYKEEPER_DATA")
LEAST = 1.2  # times Presidio's words a second


def consultations() -> list[str]:
    lines = (Path(str(DATA)) / "primock57" / "dialogues.jsonl").read_text(encoding="utf-8").splitlines()
    talks = [json.loads(line)["turns"] for line in lines]
    return ["\n".join(re.sub(r"<[^>]*>", "", turn["text"]) for turn in talk) for talk in talks]


def words_per_second(look: Callable[[str], object], texts: list[str]) -> float:
    started = time.process_time()
    for text in texts:
        look(text)
    return sum(len(text.split()) for text in texts) / (time.process_time() - started)


@pytest.mark.benchmark_data
@pytest.mark.skipif(DATA is None, reason="STORYKEEPER_DATA names no folder")
def test_all_layers_are_faster_than_presidio_as_it_comes(record_property: Callable[[str, object], None]) -> None:
    texts = consultations()
    detector, default = build_detector(), build_default()
    ours = words_per_second(lambda t: detector.detect(read_plain(t).document, Roster()), texts)
    theirs = words_per_second(lambda t: mask_ranges(default, t), texts)
    record_property("words_per_second", round(ours))
    record_property("presidio_words_per_second", round(theirs))
    assert ours >= LEAST * theirs, f"{ours:.0f} against {theirs:.0f} words a second"
