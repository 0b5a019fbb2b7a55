"""Nights: the nightly flow for real, in a process of its own against a real Prefect server, and what holds after each.

A night may be held at a step: it says `now` on standard error and goes on when it is told to.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from flows.wiring import open_house
from pipeline.events import EventKind
from tests.end_to_end.canary import told_in
from tests.end_to_end.test_faults import check_whole
from tests.end_to_end.workspaces import RECIPIENT, ROOT, run_in, sample_program

# What `serve` and a worker run, with the exit codes of the command line.
NIGHT = """
import importlib, sys
from pathlib import Path
from flows import cli
from flows.motion import start_flow
def night():
    from flows.nightly import nightly
    if held:
        module, _, attribute = held.rpartition(".")
        target = importlib.import_module(module)
        whole = getattr(target, attribute)
        def waiting(*given, **named):
            sys.stderr.write("now\\n")
            sys.stderr.flush()
            sys.stdin.readline()
            return whole(*given, **named)
        setattr(target, attribute, waiting)
    nightly()
workspace, held = Path(sys.argv[1]), sys.argv[2]
cli.app = lambda: start_flow(workspace, night)
cli.main()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A nightly flow at work, or one that ended."""

    process: subprocess.Popen[str]
    journal: Path

    def until_held(self) -> None:
        """Wait for the step at which it is held."""
        assert self.process.stderr is not None
        first = self.process.stderr.readline()
        assert first == "now\n", first + self.process.stderr.read()

    def ended(self, within: float = 280) -> tuple[int, str]:
        """Let it go on to its end; exit code, and all that it said since."""
        out, err = self.process.communicate("go on\n" * 99, timeout=within)
        return self.process.returncode, out + err

    def noted(self, step: str, told: str) -> list[dict[str, object]]:
        """Lines of the journal."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        found: list[dict[str, object]] = [json.loads(line) for line in lines]
        return [line for line in found if (line["step"], line["told"]) == (step, told)]


def begin_night(workspace: Path, environment: Mapping[str, str], *, held: str = "") -> Night:
    """Start a night. Its journal lies beside the workspace."""
    journal = workspace.parent / "journal.jsonl"
    journal.unlink(missing_ok=True)
    variables = os.environ | environment | {"STORYKEEPER_JOURNAL": str(journal)}
    process = subprocess.Popen(
        [sys.executable, "-c", NIGHT, str(workspace), held],
        cwd=ROOT,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Night(process=process, journal=journal)


def whole_night(workspace: Path, environment: Mapping[str, str]) -> None:
    """A night on which nothing happens."""
    code, said = begin_night(workspace, environment).ended()
    assert code == 0, said
    assert said == "", said


def standing_program(factory: pytest.TempPathFactory) -> Path:
    """The sample program with a standing request for each use, made once a process; tests copy it. Its spans are known,
    and the peers have theirs already."""
    return _made(factory.getbasetemp())


@lru_cache(maxsize=1)
def _made(folder: Path) -> Path:
    workspace = sample_program(folder / "standing-program")
    run_in(workspace, "group")
    asked = "".join(f'\n[[standing]]\nuse = "{use}"\nrecipient = "{name}"\n' for use, name in RECIPIENT.items())
    settings = workspace / "storykeeper.toml"
    settings.write_text(settings.read_text() + asked)
    return workspace


def with_engine(standing: Path, place: Path, engine: str) -> Path:
    """A copy of the workspace with small chunks and the engine named."""
    workspace = Path(shutil.copytree(standing, place))
    settings = workspace / "storykeeper.toml"
    settings.write_text(f"{settings.read_text()}\n[engine]\nchunk_bytes = 6000\n{engine}\n")
    return workspace


def check_kept(workspace: Path, *, releases: int) -> None:
    """The ledger verifies, each release is whole and proven, and no source went to a recipient twice."""
    check_whole(workspace)
    with open_house(workspace) as house:
        assert len(house.releases.list()) == releases
        out = [record.event for record in house.ledger.events(kinds=[EventKind.RELEASED])]
    told = Counter((event.get("use"), event.get("source")) for event in out)
    assert set(told.values()) == {1}, "something went out twice"


def names_in(workspace: Path, said: str) -> list[str]:
    """Names of people and files of the program that somebody was told."""
    people = (workspace / "records" / "people.csv").read_text(encoding="utf-8").splitlines()[1:]
    names = {cell for row in people for cell in row.split(",")[1:2] if len(cell) > 3}
    files = {path.name for path in (workspace / "inbox").iterdir()}
    heard = told_in(said.encode())
    return sorted(name for name in names | files | {str(workspace)} if name.lower() in heard)


def until(holds: Callable[[], bool], seconds: float = 200.0) -> None:
    """Wait for something to hold."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold in time"
        time.sleep(0.05)
