"""Names and numbers spelled letter by letter, in English and by the Spanish names of letters."""

from __future__ import annotations

import pytest

from recognizers.coderuns import runs
from recognizers.spelled import spelled


def names(text: str) -> list[str]:
    return [text[f.start : f.end] for f in spelled(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("that's m a n i with an i", "m a n i"),
        ("el apellido es hache u a eme a ene i", "hache u a eme a ene i"),
        ("se escribe zeta, u, eñe, i, ge, a", "zeta, u, eñe, i, ge, a"),
    ],
)
def test_letters_said_one_by_one_are_a_name(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize("text", ["the p t s d group", "ese es de ella", "a be or c", "que te de la mano"])
def test_abbreviations_and_words_that_are_letters_are_none(text: str) -> None:
    assert names(text) == []


def test_short_spanish_letters_count_beside_a_clear_one() -> None:
    text = "dice erre be cero cero cinco dos, i will be five"
    assert next(text[r.start : r.end] for r in runs(text)) == "erre be cero cero cinco dos"
    assert not any(text[r.start : r.end].startswith("be") for r in runs(text))
