"""A table too large for a run is cut into files that a run reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.settings import TableSection
from flows.verbs.columns import section_of
from flows.verbs.split import split
from pipeline.errors import InputError, StateError
from pipeline.formats import index_rows
from tests.benchmarks.streamed import MAPPING, make

KINDS = ["csv", "jsonl", "parquet"]


@pytest.mark.parametrize("kind", KINDS)
def test_parts_hold_every_row_once_and_are_private(kind: str, tmp_path: Path) -> None:
    rows = make(kind, 1, tmp_path / f"notes.{kind}")
    assert split(tmp_path / f"notes.{kind}", size=200_000, dry_run=True).parts > 3
    assert len([*tmp_path.iterdir()]) == 1
    told = split(tmp_path / f"notes.{kind}", size=200_000, dry_run=False)
    found = sorted(tmp_path.glob("notes.part-*"))
    assert len(found) == told.parts
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in found)
    assert [r.key for path in found for r in index_rows(path.read_bytes(), MAPPING)] == [f"N-{n}" for n in range(rows)]
    with pytest.raises(StateError, match="stand beside it already"):
        split(tmp_path / f"notes.{kind}", size=200_000, dry_run=False)


BAD = {
    "an open quote": (b'who,note\nP,"zq' + b"x\n" * 17_000_000, "no record ends within 32 MB"),
    "two encodings": (b"who,note\n" + "P,é\n".encode() * 100 + b"P,caf\xe9\n" * 100, "UTF-8 in one part and not in"),
    "UTF-16": ("\ufeffwho,note\nP,zq\n".encode("utf-16-le"), "UTF-16"),
    "a workbook": (b"PK\x03\x04zq", "save it as CSV"),
    "half of Parquet": (b"PAR1zq", "cut off or damaged"),
    "a PDF": (b"%PDF-1.7 zq\n", "PDF"),
}


@pytest.mark.parametrize(("data", "what"), BAD.values(), ids=BAD)
def test_what_cannot_be_cut_is_refused_and_leaves_nothing(data: bytes, what: str, tmp_path: Path) -> None:
    (tmp_path / "zqname.csv").write_bytes(data)
    with pytest.raises(InputError) as caught:
        split(tmp_path / "zqname.csv", size=400, dry_run=False)
    assert what in str(caught.value)
    assert "zq" not in str(caught.value)
    assert len([*tmp_path.iterdir()]) == 1


def test_the_command_tells_counts_alone(tmp_path: Path) -> None:
    make("csv", 2, tmp_path / "zqname.csv")
    done = CliRunner().invoke(app, ["split", str(tmp_path / "zqname.csv"), "--megabytes", "1", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"parts": 2, "bytes": json.loads(done.stdout)["bytes"], "written": True}


def test_one_section_may_stand_for_all_parts_of_a_file() -> None:
    whole = TableSection(person="a", key="b", date="c", text=("d",))
    part = TableSection(person="w", key="x", date="y", text=("z",))
    tables = {"notes.part-*.csv": part, "notes.part-002.csv": whole}
    assert section_of(tables, "notes.part-001.csv") is part
    assert section_of(tables, "notes.part-002.csv") is whole
    assert section_of(tables, "other.csv") is None
