"""Nobody is kept out of a page by a barrier or by waiting: axe, and a transcript of 3,000 turns."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.end_to_end.browsing import keys, opened, window
from tests.end_to_end.review_room import MANY, Pages

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ruth", ""), ("ruth", "queue"), ("ruth", "copies/S-1"), ("ruth", "copies/S-2"), ("maria", "releases"),
        ("maria", "people"), ("maria", "people/P-1"), ("maria", "requests"), ("sol", "reports"), (None, "sign-in"),
        (None, "nowhere"),
    ],
)  # fmt: skip
def test_no_page_has_a_serious_barrier(browser: Browser, pages: Pages, name: str | None, path: str) -> None:
    page = window(browser, pages, name)
    if path.startswith("copies/"):
        path = f"copies/{pages.item(path.removeprefix('copies/')).item_id}"
    if path == "requests":
        path = f"requests/{pages.house.requests.list()[0].request_id}"
    page.goto(pages.address + path)
    page.wait_for_load_state("networkidle")
    if path.startswith("copies/"):
        keys(page, "j")
    found = Axe().run(page).response["violations"]
    serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
    assert serious == []


_KEYS = """async () => {
    const waits = [];
    for (let i = 0; i < 20; i++) {
        const begun = performance.now();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 0)));
        waits.push(performance.now() - begun);
    }
    return waits.sort((a, b) => a - b)[5];
}"""


def test_a_transcript_of_3000_turns_is_usable(
    browser: Browser, pages: Pages, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """The best of three, and of the keys the lower quartile: other work on the machine only ever makes it slower."""
    page = opened(browser, pages, "S-LONG")
    assert page.locator(".turn").count() == MANY
    painted, waited = [], []
    for _ in range(3):
        page.goto(page.url)
        painted.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        waited.append(page.evaluate(_KEYS))
    expect(page.locator("mark.now")).to_have_count(1)
    record_testsuite_property("first_paint_ms", [round(ms) for ms in painted])
    record_testsuite_property("key_to_highlight_ms", [round(ms) for ms in waited])
    assert min(painted) < 1000
    assert min(waited) < 100
