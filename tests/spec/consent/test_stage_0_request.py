"""Stage 0: the request, and whether the records can be read at all."""

from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 0: the request",
    intro="Before any record is looked at: is this a question that may be asked, and can the records be read? What "
    "fails here ends the decision; all reasons of the stage are given together.",
    paragraphs=(
        Paragraph(
            says="The use is `group` or `research`; anything else, or none, is denied.",
            table="""
            use        | outcome | reasons
            research   | PERMIT  | CONSENT_PERMIT:C1+1
            group      | PERMIT  | CONSENT_PERMIT:C1+1
            Research   | DENY    | REQ_USE_UNKNOWN
            marketing  | DENY    | REQ_USE_UNKNOWN
            -          | DENY    | REQ_USE_UNKNOWN
            """,
        ),
        Paragraph(
            says="The recipient is named and registered, and is no court, investigator or police.",
            table="""
            recipient                                  | outcome | reasons
            UNIV-A (research_partner)                  | PERMIT  | CONSENT_PERMIT
            -                                          | DENY    | REQ_RECIPIENT_UNKNOWN REQ_RESEARCH_APPROVAL_MISSING
            DA-OFFICE (research_partner law_enforcement) | DENY  | REQ_LEGAL_PROCEEDING
            """,
        ),
        Paragraph(
            says="Registered and used in a proceeding are facts about the recipient.",
            table="""
            registered | legal_proceeding | outcome | reasons
            true       | false            | PERMIT  | CONSENT_PERMIT
            false      | false            | DENY    | REQ_RECIPIENT_UNKNOWN
            true       | true             | DENY    | REQ_LEGAL_PROCEEDING
            false      | true             | DENY    | REQ_RECIPIENT_UNKNOWN REQ_LEGAL_PROCEEDING
            """,
        ),
        Paragraph(
            says="Research needs an approval in force that names the recipient; the group needs none.",
            table="""
            use      | research_approval_valid | outcome | reasons
            research | true                    | PERMIT  | CONSENT_PERMIT
            research | false                   | DENY    | REQ_RESEARCH_APPROVAL_MISSING
            research | -                       | DENY    | REQ_RESEARCH_APPROVAL_MISSING
            group    | -                       | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says="Records that cannot be read stop everything, and so does a row that belongs to nobody: it may be "
            "anyone's revocation. A bad row of one person stops the sessions of that person.",
            table="""
            store_error              | outcome | reasons
            -                        | PERMIT  | CONSENT_PERMIT
            STORE_UNREADABLE         | DENY    | STORE_UNREADABLE
            STORE_ROW_UNATTRIBUTABLE | DENY    | STORE_ROW_UNATTRIBUTABLE
            STORE_ROW_INVALID        | DENY    | STORE_ROW_INVALID
            """,
        ),
        Paragraph(
            says="A row is bad if it holds a value that is not in the table or a date not in ISO form; without a "
            "person it belongs to nobody.",
            given="roster = P1 W1:staff",
            table="""
            C2.person_id | C2.signed_on | C2.purposes   | outcome | reasons
            P1           | 2026-01-10   | group         | PERMIT  | CONSENT_PERMIT:C1+1
            P1           | 03/04/2026   | group         | DENY    | STORE_ROW_INVALID
            P1           | 2026-01-10   | marketing     | DENY    | STORE_ROW_INVALID
            P1           | 2026-01-10   | all           | DENY    | STORE_ROW_INVALID
            P2           | 03/04/2026   | group         | PERMIT  | CONSENT_PERMIT:C1+1
            -            | 2026-01-10   | group         | DENY    | STORE_ROW_UNATTRIBUTABLE
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
