"""The steps of docs/review.md alone, in a fresh workspace of the sample program: commands as they stand there, then the
browser. At the end a release lies on the disk and verifies."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from flows.wiring import open_house
from tests.end_to_end.review_room import PASSWORD
from tests.end_to_end.workspaces import ROOT, STORYKEEPER, sample_program, storykeeper

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]
NAMES = ("Margie", "Whitcombe", "Okonjo", "Renata", "Darnell")


def commands() -> list[str]:
    """What a person types, in order."""
    text = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    return re.findall(r"^\$ (storykeeper .*)$", text.partition("## What a decision does")[0], re.MULTILINE)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample program in `my-program`."""
    folder = tmp_path_factory.mktemp("steps")
    sample_program(folder / "my-program")
    return folder


@pytest.fixture(scope="module")
def address(browser: Browser, place: Path) -> Iterator[str]:
    """The pages, started as the page says, on a free port."""
    *before, review = commands()
    environment = os.environ | {"PATH": f"{STORYKEEPER.parent}:{os.environ['PATH']}"}
    typed = {"cwd": place, "input": PASSWORD + "\n", "capture_output": True, "text": True, "env": environment}
    for command in before:
        done = subprocess.run(command.split(), **typed)  # type: ignore[call-overload]  # options are subprocess's own
        assert done.returncode == 0, done.stderr
    command = [*review.split(), "--port", "0", "--json"]
    with subprocess.Popen(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["address"]
        finally:
            server.send_signal(signal.SIGINT)
            _, said = server.communicate(timeout=60)
            assert "copies/" not in said, "no address of a copy is in a log"
            assert not any(name in said for name in NAMES)


def signed_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(accept_downloads=True).new_page()
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=f"Good to see you, {name}")).to_be_visible()
    return page


def test_the_steps_lead_from_signing_in_to_an_archive(browser: Browser, address: str, place: Path) -> None:
    maria, ruth = signed_in(browser, address, "maria"), signed_in(browser, address, "ruth")
    maria.get_by_role("link", name="Releases", exact=True).click()
    maria.get_by_label("Use").select_option("group")
    maria.get_by_label("Recipient").select_option("peer-community")
    maria.get_by_role("button", name="What would go?").click()
    expect(maria.locator("#dry")).to_contain_text("The person said no.", timeout=120_000)
    maria.get_by_role("button", name="Ask for it").click()
    expect(maria.locator("#state")).to_contain_text("Wait for review", timeout=120_000)
    expect(maria.locator("#state [role=status]")).to_have_count(0, timeout=120_000)
    ruth.get_by_role("link", name="Open the queue").click()
    copies = ruth.locator(".queue li").count()
    assert copies > 5
    ruth.locator(".queue a").first.click()
    for _ in range(copies):
        before = ruth.url
        ruth.get_by_role("button", name="Approve").click()
        ruth.wait_for_url(lambda url, before=before: url != before)
    expect(ruth.locator("main")).to_contain_text("Nothing waits")
    ruth.goto(maria.url)
    ruth.get_by_role("button", name="Approve").click()
    expect(ruth.locator("#state")).to_contain_text("It went out", timeout=120_000)
    maria.reload()
    with maria.expect_download() as download:
        maria.get_by_role("button", name="Download the archive").click()
    archive = place / "archive.zip"
    download.value.save_as(archive)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place / "archive")
        assert not any(name in packed.read(n).decode("utf-8", "replace") for n in packed.namelist() for name in NAMES)
    (release,) = (place / "archive").iterdir()
    done = storykeeper("verify", str(release), "--key", str(place / "my-program" / "public-key.pem"))
    assert done.returncode == 0, done.stdout + done.stderr
    with open_house(place / "my-program") as house:
        assert house.ledger.verify().faults == ()
