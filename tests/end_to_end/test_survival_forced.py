"""Every flow under faults at random moments: each leaves a ledger that verifies, and the next run finishes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.forced import FLOWS
from tests.end_to_end.workspaces import ROOT

pytestmark = pytest.mark.xdist_group("prefect")

FEW, MANY = 2, 50


def tries(place: Path, flow: str, environment: dict[str, str], seeds: list[int], *, kills: bool) -> list[str]:
    """How each try ended. A process that a try killed is started again for what is left."""
    ends: list[str] = []
    while len(ends) < len(seeds):
        left = [str(seed) for seed in seeds[len(ends) :]]
        command = [sys.executable, "-m", "tests.end_to_end.forced", str(place), flow, "kills" if kills else "no", *left]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        ends += [str(one["end"]) for one in found]
        assert done.returncode in (0, -signal.SIGKILL), f"seed {left[len(found)]}: {done.stderr}"
        assert done.returncode == 0 or kills
    return ends


@pytest.mark.parametrize("flow", ["nightly", "recall"])  # they hold what the others do; each alone is nightly
def test_a_few_forced_failures(flow: str, prefect_server: dict[str, str], tmp_path: Path) -> None:
    ends = tries(tmp_path, flow, prefect_server, list(range(FEW)), kills=False)
    assert len(ends) == FEW
    assert set(ends) != {"done"}, "something broke"


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("flow", FLOWS)
def test_fifty_forced_failures(flow: str, prefect_server: dict[str, str], tmp_path: Path) -> None:
    first = random.SystemRandom().randrange(10**6)
    ends = tries(tmp_path, flow, prefect_server, list(range(first, first + MANY)), kills=True)
    assert len(ends) == MANY
    assert "killed" in ends
    assert len(set(ends)) > 2, "something broke in other ways, too"
    assert not [end for end in ends if end.startswith("OSError")], "an error of the disk that is none of ours"
