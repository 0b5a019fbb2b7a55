"""Stage 1: the session."""

# ruff: noqa: E501  (tables are data: a row stands on one line)
from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 1: the session",
    intro="Is it known what this session is, when it was and who was there?",
    paragraphs=(
        Paragraph(
            says="A client stands on the roster; staff and guests alone make no subject.",
            table="""
            roster            | outcome | reasons
            P1 W1:staff       | PERMIT  | CONSENT_PERMIT
            W1:staff          | DENY    | SESSION_NO_SUBJECT
            P1:guest W1:staff | DENY    | SESSION_NO_SUBJECT
            -                 | DENY    | SESSION_NO_SUBJECT
            """,
        ),
        Paragraph(
            says="The session has a date in ISO form that does not lie ahead of the day decided for.",
            given="as_of = 2026-06-01T12:00:00",
            table="""
            session_date | outcome | reasons
            2026-03-01   | PERMIT  | CONSENT_PERMIT
            2026-06-01   | PERMIT  | CONSENT_PERMIT
            2026-06-02   | DENY    | SESSION_DATE_FUTURE
            -            | DENY    | SESSION_DATE_MISSING
            03/01/2026   | DENY    | SESSION_DATE_MISSING
            """,
        ),
        Paragraph(
            says="The note class is one of the five.",
            table="""
            note_class    | outcome | reasons
            peer_note     | PERMIT  | CONSENT_PERMIT
            group_summary | PERMIT  | CONSENT_PERMIT
            voicemail     | DENY    | SESSION_NOTE_CLASS_UNKNOWN
            -             | DENY    | SESSION_NOTE_CLASS_UNKNOWN
            """,
        ),
        Paragraph(
            says="A mutual-aid meeting is never shared, whatever anybody signed.",
            table="""
            kind       | outcome | reasons
            individual | PERMIT  | CONSENT_PERMIT
            mutual_aid | DENY    | SESSION_MUTUAL_AID
            """,
        ),
        Paragraph(
            says="The roster of a group is stated complete: an unlisted visitor has not been asked.",
            given="kind = group ;; min_speakers = 1",
            table="""
            roster_complete | outcome | reasons
            true            | PERMIT  | CONSENT_PERMIT
            false           | DENY    | ROSTER_INCOMPLETE
            -               | DENY    | ROSTER_INCOMPLETE
            """,
        ),
        Paragraph(
            says="All reasons of the stage come together.",
            given="kind = mutual_aid",
            table="""
            session_date | note_class | roster      | outcome | reasons
            -            | transcript | W1:staff    | DENY    | SESSION_NO_SUBJECT SESSION_DATE_MISSING SESSION_MUTUAL_AID
            2026-03-01   | -          | P1 W1:staff | DENY    | SESSION_NOTE_CLASS_UNKNOWN SESSION_MUTUAL_AID
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
