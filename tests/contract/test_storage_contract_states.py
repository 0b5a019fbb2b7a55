"""What reviews, runs and releases promise on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import pytest
from storage_room import AT, Room

from pipeline.errors import StateError, StorageError
from pipeline.storage.reviews import Copy, ReviewState
from pipeline.storage.runs import Release, ReleaseState, RunState

COPY = Copy(
    session_id="S-1", source_id="1" * 32, use="group", recipient="PEERS", digest="a" * 64, findings=(("known", 2),)
)


def _held(room: Room, copy: Copy = COPY) -> str:
    return room.reviews.enter(copy, state=ReviewState.NEEDS_REVIEW, requested_by="ana-1", at=AT).item_id


def test_a_held_copy_waits_until_a_second_person_approves(room: Room) -> None:
    item_id = _held(room)
    with pytest.raises(StateError, match="second person"):
        room.reviews.step(item_id, ReviewState.APPROVED, actor="ana-1", at=AT)
    assert [i.item_id for i in room.reviews.list(states=[ReviewState.NEEDS_REVIEW])] == [item_id]
    item = room.reviews.step(item_id, ReviewState.APPROVED, actor="ben-2", at=AT)
    assert (item.state, item.decided_by, item.decided_at, item.copy) == (ReviewState.APPROVED, "ben-2", AT, COPY)
    out = room.reviews.step(item_id, ReviewState.RELEASED, actor="ana-1", at=AT, release_id="R-1")
    assert (out.state, out.release_id, out.decided_by) == (ReviewState.RELEASED, "R-1", "ben-2")


def test_the_same_copy_is_not_asked_about_twice_and_another_one_is(room: Room) -> None:
    item_id = _held(room)
    room.reviews.step(item_id, ReviewState.APPROVED, actor="ben-2", at=AT)
    assert _held(room) == item_id
    assert room.reviews.show(item_id).state is ReviewState.APPROVED
    other = Copy(session_id="S-1", source_id="1" * 32, use="group", recipient="PEERS", digest="b" * 64)
    assert _held(room, other) != item_id
    assert room.reviews.show(item_id).state is ReviewState.WITHHELD
    assert len(room.reviews.list(use="group", recipient="PEERS", source_id="1" * 32)) == 2
    assert room.reviews.list(recipient="UNIV-A") == ()


def test_unknown_items_and_states_of_entry_are_refused(room: Room) -> None:
    with pytest.raises(StateError, match="no such item"):
        room.reviews.show("9" * 32)
    with pytest.raises(StateError, match="no such item"):
        room.reviews.step("9" * 32, ReviewState.APPROVED, actor="ben-2", at=AT)
    with pytest.raises(StateError, match="enters as"):
        room.reviews.enter(COPY, state=ReviewState.APPROVED, requested_by="ana-1", at=AT)


RELEASE = Release(
    release_id="R-2026-1",
    series="PEERS",
    use="group",
    recipient="PEERS",
    fingerprint="f" * 64,
    manifest_digest="",
    state=ReleaseState.BEGUN,
    at=AT,
    replaced_by=None,
)


def test_a_finished_run_is_found_by_what_it_depends_on(room: Room) -> None:
    run_id = room.runs.begin("detect", "f" * 64, at=AT)
    assert room.runs.done("detect", "f" * 64) is None
    room.runs.end(run_id, RunState.DONE, at=AT, counts={"files": 3})
    done = room.runs.done("detect", "f" * 64)
    assert done is not None
    assert (done.run_id, done.counts) == (run_id, (("files", 3),))
    assert room.runs.done("detect", "0" * 64) is None
    with pytest.raises(StateError, match="not under way"):
        room.runs.end(run_id, RunState.FAILED, at=AT, counts={})


def test_a_release_is_begun_then_complete_then_recalled(room: Room) -> None:
    room.releases.begin(RELEASE)
    assert [r.release_id for r in room.releases.unfinished()] == ["R-2026-1"]
    assert room.releases.find("f" * 64) is None
    with pytest.raises(StateError, match="cannot become"):
        room.releases.recall("R-2026-1")
    room.releases.complete("R-2026-1", manifest_digest="d" * 64)
    found = room.releases.find("f" * 64)
    assert found is not None
    assert (found.manifest_digest, room.releases.unfinished()) == ("d" * 64, ())
    room.releases.recall("R-2026-1", replaced_by="R-2026-2")
    assert room.releases.list()[0].state is ReleaseState.REPLACED
    assert room.releases.find("f" * 64) is None


def test_a_begun_release_can_be_dropped_and_a_complete_one_cannot(room: Room) -> None:
    room.releases.begin(RELEASE)
    room.releases.drop("R-2026-1")
    assert room.releases.list() == ()
    room.releases.begin(RELEASE)
    room.releases.complete("R-2026-1", manifest_digest="d" * 64)
    room.releases.drop("R-2026-1")
    assert len(room.releases.list()) == 1
    with pytest.raises(StorageError):
        room.releases.begin(RELEASE)
