"""Record files are read as they are at one moment, and their digest says which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.records import read_records


@pytest.fixture
def records(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_bytes(b"person_id,name\nP-1,Zorbelina\n")
    (tmp_path / "recipients.toml").write_bytes(b"")
    (tmp_path / "consents.json").write_bytes(b"{}")
    (tmp_path / ".people.csv").write_bytes(b"an editor's swap file")
    (tmp_path / "~$people.xlsx").write_bytes(b"a spreadsheet's lock file")
    (tmp_path / "people.csv~").write_bytes(b"an editor's backup")
    (tmp_path / "old.csv").mkdir()
    return tmp_path


def test_the_record_files_come_by_name_with_their_bytes(records: Path) -> None:
    snapshot = read_records(records)
    assert [file.name for file in snapshot.files] == ["consents.json", "people.csv", "recipients.toml"]
    assert snapshot.get("people.csv") == b"person_id,name\nP-1,Zorbelina\n"
    assert snapshot.get("sessions.csv") is None
    assert "Zorbelina" not in repr(snapshot)


def test_the_digest_is_of_names_and_bytes_and_of_nothing_else(records: Path) -> None:
    before = read_records(records).digest
    os.utime(records / "people.csv", (1, 1))
    assert read_records(records).digest == before
    (records / "recipients.toml").rename(records / "other.toml")
    renamed = read_records(records).digest
    (records / "people.csv").write_bytes(b"person_id,name\nP-2,Zorbelina\n")
    assert len({before, renamed, read_records(records).digest}) == 3


def test_a_missing_folder_is_a_storage_error_without_a_path(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="records: it is not there") as refused:
        read_records(tmp_path / "Zorbelina")
    assert "Zorbelina" not in str(refused.value)


def test_files_that_do_not_hold_still_are_refused(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program writes each time a file was read: the write happens for real, after the real read."""
    read = Path.read_bytes

    def read_and_grow(path: Path) -> bytes:
        data = read(path)
        with path.open("ab") as stream:
            stream.write(b"\n")
        return data

    monkeypatch.setattr(Path, "read_bytes", read_and_grow)
    with pytest.raises(StorageError, match="change while they are read"):
        read_records(records)
