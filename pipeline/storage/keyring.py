"""Data keys: one per sealed document, one per person of the crosswalk, and one each for a few standing purposes.

- Every data key is drawn at random and lies in the database wrapped by the program key, bound to its own id.
- `destroy` overwrites the wrapped key: what it sealed can no longer be opened, wherever copies of it lie. Backups of
  the database still hold the wrapped key, so a rotation of the program key (and the loss of the old one) completes it.
- The signing key (Ed25519) is a data key whose 32 bytes are the private seed.
- A rotation wraps every key anew in one transaction; no document is touched. A new signing key: `signing.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from sqlalchemy import Connection, func, insert, select, update

from pipeline.errors import Fault, StateError, VerificationError
from pipeline.storage.database import Database, Transaction
from pipeline.storage.disk import flush_folder
from pipeline.storage.faults import naming
from pipeline.storage.keys import (
    ENVIRONMENT,
    PLACE,
    ProgramKey,
    load_program_key,
    new_program_key,
    next_key_file,
    read_key_file,
    seal,
    unseal,
    write_key_file,
)
from pipeline.storage.lock import in_turn
from pipeline.storage.tables import data_keys


class Purpose(StrEnum):
    """What a data key is for. There is one key of each standing purpose, and many documents and persons."""

    DOCUMENT = "document"
    PERSON = "person"
    INDEX = "index"  # keyed digests of places and persons
    SPANS = "spans"
    LEDGER = "ledger"  # the head that lies apart
    SIGNING = "signing"
    SIGNED = "signed"  # signed once; its private half is destroyed


_STANDING = (Purpose.INDEX, Purpose.SPANS, Purpose.LEDGER, Purpose.SIGNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A data key that was unwrapped."""

    key_id: str
    secret: bytes = field(repr=False)

    def seal(self, data: bytes, *, bound_to: str) -> bytes:
        """`data` sealed; it opens only with this key and the same `bound_to`."""
        return seal(self.secret, data, bound_to=bound_to)

    def unseal(self, sealed: bytes, *, bound_to: str, place: str) -> bytes:
        """What `seal` was given; VerificationError naming `place` where it was altered."""
        return unseal(self.secret, sealed, bound_to=bound_to, place=place)


def draw_data_key() -> DataKey:
    """A key drawn at random, kept nowhere yet."""
    return DataKey(key_id=secrets.token_hex(16), secret=secrets.token_bytes(32))


class Keyring:
    """The keys of one workspace. Making it draws the standing keys of a new workspace, and checks the program key.

    VerificationError where the database was made with another program key.
    """

    def __init__(self, database: Database, program: ProgramKey) -> None:
        self._program = program
        with database.reading() as connection:
            standing = self._standing(connection)
        if len(standing) < len(_STANDING):
            with database.writing() as transaction:
                self._draw_missing(transaction)
                standing = self._standing(transaction.connection)
        self._keys = {purpose: self.get_from(wrapped, key_id) for purpose, (key_id, wrapped) in standing.items()}
        self._signer = Ed25519PrivateKey.from_private_bytes(self._keys[Purpose.SIGNING].secret)

    # -- data keys

    def new(self, transaction: Transaction, purpose: Purpose) -> DataKey:
        """A new key, kept once the transaction commits."""
        key = draw_data_key()
        self.keep(transaction, key, purpose)
        return key

    def keep(self, transaction: Transaction, key: DataKey, purpose: Purpose) -> None:
        """Keep a key that was drawn before the transaction began, wrapped. StateError where the program key was changed
        since this keyring was made: what is wrapped by the old one would be lost with it."""
        self._check_in_force(transaction.connection)
        wrapped = seal(self._program.secret, key.secret, bound_to=f"data key {key.key_id}")
        row = {"key_id": key.key_id, "purpose": purpose, "program_key": self._program.name, "wrapped": wrapped}
        transaction.connection.execute(insert(data_keys).values(row))

    def get(self, connection: Connection, key_id: str) -> DataKey:
        """A key by its id. StateError where it was destroyed; VerificationError where it was altered."""
        wrapped = connection.execute(select(data_keys.c.wrapped).where(data_keys.c.key_id == key_id)).scalar()
        return self.get_from(wrapped, key_id)

    def get_from(self, wrapped: bytes | None, key_id: str) -> DataKey:
        """A key by what a query brought; see `get`."""
        if wrapped is None:
            what = "its key was destroyed on request or is lost; it cannot be opened again"
            raise StateError("nothing was opened", [Fault(place=f"data key `{key_id}`", what=what)])
        bound_to, place = f"data key {key_id}", f"data key `{key_id}`"
        return DataKey(key_id=key_id, secret=unseal(self._program.secret, wrapped, bound_to=bound_to, place=place))

    def standing(self, purpose: Purpose) -> DataKey:
        """The one key of a standing purpose."""
        return self._keys[purpose]

    def destroy(self, transaction: Transaction, key_id: str) -> None:
        """Overwrite a wrapped key: what it sealed is lost for good once the transaction commits."""
        transaction.connection.execute(update(data_keys).where(data_keys.c.key_id == key_id).values(wrapped=None))

    def tag(self, kind: str, value: str) -> str:
        """Keyed digest (64 hex digits) that finds `value` again and cannot be guessed without the key."""
        message = f"{kind}\0{value}".encode()
        return hmac.new(self._keys[Purpose.INDEX].secret, message, hashlib.sha256).hexdigest()

    # -- signatures

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature (64 bytes) over `data`."""
        return self._signer.sign(data)

    def public_key_pem(self) -> bytes:
        """The public key for those who verify, as PEM (SubjectPublicKeyInfo)."""
        return self._signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def public_key_name(self) -> str:
        """SHA-256 of the raw public key, 64 hex digits: what to compare on the telephone."""
        return name_of(self._signer.public_key())

    def public_key_raw(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def check_signer(self, connection: Connection) -> None:
        """StateError where another signing key was put in force since this keyring was made."""
        query = select(data_keys.c.key_id).where(data_keys.c.purpose == Purpose.SIGNING)
        if connection.execute(query).scalar() != self._keys[Purpose.SIGNING].key_id:
            what = "the signing key was changed meanwhile; run again"
            raise StateError("nothing was signed", [Fault(place="signing key", what=what)])

    def replace_signer(self, transaction: Transaction, coming: DataKey) -> None:
        """Put another signing key in force and destroy the private half of this one."""
        key_id = self._keys[Purpose.SIGNING].key_id
        old = update(data_keys).where(data_keys.c.key_id == key_id).values(purpose=Purpose.SIGNED)
        transaction.connection.execute(old)
        self.destroy(transaction, key_id)
        self.keep(transaction, coming, Purpose.SIGNING)

    def is_signed(self, data: bytes, signature: bytes) -> bool:
        """Whether `signature` is this workspace's over `data`."""
        return signature_holds(self._signer.public_key(), data, signature)

    # -- making

    def _standing(self, connection: Connection) -> dict[Purpose, tuple[str, bytes | None]]:
        columns = (data_keys.c.purpose, data_keys.c.key_id, data_keys.c.wrapped, data_keys.c.program_key)
        rows = connection.execute(select(*columns).where(data_keys.c.purpose.in_(_STANDING))).all()
        if any(row.program_key != self._program.name for row in rows):
            what = "this workspace was made with another key; give the key of this workspace"
            raise VerificationError("the program key does not fit", [Fault(place=PLACE, what=what)])
        return {Purpose(row.purpose): (row.key_id, row.wrapped) for row in rows}

    def _check_in_force(self, connection: Connection) -> None:
        query = select(data_keys.c.program_key).where(data_keys.c.purpose == Purpose.INDEX)
        name = connection.execute(query).scalar()
        if name is not None and name != self._program.name:
            what = "the program key was changed meanwhile; run again"
            raise StateError("nothing was sealed", [Fault(place=PLACE, what=what)])

    def _draw_missing(self, transaction: Transaction) -> None:
        there = self._standing(transaction.connection)
        for purpose in _STANDING:
            if purpose not in there:
                self.new(transaction, purpose)


def name_of(public: Ed25519PublicKey) -> str:
    """SHA-256 of the raw public key, 64 hex digits."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def signature_holds(public: Ed25519PublicKey, data: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the owner of `public` over `data`."""
    try:
        public.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def public_key(pem: bytes) -> Ed25519PublicKey:
    """The Ed25519 key of a PEM, as `Keyring.public_key_pem` writes it. VerificationError where it is none."""
    try:
        found = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, Ed25519PublicKey):
        what = "it is no Ed25519 public key in PEM form; ask the program for its key"
        raise VerificationError("the public key cannot be used", [Fault(place="public key", what=what)])
    return found


def rewrap(
    database: Database, old: ProgramKey, new: ProgramKey, told: Callable[[Transaction], None] = lambda _: None
) -> int:
    """Wrap every data key by `new` in place of `old`, all or none; `told` writes what is to be said of it in the same
    transaction. Returns how many. VerificationError: `old` is wrong.

    Keyrings that are open keep the old program key and must be made again.
    """
    with database.writing() as transaction:
        connection = transaction.connection
        rows = connection.execute(select(data_keys.c.key_id, data_keys.c.wrapped)).all()
        for row in rows:
            values: dict[str, object] = {"program_key": new.name}
            if row.wrapped is not None:
                bound_to, place = f"data key {row.key_id}", f"data key `{row.key_id}`"
                secret = unseal(old.secret, row.wrapped, bound_to=bound_to, place=place)
                values["wrapped"] = seal(new.secret, secret, bound_to=bound_to)
            connection.execute(update(data_keys).where(data_keys.c.key_id == row.key_id).values(values))
        told(transaction)
        transaction.afterwards(database.forget_deleted)
    return len(rows)


def rotate(database: Database, key_file: Path, told: Callable[[Transaction], None] = lambda _: None) -> ProgramKey:
    """Draw a new program key, wrap everything by it and put it into `key_file`; `told` as of `rewrap`. A kill at any
    moment loses nothing: `settle` finishes or forgets it at the next start."""
    with _changing(key_file):
        old = _settled(database, key_file)
        new = new_program_key()
        write_key_file(next_key_file(key_file), new, replace=True)
        rewrap(database, old, new, told)
        return _settled(database, key_file)


def program_key(database: Database, key_file: Path, environment: Mapping[str, str]) -> ProgramKey:
    """The key in force: of the environment or, without it, of the file, after settling a rotation that was cut off."""
    if environment.get(ENVIRONMENT):
        return load_program_key(key_file, environment)
    return settle(database, key_file)


def settle(database: Database, key_file: Path) -> ProgramKey:
    """The key in force, after finishing or forgetting a rotation that was cut off."""
    if not next_key_file(key_file).exists():
        return read_key_file(key_file)
    with _changing(key_file):  # a rotation at work is waited for, never undone
        return _settled(database, key_file)


def _changing(key_file: Path) -> AbstractContextManager[None]:
    return in_turn(key_file.with_name(key_file.name + ".lock"), what="key rotation")


def _settled(database: Database, key_file: Path) -> ProgramKey:
    coming = next_key_file(key_file)
    if not coming.exists():
        return read_key_file(key_file)
    key = read_key_file(coming)
    with database.reading() as connection:
        changed = connection.execute(
            select(func.count()).select_from(data_keys).where(data_keys.c.program_key == key.name)
        ).scalar_one()
    with naming(PLACE):
        if changed:
            coming.replace(key_file)
        else:
            coming.unlink()
        flush_folder(key_file.parent)
    return read_key_file(key_file)
