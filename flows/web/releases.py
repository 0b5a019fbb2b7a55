"""Releases: what would go, asking for it, a second person's yes, and fetching what went out."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from starlette.responses import Response, StreamingResponse

from flows.verbs.home import went_out
from flows.verbs.records import load_records
from flows.verbs.requesting import (
    Standing,
    ask,
    decide_request,
    dry_run,
    make_copies,
    release_request,
    standing,
)
from flows.web.call import Call, RefusedError
from flows.web.jobs import JobState
from flows.web.paging import part
from pipeline.consent.records import Use
from pipeline.errors import StateError
from pipeline.events import EventKind, event
from pipeline.reviewing.review import RequestState, refusal_of_request_step
from pipeline.storage.faults import naming
from pipeline.storage.runs import ReleaseState

_PIECE = 64 * 1024


def releases(call: Call) -> Response:
    """The form of a request, open requests, and everything that went out."""
    recipients = load_records(call.house).recipients.entries
    return call.page(
        "releases.html",
        uses=[use.value for use in Use],
        recipients=sorted(recipients),
        requests=part(call.house.requests.list(), call.query, name="requests"),
        out=part(went_out(call.house), call.query, name="out"),
    )


def try_out(call: Call) -> Response:
    """What would go and why the rest would not: decided now, nothing opened, nothing written."""
    use, recipient = _what(call)
    when = call.place.when()
    told = dry_run(call.house, use, recipient, actor=call.who.name, when=when)
    return call.page("dry_run.html", told=told, at=when.at)


def request(call: Call) -> Response:
    """Ask; the copies are made behind the page."""
    use, recipient = _what(call)
    when, house = call.place.when(), call.house
    read_all = call.form.get("read_all") == "yes"
    asked = ask(house, use, recipient, read_all=read_all, actor=call.who.name, when=when)
    _start(call, asked.request_id, lambda: make_copies(house, asked.request_id, when=when))
    return call.go(f"/requests/{asked.request_id}")


def request_page(call: Call) -> Response:
    """One request and what it has come to; a part of the page that is asked for again while work goes on."""
    found = _standing(call)
    job = call.place.jobs.get(_job(found.request.request_id))
    open_ = found.request.state is RequestState.ASKED
    values: dict[str, Any] = {
        "found": found,
        "job": job,
        "at_work": job is not None and job.state is JobState.WAITING,
        "failed": job.told if job is not None and job.state is JobState.FAILED else "",
        "interrupted": open_ and job is not None and job.state is JobState.INTERRUPTED,
        "unmade": open_ and job is None and not found.made,
        "no_yes": _no_yes(call, found),
        "RequestState": RequestState,
    }
    return call.page("request_state.html" if call.htmx else "request.html", **values)


def decide(call: Call) -> Response:
    """Approve or refuse; what is approved goes out behind the page."""
    request_id = _standing(call).request.request_id
    decision = call.form.get("decision")
    if decision not in ("approve", "refuse"):
        raise RefusedError(400, "a request is approved or refused")
    when, house = call.place.when(), call.house
    decide_request(house, request_id, by=call.who.name, approve=decision == "approve")
    if decision == "approve":
        _start(call, request_id, lambda: release_request(house, request_id, when=when))
    return call.go(f"/requests/{request_id}")


def make(call: Call) -> Response:
    """Have the copies of a request made again, after records or marks changed."""
    request_id = _standing(call).request.request_id
    when, house = call.place.when(), call.house
    _start(call, request_id, lambda: make_copies(house, request_id, when=when))
    return call.go(f"/requests/{request_id}")


def archive(call: Call) -> Response:
    """A release as one ZIP file; the event is written first. Asked for by a form, since it leaves a trace."""
    release_id = call.path["release_id"]
    standing_ = {r.release_id for r in call.house.releases.list() if r.state is ReleaseState.COMPLETE}
    if release_id not in standing_:
        raise RefusedError(404, "there is no such release, or it was recalled")
    told = event(EventKind.DOWNLOADED, at=datetime.now(UTC), actor=call.who.name, release=release_id)
    call.house.ledger.append([told])
    folder = call.house.workspace / "releases" / release_id
    with naming("release"):
        packed = _packed(folder, call.house.workspace / "vault")
    headers = {"content-disposition": f'attachment; filename="{release_id}.zip"'}
    return StreamingResponse(_read(packed), media_type="application/zip", headers=headers)


def _packed(folder: Path, place: Path) -> IO[bytes]:
    """The ZIP file of a folder, in a file without a name on the disk of the vault; the same folder, the same bytes."""
    packed = tempfile.TemporaryFile(dir=place)  # noqa: SIM115 - it is closed by who reads it
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as source, into.open(entry, "w") as target:
                shutil.copyfileobj(source, target)
    packed.seek(0)
    return packed


def _read(packed: IO[bytes]) -> Iterator[bytes]:
    with packed:
        while piece := packed.read(_PIECE):
            yield piece


def _what(call: Call) -> tuple[str, str]:
    use, recipient = call.form.get("use", ""), call.form.get("recipient", "")
    if use not in tuple(Use) or recipient not in load_records(call.house).recipients.entries:
        raise RefusedError(400, "choose a use and a registered recipient")
    return use, recipient


def _standing(call: Call) -> Standing:
    try:
        return standing(call.house, call.path["request_id"])
    except StateError:
        raise RefusedError(404, "there is no such request") from None


def _no_yes(call: Call, found: Standing) -> str | None:
    told = refusal_of_request_step(found.request, RequestState.APPROVED, actor=call.who.name)
    if told is None and not found.ready:
        return "no copy of it is ready"
    return told


def _start(call: Call, request_id: str, work: Callable[[], object]) -> None:
    def done() -> str:
        work()
        return request_id

    call.place.jobs.start(_job(request_id), done)


def _job(request_id: str) -> str:
    return f"request {request_id}"
