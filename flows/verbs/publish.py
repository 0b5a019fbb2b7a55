"""publish: ask for consent once more, then the whole package or nothing, then ledger and reviews say so.

A kill at any moment leaves either the whole release or none:
- the release is entered as begun, with all that has to be said once it stands (its closing sheet);
- the package is staged, renamed whole; then the closing sheet is carried out in one transaction;
- what a killed run left begun is finished by the next run where its package stands, and dropped where it does not.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from flows.verbs.asking import Asked, request_of
from flows.verbs.drafted import Drafted
from flows.verbs.plan import make_plan
from flows.verbs.records import Records
from flows.wiring import House, detector
from pipeline.consent.exit import stale_rows
from pipeline.consent.meanings import MEANINGS
from pipeline.errors import Fault, StateError
from pipeline.events import EventKind, event
from pipeline.labels import Category
from pipeline.policy import Policy
from pipeline.release import MANIFEST, Copy, Origin, Piece, Scope, compose
from pipeline.storage.database import Transaction
from pipeline.storage.lock import one_at_a_time
from pipeline.storage.packages import publish as publish_package
from pipeline.storage.reviews import ReviewState, can_step
from pipeline.storage.runs import Release, ReleaseState, RunState

CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What goes out together. drafts: by their number in the run."""

    asked: Asked
    records: Records = field(repr=False)
    policy: Policy
    drafts: tuple[tuple[int, Drafted], ...] = field(repr=False)


def publish(house: House, run_id: str, going: Going) -> str:
    """Write the release; its id. Raises StateError (stale decision, another release at work), StorageError.

    All that could have changed since the copies were made is asked again with the lock held."""
    with one_at_a_time(house.workspace / "vault" / "release.lock", what="release"):
        finish_begun(house)
        check_still_permitted(house, going)
        check_still_free(house, going)
        release_id = f"{going.asked.use}-{going.asked.at.astimezone(house.zone):%Y%m%d}-{secrets.token_hex(4)}"
        release = _entered(going, release_id)
        closing = _closing(going, release_id)
        house.drafts.put(_shelf(release_id), CLOSING, json.dumps(closing).encode())
        house.releases.begin(release)
        standing = False
        try:
            files = publish_package(house.workspace / "releases" / release_id, _files(house, run_id, going, release_id))
            standing = True
        finally:
            if not standing:
                house.releases.drop(release_id)
                house.drafts.drop(_shelf(release_id))
        manifest = next(f.digest for f in files if f.name == MANIFEST)
        _close(house, release_id, closing, manifest)
    return release_id


def finish_begun(house: House) -> None:
    """Finish or drop what a killed run left. Call it with the release lock held."""
    for release in house.releases.unfinished():
        manifest = house.workspace / "releases" / release.release_id / MANIFEST
        if manifest.is_file():
            closing = json.loads(house.drafts.get(_shelf(release.release_id), CLOSING))
            _close(house, release.release_id, closing, hashlib.sha256(manifest.read_bytes()).hexdigest())
        else:
            house.releases.drop(release.release_id)
            house.drafts.drop(_shelf(release.release_id))


def check_still_permitted(house: House, going: Going) -> None:
    """Decide again. StateError where the outcome of anything that goes out has changed since it was prepared."""
    plan = make_plan(house, going.records, request_of(going.asked, going.records, going.policy), going.policy)
    before = {d.session_id: d.decided for _, d in going.drafts}
    now = {i.entry.session_id: i.decided for i in plan.items if i.entry.session_id in before}
    check_unchanged(before, now)


def check_unchanged(before: dict[str, str], now: dict[str, str]) -> None:
    """StateError with every session whose outcome is not what it was. Outcomes by session id."""
    stale = stale_rows(before, now)
    if stale:
        faults = [Fault(place=f"session `{r.detail}`", what=f"{r.code}: {MEANINGS[r.code].change}") for r in stale]
        raise StateError("nothing was released: the records changed while the run was at work; run again", faults)


def check_still_free(house: House, going: Going) -> None:
    """StateError where a copy went out with another run, or was sent back or replaced, since it was prepared."""
    faults = []
    for _, draft in going.drafts:
        if not can_step(house.reviews.show(draft.item_id), ReviewState.RELEASED, actor=going.asked.actor):
            what = "another run released it, or somebody decided about it meanwhile; run again"
            faults.append(Fault(place=f"session `{draft.session_id}`", what=what))
    if faults:
        raise StateError("nothing was released", faults)


def _shelf(release_id: str) -> str:
    return f"release {release_id}"


def _entered(going: Going, release_id: str) -> Release:
    keys = "\n".join(sorted(d.work_key for _, d in going.drafts))
    return Release(
        release_id=release_id,
        series=going.asked.series,
        use=going.asked.use,
        recipient=going.asked.recipient,
        fingerprint=hashlib.sha256(keys.encode()).hexdigest(),
        manifest_digest="",
        state=ReleaseState.BEGUN,
        at=going.asked.at,
        replaced_by=None,
    )


def _closing(going: Going, release_id: str) -> dict[str, Any]:
    drafts = [d for _, d in going.drafts]
    return {
        "actor": going.asked.actor,
        "as_of": going.asked.as_of,
        "use": going.asked.use,
        "recipient": going.asked.recipient,
        "policy_digest": going.policy.digest,
        "detector_digest": detector().digest,
        "records_digest": going.records.digest,
        "done": [
            {
                "item": d.item_id,
                "work_key": d.work_key,
                "source": d.source_id,
                "sessions": list(d.sessions),
                "persons": sorted(d.voices),
                "records": sorted(set(d.records)),
                "lines": {line.session_id: [line.kept, line.withheld] for line in d.lines if line.kept},
            }
            for d in drafts
        ],
    }


def _close(house: House, release_id: str, closing: dict[str, Any], manifest_digest: str) -> None:
    """Say everywhere that a release stands, in one transaction; then forget its closing sheet."""
    now = datetime.now(UTC)
    common = {key: closing[key] for key in ("as_of", "use", "recipient", "policy_digest", "detector_digest")}
    with house.database.writing() as transaction:
        house.releases.complete(release_id, manifest_digest=manifest_digest, joined=transaction)
        told = []
        for done in closing["done"]:
            _step_to_released(house, done["item"], closing["actor"], release_id, transaction)
            run_id = house.runs.begin("released", done["work_key"], at=now, joined=transaction)
            counts = {
                f"{s} {what}": n for s, pair in done["lines"].items() for what, n in zip(_PAIR, pair, strict=True)
            }
            house.runs.end(run_id, RunState.DONE, at=now, counts=counts, joined=transaction)
            told.append(
                event(
                    EventKind.RELEASED,
                    at=now,
                    actor=closing["actor"],
                    release=release_id,
                    source=done["source"],
                    sessions=tuple(done["sessions"]),
                    persons=tuple(done["persons"]),
                    records=tuple(done["records"]),
                    records_digest=closing["records_digest"],
                    manifest_digest=manifest_digest,
                    **common,
                )
            )
        house.ledger.append(told, joined=transaction)
    house.drafts.drop(_shelf(release_id))


def _step_to_released(house: House, item_id: str, actor: str, release_id: str, transaction: Transaction) -> None:
    """The package stands, so nothing here may fail for good: an item that another run replaced in the last moment
    stays as it is, and the ledger says what went out."""
    if can_step(house.reviews.show(item_id), ReviewState.RELEASED, actor=actor):
        now = datetime.now(UTC)
        house.reviews.step(
            item_id, ReviewState.RELEASED, actor=actor, at=now, release_id=release_id, joined=transaction
        )


_PAIR = ("kept", "withheld")


def _files(house: House, run_id: str, going: Going, release_id: str) -> Iterator[Piece]:
    drafts = [d for _, d in going.drafts]
    head = house.ledger.head()
    voices = {person: role for d in drafts for person, role in d.voices.items()}
    origin = Origin(
        release_id=release_id,
        use=going.asked.use,
        recipient=going.asked.recipient,
        as_of=going.asked.as_of,
        policy=going.policy,
        detector=detector().digest,
        records=going.records.digest,
        people=Counter(voices.values()),
        signer=house.keyring.public_key_name(),
        ledger=(head.digest, head.count),
    )
    return compose(_copies(house, run_id, going), _scope(house, going), origin, house.keyring.sign)


def _copies(house: House, run_id: str, going: Going) -> Iterator[Copy]:
    """In the order of their random codes: that of the run tells the order of the sessions."""
    for n, draft in sorted(going.drafts, key=lambda numbered: numbered[1].document):
        yield draft.copy(house, run_id, n)


def _scope(house: House, going: Going) -> Scope:
    drafts = [d for _, d in going.drafts]
    return Scope(
        use=going.asked.use,
        recipient=going.asked.recipient,
        note_classes=tuple(sorted({d.note_class for d in drafts})),
        categories=tuple(c for c in Category if any(c in t.categories for d in drafts for t in d.turns)),
        latest_expiry=_latest_expiry(going),
        contact=house.settings.program.contact,
    )


def _latest_expiry(going: Going) -> date | None:
    """The last day on which a consent behind the release ends; None where one ends by an event."""
    behind = {ref for _, d in going.drafts for ref in d.records}
    rows = [r for person in going.records.store.records.values() for r in person]
    found = [r.expires_on for r in rows if f"{r.consent_id}+{r.version}" in behind]
    days = [moment.day for moment in found if moment is not None]
    return max(days) if days and len(days) == len(found) else None
