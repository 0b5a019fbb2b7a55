"""What the vault promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select, update
from storage_room import GRANT, Room, open_room

from pipeline.consent.decision import Denial
from pipeline.consent.reasons import Reason, ReasonCode
from pipeline.errors import StateError, StorageError, VerificationError
from pipeline.storage.grants import OperatorGrant
from pipeline.storage.tables import data_keys, sources
from pipeline.storage.vault import SourceState

DENIAL = Denial(session_id="S-001", stage=3, reasons=(Reason(code=ReasonCode.NO_CONSENT_ON_FILE, person_id="P-1"),))


def test_what_was_sealed_comes_out_as_it_went_in(room: Room) -> None:
    for n, data in enumerate([b"", b"x", bytes(range(256)) * 5_000]):
        ref = room.vault.seal(data, place=f"{n}.vtt")
        assert (ref.size, room.vault.unseal(ref.source_id, permit=GRANT)) == (len(data), data)
        room.vault.check(ref.source_id)


def test_the_same_bytes_at_the_same_place_stay_one_source(room: Room) -> None:
    first = room.vault.seal(b"words", place="a.vtt", mtime_ns=1, inode=1)
    assert room.vault.seal(b"words", place="a.vtt", mtime_ns=2, inode=9) == first
    assert room.vault.find(["a.vtt"])["a.vtt"].mtime_ns == 2
    assert len(room.vault.sources()) == 1


def test_other_bytes_at_a_place_supersede_what_was_there_and_leave_it_readable(room: Room) -> None:
    old = room.vault.seal(b"words", place="a.vtt")
    new = room.vault.seal(b"other words", place="a.vtt")
    assert [(s.ref, s.state) for s in room.vault.sources()] == [
        (old, SourceState.SUPERSEDED),
        (new, SourceState.CURRENT),
    ]
    assert room.vault.find(["a.vtt", "b.vtt"]).keys() == {"a.vtt"}
    assert room.vault.unseal(old.source_id, permit=GRANT) == b"words"


def test_the_same_bytes_at_two_places_are_two_sources(room: Room) -> None:
    assert room.vault.seal(b"words", place="a.vtt").source_id != room.vault.seal(b"words", place="b.vtt").source_id


def test_a_place_is_found_however_its_accents_are_written(room: Room) -> None:
    room.vault.seal(b"words", place="Jos\u00e9.vtt")
    assert room.vault.find(["Jose\u0301.vtt"])


def test_many_places_are_found_at_once(room: Room) -> None:
    room.vault.seal(b"words", place="700.vtt")
    assert room.vault.find(f"{n}.vtt" for n in range(1_000)).keys() == {"700.vtt"}


@pytest.mark.parametrize("no_permit", [None, True, "permit", DENIAL, OperatorGrant])
def test_without_a_warrant_nothing_is_opened(room: Room, no_permit: object) -> None:
    ref = room.vault.seal(b"words", place="a.vtt")
    with pytest.raises(StateError, match="takes a permit"):
        room.vault.unseal(ref.source_id, permit=no_permit)
    with pytest.raises(StateError, match="takes a permit"):
        room.vault.place_of(ref.source_id, permit=no_permit)


def test_the_file_name_is_known_to_who_may_open(room: Room) -> None:
    ref = room.vault.seal(b"words", place="Marlowe Quistgaard.vtt")
    assert room.vault.place_of(ref.source_id, permit=GRANT) == "Marlowe Quistgaard.vtt"


def test_an_altered_exchanged_or_missing_sealed_file_is_refused(room: Room) -> None:
    one, two = room.vault.seal(b"words", place="a.vtt"), room.vault.seal(b"other", place="b.vtt")
    paths = {r: room.folder / "vault" / "sealed" / r.source_id[:2] / r.source_id for r in (one, two)}
    paths[two].write_bytes(paths[one].read_bytes())
    with pytest.raises(VerificationError, match="altered or exchanged"):
        room.vault.unseal(two.source_id, permit=GRANT)
    paths[one].write_bytes(paths[one].read_bytes()[:-1] + b"!")
    with pytest.raises(VerificationError):
        room.vault.check(one.source_id)
    paths[one].unlink()
    with pytest.raises(StorageError, match="not there"):
        room.vault.unseal(one.source_id, permit=GRANT)


def test_an_exchanged_digest_is_noticed(room: Room) -> None:
    ref = room.vault.seal(b"words", place="a.vtt")
    with room.database.writing() as transaction:
        transaction.connection.execute(update(sources).values(digest="0" * 64))
    with pytest.raises(VerificationError, match="another digest"):
        room.vault.unseal(ref.source_id, permit=GRANT)


def test_a_shredded_original_is_gone_for_good_and_its_neighbour_is_not(room: Room) -> None:
    gone, kept = room.vault.seal(b"words", place="a.vtt"), room.vault.seal(b"other", place="b.vtt")
    copy = (room.folder / "vault" / "sealed" / gone.source_id[:2] / gone.source_id).read_bytes()
    room.vault.shred(gone.source_id)
    with pytest.raises(StateError, match="destroyed"):
        room.vault.unseal(gone.source_id, permit=GRANT)
    restored = room.folder / "vault" / "sealed" / gone.source_id[:2] / gone.source_id
    assert not restored.exists()
    restored.write_bytes(copy)  # a backup brings the file back, not the key
    with pytest.raises(StateError, match="destroyed"):
        room.vault.unseal(gone.source_id, permit=GRANT)
    assert room.vault.unseal(kept.source_id, permit=GRANT) == b"other"
    assert "a.vtt" not in room.vault.find(["a.vtt"])


def test_sweeping_removes_what_no_row_names_and_nothing_else(room: Room) -> None:
    ref = room.vault.seal(b"words", place="a.vtt")
    folder = room.folder / "vault" / "sealed" / ref.source_id[:2]
    (folder / ("f" * 32)).write_bytes(b"of a killed run")
    (folder / ".tmp-young").write_bytes(b"of a run at work")
    assert room.vault.sweep() == 1
    assert {p.name for p in folder.iterdir()} == {ref.source_id, ".tmp-young"}


def test_a_sealing_in_a_write_that_breaks_off_leaves_no_source(room: Room) -> None:
    with suppress(KeyboardInterrupt), room.database.writing() as transaction:
        room.vault.seal(b"words", place="a.vtt", joined=transaction)
        raise KeyboardInterrupt
    assert room.vault.sources() == ()
    assert room.vault.sweep() == 1


def test_runs_that_seal_the_same_file_together_make_one_source(room: Room) -> None:
    with ThreadPoolExecutor(4) as pool:
        refs = set(pool.map(lambda _: room.vault.seal(b"words", place="a.vtt"), range(8)))
    assert len(refs) == len(room.vault.sources()) == 1


def test_a_destroyed_key_is_nowhere_in_the_files_of_the_database(tmp_path: Path) -> None:
    """SQLite alone: what a server keeps of old rows is its own affair (docs/limits.md)."""
    with open_room(tmp_path) as room:
        ref = room.vault.seal(b"words", place="a.vtt")
        with room.database.reading() as connection:
            query = select(data_keys.c.wrapped).join(sources, sources.c.key_id == data_keys.c.key_id)
            wrapped = connection.execute(query).scalar_one()
        files = [tmp_path / "ledger.db", tmp_path / "ledger.db-wal"]
        assert wrapped is not None
        assert any(wrapped in file.read_bytes() for file in files)
        room.vault.shred(ref.source_id)
        assert not any(wrapped in file.read_bytes() for file in files)
