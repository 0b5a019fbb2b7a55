"""recall, step by step: what the tasks of its flow call. Ids alone pass between the steps.

- First every release that is out is decided again without opening anything. Each one that may hold too much is then
  called back by itself, whole or not at all: a kill between two leaves the first done and the second as it was.
- Records that cannot be read recall nothing: a fault is not a no. What cannot be decided is told to the manager.
- With the release lock held the decision is asked once more; where it changed meanwhile, nothing is called back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.asking import instant
from flows.verbs.clock import check_clock
from flows.verbs.closing import RECALLS, clear_away, finish_begun, say_recalled
from flows.verbs.out import released, releases_out
from flows.verbs.packing import RELEASES
from flows.verbs.publish import Going, Replacing, check_unchanged, new_release_id, write_release
from flows.verbs.recall_look import Look, bench_of, check_decidable, look, look_closely
from flows.verbs.recall_make import Left, make_left, notice_of, recalled_of, rows_of, sessions_gone
from flows.verbs.records import Records, load_records
from flows.wiring import House
from pipeline.errors import ConsentError
from pipeline.package.recalled import LETTER, MACHINE, ROWS, SIGNATURE, Notice, letter, machine, rows_csv
from pipeline.recall import Cause
from pipeline.release import MANIFEST
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming
from pipeline.storage.lock import one_at_a_time
from pipeline.storage.packages import publish as publish_package
from pipeline.storage.runs import Release, ReleaseState, RunState

SHEET, PLAN, DUE = "recall", "plan", "recall-due.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAsked:
    """A recall as it was asked for. by_clock: as_of was read from the clock. labels: read every document again, also
    those about which nobody's answer changed."""

    as_of: str
    actor: str
    by_clock: bool
    labels: bool = False

    def at(self, now: datetime) -> datetime:
        """The instant decided for: that of now, where it was asked for by the clock."""
        return now if self.by_clock else datetime.fromisoformat(self.as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTold:
    """What a recall came to for one release. state: `recalled`, `replaced`, `stays`, or `to be recalled` where nothing
    was done. documents, rows: how many are called back; in a look that opened nothing, those that may be, in part or
    whole. persons, sessions, causes: for the program alone. held: documents of the replacement that wait for a second
    person. undecided: sessions about which nobody can say today."""

    release_id: str
    use: str
    recipient: str
    state: str
    documents: int = 0
    rows: int = 0
    replaced_by: str = ""
    causes: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    held: int = 0
    undecided: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return asdict(self)


def begin_recall(house: House, asked: RecallAsked) -> str:
    """Enter a recall; its run id is all that the flow is given. StateError where the clock was set back."""
    check_clock(house, datetime.now(UTC))
    run_id = house.runs.begin("recall", "asked", at=datetime.now(UTC))
    house.drafts.put(run_id, SHEET, json.dumps(asdict(asked)).encode())
    return run_id


def asked_now(house: House, as_of: str | None, *, actor: str, labels: bool = False) -> RecallAsked:
    """A recall asked for in this moment. UsageError for a time that is none."""
    at = instant(house, as_of, datetime.now(UTC))
    return RecallAsked(as_of=at.isoformat(), actor=actor, by_clock=as_of is None, labels=labels)


def look_only(house: House, asked: RecallAsked) -> tuple[ReleaseTold, ...]:
    """What a recall would find. Nothing is opened, nothing written. ConsentError where the records cannot be read."""
    check_clock(house, datetime.now(UTC))
    return tuple(_told(found, "to be recalled") for found in _looks(house, asked))


def look_run(house: House, run_id: str) -> int:
    """Finish what was cut off and decide again about everything that is out; how many releases are to be looked at."""
    asked = _asked(house, run_id)
    with one_at_a_time(house.workspace / "vault" / "release.lock", what="release"):
        finish_begun(house)
    check_clock(house, datetime.now(UTC))
    wanted, told = [], []
    for found in _looks(house, asked):
        if found.affected or asked.labels:
            wanted.append(found.release.release_id)
        else:
            told.append(asdict(_told(found, "stays")))
    house.drafts.put(run_id, PLAN, json.dumps({"wanted": wanted, "told": told}).encode())
    return len(wanted)


def call_back(house: House, run_id: str, n: int) -> None:
    """Call back what may no longer be out of one release, and put what is left in its place."""
    asked = _asked(house, run_id)
    release = released(house, json.loads(house.drafts.get(run_id, PLAN))["wanted"][n])
    records = load_records(house)
    check_decidable(records)
    at = asked.at(datetime.now(UTC))
    found = look_closely(house, records, release, at=at, actor=asked.actor, labels=asked.labels)
    told = _told(found, "stays")
    if found.affected:
        shelf = f"{run_id} {n}"
        left = make_left(bench_of(house, records, found.asked), found, shelf)
        replaced_by = _replaced(house, found, left, asked, shelf)
        told = _told(found, "replaced" if replaced_by else "recalled", replaced_by, left.held)
        house.drafts.drop(shelf)
    else:
        _remember(house, found)
    house.drafts.put(run_id, f"told-{n}", json.dumps(asdict(told)).encode())


def told_recall(house: House, run_id: str) -> tuple[ReleaseTold, ...]:
    """What came of a recall; its shelf goes, and the note of the night that one is due."""
    plan = json.loads(house.drafts.get(run_id, PLAN))
    found = plan["told"] + [json.loads(house.drafts.get(run_id, f"told-{n}")) for n in range(len(plan["wanted"]))]
    told = tuple(map(_told_of, found))
    house.drafts.drop(run_id)
    counts = {"releases": len(told), "recalled": sum(t.state in ("recalled", "replaced") for t in told)}
    house.runs.end(run_id, RunState.DONE, at=datetime.now(UTC), counts=counts)
    with naming("reports"):
        (house.workspace / "reports" / DUE).unlink(missing_ok=True)
    return told


def check_recall(house: House) -> int:
    """The nightly look at all that is out: how many releases wait for a recall. Which ones stands in
    `reports/recall-due.json`; there is no such file where nothing is due. Nothing is opened and nothing called back:
    that is for a person to start. Records that cannot be read leave the file as it was: the releases of the night say
    what is wrong with them."""
    place = house.workspace / "reports" / DUE
    asked = asked_now(house, None, actor="nightly")
    with suppress(ConsentError):
        return _write_due(place, asked, look_only(house, asked))
    return 0


def _write_due(place: Path, asked: RecallAsked, found: Iterable[ReleaseTold]) -> int:
    due = [one for one in found if one.documents or one.undecided]
    with naming("reports"):
        if due:
            told = {"as_of": asked.as_of, "releases": [one.as_json() for one in due]}
            write_whole(place, (json.dumps(told, indent=2) + "\n").encode())
        else:
            place.unlink(missing_ok=True)
    return sum(1 for one in due if one.documents)


def _told_of(found: dict[str, Any]) -> ReleaseTold:
    """As `as_json` gave it and JSON kept it."""
    tuples: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
    return ReleaseTold(**tuples)


def _asked(house: House, run_id: str) -> RecallAsked:
    return RecallAsked(**json.loads(house.drafts.get(run_id, SHEET)))


def _looks(house: House, asked: RecallAsked) -> Iterator[Look]:
    records = load_records(house)
    check_decidable(records)
    for release in releases_out(house):
        yield look(house, records, release, at=asked.at(datetime.now(UTC)), actor=asked.actor)


def _replaced(house: House, found: Look, left: Left, asked: RecallAsked, shelf: str) -> str | None:
    """Let what is left take the place of a release, with the lock held; the id of the replacement, None where nothing
    is left. The notice stands first, then the replacement, then all that is said of both: what is cut off in between is
    finished or undone by the next run."""
    with one_at_a_time(house.workspace / "vault" / "release.lock", what="release"):
        finish_begun(house)
        now = datetime.now(UTC)
        check_clock(house, now)
        records = load_records(house)
        _check_still(house, records, found, asked.at(now))
        replaced_by = new_release_id(house, found.asked) if left.drafts else None
        recalled, notice = recalled_of(house, found, left), notice_of(house, found, left, replaced_by)
        release = found.release
        publish_package(house.workspace / RECALLS / release.release_id, _notice_files(house, release, notice))
        if replaced_by is None:
            with house.database.writing() as transaction:
                told = say_recalled(house, recalled, None, now, transaction)
                house.ledger.append([told], joined=transaction)
            clear_away(house)
            return None
        text = letter(notice)
        replacing = Replacing(
            recalled=recalled, manifest=release.manifest_digest, rows=notice.rows, letter=lambda _: text
        )
        policy = house.policy(release.use)
        going = Going(asked=found.asked, records=records, policy=policy, drafts=left.drafts, replacing=replacing)
        write_release(house, shelf, going, replaced_by)
        return replaced_by


def _check_still(house: House, records: Records, found: Look, at: datetime) -> None:
    """StateError where the release or a decision is not what it was when the replacement was made."""
    check_decidable(records)
    out = released(house, found.release.release_id)
    again = look(house, records, out, at=at, actor=found.asked.actor)
    gone = {out.release.release_id: "gone"} if out.release.state is not ReleaseState.COMPLETE else {}
    before = {v.session_id or v.source_id[:12]: v.decided for v in found.verdicts}
    now = {v.session_id or v.source_id[:12]: v.decided for v in again.verdicts}
    check_unchanged(before, now | gone)


def _notice_files(house: House, release: Release, notice: Notice) -> Iterator[tuple[str, bytes]]:
    """The notice, signed, and what the program keeps of the release: the manifest, which says what went out."""
    told = machine(notice)
    yield LETTER, letter(notice).encode()
    yield ROWS, rows_csv(notice).encode()
    yield MACHINE, told
    yield SIGNATURE, house.keyring.sign(told)
    manifest = house.workspace / RELEASES / release.release_id / MANIFEST
    if manifest.is_file():
        with naming(RELEASES):
            yield MANIFEST, manifest.read_bytes()


def _remember(house: House, found: Look) -> None:
    """What everybody allows now covers all that went out: it need not be read again as long as that holds."""
    for v in found.verdicts:
        if v.draft is not None and v.stays and not v.undecided and v.decided != v.draft.allowed:
            sheet = replace(v.draft, allowed=v.decided).as_bytes()
            house.sheets.renew(found.release.release_id, v.source_id, sheet)


def _told(found: Look, state: str, replaced_by: str | None = None, held: int = 0) -> ReleaseTold:
    called_back = found.affected
    causes = {c for v in called_back for c in v.causes}
    return ReleaseTold(
        release_id=found.release.release_id,
        use=found.release.use,
        recipient=found.release.recipient,
        state=state,
        documents=len(called_back),
        rows=len(rows_of(found)),
        replaced_by=replaced_by or "",
        causes=tuple(c.value for c in Cause if c in causes),
        persons=tuple(sorted({p for v in called_back for p in v.persons})),
        sessions=tuple(s for v in called_back for s in sessions_gone(v)),
        held=held,
        undecided=tuple(v.session_id for v in found.verdicts if v.undecided),
    )
