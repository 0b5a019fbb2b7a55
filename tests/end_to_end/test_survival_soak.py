"""A soak: the nightly flow over and over in one process, on a program that changes, without growth of memory, file
handles or temporary files. `STORYKEEPER_SOAK_S` says for how long.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from statistics import median

import psutil
import pytest

from flows.verbs.init import init
from flows.wiring import open_house
from tests.end_to_end.canary import NAMES, WORD, leaks, plant
from tests.end_to_end.recalls import change_consent
from tests.end_to_end.test_faults import check_whole
from tests.end_to_end.workspaces import AS_OF, ROOT

pytestmark = pytest.mark.xdist_group("prefect")

LENGTH_S = float(os.environ.get("STORYKEEPER_SOAK_S", "3600"))
WARM = 0.3  # share of the nights after which nothing new is loaded: models, pools, and the allocator's own room
MOST_GROWTH = 0.03  # of resident memory between the first and the last third after that: what an allocator breathes
POOL_EVERY, REVOKED_NIGHTS = 25, (4, 5)  # each so many nights a pool of processes; of ten nights those without a yes
FIRST = {"call.vtt": 5, "note.txt": 2}  # parts of each file that stay
ENGINE = '\n[engine]\nchunk_bytes = 1\nkind = "{kind}"\n'

# Prints a JSON line a night.
SOAK = """
import json, sys, time
from pathlib import Path
from flows.motion import start_flow
from tests.end_to_end.test_survival_soak import changed, figures
def night():
    from flows.nightly import nightly
    nightly()
workspace, end, n = Path(sys.argv[1]), time.monotonic() + float(sys.argv[2]), 0
while time.monotonic() < end:
    changed(workspace, n)
    begun = time.monotonic()
    start_flow(workspace, night)
    print(json.dumps(figures(workspace, time.monotonic() - begun)), flush=True)
    n += 1
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init(tmp_path / "ws", name="Canary", contact="office", now=AS_OF)
    plant(tmp_path / "ws")
    change_consent(tmp_path / "ws", "C-1", expires_on="2099-12-31")
    settings = tmp_path / "ws" / "storykeeper.toml"
    settings.write_text(f'{settings.read_text()}\n[[standing]]\nuse = "group"\nrecipient = "program"\n')
    return tmp_path / "ws"


def changed(workspace: Path, night: int) -> None:
    """What a day brings: two files anew, now and then a yes taken back and given again, another engine."""
    chance = random.Random(night)
    said = ("Good to hear that.", f"The {WORD} one.", "We went over the list.", "The kettle was on.")
    lines = [chance.choice(said) for _ in range(chance.randrange(5, 60))]
    cues = [f"00:01:{n:02}.000 --> 00:01:{n:02}.900\nDana {NAMES['staff']}: {line}" for n, line in enumerate(lines)]
    for name, parts in (("call.vtt", cues), ("note.txt", lines)):
        path = workspace / "inbox" / f"{NAMES['file']} {name}"
        first = "\n\n".join(path.read_text(encoding="utf-8").strip().split("\n\n")[: FIRST[name]])
        path.write_text("\n\n".join([first, *parts]) + "\n", encoding="utf-8")
    change_consent(workspace, "C-1", status="inactive" if night % 10 in REVOKED_NIGHTS else "active")
    settings = workspace / "storykeeper.toml"
    kind = "processes" if night % POOL_EVERY == 0 else "in-process"
    settings.write_text(settings.read_text().partition("\n[engine]")[0] + ENGINE.format(kind=kind))


def figures(workspace: Path, seconds: float) -> dict[str, float]:
    """What must not grow: resident bytes, file handles, threads, children, temporary files; and how long it took."""
    me = psutil.Process()
    temporary = [*Path(os.environ["TMPDIR"]).rglob("*"), *workspace.rglob(".tmp-*"), *workspace.rglob(".staging-*")]
    return {
        "memory": me.memory_info().rss,
        "handles": me.num_fds(),
        "threads": me.num_threads(),
        "children": len(me.children(recursive=True)),
        "temporary": len(temporary),
        "seconds": round(seconds, 2),
    }


def thirds(nights: list[dict[str, float]], what: str) -> tuple[float, float]:
    """The median of the first third and of the last third of the nights after the warm ones."""
    warm = [night[what] for night in nights[int(WARM * len(nights)) :]]
    third = len(warm) // 3
    return median(warm[:third]), median(warm[-third:])


@pytest.mark.nightly
@pytest.mark.timeout(LENGTH_S + 600)
def test_nights_on_end_do_not_grow(workspace: Path, prefect_server: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SOAK, str(workspace), str(LENGTH_S)],
        cwd=ROOT,
        env=os.environ | prefect_server | {"TMPDIR": str(tmp_path / "tmp")},
        capture_output=True,
        text=True,
        timeout=LENGTH_S + 300,
    )
    assert done.returncode == 0, done.stderr
    (tmp_path / "nights.jsonl").write_text(done.stdout)
    nights = [json.loads(line) for line in done.stdout.splitlines()]
    for n in (0, len(nights) // 2, len(nights) - 1):
        sys.stdout.write(f"night {n}: {nights[n]}\n")  # for whoever runs it with -s
    before, after = thirds(nights, "memory")
    assert after <= before * (1 + MOST_GROWTH), f"memory grew from {before:,.0f} to {after:,.0f} bytes"
    for what in ("handles", "threads", "children", "temporary"):
        before, after = thirds(nights, what)
        assert after <= before, f"{what} grew from {before} to {after}"
    check_whole(workspace)
    assert leaks(workspace) == []
    with open_house(workspace) as house:
        assert len(house.releases.list()) > len(nights) // 2
