"""The vault: originals, each sealed with its own key, under random names, in a folder of mode 0700.

- What came in is kept as bytes with digest and size; no parser sees them here. The file name may hold a name: it is
  kept sealed, and found again by a keyed digest.
- Sealing the same bytes at the same place again changes nothing; other bytes there become a new source, and the old one
  is `superseded` and stays readable for what was made of it.
- Opening takes a warrant (a Permit, or an operator's grant) and gives the bytes only if their digest is the old one.
- The file is on the disk before the row that names it; a kill in between leaves a file that nobody can open, and
  `sweep` removes it.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, Row, func, insert, select, update

from pipeline.errors import Fault, StateError, VerificationError
from pipeline.storage.database import Database, Transaction
from pipeline.storage.disk import (
    TEMPORARY,
    flush_folder,
    private_folder,
    sweep_temporaries,
    write_new,
)
from pipeline.storage.faults import naming
from pipeline.storage.grants import Warrant, check_warrant
from pipeline.storage.keyring import DataKey, Keyring, Purpose, draw_data_key
from pipeline.storage.tables import sources

PLACE = "vault"
# A sealing takes seconds; a `.tmp-` file of an hour ago belongs to a run that was killed.
_STALE_S = 3600.0
# Up to so many places are asked for by name; SQLite takes 999 parameters in its older versions.
_FEW = 500


class SourceState(StrEnum):
    """current: what lies at its place now; superseded: other bytes came; shredded: the key is destroyed."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    SHREDDED = "shredded"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRef:
    """A sealed original. digest: SHA-256 of its bytes, 64 hex digits; size in bytes."""

    source_id: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the vault knows of an original without opening it. `mtime_ns` and `inode` tell ingest that a file of the
    inbox did not change since; `container` is the kind found by its first bytes."""

    ref: SealedRef
    container: str
    mtime_ns: int
    inode: int
    state: SourceState


class Vault:
    """The vault of one workspace, in `folder` (made where missing) and in the database."""

    def __init__(self, folder: Path, database: Database, keyring: Keyring) -> None:
        self._sealed = folder / "sealed"
        self._database = database
        self._keyring = keyring
        with naming(PLACE):
            private_folder(folder)
            private_folder(self._sealed)

    # -- putting in

    def seal(
        self,
        data: bytes,
        *,
        place: str,
        container: str = "unknown",
        mtime_ns: int = 0,
        inode: int = 0,
        joined: Transaction | None = None,
    ) -> SealedRef:
        """Seal the bytes found at `place` (relative to the inbox). StorageError: nothing was sealed."""
        ref = SealedRef(source_id=secrets.token_hex(16), digest=hashlib.sha256(data).hexdigest(), size=len(data))
        key = draw_data_key()
        row = {
            "source_id": ref.source_id,
            "key_id": key.key_id,
            "place_tag": self._tag(place),
            "sealed_place": key.seal(place.encode(), bound_to=f"place {ref.source_id}"),
            "digest": ref.digest,
            "size": ref.size,
            "mtime_ns": mtime_ns,
            "inode": inode,
            "container": container,
            "state": SourceState.CURRENT,
        }
        with self._database.reading() as connection:
            known = self._same(connection, row) is not None
        temporary = None if known else self._write(key, data, ref.source_id)
        try:
            with self._database.writing(joined) as transaction:
                return self._record(transaction, row, key, temporary)
        finally:
            if temporary is not None:
                with naming(PLACE):
                    temporary.unlink(missing_ok=True)

    def _write(self, key: DataKey, data: bytes, source_id: str) -> Path:
        folder = self._path(source_id).parent
        temporary = folder / f"{TEMPORARY}{source_id}"
        with naming(PLACE):
            private_folder(folder)
            write_new(temporary, key.seal(data, bound_to=f"source {source_id}"))
        return temporary

    def _record(
        self, transaction: Transaction, row: dict[str, object], key: DataKey, temporary: Path | None
    ) -> SealedRef:
        connection = transaction.connection
        same = self._same(connection, row)
        at_place = (sources.c.place_tag == row["place_tag"]) & (sources.c.state == SourceState.CURRENT)
        if same is not None:
            stamp = {"mtime_ns": row["mtime_ns"], "inode": row["inode"]}
            connection.execute(update(sources).where(sources.c.source_id == same.source_id).values(stamp))
            return SealedRef(source_id=same.source_id, digest=same.digest, size=same.size)
        if temporary is None:
            what = "the file was sealed anew by another run in this moment; run again"
            raise StateError("nothing was sealed", [Fault(place=PLACE, what=what)])
        source_id = str(row["source_id"])
        with naming(PLACE):
            temporary.rename(self._path(source_id))
            flush_folder(temporary.parent)
        self._keyring.keep(transaction, key, Purpose.DOCUMENT)
        connection.execute(update(sources).where(at_place).values(state=SourceState.SUPERSEDED))
        nth = connection.execute(select(func.coalesce(func.max(sources.c.nth), 0) + 1)).scalar_one()
        connection.execute(insert(sources).values(**row, nth=nth))
        return SealedRef(source_id=source_id, digest=str(row["digest"]), size=int(str(row["size"])))

    def _same(self, connection: Connection, row: dict[str, object]) -> Row[str, str, int] | None:
        query = select(sources.c.source_id, sources.c.digest, sources.c.size).where(
            sources.c.place_tag == row["place_tag"],
            sources.c.state == SourceState.CURRENT,
            sources.c.digest == row["digest"],
        )
        return connection.execute(query).first()

    # -- taking out

    def unseal(self, source_id: str, *, permit: Warrant) -> bytes:
        """The bytes of an original. StateError without a warrant or after its key was destroyed, VerificationError
        where the sealed file was altered, StorageError where it is gone."""
        check_warrant(permit)
        return self._open(source_id)

    def place_of(self, source_id: str, *, permit: Warrant) -> str:
        """Where the original lay in the inbox. May hold a name: for the screen of who may see it, never for a log."""
        check_warrant(permit)
        with self._database.reading() as connection:
            row = self._row(connection, source_id)
            key = self._keyring.get(connection, row.key_id)
        sealed = key.unseal(row.sealed_place, bound_to=f"place {source_id}", place=f"source `{source_id}`")
        return sealed.decode()

    def check(self, source_id: str) -> None:
        """Open an original, compare it with its digest and forget it. Raises as `unseal` does."""
        self._open(source_id)

    def _open(self, source_id: str) -> bytes:
        place = f"source `{source_id}`"
        with self._database.reading() as connection:
            row = self._row(connection, source_id)
            key = self._keyring.get(connection, row.key_id)
        with naming(place):
            sealed = self._path(source_id).read_bytes()
        data = key.unseal(sealed, bound_to=f"source {source_id}", place=place)
        if hashlib.sha256(data).hexdigest() != row.digest:
            what = "its bytes have another digest than when they came in; restore it from a backup"
            raise VerificationError("something sealed does not verify", [Fault(place=place, what=what)])
        return data

    # -- asking

    def find(self, places: Iterable[str]) -> dict[str, Source]:
        """The current source of each place that has one. Opens nothing."""
        tags = {self._tag(place): place for place in places}
        with self._database.reading() as connection:
            query = select(sources).where(sources.c.state == SourceState.CURRENT)
            if len(tags) <= _FEW:
                query = query.where(sources.c.place_tag.in_(tags))
            rows = connection.execute(query).all()
        return {tags[row.place_tag]: _source(row) for row in rows if row.place_tag in tags}

    def sources(self) -> tuple[Source, ...]:
        """All sources, also superseded and shredded ones, in the order in which they came in."""
        with self._database.reading() as connection:
            rows = connection.execute(select(sources).order_by(sources.c.nth)).all()
        return tuple(_source(row) for row in rows)

    def versions(self, place: str) -> tuple[Source, ...]:
        """Everything that ever came in at a place and was not shredded, oldest first."""
        query = select(sources).where(sources.c.place_tag == self._tag(place), sources.c.state != SourceState.SHREDDED)
        with self._database.reading() as connection:
            return tuple(map(_source, connection.execute(query.order_by(sources.c.nth)).all()))

    def show(self, source_id: str) -> Source | None:
        """What the vault knows of a source; None where there is none of that id."""
        with self._database.reading() as connection:
            row = connection.execute(select(sources).where(sources.c.source_id == source_id)).first()
        return None if row is None else _source(row)

    # -- destroying

    def shred(self, source_id: str, *, joined: Transaction | None = None) -> None:
        """Destroy the key of an original, then its file: no copy of it can be opened again. The row stays."""
        with self._database.writing(joined) as transaction:
            row = self._row(transaction.connection, source_id)
            self._keyring.destroy(transaction, row.key_id)
            values = {"state": SourceState.SHREDDED, "sealed_place": b""}
            transaction.connection.execute(update(sources).where(sources.c.source_id == source_id).values(values))
            transaction.afterwards(lambda: self._remove(source_id))
            transaction.afterwards(self._database.forget_deleted)

    def _remove(self, source_id: str) -> None:
        with naming(f"source `{source_id}`"):
            self._path(source_id).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove files of killed runs: those that no row names, and those whose key is destroyed. Returns how many.
        Safe while others seal."""
        swept = 0
        alive = select(sources.c.source_id).where(sources.c.state != SourceState.SHREDDED)
        with naming(PLACE), self._database.writing() as transaction:  # nobody is between rename and row meanwhile
            known = set(transaction.connection.execute(alive).scalars())
            for folder in self._sealed.iterdir():
                swept += sweep_temporaries(folder, older_than_s=_STALE_S)
                for path in folder.iterdir():
                    if not path.name.startswith(TEMPORARY) and path.name not in known:
                        path.unlink()
                        swept += 1
        return swept

    # -- small parts

    def _path(self, source_id: str) -> Path:
        return self._sealed / source_id[:2] / source_id

    def _tag(self, place: str) -> str:
        return self._keyring.tag("place", unicodedata.normalize("NFC", place))  # a Mac writes names decomposed

    def _row(self, connection: Connection, source_id: str) -> Row[str, str, bytes]:
        query = select(sources.c.key_id, sources.c.digest, sources.c.sealed_place)
        row = connection.execute(query.where(sources.c.source_id == source_id)).first()
        if row is None:
            what = "the vault has no such source; see `storykeeper ingest`"
            raise StateError("nothing was opened", [Fault(place=f"source `{source_id}`", what=what)])
        return row


def _source(row: Row[tuple[object, ...]]) -> Source:
    return Source(
        ref=SealedRef(source_id=row.source_id, digest=row.digest, size=row.size),
        container=row.container,
        mtime_ns=row.mtime_ns,
        inode=row.inode,
        state=SourceState(row.state),
    )
