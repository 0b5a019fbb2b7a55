"""A package as one file that only its recipient opens: a tar of the folder inside an age file (age-encryption.org/v1).

- The tar is the same for the same folder: names in order, owner, modes and times fixed; it unpacks into one folder.
- It goes to the recipient's X25519 key through a stream: memory is flat in its size.
- The file is written beside its place, flushed and then named; nothing is overwritten, and a kill leaves none of it.
- A key is checked before anything is written; a secret key given by mistake is refused and never shown.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pyrage

from pipeline.errors import Fault, StorageError, VerificationError
from pipeline.storage.disk import FILE_MODE, TEMPORARY, flush_folder, private_folder
from pipeline.storage.faults import naming

PLACE = "release folder"
ENDING = ".tar.age"
_KEY = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_SECRET = re.compile(r"AGE-SECRET-KEY-", re.IGNORECASE)
_PIECE = 1 << 20


def recipient_key(text: str) -> pyrage.x25519.Recipient:
    """The key that `age1...` stands for. VerificationError where it is none."""
    if _SECRET.search(text):
        what = "is a secret key: it stays with the recipient; give the line that starts with `age1`"
    else:
        what = "is no age key; give the line that starts with `age1`, as `age-keygen` prints it"
        if _KEY.fullmatch(text.strip()):
            try:
                return pyrage.x25519.Recipient.from_str(text.strip())
            except pyrage.RecipientError:
                what = "is no age key: a letter of it is wrong; ask the recipient for it again"
    raise VerificationError("the release cannot be encrypted", [Fault(place="the recipient's key", what=what)])


def seal_folder(folder: Path, place: Path, *, inside: str, key: str) -> None:
    """Encrypt all files below `folder` into `place`, as a tar whose files lie in a folder called `inside`.

    VerificationError for a key that is none, StorageError where something stands at `place` or the disk breaks.
    """
    recipient = recipient_key(key)
    temporary = place.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    with naming(PLACE):
        private_folder(place.parent)
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
            with os.fdopen(handle, "wb") as out:
                _encrypt(TarOfFolder(folder, inside), out, recipient)
                out.flush()
                os.fsync(out.fileno())
            os.link(temporary, place)  # unlike a rename, a link never overwrites
        finally:
            temporary.unlink(missing_ok=True)
        flush_folder(place.parent)


def _encrypt(reader: TarOfFolder, out: io.BufferedWriter, recipient: pyrage.x25519.Recipient) -> None:
    """Through pyrage, which tells every breakage of the disk as its own error: then the disk's own is raised."""
    broken = False
    try:
        pyrage.encrypt_io(reader, out, [recipient])
    except (pyrage.EncryptError, OSError):
        broken = True
    if broken:
        what = "the encrypted file could not be written; look for a full disk or a file limit, then run again"
        raise StorageError("storage failed, nothing was half written", [Fault(place=PLACE, what=what)])


class TarOfFolder(io.RawIOBase):
    """The tar of a folder, made while it is read."""

    def __init__(self, folder: Path, inside: str) -> None:
        self._pieces = _tar(folder, inside)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        if size < 0:
            return bytes(self._rest) + b"".join(self._pieces)
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = memoryview(piece)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


def _tar(folder: Path, inside: str) -> Iterator[bytes]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        entry = tarfile.TarInfo(f"{inside}/{path.relative_to(folder).as_posix()}")
        entry.size, entry.mode = path.stat().st_size, 0o644
        yield entry.tobuf(tarfile.PAX_FORMAT)
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece
        yield b"\0" * (-entry.size % tarfile.BLOCKSIZE)
    yield b"\0" * (2 * tarfile.BLOCKSIZE)
