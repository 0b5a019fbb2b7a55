"""Nothing leaks from workers: one crashes over planted words, the next one fails over them, all that is left of both is
searched: what was printed, Prefect's database column by column, its results, the engine's scratch directories,
temporary files, the journal, images of memory.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.verbs.init import init
from tests.end_to_end.canary import NAMES, STEPS, WORD, leaks, plant, told_in
from tests.end_to_end.test_canary import RUN, WORDS, planted
from tests.end_to_end.workspaces import AS_OF, ROOT, STORYKEEPER

pytestmark = pytest.mark.xdist_group("prefect")

BREAKING = Path(__file__).parent / "breaking"
IN_WORKERS = tuple(step for step in STEPS if step.startswith(("flows.verbs.prepare", "flows.verbs.chunk")))
ANY_CORE = ("/bin/sh", "-c", 'ulimit -S -c "$(ulimit -H -c)" && exec "$@"', "sh")
# An image of a process as the kernel writes it goes to the working directory here, or to a collector (core(5)).
_PATTERN = Path("/proc/sys/kernel/core_pattern")
CORES_STAY_HERE = (
    _PATTERN.exists()
    and not _PATTERN.read_text().startswith(("|", "/"))
    and resource.getrlimit(resource.RLIMIT_CORE)[1] == resource.RLIM_INFINITY
)


def typed(place: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in a directory of its own for whatever it leaves, images of its memory among it."""
    return subprocess.run(
        [*ANY_CORE, *command],
        cwd=place,
        env=os.environ | {"TMPDIR": str(place), "HOME": str(place)} | variables,
        capture_output=True,
        text=True,
        timeout=280,
    )


def columns(home: Path) -> Iterator[str]:
    """`table.column: token` of every planted word in Prefect's database, and at the end how many rows there were."""
    tokens = [token.lower() for token in (*NAMES.values(), WORD)]
    database = sqlite3.connect(f"file:{home / 'prefect.db'}?mode=ro", uri=True)
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        rows = database.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in rows.description]
        for row in rows:
            for name, value in zip(names, row, strict=True):
                said = told_in(value if isinstance(value, bytes) else str(value).encode())
                yield from (f"{table}.{name}: {token}" for token in tokens if token in said)
    database.close()


def rows(home: Path, table: str) -> int:
    database = sqlite3.connect(f"file:{home / 'prefect.db'}?mode=ro", uri=True)
    found = int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    database.close()
    return found


def broken_run(workspace: Path, place: Path, prefect: dict[str, str], step: str) -> None:
    """A run whose worker crashes at a step, and whose next worker fails there; then the search."""
    home = Path(prefect["PREFECT_HOME"])
    before = rows(home, "flow_run")
    variables = prefect | {
        "PYTHONPATH": str(BREAKING),
        "STORYKEEPER_BREAK": step,
        "STORYKEEPER_BROKEN": str(place / "crashed"),
        "STORYKEEPER_WORDS": WORDS,
        "STORYKEEPER_JOURNAL": str(place / "journal.jsonl"),
    }
    done = typed(place, str(STORYKEEPER), *RUN, "-w", str(workspace), **variables)
    assert (place / "crashed").exists(), "the step was reached"
    if done.returncode >= 0:  # else the crash was of the whole run: nothing is left to tell anything
        assert done.returncode == 1, done.stderr
        assert "ValueError" in done.stderr
    assert '"step": "prepare"' in (place / "journal.jsonl").read_text()
    assert list((workspace / "releases").iterdir()) == []
    assert planted(done.stdout + done.stderr) == []
    assert leaks(place, passed_over=("ws",)) == []
    assert leaks(workspace) == []
    assert leaks(home, passed_over=()) == []
    assert rows(home, "flow_run") == before + 1, "the search reads the database that the run wrote"
    assert list(columns(home)) == []


@pytest.fixture
def workspace(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Planted words, and chunks so small that there is work for two workers."""
    workspace = tmp_path / "ws"
    init(workspace, name="Canary", contact="office", now=AS_OF)
    plant(workspace)
    settings = workspace / "storykeeper.toml"
    settings.write_text(f'{settings.read_text()}\n[engine]\nchunk_bytes = 1\nkind = "{request.param}"\n')
    return workspace


@pytest.mark.parametrize("workspace", [pytest.param("processes", marks=pytest.mark.nightly), "dask"], indirect=True)
def test_a_crash_and_a_failure_in_workers_leave_no_word(
    workspace: Path, prefect_server: dict[str, str], tmp_path: Path
) -> None:
    broken_run(workspace, tmp_path, prefect_server, "flows.verbs.prepare.redact")


@pytest.mark.nightly
@pytest.mark.parametrize("step", IN_WORKERS)
@pytest.mark.parametrize("workspace", ["in-process", "processes", "dask"], indirect=True)
def test_the_same_at_every_step_of_every_engine(
    workspace: Path, prefect_server: dict[str, str], tmp_path: Path, step: str
) -> None:
    broken_run(workspace, tmp_path, prefect_server, step)
    whole = typed(tmp_path, str(STORYKEEPER), *RUN, "-w", str(workspace), **prefect_server)
    assert whole.returncode == 0, whole.stderr
    assert planted(whole.stdout + whole.stderr) == []
    assert leaks(tmp_path, passed_over=("ws",)) == []
    assert leaks(Path(prefect_server["PREFECT_HOME"]), passed_over=()) == []


# Holds a planted word and crashes; with the switches where it is told so.
CRASH = """
import os, signal, sys
from flows.memory import keep_memory_private
word = sys.stdin.read()
if sys.argv[1] == "private":
    keep_memory_private()
os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.skipif(not CORES_STAY_HERE, reason="a collector of this machine takes images of memory")
@pytest.mark.parametrize(("kind", "left"), [("open", True), ("private", False)])
def test_a_crash_leaves_an_image_of_memory_but_where_it_is_kept_private(tmp_path: Path, kind: str, left: bool) -> None:
    done = subprocess.run(
        [*ANY_CORE, sys.executable, "-c", CRASH, kind],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        input=NAMES["person"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == -11, done.stderr
    assert bool(leaks(tmp_path, passed_over=())) is left
