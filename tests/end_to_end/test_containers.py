"""The sample program with its texts in containers: a run releases each in the format that it came in."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from pipeline.formats import text_as
from pipeline.formats.pdf_write import to_pdf
from pipeline.formats.rtf import to_rtf
from pipeline.formats.strings import strings
from tests.end_to_end.workspaces import run_in, sample_program, table
from tests.made_fhir import document_reference

STAFF = "Renata Okonjo"


def as_fhir(text: str) -> bytes:
    return json.dumps(document_reference("", "", text.encode(), "text/plain")).encode()


def as_mail(text: str) -> bytes:
    return f"From: {STAFF} <r@peers.example>\nMessage-ID: <zh@x>\nMIME-Version: 1.0\n\n{text}".encode(
        "ascii", "replace"
    )


# Session -> the container that its text is put into; all four may go out for research.
INTO: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "S-007": (".json", as_fhir),
    "S-009": (".eml", as_mail),
    "S-015": (".pdf", to_pdf),
    "S-019": (".rtf", to_rtf),
}


def put_into_containers(workspace: Path) -> None:
    records = workspace / "records" / "sessions.csv"
    rows = list(csv.DictReader(records.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        if row["session_id"] in INTO:
            ending, make = INTO[row["session_id"]]
            path = workspace / "inbox" / row["file"]
            path.with_suffix(ending).write_bytes(make(path.read_text(encoding="utf-8")))
            path.unlink()
            row["file"] = path.with_suffix(ending).name
    records.write_text(table(rows), encoding="utf-8")
    present = workspace / "records" / "participants.csv"
    labelled = present.read_text(encoding="utf-8").replace("S-009,W-01,staff,,", f"S-009,W-01,staff,{STAFF},")
    present.write_text(labelled, encoding="utf-8")


def test_each_container_is_released_in_kind_and_without_a_name(tmp_path: Path) -> None:
    workspace = sample_program(tmp_path / "w")
    put_into_containers(workspace)
    outcomes = {line.session_id: line.outcome.value for line in run_in(workspace, "research").lines}
    assert all(outcomes[session].startswith("released") for session in INTO)
    copies = {path.suffix: path for path in (workspace / "releases").glob("*/data/*")}
    assert {".rtf", ".eml", ".pdf", ".json"} <= set(copies)
    for ending, name in {".rtf": "rtf", ".eml": "eml", ".pdf": "pdf", ".json": "fhir"}.items():
        data = copies[ending].read_bytes()
        assert "[PERSON_" in text_as(data, name, place="copy")
        names = ("Okonjo", "Fadel", "Penhallow", "Oyelade", "Quispe", "zh@x")
        assert not [said for said in strings(data) if any(one in said for one in names)]
