"""The README's steps for a program manager alone, in a fresh clone: what stands in its code blocks is typed into a
terminal, what it says in bold is pressed in a real Chromium. At the end the report answers for that very release what
was shared, with whom and under which yes."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from flows.verbs.out import texts_of
from flows.wiring import open_house
from pipeline.events import EventKind
from tests.end_to_end.pages.terminal import Terminal, terminal
from tests.end_to_end.review_room import PASSWORD
from tests.end_to_end.workspaces import ROOT

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]
NAMES = ("Margie", "Whitcombe", "Okonjo", "Renata", "Darnell")
SLOW = 180_000  # ms; copies are made on a machine that does other things too


def section(place: Path) -> str:
    """What the README of a clone says to a program manager, up to where it goes on at the terminal."""
    text = (place / "README.md").read_text(encoding="utf-8")
    return text.partition("## For a program manager")[2].partition("The same at a terminal")[0]


def blocks(told: str) -> list[list[str]]:
    """The lines of each code block, as a person types them."""
    found = re.findall(r"```(?:sh|console)\n(.*?)```", told, re.DOTALL)
    return [[line.removeprefix("$ ") for line in block.splitlines()] for block in found]


def to_press(told: str) -> list[str]:
    """What the numbered steps say in bold, in order."""
    return re.findall(r"\*\*(.+?)\*\*", re.split(r"^1\. ", told, maxsplit=1, flags=re.MULTILINE)[1])


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody at the browser who presses what is written, each thing by its words on the screen."""

    page: Page
    pressed: list[str] = field(default_factory=list)

    def press(self, words: str) -> None:
        """Press the one link or button with these words."""
        self.pressed.append(words)
        exactly = re.compile(rf"^\s*{re.escape(words)}\s*$")
        self.page.locator("a, button").filter(has_text=exactly).click()

    def sign_in(self, name: str) -> None:
        """Through the door."""
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name=f"Good to see you, {name}")).to_be_visible()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, checked out elsewhere, with the environment at hand."""
    place = tmp_path_factory.mktemp("readme") / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(place)], check=True)
    (place / ".venv").symlink_to(sys.prefix)
    return place


@pytest.fixture(scope="module")
def shell(clone: Path) -> Iterator[Terminal]:
    """A terminal in the clone. The clone's own code runs in it, and nothing of this machine's home is found."""
    home = clone.parent / "home"
    (home / "Downloads").mkdir(parents=True)
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))  # fonts are looked for once a machine
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(clone), "XDG_CACHE_HOME": cache}
    with terminal(clone, environment) as found:
        yield found


def test_the_steps_lead_from_a_clone_to_a_release_and_to_its_report(
    browser: Browser, clone: Path, shell: Terminal
) -> None:
    told = section(clone)
    begin, pages, after = blocks(told)
    for line in begin:
        shell.run(line)
    assert str(clone) in shell.run("python -c 'import flows; print(flows.__file__)'")
    *accounts, review = pages
    for line in accounts:
        make_account(shell, line)
    shell.type(f"{review} --port 0")
    person = Person(page=browser.new_context(accept_downloads=True).new_page())
    person.page.goto(shell.see(r"http://127\.0\.0\.1:\d+/")[0])
    read = walk(person, clone.parent / "home" / "Downloads")
    assert [words for words, _ in groupby(person.pressed)] == to_press(told)
    assert shell.stop() == 130
    assert "copies/" not in shell.screen, "no address of a copy is in a log"
    assert not any(name in shell.screen for name in NAMES)
    for line in after:
        shell.run(line)
    (release,) = (p for p in (clone.parent / "home" / "Downloads").iterdir() if p.is_dir())
    check_archive(release)
    check_report(clone / "my-program", release.name, read)


def make_account(shell: Terminal, line: str) -> None:
    """The password is typed twice and does not stand on the screen."""
    shell.type(line)
    shell.see("Password: ")
    shell.type(PASSWORD)
    shell.see("Repeat.*: ")
    shell.type(PASSWORD)
    assert shell.done() == 0
    assert PASSWORD not in shell.screen


def walk(person: Person, downloads: Path) -> list[str]:
    """The numbered steps; the sessions that were read and approved."""
    page = person.page
    person.sign_in("maria")
    person.press("Releases")
    page.get_by_label("Use").select_option("group")
    page.get_by_label("Recipient").select_option("peer-community")
    person.press("What would go?")
    expect(page.locator("#dry")).to_contain_text("The person said no.", timeout=SLOW)
    person.press("Ask for it")
    expect(page.locator("#state")).to_contain_text("Wait for review", timeout=SLOW)
    expect(page.locator("#state [role=status]")).to_have_count(0, timeout=SLOW)
    person.press("Sign out")
    person.sign_in("ruth")
    person.press("Open the queue")
    read = page.locator(".queue h2").all_inner_texts()
    page.locator(".queue a").first.click()
    for _ in read:
        here = page.url
        person.press("Approve")
        page.wait_for_url(lambda url, here=here: url != here)
    expect(page.locator("main")).to_contain_text("Nothing waits")
    person.press("Releases")
    person.press("open")
    person.press("Approve")
    expect(page.locator("#state")).to_contain_text("It went out", timeout=SLOW)
    person.press("Sign out")
    person.sign_in("maria")
    person.press("Releases")
    with page.expect_download() as download:
        person.press("Download")
    download.value.save_as(downloads / download.value.suggested_filename)
    person.press("Sign out")
    return read


def check_archive(release: Path) -> None:
    """What a recipient has got names nobody."""
    assert {"manifest.json", "manifest.sig", "SHA256SUMS", "NOTICE.txt"} <= {p.name for p in release.iterdir()}
    for path in release.rglob("*"):
        assert not path.is_file() or not any(name.encode() in path.read_bytes() for name in NAMES)


def check_report(workspace: Path, release_id: str, read: list[str]) -> None:
    """One page, one row: these sessions, that recipient, those consents; and the ledger says the same."""
    page = (workspace / "reports" / "report-all-internal.html").read_text(encoding="utf-8")
    (row,) = (row for row in page.split("<tr>") if release_id in row)
    cells = [unescape(re.sub(r"<[^>]+>", " ", cell)).split() for cell in row.split("</td>")]
    _, recipient, use, _, documents, _, sessions, consents, now, *_ = cells
    files = {session.partition(".")[0] for session in sessions}  # the rows of a table are sessions of their own
    assert files == set(read), "what was read is what was shared"
    assert (use, documents, now) == (["group"], [str(len(read))], ["out"])
    assert " ".join(recipient) == "Harborlight's own peer community: groups, training, supervision"
    with (workspace / "records" / "consents.csv").open(encoding="utf-8", newline="") as table:
        recorded = {f"{row['consent_id']}+{row['version']}" for row in csv.DictReader(table)}
    assert set(consents) <= recorded
    with open_house(workspace) as house:
        told = [r.event for r in house.ledger.events(kinds=[EventKind.RELEASED])]
        assert house.ledger.verify().faults == ()
    assert {e.get("release") for e in told} == {release_id}
    assert set(consents) == {record for e in told for record in texts_of(e.get("records"))} != set()
