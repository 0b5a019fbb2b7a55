"""keys: which keys are in force, and changing them. Nothing that was sealed or signed is touched or lost.

- The program key: every data key is wrapped anew in one transaction with the event that says so; with the old key gone,
  backups of the database no longer open what was shredded.
- The signing key: what the old one signed goes on verifying. Its public half stays listed, in the database and as
  `public-key-NAME.pem` beside `public-key.pem`, which is always the key in force.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.asking import check_actor
from flows.verbs.clock import check_clock
from flows.verbs.closing import finish_begun
from flows.wiring import KEY_FILE, House, open_house
from pipeline.errors import Fault, StateError
from pipeline.events import EventKind, event
from pipeline.storage.database import Transaction
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming
from pipeline.storage.keyring import draw_data_key, rotate
from pipeline.storage.keys import ENVIRONMENT
from pipeline.storage.lock import one_at_a_time
from pipeline.storage.signing import RetiredKey, change_signing_key, name_of_signer, retired_keys

PUBLIC_KEY = "public-key.pem"
PROGRAM, SIGNING = "program-key", "signing-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysTold:
    """The signing key in force by name, and those of the past. files: public keys that were written now."""

    signing: str
    retired: tuple[RetiredKey, ...]
    files: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        past = [
            {"name": k.name, "until": k.retired_at.isoformat(), "file": file_of(k), "last_batch": k.last_batch}
            for k in self.retired
        ]
        return {"signing_key": self.signing, "retired": past, "written": list(self.files)}

    def rows(self) -> list[tuple[str, str, str]]:
        """Name, file, when in force; the newest first."""
        past = [(k.name, file_of(k), f"until {k.retired_at:%Y-%m-%d}") for k in reversed(self.retired)]
        return [(self.signing, PUBLIC_KEY, "in force"), *past]


def file_of(key: RetiredKey) -> str:
    """The file that a retired public key lies in."""
    return f"public-key-{key.name[:16]}.pem"


def listed(workspace: Path) -> KeysTold:
    """Which signing keys there are. Writes nothing."""
    with open_house(workspace) as house:
        return _told(house)


def stale_files(house: House) -> list[str]:
    """Public key files that are missing or not as the database knows them."""
    wanted = _files(house)
    return [n for n, pem in wanted.items() if not _holds(house.workspace / n, pem)]


def rotate_program_key(workspace: Path, *, actor: str) -> None:
    """Change the program key. StateError where it comes from the environment, VerificationError for a wrong one."""
    check_actor(actor)
    if os.environ.get(ENVIRONMENT):
        what = f"the key comes from `{ENVIRONMENT}`; put it into `{KEY_FILE}`, unset the variable, and rotate then"
        raise StateError("the program key was not changed", [Fault(place=ENVIRONMENT, what=what)])
    now = datetime.now(UTC)
    with open_house(workspace) as house, _alone(house):
        told = event(EventKind.CONFIG_CHANGED, at=now, actor=actor, setting=PROGRAM)

        def say(transaction: Transaction) -> None:
            house.ledger.append([told], joined=transaction)

        rotate(house.database, workspace / KEY_FILE, say)


def rotate_signing_key(workspace: Path, *, actor: str) -> KeysTold:
    """Change the signing key; which ones there are now."""
    check_actor(actor)
    now = datetime.now(UTC)
    with open_house(workspace) as house, _alone(house):
        coming = draw_data_key()
        told = event(EventKind.CONFIG_CHANGED, at=now, actor=actor, setting=SIGNING, key=name_of_signer(coming))
        with house.database.writing() as transaction:
            house.ledger.append([told], joined=transaction)
            change_signing_key(transaction, house.keyring, coming, at=now)
            transaction.afterwards(house.database.forget_deleted)
    return write_public_keys(workspace)


def write_public_keys(workspace: Path) -> KeysTold:
    """Write every public key file that is missing or stale, also after a kill."""
    with open_house(workspace) as house:
        stale = stale_files(house)
        for name in stale:
            with naming(name):
                write_whole(workspace / name, _files(house)[name])
        return _told(house, tuple(stale))


@contextmanager
def _alone(house: House) -> Iterator[None]:
    """No release is under way while a key changes."""
    check_clock(house, datetime.now(UTC))
    with one_at_a_time(house.workspace / "vault" / "release.lock", what="release"):
        finish_begun(house)
        yield


def _told(house: House, files: tuple[str, ...] = ()) -> KeysTold:
    with house.database.reading() as connection:
        retired = retired_keys(connection, house.keyring)
    return KeysTold(signing=house.keyring.public_key_name(), retired=retired, files=files)


def _files(house: House) -> dict[str, bytes]:
    told = _told(house)
    return {PUBLIC_KEY: house.keyring.public_key_pem(), **{file_of(k): k.pem for k in told.retired}}


def _holds(path: Path, pem: bytes) -> bool:
    return path.is_file() and path.read_bytes() == pem
