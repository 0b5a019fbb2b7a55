"""What is wrong when something is about to go out, or came back: each refused with its exit code and what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.verbs.init import init
from flows.wiring import open_house
from pipeline.events import EventKind, event
from tests.end_to_end.canary import leaks, plant
from tests.end_to_end.sampled import Released, released
from tests.end_to_end.test_bad_input import edited, typed
from tests.end_to_end.workspaces import AS_OF, ROOT

RESEARCH = """
[recipients.lakeside]
name = "Lakeside"
classes = ["research_partner"]

[approvals.irb-1]
recipients = ["lakeside"]
review = "irb"
reference = "IRB 1"
agreement = "DUA 1"
valid_from = "2026-01-01"
valid_to = "2026-11-30"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The small program, which may release to a university, too."""
    place = tmp_path / "ws"
    init(place, name="Canary", contact="office", now=AS_OF)
    plant(place)
    recipients = place / "records" / "recipients.toml"
    recipients.write_text(recipients.read_text(encoding="utf-8") + RESEARCH, encoding="utf-8")
    edited("records/consents.csv", ",group,class:program,", ",group;research,class:program;class:research_partner,")(
        place
    )
    return place


# The command, with a moment between decision and package in which somebody edits a record.
CHANGED = """
import sys
from pathlib import Path
import flows.verbs.runs as runs
from flows import cli
place, old, new = Path(sys.argv.pop(1)), sys.argv.pop(1), sys.argv.pop(1)
whole = runs.publish
def changed(*given, **named):
    text = place.read_text(encoding="utf-8")
    assert old in text
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    return whole(*given, **named)
runs.publish = changed
cli.main()
"""
MOMENTS = {
    "an approval that runs out": ("recipients.toml", 'valid_to = "2026-11-30"', 'valid_to = "2026-06-14"'),
    "a consent that is taken back": ("consents.csv", "C-1,1,consent,active", "C-1,1,consent,inactive"),
    "a recipient that is struck off": ("recipients.toml", "[recipients.lakeside]", "[recipients.seaside]"),
}


@pytest.mark.xdist_group("prefect")
@pytest.mark.parametrize("moment", MOMENTS)
def test_what_changes_between_decision_and_package_stops_the_release(
    workspace: Path, prefect_server: dict[str, str], moment: str
) -> None:
    name, old, new = MOMENTS[moment]
    asked = ("--use", "research", "--recipient", "lakeside", "--as-of", "2026-06-15", "--as", "manager-1")
    command = [sys.executable, "-c", CHANGED, str(workspace / "records" / name), old, new, "run", *asked]
    done = subprocess.run(
        [*command, "-w", str(workspace)], cwd=ROOT, env=os.environ | prefect_server, capture_output=True, text=True,
        timeout=200,
    )  # fmt: skip
    assert done.returncode == 14, done.stderr
    assert "RELEASE_STALE_DECISION" in done.stderr
    assert "run again" in done.stderr
    assert list((workspace / "releases").iterdir()) == []
    assert leaks(workspace) == []
    with open_house(workspace) as house:
        assert house.releases.list() == ()
        assert house.ledger.verify().verifies


# -- the clock


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--use", "group", "--recipient", "program", "--as", "manager-1"),
        ("release", "--use", "group", "--recipient", "program", "--as", "manager-1"),
        ("ingest", "--as", "manager-1"),
        ("recall", "--as", "manager-1"),
        ("shred", "P-1", "--yes", "--as", "manager-1"),
        ("keys", "rotate", "--as", "manager-1"),
        ("keys", "rotate", "--signing", "--as", "manager-1"),
    ],
    ids=lambda c: " ".join(c[:3]),
)
def test_with_a_clock_that_was_set_back_nothing_is_done(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    ahead = datetime.now(UTC) + timedelta(days=1)
    with open_house(workspace) as house:
        house.ledger.append([event(EventKind.CONFIG_CHANGED, at=ahead, actor="tester", setting="workspace")])
        head = house.ledger.head()
    code, said = typed(capsys, monkeypatch, *command, "-w", str(workspace))
    assert (code, "the clock was set back" in said, "set the clock" in said) == (14, True, True), said
    with open_house(workspace) as house:
        assert house.ledger.head() == head


def test_a_clock_that_is_off_by_a_little_is_no_matter(workspace: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=4)
    with open_house(workspace) as house:
        house.ledger.append([event(EventKind.CONFIG_CHANGED, at=ahead, actor="tester", setting="workspace")])
        from flows.verbs.clock import clock_is_behind

        assert not clock_is_behind(house, datetime.now(UTC))
        assert clock_is_behind(house, datetime.now(UTC) - timedelta(minutes=2))


# -- a release that somebody brings back


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Released:
    return released(tmp_path_factory)


def _one_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _manifest(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_bytes())
    (release / "manifest.json").write_text(json.dumps(manifest | {"use": "group"}))


def _swap(release: Path) -> None:
    one, two, *_ = sorted((release / "data").iterdir())
    shutil.move(one, release / "aside")
    shutil.move(two, one)
    shutil.move(release / "aside", two)


TAMPERED: dict[str, Callable[[Path], None]] = {
    "an altered manifest": _manifest,
    "an altered copy": lambda release: _one_byte(sorted((release / "data").iterdir())[0]),
    "two files swapped": _swap,
    "a file left out": lambda release: (release / "NOTICE.txt").unlink(),
    "a file put in": lambda release: (release / "more.csv").write_text("a"),
    "another signature": lambda release: _one_byte(release / "manifest.sig"),
}


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize("tampered", [*TAMPERED, "the key of somebody else", "a key that is none"])
def test_a_release_that_is_not_what_it_says_is_refused_with_16(
    sample: Released,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tampered: str,
) -> None:
    release = Path(shutil.copytree(sample.release("research"), tmp_path / "release"))
    key = sample.workspace / "public-key.pem"
    if tampered in TAMPERED:
        TAMPERED[tampered](release)
    else:
        key = tmp_path / "other.pem"
        init(tmp_path / "other", name="Other", contact="office", now=AS_OF)
        shutil.copy(tmp_path / "other" / "public-key.pem", key)
        if tampered == "a key that is none":
            key.write_text("no key")
    code, said = typed(capsys, monkeypatch, "verify", str(release), "--key", str(key))
    assert code == 16, said
    assert "do not use" in said or "ask the" in said or "give the" in said, said
