"""What breaks from outside: a full disk, a file in the place of a folder, Ctrl-C, a kill. Nothing is left half done.

The kills come at random moments of ingest and run over a workspace whose spans are known, so that the time is spent
where something is written. One process has built the detector and forks itself for each try.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.verbs.asking import Asked
from flows.verbs.init import init
from flows.verbs.verify import verify_release
from flows.wiring import open_house
from pipeline.errors import StorageError
from pipeline.events import EventKind
from pipeline.storage.vault import SourceState
from tests.end_to_end.canary import leaks, plant
from tests.end_to_end.sampled import released
from tests.end_to_end.workspaces import AS_OF, ROOT, STORYKEEPER, run

OUT = {"S-1": "released", "S-2": "released", "S-3.1": "released", "S-3.2": "not permitted"}
ASKED = Asked(use="group", recipient="program", as_of=AS_OF.isoformat(), actor="manager-1", ingest=True)
RUN = ("run", "--use", "group", "--recipient", "program", "--as-of", "2026-06-15", "--as", "manager-1")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init(tmp_path / "ws", name="Canary", contact="office", now=AS_OF)
    plant(tmp_path / "ws")
    return tmp_path / "ws"


def outcomes(workspace: Path, asked: Asked = ASKED) -> dict[str, str]:
    with open_house(workspace) as house:
        return {line.session_id: line.outcome.value for line in run(house, asked).lines}


def check_whole(workspace: Path) -> None:
    """The ledger holds, each release stands whole and is entered, and no staging folder is left."""
    with open_house(workspace) as house:
        assert house.ledger.verify().verifies
        assert house.releases.unfinished() == ()
        entered = {r.release_id for r in house.releases.list()}
    assert {p.name for p in (workspace / "releases").iterdir()} == entered
    for release in entered:
        assert verify_release(workspace / "releases" / release, workspace / "public-key.pem").report.proven


# -- a full disk

# In a process of its own, since a limit cannot be lifted again. It prints exit code and message.
LIMITED = """
import resource, signal, sys
from pathlib import Path
from flows.verbs.runs import begin, ingest_run, plan_run, prepare_chunk, publish_run
from flows.wiring import detector, open_house
from pipeline.errors import StorykeeperError
from tests.end_to_end.test_faults import ASKED

workspace, step, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as Python does at its start; the write fails instead
detector()
with open_house(workspace) as house:
    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        run_id = begin(house, ASKED)
        if step == "ingest":
            full()
        ingest_run(house, run_id)
        if step == "decide":
            full()
        for chunk in range(plan_run(house, run_id)):
            if step == "prepare":
                full()
            prepare_chunk(house, run_id, chunk)
        if step == "release":
            full()
        publish_run(house, run_id)
        print("done")
    except StorykeeperError as error:
        print(error.exit_code, str(error).replace("\\n", " "))
"""


@pytest.mark.parametrize("step", ["ingest", "decide", "prepare", "release"])
def test_on_a_full_disk_a_run_stops_with_17_and_a_rerun_finishes(workspace: Path, step: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(workspace), step, "1000"],
        cwd=ROOT, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = done.stdout.strip()
    assert said.startswith("17 "), said
    assert "limit" in said or "full" in said, said
    assert str(workspace) not in said
    assert list((workspace / "releases").iterdir()) == []
    assert leaks(workspace) == []
    check_whole(workspace)
    assert outcomes(workspace) == OUT
    check_whole(workspace)


# -- a folder that is none


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("vault", "vault"),
        ("releases", "release folder"),
        ("reports", "reports"),
        ("inbox", "inbox"),
        ("records", "records"),
    ],
)
def test_a_file_in_the_place_of_a_folder_is_named_and_nothing_goes_out_half(
    workspace: Path, folder: str, place: str
) -> None:
    moved = workspace / f"{folder}-moved"
    (workspace / folder).rename(moved)
    (workspace / folder).write_text("a file")
    with pytest.raises(StorageError) as refused:
        outcomes(workspace)
    assert place in str(refused.value)
    assert str(workspace) not in str(refused.value)
    (workspace / folder).unlink()
    moved.rename(workspace / folder)
    assert set(outcomes(workspace).values()) <= {"released", "already released", "not permitted"}
    check_whole(workspace)


# -- Ctrl-C

# The command, with a moment in it at which the signal comes: the step says so on standard error, and waits.
WAITING = """
import importlib, sys, time
from flows import cli
name = sys.argv.pop(1)
module, _, attribute = name.rpartition(".")
target = importlib.import_module(module)
whole = getattr(target, attribute)
def slow(*given, **named):
    sys.stderr.write("now\\n")
    sys.stderr.flush()
    time.sleep(60)
    return whole(*given, **named)
setattr(target, attribute, slow)
cli.main()
"""


@pytest.mark.xdist_group("prefect")
@pytest.mark.parametrize(
    "step", ["flows.verbs.ingest.container_of", "flows.verbs.prepare.redact", "flows.verbs.publish.compose"]
)
def test_an_interrupt_ends_with_130_and_a_rerun_finishes(
    workspace: Path, prefect_server: dict[str, str], step: str
) -> None:
    command = [sys.executable, "-c", WAITING, step, *RUN, "--workspace", str(workspace)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | prefect_server, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    assert first == "now\n", first + process.stderr.read()
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=100)
    assert process.returncode == 130, told
    assert told.strip() == "storykeeper: interrupted; nothing was left half done"
    assert said == ""
    assert list((workspace / "releases").iterdir()) == []
    check_whole(workspace)
    assert outcomes(workspace) == OUT


# -- a kill

KILLS, NIGHTLY_ROUNDS = 10, 10
RESEARCH = Asked(
    use="research", recipient="merrow-university", as_of=AS_OF.isoformat(), actor="manager-1", ingest=True
)  # fmt: skip


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample program whose inbox has come anew, under other names: all of it is to be sealed and released again,
    while its spans are known."""
    workspace = released(tmp_path_factory).copied(tmp_path_factory.mktemp("kills") / "ws")
    for name in ("records/sessions.csv", "storykeeper.toml"):
        text = (workspace / name).read_text(encoding="utf-8")
        for path in (workspace / "inbox").iterdir():
            text = text.replace(path.name, f"x {path.name}")
        (workspace / name).write_text(text, encoding="utf-8")
    for path in list((workspace / "inbox").iterdir()):
        path.rename(path.with_name(f"x {path.name}"))
    return workspace


def work(workspace: Path) -> None:
    """The whole run, as a child of this process does it."""
    with open_house(workspace) as house:
        run(house, RESEARCH)


# Builds the detector once; then forks for each try and kills the child after a time. Prints how each try ended.
DRIVER = """
import os, random, signal, sys, time
from pathlib import Path
from flows.wiring import detector
from tests.end_to_end.test_faults import work
workspace, kills, longest, seed = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
detector()
chance = random.Random(seed)
for n in range(kills):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work(workspace)
            code = 0
        finally:
            os._exit(code)
    time.sleep(chance.uniform(0, longest if n else longest / 10))  # the first one never lives to the end
    os.kill(child, signal.SIGKILL)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def longest(workspace: Path, place: Path) -> float:
    """How long a whole run takes here, in seconds."""
    copy = Path(shutil.copytree(workspace, place))  # makes what is above it, too
    begun = time.monotonic()
    work(copy)
    return time.monotonic() - begun


def kill_and_finish(seeded: Path, tmp_path: Path, kills: int, seed: int) -> None:
    whole = longest(seeded, tmp_path / "whole")
    workspace = Path(shutil.copytree(seeded, tmp_path / "ws"))
    before = {p.name for p in (workspace / "releases").iterdir()}
    command = [sys.executable, "-c", DRIVER, str(workspace), str(kills), str(1.2 * whole), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=250 + 10 * kills)
    ends = done.stdout.split()
    assert len(ends) == kills, done.stderr
    assert set(ends) <= {str(int(signal.SIGKILL)), "0"}, f"a child broke by itself: {done.stderr}"
    assert str(int(signal.SIGKILL)) in ends
    work(workspace)
    check_whole(workspace)
    check_once(workspace, before)


def check_once(workspace: Path, before: set[str]) -> None:
    """Nothing lost, nothing doubled: each file sealed once, each session released once since."""
    with open_house(workspace) as house:
        files = list((workspace / "inbox").iterdir())
        found = house.vault.find([p.name for p in files])
        assert len(found) == len(files)
        sealed = [s.ref.source_id for s in house.vault.sources() if s.state is SourceState.CURRENT]
        assert len(sealed) == 2 * len(files), "each file under its old name and its new one"
        for source in sealed:
            house.vault.check(source)
        events = [e.event for e in house.ledger.events(kinds=[EventKind.RELEASED])]
        detectors = {e.get("detector_digest") for e in events}
        assert len(detectors) == 1, "the recognizers were changed while the test ran: another detector, other copies"
        since = [s for e in events if e.get("release") not in before for s in e.get("sessions") or ()]
        assert sorted(since) == sorted(set(since)), "a session went out twice"
        assert sorted(since) == sorted(s for e in events if e.get("use") == "research" and e.get("release") in before
                                       for s in e.get("sessions") or ())  # fmt: skip


# Kills itself where the step is called for the first time.
KILLED = """
import importlib, os, signal, sys
from pathlib import Path
from tests.end_to_end.test_faults import outcomes
module, _, attribute = sys.argv[2].rpartition(".")
setattr(importlib.import_module(module), attribute, lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL))
outcomes(Path(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("step", "stands"),
    [
        ("flows.verbs.publish.put_package", False),  # it was entered as begun, nothing is written
        ("pipeline.storage.packages._flush_all", False),  # all is written into the staging folder
        ("flows.verbs.publish.close", True),  # the package stands, and nothing says so yet
        ("flows.verbs.runs._tell", True),  # all is said, but the manager has no summary
    ],
)
def test_a_kill_at_each_step_of_a_release_leaves_all_of_it_or_nothing(workspace: Path, step: str, stands: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(workspace), step], cwd=ROOT, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    standing = [p for p in (workspace / "releases").iterdir() if not p.name.startswith(".staging-")]
    assert len(standing) == (1 if stands else 0)
    for release in standing:
        assert verify_release(release, workspace / "public-key.pem").report.proven
    again = OUT if not stands else {s: "already released" if o == "released" else o for s, o in OUT.items()}
    assert outcomes(workspace) == again
    assert len(list((workspace / "releases").iterdir())) == 1
    check_whole(workspace)


@pytest.mark.xdist_group("sample")
def test_after_kills_a_rerun_finishes_and_nothing_is_lost_doubled_or_half_released(
    seeded: Path, tmp_path: Path
) -> None:
    kill_and_finish(seeded, tmp_path, KILLS, seed=7)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.xdist_group("sample")
def test_the_same_after_a_hundred_kills(seeded: Path, tmp_path: Path) -> None:
    for n in range(NIGHTLY_ROUNDS):
        kill_and_finish(seeded, tmp_path / str(n), KILLS, seed=random.SystemRandom().randrange(10**6))


# -- Prefect's server


def test_a_server_that_does_not_answer_is_named(workspace: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/api"
        done = subprocess.run(
            [str(STORYKEEPER), *RUN, "--workspace", str(workspace)],
            env=os.environ | {"PREFECT_API_URL": address}, capture_output=True, text=True, timeout=100,
        )  # fmt: skip
    assert done.returncode == 17
    assert "prefect: its server does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((workspace / "releases").iterdir()) == []
    assert outcomes(workspace) == OUT
