"""Engines: every one makes the same release from the same vault, and a worker that is killed doubles nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy.engine import URL

from flows.settings import read_settings
from flows.verbs.backup import backup, restore
from flows.verbs.closing import finish_begun
from flows.verbs.runs import begin, plan_run
from flows.wiring import KEY_FILE, open_house
from pipeline.errors import InputError
from pipeline.events import EventKind
from tests.contract import conftest as databases
from tests.end_to_end.conftest import free_port
from tests.end_to_end.nights import until
from tests.end_to_end.workspaces import RECIPIENT, STORYKEEPER, asked, run_in, sample_program

pytestmark = pytest.mark.xdist_group("prefect")
postgres_server = databases.postgres_server  # a fixture, found by its name
RELEASE = ("release", "--use", "research", "--recipient", RECIPIENT["research"], "--as-of", "2026-06-15T12:00:00")
SAME = ("data/", "turns.", "documents.csv")  # what no clock and no random id stands in


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample program with known spans, and with codes and names allotted for research, before any chunk of it."""
    workspace = sample_program(tmp_path_factory.mktemp("engines") / "ws")
    run_in(workspace, "group")
    with open_house(workspace) as house:
        plan_run(house, begin(house, asked("research", ingest=False)))
        finish_begun(house)
    return workspace


@pytest.fixture(scope="module")
def one(planned: Path, prefect_server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What goes out where one process does all."""
    return released(copied(planned, tmp_path_factory.mktemp("one") / "ws", ""), prefect_server)


def copied(planned: Path, place: Path, engine: str) -> Path:
    """A copy of the workspace with small chunks and the engine named."""
    workspace = Path(shutil.copytree(planned, place))
    settings = workspace / "storykeeper.toml"
    settings.write_text(f"{settings.read_text()}\n[engine]\nchunk_bytes = 6000\n{engine}\n")
    return workspace


def released(workspace: Path, environment: dict[str, str]) -> dict[str, bytes]:
    """Release with the engine of the settings; the files that must be the same."""
    done = subprocess.run(
        [str(STORYKEEPER), *RELEASE, "-w", str(workspace), "--as", "manager-1", "--json"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    return same_files(workspace)


def same_files(workspace: Path) -> dict[str, bytes]:
    with open_house(workspace) as house:
        assert house.ledger.verify().verifies
        (release,) = (r.release_id for r in house.releases.list() if r.use == "research")
    folder = workspace / "releases" / release
    names = {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in names.items() if name.startswith(SAME)}


def test_every_engine_makes_the_same_release(
    one: dict[str, bytes], planned: Path, prefect_server: dict[str, str], tmp_path: Path
) -> None:
    pool = released(copied(planned, tmp_path / "pool", 'kind = "processes"'), prefect_server)
    dask = released(copied(planned, tmp_path / "dask", 'kind = "dask"'), prefect_server)
    assert len(one) > 10
    assert one == pool == dask


def test_workers_that_were_there_before_and_one_database_for_all_make_it_too(
    one: dict[str, bytes],
    planned: Path,
    prefect_server: dict[str, str],
    postgres_server: URL,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on several machines: a Dask scheduler with two workers of its own, catalogue and ledger on PostgreSQL."""
    workspace, journal = tmp_path / "ws", tmp_path / "journal.jsonl"
    backup(planned, tmp_path / "backup", with_records=True)
    with databases._new_database(postgres_server) as url:
        monkeypatch.setenv("STORYKEEPER_STORAGE__DATABASE_URL", url)
        monkeypatch.setenv("STORYKEEPER_JOURNAL", str(journal))
        restore(tmp_path / "backup", workspace, planned / KEY_FILE)
        with dask_of_two(tmp_path, prefect_server | {"STORYKEEPER_WORKSPACE": str(workspace)}) as (address, workers):
            settings = workspace / "storykeeper.toml"
            engine = f'\n[engine]\nchunk_bytes = 6000\nkind = "dask"\naddress = "{address}"\n'
            settings.write_text(settings.read_text() + engine)
            assert released(workspace, prefect_server) == one
            at_work = {child.pid for worker in workers for child in psutil.Process(worker).children(recursive=True)}
        noted = [json.loads(line) for line in journal.read_text().splitlines()]
        made_by = {line["process"] for line in noted if (line["step"], line["told"]) == ("prepare", "done")}
        assert len(made_by) == 2
        assert made_by <= at_work
        assert not (workspace / "ledger.db").exists()


@contextmanager
def dask_of_two(place: Path, environment: dict[str, str]) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and two workers; its address, and the processes that keep the workers."""
    dask, address = str(Path(sys.executable).parent / "dask"), f"tcp://127.0.0.1:{free_port()}"
    near = ("--host", "127.0.0.1", "--no-dashboard")
    work = (dask, "worker", address, *near, "--nthreads", "1", "--local-directory", str(place))
    commands = [(dask, "scheduler", *near, "--port", address.rpartition(":")[2]), work, work]
    with (place / "dask.log").open("ab") as log:
        started = [
            subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT)
            for command in commands
        ]
    try:
        until(lambda: (place / "dask.log").read_text().count("Registered to:") == 2)
        yield address, [process.pid for process in started[1:]]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)


@pytest.mark.nightly  # every run kills a worker of a whole night in test_survival_workers.py
def test_a_killed_worker_doubles_nothing(
    one: dict[str, bytes], planned: Path, prefect_server: dict[str, str], tmp_path: Path
) -> None:
    workspace = copied(planned, tmp_path / "pool", 'kind = "processes"')
    command = [str(STORYKEEPER), *RELEASE, "-w", str(workspace), "--as", "manager-1", "--json"]
    running = subprocess.Popen(command, env=os.environ | prefect_server, stdout=subprocess.DEVNULL)
    victim = _worker(running.pid)
    victim.send_signal(signal.SIGKILL)
    assert running.wait(250) == 0
    assert same_files(workspace) == one
    with open_house(workspace) as house:
        told = Counter(dict(r.event.details)["source"] for r in house.ledger.events(kinds=[EventKind.RELEASED]))
    assert max(told.values()) <= 2  # once for the peers, once for research


def _worker(parent: int) -> psutil.Process:
    """A worker of the pool that has begun to work: it has loaded its model."""
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        for child in psutil.Process(parent).children(recursive=True):
            if "spawn_main" in " ".join(child.cmdline()) and child.memory_info().rss > 250_000_000:
                return child
        time.sleep(0.05)
    raise AssertionError("no worker came to work")


def test_workers_end_with_the_process_that_started_them(
    planned: Path, prefect_server: dict[str, str], tmp_path: Path
) -> None:
    workspace = copied(planned, tmp_path / "pool", 'kind = "processes"')
    command = [str(STORYKEEPER), *RELEASE, "-w", str(workspace), "--as", "manager-1", "--json"]
    running = subprocess.Popen(command, env=os.environ | prefect_server, stdout=subprocess.DEVNULL)
    _worker(running.pid)
    workers = psutil.Process(running.pid).children(recursive=True)
    running.kill()
    running.wait()
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert alive == []
    with open_house(workspace) as house:
        finish_begun(house)
        assert house.ledger.verify().verifies


def test_workers_of_other_machines_need_one_database(planned: Path, tmp_path: Path) -> None:
    workspace = copied(planned, tmp_path / "ws", 'kind = "dask"\naddress = "tcp://127.0.0.1:8786"')
    with pytest.raises(InputError, match="settings") as caught:
        read_settings(workspace)
    assert [f.column for f in caught.value.faults] == ["engine.address"]
