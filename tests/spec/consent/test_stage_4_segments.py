"""Stage 4: the segments."""

# ruff: noqa: E501  (tables are data: a row stands on one line)
from __future__ import annotations

import pytest

from tests.spec.paragraphs import Chapter, Paragraph, check, names

CHAPTER = Chapter(
    title="Stage 4: the segments",
    intro=(
        "After detection. A segment concerns its speaker, everybody of the program whom it mentions, and, if "
        "a worker speaks, the clients. In these groups P3 does not permit."
    ),
    paragraphs=(
        Paragraph(
            says=("The words of somebody who does not permit, or of nobody we know, stay in."),
            given="kind = group ;; roster_complete = true ;; group_mode = segment ;; roster = P1 P2 P3 P4 W1:staff ;; records = C1 C2@P2 C4@P4",
            table="""
            segments                 | outcome       | reasons                   | withheld
            1:P1 2:P2 3:P4 4:W1      | PERMIT        | CONSENT_PERMIT            | -
            1:P1 2:P2 3:P4 4:W1 5:P3 | WITHHOLD_PART | SEG_SPEAKER_NOT_PERMITTED | 5
            1:P1 2:P2 3:P4 4:W1 5:X9 | WITHHOLD_PART | SEG_SPEAKER_UNKNOWN       | 5
            """,
        ),
        Paragraph(
            says=(
                "The turn right after such a turn goes with it, unless it says that it replies to a turn that is kept."
            ),
            given="kind = group ;; roster_complete = true ;; group_mode = segment ;; roster = P1 P2 P3 P4 W1:staff ;; records = C1 C2@P2 C4@P4",
            table="""
            segments                                | outcome       | reasons                   | withheld
            1:P1 2:P3 3:P2 4:P4 5:P1 6:P2 7:P4      | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD     | 2 3
            1:P1 2:P3 3:P2>1 4:P4 5:P1              | WITHHOLD_PART | SEG_SPEAKER_NOT_PERMITTED | 2
            1:P1 2:P3 3:P2>2 4:P4 5:P1 6:P2 7:P4    | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD     | 2 3
            1:P1 2:P3 3:P2>9 4:P4 5:P1 6:P2 7:P4    | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD     | 2 3
            1:P1@P3 2:P3 3:P2>1 4:P4 5:P1 6:P2 7:P4 | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD     | 1 2 3
            1:P1 2:X9 3:P2 4:P4 5:P1 6:P2           | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD     | 2 3
            1:P1 2:P3 3:P3 4:P2 5:P4 6:P1 7:P2      | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD     | 2 3 4
            """,
        ),
        Paragraph(
            says=("What says that it replies to such a turn goes with it, wherever it stands."),
            given="kind = group ;; roster_complete = true ;; group_mode = segment ;; roster = P1 P2 P3 P4 W1:staff ;; records = C1 C2@P2 C4@P4",
            table="""
            segments                                  | outcome       | reasons               | withheld
            1:P1 2:P2 3:P4 4:P3 5:W1 6:P2 7:P1>4 8:P2 | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD | 4 5 7
            1:P1>3 2:P2 3:P3 4:P4>2 5:P2 6:P1         | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD | 1 3
            """,
        ),
        Paragraph(
            says=("Two turns that each say they reply to the other free neither."),
            given="kind = group ;; roster_complete = true ;; group_mode = segment ;; roster = P1 P2 P3 P4 W1:staff ;; records = C1 C2@P2 C4@P4",
            table="""
            segments                                    | outcome       | reasons                   | withheld
            1:P3 2:P1>4 3:P3 4:P2>2 5:P1 6:P2 7:P4 8:P1 | WITHHOLD_PART | SEG_REPLY_TO_WITHHELD     | 1 2 3 4
            1:P3 2:P1>4 3:P3 4:P2>6 5:P1 6:P2 7:P4 8:P1 | WITHHOLD_PART | SEG_SPEAKER_NOT_PERMITTED | 1 3
            """,
        ),
        Paragraph(
            says=(
                "Whoever mentions somebody of the program needs that person's yes as well, in the room or not. "
                "Workers may be mentioned."
            ),
            given="kind = group ;; roster_complete = true ;; group_mode = segment ;; roster = P1 P2 P3 P4 W1:staff ;; records = C1 C2@P2 C4@P4",
            table="""
            segments               | outcome       | reasons                    | withheld
            1:P1 2:P2 3:P4 4:P1@P2 | PERMIT        | CONSENT_PERMIT             | -
            1:P1 2:P2 3:P4 4:P1@P3 | WITHHOLD_PART | SEG_MENTIONS_NOT_PERMITTED | 4
            1:P1 2:P2 3:P4 4:P1@P7 | WITHHOLD_PART | SEG_MENTIONS_NOT_PERMITTED | 4
            1:P1 2:P2 3:P4 4:P1@W1 | PERMIT        | CONSENT_PERMIT             | -
            """,
        ),
        Paragraph(
            says=("Somebody who was not there is asked by the same question."),
            given="records = C1 C2@P2 ;; segments = 1:P1 2:P1@P2 3:P1[trauma]@P2",
            table="""
            P2.birth_date | C2.purposes | C2.cat_trauma | outcome       | reasons                                      | withheld
            1980-05-05    | research    | yes           | PERMIT        | CONSENT_PERMIT                               | -
            1980-05-05    | research    | no            | WITHHOLD_PART | SEG_CATEGORY:trauma                          | 3
            1980-05-05    | group       | yes           | DENY          | SEG_MENTIONS_NOT_PERMITTED RESIDUE_TOO_SMALL | -
            """,
        ),
        Paragraph(
            says=("A sensitive matter of somebody who was never asked stays in."),
            table="""
            segments             | outcome       | reasons         | withheld
            1:W1 2:P1@third 3:P1 | WITHHOLD_PART | SEG_THIRD_PARTY | 2
            1:W1@third 2:P1 3:P1 | WITHHOLD_PART | SEG_THIRD_PARTY | 1
            """,
        ),
        Paragraph(
            says=(
                "A worker's own story goes out only if the worker has opted in; a client's own story is the client's."
            ),
            given="segments = 1:W1* 2:P1* 3:P1",
            table="""
            roster         | outcome       | reasons                   | withheld
            P1 W1:staff    | WITHHOLD_PART | SEG_STAFF_SELF_DISCLOSURE | 1
            P1 W1:staff:ok | PERMIT        | CONSENT_PERMIT            | -
            """,
        ),
        Paragraph(
            says=(
                "Every category of a segment needs the yes of everyone it concerns; a worker's turn concerns the "
                "clients."
            ),
            given="C1.cat_legal = no ;; C1.cat_trauma = -",
            table="""
            segments                        | outcome       | reasons                                   | withheld
            1:W1 2:P1[substance] 3:P1       | PERMIT        | CONSENT_PERMIT                            | -
            1:W1 2:P1[substance,legal] 3:P1 | WITHHOLD_PART | SEG_CATEGORY:legal CATEGORY_REFUSED:legal | 2
            1:W1 2:P1[trauma] 3:P1          | WITHHOLD_PART | SEG_CATEGORY:trauma                       | 2
            1:W1[legal] 2:P1 3:P1           | WITHHOLD_PART | SEG_CATEGORY:legal                        | 1
            1:W1 2:P1[gambling] 3:P1        | WITHHOLD_PART | SEG_CATEGORY:gambling                     | 2
            """,
        ),
        Paragraph(
            says=("In a group by segment a worker's turn on a category stays in while one client does not permit."),
            given="kind = group ;; roster_complete = true ;; group_mode = segment ;; roster = P1 P2 P3 P4 W1:staff ;; records = C1 C2@P2 C4@P4",
            table="""
            segments                       | outcome       | reasons                | withheld
            1:P1 2:P2 3:P4 4:W1[substance] | WITHHOLD_PART | SEG_CATEGORY:substance | 4
            1:P1 2:P2[substance] 3:P4 4:W1 | PERMIT        | CONSENT_PERMIT         | -
            """,
        ),
        Paragraph(
            says=("Where the label is uncertain, every category has to be allowed by everyone it concerns."),
            table="""
            C1.cat_legal | segments        | outcome       | reasons             | withheld
            yes          | 1:W1 2:P1? 3:P1 | PERMIT        | CONSENT_PERMIT      | -
            no           | 1:W1 2:P1? 3:P1 | WITHHOLD_PART | SEG_LABEL_UNCERTAIN | 2
            -            | 1:W1 2:P1? 3:P1 | WITHHOLD_PART | SEG_LABEL_UNCERTAIN | 2
            -            | 1:W1? 2:P1 3:P1 | WITHHOLD_PART | SEG_LABEL_UNCERTAIN | 1
            -            | 1:W1 2:P1 3:P1  | PERMIT        | CONSENT_PERMIT      | -
            """,
        ),
    ),
)


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    check(paragraph, row)
