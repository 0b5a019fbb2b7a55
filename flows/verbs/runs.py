"""A run, step by step: what the tasks of a flow call. Between steps everything lies on the run's shelf in the vault.

- A step takes the run's id (and a chunk's number) and nothing else, so that Prefect stores nothing else.
- What a recipient has already, by the same source, decision, policy and detector, is not opened again.
- The shelf is removed when the run is told; what is held for review lies on a shelf of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

from flows.progress import tell
from flows.verbs.asking import Asked, instant, request_of
from flows.verbs.chunk import prepare_items
from flows.verbs.clock import check_clock
from flows.verbs.closing import finish_begun
from flows.verbs.drafted import Drafted, Heading, drafted, heading, is_drafted, line_of
from flows.verbs.fresh import allot, chunked, planned
from flows.verbs.held import HELD
from flows.verbs.idle import IDLE
from flows.verbs.ingest import Ingested, ingest
from flows.verbs.learning import LEARNED
from flows.verbs.plan import Item, make_plan
from flows.verbs.prepare import Workbench
from flows.verbs.publish import Going, check_unchanged, publish
from flows.verbs.records import load_records
from flows.wiring import House
from pipeline.events import EventKind, event
from pipeline.known import known_values
from pipeline.storage.disk import write_whole
from pipeline.storage.drafts import ERRORS
from pipeline.storage.faults import naming
from pipeline.storage.lock import one_at_a_time
from pipeline.storage.runs import RunState
from pipeline.summary import Outcome, SessionLine, Summary, as_csv, as_html

# A run that was killed a week ago is not waited for.
FORGOTTEN_S = 7 * 86_400.0
PLAN, TOLD, PERMITTED = "plan", "told", "permitted"


def begin(house: House, asked: Asked) -> str:
    """Enter a run; its id is all that a flow is given. StateError where the clock was set back."""
    now = datetime.now(UTC)
    check_clock(house, now)
    run_id = house.runs.begin("release" if asked.use else "ingest", "asked", at=now)
    asked.keep(house, run_id)
    return run_id


def ingest_run(house: House, run_id: str) -> None:
    """Seal the inbox, where the run asks for it."""
    asked = Asked.of(house, run_id)
    if not asked.ingest:
        return
    told = ingest(
        house,
        at=datetime.now(UTC),
        actor=asked.actor,
        remove=asked.remove,
        rehash=asked.rehash,
        progress=partial(tell, "files of the inbox"),
    )
    if not asked.use:
        house.drafts.put(run_id, TOLD, json.dumps(told.as_json()).encode())
        house.runs.end(run_id, RunState.DONE, at=datetime.now(UTC), counts=told.as_json())


def plan_run(house: House, run_id: str) -> int:
    """Decide for every session; the number of chunks."""
    asked = Asked.of(house, run_id)
    with one_at_a_time(house.workspace / "vault" / "release.lock", what="release"):
        finish_begun(house)
        house.vault.sweep()
        house.drafts.sweep(keep=(HELD, IDLE, LEARNED, ERRORS), older_than_s=FORGOTTEN_S)
    records = load_records(house)
    plan, out = planned(house, asked, records)
    allot(house, asked, records, plan)
    chunks = list(chunked(plan.items, house.settings.engine.chunk_bytes))
    lines = [asdict(line) for line in (*plan.lines, *out)]
    numbered = [[n, [i.entry.session_id for i in items]] for n, items in chunks]
    house.drafts.put(run_id, PLAN, json.dumps({"lines": lines, "chunks": numbered}).encode())
    house.ledger.append(
        [
            event(
                EventKind.DECIDED,
                at=datetime.now(UTC),
                actor=asked.actor,
                run=run_id,
                use=asked.use,
                recipient=asked.recipient,
                as_of=asked.as_of,
                sessions_count=len(plan.items) + len(lines),
                withheld=len(plan.lines),
                skipped=len(out),
            )
        ]
    )
    return len(chunks)


def prepare_chunk(house: House, run_id: str, chunk: int) -> None:
    """Prepare the sources of one chunk, those that are not made already by a worker that was killed."""
    asked = Asked.of(house, run_id)
    chunks = json.loads(house.drafts.get(run_id, PLAN))["chunks"]
    first, wanted = chunks[chunk]
    records = load_records(house)
    policy = house.policy(asked.use)
    plan = make_plan(house, records, request_of(asked, records, policy), policy, only=frozenset(wanted))
    known = known_values([p for s in wanted for p in records.roster(s).present] + list(records.people.values()))
    bench = Workbench(house=house, asked=asked, records=records, policy=policy, known=known)
    numbers = {session: first + i for i, session in enumerate(wanted)}
    total = sum(len(sessions) for _, sessions in chunks)
    check_unchanged(dict.fromkeys(wanted, PERMITTED), {i.entry.session_id: PERMITTED for i in plan.items})
    items = ((numbers[i.entry.session_id], i) for i in plan.items)
    left = ((n, item) for n, item in items if not is_drafted(house, run_id, n))
    prepare_items(bench, run_id, _counted(left, total))


def _counted(items: Iterator[tuple[int, Item]], total: int) -> Iterator[tuple[int, Item]]:
    """The items; each is told as done when the next one is asked for."""
    for n, item in items:
        yield n, item
        tell("sessions and tables", n + 1, total)


def publish_run(house: House, run_id: str) -> dict[str, int]:
    """Release what is ready; tell the run. Sessions by outcome."""
    asked = Asked.of(house, run_id)
    planned = json.loads(house.drafts.get(run_id, PLAN))
    ready: list[Heading] = []
    lines = list(map(line_of, planned["lines"]))
    for n, draft in _drafts(house, run_id, planned):
        ready += [heading(n, draft)] if draft.ready else []
        lines += draft.lines
    release_id = ""
    if ready:
        release_id = _published(house, run_id, asked, tuple(ready))
    told = Summary(
        run_id=run_id[:12],
        use=asked.use,
        recipient=asked.recipient,
        as_of=asked.at.astimezone(house.zone).isoformat(timespec="minutes"),
        release_id=release_id,
        lines=tuple(sorted(lines, key=lambda line: (list(Outcome).index(line.outcome), _by_number(line)))),
    )
    return _tell(house, run_id, told)


def drafted_run(house: House, run_id: str) -> tuple[tuple[str, ...], tuple[SessionLine, ...]]:
    """What the chunks of a run have made: the review items of what may go out, and a line a session."""
    planned = json.loads(house.drafts.get(run_id, PLAN))
    ready: list[str] = []
    lines = list(map(line_of, planned["lines"]))
    for _, draft in _drafts(house, run_id, planned):
        ready += [draft.item_id] if draft.ready else []
        lines += draft.lines
    return tuple(ready), tuple(lines)


def drop_run(house: House, run_id: str) -> None:
    """End a run that releases nothing; its shelf goes."""
    house.drafts.drop(run_id)
    house.runs.end(run_id, RunState.DONE, at=datetime.now(UTC), counts={})


def told_run(house: House, run_id: str) -> Summary:
    """What came of a run; its shelf goes."""
    found = json.loads(house.drafts.get(run_id, TOLD))
    house.drafts.drop(run_id)
    return Summary(**(found | {"lines": tuple(map(line_of, found["lines"]))}))


def told_ingest(house: House, run_id: str) -> Ingested:
    """What came of an ingest; its shelf goes."""
    found = json.loads(house.drafts.get(run_id, TOLD))
    house.drafts.drop(run_id)
    return Ingested(**found)


def decide_only(house: House, asked: Asked) -> Summary:
    """What would be opened and what not, decided now; nothing is opened, nothing written."""
    plan, out = planned(house, asked, load_records(house))
    permitted = [
        SessionLine(session_id=p.session_id, outcome=Outcome.PERMITTED) for i in plan.items for p in i.permits.values()
    ]
    return Summary(
        run_id="dry-run",
        use=asked.use,
        recipient=asked.recipient,
        as_of=asked.at.astimezone(house.zone).isoformat(timespec="minutes"),
        release_id="",
        lines=(*permitted, *out, *plan.lines),
    )


def standing_runs(house: House) -> list[str]:
    """A run for each standing request of the settings; the first one ingests."""
    now = datetime.now(UTC)
    return [
        begin(
            house,
            Asked(
                use=wanted.use,
                recipient=wanted.recipient,
                as_of=instant(house, None, now).isoformat(),
                actor="nightly",
                ingest=n == 0,
            ),
        )
        for n, wanted in enumerate(house.settings.standing)
    ]


def _drafts(
    house: House, run_id: str, planned: dict[str, list[tuple[int, list[str]]]]
) -> Iterator[tuple[int, Drafted]]:
    for first, sessions in planned["chunks"]:
        for n in range(first, first + len(sessions)):
            yield n, drafted(house, run_id, n)


def _published(house: House, run_id: str, asked: Asked, ready: tuple[Heading, ...]) -> str:
    """Decide again, by the clock of now where the run was asked for now, and publish."""
    asked = asked.now(datetime.now(UTC))
    going = Going(asked=asked, records=load_records(house), policy=house.policy(asked.use), drafts=ready)
    return publish(house, run_id, going)


def _tell(house: House, run_id: str, told: Summary) -> dict[str, int]:
    """The internal summary: two files in `reports/`, and the run's own sheet."""
    reports = house.workspace / "reports"
    with naming("reports"):
        write_whole(reports / f"run-{told.run_id}.csv", as_csv(told).encode())
        write_whole(reports / f"run-{told.run_id}.html", as_html(told).encode())
    house.drafts.put(run_id, TOLD, json.dumps(asdict(told)).encode())
    counts = {outcome.value.replace(" ", "_"): n for outcome, n in told.counts().items()}
    house.runs.end(run_id, RunState.DONE, at=datetime.now(UTC), counts=counts)
    return counts


def _by_number(line: SessionLine) -> tuple[str, int]:
    """Rows of a table in the order of their numbers."""
    session, _, row = line.session_id.rpartition(".")
    return (session, int(row)) if session and row.isdigit() else (line.session_id, 0)
