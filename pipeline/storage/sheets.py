"""What went out of each source in each release, and what was replaced by what: for recalls and the restricted log.

- A sheet is sealed with the key of its source, apart from every release: it dies with the source.
- What a sheet holds is the caller's; here it is bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from pipeline.storage.database import Database, Transaction
from pipeline.storage.keyring import Keyring
from pipeline.storage.tables import data_keys, release_sheets, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One source in one release. data: None where the source was shredded."""

    release_id: str
    source_id: str
    data: bytes | None = field(repr=False)


class Sheets:
    """The sheets of one workspace."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def put(self, release_id: str, sheets: Iterable[tuple[str, bytes]], *, joined: Transaction | None = None) -> None:
        """Keep the sheets of a release: pairs of source id and bytes, in order. StateError: a source was shredded."""
        with self._database.writing(joined) as transaction:
            for nth, (source_id, data) in enumerate(sheets):
                query = select(sources.c.key_id).where(sources.c.source_id == source_id)
                key_id = transaction.connection.execute(query).scalar_one()
                key = self._keyring.get(transaction.connection, key_id)
                sealed = key.seal(zlib.compress(data), bound_to=_bound(release_id, source_id))
                row = {"release_id": release_id, "source_id": source_id, "nth": nth, "sealed": sealed}
                transaction.connection.execute(insert(release_sheets).values(row))

    def renew(self, release_id: str, source_id: str, data: bytes) -> None:
        """Put other bytes in the place of a sheet."""
        here = (release_sheets.c.release_id == release_id) & (release_sheets.c.source_id == source_id)
        query = select(sources.c.key_id).where(sources.c.source_id == source_id)
        with self._database.writing() as transaction:
            key = self._keyring.get(transaction.connection, transaction.connection.execute(query).scalar_one())
            sealed = key.seal(zlib.compress(data), bound_to=_bound(release_id, source_id))
            transaction.connection.execute(update(release_sheets).where(here).values(sealed=sealed))

    def drop(self, release_id: str, *, joined: Transaction | None = None) -> None:
        """Forget the sheets of a release that came to nothing."""
        with self._database.writing(joined) as transaction:
            gone = delete(release_sheets).where(release_sheets.c.release_id == release_id)
            transaction.connection.execute(gone)

    def of(self, release_id: str) -> tuple[Sheet, ...]:
        """The sheets of a release in order. VerificationError where one was altered."""
        joint = release_sheets.join(sources, sources.c.source_id == release_sheets.c.source_id)
        joint = joint.join(data_keys, data_keys.c.key_id == sources.c.key_id)
        query = select(release_sheets, data_keys.c.key_id, data_keys.c.wrapped).select_from(joint)
        query = query.where(release_sheets.c.release_id == release_id).order_by(release_sheets.c.nth)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Sheet(
                release_id=release_id,
                source_id=row.source_id,
                data=self._opened(row) if row.wrapped is not None else None,
            )
            for row in rows
        )

    def _opened(self, row: Row[*tuple[Any, ...]]) -> bytes:
        key = self._keyring.get_from(row.wrapped, row.key_id)
        bound_to, place = _bound(row.release_id, row.source_id), f"sheet of source `{row.source_id}`"
        return zlib.decompress(key.unseal(row.sealed, bound_to=bound_to, place=place))


def _bound(release_id: str, source_id: str) -> str:
    return f"sheet {release_id} {source_id}"
