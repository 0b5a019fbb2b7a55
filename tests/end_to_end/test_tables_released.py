"""From inbox to release: the sample program's table as a workbook, Parquet, lines of JSON, and a REDCap export."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.formats.strings import strings
from pipeline.summary import Outcome, Summary
from tests.end_to_end.workspaces import ROOT, run_in, sample_program

PROGRAM = ROOT / "sample_data" / "program"
TABLE = next((PROGRAM / "inbox").glob("*.csv"))
ROWS = list(csv.DictReader(io.StringIO(TABLE.read_text(encoding="utf-8"), newline="")))
EXPECTED = {r["session_id"].partition(".")[2]: r["outcome"] for r in
            csv.DictReader((ROOT / "sample_data" / "expected.csv").read_text(encoding="utf-8").splitlines())
            if r["use"] == "group" and r["session_id"].startswith("S-017.")}  # fmt: skip
OUT = {Outcome.RELEASED, Outcome.RELEASED_IN_PART, Outcome.HELD}
DICTIONARY = """\
Variable / Field Name,Form Name,Field Type,Field Label,Text Validation Type OR Show Slider Number,Identifier?
note_id,notes,text,Record,,
client_id,notes,text,Client,,y
client_name,notes,text,Name of the client,,y
note_date,notes,text,Date,date_ymd,
author,notes,text,Written by,,y
note_type,notes,dropdown,Type,,
minutes,notes,text,Minutes,integer,
note,notes,notes,Note,,
login_ip,notes,text,Address,,y
"""
KINDS = {"S-201": "xlsx", "S-202": "parquet", "S-203": "jsonl", "S-204": "csv"}


def _typed(row: dict[str, str]) -> dict[str, object]:
    return {**row, "note_date": date.fromisoformat(row["note_date"]), "minutes": int(row["minutes"])}


def _bytes(kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.create_sheet("Marsh, Theodore").append(["zqsheet"])
        for row in ([*ROWS[0]], *([*_typed(row).values()] for row in ROWS)):
            book.worksheets[0].append(row)
        book.save(out)
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist([_typed(row) for row in ROWS]), out)
    elif kind == "jsonl":
        return "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    else:
        return TABLE.read_bytes()
    return out.getvalue()


def _workspace(folder: Path) -> Path:
    """The sample program with nothing in its inbox but the table, in four containers."""
    sample_program(folder)
    for path in (folder / "inbox").iterdir():
        path.unlink()
    told = tomllib.loads((folder / "storykeeper.toml").read_text(encoding="utf-8"))["tables"][TABLE.name]
    settings = (folder / "storykeeper.toml").read_text(encoding="utf-8").partition("# One row")[0]
    for session, kind in KINDS.items():
        (folder / "inbox" / f"{session} Marsh.{kind}").write_bytes(_bytes(kind))
        named = told | {"keep": ["note_type", "minutes"]}
        if kind == "csv":
            named = {"dictionary": "dictionary.csv", "person": "client_id", "key": "note_id", "author": "author",
                     "keep": ["note_type", "minutes"]}  # fmt: skip
        settings += f'[tables."{session} Marsh.{kind}"]\n' + "".join(
            f"{k} = {json.dumps(v)}\n" for k, v in named.items()
        )
    (folder / "storykeeper.toml").write_text(settings, encoding="utf-8")
    (folder / "dictionary.csv").write_text(DICTIONARY, encoding="utf-8")
    _relisted(folder / "records" / "sessions.csv", lambda s: {"file": f"{s} Marsh.{KINDS[s]}"})
    _relisted(folder / "records" / "participants.csv", lambda s: {})
    return folder


def _relisted(path: Path, changed: object) -> None:
    """The rows of the sample's table session, once for each of ours."""
    rows = [r for r in csv.DictReader(path.read_text(encoding="utf-8").splitlines()) if r["session_id"] == "S-017"]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*rows[0]])
        writer.writeheader()
        for session in KINDS:
            writer.writerows({**row, "session_id": session, **changed(session)} for row in rows)  # type: ignore[operator]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, Path]:
    """What came of a run."""
    workspace = _workspace(tmp_path_factory.mktemp("tables") / "ws")
    told = run_in(workspace, "group")
    return told, workspace / "releases" / told.release_id


def test_each_row_is_decided_alike_in_every_container(released: tuple[Summary, Path]) -> None:
    lines = {line.session_id: line for line in released[0].lines}
    assert set(lines) == {f"{session}.{n}" for session in KINDS for n in EXPECTED}
    for n, wanted in EXPECTED.items():
        found = {lines[f"{session}.{n}"].outcome in OUT for session in KINDS}
        assert len(found) == 1
        assert wanted != "denied" or found == {False}  # detection may deny more, as the sample's own test says
    assert sum(line.outcome in OUT for line in lines.values()) >= 3 * len(KINDS)


def test_copies_go_out_in_kind_and_hold_the_permitted_rows_and_named_columns(released: tuple[Summary, Path]) -> None:
    told, release = released
    copies = {path.suffix.removeprefix("."): path for path in (release / "data").iterdir()}
    held = {line.session_id.partition(".")[0] for line in told.lines if line.outcome is Outcome.HELD}
    assert set(copies) == {kind for session, kind in KINDS.items() if session not in held}
    assert len(copies) >= 3
    frames = {"xlsx": pd.read_excel, "parquet": pd.read_parquet, "csv": pd.read_csv,
              "jsonl": lambda path: pd.read_json(path, lines=True)}  # fmt: skip
    rows = sum(outcome != "denied" for outcome in EXPECTED.values())
    for kind, path in copies.items():
        frame = frames[kind](path)
        assert {*frame.columns} == {"client_id", "note_date", "note_type", "minutes", "note"}, kind
        assert 3 <= len(frame) <= rows
        assert frame["minutes"].dtype.kind == "i"


def test_no_word_of_a_denied_row_and_no_name_is_in_the_bytes(released: tuple[Summary, Path]) -> None:
    release = released[1]
    denied = [row for n, row in enumerate(ROWS, start=1) if EXPECTED[str(n)] == "denied"]
    names = ["Teddy", "Marsh", "Margie", "Ansel", "Omar", "Yoli", "Quispe", "Junie", "zqsheet", "10.20.4", "P-00"]
    assert denied
    for path in (release / "data").iterdir():
        said = "\n".join(strings(path.read_bytes()))
        assert not [name for name in names if name in said]
        for row in denied:
            assert row["note"][:40] not in said
