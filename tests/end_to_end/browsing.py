"""A real Chromium for the pages: Debian's, driven by Playwright. Where it is not installed the tests are skipped, and
say so loudly."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from flows.web.call import COOKIE
from pipeline.labels import Label
from pipeline.reviewing.marks import Verdict
from tests.end_to_end.review_room import Pages

MISSING = "THE REVIEW PAGES ARE NOT TESTED IN A BROWSER: install Debian's package `chromium`"
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. It looks up no name but those of loopback, so that a page that asks elsewhere fails."""
    found = shutil.which("chromium")
    if found is None:
        warnings.warn(MISSING, stacklevel=2)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(Path(found)), args=[*_QUIET, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        )
        yield browser
        browser.close()


def window(browser: Browser, pages: Pages, name: str | None = None) -> Page:
    """A new window of its own; signed in where a name is given. What it writes to its console is kept."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, accept_downloads=True)
    if name is not None:
        cookie = {"name": COOKIE, "value": pages.token(name), "domain": "127.0.0.1", "path": "/"}
        context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.complaints = said  # type: ignore[attr-defined]  # a list of our own on the page
    return page


def complaints(page: Page) -> list[str]:
    """What a page wrote to its console: a script that broke, or something that the content policy stopped."""
    return list(page.complaints)  # type: ignore[attr-defined]  # a list of our own on the page


def opened(browser: Browser, pages: Pages, session: str, name: str = "ruth") -> Page:
    """The page of a session's copy."""
    page = window(browser, pages, name)
    page.goto(f"{pages.address}copies/{pages.item(session).item_id}")
    return page


def keys(page: Page, *given: str) -> None:
    """Press keys one after the other."""
    for key in given:
        page.keyboard.press(key)


def saved(page: Page, done: int) -> None:
    """Wait until so many places are decided, and that is saved."""
    expect(page.locator("#done")).to_have_text(str(done))
    expect(page.locator("#saved")).to_contain_text("Saved")


def select(page: Page, words: str, nth: int = 0) -> None:
    """Select words as a mouse would, inside a stretch of plain text: the `nth` that holds them, marked ones too."""
    found = page.evaluate(
        """([words, nth]) => {
            const all = [...document.querySelectorAll("#turns .t")].filter((t) => t.firstChild.data.includes(words));
            if (!all[nth]) return false;
            const at = all[nth].firstChild.data.indexOf(words), range = document.createRange();
            range.setStart(all[nth].firstChild, at);
            range.setEnd(all[nth].firstChild, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return true;
        }""",
        [words, nth],
    )
    assert found


def marks(pages: Pages) -> list[tuple[int, int, Verdict, Label]]:
    """What reviewers decided: start, end, verdict, label."""
    found = [m for one in pages.house.marks.list() for m in one.standing().values()]
    return sorted((m.start, m.end, m.verdict, m.label) for m in found)
