"""Stage 4: what is left."""

# ruff: noqa: E501  (tables are data: a row stands on one line)
from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 4: what is left",
    intro=(
        "A few sentences out of their session say more about what is missing than about what is there; two "
        "voices cannot hide each other."
    ),
    paragraphs=(
        Paragraph(
            says=("Nothing left is nothing to release."),
            table="""
            segments  | outcome | reasons
            -         | DENY    | RESIDUE_EMPTY
            1:X9 2:X9 | DENY    | RESIDUE_EMPTY SEG_SPEAKER_UNKNOWN
            """,
        ),
        Paragraph(
            says=("Under half of the segments (or the policy's share) is too little; half is enough."),
            table="""
            segments                   | min_residue | outcome       | reasons
            1:P1 2:P1@third            | -           | WITHHOLD_PART | SEG_THIRD_PARTY
            1:P1 2:P1@third 3:P1@third | -           | DENY          | RESIDUE_TOO_SMALL SEG_THIRD_PARTY
            1:P1 2:P1@third            | 0.75        | DENY          | RESIDUE_TOO_SMALL
            1:P1 2:P1@third 3:P1@third | 0.25        | WITHHOLD_PART | SEG_THIRD_PARTY
            """,
        ),
        Paragraph(
            says=(
                "A group has three consenting voices left (or as many as the policy says). Workers are no such voices."
            ),
            given="kind = group ;; roster_complete = true ;; roster = P1 P2 P3 W1:staff W2:staff ;; records = C1 C2@P2 C3@P3",
            table="""
            segments                  | min_speakers | outcome | reasons
            1:P1 2:P2 3:P3 4:W1       | -            | PERMIT  | CONSENT_PERMIT
            1:P1 2:P2 3:W1 4:W2       | -            | DENY    | GROUP_TOO_FEW_SPEAKERS
            1:P1 2:P2 3:P3@third 4:W1 | -            | DENY    | GROUP_TOO_FEW_SPEAKERS SEG_THIRD_PARTY
            1:P1 2:P2 3:W1            | 2            | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=("An individual session has one voice, and that is enough."),
            table="""
            segments  | outcome | reasons
            1:P1 2:W1 | PERMIT  | CONSENT_PERMIT
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
