"""The queue, and the page of one copy: read it, decide about its places, and about the copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from starlette.responses import HTMLResponse, Response

from flows.verbs.held import Held, held
from flows.verbs.marking import Wanted, look, make_again, mark, marks_of, progress, undo
from flows.verbs.review import Waiting, circumstances, decide_in
from flows.web import words
from flows.web.call import Call, RefusedError, answer_json
from flows.web.jobs import JobState
from flows.web.paging import part
from flows.web.selecting import selected
from flows.web.turns import Shown
from pipeline.errors import StateError, StorykeeperError
from pipeline.labels import Label
from pipeline.reviewing.marks import Marks, Verdict
from pipeline.reviewing.review import (
    WAITING,
    ReviewItem,
    ReviewState,
    can_mark,
    is_drawn,
    refusal_of_mark,
    refusal_of_step,
    refusal_of_yes,
    said_yes,
)
from pipeline.reviewing.sheet import Sheet


def queue(call: Call) -> Response:
    """What waits, the riskiest first, a page at a time; filters by use, recipient, state and kind of finding."""
    everything = call.house.reviews.list(states=WAITING)
    wanted = {key: call.query.get(key, "") for key in ("use", "recipient", "state", "kind")}
    items = [Waiting(item=item) for item in everything if _fits(item, wanted)]
    items.sort(key=lambda w: (w.risk, w.item_id), reverse=True)
    share = call.house.settings.review.second_reader
    here = part(items, wanted | {"page": call.query.get("page", "")})
    shown = [w.item for w in here.items]
    values: dict[str, Any] = {
        "part": here,
        "total": len(everything),
        "wanted": wanted,
        "choices": _choices(everything),
        "drawn": {i.item_id for i in shown if is_drawn(i.copy.digest, share)},
        "own": {i.item_id: refusal_of_step(i, ReviewState.APPROVED, actor=call.who.name) for i in shown},
    }
    return call.page("queue_rows.html" if call.htmx else "queue.html", **values)


def _choices(items: Iterable[ReviewItem]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each filter with what it can be set to: name, title, (value, words)."""
    copies = [i.copy for i in items]
    kinds = sorted({kind for c in copies for kind, _ in c.findings})
    return [
        ("use", "Use", [(use, use) for use in sorted({c.use for c in copies})]),
        ("recipient", "Recipient", [(r, r) for r in sorted({c.recipient for c in copies})]),
        ("kind", "Found", [(kind, words.kind(kind)) for kind in kinds]),
        ("state", "State", [(s.value, words.state(s)) for s in WAITING]),
    ]


def _fits(item: ReviewItem, wanted: dict[str, str]) -> bool:
    return (
        wanted["use"] in ("", item.copy.use)
        and wanted["recipient"] in ("", item.copy.recipient)
        and wanted["state"] in ("", item.state.value)
        and wanted["kind"] in ("", *dict(item.copy.findings))
    )


def copy(call: Call) -> Response:
    """One copy with everything that is known of it."""
    item = _item(call)
    try:
        found = held(call.house, item.item_id)
    except StateError:
        return call.page("copy_gone.html", item=item)
    return call.page("copy.html", **_values(call, item, found))


def _values(call: Call, item: ReviewItem, found: Held) -> dict[str, Any]:
    marks = marks_of(call.house, item, found.sheet)
    at = circumstances(call.house, item, found)
    done, total = progress(found.sheet, marks)
    actor = call.who.name
    return {
        "item": item,
        "held": found,
        "marks": marks,
        "at": at,
        "done": done,
        "total": total,
        "shown": Shown(sheet=found.sheet, marks=marks).all(),
        "policy": call.house.policy(item.copy.use),
        "labels": list(Label),
        "no_yes": refusal_of_yes(item, at, actor=actor),
        "no_return": refusal_of_step(item, ReviewState.RETURNED, actor=actor),
        "no_mark": refusal_of_mark(item),
    }


def _next(call: Call, item: ReviewItem) -> str:
    """The riskiest other copy that this user may say yes to; empty where there is none."""
    actor, share = call.who.name, call.house.settings.review.second_reader
    others = [
        Waiting(item=i)
        for i in call.house.reviews.list(states=[ReviewState.NEEDS_REVIEW])
        if i.item_id != item.item_id
        and refusal_of_step(i, ReviewState.APPROVED, actor=actor) is None
        and not (is_drawn(i.copy.digest, share) and said_yes(actor, call.house.reviews.readers(i.item_id)))
    ]
    return max(others, key=lambda w: (w.risk, w.item_id)).item_id if others else ""


def decide(call: Call) -> Response:
    """Approve or return."""
    item = _item(call)
    if call.form.get("decision") not in ("approve", "return"):
        raise RefusedError(400, "a copy is approved or returned")
    decide_in(call.house, item.item_id, by=call.who.name, approve=call.form["decision"] == "approve")
    following = _next(call, item)
    return call.go(f"/copies/{following}" if call.form.get("next") and following else "/queue")


def save_mark(call: Call) -> Response:
    """Keep a decision about one place, or all alike; the turns as they look now. JSON for our own script."""
    item = _item(call)
    sheet = held(call.house, item.item_id).sheet
    wanted = _wanted(call, sheet)
    before = marks_of(call.house, item, sheet)
    return _changed(call, item, sheet, before, lambda: mark(call.house, item.item_id, wanted, by=call.who.name))


def undo_mark(call: Call) -> Response:
    """Take back one's own last decision."""
    item = _item(call)
    sheet = held(call.house, item.item_id).sheet
    before = marks_of(call.house, item, sheet)
    return _changed(call, item, sheet, before, lambda: undo(call.house, item.item_id, by=call.who.name))


def _changed(call: Call, item: ReviewItem, sheet: Sheet, before: Marks, act: Callable[[], Marks]) -> Response:
    """What came of a decision: the turns that look different, and the newest state where it was refused."""
    try:
        after, status, error = act(), 200, ""
    except StorykeeperError as refused:
        after, status, error = marks_of(call.house, item, sheet), 409, refused.faults[0].what if refused.faults else ""
        error = error or str(refused)
    given = call.form.get("version", "")
    seen = int(given) if given.isdecimal() and len(given) < 10 else 0
    places = [m.place for m in after.made if m.version > min(seen, before.version)]
    done, total = progress(sheet, after)
    fresh = call.house.reviews.show(item.item_id)
    at = circumstances(call.house, fresh)
    told = {
        "error": error,
        "version": after.version,
        "turns": Shown(sheet=sheet, marks=after).some(places),
        "done": done,
        "total": total,
        "changed": at.changed,
        "refusal": refusal_of_yes(fresh, at, actor=call.who.name) or "",
    }
    return answer_json(told, status=status)


def _wanted(call: Call, sheet: Sheet) -> Wanted:
    form = call.form
    try:
        verdict = Verdict(form.get("verdict", ""))
        label = Label(form["label"]) if form.get("label") else None
        version = int(form.get("version", ""))
        place = selected(sheet, form) if verdict is Verdict.ADD else (int(form["start"]), int(form["end"]))
    except (ValueError, KeyError, OverflowError):
        raise RefusedError(400, "that is no decision about a place of this copy; load the page again") from None
    if verdict in (Verdict.ADD, Verdict.RELABEL) and label is None:
        raise RefusedError(400, "say what it is: choose a label")
    alike = form.get("alike") == "yes"
    return Wanted(
        verdict=verdict,
        place=place,
        version=version,
        alike=alike,
        label=label if verdict in (Verdict.ADD, Verdict.RELABEL) else None,
    )


def original(call: Call) -> Response:
    """The turns with their originals beside them. An event is written before anything is opened."""
    item = _item(call)
    sheet = held(call.house, item.item_id).sheet
    said = look(call.house, item.item_id, by=call.who.name)
    return HTMLResponse(str(Shown(sheet=sheet, marks=marks_of(call.house, item, sheet), originals=said).all()))


def again(call: Call) -> Response:
    """Have the copy made again with what was marked; says how far it is."""
    item = _item(call)
    if not can_mark(item):
        raise RefusedError(409, str(refusal_of_mark(item)))
    when, house, item_id = call.place.when(), call.house, item.item_id
    call.place.jobs.start(_job(item), lambda: make_again(house, item_id, at=when.at, by_clock=when.by_clock))
    return call.page("again.html", item=item, job=call.place.jobs.get(_job(item)))


def how_far(call: Call) -> Response:
    """Whether the copy is made; then the browser goes there."""
    item = _item(call)
    job = call.place.jobs.get(_job(item))
    if job is not None and job.state in (JobState.DONE, JobState.FAILED):
        call.place.jobs.forget(_job(item))
        if job.state is JobState.DONE:
            return call.go(f"/copies/{job.told}")
    return call.page("again.html", item=item, job=job)


def _job(item: ReviewItem) -> str:
    return f"copy {item.item_id}"


def _item(call: Call) -> ReviewItem:
    try:
        return call.house.reviews.show(call.path["item_id"])
    except StateError:
        raise RefusedError(404, "there is no such copy; it may have been made again: look into the queue") from None
