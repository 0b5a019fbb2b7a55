"""Prints docs/consent.md from the chapters of the manual, so that the page and the tests cannot part."""

from __future__ import annotations

from pipeline.consent.meanings import MEANINGS
from pipeline.consent.rows import COLUMNS
from tests.spec.columns import COLUMN_TEXTS, HEAD, TAIL
from tests.spec.consent import (
    test_stage_0_request,
    test_stage_1_session,
    test_stage_2_record,
    test_stage_2_revocation,
    test_stage_2_signer,
    test_stage_2_supersession,
    test_stage_3_cell,
    test_stage_4_residue,
    test_stage_4_segments,
    test_stage_4_session,
    test_stage_5_release,
)
from tests.spec.paragraphs import Chapter, Paragraph

CHAPTERS: tuple[Chapter, ...] = (
    test_stage_0_request.CHAPTER,
    test_stage_1_session.CHAPTER,
    test_stage_2_record.CHAPTER,
    test_stage_2_revocation.CHAPTER,
    test_stage_2_supersession.CHAPTER,
    test_stage_2_signer.CHAPTER,
    test_stage_3_cell.CHAPTER,
    test_stage_4_session.CHAPTER,
    test_stage_4_segments.CHAPTER,
    test_stage_4_residue.CHAPTER,
    test_stage_5_release.CHAPTER,
)


def render() -> str:
    """The whole page."""
    parts = [HEAD, _columns(), *map(_chapter, CHAPTERS), _reasons(), TAIL]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _columns() -> str:
    lines = ["## The columns of the consent table", "", "| column | values, and what blank means |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {c} | {COLUMN_TEXTS[c]} |" for c in COLUMNS)])


def _chapter(chapter: Chapter) -> str:
    return "\n\n".join([f"## {chapter.title}", chapter.intro, *map(_paragraph, chapter.paragraphs)])


def _paragraph(paragraph: Paragraph) -> str:
    given = "; ".join(f"{name} = {value}" for name, value in paragraph.always.items())
    says = f"{paragraph.says}\n\nIn every row: `{given}`." if given else paragraph.says
    header = paragraph.header
    rows = [" | ".join(_shown(row[column]) for column in header) for row in paragraph.rows]
    lines = [" | ".join(header), " | ".join("---" for _ in header), *rows]
    return says + "\n\n" + "\n".join(f"| {line} |" for line in lines)


def _shown(cell: str) -> str:
    return "" if cell == "-" else cell.replace("_", "\\_") if cell.startswith("#") else cell


def _reasons() -> str:
    lines = [
        "## Every reason in plain words",
        "",
        "| stage | reason | it means | what would change it |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*lines, *(f"| {m.stage} | `{code}` | {m.says} | {m.change} |" for code, m in MEANINGS.items())])
