"""What breaks becomes our own error: a place, a kind, what to do; no path, nothing chained."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.errors import StateError, StorageError
from pipeline.storage.database import Database, sqlite_url
from pipeline.storage.disk import sweep_temporaries, write_new, write_whole
from pipeline.storage.faults import naming
from pipeline.storage.migrations import HEAD, LOCATION


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EFBIG, "larger than"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission"),
        (errno.EIO, "hardware"),
        (errno.ELOOP, "ELOOP"),
    ],
)
def test_a_broken_disk_says_which_place_and_what_to_do(number: int, said: str) -> None:
    with pytest.raises(StorageError, match=said) as refused, naming("vault"):
        raise OSError(number, "strerror", "/home/Zorbelina/vault")
    assert "Zorbelina" not in str(refused.value)
    assert (refused.value.__context__, refused.value.__cause__) == (None, None)
    assert refused.value.faults[0].place == "vault"


def test_our_own_errors_pass_untouched() -> None:
    mine = StateError("mine")
    with pytest.raises(StateError) as passed, naming("vault"):
        raise mine
    assert passed.value is mine


def test_a_failed_write_leaves_the_old_file_and_no_temporary(tmp_path: Path) -> None:
    write_whole(tmp_path / "head", b"old")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "head", b"new", replace=False)
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "head", b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("head", b"old")]


def test_old_temporaries_are_swept_and_young_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / ".tmp-1").write_bytes(b"")
    assert sweep_temporaries(tmp_path, older_than_s=3600) == 0
    assert sweep_temporaries(tmp_path, older_than_s=0) == 1


@pytest.mark.parametrize(
    "url",
    ["mysql://u@h/Zorbelina", "sqlite://", "sqlite:///:memory:", "Zorbelina", "postgresql+psycopg2://u@h/Zorbelina"],
)
def test_a_database_that_is_not_ours_to_use_is_refused(url: str) -> None:
    with pytest.raises(StorageError, match="database_url") as refused:
        Database(url)
    assert "Zorbelina" not in str(refused.value)


def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"no database at all, by any means" * 200)
    with pytest.raises(StorageError, match="damaged") as refused:
        Database(sqlite_url(tmp_path / "ledger.db"))
    assert str(tmp_path) not in str(refused.value)


def test_a_server_that_does_not_answer_says_so() -> None:
    with pytest.raises(StorageError, match="cannot be reached"):
        Database("postgresql+pg8000://zorbelina:quux@127.0.0.1:9/none")


def test_an_error_of_the_database_does_not_repeat_what_was_written(tmp_path: Path) -> None:
    with Database(sqlite_url(tmp_path / "ledger.db")) as database:
        with pytest.raises(StorageError) as refused, database.writing() as transaction:
            transaction.connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Zorbelina"})
        assert "Zorbelina" not in str(refused.value)
        assert refused.value.__context__ is None


def test_the_database_file_is_private_and_survives_a_power_cut(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch(mode=0o644)
    with Database(sqlite_url(tmp_path / "ledger.db")) as database, database.writing() as transaction:
        pragma = {
            name: transaction.connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
        assert pragma == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
        assert {p.stat().st_mode & 0o777 for p in tmp_path.iterdir()} == {0o600}


def test_the_newest_revision_is_the_one_that_is_named(tmp_path: Path) -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", LOCATION)
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    Database(sqlite_url(tmp_path / "ledger.db")).close()
    with sqlite3.connect(tmp_path / "ledger.db") as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
