"""split: a table that is too large for a run, cut into files of its kind that are not. Nothing is released by it.

- The file is gone through once before anything is written: a fault leaves nothing behind.
- Parts stand beside the file as NAME.part-001.csv and so on, mode 0600; a file that stands there already is a fault.
- Memory is flat: one part is held at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import Fault, InputError, StateError
from pipeline.formats.parts import parts
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming

PLACE = "table"  # a file name may hold a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How many parts a file has, and whether they were written."""

    parts: int
    bytes: int
    written: bool

    def as_json(self) -> dict[str, int | bool]:
        """The counts by name."""
        return {"parts": self.parts, "bytes": self.bytes, "written": self.written}


def split(path: Path, *, size: int, dry_run: bool) -> Split:
    """Cut a CSV, JSON Lines or Parquet file into parts of about `size` bytes. Raises InputError for a file that cannot
    be cut, StateError where parts stand already, StorageError."""
    with _open(path) as stream:
        sizes = [len(part.data) for part in parts(stream, place=PLACE, size=size)]
    places = [path.with_name(f"{path.stem}.part-{n:03}{path.suffix}") for n in range(1, len(sizes) + 1)]
    if any(place.exists() for place in places):
        what = "parts of this file stand beside it already; move them away first"
        raise StateError("nothing was written", [Fault(place=PLACE, what=what)])
    if not dry_run:
        with _open(path) as stream:
            for place, part in zip(places, parts(stream, place=PLACE, size=size), strict=True):
                with naming(PLACE):
                    write_whole(place, part.data)
    return Split(parts=len(sizes), bytes=sum(sizes), written=not dry_run)


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    if not path.is_file():
        raise InputError("the table cannot be opened", [Fault(place=PLACE, what="no such file; check its name")])
    with naming(PLACE), path.open("rb") as stream:
        yield stream
