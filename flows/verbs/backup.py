"""backup and restore: a workspace in one file, and a workspace made of it again.

- The file holds the tables, the vault, the releases, the settings and the public keys. Records and reports hold names
  in clear: they are in it only where that is asked for. The program key never is; keep it apart.
- No run is at work meanwhile: the release lock is held.
- What was restored has to prove itself: every sealed file is opened and the ledger is verified.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from flows.settings import SETTINGS_FILE, read_settings
from flows.wiring import FOLDERS, KEY_FILE, database_url, open_house
from pipeline.errors import Fault, StateError, VerificationError
from pipeline.storage.backup import TABLES, copy_tables, unpack, write_backup
from pipeline.storage.database import Database, sqlite_url
from pipeline.storage.disk import private_folder
from pipeline.storage.faults import naming
from pipeline.storage.lock import one_at_a_time
from pipeline.storage.tables import data_keys
from pipeline.storage.vault import SourceState

SEALED = (SETTINGS_FILE, "vault", "releases")
IN_CLEAR = ("records", "reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What is in a backup, or came out of it. sources, events: what was opened and verified at a restore."""

    files: int
    sources: int = 0
    events: int = 0

    def as_json(self) -> dict[str, int]:
        """For machines."""
        return {"files": self.files, "sources": self.sources, "events": self.events}


def backup(workspace: Path, file: Path, *, with_records: bool) -> BackedUp:
    """Write a backup. StateError where the file is there or a run is at work, StorageError."""
    with open_house(workspace) as house, one_at_a_time(workspace / "vault" / "release.lock", what="release"):
        public = sorted(path.name for path in workspace.glob("public-key*.pem"))
        parts = (*SEALED, *public, *(IN_CLEAR if with_records else ()))
        return BackedUp(files=write_backup(file, workspace, house.database, parts))


def restore(file: Path, workspace: Path, key: Path | None) -> BackedUp:
    """Make a workspace of a backup, in a new folder. key: the program key file, where the environment has none.
    VerificationError where backup, key, a sealed file or the ledger is not whole."""
    files = unpack(file, workspace)
    with naming("workspace"):
        for name in FOLDERS:
            private_folder(workspace / name)
        if key is not None:
            shutil.copyfile(key, workspace / KEY_FILE)
            (workspace / KEY_FILE).chmod(0o600)
    _fill_database(workspace)
    with open_house(workspace) as house:
        report = house.ledger.verify()
        if report.faults:
            raise VerificationError("the restored ledger does not verify", list(report.faults))
        kept = [s for s in house.vault.sources() if s.state is SourceState.CURRENT]
        for source in kept:
            house.vault.check(source.ref.source_id)
        return BackedUp(files=files, sources=len(kept), events=house.ledger.head().count)


def _fill_database(workspace: Path) -> None:
    """The tables into the database of the settings, which has to be empty."""
    url = database_url(workspace, read_settings(workspace))
    tables = workspace / TABLES
    with Database(sqlite_url(tables)) as source, Database(url) as target:
        with target.reading() as connection:
            used = connection.execute(data_keys.select().limit(1)).first() is not None
        if used:
            what = "it holds a workspace already; name an empty one in `storage.database_url`"
            raise StateError("nothing was restored into the database", [Fault(place="database", what=what)])
        copy_tables(source, target)
    with naming("workspace"):
        for path in workspace.glob(f"{TABLES}*"):
            path.unlink()
