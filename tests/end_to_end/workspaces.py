"""Workspaces for the end-to-end tests: the sample program, and a small one with nonsense in every place for words."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from flows.verbs.asking import Asked
from flows.verbs.init import init
from flows.verbs.runs import begin, ingest_run, plan_run, prepare_chunk, publish_run, told_run
from flows.wiring import House, open_house
from pipeline.summary import Summary

ROOT = Path(__file__).resolve().parents[2]
STORYKEEPER = Path(sys.executable).parent / "storykeeper"
AS_OF = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)  # noon in New York
RECIPIENT = {"group": "peer-community", "research": "merrow-university"}


def sample_program(directory: Path) -> Path:
    """The workspace of the sample program, as `make demo` makes it."""
    init(directory, name="Sample", contact="office", now=AS_OF)
    shutil.copytree(ROOT / "sample_data" / "program", directory, dirs_exist_ok=True)
    return directory


def asked(use: str, *, ingest: bool = True, actor: str = "manager-1") -> Asked:
    """A request of the sample program."""
    return Asked(use=use, recipient=RECIPIENT[use], as_of=AS_OF.isoformat(), actor=actor, ingest=ingest)


def run(house: House, wanted: Asked) -> Summary:
    """A whole run without Prefect: the same steps that its tasks call."""
    run_id = begin(house, wanted)
    ingest_run(house, run_id)
    for chunk in range(plan_run(house, run_id)):
        prepare_chunk(house, run_id, chunk)
    publish_run(house, run_id)
    return told_run(house, run_id)


def run_in(workspace: Path, use: str) -> Summary:
    """A whole run in a workspace that is opened for it."""
    with open_house(workspace) as house:
        return run(house, asked(use))


def storykeeper(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """The command as a person types it."""
    return subprocess.run(  # type: ignore[call-overload,no-any-return]  # options are subprocess's own
        [str(STORYKEEPER), *arguments], capture_output=True, text=True, timeout=280, **options
    )


def table(rows: list[dict[str, str]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
