"""From the first page to the archive of a release, and a person's page, in a real Chromium."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.browsing import complaints, keys, opened, window
from tests.end_to_end.review_room import PASSWORD, Pages

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]


def test_the_first_page_and_the_queue_say_what_waits(browser: Browser, pages: Pages) -> None:
    page = window(browser, pages)
    page.goto(pages.address)
    page.keyboard.type("ruth")
    keys(page, "Tab")
    page.keyboard.type(PASSWORD)
    keys(page, "Enter")
    expect(page.locator(".tile .big").first).to_have_text("3")
    expect(page.locator("#soon")).to_contain_text("No consent")
    page.get_by_role("link", name="Open the queue").click()
    assert page.locator(".queue h2").all_inner_texts()[0] == "S-2", "what was flagged comes first"
    page.select_option("[name=kind]", "known_name")
    expect(page.locator(".queue li")).to_have_count(1)
    assert complaints(page) == []


def test_a_release_is_asked_for_read_approved_by_a_second_person_and_fetched(
    browser: Browser, own: Pages, tmp_path: Path
) -> None:
    ruth = opened(browser, own, "S-1")
    ruth.locator("#approve").click()
    ruth.wait_for_url("**/copies/*")
    maria = window(browser, own, "maria")
    maria.goto(own.address)
    maria.get_by_role("link", name="Releases").first.click()
    maria.get_by_role("button", name="What would go?").click()
    expect(maria.locator("#dry table")).to_contain_text("permitted")
    maria.get_by_role("link", name="Open the request").click()
    expect(maria.get_by_role("button", name="Approve")).to_be_disabled()
    expect(maria.locator("#state")).to_contain_text("a second person has to")
    ruth.goto(maria.url)
    ruth.get_by_role("button", name="Approve").click()
    expect(ruth.locator("#state")).to_contain_text("It went out", timeout=60_000)
    maria.reload()
    with maria.expect_download() as download:
        maria.get_by_role("button", name="Download the archive").click()
    download.value.save_as(tmp_path / "release.zip")
    with zipfile.ZipFile(tmp_path / "release.zip") as packed:
        names = {name.partition("/")[2] for name in packed.namelist()}
        copies = [packed.read(n).decode() for n in packed.namelist() if "/data/" in n]
    assert {"manifest.json", "manifest.sig", "SHA256SUMS", "NOTICE.txt"} <= names
    assert len(copies) == 1, "what was not approved stays in"
    assert "Testerly" not in copies[0]
    kinds = [r.event.kind.value for r in own.house.ledger.events()]
    assert kinds.count("downloaded") == 1
    assert complaints(maria) == []
    assert complaints(ruth) == []


def test_a_person_page_shows_consent_as_a_picture_and_as_a_table(browser: Browser, pages: Pages) -> None:
    page = window(browser, pages, "sol")
    page.goto(f"{pages.address}people/P-1")
    expect(page.locator("svg.timeline rect.consent")).to_have_count(1)
    assert page.locator("svg.timeline rect.consent").bounding_box()["width"] > 100  # type: ignore[index]
    expect(page.locator("table").first).to_contain_text("counts today")
