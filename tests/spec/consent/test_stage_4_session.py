"""Stage 4: the session."""

# ruff: noqa: E501  (tables are data: a row stands on one line)
from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 4: the session as a whole",
    intro=("Before any text is opened: the client of an individual session, everybody of a group."),
    paragraphs=(
        Paragraph(
            says=("An individual session takes its client's yes; a guest's no keeps the guest's words in."),
            table="""
            roster               | segments                 | outcome       | reasons                   | withheld
            P1 W1:staff          | 1:W1 2:P1 3:P1 4:P1      | PERMIT        | CONSENT_PERMIT            | -
            P1 P2 W1:staff       | 1:W1 2:P1 3:P1 4:P1      | DENY          | NO_CONSENT_ON_FILE        | -
            P1 P2:guest W1:staff | 1:W1 2:P1 3:P1 4:P1 5:P2 | WITHHOLD_PART | SEG_SPEAKER_NOT_PERMITTED | 5
            """,
        ),
        Paragraph(
            says=(
                "In a group one no keeps the session in (strict, which is the rule unless the policy says otherwise). "
                "A guest counts as a client does."
            ),
            given="kind = group ;; roster_complete = true ;; records = C1 C2@P2 C3@P3 ;; segments = 1:W1 2:P1 3:P2 4:P3 5:P1 6:P2",
            table="""
            roster                     | group_mode | outcome | reasons
            P1 P2 P3 W1:staff          | -          | PERMIT  | CONSENT_PERMIT
            P1 P2 P3 P4 W1:staff       | -          | DENY    | GROUP_MEMBER_NOT_PERMITTED NO_CONSENT_ON_FILE
            P1 P2 P3 P4:guest W1:staff | strict     | DENY    | GROUP_MEMBER_NOT_PERMITTED NO_CONSENT_ON_FILE
            P1 P2 P3 P4 W1:staff       | segment    | PERMIT  | CONSENT_PERMIT
            P1 P2 P3 P4 W1:staff       | anything   | DENY    | GROUP_MEMBER_NOT_PERMITTED
            """,
        ),
        Paragraph(
            says=("By segment, nobody's yes is still a no."),
            given="kind = group ;; roster_complete = true ;; group_mode = segment ;; roster = P1 P2 P3 W1:staff",
            table="""
            records | outcome | reasons
            -       | DENY    | NO_SUBJECT_PERMITS NO_CONSENT_ON_FILE
            R1@P1   | DENY    | NO_SUBJECT_PERMITS CONSENT_REFUSED
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
