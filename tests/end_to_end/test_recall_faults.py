"""A recall that is killed or runs out of disk leaves each release whole, as it was or called back; a rerun finishes.

One process builds the detector and forks itself for each try.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from flows.verbs.asking import Asked
from flows.verbs.init import init
from flows.verbs.verify import verify_release
from flows.wiring import open_house
from pipeline.events import EventKind
from pipeline.storage.runs import ReleaseState
from tests.end_to_end.canary import NAMES, leaks, plant
from tests.end_to_end.recalls import LATER, REVOKED, change_consent, recall, recall_in, turns
from tests.end_to_end.test_bad_input import appended, edited
from tests.end_to_end.workspaces import AS_OF, ROOT, run

pytestmark = pytest.mark.xdist_group("sample")

KILLS, NIGHTLY_ROUNDS, NIGHTLY_KILLS = 8, 20, 10
ASKED = Asked(use="group", recipient="program", as_of=AS_OF.isoformat(), actor="manager-1", ingest=True)
AGAIN = replace(ASKED, as_of=LATER)
NOTES = f"inbox/{NAMES['file']} notes.csv"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small program with two people whose release is out; then one of them has taken their yes back."""
    place = tmp_path_factory.mktemp("recall-faults") / "ws"
    init(place, name="Canary", contact="office", now=AS_OF)
    plant(place)
    edited(NOTES, NAMES["cell"], "The kettle was on.")(place)
    consents = place / "records" / "consents.csv"
    first = consents.read_text(encoding="utf-8").splitlines()[1]
    appended("records/consents.csv", first.replace("C-1,", "C-2,").replace(",P-1,", ",P-2,") + "\n")(place)
    with open_house(place) as house:
        assert run(house, ASKED).release_id
    change_consent(place, "C-1", **REVOKED)
    return place


@pytest.fixture
def workspace(out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(out, tmp_path / "ws"))


def check_whole(workspace: Path) -> None:
    """The ledger holds; each release that is out stands whole, each that was called back is gone and has its notice."""
    with open_house(workspace) as house:
        assert house.ledger.verify().verifies
        assert house.releases.unfinished() == ()
        entered = house.releases.list()
        told = [e.event for e in house.ledger.events(kinds=[EventKind.RECALLED])]
    out = {r.release_id for r in entered if r.state is ReleaseState.COMPLETE}
    back = {r.release_id for r in entered if r.state in (ReleaseState.RECALLED, ReleaseState.REPLACED)}
    assert {p.name for p in (workspace / "releases").iterdir()} == out
    assert {p.name for p in (workspace / "recalls").iterdir()} == back
    assert Counter(str(e.get("release")) for e in told) == Counter(back), "each recall is told once"
    for release in out:
        assert verify_release(workspace / "releases" / release, workspace / "public-key.pem").report.proven
    for release in entered:
        if release.state is ReleaseState.REPLACED:
            assert release.replaced_by in {r.release_id for r in entered}


def check_finished(workspace: Path) -> None:
    """The other one has what they had, and nobody has anything of who took it back."""
    check_whole(workspace)
    assert leaks(workspace) == []
    with open_house(workspace) as house:
        (release,) = (r for r in house.releases.list() if r.state is ReleaseState.COMPLETE)
    rows = turns(workspace / "releases" / release.release_id)
    assert [text.endswith("The kettle was on.") for text in rows["text"]] == [True], "one replacement, with one row"
    with open_house(workspace) as house:
        assert run(house, AGAIN).release_id == "", "nothing is released twice"


# Breaks a recall at a step, in a child of one process that has built the detector: a job is the workspace, the step and
# what happens there. Prints for each job how the child ended and what it said.
BREAKER = """
import importlib, json, os, resource, signal, sys
from pathlib import Path
from flows.wiring import detector
from pipeline.errors import StorykeeperError
from tests.end_to_end.recalls import recall
def broken(workspace, step, what):
    module, _, attribute = step.rpartition(".")
    target = importlib.import_module(module)
    whole = getattr(target, attribute)
    def killed(*given, **named):
        os.kill(os.getpid(), signal.SIGKILL)
    def full(*given, **named):
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        return whole(*given, **named)
    setattr(target, attribute, {"killed": killed, "full": full}[what])
    try:
        recall(Path(workspace))
        return "done"
    except StorykeeperError as error:
        return f"{error.exit_code} {error}"
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as Python does at its start; the write fails instead
detector()
for job in json.loads(sys.argv[1]):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, broken(*job).encode())
        os._exit(0)
    os.close(writing)
    status = os.waitpid(child, 0)[1]
    print(json.dumps([status, os.read(reading, 4000).decode()]), flush=True)
"""
KILLED = (
    "flows.verbs.recall.make_left",  # nothing is made
    "flows.verbs.recall.publish_package",  # the replacement lies on its shelf
    "flows.verbs.recall.write_release",  # the notice stands, and nothing else
    "flows.verbs.publish.put_package",  # the replacement is entered as begun
    "flows.verbs.publish.close",  # notice and replacement stand, and nothing says so
    "flows.verbs.publish.clear_away",  # all is said, the old release is still on the disk
    "flows.verbs.closing.remove_tree",  # and half out of sight
)
FULL = (
    "tests.end_to_end.recalls.begin_recall",
    "flows.verbs.recall.make_left",
    "flows.verbs.recall.publish_package",
    "flows.verbs.publish.put_package",
    "flows.verbs.publish.close",
)
JOBS = [(step, "killed") for step in KILLED] + [(step, "full") for step in FULL]


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A workspace after a recall broke in it. status: of the process; said: its error."""

    workspace: Path
    status: int
    said: str


@pytest.fixture(scope="module")
def broken(out: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Broken]:
    """Every job, done."""
    folder = tmp_path_factory.mktemp("broken")
    places = [Path(shutil.copytree(out, folder / str(n))) for n in range(len(JOBS))]
    jobs = json.dumps([(str(place), *job) for place, job in zip(places, JOBS, strict=True)])
    done = subprocess.run([sys.executable, "-c", BREAKER, jobs], cwd=ROOT, capture_output=True, text=True, timeout=280)
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(ends) == len(JOBS), done.stderr
    return {
        job: Broken(workspace=place, status=end[0], said=end[1])
        for job, place, end in zip(JOBS, places, ends, strict=True)
    }


@pytest.mark.parametrize("step", KILLED)
def test_a_kill_at_each_step_leaves_each_release_whole(broken: dict[tuple[str, str], Broken], step: str) -> None:
    found = broken[step, "killed"]
    assert found.status == signal.SIGKILL, found.said
    recall(found.workspace)
    check_finished(found.workspace)


@pytest.mark.parametrize("step", FULL)
def test_on_a_full_disk_a_recall_stops_with_17_and_a_rerun_finishes(
    broken: dict[tuple[str, str], Broken], step: str
) -> None:
    found = broken[step, "full"]
    assert (found.status, found.said[:3]) == (0, "17 "), found.said
    assert str(found.workspace) not in found.said
    with open_house(found.workspace) as house:
        assert house.ledger.verify().verifies
        out = [r.release_id for r in house.releases.list() if r.state is ReleaseState.COMPLETE]
    for release in out:
        assert verify_release(found.workspace / "releases" / release, found.workspace / "public-key.pem").report.proven
    recall(found.workspace)
    check_finished(found.workspace)


# Builds the detector once; then forks for each try and kills the child after a time. Prints how each try ended.
DRIVER = """
import os, random, signal, sys, time
from pathlib import Path
from flows.wiring import detector
from tests.end_to_end.test_recall_faults import work
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


def work(workspace: Path) -> None:
    """What a night may do: call back, then ingest and release. (The other way round the rows of a table that stay
    permitted go out once more with the run, before the recall replaces what was out: docs/limits.md.)"""
    with open_house(workspace) as house:
        recall_in(house)
        run(house, AGAIN)


def kill_and_finish(workspace: Path, tmp_path: Path, kills: int, seed: int) -> None:
    copy = Path(shutil.copytree(workspace, tmp_path / "whole"))
    begun = time.monotonic()
    work(copy)
    longest = 1.2 * (time.monotonic() - begun)
    command = [sys.executable, "-c", DRIVER, str(workspace), str(kills), str(longest), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280 + 10 * kills)
    ends = done.stdout.split()
    assert len(ends) == kills, done.stderr
    assert set(ends) <= {str(int(signal.SIGKILL)), "0"}, f"a child broke by itself: {done.stderr}"
    assert str(int(signal.SIGKILL)) in ends
    recall(workspace)
    check_finished(workspace)


def test_after_kills_a_rerun_finishes_and_nothing_is_lost_doubled_or_half_recalled(
    workspace: Path, tmp_path: Path
) -> None:
    kill_and_finish(workspace, tmp_path, KILLS, seed=11)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_the_same_after_two_hundred_kills(out: Path, tmp_path: Path) -> None:
    for n in range(NIGHTLY_ROUNDS):
        workspace = Path(shutil.copytree(out, tmp_path / str(n) / "ws"))
        kill_and_finish(workspace, tmp_path / str(n), NIGHTLY_KILLS, random.SystemRandom().randrange(10**6))
