"""What the ledger promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, insert, select, update
from storage_room import AT, GRANT, Room, ingested

from pipeline.errors import LedgerError
from pipeline.events import EventKind, event
from pipeline.storage.tables import events, ledger_heads


def test_events_come_back_in_order_as_they_were_given(room: Room) -> None:
    given = [ingested(1), event(EventKind.DECIDED, at=AT, actor="keeper", session="S-1", reasons=("CONSENT_REFUSED",))]
    room.ledger.append(given)
    room.ledger.append([ingested(3)])
    assert [r.event for r in room.ledger.events()] == [*given, ingested(3)]
    assert [r.seq for r in room.ledger.events(kinds=[EventKind.DECIDED])] == [2]
    assert [r.seq for r in room.ledger.events(after=2)] == [3]


def test_a_whole_ledger_verifies_and_an_empty_one_too(room: Room) -> None:
    assert room.ledger.verify().verifies
    for n in range(5):
        room.ledger.append([ingested(n), ingested(n + 100)])
    report = room.ledger.verify()
    assert (report.verifies, report.count, report.batches, report.apart) == (True, 10, 5, 10)
    report.demand()


def test_runs_that_append_together_make_one_chain(room: Room) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: room.ledger.append([ingested(n)]), range(24)))
    report = room.ledger.verify()
    assert (report.verifies, report.count, report.apart) == (True, 24, 24)


def test_a_state_and_its_event_are_written_together_or_not_at_all(room: Room) -> None:
    with room.database.writing() as transaction:
        ref = room.vault.seal(b"words", place="a.vtt", joined=transaction)
        room.ledger.append([ingested(1)], joined=transaction)
    assert room.vault.unseal(ref.source_id, permit=GRANT) == b"words"
    assert room.ledger.verify().apart == 1


def test_a_kill_between_commit_and_sealed_head_is_no_fault_and_is_made_up_for(room: Room) -> None:
    room.ledger.append([ingested(1)])
    head = room.folder / "vault" / "ledger" / "ledger.head"
    older = head.read_bytes()
    room.ledger.append([ingested(2)])
    head.write_bytes(older)
    assert (room.ledger.verify().verifies, room.ledger.verify().apart) == (True, 1)
    room.ledger.reseal()
    assert room.ledger.verify().apart == 2


def _cut_tail(room: Room, keep: int, batches: int) -> None:
    with room.database.writing() as transaction:
        transaction.connection.execute(delete(events).where(events.c.seq > keep))
        transaction.connection.execute(delete(ledger_heads).where(ledger_heads.c.batch > batches))


def test_a_cut_tail_is_found_and_cannot_be_buried(room: Room) -> None:
    for n in range(4):
        room.ledger.append([ingested(n)])
    _cut_tail(room, 3, 3)
    assert not room.ledger.verify().verifies
    with pytest.raises(LedgerError, match="nothing was added"):
        room.ledger.append([ingested(9)])
    _cut_tail(room, 0, 0)
    with pytest.raises(LedgerError, match="tail was cut"):
        room.ledger.verify().demand()


def test_a_missing_or_altered_sealed_head_is_found(room: Room) -> None:
    room.ledger.append([ingested(1)])
    head = room.folder / "vault" / "ledger" / "ledger.head"
    head.write_bytes(head.read_bytes()[::-1])
    assert not room.ledger.verify().verifies
    with pytest.raises(LedgerError):
        room.ledger.append([ingested(2)])
    head.unlink()
    assert not room.ledger.verify().verifies
    with pytest.raises(LedgerError, match="nothing was added"):
        room.ledger.append([ingested(2)])


def test_the_head_in_a_manifest_finds_what_the_vault_cannot(room: Room) -> None:
    """Somebody puts database and vault back to an earlier day: only the head that left the house still knows."""
    room.ledger.append([ingested(1)])
    head = room.folder / "vault" / "ledger" / "ledger.head"
    older = head.read_bytes()
    manifest_head = room.ledger.append([ingested(2)])
    head.write_bytes(older)
    _cut_tail(room, 1, 1)
    assert room.ledger.verify().verifies
    assert not room.ledger.verify(manifest_head=manifest_head).verifies


def test_events_written_past_the_ledger_are_found(room: Room) -> None:
    room.ledger.append([ingested(1)])
    with room.database.writing() as transaction:
        row = dict(transaction.connection.execute(select(events)).mappings().one())
        transaction.connection.execute(insert(events).values({**row, "seq": 2}))
    assert not room.ledger.verify().verifies
    with room.database.writing() as transaction:
        transaction.connection.execute(update(events).where(events.c.seq == 2).values(kind="free text"))
    with pytest.raises(LedgerError, match="not one of ours"):
        list(room.ledger.events())
