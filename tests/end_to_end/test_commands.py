"""The commands that look and never release, typed as a person types them, on the sample program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.end_to_end.workspaces import ROOT, sample_program, storykeeper

DEMO_DAY = "2026-06-15T12:00:00"
RESEARCH = ("--use", "research", "--recipient", "merrow-university", "--as-of", DEMO_DAY)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_program(tmp_path_factory.mktemp("commands") / "ws")


def typed(*arguments: str) -> str:
    """What a command prints; it has to succeed."""
    done = storykeeper(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_consent_check_counts_what_it_read(workspace: Path) -> None:
    assert "21 sessions" in typed("consent", "check", "-w", str(workspace))


def test_consent_goes_to_fhir_and_back_without_a_change(workspace: Path, tmp_path: Path) -> None:
    bundle, table = tmp_path / "consents.json", tmp_path / "consents.csv"
    typed("consent", "export", str(bundle), "-w", str(workspace))
    typed("consent", "export", str(table), "-w", str(workspace))
    said = json.loads(typed("consent", "import", str(bundle), "-w", str(workspace), "--dry-run", "--json"))
    assert said["imported"] == said["native"] == 0
    assert said["already here"] == len(json.loads(bundle.read_text())["entry"])
    said = json.loads(typed("consent", "import", str(table), "-w", str(workspace), "--dry-run", "--json"))
    assert said["imported"] == 0


def test_an_imported_consent_changes_the_decision(tmp_path: Path) -> None:
    workspace = sample_program(tmp_path / "ws")
    table = workspace / "records" / "consents.csv"
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    gone = [row for row in rows if row.startswith("C-001,")]
    assert len(gone) == 1
    table.write_text("\n".join([header, *(r for r in rows if r not in gone)]) + "\n", encoding="utf-8")
    asked = ("decide", "S-001", "-w", str(workspace), *RESEARCH, "--json")
    assert json.loads(typed(*asked))["outcome"] == "DENY"
    (tmp_path / "new.csv").write_text("\n".join([header, *gone]) + "\n", encoding="utf-8")
    typed("consent", "import", str(tmp_path / "new.csv"), "-w", str(workspace))
    assert json.loads(typed(*asked))["outcome"] == "PERMIT"


def test_the_same_version_with_other_content_is_refused_whole(workspace: Path, tmp_path: Path) -> None:
    before = (workspace / "records" / "consents.csv").read_bytes()
    header, first, *_ = before.decode().splitlines()
    assert ",yes,yes,yes,yes,yes,yes," in first
    other = first.replace(",yes,yes,yes,yes,yes,yes,", ",yes,yes,yes,yes,yes,no,")
    (tmp_path / "other.csv").write_text(f"{header}\n{other}\n", encoding="utf-8")
    done = storykeeper("consent", "import", str(tmp_path / "other.csv"), "-w", str(workspace))
    assert done.returncode == 12
    assert "higher version" in done.stderr
    assert (workspace / "records" / "consents.csv").read_bytes() == before


def test_coverage_tells_reach_endings_and_contradictions(workspace: Path) -> None:
    told = json.loads(typed("consent", "coverage", "-w", str(workspace), "--as-of", DEMO_DAY, "--json"))
    reach = {row["use"]: int(row["reachable"]) for row in told["tables"]["What each use could reach today"]}
    assert reach["group"] > 0
    assert reach["research"] > 0


def test_a_decision_is_explained_with_its_records_and_what_would_change_it(workspace: Path) -> None:
    told = typed("decide", "S-004", "-w", str(workspace), *RESEARCH)
    assert "not permitted" in told
    assert "C-009 version 1" in told
    assert "would change with" in told


def test_a_list_of_cases_prints_one_answer_a_line(tmp_path: Path) -> None:
    case = {
        "request": {"use": "research", "as_of": DEMO_DAY, "recipient": {"id": "U"}, "research_approval_valid": True},
        "session": {
            "session_id": "S", "kind": "individual", "session_date": "2026-03-01", "note_class": "transcript",
            "roster": [{"person_id": "P"}], "segments": [],
        },
        "consents": [],
        "people": {"P": {"birth_date": "1980-05-05", "legal_status": "adult"}},
    }  # fmt: skip
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([case, case]), encoding="utf-8")
    answers = [json.loads(line) for line in typed("decide", "--case", str(path), "--json").splitlines()]
    assert [a["outcome"] for a in answers] == ["DENY", "DENY"]
    assert answers[0] == {"outcome": "DENY", "reasons": ["NO_CONSENT_ON_FILE"], "withheld": {}}


def test_detect_prints_offsets_of_the_file_as_it_lies_on_disk(tmp_path: Path) -> None:
    text = "Call me at 401-555-0123, ask for Margarethe Quimby-Oaks. 🙂\r\nHer email is mq@example.org.\r\n"
    path = tmp_path / "note.txt"
    path.write_bytes(text.encode())
    told = json.loads(typed("detect", str(path), "--json"))
    assert told["characters"] == len(text)
    found = {s["label"]: text[s["start"] : s["end"]] for s in told["spans"]}
    assert found["PHONE_NUMBER"] == "401-555-0123"
    assert found["EMAIL_ADDRESS"] == "mq@example.org"


def test_a_roster_makes_a_word_a_name(tmp_path: Path) -> None:
    note, roster = tmp_path / "note.txt", tmp_path / "people.csv"
    note.write_text("we talked it over with vexelby and she agreed\n", encoding="utf-8")
    roster.write_text(
        "person_id,name,aliases,birth_date,adult_attested,legal_status,minor_rule\nP-1,Vexelby Strand,,,yes,adult,\n"
    )
    told = json.loads(typed("detect", str(note), "--json", "--roster", str(roster)))
    assert [(s["label"], s["start"]) for s in told["spans"] if s["label"] == "PERSON"] == [("PERSON", 23)]


def test_detect_goes_on_after_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00\x01\x02binary")
    (tmp_path / "b.txt").write_text("just a note\n", encoding="utf-8")
    done = storykeeper("detect", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--json")
    assert done.returncode == 10
    assert len(done.stdout.splitlines()) == 1
    assert "a.txt" in done.stderr


def test_policies_are_explained_and_compared() -> None:
    labels = {row["label"] for row in json.loads(typed("policy", "explain", "strict", "--json"))}
    assert len(labels) == 34
    assert json.loads(typed("policy", "diff", "group", "research-safe-harbor", "--json"))


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("init", "run", "release", "review", "decide", "detect", "evaluate", "verify", "doctor", "audit"):
        assert f"storykeeper {command}" in readme, command
