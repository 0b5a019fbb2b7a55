"""Nothing leaks: nonsense planted in every input, a failure forced in every step, everything that is left searched."""

from __future__ import annotations

import base64
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from flows.verbs.init import init
from tests.end_to_end.canary import NAMES, STEPS, WORD, leaks, plant, told_in
from tests.end_to_end.workspaces import AS_OF, ROOT, STORYKEEPER

pytestmark = pytest.mark.xdist_group("prefect")

# In one process: each step in turn is replaced by a failure that tells all it was given, and the run started. What the
# command line would print and what the flow raised goes to standard output, a JSON line a step.
BREAKER = """
import importlib, json, sys
from pathlib import Path
from flows.motion import run
words, workspace, *steps = sys.argv[1:]
def broken(*given, **named):
    try:
        raise KeyError(words)
    except KeyError as cause:
        raise ValueError(words, given, named) from cause
for step in steps:
    module, _, name = step.rpartition(".")
    target = importlib.import_module(module)
    whole = getattr(target, name)
    setattr(target, name, broken)
    try:
        run(Path(workspace), use="group", recipient="program", as_of="2026-06-15", actor="tester",
            ingest=True, dry_run=False)
    except Exception as error:
        told = [type(error).__name__, str(error), repr(error), repr(error.__cause__), repr(error.__context__)]
        print(json.dumps([step, told, len(list(Path(workspace, "releases").iterdir()))]))
    finally:
        setattr(target, name, whole)
"""
WORDS = " ".join([*NAMES.values(), WORD])
RUN = ("run", "--use", "group", "--recipient", "program", "--as-of", "2026-06-15")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("canary") / "ws"
    init(place, name="Canary", contact="office", now=AS_OF)
    plant(place)
    return place


def typed(command: list[str], environment: dict[str, str], tmp: Path) -> subprocess.CompletedProcess[str]:
    """A process of its own, with a directory of its own for temporary files."""
    variables = os.environ | environment | {"TMPDIR": str(tmp)}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=280)


def planted(text: str) -> list[str]:
    """The planted tokens in what a process printed."""
    said = told_in(text.encode())
    return [token for token in (*NAMES.values(), WORD) if token.lower() in said]


def test_a_failure_in_any_step_tells_its_kind_and_an_error_id_alone(
    workspace: Path, prefect_server: dict[str, str], tmp_path: Path
) -> None:
    done = typed([sys.executable, "-c", BREAKER, WORDS, str(workspace), *STEPS], prefect_server, tmp_path)
    told = {step: (said, releases) for step, said, releases in map(json.loads, done.stdout.splitlines())}
    assert sorted(told) == sorted(STEPS), done.stderr
    for step, (said, releases) in told.items():
        assert said[0] == "StepFailedError", step
        assert "ValueError" in said[1], step
        assert planted(" ".join(said)) == [], step
        assert releases == 0, step
    assert planted(done.stderr) == []
    assert leaks(tmp_path, passed_over=()) == []
    assert leaks(workspace) == []


def test_after_all_failures_the_run_succeeds_and_nothing_leaks_anywhere(
    workspace: Path, prefect_server: dict[str, str], tmp_path: Path
) -> None:
    done = typed([str(STORYKEEPER), *RUN, "-w", str(workspace)], prefect_server, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    copies = b"".join(p.read_bytes() for p in (workspace / "releases").rglob("*") if p.is_file())
    assert WORD.encode() in copies, "a word of a permitted session is what a release is for"
    assert planted(done.stdout + done.stderr) == []
    assert leaks(workspace) == []
    assert leaks(tmp_path, passed_over=()) == []
    assert leaks(Path(prefect_server["PREFECT_HOME"]), passed_over=()) == []


def test_the_search_finds_what_it_is_for(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(base64.b64encode(pickle.dumps({"x": NAMES["person"]})))
    (tmp_path / "b").write_bytes(NAMES["alias"].encode("utf-16"))
    (tmp_path / NAMES["file"]).write_bytes(b"")
    assert len(leaks(tmp_path)) == 3
