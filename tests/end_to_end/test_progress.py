"""Long work says how far it is: to a terminal as a bar on standard error, to nobody else."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from flows.progress import listening
from flows.verbs.asking import Asked
from flows.verbs.init import init
from flows.wiring import open_house
from tests.end_to_end.canary import NAMES, WORD, plant
from tests.end_to_end.workspaces import AS_OF, STORYKEEPER, run


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init(tmp_path / "ws", name="Canary", contact="office", now=AS_OF)
    plant(tmp_path / "ws")
    return tmp_path / "ws"


def test_a_run_tells_each_file_and_each_session(workspace: Path) -> None:
    asked = Asked(use="group", recipient="program", as_of=AS_OF.isoformat(), actor="manager-1", ingest=True)
    heard: list[tuple[str, int, int]] = []
    with open_house(workspace) as house, listening(lambda *told: heard.append(told)):
        run(house, asked)
    assert heard == [("files of the inbox", n, 3) for n in (1, 2, 3)] + [
        ("sessions and tables", n, 3) for n in (1, 2, 3)
    ]


def on_a_terminal(environment: dict[str, str], *command: str) -> tuple[int, str, str]:
    """A command whose standard error is a terminal: exit code, standard output, what the terminal saw."""
    ours, theirs = pty.openpty()
    variables = os.environ | environment | {"TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen(list(command), env=variables, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):  # Linux says EIO when the other end of a terminal is closed
        while piece := os.read(ours, 65536):
            seen += piece
    os.close(ours)
    said = process.communicate(timeout=200)[0]
    return process.returncode, said.decode(), seen.decode("utf-8", "replace")


@pytest.mark.xdist_group("prefect")
def test_a_terminal_sees_a_bar_and_with_json_nothing(workspace: Path, prefect_server: dict[str, str]) -> None:
    command = (str(STORYKEEPER), "ingest", "--workspace", str(workspace))
    code, said, seen = on_a_terminal(prefect_server, *command)
    assert (code, said) == (0, "3 new, 0 changed, 0 unchanged, 0 removed, 0 passed_over\n")
    assert "files of the inbox" in seen
    assert "3/3" in seen
    assert not [token for token in (*NAMES.values(), WORD) if token.lower() in seen.lower()]
    code, said, seen = on_a_terminal(prefect_server, *command, "--json")
    assert (code, json.loads(said)["unchanged"], seen) == (0, 3, "")


@pytest.mark.xdist_group("prefect")
def test_elsewhere_standard_error_stays_empty(workspace: Path, prefect_server: dict[str, str]) -> None:
    done = subprocess.run(
        [str(STORYKEEPER), "ingest", "--workspace", str(workspace)],
        env=os.environ | prefect_server, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
