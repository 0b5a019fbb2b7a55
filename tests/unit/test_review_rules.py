"""The rules of review, read from their tables: who may bring what where, and the sentence that says why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from pipeline.errors import StateError
from pipeline.reviewing import review
from pipeline.reviewing.review import (
    DECISIONS,
    REQUEST_STEPS,
    STEPS,
    Circumstances,
    Copy,
    ReleaseRequest,
    RequestState,
    ReviewItem,
    ReviewState,
)

AT = datetime(2026, 6, 1, tzinfo=UTC)
COPY = Copy(session_id="S-1", source_id="1" * 32, use="group", recipient="PEERS", digest="a" * 64)
ITEM = ReviewItem(
    item_id="2" * 32, copy=COPY, state=ReviewState.NEEDS_REVIEW, requested_by="ana", requested_at=AT,
    decided_by=None, decided_at=None, release_id=None,
)  # fmt: skip
REQUEST = ReleaseRequest(
    request_id="3" * 32, use="group", recipient="PEERS", read_all=True, state=RequestState.ASKED, requested_by="ana",
    requested_at=AT,
)  # fmt: skip


@pytest.mark.parametrize(("here", "there"), list(product(ReviewState, repeat=2)))
def test_a_copy_steps_as_the_table_says_and_not_otherwise(here: ReviewState, there: ReviewState) -> None:
    item = replace(ITEM, state=here)
    assert review.can_step(item, there, actor="ben") == (there in STEPS[here])
    own = there in STEPS[here] and there not in DECISIONS
    assert review.can_step(item, there, actor="ana") == own, "nobody decides about what they asked for"
    if there not in STEPS[here]:
        with pytest.raises(StateError, match=f"it is `{here}` and cannot become `{there}`"):
            review.check_step(item, there, actor="ben")


@pytest.mark.parametrize(("here", "there"), list(product(RequestState, repeat=2)))
def test_a_request_steps_as_the_table_says_and_not_otherwise(here: RequestState, there: RequestState) -> None:
    request = replace(REQUEST, state=here)
    allowed = there in REQUEST_STEPS[here]
    assert review.can_request_step(request, there, actor="ben") == allowed
    assert review.can_request_step(request, there, actor="ana") == (allowed and there is not RequestState.APPROVED)


@pytest.mark.parametrize(
    ("item", "at", "actor", "sentence"),
    [
        (ITEM, Circumstances(), "ben", None),
        (ITEM, Circumstances(), "ana", review.OWN_COPY),
        (ITEM, Circumstances(changed=True), "ben", review.CHANGED),
        (replace(ITEM, copy=replace(COPY, findings=(("blocking", 1),))), Circumstances(), "ben", review.BLOCKED),
        (ITEM, Circumstances(drawn=True), "ben", None),
        (ITEM, Circumstances(drawn=True, readers=("ben",)), "ben", review.READ_BEFORE),
        (ITEM, Circumstances(drawn=True, readers=("ben",)), "cy", None),
        (ITEM, Circumstances(readers=("ben",)), "ben", None),
    ],
)
def test_a_yes_has_one_sentence_for_rule_refusal_and_hint(
    item: ReviewItem, at: Circumstances, actor: str, sentence: str | None
) -> None:
    assert review.refusal_of_yes(item, at, actor=actor) == sentence
    assert review.can_say_yes(item, at, actor=actor) == (sentence is None)
    if sentence is not None:
        with pytest.raises(StateError) as refused:
            review.check_yes(item, at, actor=actor)
        assert refused.value.faults[0].what == sentence


@pytest.mark.parametrize("name", ["ana", "Ana", "ANA", " ana ", "ana\t"])
def test_another_spelling_is_the_same_person(name: str) -> None:
    assert review.refusal_of_step(ITEM, ReviewState.APPROVED, actor=name) == review.OWN_COPY
    assert review.refusal_of_request_step(REQUEST, RequestState.APPROVED, actor=name) == review.OWN_REQUEST
    read = Circumstances(drawn=True, readers=(name,))
    assert review.refusal_of_yes(replace(ITEM, requested_by="ben"), read, actor="ana") == review.READ_BEFORE
    assert review.refusal_of_step(ITEM, ReviewState.APPROVED, actor="anna") is None


def test_what_is_out_cannot_be_marked() -> None:
    marked = {state for state in ReviewState if review.can_mark(replace(ITEM, state=state))}
    assert marked == set(review.OPEN)
    with pytest.raises(StateError, match="out or was taken away"):
        review.check_mark(replace(ITEM, state=ReviewState.RELEASED))


def test_a_share_of_the_copies_is_drawn_for_a_second_reader_and_always_the_same() -> None:
    digests = [f"{n:064x}" for n in range(4000)]
    drawn = [d for d in digests if review.is_drawn(d, 0.1)]
    assert 320 < len(drawn) < 480
    assert drawn == [d for d in digests if review.is_drawn(d, 0.1)]
    assert not any(review.is_drawn(d, 0.0) for d in digests)
    assert all(review.is_drawn(d, 1.0) for d in digests)
    assert {d for d in digests if review.is_drawn(d, 0.05)} < set(drawn), "a larger share keeps who was drawn"


def test_what_blocks_is_riskier_than_any_number_of_findings() -> None:
    blocking = replace(COPY, findings=(("blocking", 1), ("known_name", 1)))
    assert blocking.risk > replace(COPY, findings=(("phone", 40),)).risk > COPY.risk
