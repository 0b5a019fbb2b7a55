"""The chain of the ledger, its head, and the copy of the head that lies apart: sealed in the vault, so that an older
one cannot be taken from the database and put there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Fault, LedgerError, VerificationError
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming
from pipeline.storage.keyring import Keyring, Purpose
from pipeline.storage.lock import in_turn

PLACE = "ledger head"
_BOUND = "ledger head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How many events there are, and the digest of the last one."""

    count: int
    digest: str

    def message(self, batch: int) -> bytes:
        """What is signed for a batch."""
        return f"storykeeper ledger head\n{batch}\n{self.count}\n{self.digest}\n".encode()


GENESIS = Head(count=0, digest="0" * 64)


def chain_digest(row: dict[str, object]) -> str:
    """SHA-256 over the canonical JSON (sorted keys, no blanks, ASCII) of a row's seq, at, actor, kind, details and
    previous. The details go in as the text that is stored, so that verifying parses nothing."""
    body = {key: row[key] for key in ("seq", "at", "actor", "kind", "details", "previous")}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


class SealedHead:
    """The head in the vault `folder`."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._path = folder / "ledger.head"
        self._lock = folder / "ledger.lock"
        self._key = keyring.standing(Purpose.LEDGER)

    def exists(self) -> bool:
        """Whether there is one, good or bad."""
        with naming(PLACE):
            return self._path.exists()

    def read(self) -> Head | None:
        """The sealed head, None where there is none. LedgerError where it was altered."""
        with naming(PLACE):
            if not self._path.exists():
                return None
            sealed = self._path.read_bytes()
        opened: dict[str, object] | None
        try:
            opened = json.loads(self._key.unseal(sealed, bound_to=_BOUND, place=PLACE))
        except VerificationError:
            opened = None
        if opened is None:
            what = "it was altered or is from another workspace; restore the vault from a backup"
            raise LedgerError("the ledger does not verify", [Fault(place=PLACE, what=what)])
        return Head(count=int(str(opened["count"])), digest=str(opened["digest"]))

    def raise_to(self, head: Head) -> None:
        """Write `head`, unless a longer one is there: of two batches the later one counts, whoever comes first."""
        with in_turn(self._lock, what="ledger"):
            there = self.read()
            if there is not None and there.count >= head.count:
                return
            data = json.dumps({"count": head.count, "digest": head.digest}).encode()
            with naming(PLACE):
                write_whole(self._path, self._key.seal(data, bound_to=_BOUND))
