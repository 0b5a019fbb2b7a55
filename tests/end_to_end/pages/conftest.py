"""The workspace of the pages, prepared once; the pages over it, and over a copy of it; the browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.end_to_end.browsing import chromium
from tests.end_to_end.review_room import Pages, review_program, serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; skips where there is none."""
    with chromium() as found:
        yield found


@pytest.fixture
def closed(browser: Browser) -> Iterator[None]:
    """Windows are closed after the test."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace: nobody decides anything in it."""
    return review_program(tmp_path_factory.mktemp("pages") / "ws")


@pytest.fixture(scope="session")
def pages(made: Path) -> Iterator[Pages]:
    """The pages for tests that decide nothing."""
    with serving(made) as found:
        yield found


@pytest.fixture(scope="session")
def used(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages for tests that do anything and rely on nothing."""
    with serving(Path(shutil.copytree(made, tmp_path_factory.mktemp("used") / "ws"))) as found:
        yield found


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Iterator[Pages]:
    """The pages over a fresh copy of the workspace."""
    with serving(Path(shutil.copytree(made, tmp_path / "ws"))) as found:
        yield found
