"""The backstop of `strict`: what is safe, what is masked, and that the shipped word lists can be made again."""

from __future__ import annotations

import pytest

from docs.word_lists import TABLES, made
from pipeline.labels import Label
from pipeline.model import Document, Region, RegionKind, Span, Turn
from pipeline.policy import load_policy, shipped
from pipeline.redaction.redact import redact
from pipeline.redaction.standins import Allotted
from pipeline.redaction.vocabulary import is_safe, safe_words, unknown_words, vocabulary_of
from pipeline.written import written

VOCABULARY = vocabulary_of(["walk", "family", "wife", "make", "José", "harm reduction"])


@pytest.mark.parametrize(
    "word", ["walk", "WALKED", "walking", "walker's", "families", "wives", "making", "jose", "harm",
             "3rd", "90s", "8mg", "120"],
)  # fmt: skip
def test_a_word_is_safe_by_its_stem_in_any_case(word):
    assert is_safe(word, VOCABULARY)


@pytest.mark.parametrize("word", ["Keisha", "walkabout", "4821", "b12", "x", "fam", "iversen"])
def test_any_other_word_is_not(word):
    assert not is_safe(word, VOCABULARY)


def test_neighbours_are_one_stretch_and_taken_ranges_are_left_alone():
    text = "walk Keisha Marie walk Zora's wife, Tou"
    found = unknown_words(text, VOCABULARY, but=[(23, 27)])
    assert [text[a:b] for a, b in found] == ["Keisha Marie", "Tou"]


def test_common_talk_is_safe_and_names_are_not():
    said = "so I went to the meeting on Tuesday and she didn't say anything about the kids, you know what I'm saying"
    assert list(unknown_words(said, safe_words())) == []
    names = "Keisha Okonjo Tou Xiong Guadalupe Rasheed Saoirse"
    assert [names[a:b] for a, b in unknown_words(names, safe_words())] == [names]


def said(text: str, policy, *spans: Span) -> str:
    document = Document(
        doc_id="d", format="t", text=text, turns=(Turn(n=0),),
        regions=(Region(start=0, end=len(text), kind=RegionKind.BODY, turn=0),),
    )  # fmt: skip
    redaction = redact(document, spans, policy, {0}, Allotted(codes={"P-1": 7}))
    return "".join(t for _, t in written(document, redaction))


def test_strict_masks_what_detection_missed_and_no_other_policy_does():
    text = "Ana went with Xiong Vang to Brightwater House, code 48213."
    ana = Span(start=0, end=3, label=Label.PERSON, score=1, source="t", entity="person:P-1")
    masked = said(text, shipped("strict"), ana)
    assert masked.startswith("[PERSON_7] went with [REDACTED] to ")
    assert not any(word in masked for word in ("Xiong", "Vang", "48213", "Ana"))
    assert "Xiong Vang" in said(text, shipped("research-safe-harbor"), ana)


def test_a_program_adds_its_own_terms():
    text = (TABLES.parent / "policies" / "strict.toml").read_text(encoding="utf-8")
    own = load_policy(text.replace("own_words = []", 'own_words = ["Xiong Vang"]'), "own")
    assert said("with Xiong Vang", own) == "with Xiong Vang"
    assert own.digest != shipped("strict").digest


def test_the_word_lists_are_what_their_command_makes():
    for name, text in made().items():
        assert (TABLES / name).read_text(encoding="utf-8") == text, name
