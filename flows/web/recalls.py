"""Recall: what is out and may no longer be, and taking it back. The verbs are those of `storykeeper recall`."""

from __future__ import annotations

from starlette.responses import Response

from flows.verbs.recall import RecallAsked, begin_recall, call_back, look_only, look_run, told_recall
from flows.web.call import Call
from flows.web.jobs import JobState
from flows.wiring import House

_JOB = "recall"


def recall_page(call: Call) -> Response:
    """The page; what it would find is loaded after it."""
    return call.page("recall.html", job=call.place.jobs.get(_JOB))


def look(call: Call) -> Response:
    """What a recall would find now: nothing is opened, nothing written."""
    return call.page("recall_look.html", found=look_only(call.house, _asked(call)))


def recall(call: Call) -> Response:
    """Take it back, behind the page."""
    house, asked = call.house, _asked(call)
    call.place.jobs.start(_JOB, lambda: _recalled(house, asked))
    return call.page("recall_state.html", job=call.place.jobs.get(_JOB))


def how_far(call: Call) -> Response:
    """How far it is; what it came to is told once, that it was interrupted until it is done again."""
    job = call.place.jobs.get(_JOB)
    if job is not None and job.state in (JobState.DONE, JobState.FAILED):
        call.place.jobs.forget(_JOB)
    return call.page("recall_state.html", job=job)


def _asked(call: Call) -> RecallAsked:
    when = call.place.when()
    return RecallAsked(as_of=when.at.isoformat(), actor=call.who.name, by_clock=when.by_clock)


def _recalled(house: House, asked: RecallAsked) -> str:
    """The whole recall; a line a release."""
    run_id = begin_recall(house, asked)
    for n in range(look_run(house, run_id)):
        call_back(house, run_id, n)
    told = [t for t in told_recall(house, run_id) if t.state != "stays"]
    lines = [f"{t.release_id}: {t.state}" + (f" by {t.replaced_by}" if t.replaced_by else "") for t in told]
    return "\n".join(lines) or "nothing had to be taken back"
