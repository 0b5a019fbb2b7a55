"""The command answers at once: what is heavy is imported where it is needed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

import pytest

from tests.end_to_end.workspaces import STORYKEEPER

HALF_A_SECOND = 0.5
HEAVY = (
    "prefect",
    "spacy",
    "presidio_analyzer",
    "presidio_anonymizer",
    "pandas",
    "sqlalchemy",
    "onnxruntime",
    "rich.table",
)


def seconds_of_cpu(*command: str) -> float:
    """What a process and its children used: unlike the time on the wall it does not grow with who else is at work."""
    before = os.times()
    done = subprocess.run(list(command), capture_output=True, text=True, timeout=60)
    after = os.times()
    assert done.returncode == 0, done.stderr
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("review", "--help")], ids=" ".join)
def test_help_comes_in_under_half_a_second(arguments: tuple[str, ...]) -> None:
    taken = [seconds_of_cpu(str(STORYKEEPER), *arguments) for _ in range(5)]
    assert statistics.median(taken) < HALF_A_SECOND


def test_the_command_line_loads_nothing_heavy() -> None:
    told = f"import sys, flows.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"
