"""Publishing a package: the whole of it or nothing.

- The files are written into a folder beside the final place, each flushed to the disk; then that folder is renamed.
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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Fault, StateError, StorageError
from pipeline.storage.disk import FOLDER_MODE, flush_folder, private_folder, remove_tree, write_new
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


def publish(place: Path, files: Iterable[tuple[str, bytes]]) -> tuple[PublishedFile, ...]:
    """Make the package at `place` from (name, bytes) pairs, taken one at a time. Returns what was written, in order.

    StateError where something stands at `place` already or a name is not fit; StorageError where the disk breaks. After
    any error nothing of the package is there.
    """
    _refuse_existing(place)
    with naming(PLACE):
        private_folder(place.parent)
    sweep(place.parent)
    with _staged(place) as staging:
        written = tuple(_write(staging, files))
        with naming(PLACE):
            _flush_all(staging)
        _refuse_existing(place)
        with naming(PLACE):
            staging.rename(place)
            flush_folder(place.parent)
    return written


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
def _staged(place: Path) -> Iterator[Path]:
    """A new folder beside `place`, locked; removed at the end unless it was renamed."""
    staging = place.parent / f"{STAGING}{secrets.token_hex(8)}"
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


def _write(staging: Path, files: Iterable[tuple[str, bytes]]) -> Iterator[PublishedFile]:
    seen: set[str] = set()
    for name, data in files:
        _check_name(name, seen)
        path = staging / name
        with naming(PLACE):
            path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            write_new(path, data)
        yield PublishedFile(name=name, digest=hashlib.sha256(data).hexdigest(), size=len(data))


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
