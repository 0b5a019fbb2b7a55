"""A whole storage room in a folder, as the tests of storage open it: real files and a real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.events import Event, EventKind, event
from pipeline.storage.crosswalk import Crosswalk
from pipeline.storage.database import Database, sqlite_url
from pipeline.storage.grants import GrantPurpose, OperatorGrant
from pipeline.storage.keyring import Keyring, program_key
from pipeline.storage.keys import create_key_file
from pipeline.storage.ledger import Ledger
from pipeline.storage.reviews import Reviews
from pipeline.storage.runs import Releases, Runs
from pipeline.storage.spancache import SpanCache
from pipeline.storage.vault import Vault

AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
GRANT = OperatorGrant(session_id="S-001", actor="tester", purpose=GrantPurpose.REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Every part of the storage room, open."""

    folder: Path
    url: str
    database: Database
    keyring: Keyring
    vault: Vault
    crosswalk: Crosswalk
    ledger: Ledger
    spans: SpanCache
    reviews: Reviews
    runs: Runs
    releases: Releases


@contextmanager
def open_room(folder: Path, url: str | None = None) -> Iterator[Room]:
    """Open the room in `folder`, made where it is new; `url` for another database than SQLite in the folder."""
    url = url or sqlite_url(folder / "ledger.db")
    key_file = folder / "program.key"
    if not key_file.exists():
        create_key_file(key_file)
    with Database(url) as database:
        keyring = Keyring(database, program_key(database, key_file, {}))
        yield Room(
            folder=folder,
            url=url,
            database=database,
            keyring=keyring,
            vault=Vault(folder / "vault", database, keyring),
            crosswalk=Crosswalk(database, keyring),
            ledger=Ledger(database, keyring, folder / "vault" / "ledger"),
            spans=SpanCache(database, keyring),
            reviews=Reviews(database),
            runs=Runs(database),
            releases=Releases(database),
        )


def ingested(n: int) -> Event:
    """An event that tells itself from others by `n`."""
    return event(EventKind.INGESTED, at=AT, actor="tester", source=f"{n:032x}", bytes=n)
