"""Publishing a package: the whole of it or nothing.

- The files are written into a folder beside the final place, each flushed to the disk; then that folder is renamed.
- With a recipient's key the folder is made inside the vault instead, and what is put in place is one encrypted file.
- Whatever breaks (a full disk, a file limit, an interrupt, an error of the caller's iterator) leaves nothing behind.
  What a killed run left is removed by the next one; a run holds a lock on its staging folder while it lives, so that
  no other run mistakes it for such a leftover.
- Nothing is overwritten. Names are plain relative ones: no way out of the package.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Fault, StateError, StorageError
from pipeline.package.book import Piece
from pipeline.storage.disk import FILE_MODE, FOLDER_MODE, flush_folder, private_folder, remove_tree
from pipeline.storage.faults import naming

PLACE = "release folder"
STAGING = ".staging-"
# Letters, digits, point, line and dash; no part starts with a point or dash; at most 100 characters a part.
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file of a package. digest: SHA-256, 64 hex digits; size in bytes."""

    name: str
    digest: str
    size: int


def publish(place: Path, pieces: Iterable[tuple[str, bytes] | Piece]) -> tuple[PublishedFile, ...]:
    """Make the package at `place` from pieces, taken one at a time; a pair of name and bytes is a file in one piece.
    Returns what was written, each file when it ended.

    StateError where a name is not fit or a file does not end; StorageError where something stands at `place` already or
    the disk breaks. After any error nothing of the package is there.
    """
    _refuse_existing(place)
    with written(place.parent, pieces) as (staging, files):
        _refuse_existing(place)
        with naming(PLACE):
            staging.rename(place)
            flush_folder(place.parent)
    return files


@contextmanager
def written(
    folder: Path, pieces: Iterable[tuple[str, bytes] | Piece]
) -> Iterator[tuple[Path, tuple[PublishedFile, ...]]]:
    """A staging folder in `folder` with the whole package in it, flushed; removed at the end unless it was renamed."""
    with naming(PLACE):
        private_folder(folder)
    sweep(folder)
    with _staged(folder) as staging:
        files = tuple(_write(staging, pieces))
        with naming(PLACE):
            _flush_all(staging)
        yield staging, files


def sweep(folder: Path) -> int:
    """Remove staging folders in `folder` whose run is dead. Returns how many."""
    swept = 0
    with naming(PLACE):
        for staging in sorted(folder.glob(f"{STAGING}*")):
            handle = _locked(staging)
            if handle is not None:
                try:
                    remove_tree(staging)
                    swept += 1
                finally:
                    os.close(handle)
    return swept


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A new folder in `folder`, locked; removed at the end unless it was renamed."""
    staging = folder / f"{STAGING}{secrets.token_hex(8)}"
    with naming(PLACE):
        staging.mkdir(mode=FOLDER_MODE)
        handle = _locked(staging)
    try:
        yield staging
    finally:
        with naming(PLACE):
            remove_tree(staging)
            if handle is not None:
                os.close(handle)


def _locked(folder: Path) -> int | None:
    """The folder, open and locked; None where a living run has it or it is gone."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _write(staging: Path, pieces: Iterable[tuple[str, bytes] | Piece]) -> Iterator[PublishedFile]:
    """Write the pieces, each to its file; several files may grow side by side."""
    seen: set[str] = set()
    growing: dict[str, _Growing] = {}
    with ExitStack() as open_files:
        for given in pieces:
            piece = Piece(*given)
            if piece.path not in growing:
                _check_name(piece.path, seen)
                growing[piece.path] = open_files.enter_context(_Growing(staging / piece.path, piece.path))
            growing[piece.path].write(piece.data)
            if piece.last:
                yield growing.pop(piece.path).end()
        if growing:
            what = "a file of the package has no end; nothing was written"
            raise StateError("the package was not made", [Fault(place=PLACE, what=what)])


class _Growing:
    """A new file that is written in pieces. StorageError where the disk breaks."""

    def __init__(self, path: Path, name: str) -> None:
        self._name, self._digest, self._size = name, hashlib.sha256(), 0
        with naming(PLACE):
            path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
        self._open = True

    def __enter__(self) -> _Growing:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._size += len(data)
        rest = memoryview(data)
        with naming(PLACE):
            while rest:
                rest = rest[os.write(self._handle, rest) :]

    def end(self) -> PublishedFile:
        with naming(PLACE):
            os.fsync(self._handle)
        self._close()
        return PublishedFile(name=self._name, digest=self._digest.hexdigest(), size=self._size)

    def _close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._handle)


def _check_name(name: str, seen: set[str]) -> None:
    """A name is made of fit parts and is there once, also on disks that take `A` and `a` for the same."""
    if not all(_PART.match(part) for part in name.split("/")):
        what = "a file name of the package is not a plain relative one; nothing was written"
        raise StateError("the package was not made", [Fault(place=PLACE, what=what)])
    if name.casefold() in seen:
        what = "two files of the package have the same name; nothing was written"
        raise StateError("the package was not made", [Fault(place=PLACE, what=what)])
    seen.add(name.casefold())


def _flush_all(staging: Path) -> None:
    for folder in sorted({path.parent for path in staging.rglob("*")} | {staging}):
        flush_folder(folder)


def _refuse_existing(place: Path) -> None:
    if not _PART.match(place.name):
        what = "the name of the package is not a plain one"
        raise StateError("the package was not made", [Fault(place=PLACE, what=what)])
    if os.path.lexists(place):
        what = "a package of this name is there already and was not overwritten; give it another name"
        raise StorageError("the package was not made", [Fault(place=PLACE, what=what)])
