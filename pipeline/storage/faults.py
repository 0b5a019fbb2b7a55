"""Breakages of disk and database become our own errors, without a path and without a word.

An `OSError` carries a path, an SQL error carries parameters; both may hold a name. So what leaves this room is raised
outside the `except` block (nothing is chained to it) and says only: which place, what kind of breakage, what to do.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from pipeline.errors import Fault, StorageError

# What a manager can do about it, by errno (errno(3)).
_SENTENCES = {
    errno.ENOSPC: "the disk is full; make room and run again",
    errno.EFBIG: "a file would be larger than this process may write; raise the limit or make room, then run again",
    errno.EDQUOT: "the disk quota is used up; make room and run again",
    errno.EROFS: "the disk is read-only; mount it for writing and run again",
    errno.EACCES: "permission is missing; give the account that runs this access, then run again",
    errno.EPERM: "permission is missing; give the account that runs this access, then run again",
    errno.ENOENT: "it is not there; restore it, or make a workspace with `storykeeper init`",
    errno.EEXIST: "it is there already; nothing was overwritten",
    errno.ENOTEMPTY: "it is there already; nothing was overwritten",
    errno.ENOTDIR: "a file stands where a folder should be; move it away and run again",
    errno.EISDIR: "a folder stands where a file should be; move it away and run again",
    errno.EMFILE: "too many files are open; raise the limit of open files and run again",
    errno.EIO: "the disk does not answer; check the hardware before anything else",
}


def storage_error(place: str, error: OSError) -> StorageError:
    """The error for a breakage of the disk at `place`, a place inside the workspace that is safe to show."""
    what = _SENTENCES.get(error.errno or 0)
    if what is None:
        what = (
            f"the disk refused (`{errno.errorcode.get(error.errno or 0, type(error).__name__)}`); check it, run again"
        )
    return StorageError("storage failed, nothing was half written", [Fault(place=place, what=what)])


def _database_error(error: SQLAlchemyError) -> StorageError:
    said = str(getattr(error, "orig", "")).lower()
    if isinstance(error, IntegrityError):
        what = "a row was refused as a double; run again, and if it stays, run `storykeeper audit verify`"
    elif "full" in said or "disk i/o" in said:
        what = "the disk under it is full or broken; make room and run again"
    elif "readonly" in said or "read-only" in said:
        what = "it is read-only; give the account that runs this access, then run again"
    elif "locked" in said or "lock timeout" in said:
        what = "another run keeps it busy; wait for that run, then run again"
    elif "malformed" in said or "not a database" in said:
        what = "it is damaged; restore it from a backup, then run `storykeeper audit verify`"
    elif "28p01" in said or "28000" in said:  # the server's codes for a refused password and user
        what = "it refuses the user or the password; check the address, then run again"
    elif isinstance(error, OperationalError | InterfaceError):
        what = "it cannot be reached or opened; check the address and permissions, then run again"
    else:
        what = f"it refused a statement (`{type(error).__name__}`); run `storykeeper doctor`"
    return StorageError("storage failed, nothing was half written", [Fault(place="database", what=what)])


@contextmanager
def naming(place: str) -> Iterator[None]:
    """Turn what the disk breaks inside into a StorageError that names `place` alone. Our own errors pass untouched."""
    broken: StorageError | None = None
    try:
        yield
    except OSError as error:
        broken = storage_error(place, error)
    _raise_alone(broken)


@contextmanager
def naming_database() -> Iterator[None]:
    """Turn what the database breaks inside into a StorageError. Our own errors pass through untouched."""
    broken: StorageError | None = None
    try:
        yield
    except SQLAlchemyError as error:
        broken = _database_error(error)
    _raise_alone(broken)


def _raise_alone(error: StorageError | None) -> None:
    """Raise `error` with nothing chained to it: what broke is still being handled by the caller's `with`, and Python
    would hang it on, path and all."""
    if error is None:
        return
    try:
        raise error from None
    finally:
        error.__context__ = None
