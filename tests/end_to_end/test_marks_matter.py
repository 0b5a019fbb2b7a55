"""What a reviewer decides changes the next copy, takes an approval away, and never opens what an inspection blocks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.verbs.held import held
from flows.verbs.marking import Wanted, find_words, make_again, mark, marks_of, undo
from flows.verbs.requesting import decide_request, open_again, release_request, standing
from flows.verbs.review import circumstances, decide_in
from flows.wiring import House, open_house
from pipeline.errors import StateError
from pipeline.labels import Label
from pipeline.reviewing.marks import Verdict
from pipeline.reviewing.review import CHANGED, RequestState, ReviewItem, ReviewState, refusal_of_yes
from tests.end_to_end.review_room import TALK, WHEN, review_program
from tests.end_to_end.workspaces import ROOT

pytestmark = pytest.mark.xdist_group("pages")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return review_program(tmp_path_factory.mktemp("marks") / "ws")


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ws"))


@pytest.fixture
def house(workspace: Path) -> Iterator[House]:
    with open_house(workspace) as found:
        yield found


def item_of(house: House, session: str = "S-1") -> ReviewItem:
    found = [i for i in house.reviews.list() if i.copy.session_id == session]
    return next(i for i in reversed(found) if i.state is not ReviewState.WITHHELD)


def missed(house: House, item: ReviewItem, words: str, *, version: int = 0, by: str = "ruth") -> None:
    place = next(find_words(held(house, item.item_id).sheet, words))
    wanted = Wanted(verdict=Verdict.ADD, place=place, version=version, alike=True, label=Label.PERSON)
    mark(house, item.item_id, wanted, by=by)


def remade(house: House, item: ReviewItem) -> ReviewItem:
    return house.reviews.show(make_again(house, item.item_id, at=WHEN.at, by_clock=False))


def unmasking(workspace: Path) -> None:
    """The program's own policy lets reviewers unmask."""
    text = (ROOT / "pipeline" / "policies" / "group.toml").read_text(encoding="utf-8")
    (workspace / "own.toml").write_text(text.replace("[review]\n", "[review]\nunmask = true\n", 1))
    settings = workspace / "storykeeper.toml"
    settings.write_text(settings.read_text().replace('group = "group"', 'group = "own.toml"'))


def rejected(house: House, item: ReviewItem, words: str) -> None:
    place = TALK.index(words), TALK.index(words) + len(words)
    mark(house, item.item_id, Wanted(verdict=Verdict.REJECT, place=place, version=0), by="ruth")


def test_a_miss_is_masked_in_the_next_copy_which_is_another_and_not_approved(house: House) -> None:
    item = item_of(house)
    decide_in(house, item.item_id, by="ruth", approve=True)
    missed(house, item, "blanket")
    assert house.reviews.show(item.item_id).state is ReviewState.RETURNED, "a changed document loses its approval"
    again = remade(house, item)
    assert again.item_id != item.item_id
    assert again.state is ReviewState.NEEDS_REVIEW
    copy = held(house, again.item_id).copy
    assert "blanket" not in copy
    assert "🎉" in copy
    assert house.reviews.show(item.item_id).state is ReviewState.WITHHELD


def test_a_copy_without_what_was_marked_since_cannot_be_approved(house: House) -> None:
    item = item_of(house)
    missed(house, item, "blanket")
    assert refusal_of_yes(item, circumstances(house, item), actor="ruth") == CHANGED
    with pytest.raises(StateError, match="make the copy again"):
        decide_in(house, item.item_id, by="ruth", approve=True)
    undo(house, item.item_id, by="ruth")
    decide_in(house, item.item_id, by="ruth", approve=True)
    assert house.reviews.show(item.item_id).state is ReviewState.APPROVED


def test_what_was_rejected_stays_masked_unless_the_policy_says_otherwise(house: House) -> None:
    item = item_of(house)
    rejected(house, item, "Merriweather")
    assert circumstances(house, item).changed is False
    assert "Merriweather" not in held(house, remade(house, item).item_id).copy


def test_a_policy_may_let_a_reviewer_unmask(workspace: Path) -> None:
    unmasking(workspace)
    with open_house(workspace) as house:
        item = remade(house, item_of(house))
        rejected(house, item, "Merriweather")
        again = remade(house, item)
        assert again.state is ReviewState.NEEDS_REVIEW
        assert held(house, again.item_id).copy.count("Merriweather") == 1, "one place of two was rejected"


def test_what_an_inspection_blocks_is_never_unmasked(workspace: Path) -> None:
    unmasking(workspace)
    with open_house(workspace) as house:
        item = remade(house, item_of(house))
        rejected(house, item, "Testerly")
        again = remade(house, item)
        assert again.copy.blocking == 0
        assert "Testerly" not in held(house, again.item_id).copy


def test_nobody_saves_over_what_they_did_not_see(house: House) -> None:
    item = item_of(house)
    sheet = held(house, item.item_id).sheet
    first, second, *_ = sheet.places()
    mark(house, item.item_id, Wanted(verdict=Verdict.ACCEPT, place=first, version=0), by="ruth")
    with pytest.raises(StateError, match="somebody else decided"):
        mark(house, item.item_id, Wanted(verdict=Verdict.REJECT, place=first, version=0), by="tomas")
    mark(house, item.item_id, Wanted(verdict=Verdict.REJECT, place=second, version=0), by="tomas")
    after = undo(house, item.item_id, by="ruth")
    assert [m.by for m in after.standing().values()] == ["tomas"]
    stale = replace(marks_of(house, item, sheet), version=9)
    with pytest.raises(StateError, match="in this moment"):
        house.marks.save(stale, read=1)


def test_every_decision_is_an_event_in_the_same_transaction(house: House) -> None:
    item, before = item_of(house), house.ledger.head().count
    missed(house, item, "blanket")
    undo(house, item.item_id, by="ruth")
    told = [(r.event.actor, r.event.get("outcome"), r.event.get("spans")) for r in house.ledger.events(after=before)]
    assert told == [("ruth", "add", 2), ("ruth", "undone", 2)]
    house.ledger.verify().demand()


def test_a_request_lets_out_what_was_seen_and_nothing_else(house: House) -> None:
    request = house.requests.list()[0]
    with pytest.raises(StateError, match="no copy of it is ready"):
        decide_request(house, request.request_id, by="ruth", approve=True)
    decide_in(house, item_of(house, "S-1").item_id, by="ruth", approve=True)
    decide_request(house, request.request_id, by="ruth", approve=True)
    decide_in(house, item_of(house, "S-2").item_id, by="ruth", approve=True)  # after the yes to the request
    with pytest.raises(StateError, match="made or approved since"):
        release_request(house, request.request_id, when=WHEN)
    found = standing(house, request.request_id)
    assert (found.request.state, len(found.ready), found.request.copies) == (RequestState.ASKED, 2, ())
    decide_request(house, request.request_id, by="ruth", approve=True)
    release_id = release_request(house, request.request_id, when=WHEN)
    assert (house.workspace / "releases" / release_id / "manifest.json").is_file()
    assert house.requests.get(request.request_id).release_id == release_id
    assert item_of(house, "S-1").state is ReviewState.RELEASED


def test_a_request_on_its_way_when_the_pages_stopped_waits_for_a_second_person_again(house: House) -> None:
    request = house.requests.list()[0]
    decide_in(house, item_of(house, "S-1").item_id, by="ruth", approve=True)
    decide_request(house, request.request_id, by="ruth", approve=True)
    open_again(house)
    after = house.requests.get(request.request_id)
    assert (after.state, after.copies, after.decided_by) == (RequestState.ASKED, (), None)


def test_a_copy_drawn_for_two_readers_needs_both(workspace: Path) -> None:
    settings = workspace / "storykeeper.toml"
    settings.write_text(settings.read_text() + "\n[review]\nsecond_reader = 1.0\n")
    with open_house(workspace) as house:
        item = item_of(house)
        told = decide_in(house, item.item_id, by="ruth", approve=True)
        assert "second reader" in told
        assert house.reviews.show(item.item_id).state is ReviewState.NEEDS_REVIEW
        with pytest.raises(StateError, match="another person"):
            decide_in(house, item.item_id, by="ruth", approve=True)
        decide_in(house, item.item_id, by="tomas", approve=True)
        assert house.reviews.show(item.item_id).state is ReviewState.APPROVED
