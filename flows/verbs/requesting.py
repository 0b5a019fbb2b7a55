"""Requests for a release, as the pages make them: ask, have the copies made, a second person approves, it goes out.

- Asking makes the copies and enters them for review; nothing leaves.
- A yes is to the copies that are ready at that moment, by their digests. If another copy would go out with them when
  the release is made, nothing goes out and the request is asked again: what was seen is what leaves.
- Consent is asked once more when it is released, as for every release.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from flows.verbs.asking import Asked, check_asked
from flows.verbs.drafted import line_of
from flows.verbs.runs import begin, decide_only, drafted_run, drop_run, plan_run, prepare_chunk, publish_run, told_run
from flows.wiring import House
from pipeline.errors import Fault, StateError, StorykeeperError
from pipeline.events import Event, EventKind, event
from pipeline.reviewing.review import Copy, ReleaseRequest, RequestState, ReviewItem, ReviewState, check_request_step
from pipeline.summary import Outcome, SessionLine, Summary

_LINES = "lines"
_READY = frozenset({ReviewState.DETECTED, ReviewState.APPROVED})
_WAITS = frozenset({ReviewState.NEEDS_REVIEW, ReviewState.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """When it is decided for: now by the clock, or the instant that the pages were started with."""

    at: datetime
    by_clock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a request has come to. ready, waiting: its copies; lines: what stays in, with reasons; made: whether the
    copies were made already."""

    request: ReleaseRequest
    ready: tuple[ReviewItem, ...]
    waiting: tuple[ReviewItem, ...]
    lines: tuple[SessionLine, ...]
    made: bool


def asked_for(use: str, recipient: str, *, actor: str, when: Instant, read_all: bool = False) -> Asked:
    """A request as the verbs of a run take it."""
    return Asked(
        use=use, recipient=recipient, as_of=when.at.isoformat(), actor=actor, by_clock=when.by_clock, read_all=read_all
    )


def dry_run(house: House, use: str, recipient: str, *, actor: str, when: Instant) -> Summary:
    """What would go and why the rest would not. Raises UsageError for what can come to nothing."""
    asked = asked_for(use, recipient, actor=actor, when=when)
    check_asked(house, asked)
    return decide_only(house, asked)


def ask(house: House, use: str, recipient: str, *, read_all: bool, actor: str, when: Instant) -> ReleaseRequest:
    """Enter a request. Its copies are not made yet."""
    check_asked(house, asked_for(use, recipient, actor=actor, when=when))
    now = datetime.now(UTC)
    with house.database.writing() as transaction:
        request = house.requests.ask(
            use=use, recipient=recipient, read_all=read_all, actor=actor, at=now, joined=transaction
        )
        house.ledger.append([_told(request, actor, now)], joined=transaction)
    return request


def make_copies(house: House, request_id: str, *, when: Instant) -> None:
    """Make the copies of a request and enter them for review."""
    request = house.requests.get(request_id)
    run_id = _drafted(house, request, when)
    _, lines = drafted_run(house, run_id)
    told = [asdict(line) for line in lines if line.outcome is not Outcome.HELD]
    house.drafts.put(_shelf(request), _LINES, json.dumps(told).encode())
    drop_run(house, run_id)


def standing(house: House, request_id: str) -> Standing:
    """What a request has come to so far. StateError where there is none."""
    request = house.requests.get(request_id)
    items = house.reviews.list(use=request.use, recipient=request.recipient)
    lines = _kept_lines(house, request)
    return Standing(
        request=request,
        ready=tuple(i for i in items if i.state in _READY),
        waiting=tuple(i for i in items if i.state in _WAITS),
        lines=lines or (),
        made=lines is not None,
    )


def decide_request(house: House, request_id: str, *, by: str, approve: bool) -> ReleaseRequest:
    """Approve what is ready, or refuse. StateError: own request, nothing ready, or decided already."""
    now = datetime.now(UTC)
    found = standing(house, request_id)
    state = RequestState.APPROVED if approve else RequestState.REFUSED
    check_request_step(found.request, state, actor=by)
    if approve and not found.ready:
        what = "no copy of it is ready; the copies wait for review, or none may go out"
        raise StateError("the request was not approved", [Fault(place=f"request `{request_id[:12]}`", what=what)])
    copies = [_named(i.copy) for i in found.ready] if approve else []
    with house.database.writing() as transaction:
        after = house.requests.step(request_id, state, actor=by, at=now, copies=copies, joined=transaction)
        house.ledger.append([_told(after, by, now)], joined=transaction)
    return after


def release_request(house: House, request_id: str, *, when: Instant) -> str:
    """Release what was approved; the id of the release. StateError: something changed; the request is open again."""
    request = house.requests.get(request_id)
    failure: StorykeeperError | None = None
    release_id = ""
    try:
        release_id = _release(house, request, when)
    except StorykeeperError as error:
        failure = error
    now = datetime.now(UTC)
    state = RequestState.RELEASED if release_id else RequestState.ASKED
    with house.database.writing() as transaction:
        after = house.requests.step(
            request_id, state, actor=request.requested_by, at=now, release_id=release_id or None, joined=transaction
        )
        house.ledger.append([_told(after, request.requested_by, now)], joined=transaction)
    if failure is not None:
        raise failure
    if not release_id:
        raise StateError("nothing was released: what was approved is out already, or may not go any more")
    return release_id


def open_again(house: House) -> None:
    """Requests that were on their way out when the pages were stopped wait for a second person again."""
    now = datetime.now(UTC)
    for request in house.requests.list(states=[RequestState.APPROVED]):
        with house.database.writing() as transaction:
            after = house.requests.step(
                request.request_id, RequestState.ASKED, actor=request.requested_by, at=now, joined=transaction
            )
            house.ledger.append([_told(after, request.requested_by, now)], joined=transaction)


def _release(house: House, request: ReleaseRequest, when: Instant) -> str:
    run_id = _drafted(house, request, when)
    ready, _ = drafted_run(house, run_id)
    copies = {_named(house.reviews.show(item_id).copy) for item_id in ready}
    if not copies <= set(request.copies):
        drop_run(house, run_id)
        what = "a copy was made or approved since the request was; look at it again and approve it again"
        raise StateError("nothing was released", [Fault(place=f"request `{request.request_id[:12]}`", what=what)])
    publish_run(house, run_id)
    return told_run(house, run_id).release_id


def _drafted(house: House, request: ReleaseRequest, when: Instant) -> str:
    asked = asked_for(request.use, request.recipient, actor=request.requested_by, when=when, read_all=request.read_all)
    run_id = begin(house, asked)
    for chunk in range(plan_run(house, run_id)):
        prepare_chunk(house, run_id, chunk)
    return run_id


def _kept_lines(house: House, request: ReleaseRequest) -> tuple[SessionLine, ...] | None:
    try:
        found = house.drafts.get(_shelf(request), _LINES)
    except StateError:  # not made yet, or swept after a week
        return None
    return tuple(map(line_of, json.loads(found)))


def _shelf(request: ReleaseRequest) -> str:
    return f"request {request.request_id}"


def _named(copy: Copy) -> str:
    """A digest for one copy of one session: the same bytes of two sessions are two copies."""
    told = f"{copy.session_id}\n{copy.source_id}\n{copy.digest}"
    return hashlib.sha256(told.encode()).hexdigest()


def _told(request: ReleaseRequest, actor: str, now: datetime) -> Event:
    return event(
        EventKind.REQUESTED,
        at=now,
        actor=actor,
        request=request.request_id,
        use=request.use,
        recipient=request.recipient,
        state=request.state.value,
        release=request.release_id,
    )
