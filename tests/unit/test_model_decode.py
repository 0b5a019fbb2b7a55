"""Decoding by hand-made probabilities: bars, families, neighbours, edges."""

from __future__ import annotations

import numpy as np

from pipeline.labels import Label
from recognizers.model import tags
from recognizers.model.decode import Bars, Mark, marks, reduce
from recognizers.model.tokens import Tokens

LABELS = tuple(Label)
BARS = Bars(identifier=0.1, disclosure=0.5, own=())


def read(text: str, *told: tuple[str, dict[tuple[str, Label], float]]) -> list[Mark]:
    """Decode one line whose tokens are `told`, each with the probabilities of some tags; the rest is outside."""
    rows, starts, ends, at = [], [], [], 0
    for token, given in told:
        row = np.zeros(tags.count(LABELS), dtype=np.float32)
        for (kind, label), probability in given.items():
            index = LABELS.index(label)
            row[tags.begin(index) if kind == "B" else tags.inside(index)] = probability
        row[tags.OUTSIDE] = 1 - row.sum()
        rows.append(row)
        starts.append(text.index(token, at))
        at = starts[-1] + len(token)
        ends.append(at)
    size = len(rows)
    tokens = Tokens(
        ids=np.zeros(size, dtype=np.int64),
        line=np.zeros(size, dtype=np.int64),
        start=np.array(starts),
        end=np.array(ends),
        word=np.arange(size),
    )
    return marks(reduce(np.array(rows), LABELS), tokens, (text,), LABELS, BARS)


def said(text: str, found: list[Mark]) -> list[tuple[str, Label]]:
    return [(text[m.start : m.end], m.label) for m in found]


B_NAME, I_NAME = ("B", Label.PERSON), ("I", Label.PERSON)


def test_low_bar_takes_an_unsure_name() -> None:
    assert said("Ana", read("Ana", ("Ana", {B_NAME: 0.12}))) == [("Ana", Label.PERSON)]
    assert read("Ana", ("Ana", {B_NAME: 0.08})) == []


def test_identifier_labels_pass_the_bar_together() -> None:
    found = read("Salem", ("Salem", {B_NAME: 0.04, ("B", Label.LOCATION): 0.07}))
    assert said("Salem", found) == [("Salem", Label.LOCATION)]


def test_two_people_side_by_side_stay_two() -> None:
    found = read("Ana Bob", ("Ana", {B_NAME: 0.9}), ("Bob", {B_NAME: 0.8, I_NAME: 0.1}))
    assert said("Ana Bob", found) == [("Ana", Label.PERSON), ("Bob", Label.PERSON)]


def test_first_and_last_name_are_one() -> None:
    found = read("Ana Ruiz", ("Ana", {B_NAME: 0.9}), ("Ruiz", {I_NAME: 0.8, B_NAME: 0.1}))
    assert said("Ana Ruiz", found) == [("Ana Ruiz", Label.PERSON)]


def test_dash_between_parts_of_a_number_is_inside() -> None:
    phone = ("I", Label.PHONE_NUMBER)
    found = read("555-0142", ("555", {phone: 0.9}), ("-", {}), ("0142", {phone: 0.9}))
    assert said("555-0142", found) == [("555-0142", Label.PHONE_NUMBER)]


def test_edges_lose_punctuation() -> None:
    found = read('"Ana".', ('"', {B_NAME: 0.5}), ("Ana", {I_NAME: 0.9}), ('"', {I_NAME: 0.5}), (".", {}))
    assert said('"Ana".', found) == [("Ana", Label.PERSON)]


def test_mark_of_punctuation_alone_is_none() -> None:
    assert read("...", ("...", {B_NAME: 0.9})) == []


def test_a_word_can_be_both_identifier_and_disclosure() -> None:
    found = read("Tina", ("Tina", {B_NAME: 0.3, ("B", Label.SUBSTANCE): 0.6}))
    assert {label for _, label in said("Tina", found)} == {Label.PERSON, Label.SUBSTANCE}


def test_sobriety_date_is_decoded_with_the_identifiers() -> None:
    found = read("May", ("May", {("B", Label.SOBRIETY_DATE): 0.15}))
    assert said("May", found) == [("May", Label.SOBRIETY_DATE)]
