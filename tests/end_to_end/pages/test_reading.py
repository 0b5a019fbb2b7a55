"""One copy is read and decided about in a real Chromium, with the keyboard alone where keys are offered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from pipeline.labels import Label
from pipeline.reviewing.marks import Verdict
from pipeline.reviewing.review import ReviewState
from tests.end_to_end.browsing import complaints, keys, marks, opened, saved, select
from tests.end_to_end.review_room import Pages

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.usefixtures("closed")]


def test_spans_are_walked_decided_and_undone_by_keys_alone(browser: Browser, own: Pages) -> None:
    page = opened(browser, own, "S-1")
    keys(page, "j", "j", "k")
    expect(page.locator("mark.now")).to_have_attribute("data-s", "27")
    keys(page, "a")  # right; goes on to the next
    saved(page, 1)
    keys(page, "r")
    saved(page, 2)
    keys(page, "6")  # it is a date
    saved(page, 3)
    decided = marks(own)
    assert [v for *_, v, _ in decided] == [Verdict.ACCEPT, Verdict.REJECT, Verdict.RELABEL]
    assert decided[2][3] is Label.DATE
    keys(page, "u")
    expect(page.locator("#done")).to_have_text("2")
    assert marks(own) == decided[:2]
    keys(page, "?")
    expect(page.locator("dialog#help")).to_be_visible()
    keys(page, "Escape")
    page.reload()
    expect(page.locator("#done")).to_have_text("2")
    assert complaints(page) == []


def test_one_decision_is_about_all_places_with_the_same_words(browser: Browser, own: Pages) -> None:
    page = opened(browser, own, "S-1")
    page.locator("#t5 mark").first.click()
    expect(page.locator("#alike-n")).to_have_text("2")
    keys(page, "s", "a")
    saved(page, 2)
    assert len(marks(own)) == 2


def test_a_miss_behind_an_emoji_is_marked_where_it_stands_and_is_gone_from_the_next_copy(
    browser: Browser, own: Pages
) -> None:
    page = opened(browser, own, "S-1")
    before = own.item("S-1")
    select(page, "blanket")
    keys(page, "m")
    page.select_option("#miss-form [name=label]", "PERSON")
    page.locator("#miss-form button.main").click()
    expect(page.locator("mark[data-v=add]")).to_have_count(2)
    expect(page.locator("#approve")).to_be_disabled()
    expect(page.locator("#why-not")).to_contain_text("make the copy again")
    page.get_by_role("button", name="Make the copy again").click()
    page.wait_for_url(lambda url: before.item_id not in url)
    expect(page.locator("#turns")).not_to_contain_text("blanket")
    expect(page.locator("#turns")).to_contain_text("came by with <b>soup</b> & bread. <script>")
    assert own.house.reviews.show(before.item_id).state is ReviewState.WITHHELD
    page.locator("#approve").click()
    page.wait_for_url(lambda url: own.item("S-1").item_id not in url)
    assert own.item("S-1").state is ReviewState.APPROVED
    assert complaints(page) == []


def test_a_miss_can_be_typed_where_no_mouse_is(browser: Browser, own: Pages) -> None:
    page = opened(browser, own, "S-1")
    keys(page, "m")
    page.keyboard.type("blanket came by")
    keys(page, "Tab")
    page.keyboard.type("pers")
    keys(page, "Tab", "Tab", "Enter")
    expect(page.locator("mark[data-v=add]")).to_have_count(1)
    (start, end, verdict, label) = marks(own)[0]
    assert (end - start, verdict, label) == (len("blanket came by"), Verdict.ADD, Label.PERSON)


def test_a_finding_is_found_by_its_key_and_marked(browser: Browser, own: Pages) -> None:
    page = opened(browser, own, "S-2")
    expect(page.locator(".found li")).to_have_count(1)
    keys(page, "f")
    expect(page.locator(".flag.now")).to_have_text("hope")
    keys(page, "1")
    expect(page.locator("mark[data-v=add]")).to_have_text("hopeperson +")
    assert marks(own)[0][2:] == (Verdict.ADD, Label.PERSON)


def test_markup_of_a_transcript_is_shown_as_text(browser: Browser, pages: Pages) -> None:
    page = opened(browser, pages, "S-1")
    expect(page.locator("#turns")).to_contain_text("<script>window.hacked = 1</script>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#turns script, #turns b:not(.who)").count() == 0


def test_the_original_is_opened_beside_after_an_event_and_only_where_the_account_may(
    browser: Browser, own: Pages
) -> None:
    page = opened(browser, own, "S-1")
    before = own.house.ledger.head().count
    keys(page, "o")
    expect(page.locator(".was").first).to_be_visible()
    expect(page.locator(".was").first).to_contain_text("Welcome back, Testerly.")
    looked = [r for r in own.house.ledger.events(after=before) if r.event.kind == "looked"]
    assert [(r.event.actor, r.event.get("session")) for r in looked] == [("ruth", "S-1")]
    keys(page, "o")
    expect(page.locator(".was").first).to_be_hidden()
    other = opened(browser, own, "S-1", "tomas")
    assert other.locator("#original").count() == 0


def test_two_reviewers_at_once_lose_nothing(browser: Browser, own: Pages) -> None:
    ruth, tomas = opened(browser, own, "S-1"), opened(browser, own, "S-1", "tomas")
    keys(ruth, "j", "a")
    saved(ruth, 1)
    keys(tomas, "j", "r")  # the same place, seen before ruth decided
    expect(tomas.locator("#saved")).to_contain_text("somebody else decided")
    expect(tomas.locator("mark").first).to_have_attribute("data-v", "accept")
    keys(tomas, "a")  # another place: nobody was there
    expect(tomas.locator("#done")).to_have_text("2")
    assert [v for *_, v, _ in marks(own)] == [Verdict.ACCEPT, Verdict.ACCEPT]
