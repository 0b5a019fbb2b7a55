"""What the database promises on SQLite and on PostgreSQL alike: one writer, whole writes, one moment to read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import make_url
from storage_room import AT, Room, ingested

from pipeline.errors import StorageError
from pipeline.storage.database import Database
from pipeline.storage.tables import events, metadata


def test_the_migrated_tables_are_the_described_ones(room: Room) -> None:
    with room.database.reading() as connection:
        found = inspect(connection)
        names = set(found.get_table_names()) - {"alembic_version"}
        columns = {name: {(c["name"], c["nullable"]) for c in found.get_columns(name)} for name in names}
        keys = {name: tuple(found.get_pk_constraint(name)["constrained_columns"]) for name in names}
    described = metadata.tables
    assert names == set(described)
    assert columns == {name: {(c.name, c.nullable) for c in table.columns} for name, table in described.items()}
    assert keys == {name: tuple(c.name for c in table.primary_key) for name, table in described.items()}


def test_processes_that_start_together_make_the_tables_once(database_url: str) -> None:
    def start(_: int) -> str:
        with Database(database_url) as database:
            return database.dialect

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(start, range(6)))) == 1


def test_a_write_that_breaks_off_leaves_nothing(room: Room) -> None:
    with suppress(KeyboardInterrupt), room.database.writing() as transaction:
        room.runs.begin("ingest", "f", at=AT, joined=transaction)
        room.ledger.append([ingested(1)], joined=transaction)
        raise KeyboardInterrupt
    assert room.runs.list() == ()
    assert room.ledger.head().count == 0


def test_a_reader_sees_one_moment_while_others_write(room: Room) -> None:
    room.ledger.append([ingested(1)])
    with room.database.reading() as connection:
        before = len(connection.execute(select(events.c.seq)).all())
        room.ledger.append([ingested(2)])
        assert len(connection.execute(select(events.c.seq)).all()) == before == 1
    assert room.ledger.head().count == 2


def test_a_wrong_password_is_told_apart_and_not_repeated(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("a file has no password")
    wrong = make_url(database_url).set(password="Zorbelina").render_as_string(hide_password=False)
    with pytest.raises(StorageError, match="refuses the user or the password") as refused:
        Database(wrong)
    assert "Zorbelina" not in str(refused.value)


def test_a_writer_that_waits_too_long_gives_up_and_says_why(database_url: str) -> None:
    with (
        Database(database_url, wait_s=0.2) as database,
        database.writing(),
        pytest.raises(StorageError, match="another run keeps it busy"),
        database.writing(),
    ):
        pytest.fail("two writers at once")


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    with Database(database_url) as database, database.writing() as transaction:
        transaction.connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
    with pytest.raises(StorageError, match="newer version"):
        Database(database_url)
