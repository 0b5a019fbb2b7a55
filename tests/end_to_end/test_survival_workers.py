"""The nightly flow with a worker killed in the middle of a chunk: it goes on, doubles nothing, the ledger verifies."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.end_to_end.nights import Night, begin_night, check_kept, standing_program, until, whole_night, with_engine

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return standing_program(tmp_path_factory)


def kill_in_a_chunk(night: Night) -> tuple[int, object]:
    """Kill the worker that is at work on a chunk; its process id, and the chunk."""
    until(lambda: bool(night.noted("prepare", "began")) or night.process.poll() is not None)
    first = night.noted("prepare", "began")[0]
    victim = int(str(first["process"]))
    assert victim != night.process.pid, "a worker does the work"
    os.kill(victim, signal.SIGKILL)
    return victim, first["chunk"]


@pytest.mark.parametrize("kind", ["processes", pytest.param("dask", marks=pytest.mark.nightly)])
def test_a_worker_killed_in_a_chunk_loses_and_doubles_nothing(
    standing: Path, prefect_server: dict[str, str], tmp_path: Path, kind: str
) -> None:
    workspace = with_engine(standing, tmp_path / "ws", f'kind = "{kind}"')
    night = begin_night(workspace, prefect_server)
    victim, chunk = kill_in_a_chunk(night)
    code, said = night.ended()
    assert code == 0, said
    done = [line for line in night.noted("prepare", "done") if line["chunk"] == chunk]
    assert [line["process"] == victim for line in done] == [False], "the chunk was made once, by somebody else"
    check_kept(workspace, releases=2)
    whole_night(workspace, prefect_server)
    check_kept(workspace, releases=2)
