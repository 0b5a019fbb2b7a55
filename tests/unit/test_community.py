"""Names of firms, places of care and meetings are found, cased or not; kinds of places are no names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.labels import Label
from recognizers.community import Community
from recognizers.community_words import parse_lists
from recognizers.reading import read_plain

LAYER = Community()

NAMED = [
    ("She banks at Harbor Pines Credit Union now.", True, Label.ORGANIZATION, "Harbor Pines Credit Union"),
    ("He works for Tallow Creek Roofing.", True, Label.ORGANIZATION, "Tallow Creek Roofing"),
    ("i got a job at silver heron casino", False, Label.ORGANIZATION, "silver heron casino"),
    ("he drives for delgado freight now", False, Label.ORGANIZATION, "delgado freight"),
    ("we met behind the Walmart", True, Label.ORGANIZATION, "Walmart"),
    ("They took me to Mesa Verde Detox.", True, Label.TREATMENT_FACILITY, "Mesa Verde Detox"),
    ("i went to detox at stillwater pines", False, Label.TREATMENT_FACILITY, "stillwater pines"),
    ("the nurse at cobre hills clinic called", False, Label.TREATMENT_FACILITY, "cobre hills clinic"),
    ("hearing in Pierce County District Court", True, Label.TREATMENT_FACILITY, "Pierce County District Court"),
    ("I go to the Thursday Net Menders.", True, Label.RECOVERY_GROUP, "Thursday Net Menders"),
    ("going to the tuesday pillbox group", False, Label.RECOVERY_GROUP, "tuesday pillbox group"),
    ("try the Red Willow talking circle", True, Label.RECOVERY_GROUP, "Red Willow talking circle"),
]


@pytest.mark.parametrize(("text", "cased", "label", "name"), NAMED)
def test_a_name_is_covered_whole(text: str, cased: bool, label: Label, name: str) -> None:
    at = text.index(name)
    found = [h for h in LAYER.find_text(text, cased=cased) if h.start <= at and h.end >= at + len(name)]
    assert label in {h.label for h in found}


KINDS = [
    ("they sent him to the hospital and then the county jail", False),
    ("She went to rehab, then to the clinic.", True),
    ("the agency has a rule about the church", False),
    ("I missed the meeting and the group.", True),
    ("he left the house and went home", False),
]


@pytest.mark.parametrize(("text", "cased"), KINDS)
def test_a_kind_of_place_is_no_name(text: str, cased: bool) -> None:
    assert LAYER.find_text(text, cased=cased) == []


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_read_without_raising_and_offsets_lie_in_it(text: str, cased: bool) -> None:
    for hit in LAYER.find_text(text, cased=cased):
        assert 0 <= hit.start < hit.end <= len(text)


def test_the_layer_reads_a_reading() -> None:
    found = list(LAYER.find(read_plain("He Works At Harbor Pines Credit Union")))
    assert {h.label for h in found} <= LAYER.labels
    assert found


def test_all_faults_of_a_list_are_told_together() -> None:
    with pytest.raises(InputError) as raised:
        parse_lists("zebra\n[NOPE]\nx\n", "x.txt")
    assert [f.line for f in raised.value.faults] == [1, 2]
