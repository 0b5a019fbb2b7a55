"""A release from cached spans: processor seconds of each stage in one process, and the peak of its memory.

The full size (100,000 turns in under 60 s and 1 GB) is `nightly`; the small one holds the same bars per turn.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.verbs.verify import verify_release
from tests.benchmarks.big_program import make_program
from tests.end_to_end.workspaces import ROOT

SECONDS, TURNS, MEGABYTES = 60.0, 100_000, 1000.0
FEW = 3_000
FIXED_S = 12.0  # a process of its own: imports, and the digest of the detector

# A process of its own, so that its peak of memory is that of the release alone.
MEASURED = """
import json, resource, sys, time
from pathlib import Path
from flows.verbs.asking import Asked
from flows.verbs.runs import begin, plan_run, prepare_chunk, publish_run, told_run
from flows.wiring import detector, open_house
from tests.benchmarks.big_program import AS_OF, RECIPIENT

def staged(name, what):
    start = time.process_time()
    given = what()
    seconds[name] = round(time.process_time() - start, 2)
    return given

seconds = {}
staged("detector", lambda: detector().digest)
with open_house(Path(sys.argv[1])) as house:
    asked = Asked(use="research", recipient=RECIPIENT, as_of=AS_OF.isoformat(), actor="bench")
    run_id = begin(house, asked)
    chunks = staged("decide", lambda: plan_run(house, run_id))
    staged("prepare", lambda: [prepare_chunk(house, run_id, chunk) for chunk in range(chunks)])
    staged("publish", lambda: publish_run(house, run_id))
    told = told_run(house, run_id)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "megabytes": round(peak), "release": told.release_id,
                  "turns": sum(line.kept for line in told.lines),
                  "outcomes": {outcome.value: n for outcome, n in told.counts().items()}}))
"""


def measured(workspace: Path, turns: int, turns_each: int = 100) -> dict[str, Any]:
    """One release of a new program of so many turns."""
    make_program(workspace, turns=turns, turns_each=turns_each)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(workspace)], cwd=ROOT, capture_output=True, text=True, timeout=7200
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(told)
    assert told["turns"] == turns, told["outcomes"]
    assert verify_release(workspace / "releases" / told["release"], workspace / "public-key.pem").report.proven
    return told


def test_a_small_release_is_within_its_share(tmp_path: Path) -> None:
    told = measured(tmp_path / "ws", FEW)
    assert sum(told["seconds"].values()) < FIXED_S + SECONDS * FEW / TURNS
    assert told["megabytes"] < MEGABYTES


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_turns_in_a_minute_and_a_gigabyte(tmp_path: Path) -> None:
    told = measured(tmp_path / "ws", TURNS)
    assert sum(told["seconds"].values()) < SECONDS
    assert told["megabytes"] < MEGABYTES
