"""The ledger: append-only, hash-chained, signed. What it says happened can be shown to somebody who trusts nobody.

- An event holds the digest of the one before it; a batch ends with a head (count and last digest) that is signed.
- The newest head lies also apart, sealed in the vault: a cut tail is seen, even if whole batches were cut. To roll both
  back takes a copy of the vault of that day; each manifest carries the head as well (a stated limit).
- The sealed head is written after the commit. A kill in between leaves a longer ledger than the sealed head says, with
  good signatures; that is whole, and the next batch (or `reseal`) brings the head up to it.
- Nothing is appended to a ledger whose tail was cut: that would bury it; nor with a signing key that was retired.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from pipeline.errors import Fault, LedgerError
from pipeline.events import Detail, Event, EventKind
from pipeline.storage.database import Database, Transaction
from pipeline.storage.disk import private_folder
from pipeline.storage.faults import naming
from pipeline.storage.keyring import Keyring
from pipeline.storage.ledgercheck import LedgerReport, verify
from pipeline.storage.ledgerhead import GENESIS, Head, SealedHead, chain_digest
from pipeline.storage.tables import events, ledger_heads

_PAGE = 5_000  # rows at a time: a walk over a million events stays small


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event as it stands in the ledger: its number from 1 and its digest."""

    seq: int
    event: Event
    digest: str


class Ledger:
    """The ledger of one workspace: in the database, its head apart in `folder`."""

    def __init__(self, database: Database, keyring: Keyring, folder: Path) -> None:
        with naming("ledger head"):
            private_folder(folder)
        self._database = database
        self._keyring = keyring
        self._apart = SealedHead(folder, keyring)
        if not self._apart.exists():
            self._begin()

    def append(self, batch: Iterable[Event], *, joined: Transaction | None = None) -> Head:
        """Add events as one batch, in order, all or none; with `joined` they commit with that write. Returns the new
        head. LedgerError where the ledger is shorter than its sealed head says: nothing is added."""
        given = tuple(batch)
        with self._database.writing(joined) as transaction:
            connection = transaction.connection
            head = self._stored_head(connection)
            self._check_tail(connection)
            if not given:
                return head
            self._keyring.check_signer(connection)
            rows, head = _chained(head, given)
            connection.execute(insert(events), rows)
            batch_nr = connection.execute(select(func.coalesce(func.max(ledger_heads.c.batch), 0) + 1)).scalar_one()
            connection.execute(insert(ledger_heads).values(self._signed(batch_nr, head)))
            transaction.afterwards(lambda: self._apart.raise_to(head))
        return head

    def head(self) -> Head:
        """How many events there are and the digest of the last one: what a manifest carries."""
        with self._database.reading() as connection:
            return self._stored_head(connection)

    def checked_head(self) -> Head:
        """The same, held against the head that lies apart: a quick look, no walk. LedgerError where they differ."""
        with self._database.reading() as connection:
            self._check_tail(connection)
            return self._stored_head(connection)

    def last_at(self) -> datetime | None:
        """When the newest event was written, None where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(events).order_by(events.c.seq.desc()).limit(1)).first()
        return None if row is None else _event(row).at

    def events(self, *, kinds: Iterable[EventKind] | None = None, after: int = 0) -> Iterator[Recorded]:
        """The events in order, those of `kinds` alone where given, from the one after number `after`. Does not verify;
        LedgerError where a row cannot be one of ours."""
        wanted = None if kinds is None else tuple(kinds)
        with self._database.reading() as connection:
            while True:
                query = select(events).where(events.c.seq > after).order_by(events.c.seq).limit(_PAGE)
                if wanted is not None:
                    query = query.where(events.c.kind.in_(wanted))
                rows = connection.execute(query).all()
                for row in rows:
                    yield Recorded(seq=row.seq, event=_event(row), digest=row.digest)
                if len(rows) < _PAGE:
                    return
                after = rows[-1].seq

    def verify(self, *, manifest_head: Head | None = None) -> LedgerReport:
        """Walk the whole ledger; `manifest_head` is one that a release carries. Raises nothing for what is in it."""
        return verify(self._database, self._keyring, self._apart, manifest_head=manifest_head)

    def reseal(self) -> None:
        """Bring the head that lies apart up to the ledger after a kill. LedgerError where it does not verify."""
        self.verify().demand()
        head = self.head()
        if head.count:
            self._apart.raise_to(head)

    def _begin(self) -> None:
        """A new ledger has a sealed head from the start, so that one that is missing later was taken away."""
        with self._database.writing() as transaction:
            if self._stored_head(transaction.connection) == GENESIS:
                self._apart.raise_to(GENESIS)

    def _signed(self, batch: int, head: Head) -> dict[str, object]:
        signer, signature = self._keyring.public_key_name(), self._keyring.sign(head.message(batch))
        return {"batch": batch, "count": head.count, "head": head.digest, "signer": signer, "signature": signature}

    def _stored_head(self, connection: Connection) -> Head:
        row = connection.execute(select(events.c.seq, events.c.digest).order_by(events.c.seq.desc()).limit(1)).first()
        return Head(count=row.seq, digest=row.digest) if row is not None else GENESIS

    def _check_tail(self, connection: Connection) -> None:
        sealed = self._apart.read()
        if sealed is None:
            what = "its sealed head is missing from the vault; restore the vault, then run `storykeeper audit verify`"
            raise LedgerError("nothing was added to the ledger", [Fault(place="ledger head", what=what)])
        if sealed.count == 0:
            return
        stored = connection.execute(select(events.c.digest).where(events.c.seq == sealed.count)).scalar()
        if stored != sealed.digest:
            what = "it is shorter than or differs from its sealed head; run `storykeeper audit verify` before anything"
            raise LedgerError("nothing was added to the ledger", [Fault(place="ledger", what=what)])


def _chained(head: Head, batch: Sequence[Event]) -> tuple[list[dict[str, object]], Head]:
    rows: list[dict[str, object]] = []
    for one in batch:
        row: dict[str, object] = {
            "seq": head.count + 1,
            "at": one.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": one.actor,
            "kind": str(one.kind),
            "details": json.dumps(dict(one.details), sort_keys=True, separators=(",", ":")),
            "previous": head.digest,
        }
        row["digest"] = chain_digest(row)
        rows.append(row)
        head = Head(count=head.count + 1, digest=str(row["digest"]))
    return rows, head


def _event(row: object) -> Event:
    wrong = False
    try:
        details: dict[str, Detail] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in json.loads(row.details).items()  # type: ignore[attr-defined]  # a database row
        }
        found = Event(
            at=datetime.fromisoformat(row.at),  # type: ignore[attr-defined]  # a database row
            actor=row.actor,  # type: ignore[attr-defined]  # a database row
            kind=EventKind(row.kind),  # type: ignore[attr-defined]  # a database row
            details=tuple(sorted(details.items())),
        )
    except (ValueError, TypeError, AttributeError):
        wrong = True
    if wrong:
        what = "an event is not one of ours; run `storykeeper audit verify` to see which"
        raise LedgerError("the ledger cannot be read", [Fault(place="ledger", what=what)])
    return found
