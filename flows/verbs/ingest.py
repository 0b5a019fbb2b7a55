"""ingest: seal what lies in the inbox. No parser runs; a file is bytes, a digest, a size and a kind of container.

- A file whose size, time and inode are as they were is not read again (`rehash` reads all).
- A changed file becomes a new source and the old one is superseded; nothing else is touched.
- With `remove` a file leaves the inbox, after its sealing was opened and compared.
- Links and special files are passed over and counted: they may point outside of the workspace. So are files of more
  than `LARGEST` bytes: a sealing holds a file in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.wiring import House
from pipeline.errors import Fault, StorageError
from pipeline.events import EventKind, event
from pipeline.storage.faults import naming
from pipeline.storage.vault import SealedRef, Source

# First bytes -> kind of container, as registered for these formats. What begins otherwise and holds no NUL is text.
_SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0", "compound"),
)
_SNIFFED = 4096
LARGEST = 512 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """Counts of one ingest; `passed_over` are links, special files and files that are too large."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    passed_over: int = 0

    def as_json(self) -> dict[str, int]:
        """The counts by name."""
        return {name: getattr(self, name) for name in ("new", "changed", "unchanged", "removed", "passed_over")}


def ingest(
    house: House,
    *,
    at: datetime,
    actor: str,
    remove: bool = False,
    rehash: bool = False,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Ingested:
    """Seal the inbox. Raises StorageError; what was sealed before a fault stays sealed."""
    inbox = house.workspace / "inbox"
    found, passed_over = _files(inbox)
    known = house.vault.find(found)
    counts = {"new": 0, "changed": 0, "unchanged": 0, "removed": 0}
    for done, (place, path) in enumerate(found.items(), start=1):
        stamp = _Stamp(at=at, actor=actor)
        kind, ref = _seal(house, place, path, known.get(place), stamp, rehash=rehash, dry_run=dry_run)
        counts[kind] += 1
        if remove and not dry_run and ref is not None:
            house.vault.check(ref.source_id)
            with naming("inbox"):
                path.unlink()
            counts["removed"] += 1
        progress(done, len(found))
    return Ingested(**counts, passed_over=passed_over)


def container_of(data: bytes) -> str:
    """Kind of container by its first bytes: zip, pdf, rtf, parquet, compound, text, binary, empty."""
    head = data[:_SNIFFED]
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if not head:
        return "empty"
    return "text" if b"\x00" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff") else "binary"


def _files(inbox: Path) -> tuple[dict[str, Path], int]:
    if not inbox.is_dir():
        raise StorageError("there is nothing to ingest", [Fault(place="inbox", what="make the folder")])
    found: dict[str, Path] = {}
    passed_over = 0
    for path in _walk(inbox):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
            passed_over += 1
        else:
            found[path.relative_to(inbox).as_posix()] = path
    return found, passed_over


def _walk(folder: Path) -> Iterator[Path]:
    """Everything below a folder in order of names; hidden files (editors', systems') and folders are not looked at."""
    with naming("inbox"):
        entries = sorted(e for e in folder.iterdir() if not e.name.startswith("."))
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        else:
            yield entry


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    """When and by whom, for the event."""

    at: datetime
    actor: str


def _seal(
    house: House, place: str, path: Path, known: Source | None, stamp: _Stamp, *, rehash: bool, dry_run: bool
) -> tuple[str, SealedRef | None]:
    """Seal one file with its event in one transaction: neither is ever there without the other."""
    with naming("inbox"):
        seen = path.stat()
    now = (seen.st_size, seen.st_mtime_ns, seen.st_ino)
    if known is not None and not rehash and now == (known.ref.size, known.mtime_ns, known.inode):
        return "unchanged", known.ref
    if dry_run:
        return ("new" if known is None else "changed"), None
    with naming("inbox"):
        data = path.read_bytes()
    with house.database.writing() as transaction:
        ref = house.vault.seal(
            data,
            place=place,
            container=container_of(data),
            mtime_ns=seen.st_mtime_ns,
            inode=seen.st_ino,
            joined=transaction,
        )
        if known is not None and ref.source_id == known.ref.source_id:
            return "unchanged", ref
        told = event(
            EventKind.INGESTED,
            at=stamp.at,
            actor=stamp.actor,
            source=ref.source_id,
            source_digest=ref.digest,
            bytes=ref.size,
        )
        house.ledger.append([told], joined=transaction)
    return ("new" if known is None else "changed"), ref
