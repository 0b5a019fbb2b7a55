"""What the guide leaves unmarked is given up, and nothing beside it."""

from __future__ import annotations

import pytest

from pipeline.labels import Label
from pipeline.model import Span
from recognizers.agreement import Heard, agreed
from recognizers.ordinary import all_ordinary
from recognizers.unmarked import leave_unmarked, without_lookalikes


def spans(marked: str, label: Label, score: float = 0.8) -> tuple[str, list[Span]]:
    """Text and spans from a text in which [brackets] mark them."""
    text, found = "", []
    for part in marked.split("["):
        told, closed, rest = part.partition("]")
        if closed:
            found.append(Span(start=len(text), end=len(text) + len(told), label=label, score=score, source="model"))
        text += told + rest
    return text, found


@pytest.mark.parametrize(
    ("label", "marked"),
    [
        (Label.DATE, "diagnosed in [2021] and again in [the 2023] guideline"),
        (Label.DATE, "back in [nineteen eighty six] or [two thousand nine]"),
        (Label.DATE, "see you [Friday], or [monday morning] at nine"),
        (Label.DATE, "[0007],03/07,late"),
        (Label.AGE, "come on, [fellas], sit down"),
        (Label.PHONE_NUMBER, "she said [termina] the call"),
        (Label.US_SSN, "if it gets heavy you dial [nine eight eight], or [911]"),
        (Label.CASE_NUMBER, "he called at [seven oh three p m] and at [six fifty two] p m"),
        (Label.ACCOUNT_NUMBER, "they want [two hundred eleven] dollars, it is [forty] miles"),
        (Label.PERSON, "in person,[G2],90"),
        (Label.PERSON, "he has [Crohn]'s disease and a high [Gleason] score"),
    ],
)
def test_what_names_nobody_is_given_up(label: Label, marked: str) -> None:
    text, found = spans(marked, label)
    assert found
    assert leave_unmarked(text, found) == []


@pytest.mark.parametrize(
    ("label", "marked"),
    [
        (Label.DATE, "[the nineteenth] of [may], [03/14/24], [June 2019], [el 3], [christmas eve], [the 5th]"),
        (Label.DATE, "since [7 de junio] [del 2023]"),
        (Label.AGE, "I'm [34], she is [forty even], he turned [twentyone], [ocho]"),
        (Label.PHONE_NUMBER, "call [double] [oh four seven]"),
        (Label.PHONE_NUMBER, "it is [five five five, nine one one two], that is [oh one four two] am i right"),
        (Label.AGE, "she is [nine] months, he is [forty] years old"),
        (Label.HEALTH_PLAN_ID, "the card says [r b z x], then [W], [one one nine]"),
        (Label.PERSON, "[Ann] has a disease, [G.], [Lu]"),
    ],
)
def test_what_names_somebody_stays(label: Label, marked: str) -> None:
    text, found = spans(marked, label)
    assert leave_unmarked(text, found) == found


def test_a_name_the_model_is_sure_of_is_masked_before_an_illness_too() -> None:
    text, found = spans("we call it [Marisol]'s disease", Label.PERSON, score=0.99)
    assert leave_unmarked(text, found) == found


@pytest.mark.parametrize("words", ["stopped running", "Llegué tarde", "the dogs", "it's cold"])
def test_ordinary_words_are_ordinary_with_their_endings(words: str) -> None:
    assert all_ordinary(words)


@pytest.mark.parametrize("words", ["hope", "marisol", "Grace and the dog", "4821", ""])
def test_names_numbers_and_nothing_are_not_ordinary(words: str) -> None:
    assert not all_ordinary(words)


def span(label: Label, source: str, score: float) -> Span:
    return Span(start=0, end=5, label=label, score=score, source=source)


def test_a_firm_told_by_its_head_noun_needs_the_model_to_hear_something() -> None:
    firm, name = span(Label.ORGANIZATION, "community", 0.55), span(Label.PERSON, "names", 0.5)
    assert agreed([firm, name], Heard(spans=(), faint=())) == [name]
    assert agreed([firm], Heard(spans=(), faint=[span(Label.LOCATION, "model", 0.03)])) == [firm]
    assert agreed([firm], None) == [firm]


def test_a_guess_before_an_illness_is_none() -> None:
    text, found = spans("a high [Framingham] risk score, [Frank]'s car", Label.PERSON, score=0.5)
    assert without_lookalikes(text, found) == found[1:]


def test_the_lexicon_says_of_which_kind_a_disclosure_is() -> None:
    rule, model = span(Label.HEALTH_CONDITION, "disclosures", 0.9), span(Label.DIAGNOSIS, "model", 0.92)
    assert agreed([rule], Heard(spans=[model], faint=())) == [rule]
    assert agreed([], Heard(spans=[model], faint=())) == [model]
