"""Stage 5: the release."""

from __future__ import annotations

import hashlib

import pytest

from pipeline.consent.case import decide_case
from pipeline.consent.exit import deid_rows, notice_rows, stale_rows
from pipeline.consent.small_cells import hide
from tests.spec.paragraphs import Chapter, Paragraph, case_of, names

FINDINGS = Paragraph(
    says="A session with an open finding in a kept segment stays in.",
    table="""
    open findings | outcome | reasons
    0             | PERMIT  | -
    1             | DENY    | DEID_NOT_PASSED
    """,
)
NOTICE = Paragraph(
    says="The notice and the scope text travel with every release, unaltered; else nothing is written.",
    table="""
    NOTICE.txt | CONSENT_SCOPE.txt | reasons
    shipped    | shipped           | -
    altered    | shipped           | PACKAGE_NOTICE_MISSING:NOTICE.txt
    shipped    | missing           | PACKAGE_NOTICE_MISSING:CONSENT_SCOPE.txt
    """,
)
STALE = Paragraph(
    says="Just before writing, everything is decided again; if any outcome changed, in either direction, nothing is "
    "written.",
    table="""
    then                     | now                          | reasons
    C1.cat_substance = yes   | C1.cat_substance = yes       | -
    C1.cat_substance = yes   | C1.cat_substance = no        | RELEASE_STALE_DECISION:S1
    C1.cat_substance = yes   | C1.revoked_on = 2026-06-01   | RELEASE_STALE_DECISION:S1
    C1.cat_substance = no    | C1.cat_substance = yes       | RELEASE_STALE_DECISION:S1
    C1.cat_substance = yes   | C1.expires_on = 2027-12-31   | -
    """,
)
SMALL = Paragraph(
    says="A count of 1 to 10 is hidden, and whatever would let it be computed from the totals: here a table of two "
    "rows and two columns, printed with its totals, `#` for hidden.",
    table="""
    counts              | shown               | reasons
    11 0 ; 12 30        | 11 0 ; 12 30        | -
    10 20 ; 30 40       | # # ; # #           | CELL_SUPPRESSED CELL_SUPPRESSED_COMPLEMENT
    1 20 ; 30 40        | # # ; # #           | CELL_SUPPRESSED CELL_SUPPRESSED_COMPLEMENT
    5 6 ; 7 8           | # # ; # #           | CELL_SUPPRESSED
    5 0 ; 20 40         | # # ; # #           | CELL_SUPPRESSED CELL_SUPPRESSED_COMPLEMENT
    """,
)
CHAPTER = Chapter(
    title="Stage 5: the release",
    intro="The last look before anything is written, with the records of that moment.",
    paragraphs=(FINDINGS, NOTICE, STALE, SMALL),
)


def reasons_of(paragraph: Paragraph, row: dict[str, str]) -> list[str]:
    """What stage 5 says to a row."""
    if paragraph is FINDINGS:
        denial = deid_rows("S1", int(row["open findings"]))
        return [] if denial is None else [str(r) for r in denial.reasons]
    if paragraph is NOTICE:
        digests = {name: hashlib.sha256(b"shipped").hexdigest() for name in ("NOTICE.txt", "CONSENT_SCOPE.txt")}
        return [str(r) for r in notice_rows({n: t.encode() for n, t in row.items() if t != "missing"}, digests)]
    if paragraph is STALE:
        then, now = (dict([row[when].split(" = ")]) for when in ("then", "now"))
        before, again = ({"S1": decide_case(case_of(paragraph, change))} for change in (then, now))
        return [str(r) for r in stale_rows(before, again)]
    return sorted(set(hide(_counts(row["counts"])).cells.values()))


def _counts(text: str) -> dict[tuple[str, str], int]:
    rows = [line.split() for line in text.split(";")]
    return {(f"row {r}", f"column {c}"): int(n) for r, line in enumerate(rows) for c, n in enumerate(line)}


@pytest.mark.parametrize(("paragraph", "row"), CHAPTER.cases(), ids=names(CHAPTER))
def test_every_row_of_the_chapter(paragraph: Paragraph, row: dict[str, str]) -> None:
    assert reasons_of(paragraph, row) == row["reasons"].replace("-", "").split()
    if "shown" in row:
        hidden = hide(_counts(row["counts"]))
        shown = [["#" if (r, c) in hidden.cells else str(n) for (r, c), n in _counts(row["counts"]).items()]]
        assert shown[0] == row["shown"].replace(";", "").split()
        assert not hidden.rows
        assert not hidden.columns


def test_a_table_of_one_line_hides_its_total_where_it_cannot_hide_another_cell() -> None:
    hidden = hide({("all", "group"): 5})

    assert set(hidden.cells) == {("all", "group")}
    assert hidden.rows == {"all"}
    assert hidden.columns == {"group"}
    assert hidden.grand_total


def test_two_ones_are_not_given_away_by_their_total() -> None:
    hidden = hide({("all", "a"): 1, ("all", "b"): 1, ("all", "c"): 50})

    assert set(hidden.cells) == {("all", "a"), ("all", "b"), ("all", "c")}


def test_the_smallest_other_cell_is_hidden_and_a_zero_last() -> None:
    some = hide({("all", "a"): 5, ("all", "b"): 30, ("all", "c"): 20, ("all", "d"): 0})
    last = hide({("all", "a"): 5, ("all", "b"): 0, ("all", "c"): 0})

    assert set(some.cells) == {("all", "a"), ("all", "c")}
    assert set(last.cells) == {("all", "a"), ("all", "b")}
    assert some.rows == frozenset()


def test_two_tens_are_not_given_away_by_their_total() -> None:
    hidden = hide({("all", "a"): 10, ("all", "b"): 10, ("all", "c"): 50})

    assert set(hidden.cells) == {("all", "a"), ("all", "b"), ("all", "c")}


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a count is not negative$"):
        hide({("all", "a"): -1})
