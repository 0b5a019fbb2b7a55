"""Reading the record files of a program: bytes and one digest over them all, which says on what a decision rests.

The files are the tables (CSV, XLSX, Parquet), FHIR bundles (JSON) and `recipients.toml` in `records/`. What they mean
is settled by `pipeline.consent`; nobody looks inside here. What an editor leaves (`.name`, `~$name`) does not count.
A file that changes while it is read is read again; one that keeps changing is refused, since half of a table is another
table.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import Fault, StorageError
from pipeline.storage.faults import naming

PLACE = "records"
_KINDS = (".csv", ".xlsx", ".parquet", ".json", ".toml")
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile:
    """One file of the records. digest: SHA-256 of its bytes."""

    name: str
    data: bytes = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsSnapshot:
    """The record files as they were at one moment, by name. digest: SHA-256 over names and digests in order."""

    files: tuple[RecordFile, ...]
    digest: str

    def get(self, name: str) -> bytes | None:
        """The bytes of the file `name`, None where there is none."""
        return next((file.data for file in self.files if file.name == name), None)


def read_records(folder: Path) -> RecordsSnapshot:
    """The record files in `folder`. StorageError where it cannot be read or does not hold still."""
    for _ in range(_ATTEMPTS):
        before = _stamps(folder)
        files = tuple(_read(folder / name) for name in sorted(before))
        if _stamps(folder) == before:
            return RecordsSnapshot(files=files, digest=_digest(files))
    what = "the files change while they are read; let the other program finish, then run again"
    raise StorageError("the records were not read", [Fault(place=PLACE, what=what)])


def _stamps(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Time, size and inode of each record file: what differs after a change."""
    found = {}
    with naming(PLACE), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(_KINDS) and not entry.name.startswith((".", "~")) and entry.is_file():
                stat = entry.stat()
                found[entry.name] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def _read(path: Path) -> RecordFile:
    with naming(PLACE):
        data = path.read_bytes()
    return RecordFile(name=path.name, data=data, digest=hashlib.sha256(data).hexdigest())


def _digest(files: tuple[RecordFile, ...]) -> str:
    lines = "".join(f"{file.digest}  {file.name}\n" for file in files)
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()
