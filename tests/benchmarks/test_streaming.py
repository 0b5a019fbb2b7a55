"""Large tables are read and written in flat memory: 6 MB here, 300 MB (CSV, JSON Lines, Parquet) at night."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.formats.strings import strings
from tests.end_to_end.workspaces import ROOT

KINDS = ("csv", "jsonl", "parquet")
MOST_MB = 600
# Rows of 600 characters with ten spans, read and written by one core; some 6,000 were measured on a quiet one.
LEAST_ROWS_S = 1_500


def _measured(kind: str, megabytes: int, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.streamed", kind, str(megabytes), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    rate = told["rows"] / told["seconds"]
    print(f"\n{kind}: {told['mb']:.0f} MB, {rate:,.0f} rows/s, {told['mb'] / told['seconds']:.1f} MB/s, "
          f"{told['resident_mb']:.0f} MB resident")  # fmt: skip
    assert told["resident_mb"] < MOST_MB
    assert rate > LEAST_ROWS_S
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_copied_in_flat_memory(kind: str, tmp_path: Path) -> None:
    told = _measured(kind, 6, tmp_path)
    said = [*strings((tmp_path / f"copy.{kind}").read_bytes())]
    assert sum(one.count("[PERSON_1] said") for one in said) == 8 * told["rows"]
    assert not any("Quillam" in one for one in said)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_300_mb_is_copied_in_flat_memory(kind: str, tmp_path: Path) -> None:
    _measured(kind, 300, tmp_path)
