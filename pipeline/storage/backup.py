"""A backup: one tar file of a workspace, from which it can be made again on another machine or another database.

- The tables are copied as one snapshot into a SQLite file, whatever database they live in; then come the files. What a
  table names was sealed before the snapshot, so it is in the backup.
- The program key is never in it: with the key and the vault everything can be read.
- The last member lists the SHA-256 of all others. `unpack` checks every one before anything is at its place, writes
  into a new folder alone, and takes plain files alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from sqlalchemy import insert, select

from pipeline.errors import Fault, StateError, VerificationError
from pipeline.storage.database import Database, sqlite_url
from pipeline.storage.disk import flush_folder, private_folder, remove_tree
from pipeline.storage.faults import naming
from pipeline.storage.tables import metadata

TABLES, INDEX = "tables.db", "SHA256SUMS"
_AT_ONCE = 500
PLACE = "backup"


def copy_tables(source: Database, target: Database) -> int:
    """Copy every row of every table into empty tables, as one snapshot and one write. How many. StorageError."""
    rows = 0
    with source.reading() as reading, target.writing() as writing:
        for table in metadata.sorted_tables:
            found = reading.execute(select(table)).yield_per(_AT_ONCE)
            for part in found.mappings().partitions(_AT_ONCE):
                writing.connection.execute(insert(table), [dict(row) for row in part])
                rows += len(part)
    return rows


def write_backup(file: Path, workspace: Path, database: Database, parts: Iterable[str]) -> int:
    """Write the tables and the named parts of the workspace into `file`, whole or not at all. How many files.
    StateError where `file` is there already."""
    if file.exists():
        raise StateError("nothing was written", [Fault(place=PLACE, what="the file is there already; name a new one")])
    begun = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with naming(PLACE):
            opened = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "wb") as stream:
                count = _fill(stream, workspace, database, parts)
                stream.flush()
                os.fsync(stream.fileno())
            begun.rename(file)
            flush_folder(file.parent)
    finally:
        begun.unlink(missing_ok=True)
    return count


def _fill(stream: io.BufferedWriter, workspace: Path, database: Database, parts: Iterable[str]) -> int:
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        with tempfile.TemporaryDirectory(dir=workspace / "vault", prefix=".backup") as room:
            snapshot = Path(room) / TABLES
            with Database(sqlite_url(snapshot)) as target:
                copy_tables(database, target)
                target.forget_deleted()  # all of it out of the write-ahead file
            _add(tar, TABLES, snapshot, sums)
        for name, path in _files(workspace, parts):
            _add(tar, name, path, sums)
        listed = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
        tar.addfile(_member(INDEX, len(listed)), io.BytesIO(listed))
    return len(sums)


def _files(workspace: Path, parts: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Plain files below the parts, in order; temporary ones (a dot before the name) are left out."""
    for part in parts:
        whole = workspace / part
        for path in [whole] if whole.is_file() else sorted(whole.rglob("*")):
            name = path.relative_to(workspace)
            if path.is_file() and not path.is_symlink() and not any(n.startswith(".") for n in name.parts):
                yield name.as_posix(), path


def _add(tar: tarfile.TarFile, name: str, path: Path, sums: dict[str, str]) -> None:
    with path.open("rb") as stream:
        member = _member(name, os.fstat(stream.fileno()).st_size)
        sums[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        tar.addfile(member, stream)


def _member(name: str, size: int) -> tarfile.TarInfo:
    """Nothing of this machine in it: no owner, no time."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def unpack(file: Path, folder: Path) -> int:
    """Lay a backup out in a new folder; how many files. VerificationError where it is damaged: then nothing is there.
    StateError where the folder is there already."""
    if folder.exists():
        raise StateError(
            "nothing was restored", [Fault(place=PLACE, what="the folder is there already; name a new one")]
        )
    room = folder.with_name(f".{folder.name}.restoring")
    with naming(PLACE):
        remove_tree(room)
        private_folder(room)
    whole = False
    try:
        count = _lay_out(file, room)
        with naming(PLACE):
            room.rename(folder)
        whole = True
    finally:
        if not whole:
            with naming(PLACE):
                remove_tree(room)
    return count


def _lay_out(file: Path, room: Path) -> int:
    found: dict[str, str] = {}
    listed: dict[str, str] = {}
    try:
        with naming(PLACE), tarfile.open(file, mode="r:") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is None or not _is_plain(member.name):
                    raise _damaged("it holds something that no backup holds")
                if member.name == INDEX:
                    lines = (line.partition("  ") for line in stream.read().decode().splitlines())
                    listed = {name: digest for digest, _, name in lines}
                else:
                    found[member.name] = _written(stream, room / member.name)
    except (tarfile.TarError, ValueError, EOFError):
        raise _damaged("it is no backup, or cut off") from None
    if not listed or found != listed:
        raise _damaged("a file of it is missing or changed")
    return len(found)


def _is_plain(name: str) -> bool:
    parts = Path(name).parts
    return bool(parts) and not Path(name).is_absolute() and not any(p in ("..", ".") or "\\" in p for p in parts)


def _written(stream: IO[bytes], path: Path) -> str:
    private_folder(path.parent)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while block := stream.read(1 << 20):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def _damaged(what: str) -> VerificationError:
    fault = Fault(place=PLACE, what=f"{what}; take another backup")
    return VerificationError("the backup does not verify; nothing was restored", [fault])
