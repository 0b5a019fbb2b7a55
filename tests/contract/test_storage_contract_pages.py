"""What accounts, logins, marks and requests promise on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_room import AT, Room

from pipeline.errors import StateError
from pipeline.labels import Label
from pipeline.reviewing.marks import Mark, Marks, Verdict
from pipeline.reviewing.review import RequestState
from pipeline.storage.logins import IDLE, LONGEST, Logins
from pipeline.storage.marks import ReviewMarks
from pipeline.storage.requests import Requests
from pipeline.storage.tables import logins, review_marks
from pipeline.storage.users import LOCKED_FOR, MOST_FAILURES, Role, User, Users, UserState

RUTH = User(name="ruth", role=Role.REVIEWER, originals=True, state=UserState.ACTIVE, password_hash="$argon2id$x")


def test_an_account_is_made_once_found_and_disabled_for_good(room: Room) -> None:
    users = Users(room.database)
    users.add(RUTH, at=AT)
    assert users.get("ruth") == RUTH
    assert users.get("Ruth") is None
    for name in ("ruth", "Ruth", "RUTH"):
        with pytest.raises(StateError, match="not given twice"):
            users.add(replace(RUTH, name=name), at=AT)
    users.disable("ruth")
    assert [(u.name, u.state) for u in users.list()] == [("ruth", UserState.DISABLED)]
    with pytest.raises(StateError, match="no active account"):
        users.disable("ruth")
    with pytest.raises(StateError, match="not given twice"):
        users.add(RUTH, at=AT)


def test_wrong_passwords_lock_and_a_right_one_forgets_them(room: Room) -> None:
    users = Users(room.database)
    users.add(RUTH, at=AT)
    assert [users.failed("ruth", at=AT) for _ in range(MOST_FAILURES)] == [False] * (MOST_FAILURES - 1) + [True]
    locked = users.get("ruth")
    assert locked is not None
    assert locked.locked(AT + LOCKED_FOR - timedelta(seconds=1))
    assert not locked.locked(AT + LOCKED_FOR)
    users.succeeded("ruth")
    assert users.get("ruth") == RUTH


def test_of_a_login_the_digest_alone_is_kept_and_it_ends(room: Room) -> None:
    found = Logins(room.database)
    token, other = found.begin("ruth", at=AT), found.begin("ruth", at=AT)
    with room.database.reading() as connection:
        assert token not in str(connection.execute(logins.select()).all())
    assert found.who(token, at=AT + IDLE - timedelta(minutes=1)) == "ruth"
    assert found.who(token, at=AT + IDLE + timedelta(minutes=1)) == "ruth", "it was used meanwhile"
    assert found.who(other, at=AT + IDLE) is None
    assert found.who(token + "x", at=AT) is None
    assert found.who(token, at=AT + LONGEST) is None
    fresh = found.begin("ruth", at=AT + LONGEST)
    found.end_all("ruth")
    assert found.who(fresh, at=AT + LONGEST) is None


def test_marks_are_sealed_and_never_saved_over_another_version(room: Room) -> None:
    kept = ReviewMarks(room.database, room.keyring)
    empty = kept.get("d" * 64, source_id="1" * 32)
    assert (empty.version, empty.made) == (0, ())
    one = Mark(start=3, end=9, verdict=Verdict.ADD, label=Label.PERSON, by="ruth", at="x", version=0, batch=0)
    after = empty.with_batch([one])
    kept.save(after, read=0)
    assert kept.get("d" * 64, source_id="1" * 32) == after
    assert kept.of_source("1" * 32) == kept.list() == (after,)
    assert kept.of_source("2" * 32) == ()
    with room.database.reading() as connection:
        assert b"PERSON" not in connection.execute(review_marks.select()).one().sealed
    with pytest.raises(StateError, match="in this moment"):
        kept.save(Marks(text_digest="d" * 64, source_id="1" * 32), read=0)
    kept.save(after.undo("ruth"), read=1)
    assert kept.list()[0].standing() == {}


def test_a_request_is_asked_once_and_approved_by_somebody_else(room: Room) -> None:
    requests = Requests(room.database)
    asked = requests.ask(use="group", recipient="PEERS", read_all=True, actor="ana", at=AT)
    with pytest.raises(StateError, match="is open"):
        requests.ask(use="group", recipient="PEERS", read_all=False, actor="ben", at=AT)
    with pytest.raises(StateError, match="second person"):
        requests.step(asked.request_id, RequestState.APPROVED, actor="ana", at=AT)
    yes = requests.step(asked.request_id, RequestState.APPROVED, actor="ben", at=AT, copies=["b", "a"])
    assert (yes.copies, yes.decided_by, yes.decided_at) == (("a", "b"), "ben", AT)
    back = requests.step(asked.request_id, RequestState.ASKED, actor="ana", at=AT)
    assert (back.copies, back.decided_by, back.decided_at) == ((), None, None)
    requests.step(asked.request_id, RequestState.REFUSED, actor="ben", at=AT)
    newer = requests.ask(use="group", recipient="PEERS", read_all=False, actor="ben", at=AT)
    assert [r.request_id for r in requests.list()] == [newer.request_id, asked.request_id]
    assert requests.list(states=[RequestState.REFUSED])[0].requested_by == "ana"
    with pytest.raises(StateError, match="none of that id"):
        requests.get("f" * 32)


def test_a_second_reading_is_kept_once_a_reader(room: Room) -> None:
    room.reviews.say_yes("7" * 32, reader="ruth", at=AT)
    room.reviews.say_yes("7" * 32, reader="ruth", at=AT)
    room.reviews.say_yes("7" * 32, reader="tomas", at=AT + timedelta(minutes=1))
    assert room.reviews.readers("7" * 32) == ("ruth", "tomas")
