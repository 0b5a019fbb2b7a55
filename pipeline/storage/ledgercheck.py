"""Walking the ledger: is every event there, in its place, as it was written, and signed for?

Found are: an edited event (its digest differs), a dropped or added or swapped one (number or chain breaks), an event
that no signed head covers, a forged or dropped head, and a tail that was cut (shorter than the head that lies apart).
The report names numbers, never contents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from pipeline.errors import Fault, LedgerError, VerificationError
from pipeline.storage.database import Database
from pipeline.storage.keyring import Keyring
from pipeline.storage.ledgerhead import GENESIS, Head, SealedHead, chain_digest
from pipeline.storage.signing import RetiredKey, batch_is_signed, retired_keys
from pipeline.storage.tables import events, ledger_heads

_PAGE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReport:
    """What a walk found. count: events there; batches: signed heads; apart: events that the sealed head knows of (fewer
    than `count` only after a kill, until the next batch); faults: nothing, or what is wrong, by number of the event."""

    count: int
    batches: int
    apart: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def verifies(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def demand(self) -> None:
        """LedgerError with every fault, where there is one."""
        if self.faults:
            raise LedgerError("the ledger does not verify; restore it, and find out who changed it", self.faults)


def verify(
    database: Database, keyring: Keyring, apart: SealedHead, *, manifest_head: Head | None = None
) -> LedgerReport:
    """Walk the whole ledger. manifest_head: a head that a release carries; the ledger must hold it. Never raises for
    what is in the ledger: it goes into the report."""
    faults: list[Fault] = []
    sealed = _sealed(apart, faults)  # read before the database, which may only grow meanwhile
    expected = {}
    for place, head in (("ledger head", sealed), ("manifest", manifest_head)):
        if head is not None and head.count:
            expected[place] = head
    with database.reading() as connection:
        heads = connection.execute(select(ledger_heads).order_by(ledger_heads.c.batch)).mappings().all()
        ends = _check_heads(heads, keyring, _retired(connection, keyring, faults), faults)
        count, last = _walk(connection, ends, expected, faults)
    for place, head in expected.items():
        if head.count > count:
            what = f"it knows of {head.count} events and the ledger holds {count}: the tail was cut"
            faults.append(Fault(place=place, what=what))
    if sealed is None:
        faults.append(Fault(place="ledger head", what="it is missing from the vault"))
    apart_count = sealed.count if sealed is not None else 0
    return LedgerReport(count=count, batches=len(heads), apart=apart_count, head=last, faults=tuple(faults))


def _sealed(apart: SealedHead, faults: list[Fault]) -> Head | None:
    try:
        return apart.read()
    except LedgerError as error:
        faults.extend(error.faults)
        return GENESIS


def _retired(connection: Connection, keyring: Keyring, faults: list[Fault]) -> tuple[RetiredKey, ...]:
    try:
        return retired_keys(connection, keyring)
    except VerificationError as error:
        faults.extend(error.faults)
        return ()


def _check_heads(
    heads: Sequence[RowMapping], keyring: Keyring, retired: Sequence[RetiredKey], faults: list[Fault]
) -> dict[int, str]:
    """The digest that each signed head claims, by the number of its last event."""
    ends: dict[int, str] = {}
    for nth, row in enumerate(heads, start=1):
        place = f"batch {nth}"
        if row["batch"] != nth:
            faults.append(Fault(place=place, what="its signed head is missing or out of order"))
            break
        head = Head(count=row["count"], digest=str(row["head"]))
        if not batch_is_signed(keyring, retired, nth, head.message(nth), bytes(row["signature"])):
            faults.append(Fault(place=place, what="its head is not signed by this workspace"))
        ends[head.count] = head.digest
    return ends


def _walk(
    connection: Connection, ends: dict[int, str], expected: dict[str, Head], faults: list[Fault]
) -> tuple[int, str]:
    """Check number, chain and digest of every event, and the heads on the way. Returns the count and last digest."""
    count, last = 0, GENESIS.digest
    for row in _rows(connection):
        count += 1
        place = f"event {count}"
        faults.extend(Fault(place=place, what=what) for what in _wrong(row, count, last))
        last = str(row["digest"])
        if count in ends and ends[count] != last:
            faults.append(Fault(place=place, what="it is not the event that was signed for"))
        for name, head in expected.items():
            if head.count == count and head.digest != last:
                faults.append(Fault(place=place, what=f"it is not the event that the {name} knows"))
    signed = max(ends, default=0)
    if signed != count:
        what = f"{signed} events are signed for and the ledger holds {count}"
        faults.append(Fault(place="ledger", what=what))
    return count, last


def _wrong(row: dict[str, object], count: int, last: str) -> Iterator[str]:
    if row["seq"] != count:
        yield "its number breaks the sequence: an event was dropped, added or moved"
    if row["previous"] != last:
        yield "it does not follow the event before it: an event was dropped, added or swapped"
    strings = all(isinstance(row[key], str) for key in ("at", "actor", "kind", "details", "previous"))
    if not strings or chain_digest(row) != row["digest"]:
        yield "it was edited: its digest differs"


def _rows(connection: Connection) -> Iterator[dict[str, object]]:
    after: int | None = None
    while True:
        query = select(events).order_by(events.c.seq).limit(_PAGE)
        if after is not None:
            query = query.where(events.c.seq > after)
        page = connection.execute(query).mappings().all()
        for row in page:
            yield dict(row)
        if len(page) < _PAGE:
            return
        after = page[-1]["seq"]
