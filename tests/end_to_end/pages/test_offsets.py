"""Emoji and right-to-left words: what is selected in the browser is what is marked in the document, to the letter."""

from __future__ import annotations

import hashlib

import pytest
from playwright.sync_api import Browser, expect

from flows.verbs.held import Held, put_held
from flows.wiring import House
from pipeline.formats import read, write
from pipeline.model import Redaction
from pipeline.reviewing.review import Copy, ReviewState
from pipeline.reviewing.sheet import sheet_of
from tests.end_to_end.browsing import complaints, keys, marks, opened, saved, select
from tests.end_to_end.review_room import Pages
from tests.end_to_end.workspaces import AS_OF

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]

# the same three words behind: nothing odd, emoji of several code points, right-to-left words, a combining mark
LINES = (
    "Zed Plonk",
    "👩‍👩‍👧🎉 Zed Plonk 🌊",
    "שלום לך Zed Plonk تحية",
    "cafe\u0301 Zed Plonk\u200f!",
    "tail 👍🏽Zed Plonk",
)
TALK = "".join(f"Dana: {line}\n" for line in LINES)


def held_talk(house: House) -> str:
    """A copy in which nothing was replaced."""
    data = TALK.encode()
    document = read(data, doc_id="odd")
    redaction = Redaction(doc_id="odd", replacements=(), kept=frozenset(range(len(document.turns))))
    text = write(data, document, redaction).decode()
    digest = hashlib.sha256(data).hexdigest()
    copy = Copy(session_id="S-ODD", source_id="6" * 32, use="group", recipient="odd", digest=digest)
    item = house.reviews.enter(copy, state=ReviewState.NEEDS_REVIEW, requested_by="maria", at=AS_OF)
    sheet = sheet_of(document, redaction, (), (), text, text_digest=digest)
    put_held(house, item.item_id, Held(copy=text, findings=(), sheet=sheet, rows=None, lines=()))
    return document.text


def test_a_selection_is_the_same_place_for_the_browser_and_for_us(browser: Browser, own: Pages) -> None:
    text = held_talk(own.house)
    page = opened(browser, own, "S-ODD")
    for n in range(len(LINES)):
        select(page, "Zed Plonk", nth=n)
        keys(page, "m")
        page.locator("#miss-form [name=alike]").uncheck()
        page.locator("#miss-form button.main").click()
        saved(page, n + 1)
    found = marks(own)
    assert [text[start:end] for start, end, *_ in found] == ["Zed Plonk"] * len(LINES)
    assert len({start for start, *_ in found}) == len(LINES)
    assert page.locator("mark[data-v=add] .t").all_inner_texts() == ["Zed Plonk"] * len(LINES)
    assert complaints(page) == []


def test_what_stands_right_of_an_emoji_alone_can_be_marked(browser: Browser, own: Pages) -> None:
    text = held_talk(own.house)
    page = opened(browser, own, "S-ODD")
    select(page, "Plonk 🌊")
    keys(page, "m")
    page.locator("#miss-form button.main").click()
    saved(page, 1)
    ((start, end, *_),) = marks(own)
    assert text[start:end] == "Plonk 🌊"
    expect(page.locator("mark[data-v=add] .t")).to_have_text("Plonk 🌊")
