"""The roster layer: every form of the table, names that are words, known numbers, flat cost."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest

from pipeline.labels import REDACTED_BY_DEFAULT, Label
from pipeline.model import Person, Roster
from recognizers.engine import Detector, build_detector
from recognizers.reading import read_plain
from recognizers.roster import RosterNames

TABLE = tomllib.loads((Path(__file__).parents[1] / "data" / "roster_variants.toml").read_text(encoding="utf-8"))[
    "person"
]
PEOPLE = Roster(present=tuple(Person(person_id=p["id"], names=tuple(p["names"])) for p in TABLE))
ROWS = [(p["id"], row, p.get("lower", True)) for p in TABLE for row in p["rows"]]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return build_detector(model=None)


def marked(row: str) -> tuple[str, int, int]:
    start, end = row.index("["), row.index("]") - 1
    return row.replace("[", "").replace("]", ""), start, end


@pytest.mark.parametrize(("person", "row", "lower"), ROWS, ids=[f"{p}-{i}" for i, (p, _, _) in enumerate(ROWS)])
def test_every_form_of_the_table_is_found_whole(detector: Detector, person: str, row: str, lower: bool) -> None:
    text, start, end = marked(row)
    for said in (text, text.lower()) if lower else (text,):
        spans = detector.detect(read_plain(said).document, PEOPLE).spans
        masked = {i for s in spans if s.label in REDACTED_BY_DEFAULT for i in range(s.start, s.end)}
        assert all(i in masked for i in range(start, end) if said[i].isalnum()), said


def test_a_form_of_one_person_carries_that_person(detector: Detector) -> None:
    spans = detector.detect(read_plain("I saw Bob and Keyshawn there.").document, PEOPLE).spans
    assert [s.entity for s in spans] == ["person:P-1", "person:P-2"]


@pytest.mark.parametrize(
    "text", ["I hope so.", "She will come back.", "i hope he will", "By the grace of it.", "we lost all hope that year"]
)
def test_a_name_that_is_a_word_stays_where_it_is_the_word(detector: Detector, text: str) -> None:
    assert not detector.detect(read_plain(text).document, PEOPLE).spans


def test_a_known_number_is_found_however_it_is_said(detector: Detector) -> None:
    person = Person(person_id="P-9", names=("Ana Vu",), values=((Label.PHONE_NUMBER, "(555) 010-4821"),))
    roster = Roster(known=(person,))
    for text in (
        "try 555.010.4821 later",
        "five five five, oh one oh, four eight two one",
        "the one with 4821 at the end",
    ):
        spans = detector.detect(read_plain(text).document, roster).spans
        assert any(s.entity == "person:P-9" for s in spans), text


def test_cost_does_not_grow_with_the_roster() -> None:
    """Ten thousand names cost at most three times what a hundred do, on the same text."""
    text = "i was talking with somebody about the bus and then we walked over to the park " * 300

    def seconds(count: int) -> float:
        people = tuple(Person(person_id=f"K-{i}", names=(f"Zqar{i:05d}x Vlem{i:05d}",)) for i in range(count))
        layer, reading = RosterNames(), read_plain(re.sub(r"\d", "", text), Roster(known=people))
        list(layer.find(reading))
        started = time.perf_counter()
        list(layer.find(reading))
        return time.perf_counter() - started

    assert min(seconds(10_000) for _ in range(2)) < 3 * max(0.02, min(seconds(100) for _ in range(2)))
