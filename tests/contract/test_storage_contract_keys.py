"""What the keys promise on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from storage_room import GRANT, Room, open_room

from pipeline.errors import StateError, VerificationError
from pipeline.storage.keyring import Keyring, public_key, rewrap, rotate, settle, signature_holds
from pipeline.storage.keys import new_program_key, next_key_file, read_key_file, write_key_file
from pipeline.storage.tables import data_keys


def test_a_workspace_opens_only_with_its_own_program_key(room: Room) -> None:
    with pytest.raises(VerificationError, match="made with another key"):
        Keyring(room.database, new_program_key())


def test_signatures_hold_for_the_signed_bytes_alone(room: Room) -> None:
    signature = room.keyring.sign(b"manifest")
    assert room.keyring.is_signed(b"manifest", signature)
    assert not room.keyring.is_signed(b"manifesT", signature)
    assert room.keyring.public_key_pem().startswith(b"-----BEGIN PUBLIC KEY-----")


def test_after_a_rotation_all_is_readable_with_the_new_key_and_nothing_with_the_old(room: Room) -> None:
    old = read_key_file(room.folder / "program.key")
    ref = room.vault.seal(b"words", place="a.vtt")
    pem = room.keyring.public_key_pem()
    assert rotate(room.database, room.folder / "program.key") != old
    with pytest.raises(VerificationError):
        Keyring(room.database, old)
    with open_room(room.folder, room.url) as again:
        assert again.vault.unseal(ref.source_id, permit=GRANT) == b"words"
        assert again.keyring.public_key_pem() == pem


@pytest.mark.parametrize("wrapped_by_new", [False, True])
def test_a_rotation_that_was_cut_off_is_settled_at_the_next_start(room: Room, wrapped_by_new: bool) -> None:
    key_file = room.folder / "program.key"
    old, new = read_key_file(key_file), new_program_key()
    write_key_file(next_key_file(key_file), new, replace=True)
    if wrapped_by_new:
        rewrap(room.database, old, new)
    assert settle(room.database, key_file) == (new if wrapped_by_new else old)
    assert not next_key_file(key_file).exists()
    Keyring(room.database, read_key_file(key_file))


def test_a_rotation_with_a_wrong_old_key_changes_nothing(room: Room) -> None:
    with pytest.raises(VerificationError):
        rewrap(room.database, new_program_key(), new_program_key())
    Keyring(room.database, read_key_file(room.folder / "program.key"))


def test_every_data_key_is_wrapped_by_the_key_in_force(room: Room) -> None:
    room.vault.seal(b"words", place="a.vtt")
    room.crosswalk.allot("UNIV-A", ["P-1"])
    rotate(room.database, room.folder / "program.key")
    name = read_key_file(room.folder / "program.key").name
    with room.database.reading() as connection:
        names = set(connection.execute(select(data_keys.c.program_key)).scalars())
    assert names == {name}


def test_a_run_that_missed_a_rotation_seals_nothing_more(room: Room) -> None:
    """What it sealed would be wrapped by a key that is thrown away."""
    rotate(room.database, room.folder / "program.key")
    with pytest.raises(StateError, match="changed meanwhile"):
        room.vault.seal(b"words", place="a.vtt")
    with pytest.raises(StateError, match="changed meanwhile"):
        room.crosswalk.allot("UNIV-A", ["P-1"])
    assert room.vault.sources() == ()


def test_a_public_key_verifies_without_the_workspace(room: Room) -> None:
    public = public_key(room.keyring.public_key_pem())
    assert signature_holds(public, b"manifest", room.keyring.sign(b"manifest"))
    assert not signature_holds(public, b"manifest", b"\0" * 64)
    other_kind = X25519PrivateKey.generate().public_key()
    for pem in (b"", b"no key", other_kind.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)):
        with pytest.raises(VerificationError, match="no Ed25519 public key"):
            public_key(pem)
