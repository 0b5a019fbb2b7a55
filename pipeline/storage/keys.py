"""The program key: 32 random bytes that wrap every other key. Who has it and the vault can read the originals.

- It lies in a file of mode 0600 (64 hex digits), made by `init` outside of the vault, or in `STORYKEEPER_KEY`; the
  environment wins. A file that others may read is refused: it may be known to them.
- A changed key is written beside the old one (`.next`) before the database changes to it, and takes its place after;
  a kill in between leaves both, and the database says which one counts (`pipeline.storage.keyring.rotate`).
- `ProgramKey.name` is a digest of the key, so that a wrong key is told apart from a damaged file.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.errors import Fault, StateError, VerificationError
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming

ENVIRONMENT = "STORYKEEPER_KEY"
PLACE = "program key"
_NONCE = 12  # bytes; NIST SP 800-38D, the length that GCM is built for
_WRITTEN = re.compile(r"[0-9a-f]{64}\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramKey:
    """The key that wraps the others. `secret`: 32 bytes."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise ValueError("a program key has 32 bytes")

    @property
    def name(self) -> str:
        """16 hex digits that name the key and give nothing of it away."""
        return hashlib.sha256(b"storykeeper program key name" + self.secret).hexdigest()[:16]


def new_program_key() -> ProgramKey:
    """A key drawn at random."""
    return ProgramKey(secret=secrets.token_bytes(32))


def create_key_file(path: Path) -> ProgramKey:
    """Draw a key and write it to `path`, mode 0600. StateError where a file stands already:
    a key is never overwritten."""
    if path.exists():
        what = "a key is there already and was not overwritten; change it with a rotation"
        raise StateError("the program key was not made", [Fault(place=PLACE, what=what)])
    key = new_program_key()
    write_key_file(path, key, replace=False)
    return key


def write_key_file(path: Path, key: ProgramKey, *, replace: bool) -> None:
    """Write `key` to `path` in one step, mode 0600."""
    with naming(PLACE):
        write_whole(path, key.secret.hex().encode() + b"\n", replace=replace)


def load_program_key(path: Path, environment: Mapping[str, str]) -> ProgramKey:
    """The key of `STORYKEEPER_KEY` in `environment` or, without it, of the file. VerificationError if it is no key."""
    if environment.get(ENVIRONMENT):
        return _parsed(environment[ENVIRONMENT], place=ENVIRONMENT)
    return read_key_file(path)


def read_key_file(path: Path) -> ProgramKey:
    """The key in the file at `path`. VerificationError where others may read it or it holds no key."""
    with naming(PLACE):
        mode = path.stat().st_mode
        written = path.read_text(encoding="ascii", errors="replace")
    if mode & 0o077:
        what = "others may read the file; give it mode 0600, and change the key if somebody may have read it"
        raise VerificationError("the program key was not used", [Fault(place=PLACE, what=what)])
    return _parsed(written, place=PLACE)


def next_key_file(path: Path) -> Path:
    """Where the coming key lies while a rotation is under way."""
    return path.with_name(path.name + ".next")


def _parsed(written: str, *, place: str) -> ProgramKey:
    if not _WRITTEN.match(written):
        what = "it holds no key of 64 hex digits; restore it from your backup"
        raise VerificationError("the program key cannot be used", [Fault(place=place, what=what)])
    return ProgramKey(secret=bytes.fromhex(written.strip()))


def seal(secret: bytes, data: bytes, *, bound_to: str) -> bytes:
    """Nonce and AES-256-GCM ciphertext of `data`; it opens only with the same key and the same `bound_to`."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, data, bound_to.encode())


def unseal(secret: bytes, sealed: bytes, *, bound_to: str, place: str) -> bytes:
    """What `seal` was given. VerificationError, naming `place`, where it was altered or the key is another one."""
    opened: bytes | None = None
    if len(sealed) > _NONCE:
        try:
            opened = AESGCM(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
        except InvalidTag:
            opened = None
    if opened is None:
        what = "it does not open with its key, so it was altered or exchanged; restore it from a backup"
        raise VerificationError("something sealed does not verify", [Fault(place=place, what=what)])
    return opened
