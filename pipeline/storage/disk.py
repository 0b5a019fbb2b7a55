"""Writing to a disk so that a kill at any moment leaves the old state or the new one.

- A file is written beside its place under a name that starts with `.tmp-`, flushed to the disk, renamed, and its folder
  flushed too.
- Everything made here belongs to its owner alone: files 0600, folders 0700.
- Functions raise OSError; the callers name the place (`pipeline.storage.faults.naming`).
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700
TEMPORARY = ".tmp-"


def private_folder(folder: Path) -> None:
    """Make `folder` (and what is above it) for its owner alone; tighten it where it is there already."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(FOLDER_MODE)


def flush_folder(folder: Path) -> None:
    """Make the names inside `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, data: bytes) -> None:
    """Write and flush a file that must not be there yet. On failure nothing is left of it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    done = False
    try:
        with os.fdopen(handle, "wb", buffering=0) as stream:
            rest = memoryview(data)
            while rest:
                rest = rest[stream.write(rest) :]
            os.fsync(stream.fileno())
        done = True
    finally:
        if not done:
            path.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes, *, replace: bool = True) -> None:
    """Put `data` at `path` in one step. `replace=False`: FileExistsError where something stands there already."""
    temporary = path.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    write_new(temporary, data)
    try:
        if replace:
            temporary.replace(path)
        else:
            os.link(temporary, path)  # unlike a rename, a link never overwrites
    finally:
        temporary.unlink(missing_ok=True)
    flush_folder(path.parent)


def sweep_temporaries(folder: Path, *, older_than_s: float) -> int:
    """Remove what killed runs left under `.tmp-` names. Younger ones may belong to a run at work. Returns how many."""
    swept = 0
    for path in folder.glob(f"{TEMPORARY}*"):
        try:
            if time.time() - path.stat().st_mtime >= older_than_s:
                path.unlink()
                swept += 1
        except FileNotFoundError:
            continue  # its own run was quicker
    return swept


def remove_tree(folder: Path) -> None:
    """Remove a folder and all in it; it may be gone already."""
    if folder.exists():
        shutil.rmtree(folder)
