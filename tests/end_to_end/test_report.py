"""The manager's report on the sample program: one page says what was shared, with whom, under which yes."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.verbs.report import make_report
from pipeline.consent.small_cells import HIDDEN
from pipeline.report import Load, Report, SharedDocument, SharedRelease, as_json, shown
from tests.end_to_end.sampled import released
from tests.end_to_end.workspaces import storykeeper

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture
def workspace(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released(tmp_path_factory).copied(tmp_path / "ws")


def test_the_internal_page_answers_what_with_whom_and_under_which_yes(workspace: Path) -> None:
    done = storykeeper("report", "-w", str(workspace))
    assert done.returncode == 0, done.stderr
    page = (workspace / "reports" / "report-all-internal.html").read_text()
    told = make_report(workspace, use=None, as_of=None, dry_run=True).report
    assert told.releases
    for release in told.releases:
        row = next(row for row in page.split("<tr>") if release.release_id in row)
        assert release.recipient_name.replace("'", "&#39;") in row
        assert all(session in row for session in release.sessions)
        assert all(record in row for record in release.records)


def test_the_part_to_share_names_no_session_no_person_no_record_and_no_refusal(workspace: Path) -> None:
    told = make_report(workspace, use=None, as_of=None)
    page = (workspace / "reports" / "report-all.html").read_text()
    book = openpyxl.load_workbook(workspace / "reports" / "report-all.xlsx")
    cells = " ".join(str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)
    shared = page + cells + json.dumps(told.as_json(internal=False))
    inside = {i for r in told.report.releases for i in (*r.sessions, *r.persons, *r.records)}
    assert inside
    assert not [i for i in inside if re.search(rf"(?<![\w-]){re.escape(i)}(?![\w-])", shared)]
    assert "Internal" not in page
    assert "reachable" not in shared.lower()


def test_pages_load_nothing_and_run_nothing(workspace: Path) -> None:
    make_report(workspace, use="research", as_of=None)
    for path in (workspace / "reports").glob("report-research*.html"):
        assert not re.search(r"<script|\bsrc=|@import|url\(\s*['\"]?http", path.read_text())


def test_json_for_data_teams_and_a_dry_run(workspace: Path) -> None:
    done = storykeeper("report", "-w", str(workspace), "--json", "--internal", "--dry-run")
    told = json.loads(done.stdout)
    assert told["internal"]
    assert told["reached"]
    assert told["files"] == []
    assert not list((workspace / "reports").glob("report-*"))


# -- counts of people


def _report(people: dict[tuple[str, str], int]) -> Report:
    """People by theme and month, each in a document of their own."""
    releases = tuple(
        SharedRelease(
            release_id=f"research-{month}-{theme}",
            day=date.fromisoformat(f"{month}-03"),
            use="research",
            recipient="r",
            recipient_name="R",
            state="out",
            documents=tuple(
                SharedDocument(
                    source=f"{theme}{month}{n}",
                    month=month,
                    sessions=(f"S-{n}",),
                    persons=(f"P-{theme}-{n}",),
                    records=("C+1",),
                    categories=(theme,),
                )
                for n in range(count)
            ),
        )
        for (theme, month), count in people.items()
        if count
    )
    load = Load(waiting=0, approved=0, returned=0, median_hours=None)
    return Report(
        program="p", use="all", day=date(2026, 6, 1), releases=releases, reached=(), ending=0, load=load, quality={}
    )


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["substance", "trauma", "legal"]), st.sampled_from(["2026-01", "2026-02", "2026-03"])),
    st.integers(0, 30),
)


@given(COUNTS)
def test_no_count_of_one_to_ten_people_is_shown(counts: dict[tuple[str, str], int]) -> None:
    report = _report(counts)
    told = as_json(report, internal=False)
    cells = [*told["people"], *(cell for row in told["themes"].values() for cell in row)]
    assert all(cell == HIDDEN or cell == 0 or cell > 10 for cell in cells)


def test_what_is_hidden_does_not_come_out_of_the_others() -> None:
    report = _report({("substance", "2026-01"): 20, ("trauma", "2026-01"): 5, ("legal", "2026-01"): 15})
    hidden = [name for name, cells in shown(report.themes(), report.months).items() if cells == [HIDDEN]]
    assert "trauma" in hidden
    assert len(hidden) >= 2


def test_the_workbook_holds_no_formula(workspace: Path) -> None:
    make_report(workspace, use=None, as_of=None)
    data = (workspace / "reports" / "report-all-internal.xlsx").read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
