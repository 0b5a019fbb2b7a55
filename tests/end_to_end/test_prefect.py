"""The deployments, for real: a Prefect server, a work pool, a worker, the nightly flow on the sample program."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from flows.wiring import open_house
from tests.end_to_end.workspaces import RECIPIENT, ROOT, sample_program

pytestmark = pytest.mark.xdist_group("prefect")
PREFECT = Path(sys.executable).parent / "prefect"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The sample program with one standing request."""
    place = sample_program(tmp_path / "ws")
    settings = place / "storykeeper.toml"
    standing = f'\n[[standing]]\nuse = "research"\nrecipient = "{RECIPIENT["research"]}"\n'
    settings.write_text(settings.read_text() + standing)
    return place


def test_a_worker_runs_the_nightly_deployment(workspace: Path, prefect_server: dict[str, str], tmp_path: Path) -> None:
    environment = os.environ | prefect_server | {"STORYKEEPER_WORKSPACE": str(workspace), "COLUMNS": "200"}

    def prefect(*arguments: str) -> str:
        done = subprocess.run(
            [str(PREFECT), "--no-prompt", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=200,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    prefect("work-pool", "create", "storykeeper", "--type", "process")
    prefect("deploy", "--all")
    prefect("deployment", "run", "nightly/nightly")
    prefect("worker", "start", "--pool", "storykeeper", "--run-once")
    assert "COMPLETED" in prefect("flow-run", "ls").upper()
    shown = _artifacts(prefect_server)
    assert shown["chunks-prepared"] == 100.0
    assert {row["outcome"] for row in json.loads(str(shown["outcomes"]))} >= {"released", "not_permitted"}
    with open_house(workspace) as house:
        assert [r.recipient for r in house.releases.list()] == [RECIPIENT["research"]]
        assert house.ledger.verify().verifies


def _artifacts(server: dict[str, str]) -> dict[str, object]:
    """What the server shows: key -> data of the newest artifact."""
    given = base64.b64encode(server["PREFECT_API_AUTH_STRING"].encode()).decode()
    request = urllib.request.Request(
        f"{server['PREFECT_API_URL']}/artifacts/latest/filter",
        data=b"{}",
        headers={"Content-Type": "application/json", "Authorization": f"Basic {given}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return {a["key"]: a["data"] for a in json.load(answer)}


def test_the_server_starts_with_the_pinned_packages(prefect_server: dict[str, str]) -> None:
    done = subprocess.run(
        [str(PREFECT), "version"], env=os.environ | prefect_server, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0
    assert "3.8.8" in done.stdout
