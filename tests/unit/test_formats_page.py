"""The manual page of the formats is the one that the table prints."""

from __future__ import annotations

from pathlib import Path

from pipeline.formats import FORMATS
from tests.spec.formats_page import SHOWN, render


def test_the_page_is_printed_from_the_table() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
    assert page.read_text(encoding="utf-8") == render()


def test_every_format_says_what_of_it_is_kept_changed_and_left_out() -> None:
    for form in FORMATS:
        assert all((form.kept, form.changed, form.left_out, form.gap)), form.name
    assert set(SHOWN) == {form.name for form in FORMATS}
