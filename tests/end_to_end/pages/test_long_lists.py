"""Four hundred copies wait, and the lists stay quick: pages of them, the riskiest first, with the filters kept."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from flows.web.paging import SIZE, part
from flows.wiring import House
from pipeline.reviewing.review import Copy, RequestState, ReviewState
from tests.end_to_end.browsing import complaints, keys, window
from tests.end_to_end.review_room import Pages, serving
from tests.end_to_end.workspaces import AS_OF

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]
WAIT = 400


@pytest.fixture(scope="module")
def full(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages over a workspace in which many copies wait, half of them for each use, and much was asked for."""
    with serving(Path(shutil.copytree(made, tmp_path_factory.mktemp("full") / "ws"))) as found:
        with found.house.database.writing() as transaction:
            for n in range(WAIT):
                copy = Copy(
                    session_id=f"S-{n:04}",
                    source_id=f"{n:032x}",
                    use=("group", "research")[n % 2],
                    recipient="program",
                    digest=hashlib.sha256(b"%d" % n).hexdigest(),
                    findings=(("phone", n % 7),) if n % 7 else (),
                )
                found.house.reviews.enter(
                    copy, state=ReviewState.NEEDS_REVIEW, requested_by="maria", at=AS_OF, joined=transaction
                )
        _ask(found.house)
        yield found


def _ask(house: House) -> None:
    for n in range(SIZE + 5):
        request = house.requests.ask(use="research", recipient=f"r-{n}", read_all=True, actor="maria", at=AS_OF)
        house.requests.step(request.request_id, RequestState.REFUSED, actor="ruth", at=AS_OF)


def shown(page: str) -> list[str]:
    return re.findall(r"<h2><a [^>]*>(S-[^<]+)<", page)


def test_every_copy_is_on_one_page_and_the_riskiest_first(full: Pages) -> None:
    found, risks, address = [], [], "/queue"
    with full.client("ruth") as client:
        while address:
            text = client.get(address).text
            found += shown(text)
            risks += [int(n) for n in re.findall(r"<b>(\d+)</b><span>found", text)]
            after = re.search(r'rel="next" href="([^"]+)"', text)
            address = f"/queue{after[1]}" if after else ""
    assert len(found) == len(set(found)) == WAIT + 3
    assert risks == sorted(risks, reverse=True)


def test_filters_are_kept_from_page_to_page_by_keyboard(browser: Browser, full: Pages) -> None:
    page = window(browser, full, "ruth")
    page.goto(full.address + "queue")
    page.select_option("[name=use]", "research")
    expect(page.locator("#rows")).to_contain_text(f"{WAIT // 2} of {WAIT + 3} copies")
    page.get_by_role("link", name="More").focus()
    keys(page, "Enter")
    expect(page.locator(".pager")).to_contain_text("page 2 of")
    expect(page.locator("[name=use]")).to_have_value("research")
    expect(page.locator("#rows")).not_to_contain_text("group for")
    assert page.locator(".queue li").count() == SIZE
    serious = [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []
    page.select_option("[name=kind]", "phone")  # a new filter begins with its first page
    expect(page.locator(".pager")).to_contain_text("page 1 of")
    assert complaints(page) == []


def test_the_lists_stay_quick(full: Pages, record_testsuite_property: Callable[[str, object], None]) -> None:
    with full.client("ruth") as client:
        for path in ("/queue", "/queue?page=11", "/releases", "/"):
            waited = []
            for _ in range(5):
                begun = time.perf_counter()
                assert client.get(path).status_code == 200
                waited.append(time.perf_counter() - begun)
            record_testsuite_property(f"ms {path}", round(median(waited) * 1000))
            assert min(waited) < 0.5, path


def test_requests_are_paged_too_and_none_is_left_out(full: Pages) -> None:
    with full.client("ruth") as client:
        first, second = client.get("/releases").text, client.get("/releases?requests=2").text
    assert first.count('href="/requests/') == SIZE
    assert second.count('href="/requests/') == 6
    assert "page 2 of 2" in second


@pytest.mark.parametrize(("given", "n"), [("", 1), ("0", 1), ("3", 3), ("4", 3), ("-1", 1), ("²", 1), ("9" * 400, 1)])
def test_a_page_that_is_not_there_is_the_nearest_one(given: str, n: int) -> None:
    found = part(range(2 * SIZE + 1), {"page": given, "use": "a b&c", "kind": ""})
    assert (found.n, found.pages, found.total) == (n, 3, 2 * SIZE + 1)
    assert found.address(2) == "?use=a+b%26c&page=2"
