"""The manual page of the formats is the one that the table prints."""

from __future__ import annotations

from pathlib import Path

from tests.spec.formats_page import render


def test_the_page_is_printed_from_the_table() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
    assert page.read_text(encoding="utf-8") == render()
