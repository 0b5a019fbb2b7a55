"""The manual is whole: every reason has its sentence and its row, and the shared worked cases hold."""

from __future__ import annotations

from pathlib import Path

from pipeline.consent.meanings import MEANINGS
from pipeline.consent.reasons import ReasonCode
from tests.spec.consent import test_stage_5_release as stage_5
from tests.spec.paragraphs import codes_reached
from tests.spec.render import CHAPTERS, render

PAGE = Path(__file__).resolve().parents[3] / "docs" / "consent.md"


def test_every_reason_code_is_reached_by_a_row_of_the_manual() -> None:
    decided = {code for chapter in CHAPTERS[:-1] for p, row in chapter.cases() for code in codes_reached(p, row)}
    released = {r.split(":")[0] for p, row in stage_5.CHAPTER.cases() for r in stage_5.reasons_of(p, row)}

    assert decided | released == {code.value for code in ReasonCode}


def test_every_reason_code_has_a_meaning_in_the_order_of_the_codes() -> None:
    assert list(MEANINGS) == list(ReasonCode)
    assert [m.stage for m in MEANINGS.values()] == sorted(m.stage for m in MEANINGS.values())


def test_the_page_is_printed_from_the_tests() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "docs/consent.md is stale; print it with `make docs`"


def test_the_page_is_the_same_each_time() -> None:
    assert render() == render()
