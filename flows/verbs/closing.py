"""What is said once a package stands, and how a killed run is finished: with the release lock held.

- The closing sheet lies in the vault from before the package is written. It is carried out in one transaction: the
  release is complete, reviews and runs say so, the ledger tells it; where it replaces another one, that is recalled.
- Only then is what was recalled taken off the disk. A notice that no recall stands behind is taken away, too.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.packing import RELEASES, digest_on_shelf, encrypted, sweep_outgoing
from flows.wiring import House
from pipeline.events import Event, EventKind, event
from pipeline.recall import NoticeState
from pipeline.release import MANIFEST
from pipeline.reviewing.review import ReviewState, can_step
from pipeline.storage.database import Transaction
from pipeline.storage.disk import flush_folder, remove_tree
from pipeline.storage.faults import naming
from pipeline.storage.packages import STAGING, sweep
from pipeline.storage.runs import ReleaseState, RunState

CLOSING = "closing"
RECALLS = "recalls"
_PAIR = ("kept", "withheld")
_OUT_NO_MORE = (ReleaseState.RECALLED, ReleaseState.REPLACED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What is called back of one release, in ids and codes. items, work_keys: of the copies that are out no more."""

    release_id: str
    use: str
    recipient: str
    as_of: str
    actor: str
    sources: tuple[str, ...]
    sessions: tuple[str, ...]
    persons: tuple[str, ...]
    causes: tuple[str, ...]
    rows: int
    items: tuple[str, ...]
    work_keys: tuple[str, ...]


def shelf_of(release_id: str) -> str:
    """The shelf of a release on its way."""
    return f"release {release_id}"


def close(house: House, release_id: str, closing: dict[str, Any], manifest_digest: str) -> None:
    """Say everywhere that a release stands, in one transaction; then forget its closing sheet."""
    now = datetime.now(UTC)
    with house.database.writing() as transaction:
        house.releases.complete(release_id, manifest_digest=manifest_digest, joined=transaction)
        told = []
        if closing["recalled"] is not None:
            told.append(say_recalled(house, _recalled_of(closing["recalled"]), release_id, now, transaction))
        for done in closing["done"]:
            _step_to_released(house, done["item"], closing["actor"], release_id, transaction)
            run_id = house.runs.begin("released", done["work_key"], at=now, joined=transaction)
            counts = {
                f"{s} {what}": n for s, pair in done["lines"].items() for what, n in zip(_PAIR, pair, strict=True)
            }
            house.runs.end(run_id, RunState.DONE, at=now, counts=counts, joined=transaction)
            told.append(_released(closing, done, release_id, manifest_digest, now))
        house.ledger.append(told, joined=transaction)
    house.drafts.drop(shelf_of(release_id))


def say_recalled(
    house: House, recalled: Recalled, replaced_by: str | None, now: datetime, transaction: Transaction
) -> Event:
    """Say everywhere but in the ledger that a release was called back; the event for the ledger."""
    house.releases.recall(recalled.release_id, replaced_by=replaced_by, joined=transaction)
    for item in recalled.items:
        house.reviews.take_back(item, at=now, joined=transaction)
    for key in recalled.work_keys:
        house.runs.undo("released", key, joined=transaction)
    return event(
        EventKind.RECALLED,
        at=now,
        actor=recalled.actor,
        release=recalled.release_id,
        replaced_by=replaced_by,
        use=recalled.use,
        recipient=recalled.recipient,
        as_of=recalled.as_of,
        sources=recalled.sources,
        sessions=recalled.sessions,
        persons=recalled.persons,
        kinds=recalled.causes,
        rows=recalled.rows,
        state=NoticeState.OPEN.value,
    )


@naming(RELEASES)
def _digest(manifest: Path) -> str:
    return hashlib.sha256(manifest.read_bytes()).hexdigest()


def finish_begun(house: House) -> None:
    """Finish or drop what a killed run left. Call it with the release lock held."""
    for release in house.releases.unfinished():
        manifest, shelf = house.workspace / RELEASES / release.release_id / MANIFEST, shelf_of(release.release_id)
        sealed = encrypted(house.workspace, release.release_id) is not None
        if sealed or manifest.is_file():
            closing = json.loads(house.drafts.get(shelf, CLOSING))
            digest = digest_on_shelf(house, shelf) if sealed else _digest(manifest)
            close(house, release.release_id, closing, digest)
        else:
            drop_begun(house, release.release_id)
    sweep_outgoing(house)
    clear_away(house)


def drop_begun(house: House, release_id: str) -> None:
    """Forget a release of which no package stands."""
    with house.database.writing() as transaction:
        house.releases.drop(release_id, joined=transaction)
        house.sheets.drop(release_id, joined=transaction)
    house.drafts.drop(shelf_of(release_id))


def clear_away(house: House) -> None:
    """Take recalled releases off the disk (their notices stay), and notices of recalls that did not come about. Call it
    where no release is unfinished: the notice of a recall stands before the recall is said."""
    recalled = {r.release_id for r in house.releases.list() if r.state in _OUT_NO_MORE}
    with naming(RELEASES):
        for path in _entries(house.workspace / RELEASES):
            if path.name.partition(".")[0] in recalled:
                _remove(path)
    with naming(RECALLS):
        for path in _entries(house.workspace / RECALLS):
            if path.name not in recalled:
                _remove(path)
    for folder in (RELEASES, RECALLS):
        if (house.workspace / folder).is_dir():
            sweep(house.workspace / folder)


def _entries(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if not p.name.startswith(".")) if folder.is_dir() else []


def _remove(path: Path) -> None:
    """Out of sight in one step, then away: a kill in between leaves nothing that looks like a release."""
    aside = path.with_name(f"{STAGING}{secrets.token_hex(8)}")
    path.rename(aside)
    flush_folder(path.parent)
    if aside.is_dir():
        remove_tree(aside)
    else:
        aside.unlink()


def recalled_as_json(recalled: Recalled | None) -> dict[str, Any] | None:
    """As it lies on a closing sheet."""
    return None if recalled is None else asdict(recalled)


def _recalled_of(found: dict[str, Any]) -> Recalled:
    tuples: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in found.items()}
    return Recalled(**tuples)


def _released(
    closing: dict[str, Any], done: dict[str, Any], release_id: str, manifest_digest: str, now: datetime
) -> Event:
    recalled = closing["recalled"]
    return event(
        EventKind.RELEASED,
        at=now,
        actor=closing["actor"],
        release=release_id,
        replaces=None if recalled is None else recalled["release_id"],
        source=done["source"],
        sessions=tuple(done["sessions"]),
        persons=tuple(done["persons"]),
        records=tuple(done["records"]),
        categories=tuple(done.get("categories", ())),
        records_digest=closing["records_digest"],
        manifest_digest=manifest_digest,
        **{key: closing[key] for key in ("as_of", "use", "recipient", "policy_digest", "detector_digest")},
    )


def _step_to_released(house: House, item_id: str, actor: str, release_id: str, transaction: Transaction) -> None:
    """The package stands, so nothing here may fail for good: an item that another run replaced in the last moment
    stays as it is, and the ledger says what went out."""
    if can_step(house.reviews.show(item_id), ReviewState.RELEASED, actor=actor):
        now = datetime.now(UTC)
        house.reviews.step(
            item_id, ReviewState.RELEASED, actor=actor, at=now, release_id=release_id, joined=transaction
        )
