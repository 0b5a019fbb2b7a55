"""shred: destroy what the vault holds of one person, so that nobody can ever open it again.

- Documents of the person alone: the key is destroyed, then the file. Group sessions and tables of many: sealed anew
  without the person's turns or rows, and with what is known to be their name masked in the words of others; then the
  old one is destroyed. What an unknown voice said goes too: it may be theirs. Earlier versions are destroyed whole.
- The key of their crosswalk is destroyed: no code leads back to them. Cached spans, drafts, held copies, marks and the
  restricted log of these documents go. Their files in the inbox go, or the next ingest would seal them again.
- What stays: the accounting in the ledger (an id, no word), the records of the program, words of others about them.
- All of it is one transaction; the files of the inbox and the drafts go before it, so that a rerun finishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.account import OUT, check_person, disclosures
from flows.verbs.asking import check_actor
from flows.verbs.clock import check_clock
from flows.verbs.closing import finish_begun
from flows.verbs.held import HELD
from flows.verbs.ingest import container_of
from flows.verbs.plan import mapping_of
from flows.verbs.records import Records, load_records
from flows.verbs.reseal import rows_without, turns_without
from flows.verbs.teach import GOLD, LABEL_STUDIO, gold_name
from flows.wiring import House, open_house
from pipeline.consent.read_sessions import EntryKind, SessionEntry
from pipeline.errors import InputError
from pipeline.events import EventKind, event
from pipeline.model import Role
from pipeline.reviewing.review import OPEN, ReviewState
from pipeline.storage.database import Transaction
from pipeline.storage.faults import naming
from pipeline.storage.grants import GrantPurpose, OperatorGrant
from pipeline.storage.lock import one_at_a_time
from pipeline.storage.shredding import forget_source
from pipeline.storage.vault import SealedRef, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """What goes of one session. versions: the sealed versions of its file that go, oldest first; current: the newest
    one is among them. shared: others are in it. instead: the bytes that are sealed anew, None where nothing is left;
    they are made only when it is done."""

    entry: SessionEntry
    versions: tuple[Source, ...]
    current: bool
    shared: bool
    instead: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShredTold:
    """What was destroyed, or would be. alone, shared: documents of the person alone, and those of several. out:
    releases that still hold words of the person; inbox: files that go from there."""

    person_id: str
    done: bool
    alone: int
    shared: int
    inbox: int
    out: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "person": self.person_id,
            "done": self.done,
            "documents": self.alone,
            "resealed": self.shared,
            "inbox_files": self.inbox,
            "releases_out": list(self.out),
        }

    def lines(self) -> list[str]:
        """In sentences."""
        verb = "destroyed" if self.done else "to be destroyed"
        lines = [
            f"{verb}: {self.alone} documents of `{self.person_id}` alone, and the key that leads from codes to them",
            f"{'sealed' if self.done else 'to be sealed'} again without them: {self.shared} documents of several",
            f"{'removed' if self.done else 'to be removed'} from the inbox: {self.inbox} files",
        ]
        if self.out:
            lines.append(f"still out with words of theirs: {', '.join(self.out)}; `storykeeper recall` calls them back")
        if self.done:
            lines.append("kept: the accounting of what was shared, `storykeeper account`")
            lines.append("next: `storykeeper keys rotate`, and let backups expire: they still hold the old keys")
        else:
            lines.append("nothing was done; type it again with --yes to do it: nothing brings it back")
        return lines


def shred(workspace: Path, person_id: str, *, actor: str, yes: bool) -> ShredTold:
    """Destroy what the vault holds of a person; without `yes` only say what that is. UsageError for nobody."""
    check_actor(actor)
    with open_house(workspace) as house:
        records = load_records(house)
        check_person(house, records, person_id)
        if not yes:
            return _told(house, records, person_id, list(_doomed(house, records, person_id)), done=False)
        now = datetime.now(UTC)
        check_clock(house, now)
        with one_at_a_time(house.workspace / "vault" / "release.lock", what="release"):
            finish_begun(house)
            made = (_made(house, records, person_id, one) for one in _doomed(house, records, person_id))
            doomed = [one for one in made if one is not None]
            told = _told(house, records, person_id, doomed, done=True)
            _forget_drafts(house, doomed)
            for path in (*_inbox_files(house, doomed), *_gold_files(house, doomed)):
                with naming("workspace"):
                    path.unlink()
            with house.database.writing() as transaction:
                _destroy(house, person_id, doomed, actor, now, transaction)
    return told


def _doomed(house: House, records: Records, person_id: str) -> Iterator[Doomed]:
    """Every session file in which the person is a client or guest, or stands in a row."""
    for entry in records.sessions:
        if entry.file is None:
            continue
        versions = house.vault.versions(entry.file)
        if not versions:
            continue
        if entry.kind is EntryKind.TABLE:
            theirs = tuple(v for v in versions if _has_rows(house, entry, v, person_id))
            if theirs:
                yield Doomed(entry=entry, versions=theirs, current=theirs[-1] == versions[-1], shared=True)
            continue
        listed = records.participants.get(entry.session_id, ())
        members = {p.person_id for p in listed if p.role is not Role.STAFF}
        if person_id in members:
            yield Doomed(entry=entry, versions=versions, current=True, shared=len(members) > 1)


def _has_rows(house: House, entry: SessionEntry, version: Source, person_id: str) -> bool:
    """Whether the person stands in a version of a table; one that cannot be read any more counts as if they did."""
    data = house.vault.unseal(version.ref.source_id, permit=_grant(entry))
    try:
        return rows_without(data, mapping_of(house, entry), person_id) != data
    except InputError:
        return True


def _made(house: House, records: Records, person_id: str, one: Doomed) -> Doomed | None:
    """With the bytes that take the place of the newest version, where others are in it; None where that one holds
    nothing of the person any more and there is no older one. InputError where it cannot be read."""
    if not one.shared or not one.current:
        return one
    data = house.vault.unseal(one.versions[-1].ref.source_id, permit=_grant(one.entry))
    mapping = mapping_of(house, one.entry)
    if mapping is not None:
        instead = rows_without(data, mapping, person_id)
    else:
        instead = turns_without(data, one.entry, records.roster(one.entry.session_id), person_id)
    if instead == data:
        older = one.versions[:-1]
        return replace(one, versions=older, current=False) if older else None
    return replace(one, instead=instead)


def _grant(entry: SessionEntry) -> OperatorGrant:
    return OperatorGrant(session_id=entry.session_id, actor="shred", purpose=GrantPurpose.RESEAL)


def _forget_drafts(house: House, doomed: list[Doomed]) -> None:
    """The shelves of runs, failures and of what reviewers taught go whole (nobody can tell whose words they quote;
    `review teach` makes the lists again); of held copies those of the documents."""
    house.drafts.sweep(keep=(HELD,), older_than_s=0.0)
    for one in doomed:
        for version in one.versions:
            for item in house.reviews.list(source_id=version.ref.source_id):
                house.drafts.remove(HELD, item.item_id)


def _inbox_files(house: House, doomed: list[Doomed]) -> list[Path]:
    places = (house.workspace / "inbox" / str(one.entry.file) for one in doomed if one.current)
    return [path for path in places if path.is_file() and not path.is_symlink()]


def _gold_files(house: House, doomed: list[Doomed]) -> list[Path]:
    """What `review teach --gold` wrote of these documents, and the file of all together."""
    texts = [m.text_digest for one in doomed for v in one.versions for m in house.marks.of_source(v.ref.source_id)]
    places = [house.workspace / GOLD / name for name in (*map(gold_name, texts), LABEL_STUDIO)]
    return [path for path in places if path.is_file()]


def _destroy(
    house: House, person_id: str, doomed: list[Doomed], actor: str, now: datetime, transaction: Transaction
) -> None:
    told = []
    gone = []
    for one in doomed:
        if one.instead is not None:
            ref = _sealed_anew(house, one, transaction)
            told.append(event(EventKind.INGESTED, at=now, actor=actor, source=ref.source_id, source_digest=ref.digest,
                              bytes=ref.size))  # fmt: skip
        for version in one.versions:
            source_id = version.ref.source_id
            for item in house.reviews.list(source_id=source_id, states=OPEN):
                house.reviews.step(item.item_id, ReviewState.WITHHELD, actor=actor, at=now, joined=transaction)
            forget_source(transaction, source_id)
            house.vault.shred(source_id, joined=transaction)
            gone.append(source_id)
    house.crosswalk.shred(person_id, joined=transaction)
    told.append(event(EventKind.SHREDDED, at=now, actor=actor, person=person_id, sources=tuple(gone)))
    house.ledger.append(told, joined=transaction)
    transaction.afterwards(house.database.forget_deleted)


def _sealed_anew(house: House, one: Doomed, transaction: Transaction) -> SealedRef:
    assert one.instead is not None
    assert one.entry.file is not None
    container = container_of(one.instead)
    return house.vault.seal(one.instead, place=one.entry.file, container=container, joined=transaction)


def _told(house: House, records: Records, person_id: str, doomed: list[Doomed], *, done: bool) -> ShredTold:
    found = disclosures(house, records, person_id, now=datetime.now(UTC), whole=True)
    return ShredTold(
        person_id=person_id,
        done=done,
        alone=sum(not one.shared for one in doomed),
        shared=sum(one.shared for one in doomed),
        inbox=len(_inbox_files(house, doomed)),
        out=tuple(d.release_id for d in found if d.state == OUT),
    )
