"""Locks between processes of one machine, held by the kernel: a killed holder lets go at once, nothing gets stale.

- `one_at_a_time` is for releases: who comes second is told who holds it, and does not wait.
- `in_turn` is for short steps: who comes second waits.
- The file stays where it is; removing it would let two runs hold two locks of the same name. It holds the holder's
  process number, for the message alone.
- Machines that share a workspace over a network need a file system with working `flock` (NFS 4 has it).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import Fault, StateError
from pipeline.storage.disk import FILE_MODE
from pipeline.storage.faults import naming


@contextmanager
def one_at_a_time(path: Path, *, what: str) -> Iterator[None]:
    """Hold the lock at `path` while inside. StateError with the holder's process number where another run has it.

    what: the thing that only one run may do, for the message, such as `release`.
    """
    with _opened(path, what) as handle:
        if not _taken(handle, fcntl.LOCK_EX | fcntl.LOCK_NB):
            said = f"another run (process `{_holder(handle)}`) is at it; wait until it is done, then run again"
            raise StateError(f"only one `{what}` at a time", [Fault(place=f"{what} lock", what=said)])
        with naming(f"{what} lock"):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield


@contextmanager
def in_turn(path: Path, *, what: str) -> Iterator[None]:
    """Hold the lock at `path` while inside, after waiting for whoever has it."""
    with _opened(path, what) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(path: Path, what: str) -> Iterator[int]:
    with naming(f"{what} lock"):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
    try:
        yield handle
    finally:
        os.close(handle)  # closing lets go


def _taken(handle: int, operation: int) -> bool:
    try:
        fcntl.flock(handle, operation)
    except BlockingIOError:
        return False
    return True


def _holder(handle: int) -> str:
    said = os.pread(handle, 20, 0)
    return said.decode() if said.isdigit() else "unknown"
