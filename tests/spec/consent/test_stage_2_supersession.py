"""Stage 2: what was replaced."""

# ruff: noqa: E501  (tables are data: a row stands on one line)
from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 2: what was replaced",
    intro=(
        "A person's latest word counts where the records say that it is the latest: by a version, or by "
        "naming what it retires. By the order of the file nothing is ever decided."
    ),
    paragraphs=(
        Paragraph(
            says=("The highest version of an id alone counts, whatever it says and whatever its state."),
            given="records = C1 C1v2",
            table="""
            C1v2.purposes | C1v2.status      | C1v2.signed_on | outcome | reasons
            research      | active           | 2026-02-01     | PERMIT  | CONSENT_PERMIT:C1+2
            group         | active           | 2026-02-01     | DENY    | PURPOSE_NOT_COVERED REC_SUPERSEDED
            research      | draft            | 2026-02-01     | DENY    | REC_NOT_ACTIVE REC_SUPERSEDED
            research      | active           | 2026-07-01     | DENY    | REC_NOT_YET_EFFECTIVE REC_SUPERSEDED
            research      | entered_in_error | 2026-02-01     | PERMIT  | CONSENT_PERMIT:C1+1
            """,
        ),
        Paragraph(
            says=(
                "A consent that names another retires it, for good: also after it has expired, was revoked or was "
                "found false."
            ),
            given="records = C1 C2 ;; C2.supersedes_id = C1 ;; C2.purposes = group",
            table="""
            C2.expires_on | C2.revoked_on | C2.known_false | outcome | reasons
            2026-12-31    | -             | -              | DENY    | REC_SUPERSEDED PURPOSE_NOT_COVERED
            2026-03-31    | -             | -              | DENY    | REC_SUPERSEDED REC_EXPIRED
            2026-12-31    | 2026-03-01    | -              | DENY    | REC_SUPERSEDED REC_REVOKED
            2026-12-31    | -             | yes            | DENY    | REC_SUPERSEDED REC_MATERIALLY_FALSE
            """,
        ),
        Paragraph(
            says=(
                "What never was in force supersedes nothing: a draft, an incomplete form, one not yet signed or "
                "effective, one that had expired before it began, one that the wrong people signed. Taken back "
                "before it began it still does: a revocation brings nothing back."
            ),
            given="records = C1 C2 ;; C2.supersedes_id = C1",
            table="""
            C2.status        | C2.may_disclose | C2.effective_on | C2.expires_on | C2.revoked_on | outcome | reasons
            active           | Harbor          | -               | 2026-02-01    | -             | DENY    | REC_SUPERSEDED
            draft            | Harbor          | -               | 2026-12-31    | -             | PERMIT  | CONSENT_PERMIT:C1+1
            proposed         | Harbor          | -               | 2026-12-31    | -             | PERMIT  | CONSENT_PERMIT:C1+1
            inactive         | Harbor          | -               | 2026-12-31    | -             | DENY    | REC_SUPERSEDED
            active           | -               | -               | 2026-12-31    | -             | PERMIT  | CONSENT_PERMIT:C1+1
            active           | Harbor          | 2026-06-02      | 2026-12-31    | -             | PERMIT  | CONSENT_PERMIT:C1+1
            active           | Harbor          | 2026-04-01      | 2026-03-31    | -             | PERMIT  | CONSENT_PERMIT:C1+1
            active           | Harbor          | 2026-04-01      | 2026-04-01    | -             | DENY    | REC_SUPERSEDED
            active           | Harbor          | 2026-04-01      | 2026-12-31    | 2026-03-01    | DENY    | REC_SUPERSEDED
            entered_in_error | Harbor          | -               | 2026-12-31    | -             | PERMIT  | CONSENT_PERMIT:C1+1
            """,
        ),
        Paragraph(
            says=("A minor's form that needed both signatures and had one was never in force."),
            given="records = C1 C2 ;; C2.supersedes_id = C1 ;; P1.birth_date = 2010-01-01 ;; P1.legal_status = minor ;; P1.minor_rule = both ;; C1.signer_roles = self;parent_or_guardian",
            table="""
            C2.signer_roles         | C2.purposes | outcome | reasons
            self                    | group       | PERMIT  | CONSENT_PERMIT:C1+1
            self;parent_or_guardian | group       | DENY    | REC_SUPERSEDED
            """,
        ),
        Paragraph(
            says=("A refusal is lifted by a consent that names it, or by the next version of itself."),
            table="""
            records    | C1.supersedes_id | outcome | reasons
            C1 R1      | -                | DENY    | CONSENT_REFUSED CONFLICT_DENY_OVERRIDES
            C1 R1      | R1               | PERMIT  | CONSENT_PERMIT:C1+1
            C1 R1      | R9               | DENY    | CONSENT_REFUSED
            C1 R1 R1v2 | R1               | PERMIT  | CONSENT_PERMIT:C1+1
            """,
        ),
        Paragraph(
            says=("The refusal comes back when what replaced it is dead."),
            given="records = C1 R1 C2 ;; C1.supersedes_id = R1 ;; C2.purposes = research",
            table="""
            C1.status        | C1.expires_on | C1.revoked_on | outcome | reasons
            active           | 2026-12-31    | -             | PERMIT  | CONSENT_PERMIT:C1+1
            active           | 2026-03-31    | -             | DENY    | CONSENT_REFUSED
            active           | 2026-12-31    | 2026-03-01    | DENY    | CONSENT_REFUSED
            inactive         | 2026-12-31    | -             | DENY    | CONSENT_REFUSED
            entered_in_error | 2026-12-31    | -             | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=("The same holds for versions: a refusal waits under a newer version that is not alive."),
            given="records = C1 C1v2 C2 ;; C1.record_type = refusal ;; C1.categories = -",
            table="""
            C1v2.status | C1v2.signed_on | C1v2.expires_on | outcome | reasons
            active      | 2026-02-01     | 2026-12-31      | PERMIT  | CONSENT_PERMIT:C1+2
            draft       | 2026-02-01     | 2026-12-31      | DENY    | CONSENT_REFUSED
            active      | 2026-07-01     | 2026-12-31      | DENY    | CONSENT_REFUSED
            active      | 2026-02-01     | 2026-03-31      | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=("The latest version of a consent is the one that has to name the refusal."),
            given="records = C1 C1v2 R1 ;; C1.supersedes_id = R1",
            table="""
            C1v2.supersedes_id | outcome | reasons
            R1                 | PERMIT  | CONSENT_PERMIT:C1+2
            -                  | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=("A chain of consents holds while its links are alive by themselves."),
            given="records = R1 C1 C2 ;; C1.supersedes_id = R1 ;; C2.supersedes_id = C1",
            table="""
            C1.expires_on | outcome | reasons
            2026-12-31    | PERMIT  | CONSENT_PERMIT:C2+1
            2026-03-31    | DENY    | CONSENT_REFUSED
            """,
        ),
        Paragraph(
            says=("Nothing signed before a refusal lifts it: somebody who says no again says no."),
            given="records = C1 R1 ;; C1.supersedes_id = R1 ;; C1.signed_on = 2026-02-01",
            table="""
            R1.signed_on | outcome | reasons
            2026-01-05   | PERMIT  | CONSENT_PERMIT
            2026-02-01   | PERMIT  | CONSENT_PERMIT
            2026-02-02   | DENY    | CONSENT_REFUSED
            -            | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=(
                "A ring of names lifts no refusal and retires every consent in it; a record that names itself names "
                "nobody."
            ),
            given="records = C1 R1",
            table="""
            C1.supersedes_id | R1.supersedes_id | C1.signed_on | R1.signed_on | outcome | reasons
            R1               | -                | 2026-01-10   | 2026-01-10   | PERMIT  | CONSENT_PERMIT
            R1               | C1               | 2026-01-10   | 2026-01-10   | DENY    | CONSENT_REFUSED REC_SUPERSEDED
            C1               | -                | 2026-01-10   | 2026-07-01   | PERMIT  | CONSENT_PERMIT
            """,
        ),
        Paragraph(
            says=("Another person's record replaces nothing."),
            given="roster = P1 W1:staff",
            table="""
            records        | C2.supersedes_id | R1.supersedes_id | outcome | reasons
            C1 C2@P2 R1@P2 | C1               | C1               | PERMIT  | CONSENT_PERMIT:C1+1
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
