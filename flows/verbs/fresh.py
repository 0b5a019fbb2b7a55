"""What of a plan has to be done now: without what is out already and what stays in as before; and by which worker.

- What a recipient has, by the same source, decision, policy, detector and marks, is not opened again.
- Codes and names are drawn before the first chunk, in the order of the sessions: no engine changes what goes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.verbs.asking import Asked, request_of
from flows.verbs.chunk import work_keys
from flows.verbs.idle import idle_key, lines_of_before
from flows.verbs.learning import learned_of
from flows.verbs.plan import Item, Plan, make_plan
from flows.verbs.records import Records
from flows.wiring import House
from pipeline.consent.read_sessions import EntryKind
from pipeline.storage.crosswalk import SubjectKind
from pipeline.summary import Outcome, SessionLine


def planned(house: House, asked: Asked, records: Records) -> tuple[Plan, list[SessionLine]]:
    """The plan without what the recipient has already and what stays in as before, and the lines of both."""
    policy = house.policy(asked.use)
    plan = make_plan(house, records, request_of(asked, records, policy), policy)
    keys = list(work_keys(plan.items, asked, policy, house.marks.by_source(), learned_of(house).digest))
    done = house.runs.all_done("released", keys)
    fresh: list[Item] = []
    lines: list[SessionLine] = []
    for item, key in zip(plan.items, keys, strict=True):
        if key in done:
            lines += _out(item, dict(done[key].counts))
        elif (before := lines_of_before(house, idle_key(key, item, records))) is not None and not asked.read_all:
            lines += before
        else:
            fresh.append(item)
    return Plan(items=tuple(fresh), lines=plan.lines), lines


def _out(item: Item, counts: Mapping[str, int]) -> Iterator[SessionLine]:
    for permit in item.permits.values():
        yield SessionLine(
            session_id=permit.session_id,
            outcome=Outcome.ALREADY_RELEASED,
            kept=counts.get(f"{permit.session_id} kept", 0),
            withheld=counts.get(f"{permit.session_id} withheld", 0),
        )


def allot(house: House, asked: Asked, records: Records, plan: Plan) -> None:
    """Draw codes and names for whoever and whatever has none, in the order of the sessions: so that no engine, and no
    order in which its workers come, changes what goes out. Whoever is named may be anybody of the program."""
    present = (p.person_id for i in plan.items for p in records.participants.get(i.entry.session_id, ()))
    house.crosswalk.allot(asked.series, dict.fromkeys([*present, *records.people]))
    groups = (i.entry.program or i.entry.session_id for i in plan.items if i.entry.kind is EntryKind.GROUP)
    house.crosswalk.allot(asked.series, dict.fromkeys(groups), kind=SubjectKind.GROUP)
    house.crosswalk.name_copies(asked.series, [i.source.ref.source_id for i in plan.items])


def chunked(items: tuple[Item, ...], most: int) -> Iterator[tuple[int, tuple[Item, ...]]]:
    """The number of the first item of each chunk, and its items: sources of up to `most` bytes, and at least one."""
    first, size, chunk = 0, 0, list[Item]()
    for item in items:
        if chunk and size + item.source.ref.size > most:
            yield first, tuple(chunk)
            first, size, chunk = first + len(chunk), 0, []
        chunk.append(item)
        size += item.source.ref.size
    if chunk:
        yield first, tuple(chunk)
