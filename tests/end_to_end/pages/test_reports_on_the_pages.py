"""Reports from the pages: a manager and an auditor get them, each time is an event, and the page may do nothing."""

from __future__ import annotations

import io

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.browsing import complaints, window
from tests.end_to_end.review_room import Pages

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]


def made(pages: Pages, after: int) -> list[tuple[str, object, object, object]]:
    """The events of reports: who, which part, as what, of which use."""
    events = [r.event for r in pages.house.ledger.events(after=after) if r.event.kind == "reported"]
    return [(e.actor, e.get("purpose"), e.get("format"), e.get("use")) for e in events]


def test_the_internal_report_opens_in_a_window_of_its_own(browser: Browser, own: Pages) -> None:
    before = own.house.ledger.head().count
    page = window(browser, own, "sol")
    page.goto(own.address)
    page.get_by_role("link", name="Reports").click()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open the internal report").click()
    report = opened.value
    expect(report.get_by_role("heading", name="What was shared, with whom, under which yes")).to_be_visible()
    expect(report.locator(".internal")).to_be_visible()
    assert report.evaluate("getComputedStyle(document.querySelector('.tiles b')).fontSize") == "32px", (
        "it has its styles"
    )
    assert made(own, before) == [("sol", "internal", "page", None)]
    assert complaints(page) == []


def test_the_part_to_share_is_a_file_and_names_nobody(own: Pages) -> None:
    before = own.house.ledger.head().count
    with own.client("maria") as maria:
        page = maria.post("/reports", data={"make": "share page", "use": "group"})
        book = maria.post("/reports", data={"make": "share workbook"})
        inside = maria.post("/reports", data={"make": "internal workbook"})
    assert page.headers["content-disposition"].startswith('attachment; filename="report-group-2026-06-15.html')
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'; form-")
    assert "Internal" not in page.text
    sheets = [openpyxl.load_workbook(io.BytesIO(one.content)).sheetnames for one in (book, inside)]
    assert len(sheets[0]) < len(sheets[1])
    told = [("share", "page", "group"), ("share", "workbook", None), ("internal", "workbook", None)]
    assert made(own, before) == [("maria", *one) for one in told]
    assert not list((own.house.workspace / "reports").glob("report-*")), "nothing is left on the disk"


@pytest.mark.parametrize("asked", [{}, {"make": "all page"}, {"make": "share"}, {"make": "share page", "use": "x"}])
def test_what_is_no_report_is_refused_without_an_event(own: Pages, asked: dict[str, str]) -> None:
    before = own.house.ledger.head().count
    with own.client("maria") as maria:
        assert maria.post("/reports", data=asked).status_code == 400
    with own.client("ruth") as ruth:
        assert ruth.post("/reports", data={"make": "share page"}).status_code == 403
        assert "Reports" not in ruth.get("/").text
    assert made(own, before) == []
