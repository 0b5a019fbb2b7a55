"""Events take ids, codes, digests and counts: closed to everything else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.events import COUNT_KEYS, TEXT_KEYS, Event, EventKind, event, fits, is_actor

AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def test_an_event_keeps_its_details_sorted_and_leaves_out_what_is_none() -> None:
    made = event(EventKind.DECIDED, at=AT, actor="keeper", use="group", session="S-1", recipient=None, turns=4)
    assert made.details == (("session", "S-1"), ("turns", 4), ("use", "group"))
    assert (made.get("turns"), made.get("recipient")) == (4, None)


def test_times_are_kept_in_utc_and_need_an_offset() -> None:
    local = datetime(2026, 6, 1, 8, 0, tzinfo=timezone(timedelta(hours=-4)))
    assert event(EventKind.READ, at=local, actor="keeper").at.isoformat() == "2026-06-01T12:00:00+00:00"
    with pytest.raises(ValueError, match="offset"):
        Event(at=AT.replace(tzinfo=None), actor="keeper", kind=EventKind.READ)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("session", "Maria Lopez"),
        ("person", ""),
        ("session", "S-1\n"),
        ("session", "S-1 said so"),
        ("session", "S" * 301),
        ("reasons", "she said no"),
        ("reasons", ("CONSENT_REFUSED", "because Maria said so")),
        ("labels", "Maria"),
        ("source", "session_maria.vtt"),
        ("records_digest", "none"),
        ("as_of", "yesterday"),
        ("turns", "4"),
        ("turns", -1),
        ("turns", True),
        ("turns", 1.5),
        ("session", 7),
        ("note", "S-1"),
        ("file", "S-1"),
    ],
)
def test_whatever_does_not_have_its_shape_is_refused_and_not_repeated(key: str, value: object) -> None:
    with pytest.raises(ValueError, match="event") as refused:
        event(EventKind.DECIDED, at=AT, actor="keeper", **{key: value})
    assert str(value) not in str(refused.value) or len(str(value)) < 2


@pytest.mark.parametrize("actor", ["", "Maria Lopez", "m" * 65, "maria\n"])
def test_an_actor_is_an_id(actor: str) -> None:
    assert is_actor("maria")
    assert not is_actor(actor)
    with pytest.raises(ValueError, match="actor"):
        event(EventKind.LOOKED, at=AT, actor=actor)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("session", "S-014.7"),
        ("session", "S#14!"),
        ("person", "P-014"),
        ("records", "C-P1+2"),
        ("reasons", "CONSENT_PERMIT:C-P1+2"),
        ("reasons", "SEG_CATEGORY:substance"),
        ("reasons", "REC_ELEMENTS_MISSING:may_disclose,info_description,recipients,purposes,signed_on"),
        ("as_of", "2026-06-01T12:00:00+00:00"),
        ("policy", "research-safe-harbor"),
        ("release", "R-2026-06-01-1"),
        ("version", "0.1.0"),
    ],
)
def test_what_the_program_writes_fits(key: str, value: str) -> None:
    assert fits(key, value)
    event(EventKind.DECIDED, at=AT, actor="keeper", **{key: value})


def test_no_shape_takes_a_sentence_and_no_key_is_both_text_and_count() -> None:
    assert not any(fits(key, "Maria used last night") for key in TEXT_KEYS)
    assert not fits("note", "S-1")
    assert not COUNT_KEYS & set(TEXT_KEYS)


def test_details_are_named_once_and_sorted() -> None:
    with pytest.raises(ValueError, match="sorted"):
        Event(at=AT, actor="keeper", kind=EventKind.READ, details=(("use", "group"), ("session", "S-1")))
