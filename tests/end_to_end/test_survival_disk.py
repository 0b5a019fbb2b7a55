"""The nightly flow on a full disk: a small file system of its own, filled to the brim while the night is under way.

It says so with the exit code of the table, tells no name, and nothing is half released; with room again the next night
finishes. Where this account may not mount, the tests are skipped and say so.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from tests.end_to_end.conftest import running_server
from tests.end_to_end.nights import begin_night, check_kept, names_in, standing_program, whole_night, with_engine

pytestmark = pytest.mark.xdist_group("prefect")

ROOM = "64m"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return standing_program(tmp_path_factory)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0700", "tmpfs", str(place)], check=False)
    if made.returncode:
        pytest.skip("FULL DISK NOT TESTED: this account may not mount; tests/end_to_end/test_faults.py limits files")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left, to the last byte; the file that takes it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (1_000_000, 1_000, 1):
            try:
                while True:
                    out.write(b"\0" * size)
            except OSError:
                continue
    assert shutil.disk_usage(disk).free == 0, "the tests fill it to the last byte"
    return filler


def full_night(workspace: Path, disk: Path, environment: dict[str, str], held: str) -> None:
    """A night whose disk fills up at a step; then one with room again."""
    night = begin_night(workspace, environment, held=held)
    night.until_held()
    filler = fill(disk)
    code, said = night.ended()
    assert code == StorageError.exit_code, said
    assert "full" in said
    assert "Traceback" not in said
    assert names_in(workspace, said) == []
    filler.unlink()
    check_kept(workspace, releases=1)
    whole_night(workspace, environment)
    check_kept(workspace, releases=2)


@pytest.mark.parametrize("step", [pytest.param("prepare_chunk", marks=pytest.mark.nightly), "publish_run"])
def test_on_a_full_disk_a_night_stops_with_17_and_the_next_one_finishes(
    standing: Path, prefect_server: dict[str, str], disk: Path, step: str
) -> None:
    full_night(with_engine(standing, disk / "ws", ""), disk, prefect_server, f"flows.release.{step}")


@pytest.mark.nightly
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["in-process", "processes", "dask"])
@pytest.mark.parametrize(
    "step",
    ["nightly.check_recall", "nightly.standing_runs", "release.ingest_run", "release.plan_run", "release.publish_run"],
)
def test_the_same_where_prefect_and_temporary_files_lie_on_that_disk(
    standing: Path, disk: Path, step: str, kind: str
) -> None:
    workspace = with_engine(standing, disk / "ws", f'kind = "{kind}"')
    home, temporary = disk / "prefect", disk / "tmp"
    home.mkdir(mode=0o700)
    temporary.mkdir()
    with running_server(home) as (environment, _):
        full_night(workspace, disk, environment | {"TMPDIR": str(temporary)}, f"flows.{step}")
