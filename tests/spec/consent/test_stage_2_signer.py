"""Stage 2: who signed."""

from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 2: who signed",
    intro=(
        "Was it this person's to sign, and did they? 42 CFR 2.14 and 2.15; what the state asks of minors is "
        "recorded for each, and unknown is no permission."
    ),
    paragraphs=(
        Paragraph(
            says=("An adult signs for themself; the age has to be known."),
            table="""
            P1.birth_date | P1.adult_attested | C1.signer_roles         | outcome | reasons
            1980-05-05    | -                 | self                    | PERMIT  | CONSENT_PERMIT
            -             | yes               | self                    | PERMIT  | CONSENT_PERMIT
            -             | -                 | self                    | DENY    | SIGNER_AGE_UNKNOWN
            -             | no                | self                    | DENY    | SIGNER_AGE_UNKNOWN
            1980-05-05    | -                 | parent_or_guardian      | DENY    | SIGNER_NOW_ADULT
            1980-05-05    | -                 | personal_representative | DENY    | SIGNER_NOW_ADULT
            1980-05-05    | -                 | -                       | DENY    | SIGNER_NOW_ADULT
            """,
        ),
        Paragraph(
            says=("For a minor the recorded rule says who signs."),
            given="P1.birth_date = 2010-01-01 ;; P1.legal_status = minor",
            table="""
            P1.minor_rule | C1.signer_roles         | outcome | reasons
            minor_alone   | self                    | PERMIT  | CONSENT_PERMIT
            minor_alone   | self;parent_or_guardian | PERMIT  | CONSENT_PERMIT
            minor_alone   | parent_or_guardian      | DENY    | SIGNER_MINOR_MUST_SIGN
            both          | self;parent_or_guardian | PERMIT  | CONSENT_PERMIT
            both          | self                    | DENY    | SIGNER_MINOR_AND_PARENT
            both          | parent_or_guardian      | DENY    | SIGNER_MINOR_MUST_SIGN SIGNER_MINOR_AND_PARENT
            -             | self;parent_or_guardian | DENY    | SIGNER_MINOR_RULE_UNKNOWN
            """,
        ),
        Paragraph(
            says=("A birth date is believed before a status or an attestation."),
            given="C1.signer_roles = self",
            table="""
            P1.birth_date | P1.legal_status | P1.adult_attested | outcome | reasons
            2010-01-01    | adult           | yes               | DENY    | SIGNER_MINOR_RULE_UNKNOWN
            1980-05-05    | minor           | -                 | PERMIT  | CONSENT_PERMIT
            -             | minor           | yes               | DENY    | SIGNER_MINOR_RULE_UNKNOWN
            -             | adult           | -                 | DENY    | SIGNER_AGE_UNKNOWN
            1980-05-05    | -               | -                 | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=("What a parent signed ends on the eighteenth birthday, from 00:00."),
            given="as_of = 2026-06-01T12:00:00 ;; C1.signer_roles = parent_or_guardian;self ;; P1.minor_rule = both",
            table="""
            P1.birth_date | C1.signer_roles         | outcome | reasons
            2008-06-02    | self;parent_or_guardian | PERMIT  | CONSENT_PERMIT
            2008-06-01    | self;parent_or_guardian | PERMIT  | CONSENT_PERMIT
            2008-06-01    | parent_or_guardian      | DENY    | SIGNER_NOW_ADULT
            2008-06-01    | self                    | DENY    | SIGNER_NOW_ADULT
            """,
        ),
        Paragraph(
            says=(
                "A minor's own signature goes on counting if it was enough when it was given; one given after "
                "majority is an adult's."
            ),
            given="P1.birth_date = 2008-05-30",
            table="""
            P1.minor_rule | C1.signer_roles    | C1.signed_on | C1.data_from | outcome | reasons
            minor_alone   | self               | 2026-01-10   | -            | PERMIT  | CONSENT_PERMIT
            -             | self               | 2026-01-10   | -            | DENY    | SIGNER_NOW_ADULT
            -             | self               | 2026-05-30   | 2026-01-01   | PERMIT  | CONSENT_PERMIT
            -             | parent_or_guardian | 2026-05-30   | 2026-01-01   | DENY    | SIGNER_NOW_ADULT
            """,
        ),
        Paragraph(
            says=(
                "For somebody who lacks capacity or has died a personal representative signs, with the document of "
                "their authority."
            ),
            table="""
            P1.legal_status   | C1.signer_roles         | C1.authority_document | outcome | reasons
            lacks_capacity    | personal_representative | order:7               | PERMIT  | CONSENT_PERMIT
            lacks_capacity    | personal_representative | -                     | DENY    | SIGNER_CAPACITY_NEEDS_REP
            lacks_capacity    | self                    | order:7               | DENY    | SIGNER_CAPACITY_NEEDS_REP
            deceased          | personal_representative | order:7               | PERMIT  | CONSENT_PERMIT
            deceased          | personal_representative | -                     | DENY    | SIGNER_DECEASED_NEEDS_REP
            deceased          | self                    | -                     | DENY    | SIGNER_DECEASED_NEEDS_REP
            capacity_in_doubt | self                    | -                     | DENY    | SIGNER_CAPACITY_IN_DOUBT
            capacity_in_doubt | personal_representative | order:7               | DENY    | SIGNER_CAPACITY_IN_DOUBT
            """,
        ),
        Paragraph(
            says=("A status that is none of the five is a bad row of the person."),
            table="""
            P1.legal_status | outcome | reasons
            adult           | PERMIT  | CONSENT_PERMIT
            emancipated     | DENY    | STORE_ROW_INVALID
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
