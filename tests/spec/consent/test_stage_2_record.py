"""Stage 2: one record by itself."""

# ruff: noqa: E501  (tables are data: a row stands on one line)
from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 2: one record",
    intro=(
        "Does this record have a vote at this instant? The rows on status, elements, expiry and signer "
        "concern consents only: a refusal counts from its date until it is replaced or entered in error."
    ),
    paragraphs=(
        Paragraph(
            says=(
                "A record entered in error is ignored both ways: it neither permits nor denies, and does not count as "
                "a version."
            ),
            table="""
            C1.status        | R1.status        | outcome | reasons
            active           | entered_in_error | PERMIT  | CONSENT_PERMIT
            entered_in_error | entered_in_error | DENY    | NO_CONSENT_ON_FILE REC_ENTERED_IN_ERROR
            active           | active           | DENY    | CONSENT_REFUSED CONFLICT_DENY_OVERRIDES
            """,
        ),
        Paragraph(
            says=("A consent that is a draft, proposed or inactive has no vote; a refusal counts all the same."),
            table="""
            C1.status | outcome | reasons
            active    | PERMIT  | CONSENT_PERMIT
            draft     | DENY    | REC_NOT_ACTIVE
            proposed  | DENY    | REC_NOT_ACTIVE
            inactive  | DENY    | REC_NOT_ACTIVE
            """,
        ),
        Paragraph(
            says=("A draft of a refusal is a no."),
            table="""
            R1.status | R1.purposes | outcome | reasons
            draft     | all         | DENY    | CONSENT_REFUSED
            inactive  | research    | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=("A consent has every element of 42 CFR 2.31."),
            table="""
            C1.may_disclose | C1.info_description | C1.recipients | C1.purposes | outcome | reasons
            Harbor          | notes               | UNIV-A        | research    | PERMIT  | CONSENT_PERMIT
            -               | notes               | UNIV-A        | research    | DENY    | REC_ELEMENTS_MISSING:may_disclose
            Harbor          | -                   | UNIV-A        | research    | DENY    | REC_ELEMENTS_MISSING:info_description
            Harbor          | notes               | -             | research    | DENY    | REC_ELEMENTS_MISSING:recipients
            Harbor          | notes               | UNIV-A        | -           | DENY    | REC_ELEMENTS_MISSING:purposes
            -               | -                   | -             | -           | DENY    | REC_ELEMENTS_MISSING:may_disclose,info_description,recipients,purposes
            """,
        ),
        Paragraph(
            says=(
                "The rest of the elements: when and how it was signed, that it told of the right to revoke, and how "
                "it ends."
            ),
            table="""
            C1.signed_on | C1.signature_evidence | C1.st_revocation_right | C1.expires_on | outcome | reasons
            2026-01-10   | scan:001              | yes                    | 2026-12-31    | PERMIT  | CONSENT_PERMIT
            -            | scan:001              | yes                    | 2026-12-31    | DENY    | REC_ELEMENTS_MISSING:signed_on
            2026-01-10   | -                     | yes                    | 2026-12-31    | DENY    | REC_ELEMENTS_MISSING:signature_evidence
            2026-01-10   | scan:001              | -                      | 2026-12-31    | DENY    | REC_ELEMENTS_MISSING:st_revocation_right
            2026-01-10   | scan:001              | no                     | 2026-12-31    | DENY    | REC_ELEMENTS_MISSING:st_revocation_right
            2026-01-10   | scan:001              | yes                    | -             | DENY    | REC_ELEMENTS_MISSING:expiry
            """,
        ),
        Paragraph(
            says=("A consent that somebody knows to be false has no vote."),
            table="""
            C1.known_false | outcome | reasons
            -              | PERMIT  | CONSENT_PERMIT
            no             | PERMIT  | CONSENT_PERMIT
            yes            | DENY    | REC_MATERIALLY_FALSE
            """,
        ),
        Paragraph(
            says=("A record counts from its signature and its effective date on; a date alone from 00:00 of that day."),
            given="as_of = 2026-06-01T12:00:00 ;; C1.data_from = 2026-01-01",
            table="""
            C1.signed_on              | C1.effective_on | outcome | reasons
            2026-06-01                | -               | PERMIT  | CONSENT_PERMIT
            2026-06-01T12:00:00       | -               | PERMIT  | CONSENT_PERMIT
            2026-06-01T12:00:01       | -               | DENY    | REC_NOT_YET_EFFECTIVE
            2026-06-01T13:30:00+02:00 | -               | PERMIT  | CONSENT_PERMIT
            2026-06-01T13:30:00-02:00 | -               | DENY    | REC_NOT_YET_EFFECTIVE
            2026-06-02                | -               | DENY    | REC_NOT_YET_EFFECTIVE
            2026-01-10                | 2026-06-01      | PERMIT  | CONSENT_PERMIT
            2026-01-10                | 2026-06-02      | DENY    | REC_NOT_YET_EFFECTIVE
            """,
        ),
        Paragraph(
            says=("A refusal counts from its date too, and without a date from the beginning."),
            table="""
            R1.signed_on | R1.effective_on | outcome | reasons
            2026-06-01   | -               | DENY    | CONSENT_REFUSED
            2026-06-02   | -               | PERMIT  | CONSENT_PERMIT
            2026-01-05   | 2026-06-02      | PERMIT  | CONSENT_PERMIT
            -            | -               | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=("The day of expiry counts whole."),
            given="C1.expires_on = 2026-06-01",
            table="""
            as_of                     | outcome | reasons
            2026-06-01T00:00:00       | PERMIT  | CONSENT_PERMIT
            2026-06-01T23:59:59       | PERMIT  | CONSENT_PERMIT
            2026-06-02T00:00:00       | DENY    | REC_EXPIRED
            2026-06-01T23:30:00-01:00 | DENY    | REC_EXPIRED
            """,
        ),
        Paragraph(
            says=("A time of expiry is over when it comes; a refusal never expires."),
            table="""
            C1.expires_on       | R1.purposes | R1.expires_on | R1.recipients | outcome | reasons
            2026-06-01T12:00:01 | group       | -             | -             | PERMIT  | CONSENT_PERMIT
            2026-06-01T12:00:00 | group       | -             | -             | DENY    | REC_EXPIRED
            2026-12-31          | research    | 2026-01-31    | UNIV-A        | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=(
                "An expiry event ends the consent when it has occurred, and while nobody recorded its state; with a "
                "date as well, both have to hold."
            ),
            table="""
            C1.expiry_event | C1.expiry_event_state | C1.expires_on | outcome | reasons
            end of study    | not_occurred          | -             | PERMIT  | CONSENT_PERMIT
            end of study    | occurred              | -             | DENY    | REC_EXPIRED
            end of study    | -                     | -             | DENY    | REC_EXPIRY_EVENT_UNKNOWN
            end of study    | not_occurred          | 2026-05-31    | DENY    | REC_EXPIRED
            end of study    | -                     | 2026-12-31    | DENY    | REC_EXPIRY_EVENT_UNKNOWN
            """,
        ),
        Paragraph(
            says=(
                "The same version of a record twice denies the person, even if both say the same: nobody can know "
                "which one is true. One of them entered in error settles it."
            ),
            given="records = C1 R1 C2",
            table="""
            R1.consent_id | R1.version | R1.status        | C2.purposes | outcome | reasons
            R1            | 1          | entered_in_error | research    | PERMIT  | CONSENT_PERMIT:C1+1
            C1            | 1          | active           | research    | DENY    | REC_DUPLICATE_VERSION
            C1            | 1          | entered_in_error | research    | PERMIT  | CONSENT_PERMIT:C1+1
            C2            | 1          | active           | group       | DENY    | REC_DUPLICATE_VERSION
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
