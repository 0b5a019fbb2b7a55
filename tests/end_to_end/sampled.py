"""The sample program released for both uses, made once a process; tests that change something take a copy."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from pipeline.summary import Summary
from tests.end_to_end.workspaces import run_in, sample_program

USES = ("group", "research")


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A workspace after a run for each use, and what each run told."""

    workspace: Path
    told: Mapping[str, Summary]

    def release(self, use: str) -> Path:
        """The folder of what went out for a use."""
        return self.workspace / "releases" / self.told[use].release_id

    def copied(self, place: Path) -> Path:
        """A copy of the workspace that a test may change."""
        return Path(shutil.copytree(self.workspace, place))


def released(factory: pytest.TempPathFactory) -> Released:
    """The runs, made when first asked for in this process."""
    return _made(factory.getbasetemp())


@lru_cache(maxsize=1)
def _made(folder: Path) -> Released:
    workspace = sample_program(folder / "sample-program")
    return Released(workspace=workspace, told={use: run_in(workspace, use) for use in USES})
