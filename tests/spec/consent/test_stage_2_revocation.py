"""Stage 2: what was taken back."""

from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 2: what was taken back",
    intro=(
        "A consent can be taken back at any time. A revocation counts whatever becomes of the record that "
        "says it, unless that was entered in error; it never ends a refusal."
    ),
    paragraphs=(
        Paragraph(
            says=("A consent ends when it is revoked; a date alone counts from 00:00."),
            given="as_of = 2026-06-01T12:00:00",
            table="""
            C1.revoked_on             | outcome | reasons
            2026-05-31                | DENY    | REC_REVOKED
            2026-06-01                | DENY    | REC_REVOKED
            2026-06-02                | PERMIT  | CONSENT_PERMIT
            2026-06-01T12:00:00       | DENY    | REC_REVOKED
            2026-06-01T12:00:01       | PERMIT  | CONSENT_PERMIT
            2026-06-01T13:00:00+02:00 | DENY    | REC_REVOKED
            """,
        ),
        Paragraph(
            says=(
                "With scope `all` every consent signed at or before it ends; with scope `record` or none, this one "
                "alone."
            ),
            given="C1.revoked_on = 2026-02-01",
            table="""
            C1.revocation_scope | C2.signed_on        | outcome | reasons
            all                 | 2026-01-15          | DENY    | REC_REVOKED
            all                 | 2026-02-01          | DENY    | REC_REVOKED
            all                 | 2026-02-01T18:00:00 | DENY    | REC_REVOKED
            all                 | 2026-02-02          | PERMIT  | CONSENT_PERMIT:C2+1
            record              | 2026-01-15          | PERMIT  | CONSENT_PERMIT:C2+1
            -                   | 2026-01-15          | PERMIT  | CONSENT_PERMIT:C2+1
            """,
        ),
        Paragraph(
            says=(
                "A time of revocation is compared with a time of signature; a signature by date alone may have come "
                "first."
            ),
            given="C1.revocation_scope = all",
            table="""
            C1.revoked_on       | C2.signed_on        | outcome | reasons
            2026-02-01T10:00:00 | 2026-02-01T10:00:00 | DENY    | REC_REVOKED
            2026-02-01T10:00:00 | 2026-02-01T10:00:01 | PERMIT  | CONSENT_PERMIT:C2+1
            2026-02-01T10:00:00 | 2026-02-01          | DENY    | REC_REVOKED
            2026-06-01T12:00:00 | 2026-02-01          | DENY    | REC_REVOKED
            2026-06-01T12:00:01 | 2026-02-01          | PERMIT  | CONSENT_PERMIT:C2+1
            """,
        ),
        Paragraph(
            says=(
                "It goes on counting when the record that says it is a draft, has expired or was replaced; only "
                "entered in error undoes it."
            ),
            given="records = C1 C2 ;; C2.revoked_on = 2026-02-01 ;; C2.revocation_scope = all",
            table="""
            C2.status        | C2.expires_on | C3.supersedes_id | C3.purposes | outcome | reasons
            draft            | 2026-12-31    | -                | group       | DENY    | REC_REVOKED
            active           | 2026-03-31    | -                | group       | DENY    | REC_REVOKED
            active           | 2026-12-31    | C2               | group       | DENY    | REC_REVOKED
            entered_in_error | 2026-12-31    | -                | group       | PERMIT  | CONSENT_PERMIT:C1+1
            """,
        ),
        Paragraph(
            says=(
                "A record of type revocation ends what it names; with scope `all`, or where it names nothing on file, "
                "everything signed up to it."
            ),
            given="records = C1 C2 X1 ;; X1.revoked_on = 2026-02-01 ;; C2.purposes = research",
            table="""
            X1.supersedes_id | X1.revocation_scope | outcome | reasons
            C1               | record              | PERMIT  | CONSENT_PERMIT:C2+1
            C1               | -                   | PERMIT  | CONSENT_PERMIT:C2+1
            C1               | all                 | DENY    | REC_REVOKED
            -                | -                   | DENY    | REC_REVOKED
            C9               | record              | DENY    | REC_REVOKED
            """,
        ),
        Paragraph(
            says=(
                "It counts from its date, by which it was revoked or signed, and without one from the beginning; its "
                "status does not matter."
            ),
            given="records = C1 X1 ;; X1.supersedes_id = C1",
            table="""
            X1.revoked_on | X1.signed_on | X1.status        | outcome | reasons
            2026-06-01    | -            | active           | DENY    | REC_REVOKED
            2026-06-02    | -            | active           | PERMIT  | CONSENT_PERMIT
            -             | 2026-05-01   | draft            | DENY    | REC_REVOKED
            -             | 2026-06-02   | active           | PERMIT  | CONSENT_PERMIT
            -             | -            | inactive         | DENY    | REC_REVOKED
            2026-05-01    | -            | entered_in_error | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=(
                "It may stand as the next version of what it ends, and a consent signed later as the version after "
                "that."
            ),
            given="records = C1 X1 ;; X1.consent_id = C1 ;; X1.version = 2 ;; X1.revoked_on = 2026-02-01",
            table="""
            C1v3.signed_on | C1v3.status      | outcome | reasons
            2026-02-15     | active           | PERMIT  | CONSENT_PERMIT:C1+3
            2026-02-15     | draft            | DENY    | REC_NOT_ACTIVE REC_SUPERSEDED
            2026-02-15     | entered_in_error | DENY    | REC_REVOKED REC_SUPERSEDED
            """,
        ),
        Paragraph(
            says=("A revocation does not lift a refusal."),
            given="records = C1 R1 X1 ;; X1.supersedes_id = R1 ;; X1.revoked_on = 2026-02-01",
            table="""
            R1.revoked_on | X1.revocation_scope | outcome | reasons
            -             | record              | DENY    | CONSENT_REFUSED
            2026-02-01    | record              | DENY    | CONSENT_REFUSED
            -             | all                 | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=("A revocation is a reason even where it is all that is on file."),
            given="records = X1",
            table="""
            X1.revoked_on | outcome | reasons
            2026-02-01    | DENY    | REC_REVOKED
            2026-06-01T12:00:00 | DENY | REC_REVOKED
            2026-06-02    | DENY    | NO_APPLICABLE_CONSENT
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
