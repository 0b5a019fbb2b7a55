"""Keeping a workspace: schedules served, signs of health, a backup that can be made a workspace again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from flows.prefect_settings import HARDENED
from flows.verbs.backup import backup, restore
from flows.verbs.health import signs
from flows.wiring import KEY_FILE, open_house
from pipeline.errors import StateError, StorykeeperError, VerificationError
from pipeline.storage.runs import RunState
from tests.end_to_end.sampled import released
from tests.end_to_end.workspaces import RECIPIENT, STORYKEEPER, run_in, storykeeper

pytestmark = pytest.mark.xdist_group("sample")
PREFECT = Path(sys.executable).parent / "prefect"


@pytest.fixture
def workspace(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released(tmp_path_factory).copied(tmp_path / "ws")


# -- backup and restore


def test_a_backup_becomes_the_same_workspace_elsewhere(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    assert storykeeper("backup", str(file), "-w", str(workspace), "--with-records").returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    there = tmp_path / "elsewhere"
    done = storykeeper("restore", str(file), str(there), "--key", str(workspace / KEY_FILE), "--json")
    assert done.returncode == 0, done.stderr
    with open_house(workspace) as one, open_house(there) as two:
        assert json.loads(done.stdout)["sources"] == len(one.vault.sources())
        assert two.ledger.head() == one.ledger.head()
        assert two.releases.list() == one.releases.list()
    assert not (there / "tables.db").exists()
    again = run_in(there, "research")
    assert again.release_id == ""  # what is out is known to be out, and nothing is new


def test_the_program_key_is_in_no_backup_and_names_are_only_where_asked_for(workspace: Path, tmp_path: Path) -> None:
    backup(workspace, tmp_path / "b", with_records=False)
    with tarfile.open(tmp_path / "b") as tar:
        names = tar.getnames()
    assert "tables.db" in names
    assert not [n for n in names if n.startswith(("secrets", "records", "reports", "inbox", "prefect"))]
    key = (workspace / KEY_FILE).read_bytes().strip()
    assert key not in (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_damaged_backup_restores_nothing(workspace: Path, tmp_path: Path, part: float) -> None:
    backup(workspace, tmp_path / "b", with_records=False)
    data = bytearray((tmp_path / "b").read_bytes())
    at = int(len(data) * part)
    data[at] ^= 0xFF
    (tmp_path / "changed").write_bytes(data)
    (tmp_path / "cut").write_bytes(data[:at])
    for file in ("changed", "cut"):
        with pytest.raises(StorykeeperError) as caught:
            restore(tmp_path / file, tmp_path / "there", workspace / KEY_FILE)
        assert caught.value.exit_code == VerificationError.exit_code
        assert not (tmp_path / "there").exists()


def test_a_backup_with_a_path_that_leads_out_restores_nothing(workspace: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b", "w") as tar:
        tar.add(workspace / "storykeeper.toml", "../out.toml")
    with pytest.raises(VerificationError):
        restore(tmp_path / "b", tmp_path / "there", None)
    assert not (tmp_path / "out.toml").exists()


def test_nothing_is_written_over(workspace: Path, tmp_path: Path) -> None:
    backup(workspace, tmp_path / "b", with_records=False)
    with pytest.raises(StateError):
        backup(workspace, tmp_path / "b", with_records=False)
    with pytest.raises(StateError):
        restore(tmp_path / "b", workspace, None)


def test_another_key_opens_nothing(workspace: Path, tmp_path: Path) -> None:
    backup(workspace, tmp_path / "b", with_records=False)
    (tmp_path / "key").write_text("0" * 64)
    with pytest.raises(VerificationError):
        restore(tmp_path / "b", tmp_path / "there", tmp_path / "key")


# -- health


def bad(workspace: Path, now: datetime) -> list[str]:
    found = [sign for sign in signs(workspace, now) if not sign.well]
    assert all(sign.mend for sign in found)
    return [sign.what for sign in found]


def test_a_workspace_that_works_is_well(workspace: Path) -> None:
    assert bad(workspace, datetime.now(UTC)) == []


def test_signs_that_are_bad(workspace: Path) -> None:
    settings = workspace / "storykeeper.toml"
    standing = f'\n[[standing]]\nuse = "research"\nrecipient = "{RECIPIENT["research"]}"\n'
    settings.write_text(settings.read_text() + standing)
    assert bad(workspace, datetime.now(UTC) + timedelta(days=2)) == ["hours since a run ended"]
    now = datetime.now(UTC)
    with open_house(workspace) as house:
        house.runs.begin("release", "asked", at=now)
    assert bad(workspace, now + timedelta(hours=20)) == ["runs begun and not ended for half a day"]
    with open_house(workspace) as house:  # the night after one that was killed
        run_id = house.runs.begin("release", "asked", at=now + timedelta(hours=19))
        house.runs.end(run_id, RunState.DONE, at=now + timedelta(hours=20), counts={})
    assert bad(workspace, now + timedelta(hours=20)) == []
    shutil.rmtree(workspace / "vault" / "ledger")
    assert bad(workspace, datetime.now(UTC)) == ["the workspace and its ledger open"]
    assert storykeeper("health", "-w", str(workspace), "--json").returncode == 14


# -- serve


def test_serve_keeps_the_schedules_and_its_server_and_ends_with_all_it_started(workspace: Path, tmp_path: Path) -> None:
    settings = workspace / "storykeeper.toml"
    standing = f'\n[[standing]]\nuse = "research"\nrecipient = "{RECIPIENT["research"]}"\n'
    settings.write_text(settings.read_text() + standing)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    journal = tmp_path / "journal.jsonl"
    password = "tester:a-password"
    clean |= {"PREFECT_API_AUTH_STRING": password, "PREFECT_SERVER_API_AUTH_STRING": password}
    serving = subprocess.Popen(
        [str(STORYKEEPER), "serve", "-w", str(workspace)],
        env=clean | {"STORYKEEPER_JOURNAL": str(journal)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert serving.stdout is not None
        assert serving.stdout.readline().startswith("nightly: 30 1 * * *")
        url = _api_of(serving.pid)
        home = {s.name: s.value.format(home=workspace.resolve() / "prefect") for s in HARDENED}
        prefect = clean | home | {"PREFECT_API_URL": url}
        for _ in range(3):  # it is started again, and gone in the moment in which the schedules are told to it
            for process in _server_of(serving.pid):
                process.kill()
            time.sleep(3)
        _until(lambda: _prefect(prefect, "deployment", "run", "nightly/nightly", "--watch").returncode == 0, 240)
        steps = [json.loads(line) for line in journal.read_text().splitlines()]
        assert {"recall-check", "nightly", "decide"} <= {s["step"] for s in steps if s["told"] == "done"}
    finally:
        children = psutil.Process(serving.pid).children(recursive=True)
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []


def _server_of(pid: int) -> list[psutil.Process]:
    """The processes of the server that was started beside it."""
    return [child for child in psutil.Process(pid).children(recursive=True) if "--port" in child.cmdline()]


def _api_of(pid: int) -> str:
    """Its address."""
    command = _server_of(pid)[0].cmdline()
    return f"http://127.0.0.1:{command[command.index('--port') + 1]}/api"


def _prefect(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PREFECT), "--no-prompt", *arguments], env=environment, capture_output=True, text=True, timeout=240
    )


def _until(holds: object, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():  # type: ignore[operator]  # a callable
            return
        time.sleep(1)
    raise AssertionError("it did not come to hold in time")
