"""An inbox with a file of each format: a run releases a copy of each in kind, and no byte of one names anybody."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import docx
import openpyxl
import pyarrow.parquet
import pypdf
import pytest
import webvtt

from flows.verbs.asking import Asked
from flows.verbs.detect import detect_files
from flows.verbs.review import decide, waiting
from flows.verbs.verify import verify_release
from flows.wiring import open_house
from pipeline.formats import FORMATS, text_as
from pipeline.formats.strings import strings
from pipeline.summary import Outcome, Summary
from tests.end_to_end.one_of_each import Entry, plant_one_of_each
from tests.end_to_end.workspaces import AS_OF, run
from tests.spec.formats_page import PAIRS, SHOWN

pytestmark = pytest.mark.xdist_group("sample")

GONE = {Outcome.RELEASED, Outcome.RELEASED_IN_PART, Outcome.ALREADY_RELEASED}
NAMES = ("Jordan", "Pike", "Reyes", "Quorra", "Petra")
# Another reader of each kind of file, which raises for what is none.
READERS: dict[str, Callable[[bytes], object]] = {
    ".docx": lambda data: docx.Document(io.BytesIO(data)),
    ".xlsx": lambda data: openpyxl.load_workbook(io.BytesIO(data)).active,
    ".parquet": lambda data: pyarrow.parquet.read_table(io.BytesIO(data)),
    ".pdf": lambda data: pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text(),
    ".eml": lambda data: message_from_bytes(data)["From"],
    ".vtt": lambda data: webvtt.from_buffer(io.StringIO(data.decode())),
    ".json": json.loads,
    ".jsonl": lambda data: [json.loads(line) for line in data.splitlines()],
    ".ndjson": lambda data: [json.loads(line) for line in data.splitlines()],
    ".rtf": lambda data: data.startswith(b"{\\rtf1"),
    ".srt": lambda data: b" --> " in data,
    ".csv": lambda data: list(csv.reader(io.StringIO(data.decode("utf-8-sig")))),
    ".md": lambda data: data.decode(),
    ".txt": lambda data: data.decode("cp1252"),
}


def asked() -> Asked:
    return Asked(use="group", recipient="program", as_of=AS_OF.isoformat(), actor="manager-1", ingest=True)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Entry, ...], list[Summary]]:
    """The workspace, what was in its inbox, and two runs: what the first held was looked at by a second person."""
    workspace = tmp_path_factory.mktemp("formats") / "ws"
    inbox = plant_one_of_each(workspace)
    with open_house(workspace) as house:
        told = [run(house, asked())]
    for item in waiting(workspace):
        decide(workspace, item.item_id, by="reviewer-1", approve=True)
    with open_house(workspace) as house:
        told.append(run(house, asked()))
    return workspace, inbox, told


def copies(workspace: Path) -> dict[str, list[bytes]]:
    """Ending of the name -> the copies that went out under it."""
    found: dict[str, list[bytes]] = {}
    for path in sorted((workspace / "releases").glob("*/data/*")):
        found.setdefault(path.suffix, []).append(path.read_bytes())
    return found


def test_a_file_of_every_format_goes_out(runs: tuple[Path, tuple[Entry, ...], list[Summary]]) -> None:
    _, inbox, told = runs
    assert {entry.document.format for entry in inbox} == {form.name for form in FORMATS}
    first = [line for line in told[0].lines if line.outcome not in GONE]
    assert all(line.outcome is Outcome.HELD for line in first)
    assert len(first) * 4 < len(told[0].lines)  # most go out without a second look
    assert {line.session_id: line.outcome for line in told[1].lines if line.outcome not in GONE} == {}


def test_each_copy_is_of_the_kind_of_its_original_and_another_reader_opens_it(
    runs: tuple[Path, tuple[Entry, ...], list[Summary]],
) -> None:
    workspace, inbox, _ = runs
    found = copies(workspace)
    endings = {form.name: form.ending for form in FORMATS}
    assert {ending: len(every) for ending, every in found.items()} == {
        ending: sum(endings[entry.document.format] == ending for entry in inbox) for ending in endings.values()
    }
    for ending, every in found.items():
        assert all(READERS[ending](data) for data in every), ending


def test_no_byte_of_a_copy_names_anybody(runs: tuple[Path, tuple[Entry, ...], list[Summary]]) -> None:
    for every in copies(runs[0]).values():
        for data in every:
            said = "\n".join(strings(data))
            assert [name for name in NAMES if name in said] == []


def test_the_packages_verify(runs: tuple[Path, tuple[Entry, ...], list[Summary]]) -> None:
    workspace = runs[0]
    for release in (workspace / "releases").iterdir():
        assert verify_release(release, workspace / "public-key.pem").report.proven


def test_detect_counts_in_the_words_that_the_format_reads() -> None:
    (found,) = detect_files([PAIRS / SHOWN["docx"]])
    assert found.text == text_as((PAIRS / SHOWN["docx"]).read_bytes(), "docx", place="D")
    assert any("Jordan" in found.text[span.start : span.end] for span in found.spans)
