"""Signing keys over time: which one is in force, and which were, so that what they signed goes on verifying.

- A rotation destroys the private half of the old key. The event that names the new one is the last thing that the old
  one signs: the caller appends it in the same transaction, before `change_signing_key`.
- The public half of an old key stays listed, sealed with the ledger's key together with the last batch that it may
  sign: who can write to the database alone can neither add a key of their own nor stretch the life of an old one.
- A batch of the ledger verifies with exactly the key that was in force for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, func, insert, select

from pipeline.storage.database import Transaction
from pipeline.storage.keyring import DataKey, Keyring, Purpose, name_of, signature_holds
from pipeline.storage.tables import ledger_heads, signing_keys

PLACE = "signing keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredKey:
    """A public key that was in force. name: SHA-256 of its 32 bytes, in hex. last_batch: the last batch of the ledger
    that it signed. retired_at: when another took its place."""

    name: str
    public: bytes = field(repr=False)
    last_batch: int
    retired_at: datetime

    @property
    def pem(self) -> bytes:
        """As those who verify take it."""
        key = Ed25519PublicKey.from_public_bytes(self.public)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def retired_keys(connection: Connection, keyring: Keyring) -> tuple[RetiredKey, ...]:
    """The keys of the past, oldest first. VerificationError where an entry was altered or put in by somebody else."""
    rows = connection.execute(select(signing_keys).order_by(signing_keys.c.nth)).all()
    return tuple(_opened(row.name, row.sealed, keyring) for row in rows)


def _opened(name: str, sealed: bytes, keyring: Keyring) -> RetiredKey:
    key = keyring.standing(Purpose.LEDGER)
    found = json.loads(key.unseal(sealed, bound_to=_bound(name), place=PLACE))
    return RetiredKey(
        name=name,
        public=bytes.fromhex(found["public"]),
        last_batch=found["last_batch"],
        retired_at=datetime.fromisoformat(found["retired_at"]),
    )


def batch_is_signed(
    keyring: Keyring, retired: Sequence[RetiredKey], batch: int, message: bytes, signature: bytes
) -> bool:
    """Whether `signature` over `message` is that of the key which was in force for a batch of the ledger."""
    for old in retired:
        if batch <= old.last_batch:
            return signature_holds(Ed25519PublicKey.from_public_bytes(old.public), message, signature)
    return keyring.is_signed(message, signature)


def change_signing_key(transaction: Transaction, keyring: Keyring, coming: DataKey, *, at: datetime) -> None:
    """Put `coming` in force after the last batch that stands in the ledger now, and list the old key as retired.
    Keyrings that are open sign nothing more and must be made again."""
    connection = transaction.connection
    last_batch = connection.execute(select(func.coalesce(func.max(ledger_heads.c.batch), 0))).scalar_one()
    entry = {"public": keyring.public_key_raw().hex(), "last_batch": last_batch, "retired_at": at.isoformat()}
    name = keyring.public_key_name()
    sealed = keyring.standing(Purpose.LEDGER).seal(json.dumps(entry).encode(), bound_to=_bound(name))
    nth = connection.execute(select(func.coalesce(func.max(signing_keys.c.nth), 0) + 1)).scalar_one()
    connection.execute(insert(signing_keys).values(name=name, nth=nth, sealed=sealed))
    keyring.replace_signer(transaction, coming)


def name_of_signer(key: DataKey) -> str:
    """The name under which others will know a signing key that was drawn: SHA-256 of its public half."""
    return name_of(Ed25519PrivateKey.from_private_bytes(key.secret).public_key())


def _bound(name: str) -> str:
    return f"signing key {name}"
