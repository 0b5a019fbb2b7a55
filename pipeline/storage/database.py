"""One database: SQLite beside the workspace by default, PostgreSQL by URL; the same tables, the same rules.

- Writers come one after another (SQLite: BEGIN IMMEDIATE; PostgreSQL: one advisory lock for the transaction), so that a
  sequence without gaps, an allotment and its check are one step on both. Readers see one snapshot and wait for nobody.
- SQLite runs with WAL and `synchronous=FULL`: what was committed survives a power cut. Deleted rows are overwritten.
- A write either commits as a whole or leaves nothing. What must follow a commit is handed to `Transaction.afterwards`.
- Who waits for another writer gives up after `WAIT_S`; the longest batch write measured took under 2 s. A write inside
  a write waits for itself: hand the outer one on as `joined`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.errors import Fault, StorageError
from pipeline.storage import migrations
from pipeline.storage.disk import FILE_MODE
from pipeline.storage.faults import naming, naming_database

PLACE = "database"
_PAUSE_S = 0.01
WAIT_S = 30.0
# Any fixed number serves; this one is the ASCII of "story".
_WRITERS = 0x73746F7279


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A write under way: its connection, and what is to be done once it is on the disk, in order."""

    connection: Connection
    _after: list[Callable[[], None]] = field(default_factory=list)

    def afterwards(self, act: Callable[[], None]) -> None:
        """Have `act` called after the commit, and not at all if there is none."""
        self._after.append(act)


class Database:
    """`Database(url)` opens, makes the tables where they are missing and closes as a context manager.

    url: `sqlite:////absolute/ledger.db` or `postgresql+pg8000://user@host/name`. It raises StorageError.
    """

    def __init__(self, url: str, *, wait_s: float = WAIT_S) -> None:
        self._wait_s = wait_s
        self._engine = _engine(url, wait_s)
        opened = False
        try:
            with naming_database():
                self._upgrade()
            opened = True
        finally:
            if not opened:
                self._engine.dispose()

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def __enter__(self) -> Database:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one snapshot of the database."""
        with naming_database(), self._connect(write=False) as connection:
            yield connection

    @contextmanager
    def writing(self, joined: Transaction | None = None) -> Iterator[Transaction]:
        """A write as a whole; with `joined` it becomes a part of that write and commits with it."""
        if joined is not None:
            yield joined
            return
        with naming_database(), self._connect(write=True) as connection:
            transaction = Transaction(connection=connection)
            yield transaction
            connection.commit()
        for act in transaction._after:
            act()

    def forget_deleted(self) -> None:
        """Overwrite what was deleted also in the write-ahead file of SQLite, where older pages stay for a while. On
        PostgreSQL they go with its own vacuum."""
        if self.dialect == "sqlite":
            with naming_database(), self._engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()

    @contextmanager
    def _connect(self, *, write: bool) -> Iterator[Connection]:
        options: dict[str, Any] = {"writes": write}
        if self.dialect == "postgresql":
            options["isolation_level"] = "READ COMMITTED" if write else "REPEATABLE READ"
        with self._engine.connect().execution_options(**options) as connection:
            connection.begin()
            if write and self.dialect == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = {int(self._wait_s * 1000)}"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS})"))
            yield connection

    def _upgrade(self) -> None:
        """Bring the tables to the newest revision; processes that start together do it one after another."""
        with self._connect(write=False) as connection:
            if migrations.is_current(connection):
                return
        with self._connect(write=True) as connection:
            migrations.upgrade(connection)
            connection.commit()


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file; `path` becomes absolute, so that a changed working directory does not matter."""
    return f"sqlite:///{path.absolute()}"


def _engine(url: str, wait_s: float) -> Engine:
    wrong: str | None = None
    try:
        parsed = make_url(url)
    except ArgumentError:
        wrong = "it is no database address; give `sqlite:////path/ledger.db` or `postgresql+pg8000://user@host/name`"
    else:
        if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+pg8000"):
            wrong = "this kind of database is not known; give `sqlite:///` or `postgresql+pg8000://`"
    if wrong is not None:
        raise StorageError("the database cannot be opened", [Fault(place="database_url", what=wrong)])
    if not parsed.drivername.startswith("sqlite"):
        return create_engine(parsed, hide_parameters=True)
    if not parsed.database or parsed.database == ":memory:":
        what = "a database in memory keeps nothing; name a file"
        raise StorageError("the database cannot be opened", [Fault(place="database_url", what=what)])
    with naming(PLACE):
        _private_file(Path(parsed.database))
    engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": wait_s})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _private_file(path: Path) -> None:
    """Make the file for its owner alone before SQLite does; the files beside it (WAL) take its mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    if path.stat().st_mode & 0o077:
        path.chmod(FILE_MODE)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # Any: the driver's own connection
    connection.isolation_level = None  # the driver would otherwise begin on its own, too late and not IMMEDIATE
    _change_to_wal(connection)
    for pragma in ("synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _change_to_wal(connection: Any) -> None:
    """Only the first connection of a new file changes it. SQLite does not always wait for another one that is at it,
    whatever the time-out says (measured: 9 of 1,232 opens, eight at a time, failed), so the waiting is done here."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
