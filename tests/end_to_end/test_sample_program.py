"""The sample program comes out as sample_data/expected.csv says, and no name of it goes out."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from flows.verbs.verify import verify_release
from pipeline.formats import TableMapping, read
from pipeline.summary import Outcome, SessionLine
from tests.end_to_end.sampled import USES, Released, released
from tests.end_to_end.workspaces import ROOT

pytestmark = pytest.mark.xdist_group("sample")

PROGRAM = ROOT / "sample_data" / "program"
TABLE = "S-017"
NOTES = TableMapping(person="client_id", text=("note",), key="note_id", date="note_date", author="author")
PERMITTED = (Outcome.RELEASED, Outcome.RELEASED_IN_PART, Outcome.HELD)
# Names that are words of everyday talk, too; as such they may stand in a copy.
EVERYDAY = frozenset({"marsh", "dee", "del", "mrs"})
# Of a session that may go out whole, detection may keep so much in to be safe.
LEAST_KEPT = 0.9


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


EXPECTED = rows_of(ROOT / "sample_data" / "expected.csv")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Released:
    return released(tmp_path_factory)


def line_of(sample: Released, use: str, session_id: str) -> SessionLine:
    """The line of a session, or of the one file that no record knows."""
    found = [
        line
        for line in sample.told[use].lines
        if (line.session_id == session_id if session_id else line.session_id.startswith("file "))
    ]
    assert len(found) == 1, f"{session_id}: {len(found)} lines"
    return found[0]


def noes(line: SessionLine) -> set[str]:
    """The reason codes of a line but the yes."""
    return {code for code, _ in line.reasons if not code.startswith("CONSENT_PERMIT")}


@pytest.mark.parametrize("row", EXPECTED, ids=[f"{r['session_id'] or 'unlisted'}-{r['use']}" for r in EXPECTED])
def test_each_session_comes_out_as_expected(sample: Released, row: dict[str, str]) -> None:
    line = line_of(sample, row["use"], row["session_id"])
    wanted = {code for code in row["reasons"].split(";") if code} - {"CONSENT_PERMIT"}
    assert wanted <= noes(line)
    if row["outcome"] == "denied":
        assert line.outcome is Outcome.NOT_PERMITTED
        assert line.kept == 0
        return
    beyond = noes(line) - wanted - {"DEID_NOT_PASSED", "RESIDUE_EMPTY", "RESIDUE_TOO_SMALL"}
    assert all(code.startswith("SEG_") for code in beyond), "only what detection sees may keep more in"
    if row["session_id"].startswith(f"{TABLE}."):  # one turn: to keep that in is to keep the row in
        assert line.outcome in PERMITTED or beyond
        return
    assert line.outcome in PERMITTED
    if row["outcome"] == "released":
        assert line.kept >= LEAST_KEPT * (line.kept + line.withheld)


@pytest.mark.parametrize("use", USES)
def test_most_rows_of_the_table_that_might_go_out_do(sample: Released, use: str) -> None:
    might = [r["session_id"] for r in EXPECTED if r["use"] == use and r["session_id"].startswith(f"{TABLE}.")
             and r["outcome"] == "released"]  # fmt: skip
    out = [s for s in might if line_of(sample, use, s).outcome in PERMITTED]
    assert len(might) == 5
    assert len(out) >= 3


@pytest.mark.parametrize("use", USES)
def test_every_session_and_file_has_a_line_with_a_plain_reason(sample: Released, use: str) -> None:
    entries = {e["session_id"]: e for e in rows_of(PROGRAM / "records" / "sessions.csv")}
    wanted = {s for s in entries if s != TABLE} | {f"{TABLE}.{n}" for n in range(1, 9)}
    lines = sample.told[use].lines
    assert sorted(line.session_id for line in lines if not line.session_id.startswith("file ")) == sorted(wanted)
    for line in lines:
        if line.outcome is not Outcome.RELEASED:
            assert line.reasons, line.session_id
        for _, sentence in line.reasons:
            assert re.fullmatch(r"[A-Z][^_]{10,300}\.", sentence), sentence


@pytest.mark.parametrize("use", USES)
def test_the_internal_summary_has_a_line_a_session(sample: Released, use: str) -> None:
    told = sample.told[use]
    listed = rows_of(sample.workspace / "reports" / f"run-{told.run_id}.csv")
    page = (sample.workspace / "reports" / f"run-{told.run_id}.html").read_text(encoding="utf-8")
    assert [r["session_id"] for r in listed] == [line.session_id for line in told.lines]
    for row, line in zip(listed, told.lines, strict=True):
        assert row["outcome"] == line.outcome.value
        assert page.count(f">{line.session_id}<") == 1
        assert all(sentence in row["reasons"] for _, sentence in line.reasons)


def texts(folder: Path) -> dict[str, str]:
    """What each file of a release says, and its name; Parquet as the table in it."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        told = pd.read_parquet(path).to_csv() if path.suffix == ".parquet" else path.read_text("utf-8", "replace")
        found[name] = f"{name}\n{told}".lower()
    return found


def names_of_the_program() -> list[str]:
    """Every full name, alias and part of one in people.csv, in lower case."""
    people = rows_of(PROGRAM / "records" / "people.csv")
    whole = [n.strip() for p in people for n in (p["name"], *p["aliases"].split(";")) if n.strip()]
    parts = [part for name in whole for part in re.split(r"[\s._]+", name)]
    apart = [half for part in parts for half in part.split("-")]
    return sorted({n.lower().rstrip(".") for n in (*whole, *parts, *apart) if len(n.rstrip(".")) > 2} - EVERYDAY)


@pytest.mark.parametrize("use", USES)
def test_no_name_of_the_program_is_anywhere_in_a_release(sample: Released, use: str) -> None:
    names = names_of_the_program()
    assert len(names) > 60
    anyone = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True)))
    assert {
        place: anyone.findall(told) for place, told in texts(sample.release(use)).items() if anyone.search(told)
    } == {}


@pytest.mark.parametrize("use", USES)
def test_no_number_address_or_file_name_of_the_program_is_anywhere_in_a_release(sample: Released, use: str) -> None:
    people = rows_of(PROGRAM / "records" / "people.csv")
    cells = [v for p in people for c in ("phones", "emails", "addresses", "ids") for v in p[c].split(";") if v.strip()]
    values = {v.rpartition(":")[2].strip().lower() for v in cells}
    files = {p.name.lower() for p in (PROGRAM / "inbox").iterdir()} | {
        p.stem.lower() for p in (PROGRAM / "inbox").iterdir()
    }
    said = "\n".join(texts(sample.release(use)).values())
    assert [v for v in sorted(values | files) if v in said] == []


def shingles(text: str, size: int = 8) -> set[tuple[str, ...]]:
    """Runs of eight words: long enough that two sessions do not share one by chance."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + size]) for n in range(len(words) - size + 1)}


def original(session_id: str) -> str:
    """The words of a session as they came in; of a table, those of one row."""
    entries = {e["session_id"]: e for e in rows_of(PROGRAM / "records" / "sessions.csv")}
    whole, _, row = session_id.partition(".")
    data = (PROGRAM / "inbox" / entries[whole]["file"]).read_bytes()
    document = read(data, doc_id=whole, mapping=NOTES if row else None, rows=frozenset({int(row) - 1}) if row else None)
    return "\n".join(document.text[r.start : r.end] for t in document.turns for r in document.bodies(t.n))


@pytest.mark.parametrize("use", USES)
def test_no_words_of_a_denied_session_are_in_a_release(sample: Released, use: str) -> None:
    out = "\n".join(texts(sample.release(use)).values())
    released_words = shingles(out)
    for row in EXPECTED:
        if row["use"] == use and row["session_id"]:
            shared = shingles(original(row["session_id"])) & released_words
            if row["outcome"] == "denied":
                assert not shared, row["session_id"]
            elif line_of(sample, use, row["session_id"]).kept > 1:
                assert shared, f"{row['session_id']}: the comparison sees what did go out"


@pytest.mark.parametrize("use", USES)
def test_no_words_of_a_voice_that_nobody_knows_are_in_a_release(sample: Released, use: str) -> None:
    entry = next(e for e in rows_of(PROGRAM / "records" / "sessions.csv") if e["session_id"] == "S-016")
    known = {
        p["speaker_label"] for p in rows_of(PROGRAM / "records" / "participants.csv") if p["session_id"] == "S-016"
    }
    document = read((PROGRAM / "inbox" / entry["file"]).read_bytes(), doc_id="S-016")
    strange = [t for t in document.turns if t.speaker not in known]
    assert strange
    said = " ".join(document.text[r.start : r.end] for t in strange for r in document.bodies(t.n))
    assert not shingles(said, 4) & shingles("\n".join(texts(sample.release(use)).values()), 4)


@pytest.mark.parametrize("use", USES)
def test_of_the_table_only_the_named_columns_and_permitted_rows_go_out(sample: Released, use: str) -> None:
    tables = [p for p in (sample.release(use) / "data").iterdir() if p.suffix == ".csv"]
    assert len(tables) == 1
    found = list(csv.DictReader(io.StringIO(tables[0].read_text(encoding="utf-8"))))
    out = sum(line_of(sample, use, f"{TABLE}.{n}").kept for n in range(1, 9))
    assert len(found) == out
    assert not {"client_name", "login_ip", "minutes"} & set(found[0])


@pytest.mark.parametrize("use", USES)
def test_a_release_verifies_with_our_command_and_with_sha256sum(sample: Released, use: str) -> None:
    report = verify_release(sample.release(use), sample.workspace / "public-key.pem").report
    assert report.proven, report.faults
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=sample.release(use), check=True)


def kind(form: str) -> str:
    """A transcript is told by the names in it, and `[PERSON_7]` is none: its copy is plain text."""
    return {"transcript": "text", "note": "text"}.get(form, form)


@pytest.mark.parametrize("use", USES)
def test_each_copy_is_of_the_format_it_came_in(sample: Released, use: str) -> None:
    entries = {e["session_id"]: e for e in rows_of(PROGRAM / "records" / "sessions.csv")}
    wanted = []
    for session, entry in entries.items():
        kept = [line.kept for line in sample.told[use].lines if line.session_id.partition(".")[0] == session]
        if any(kept):
            data = (PROGRAM / "inbox" / entry["file"]).read_bytes()
            wanted.append(kind(read(data, doc_id="x", mapping=NOTES if session == TABLE else None).format))
    copies = [p for p in (sample.release(use) / "data").iterdir() if p.suffix != ".csv"]
    found = ["table"] + [kind(read(p.read_bytes(), doc_id="x").format) for p in copies]
    assert sorted(found) == sorted(wanted)
