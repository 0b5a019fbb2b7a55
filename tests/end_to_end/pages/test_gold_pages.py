"""`storykeeper review --gold`: a document is annotated in a real Chromium and saved in the guide's mark-up."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.labels import Label
from pipeline.measure import read_gold
from tests.end_to_end.browsing import keys, select
from tests.end_to_end.workspaces import ROOT, STORYKEEPER

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]

TEXT = "Ana: 🎉 Keisha came on ⟦DATE|March 3rd⟧.\r\nBo: Keisha & <b>I</b> walked.\r\nשלום Keisha\n"


@contextmanager
def annotating(path: Path) -> Iterator[str]:
    """The command as a person types it; the address that it prints."""
    command = [str(STORYKEEPER), "review", "--gold", str(path), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["address"]
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(30) == 130


@pytest.fixture(scope="module")
def sitting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    path = tmp_path_factory.mktemp("gold") / "a_talk.txt"
    path.write_bytes(TEXT.encode())
    with annotating(path) as address:
        yield address, path


def gold(path: Path) -> list[tuple[str, Label]]:
    """The marks of the file as `evaluate` reads it."""
    found = read_gold(path.read_bytes().decode())
    assert found.text == TEXT.replace("⟦DATE|", "").replace("⟧", "")
    return [(found.text[m.start : m.end], m.label) for m in found.marks]


def marked(page: Page, count: int) -> None:
    expect(page.locator("#done")).to_have_text(str(count))
    expect(page.locator("#saved")).to_contain_text("Saved")


def test_a_document_is_annotated_by_keys_and_saved_as_the_guide_says(
    browser: Browser, sitting: tuple[str, Path]
) -> None:
    address, path = sitting
    page = browser.new_page()
    page.goto(address)
    assert "key=" not in page.url
    select(page, "Keisha")
    keys(page, "1")  # a person, wherever the word stands
    marked(page, 4)
    assert gold(path) == [("Keisha", Label.PERSON), ("March 3rd", Label.DATE), *[("Keisha", Label.PERSON)] * 2]
    keys(page, "j", "j", "7")  # the date is an age
    expect(page.locator('mark[data-l="AGE"]')).to_have_count(1)
    keys(page, "u")
    expect(page.locator('mark[data-l="DATE"]')).to_have_count(1)
    page.locator("mark").first.click()
    keys(page, "s", "r")  # all three away
    marked(page, 1)
    assert gold(path) == [("March 3rd", Label.DATE)]
    done = subprocess.run(
        [sys.executable, "sample_data/gold/gold.py", "check", str(path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_key_of_the_address_works_once_and_nobody_else_comes_in(sitting: tuple[str, Path]) -> None:
    address, _ = sitting
    with httpx.Client() as client:
        client.get(address)
    with httpx.Client() as client:
        assert client.get(address).status_code == 403
        assert client.post(address.partition("?")[0] + "marks").status_code == 403


def test_a_file_that_somebody_else_changed_is_not_written_over(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "b_talk.txt"
    path.write_text("Ana: Keisha came.\n", encoding="utf-8")
    with annotating(path) as address:
        page = browser.new_page()
        page.goto(address)
        path.write_text("Ana: Keisha came twice.\n", encoding="utf-8")
        select(page, "Keisha")
        keys(page, "1")
        expect(page.locator("#saved")).to_contain_text("somebody else changed the file")
    assert path.read_text(encoding="utf-8") == "Ana: Keisha came twice.\n"


@pytest.mark.parametrize("bad", ["⟦NOBODY|x⟧", "⟦PERSON|a ⟦DATE|b⟧⟧", "⟦PERSON|a\nb"])
def test_a_file_whose_marks_cannot_be_read_is_refused(tmp_path: Path, bad: str) -> None:
    (tmp_path / "x.txt").write_text(bad, encoding="utf-8")
    command = [str(STORYKEEPER), "review", "--gold", str(tmp_path / "x.txt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 10
    assert "gold document" in done.stderr
