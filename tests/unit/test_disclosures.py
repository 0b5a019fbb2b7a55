"""Disclosures are told from the words of one life, in the way people talk; what is general stays unmarked."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.labels import Category, Label
from recognizers.disclosure_lexicon import load_rules, parse_lexicon
from recognizers.disclosure_phrases import pattern, plain
from recognizers.disclosures import Disclosures
from recognizers.reading import read_plain

LAYER = Disclosures()

TOLD = [
    ("i was on heroin and then fentanyl", Label.SUBSTANCE, "heroin", Category.SUBSTANCE),
    ("we were smoking ice behind the store", Label.SUBSTANCE, "ice", Category.SUBSTANCE),
    ("she takes Suboxone 8 mg", Label.MEDICATION, "Suboxone", Category.SUBSTANCE),
    ("they started me on seroquel", Label.MEDICATION, "seroquel", Category.MENTAL_HEALTH),
    ("me dieron la sertralina", Label.MEDICATION, "sertralina", Category.MENTAL_HEALTH),
    ("the doctor said bipolar 2", Label.DIAGNOSIS, "bipolar 2", Category.MENTAL_HEALTH),
    ("chart says p t s d", Label.DIAGNOSIS, "p t s d", Category.MENTAL_HEALTH),
    ("opioid use disorder, severe", Label.DIAGNOSIS, "opioid use disorder", Category.SUBSTANCE),
    ("my name is sam and i'm an alcoholic", Label.DIAGNOSIS, "alcoholic", Category.SUBSTANCE),
    ("i got ninety days clean today", Label.CLEAN_TIME, "ninety days", Category.SUBSTANCE),
    ("llevo ocho meses sin tomar", Label.CLEAN_TIME, "ocho meses", Category.SUBSTANCE),
    ("I've been sober since June 3, 2021.", Label.SOBRIETY_DATE, "June 3, 2021", Category.SUBSTANCE),
    ("my clean date is march tenth", Label.SOBRIETY_DATE, "march tenth", Category.SUBSTANCE),
    ("he relapsed in the spring", Label.USE_EVENT, "relapsed", Category.SUBSTANCE),
    ("got narcanned behind the gym", Label.USE_EVENT, "narcanned", Category.SUBSTANCE),
    ("i was dope sick all night", Label.USE_EVENT, "dope sick", Category.SUBSTANCE),
    ("I wanted to kill myself last winter", Label.SELF_HARM, "kill myself", Category.SELF_HARM),
    ("she cut on her arms again", Label.SELF_HARM, "cut on", Category.SELF_HARM),
    ("ya no queria despertar", Label.SELF_HARM, "queria despertar", Category.SELF_HARM),
    ("my stepdad beat me with a belt", Label.TRAUMA, "beat me", Category.TRAUMA),
    ("i got my second d u i", Label.LEGAL, "d u i", Category.LEGAL),
    ("he is on probation until may", Label.LEGAL, "probation", Category.LEGAL),
    ("they told me i have hep c", Label.HEALTH_CONDITION, "hep c", Category.SEXUAL_HEALTH_HIV),
    ("i'm nineteen weeks pregnant", Label.HEALTH_CONDITION, "pregnant", Category.SEXUAL_HEALTH_HIV),
    ("dad has type 2 diabetes", Label.HEALTH_CONDITION, "type 2 diabetes", None),
    ("i'm gay and they know", Label.IDENTITY, "gay", None),
    ("soy indocumentada", Label.IDENTITY, "indocumentada", None),
    ("I go to AA twice a week", Label.MUTUAL_AID, "AA", Category.SUBSTANCE),
    ("working the steps with my sponsor", Label.MUTUAL_AID, "steps", Category.SUBSTANCE),
]


@pytest.mark.parametrize(("text", "label", "words", "category"), TOLD)
def test_a_disclosure_is_found_with_its_category(
    text: str, label: Label, words: str, category: Category | None
) -> None:
    at = text.index(words)
    hits = [h for h in LAYER.find_text(text) if h.label is label and h.start < at + len(words) and h.end > at]
    assert hits, f"{label} not found"
    assert hits[0].category is category


SILENT = [
    ("we watched the game and ate a sandwich", None),
    ("i did the dishes and added a note", Label.DIAGNOSIS),
    ("the mower is at Gore Creek Road", Label.IDENTITY),
    ("She works at Pine Needle Methodist Church", Label.IDENTITY),
    ("there was ice on the road this morning", Label.SUBSTANCE),
    ("i'm a peer and that is smart", Label.MUTUAL_AID),
    ("he is eight years old and has two dogs", Label.CLEAN_TIME),
    ("the hearing aids whistle", Label.LEGAL),
    ("the store opens on March 3rd", Label.SOBRIETY_DATE),
    ("The policy slides say people who overdose need a call", Label.USE_EVENT),
]


@pytest.mark.parametrize(("text", "label"), SILENT)
def test_everyday_words_and_general_talk_stay_unmarked(text: str, label: Label | None) -> None:
    assert [h for h in LAYER.find_text(text) if label is None or h.label is label] == []


def test_the_calendar_date_alone_is_the_sobriety_date() -> None:
    text = "sober since June 3, 2021 and proud"
    spans = [text[h.start : h.end] for h in LAYER.find_text(text) if h.label is Label.SOBRIETY_DATE]
    assert spans == ["June 3, 2021"]


def test_phrases_of_one_label_never_overlap() -> None:
    text = "i was on heroin, black tar heroin, and vodka, a fifth of vodka every day, drinking again"
    hits = LAYER.find_text(text)
    for label in {h.label for h in hits}:
        own = sorted((h.start, h.end) for h in hits if h.label is label)
        assert all(a[1] <= b[0] for a, b in pairwise(own))


@given(st.text(max_size=300))
def test_any_text_is_read_without_raising_and_offsets_lie_in_it(text: str) -> None:
    for hit in LAYER.find(read_plain(text)):
        assert 0 <= hit.start < hit.end <= len(text)
        assert 0.0 <= hit.score <= 1.0


@given(st.text(max_size=200))
def test_plain_text_keeps_every_character_in_its_place(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_the_same_words_give_the_same_answer_in_any_case() -> None:
    text = "i got narcanned twice and my stepdad beat me"
    low = [(h.start, h.end, h.label) for h in LAYER.find_text(text)]
    assert low
    assert [(h.start, h.end, h.label) for h in LAYER.find_text(text.upper())] == low


def test_every_rule_of_every_lexicon_compiles() -> None:
    rules = load_rules()
    assert len(rules) > 2000
    for rule in rules:
        pattern(rule.body)
        if rule.left is not None:
            pattern(rule.left)


def test_all_faults_of_a_lexicon_are_told_together_without_its_words() -> None:
    with pytest.raises(InputError) as raised:
        parse_lexicon("zebra\n[NOPE 0.9]\n[LEGAL 0.9]\n(zebra\n", "x.txt")
    assert [f.line for f in raised.value.faults] == [1, 2, 4]
    assert "zebra" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "i " * 60_000,
        "a" * 200_000,
        "one hundred " * 20_000,
        "took the pills and " * 10_000,
        "🙂" * 50_000,
        "- " * 60_000,
    ],
)
def test_the_cost_grows_with_the_text_alone(text: str) -> None:
    begun = time.process_time()
    LAYER.find_text(text[: len(text) // 8])
    eighth = time.process_time() - begun
    begun = time.process_time()
    LAYER.find_text(text)
    assert time.process_time() - begun < 8 * eighth * 4 + 1.0
