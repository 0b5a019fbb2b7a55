"""publish: ask for consent once more, then the whole package or nothing, then ledger and reviews say so.

A kill at any moment leaves either the whole release or none:
- the release is entered as begun, with all that has to be said once it stands (its closing sheet, closing.py);
- the package is staged, renamed whole; then the closing sheet is carried out in one transaction;
- what a killed run left begun is finished by the next run where its package stands, and dropped where it does not.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from flows.verbs.asking import Asked, request_of
from flows.verbs.clock import check_clock
from flows.verbs.closing import (
    CLOSING,
    Recalled,
    clear_away,
    close,
    drop_begun,
    finish_begun,
    recalled_as_json,
    shelf_of,
)
from flows.verbs.drafted import Heading, drafted, sheet
from flows.verbs.packing import Way, put_package
from flows.verbs.plan import make_plan
from flows.verbs.records import Records, load_records
from flows.wiring import House, detector
from pipeline.consent.exit import stale_rows
from pipeline.consent.meanings import MEANINGS
from pipeline.consent.small_cells import Shown, shown_parts
from pipeline.errors import Fault, StateError
from pipeline.labels import Category
from pipeline.policy import Policy
from pipeline.release import Copy, Origin, Piece, Replaces, Scope, compose
from pipeline.reviewing.review import ReviewState, can_step
from pipeline.storage.lock import one_at_a_time
from pipeline.storage.runs import Release, ReleaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """The release that another one takes the place of: what is called back of it, the digest of its manifest, the codes
    of its rows that go, and the letter to its recipient, which depends on the id of the replacement."""

    recalled: Recalled
    manifest: str
    rows: tuple[str, ...]
    letter: Callable[[str], str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What goes out together. drafts: what lies on the run's shelf. replacing: where it is a replacement."""

    asked: Asked
    records: Records = field(repr=False)
    policy: Policy
    drafts: tuple[Heading, ...] = field(repr=False)
    replacing: Replacing | None = None


def publish(house: House, run_id: str, going: Going) -> str:
    """Write the release; its id. Raises StateError (stale decision, another release at work), StorageError.

    All that could have changed since the copies were made is asked again with the lock held."""
    with one_at_a_time(house.workspace / "vault" / "release.lock", what="release"):
        finish_begun(house)
        check_clock(house, datetime.now(UTC))
        going = replace(going, records=load_records(house))  # as they are now that nobody else releases
        check_still_permitted(house, going)
        check_still_free(house, going)
        release_id = new_release_id(house, going.asked)
        write_release(house, run_id, going, release_id)
    return release_id


def new_release_id(house: House, asked: Asked) -> str:
    """Use, day and eight random hex digits."""
    return f"{asked.use}-{asked.at.astimezone(house.zone):%Y%m%d}-{secrets.token_hex(4)}"


def write_release(house: House, run_id: str, going: Going, release_id: str) -> None:
    """The whole package and all that is said of it, or nothing. Call it with the release lock held."""
    with house.database.reading() as connection:
        house.keyring.check_signer(connection)
    closing = _closing(going)
    house.drafts.put(shelf_of(release_id), CLOSING, json.dumps(closing).encode())
    with house.database.writing() as transaction:
        house.releases.begin(_entered(house, going, release_id), joined=transaction)
        sheets = ((d.source_id, sheet(house, run_id, d.n)) for d in going.drafts)
        house.sheets.put(release_id, sheets, joined=transaction)
    standing = False
    try:
        pieces = _files(house, run_id, going, release_id)
        manifest = put_package(house, release_id, shelf_of(release_id), pieces, _way(going))
        standing = True
    finally:
        if not standing:
            drop_begun(house, release_id)
            clear_away(house)
    close(house, release_id, closing, manifest)
    clear_away(house)


def _way(going: Going) -> Way:
    """To the key that was asked for, else to the one that the recipient registered."""
    entry = going.records.recipients.entries.get(going.asked.recipient)
    registered = None if entry is None else entry.age_public_key
    return Way(key=going.asked.encrypt_to or registered, keep_clear=going.asked.keep_clear)


def check_still_permitted(house: House, going: Going) -> None:
    """Decide again. StateError where the outcome of anything that goes out has changed since it was prepared."""
    plan = make_plan(house, going.records, request_of(going.asked, going.records, going.policy), going.policy)
    before = {d.session_id: d.decided for d in going.drafts}
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
    for draft in going.drafts:
        if not can_step(house.reviews.show(draft.item_id), ReviewState.RELEASED, actor=going.asked.actor):
            what = "another run released it, or somebody decided about it meanwhile; run again"
            faults.append(Fault(place=f"session `{draft.session_id}`", what=what))
    if faults:
        raise StateError("nothing was released", faults)


def _entered(house: House, going: Going, release_id: str) -> Release:
    keys = "\n".join(sorted(d.work_key for d in going.drafts))
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
        people=shown_parts(_people(going), _told_before(house, going.asked.series)),
    )


def _people(going: Going) -> Counter[str]:
    """People with words in it, by role."""
    return Counter({person: role for d in going.drafts for person, role in d.voices.items()}.values())


def _told_before(house: House, series: str) -> tuple[Shown, ...]:
    """What the releases that stand told the same recipient of their people."""
    return tuple(
        r.people for r in house.releases.list() if r.series == series and r.state is not ReleaseState.BEGUN and r.people
    )


def _closing(going: Going) -> dict[str, Any]:
    return {
        "actor": going.asked.actor,
        "as_of": going.asked.as_of,
        "use": going.asked.use,
        "recipient": going.asked.recipient,
        "policy_digest": going.policy.digest,
        "detector_digest": detector().digest,
        "records_digest": going.records.digest,
        "recalled": recalled_as_json(None if going.replacing is None else going.replacing.recalled),
        "done": [
            {
                "item": d.item_id,
                "work_key": d.work_key,
                "source": d.source_id,
                "sessions": list(d.sessions),
                "persons": sorted(d.voices),
                "records": sorted(set(d.records)),
                "categories": sorted(c.value for c in d.categories),
                "lines": {line.session_id: [line.kept, line.withheld] for line in d.lines if line.kept},
            }
            for d in going.drafts
        ],
    }


def _files(house: House, run_id: str, going: Going, release_id: str) -> Iterator[Piece]:
    head = house.ledger.head()
    origin = Origin(
        release_id=release_id,
        use=going.asked.use,
        recipient=going.asked.recipient,
        as_of=going.asked.as_of,
        policy=going.policy,
        detector=detector().digest,
        records=going.records.digest,
        people=_people(going),
        earlier=_told_before(house, going.asked.series),
        signer=house.keyring.public_key_name(),
        ledger=(head.digest, head.count),
        replaces=_replaces(going.replacing, release_id),
    )
    return compose(_copies(house, run_id, going), _scope(house, going), origin, house.keyring.sign)


def _replaces(replacing: Replacing | None, release_id: str) -> Replaces | None:
    if replacing is None:
        return None
    old, letter = replacing.recalled.release_id, replacing.letter(release_id)
    return Replaces(release_id=old, manifest=replacing.manifest, rows=replacing.rows, notice=letter)


def _copies(house: House, run_id: str, going: Going) -> Iterator[Copy]:
    """In the order of their random codes: that of the run tells the order of the sessions."""
    for d in sorted(going.drafts, key=lambda d: d.document):
        yield drafted(house, run_id, d.n).copy(house, run_id, d.n)


def _scope(house: House, going: Going) -> Scope:
    return Scope(
        use=going.asked.use,
        recipient=going.asked.recipient,
        note_classes=tuple(sorted({d.note_class for d in going.drafts})),
        categories=tuple(c for c in Category if any(c in d.categories for d in going.drafts)),
        latest_expiry=_latest_expiry(going),
        contact=house.settings.program.contact,
    )


def _latest_expiry(going: Going) -> date | None:
    """The last day on which a consent behind the release ends; None where one ends by an event."""
    behind = {ref for d in going.drafts for ref in d.records}
    rows = [r for person in going.records.store.records.values() for r in person]
    found = [r.expires_on for r in rows if f"{r.consent_id}+{r.version}" in behind]
    days = [moment.day for moment in found if moment is not None]
    return max(days) if days and len(days) == len(found) else None
