"""Forced failures: a flow is run with one fault at a random moment, then once more without; both have to end well.

A moment is any opening of a file of the workspace, any change of a folder, any statement to the database, or any step
that works on words. What happens there is drawn, too: the disk is full or broken, once or from then on; memory runs
out; our own code is wrong over planted words; the process is killed.

Run as a module: `forced PLACE FLOW KILLS SEED...` prints a JSON line a seed. A process that was killed is started again
with the seeds that are left, and finishes what it left first.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from flows.motion import ingest, run, start_flow
from flows.recalling import recall
from flows.verbs.init import init
from flows.verbs.verify import verify_release
from flows.wiring import open_house
from pipeline.errors import StorykeeperError
from pipeline.events import EventKind
from pipeline.storage.runs import ReleaseState
from tests.end_to_end.canary import NAMES, STEPS, WORD, leaks, plant, told_in
from tests.end_to_end.recalls import LATER, REVOKED, change_consent
from tests.end_to_end.workspaces import AS_OF, ROOT

# Where a flow can break: steps that work on words, a recall and a measurement.
PLACES = (*STEPS, "flows.verbs.recall.make_left", "flows.verbs.quality.evaluate_gold")
_FOLDER_EVENTS = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod")  # docs.python.org: audit events table
_OUT = {"S-1", "S-2", "S-3.1"}  # what of the planted program may go out


@dataclass(slots=True, kw_only=True)
class Forced:
    """The fault of this process, which is at rest while `place` is empty."""

    place: str = ""
    at: int = 0
    seen: int = 0
    how: str = ""
    hit: str = ""

    def moment(self, what: str, error: Callable[[], Exception]) -> None:
        """Something begins. Breaks where it is the one, and later ones too where the disk stays full."""
        if not self.place:
            return
        self.seen += 1
        if self.seen < self.at or not self.at or (self.seen > self.at and self.how != "stays"):
            return
        self.hit = self.hit or what
        if self.how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        raise MemoryError if self.how == "memory" else error()

    def audited(self, name: str, given: tuple[object, ...]) -> None:
        """Python is about to touch a file or a folder."""
        if self.place and (name == "open" or name in _FOLDER_EVENTS) and str(given[0]).startswith(self.place):
            number = {"once": errno.EIO}.get(self.how, errno.ENOSPC)
            self.moment(name, lambda: OSError(number, os.strerror(number), str(given[0])))

    def executed(self, *given: object) -> None:
        """SQLAlchemy is about to send a statement."""
        full = sqlite3.OperationalError("database or disk is full")
        self.moment("statement", lambda: OperationalError(str(given[2]), None, full))

    def stepped(self, name: str) -> None:
        """Count each call of a function, which fails over all it was given."""
        module, _, attribute = name.rpartition(".")
        whole = getattr(importlib.import_module(module), attribute)

        def counted(*given: object, **named: object) -> object:
            self.moment(name, lambda: ValueError(" ".join([*NAMES.values(), WORD]), given, named))
            return whole(*given, **named)

        setattr(sys.modules[module], attribute, counted)


def install() -> Forced:
    """Watch every moment of this process, for good."""
    forced = Forced()
    sys.addaudithook(forced.audited)
    event.listen(Engine, "before_cursor_execute", forced.executed)
    for name in PLACES:
        forced.stepped(name)
    return forced


# -- the flows: how each is started, and what holds after it ended well


def _flow(module: str) -> Callable[[Path], object]:
    def work(workspace: Path) -> object:
        return start_flow(workspace, lambda: getattr(importlib.import_module(f"flows.{module}"), module)())

    return work


def _ingest(workspace: Path) -> object:
    return ingest(workspace, actor="manager-1", remove=False, rehash=False, dry_run=False)


def _release(workspace: Path) -> object:
    day = "2026-06-15"
    return run(workspace, use="group", recipient="program", as_of=day, actor="m-1", ingest=False, dry_run=False)


def _recall(workspace: Path) -> object:
    return recall(workspace, as_of=LATER, actor="m-1", labels=False, dry_run=False)


FLOWS: dict[str, Callable[[Path], object]] = {
    "ingest": _ingest,
    "release": _release,
    "nightly": _flow("nightly"),
    "quality": _flow("quality"),
    "recall": _recall,
}


def template(place: Path, flow: str) -> Path:
    """A workspace in which the flow has work to do."""
    workspace = place / "template"
    init(workspace, name="Canary", contact="office", now=AS_OF)
    plant(workspace)
    change_consent(workspace, "C-1", expires_on="2099-12-31")
    (workspace / "gold").mkdir()
    shutil.copy(ROOT / "sample_data" / "gold" / "dev" / "c3.txt", workspace / "gold")
    settings = workspace / "storykeeper.toml"
    wanted = '\n[[standing]]\nuse = "group"\nrecipient = "program"\n\n[quality]\ngold = "gold"\n'
    settings.write_text(settings.read_text() + wanted)
    if flow in ("release", "recall"):
        _ingest(workspace)
    if flow == "recall":
        _release(workspace)
        change_consent(workspace, "C-1", **REVOKED)
    return workspace


def check_sound(workspace: Path) -> None:
    """After a fault: the ledger verifies, and what is said to be out stands whole; no word is anywhere else."""
    with open_house(workspace) as house:
        house.ledger.verify().demand()
        out = [r.release_id for r in house.releases.list() if r.state is ReleaseState.COMPLETE]
    for release in out:
        assert verify_release(workspace / "releases" / release, workspace / "public-key.pem").report.proven
    assert leaks(workspace, passed_over=("inbox", "records", "gold")) == []


def check_finished(workspace: Path, flow: str) -> None:
    """After a run without a fault: all is done, once."""
    check_sound(workspace)
    with open_house(workspace) as house:
        assert house.releases.unfinished() == ()
        states = [r.state for r in house.releases.list()]
        told = [record.event for record in house.ledger.events(kinds=[EventKind.RELEASED, EventKind.RECALLED])]
        assert len(house.vault.sources()) == (0 if flow == "quality" else 3)
    here = {p.name for p in (workspace / "releases").iterdir()}
    done = Counter((e.kind, s) for e in told for s in e.get("sessions") or ())
    if flow in ("release", "nightly"):
        assert (states, len(here)) == ([ReleaseState.COMPLETE], 1)
        assert done == Counter((EventKind.RELEASED, s) for s in _OUT), done
    elif flow == "recall":
        assert (states, here) == ([ReleaseState.RECALLED], set())
        assert set(done.values()) == {1}, done
    elif flow == "quality":
        assert json.loads((workspace / "reports" / "quality.json").read_text())


# -- the tries


def attempt(forced: Forced, flow: str, workspace: Path) -> str:
    """Run the flow with the fault that is set; what came of it, which may hold no word."""
    forced.seen, forced.hit, forced.place = 0, "", str(workspace)
    try:
        FLOWS[flow](workspace)
        end = "done"
    except (StorykeeperError, MemoryError, OSError) as error:
        end = f"{type(error).__name__} {error}"
    finally:
        forced.place = ""
    heard = told_in(end.encode())
    assert not [token for token in (*NAMES.values(), WORD) if token.lower() in heard], "an error told a word"
    return end


def one_try(forced: Forced, place: Path, flow: str, seed: int, kills: bool) -> dict[str, object]:
    """A fault drawn by the seed in a copy of the template, what has to hold, a run without one, what has to hold."""
    chance = random.Random(f"{flow} {seed}")
    moments = int((place / "moments").read_text())
    workspace = place / str(seed)
    begun = workspace.exists()  # it was killed in this try
    if not begun:
        shutil.copytree(place / "template", workspace)
        forced.at = chance.randint(1, moments)
        forced.how = chance.choice(("once", "stays", "memory", *(("killed",) if kills else ())))
    end = "killed" if begun else attempt(forced, flow, workspace)
    hit, forced.at = forced.hit, 0
    check_sound(workspace)
    assert attempt(forced, flow, workspace) == "done", "the next run does not finish"
    check_finished(workspace, flow)
    shutil.rmtree(workspace)
    return {"seed": seed, "how": "killed" if begun else forced.how, "hit": hit, "end": end.split("\n")[0]}


def main(place: Path, flow: str, kills: bool, seeds: list[int]) -> None:
    """All tries; a line each."""
    forced = install()
    if not (place / "template").exists():
        made = shutil.copytree(template(place, flow), place / "whole")
        assert attempt(forced, flow, made) == "done"
        check_finished(made, flow)
        (place / "moments").write_text(str(forced.seen))
    for seed in seeds:
        sys.stdout.write(json.dumps(one_try(forced, place, flow, seed, kills)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "kills", [int(seed) for seed in sys.argv[4:]])
