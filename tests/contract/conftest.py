"""The databases that storage promises to run on, each for real.

PostgreSQL: the server that `STORYKEEPER_TEST_POSTGRES` names (a URL whose user may make databases), or else one started
here from `initdb` and `pg_ctl` of this machine, on loopback, in a folder of its own, stopped at the end. Without either
these tests are skipped and say so.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from storage_room import Room, open_room

from pipeline.storage.database import Database, sqlite_url
from pipeline.storage.tables import metadata

MISSING = "POSTGRESQL NOT TESTED: set STORYKEEPER_TEST_POSTGRES to a URL, or install a server (initdb, pg_ctl)"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A running server."""
    if named := os.environ.get("STORYKEEPER_TEST_POSTGRES"):
        yield make_url(named)
        return
    tools = _tools()
    if tools is None:
        pytest.skip(MISSING)
    folder = Path("/tmp") / f"storykeeper-pg-{secrets.token_hex(4)}"  # the server's user cannot enter pytest's folder
    try:
        yield from _serve(tools, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(tools: Path, folder: Path) -> Iterator[URL]:
    """initdb refuses to run as root, so root lends it to `postgres` or `nobody`."""
    user = None
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
    folder.mkdir(mode=0o700)
    password = secrets.token_hex(8)
    (folder / "pw").write_text(password)
    if user is not None:
        for path in (folder, folder / "pw"):
            shutil.chown(path, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, user=user, cwd="/", check=True, capture_output=True, env={"PATH": os.defpath})

    run(
        str(tools / "initdb"), "-D", str(data), "-U", "keeper", "-A", "scram-sha-256", f"--pwfile={folder / 'pw'}", "-N"
    )
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    run(str(tools / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield URL.create("postgresql+pg8000", "keeper", password, "127.0.0.1", port, "postgres")
    finally:
        run(str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def _tools() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((place for place in reversed(places) if (place / "pg_ctl").exists()), None)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "ledger.db")
        return
    with _new_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@contextmanager
def _new_database(server: URL) -> Iterator[str]:
    name = f"storykeeper_{secrets.token_hex(6)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def shared_url(postgres_server: URL) -> Iterator[str]:
    """One database of the server for all rooms: to make one for each takes longer than most tests."""
    with _new_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """A new storage room on each kind of database."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("shared_url")
        with Database(url) as database, database.writing() as transaction:
            transaction.connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
    with open_room(tmp_path, url) as opened:
        yield opened
