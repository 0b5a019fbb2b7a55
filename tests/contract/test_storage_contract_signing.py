"""What signing keys, sheets and what a recall undoes promise on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from storage_room import AT, GRANT, Room, ingested, open_room

from pipeline.errors import StateError, VerificationError
from pipeline.reviewing.review import Copy, ReviewState
from pipeline.storage.keyring import draw_data_key, public_key, rotate, signature_holds
from pipeline.storage.runs import RunState
from pipeline.storage.sheets import Sheets
from pipeline.storage.signing import change_signing_key, name_of_signer, retired_keys
from pipeline.storage.tables import ledger_heads, release_sheets, signing_keys


def _change(room: Room) -> str:
    """A new signing key, told in the ledger; its name."""
    coming = draw_data_key()
    with room.database.writing() as transaction:
        room.ledger.append([ingested(99)], joined=transaction)
        change_signing_key(transaction, room.keyring, coming, at=AT)
    return name_of_signer(coming)


def test_after_a_change_of_the_signing_key_the_ledger_and_old_signatures_verify(room: Room) -> None:
    room.ledger.append([ingested(1)])
    old, manifest = public_key(room.keyring.public_key_pem()), room.keyring.sign(b"manifest")
    first = room.keyring.public_key_name()
    second = _change(room)
    with open_room(room.folder, room.url) as again:
        assert again.keyring.public_key_name() == second
        again.ledger.append([ingested(2)])
        third = _change(again)
    with open_room(room.folder, room.url) as last:
        last.ledger.append([ingested(3)])
        assert last.ledger.verify().verifies
        with last.database.reading() as connection:
            past = retired_keys(connection, last.keyring)
        assert [k.name for k in past] == [first, second]
        assert [k.last_batch for k in past] == [2, 4]
        assert signature_holds(public_key(past[0].pem), b"manifest", manifest)
        assert not last.keyring.is_signed(b"manifest", manifest)
        assert last.keyring.public_key_name() == third
        assert signature_holds(old, b"manifest", manifest)


def test_a_run_that_missed_a_change_of_the_signing_key_signs_nothing_more(room: Room) -> None:
    _change(room)
    with pytest.raises(StateError, match="signing key was changed meanwhile"):
        room.ledger.append([ingested(5)])


def test_an_old_key_signs_for_its_own_time_alone(room: Room) -> None:
    """Somebody who stole it, and can write to the database, cannot sign what came later; nor list a key of their own,
    nor make the old one live longer."""
    room.ledger.append([ingested(1)])
    thief = room.keyring
    _change(room)
    with open_room(room.folder, room.url) as again:
        again.ledger.append([ingested(2)])
        with again.database.reading() as connection:
            row = connection.execute(select(ledger_heads).order_by(ledger_heads.c.batch.desc())).first()
            entry = connection.execute(select(signing_keys)).first()
        assert row is not None
        assert entry is not None
        message = f"storykeeper ledger head\n{row.batch}\n{row.count}\n{row.head}\n".encode()
        last = ledger_heads.c.batch == row.batch
        for table, where, values in (
            (ledger_heads, last, {"signature": thief.sign(message), "signer": thief.public_key_name()}),
            (signing_keys, signing_keys.c.nth == 1, {"name": "0" * 64}),
            (signing_keys, signing_keys.c.nth == 1, {"sealed": bytes(entry.sealed)[:-1] + b"\0"}),
        ):
            with again.database.writing() as transaction:
                transaction.connection.execute(update(table).where(where).values(values))
            assert not again.ledger.verify().verifies
            whole = {"signature": row.signature, "signer": row.signer}
            if table is signing_keys:
                whole = {"name": entry.name, "sealed": entry.sealed}
            with again.database.writing() as transaction:
                transaction.connection.execute(update(table).where(where).values(whole))
            assert again.ledger.verify().verifies
        with again.database.writing() as transaction:
            transaction.connection.execute(delete(signing_keys))
        assert not again.ledger.verify().verifies


def test_a_rotation_of_the_program_key_and_its_event_are_one(room: Room) -> None:
    key_file = room.folder / "program.key"

    def broken(_: object) -> None:
        raise StateError("the event cannot be written")

    before = key_file.read_bytes()
    with pytest.raises(StateError):
        rotate(room.database, key_file, broken)
    with open_room(room.folder, room.url) as again:
        assert key_file.read_bytes() == before, "nothing was changed"
        told = lambda t: again.ledger.append([ingested(7)], joined=t) and None  # noqa: E731 - one statement
        rotate(again.database, key_file, told)
    with open_room(room.folder, room.url) as last:
        assert [r.event for r in last.ledger.events()] == [ingested(7)]
        assert last.ledger.verify().verifies


def test_sheets_die_with_their_source_and_are_told_as_dead(room: Room) -> None:
    sheets = Sheets(room.database, room.keyring)
    refs = [room.vault.seal(f"words {n}".encode(), place=f"{n}.vtt") for n in range(2)]
    sheets.put("R-1", [(ref.source_id, f"sheet {n}".encode()) for n, ref in enumerate(refs)])
    assert [s.data for s in sheets.of("R-1")] == [b"sheet 0", b"sheet 1"]
    sheets.renew("R-1", refs[1].source_id, b"renewed")
    room.vault.shred(refs[0].source_id)
    assert [(s.source_id, s.data) for s in sheets.of("R-1")] == [
        (refs[0].source_id, None),
        (refs[1].source_id, b"renewed"),
    ]
    with pytest.raises(StateError, match="destroyed"):
        sheets.put("R-2", [(refs[0].source_id, b"more")])
    with room.database.writing() as transaction:
        swapped = update(release_sheets).where(release_sheets.c.source_id == refs[1].source_id)
        transaction.connection.execute(swapped.values(release_id="R-9"))
    with pytest.raises(VerificationError):
        sheets.of("R-9")
    sheets.drop("R-9")
    assert sheets.of("R-9") == ()


def test_every_version_of_a_file_is_known_until_it_is_shredded(room: Room) -> None:
    first = room.vault.seal(b"one", place="a.vtt")
    second = room.vault.seal(b"two", place="a.vtt")
    assert [v.ref for v in room.vault.versions("a.vtt")] == [first, second]
    room.vault.shred(first.source_id)
    assert [v.ref for v in room.vault.versions("a.vtt")] == [second]
    assert room.vault.unseal(second.source_id, permit=GRANT) == b"two"
    assert room.vault.show("0" * 32) is None


def test_what_was_recalled_may_be_done_and_entered_again(room: Room) -> None:
    run_id = room.runs.begin("released", "f" * 64, at=AT)
    room.runs.end(run_id, RunState.DONE, at=AT, counts={})
    room.runs.undo("released", "f" * 64)
    assert room.runs.done("released", "f" * 64) is None
    copy = Copy(session_id="S-1", source_id="1" * 32, use="group", recipient="PEERS", digest="a" * 64)
    item = room.reviews.enter(copy, state=ReviewState.DETECTED, requested_by="ana-1", at=AT)
    room.reviews.take_back(item.item_id, at=AT)
    assert room.reviews.show(item.item_id).state is ReviewState.DETECTED, "it was not out"
    room.reviews.step(item.item_id, ReviewState.RELEASED, actor="ana-1", at=AT, release_id="R-1")
    room.reviews.take_back(item.item_id, at=AT)
    assert room.reviews.show(item.item_id).state is ReviewState.WITHHELD
    again = room.reviews.enter(copy, state=ReviewState.NEEDS_REVIEW, requested_by="ana-1", at=AT)
    assert (again.item_id, again.state) == (item.item_id, ReviewState.NEEDS_REVIEW)
