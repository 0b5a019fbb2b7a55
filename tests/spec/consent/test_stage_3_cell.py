"""Stage 3: one cell."""

# ruff: noqa: E501  (tables are data: a row stands on one line)
from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 3: one person, one use, one recipient, one note class, one date",
    intro=(
        "What do the live records of one person say to this very question? A blank on a consent narrows it; a "
        "blank on a refusal widens it."
    ),
    paragraphs=(
        Paragraph(
            says=("Without any record nothing is released; where no record applies, nothing either."),
            table="""
            records | R1.purposes | outcome | reasons
            -       | group       | DENY    | NO_APPLICABLE_CONSENT
            C1      | group       | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=("Somebody who was never asked has no consent on file."),
            given="roster = P2 W1:staff ;; segments = 1:P2",
            table="""
            records | outcome | reasons
            C1@P1   | DENY    | NO_CONSENT_ON_FILE
            C1@P2   | PERMIT  | CONSENT_PERMIT:C1+1
            """,
        ),
        Paragraph(
            says=("Uses never imply each other."),
            table="""
            use      | C1.purposes    | outcome | reasons
            research | research       | PERMIT  | CONSENT_PERMIT
            research | group          | DENY    | PURPOSE_NOT_COVERED
            group    | research       | DENY    | PURPOSE_NOT_COVERED
            group    | group;research | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=("A recipient is covered by its id or by a class it is registered under, both exactly."),
            table="""
            recipient                 | C1.recipients          | outcome | reasons
            UNIV-A (research_partner) | UNIV-A                 | PERMIT  | CONSENT_PERMIT
            UNIV-A (research_partner) | class:research_partner | PERMIT  | CONSENT_PERMIT
            UNIV-A                    | class:research_partner | DENY    | RECIPIENT_NOT_COVERED
            UNIV-A                    | univ-a                 | DENY    | RECIPIENT_NOT_COVERED
            UNIV-A2                   | UNIV-A                 | DENY    | RECIPIENT_NOT_COVERED
            UNIV-A (research_partner) | research_partner       | DENY    | RECIPIENT_NOT_COVERED
            UNIV-A (research_partner) | all                    | DENY    | RECIPIENT_NOT_COVERED
            """,
        ),
        Paragraph(
            says=("Note classes left blank mean the ordinary ones; otherwise those that are named."),
            table="""
            note_class    | C1.note_classes      | outcome | reasons
            transcript    | -                    | PERMIT  | CONSENT_PERMIT
            peer_note     | -                    | PERMIT  | CONSENT_PERMIT
            group_summary | -                    | PERMIT  | CONSENT_PERMIT
            transcript    | peer_note;transcript | PERMIT  | CONSENT_PERMIT
            transcript    | peer_note            | DENY    | NOTE_CLASS_NOT_COVERED
            transcript    | sud_counseling_note  | DENY    | NOTE_CLASS_NOT_COVERED
            """,
        ),
        Paragraph(
            says=("A counseling or psychotherapy note needs a consent for this kind of note alone."),
            table="""
            note_class          | C1.note_classes                        | outcome | reasons
            sud_counseling_note | -                                      | DENY    | NOTE_CLASS_NEEDS_SEPARATE_CONSENT
            sud_counseling_note | sud_counseling_note                    | PERMIT  | CONSENT_PERMIT
            sud_counseling_note | sud_counseling_note;transcript         | DENY    | NOTE_CLASS_NEEDS_SEPARATE_CONSENT
            sud_counseling_note | sud_counseling_note;psychotherapy_note | DENY    | NOTE_CLASS_NEEDS_SEPARATE_CONSENT
            psychotherapy_note  | psychotherapy_note                     | PERMIT  | CONSENT_PERMIT
            psychotherapy_note  | sud_counseling_note                    | DENY    | NOTE_CLASS_NEEDS_SEPARATE_CONSENT
            """,
        ),
        Paragraph(
            says=(
                "The session lies in the data window, both days included; without a beginning it begins on the day of "
                "signature."
            ),
            given="C1.signed_on = 2026-01-10",
            table="""
            session_date | C1.data_from | C1.data_to | outcome | reasons
            2026-01-10   | -            | -          | PERMIT  | CONSENT_PERMIT
            2026-01-09   | -            | -          | DENY    | SESSION_OUTSIDE_DATA_WINDOW
            2026-01-09   | 2026-01-09   | -          | PERMIT  | CONSENT_PERMIT
            2026-01-08   | 2026-01-09   | -          | DENY    | SESSION_OUTSIDE_DATA_WINDOW
            2026-03-01   | -            | 2026-03-01 | PERMIT  | CONSENT_PERMIT
            2026-03-02   | -            | 2026-03-01 | DENY    | SESSION_OUTSIDE_DATA_WINDOW
            """,
        ),
        Paragraph(
            says=("A condition that nobody can check takes the vote of a consent, never of a refusal."),
            table="""
            C1.unsupported_constraints | R1.unsupported_constraints | R1.purposes | outcome | reasons
            -                          | -                          | group       | PERMIT  | CONSENT_PERMIT
            only with a witness        | -                          | group       | DENY    | REC_CONSTRAINT_UNSUPPORTED
            -                          | unless they ask            | research    | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=("Any refusal in scope wins, and both sides of a conflict are named."),
            table="""
            R1.purposes | R1.recipients          | R1.note_classes | outcome | reasons
            all         | -                      | -               | DENY    | CONSENT_REFUSED CONFLICT_DENY_OVERRIDES
            research    | UNIV-A                 | transcript      | DENY    | CONSENT_REFUSED
            -           | -                      | -               | DENY    | CONSENT_REFUSED
            research    | class:research_partner | -               | DENY    | CONSENT_REFUSED
            research    | all                    | -               | DENY    | CONSENT_REFUSED
            group       | -                      | -               | PERMIT  | CONSENT_PERMIT
            research    | UNIV-B                 | -               | PERMIT  | CONSENT_PERMIT
            research    | class:program          | -               | PERMIT  | CONSENT_PERMIT
            research    | UNIV-A                 | peer_note       | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=("A refusal without dates concerns every session, also those before it was signed."),
            given="session_date = 2026-03-01 ;; R1.signed_on = 2026-05-01",
            table="""
            R1.data_from | R1.data_to | outcome | reasons
            -            | -          | DENY    | CONSENT_REFUSED
            2026-03-01   | -          | DENY    | CONSENT_REFUSED
            2026-03-02   | -          | PERMIT  | CONSENT_PERMIT
            -            | 2026-03-01 | DENY    | CONSENT_REFUSED
            -            | 2026-02-28 | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=("A refusal that says no to named categories refuses these; one that names none refuses everything."),
            table="""
            R1.cat_substance | R1.cat_legal | outcome       | reasons                                                                   | withheld
            no               | -            | WITHHOLD_PART | SEG_CATEGORY:substance CATEGORY_REFUSED:substance CONFLICT_DENY_OVERRIDES | 3
            -                | no           | PERMIT        | CONSENT_PERMIT                                                            | -
            -                | -            | DENY          | CONSENT_REFUSED                                                           | -
            """,
        ),
        Paragraph(
            says=(
                "A category needs an explicit yes. Blank is no vote: another consent's yes beside it permits. A no in "
                "scope wins over every yes."
            ),
            given="records = C1 C2",
            table="""
            C1.cat_substance | C2.cat_substance | C2.purposes | C2.unsupported_constraints | outcome       | reasons                                            | withheld
            yes              | yes              | research    | -                          | PERMIT        | CONSENT_PERMIT                                     | -
            -                | -                | research    | -                          | WITHHOLD_PART | SEG_CATEGORY:substance                             | 3
            -                | yes              | research    | -                          | PERMIT        | CONSENT_PERMIT                                     | -
            yes              | no               | research    | -                          | WITHHOLD_PART | CATEGORY_REFUSED:substance CONFLICT_DENY_OVERRIDES | 3
            yes              | no               | group       | -                          | PERMIT        | CONSENT_PERMIT                                     | -
            yes              | no               | research    | a condition                | WITHHOLD_PART | CATEGORY_REFUSED:substance                         | 3
            no               | -                | group       | -                          | WITHHOLD_PART | CATEGORY_REFUSED:substance                         | 3
            """,
        ),
        Paragraph(
            says=(
                "What a consent says no to outlives it, as a refusal does: its expiry or revocation lets out nothing "
                "more. A consent that is alive and replaces it lifts the no; a refusal does not, and a consent that was "
                "never good says nothing."
            ),
            given="records = C1 C2 ;; C1.cat_substance = no ;; C2.cat_substance = yes",
            table="""
            C1.expires_on | C1.revoked_on | C1.status | C2.supersedes_id | outcome       | reasons                    | withheld
            2026-12-31    | -             | active    | -                | WITHHOLD_PART | CATEGORY_REFUSED:substance | 3
            2026-03-31    | -             | active    | -                | WITHHOLD_PART | CATEGORY_REFUSED:substance | 3
            2026-12-31    | 2026-03-31    | active    | -                | WITHHOLD_PART | CATEGORY_REFUSED:substance | 3
            2026-03-31    | -             | active    | C1               | PERMIT        | CONSENT_PERMIT:C2+1        | -
            2026-12-31    | -             | draft     | -                | PERMIT        | CONSENT_PERMIT:C2+1        | -
            """,
        ),
        Paragraph(
            says="The no comes back when the consent that replaced it is dead, and a refusal lifts none.",
            given="records = C1 C2 C3 ;; C1.cat_substance = no",
            table="""
            C2.supersedes_id | C2.record_type | C2.purposes | C2.expires_on | outcome       | reasons                    | withheld
            C1               | consent        | research    | 2026-12-31    | PERMIT        | CONSENT_PERMIT:C3+1        | -
            C1               | consent        | research    | 2026-03-31    | WITHHOLD_PART | CATEGORY_REFUSED:substance | 3
            C1               | refusal        | group       | 2026-12-31    | WITHHOLD_PART | CATEGORY_REFUSED:substance | 3
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
