"""The journal: JSON lines with an allow-list of keys, private, and without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.journal import JOURNAL_VARIABLE, note, step_noted
from flows.rim import StepFailedError


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "journal.jsonl"
    monkeypatch.setenv(JOURNAL_VARIABLE, str(place))
    return place


def told(journal: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


def test_a_step_is_noted_at_its_begin_and_its_end(journal: Path) -> None:
    with step_noted("prepare", run="ab12", chunk=3):
        pass
    began, done = told(journal)
    assert (began["told"], done["told"], done["run"], done["chunk"]) == ("began", "done", "ab12", 3)
    assert set(done) == {"at", "process", "step", "told", "run", "chunk", "seconds"}


def test_a_step_that_broke_is_noted_by_kind_and_id(journal: Path) -> None:
    with pytest.raises(StepFailedError), step_noted("prepare"):
        raise StepFailedError("prepare", "InputError", "0123456789ab", 10)
    assert told(journal)[-1]["kind"] == "InputError"
    assert told(journal)[-1]["error"] == "0123456789ab"


@pytest.mark.parametrize(
    "facts", [{"speaker": "Zquorvex"}, {"step": "Zquorvex said"}, {"run": "a b"}, {"chunk": "Zquorvex"}, {"step": 3}]
)
def test_what_has_no_place_is_refused_without_being_told(journal: Path, facts: dict[str, str | float]) -> None:
    with pytest.raises(ValueError, match="no such place") as caught:
        note(**facts)
    assert "Zquorvex" not in str(caught.value)
    assert not journal.exists()


def test_the_journal_is_private(journal: Path) -> None:
    note(step="ingest", told="done")
    assert journal.stat().st_mode & 0o077 == 0


def test_without_a_place_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(JOURNAL_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    note(step="ingest", told="done")
    assert list(tmp_path.iterdir()) == []
