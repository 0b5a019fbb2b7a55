"""What the tests of recalls share: a recall by its verbs, and changes of the consent table of a workspace."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from flows.verbs.recall import RecallAsked, ReleaseTold, begin_recall, call_back, look_run, told_recall
from flows.wiring import House, open_house
from pipeline.storage.runs import Release, ReleaseState

LATER = "2026-06-20T16:00:00+00:00"  # after what the sample program released
REVOKED = {"revoked_on": "2026-06-18", "revocation_scope": "record"}


def recall_in(house: House, *, as_of: str = LATER, labels: bool = False) -> tuple[ReleaseTold, ...]:
    """A whole recall without Prefect: the same steps that its tasks call."""
    run_id = begin_recall(house, RecallAsked(as_of=as_of, actor="manager-1", by_clock=False, labels=labels))
    for n in range(look_run(house, run_id)):
        call_back(house, run_id, n)
    return told_recall(house, run_id)


def recall(workspace: Path, *, as_of: str = LATER, labels: bool = False) -> dict[str, ReleaseTold]:
    """A recall in a workspace that is opened for it, by use."""
    with open_house(workspace) as house:
        return {told.use: told for told in recall_in(house, as_of=as_of, labels=labels)}


def change_consent(workspace: Path, consent_id: str, version: str = "1", **cells: str) -> None:
    """Change cells of one record."""
    rows = _rows(workspace)
    found = [r for r in rows if (r["consent_id"], r["version"]) == (consent_id, version)]
    assert len(found) == 1
    assert set(cells) <= set(found[0])
    found[0].update(cells)
    _write(workspace, rows)


def add_version(workspace: Path, consent_id: str, version: str, **cells: str) -> None:
    """Add a version of a record: the newest one with cells changed."""
    rows = _rows(workspace)
    newest = [r for r in rows if r["consent_id"] == consent_id][-1]
    _write(workspace, [*rows, newest | {"version": version} | cells])


def _rows(workspace: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((workspace / "records" / "consents.csv").read_text(encoding="utf-8"))))


def _write(workspace: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (workspace / "records" / "consents.csv").write_text(out.getvalue(), encoding="utf-8")


def releases(workspace: Path, state: ReleaseState | None = None) -> list[Release]:
    """The releases that are entered, in a state where given."""
    with open_house(workspace) as house:
        return [r for r in house.releases.list() if state is None or r.state is state]


def turns(release: Path) -> pd.DataFrame:
    """The rows of a release, by their code."""
    return pd.read_parquet(release / "turns.parquet").set_index("row")


def code_of(workspace: Path, use: str, recipient: str, person: str) -> int:
    """The number that stands for a person towards a recipient."""
    with open_house(workspace) as house:
        return house.crosswalk.known(f"{use}:{recipient}", [person])[person].number
