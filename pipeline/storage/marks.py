"""The marks of reviewers, by the digest of the text they were made on, sealed: they say where a name stands.

A save names the version that was read; where another one lies here by now, nothing is saved (StateError), so that no
decision of two people at once is lost.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from pipeline.errors import Fault, StateError
from pipeline.labels import Label
from pipeline.reviewing.marks import Mark, Marks, Verdict
from pipeline.storage.database import Database, Transaction
from pipeline.storage.keyring import Keyring, Purpose
from pipeline.storage.tables import review_marks

PLACE = "marks"


class ReviewMarks:
    """The marks of one workspace."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._key = keyring.standing(Purpose.SPANS)

    def get(self, text_digest: str, *, source_id: str) -> Marks:
        """The marks on a text; new, empty ones where nobody decided anything yet."""
        with self._database.reading() as connection:
            row = self._row(connection, text_digest)
        return Marks(text_digest=text_digest, source_id=source_id) if row is None else self._marks(row)

    def list(self) -> tuple[Marks, ...]:
        """All marks of the program, in no order that means anything."""
        with self._database.reading() as connection:
            return tuple(map(self._marks, connection.execute(select(review_marks)).all()))

    def by_source(self) -> dict[str, tuple[Marks, ...]]:
        """All marks of the program, by the source they were made on."""
        found: dict[str, tuple[Marks, ...]] = {}
        for marks in self.list():
            found[marks.source_id] = (*found.get(marks.source_id, ()), marks)
        return found

    def of_source(self, source_id: str) -> tuple[Marks, ...]:
        """The marks on every text of a source: a table is another text where other rows of it are read."""
        query = select(review_marks).where(review_marks.c.source_id == source_id)
        with self._database.reading() as connection:
            return tuple(map(self._marks, connection.execute(query).all()))

    def save(self, marks: Marks, *, read: int, joined: Transaction | None = None) -> None:
        """Keep `marks` in the place of version `read`. StateError where somebody else saved meanwhile."""
        with self._database.writing(joined) as transaction:
            row = self._row(transaction.connection, marks.text_digest)
            if (0 if row is None else row.version) != read:
                what = "somebody else decided about this document in this moment; look again"
                raise StateError("nothing was saved", [Fault(place=PLACE, what=what)])
            values = {"version": marks.version, "key_id": self._key.key_id, "sealed": self._sealed(marks)}
            if row is None:
                new = {"text_digest": marks.text_digest, "source_id": marks.source_id, **values}
                transaction.connection.execute(insert(review_marks).values(new))
            else:
                here = review_marks.c.text_digest == marks.text_digest
                transaction.connection.execute(update(review_marks).where(here).values(values))

    def _row(self, connection: Connection, text_digest: str) -> Row[str, str, int, str, bytes] | None:
        return connection.execute(select(review_marks).where(review_marks.c.text_digest == text_digest)).first()

    def _sealed(self, marks: Marks) -> bytes:
        packed = zlib.compress(json.dumps([asdict(m) for m in marks.made], separators=(",", ":")).encode())
        return self._key.seal(packed, bound_to=f"marks {marks.text_digest}")

    def _marks(self, row: Row[str, str, int, str, bytes]) -> Marks:
        packed = self._key.unseal(row.sealed, bound_to=f"marks {row.text_digest}", place=PLACE)
        made = tuple(_mark(found) for found in json.loads(zlib.decompress(packed)))
        return Marks(text_digest=row.text_digest, source_id=row.source_id, version=row.version, made=made)


def _mark(found: dict[str, Any]) -> Mark:
    """As `asdict` wrote it."""
    was = None if found["was"] is None else Label(found["was"])
    return Mark(**(found | {"verdict": Verdict(found["verdict"]), "label": Label(found["label"]), "was": was}))
