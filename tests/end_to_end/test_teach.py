"""What reviewers decided is used by the next run, and becomes gold documents of the program's own text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from flows.verbs.evaluate import evaluate_gold
from flows.verbs.learning import learned_of
from flows.verbs.prepare import digest_of
from flows.verbs.records import load_records
from flows.verbs.shred import shred
from flows.wiring import detector, open_house
from pipeline.events import EventKind
from pipeline.formats import read
from pipeline.labels import Label
from pipeline.measure import read_gold
from pipeline.reviewing.learned import Learned
from pipeline.reviewing.marks import Mark, Marks, Verdict
from pipeline.storage.grants import GrantPurpose, OperatorGrant
from tests.end_to_end.sampled import released
from tests.end_to_end.workspaces import run_in, storykeeper

pytestmark = pytest.mark.xdist_group("sample")
SESSION, WORD = "S-001", "shoes"  # of the sample program: no name, until a reviewer says so


@pytest.fixture
def workspace(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample program; in one transcript every place is decided, and a word was added."""
    place = released(tmp_path_factory).copied(tmp_path / "ws")
    with open_house(place) as house:
        records = load_records(house)
        entry = next(e for e in records.sessions if e.session_id == SESSION)
        (source,) = house.vault.find([str(entry.file)]).values()
        grant = OperatorGrant(session_id=SESSION, actor="r-1", purpose=GrantPurpose.REVIEW)
        document = read(house.vault.unseal(source.ref.source_id, permit=grant), doc_id="d")
        spans = detector().detect(document, records.roster(SESSION)).spans
        at = document.text.index(WORD)
        made = [_mark(s.start, s.end, Verdict.ACCEPT, s.label) for s in spans]
        made.append(_mark(at, at + len(WORD), Verdict.ADD, Label.USERNAME))
        marks = Marks(text_digest=digest_of(document), source_id=source.ref.source_id)
        house.marks.save(replace(marks, version=1, made=tuple(made)), read=0)
    return place


def _mark(start: int, end: int, verdict: Verdict, label: Label) -> Mark:
    return Mark(
        start=start, end=end, verdict=verdict, label=label, by="r-1", at="2026-06-15T12:00:00", version=1, batch=1
    )


def test_an_added_word_is_masked_everywhere_in_the_next_run(workspace: Path) -> None:
    done = storykeeper("review", "teach", "-w", str(workspace), "--as", "r-1", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["always"] == 1
    run_in(workspace, "group")
    with open_house(workspace) as house:
        waiting = [i for i in house.reviews.list() if i.copy.session_id == SESSION and i.copy.use == "group"]
        looked = [r.event for r in house.ledger.events(kinds=[EventKind.LOOKED])]
    assert len(waiting) >= 2  # the copy that is out, and the new one that waits to be read
    assert [e.actor for e in looked] == ["r-1"]


def test_gold_documents_of_the_programs_own_text_can_be_measured(workspace: Path) -> None:
    done = storykeeper("review", "teach", "-w", str(workspace), "--as", "r-1", "--gold", "--json")
    assert json.loads(done.stdout)["gold"] == 1
    (path,) = (workspace / "gold").glob("*.txt")
    assert path.stat().st_mode & 0o077 == 0
    gold = read_gold(path.read_text())
    assert WORD in {gold.text[m.start : m.end] for m in gold.marks}
    told = evaluate_gold(workspace / "gold")
    assert [miss.label for miss in told.lights["cold"].misses] == [Label.USERNAME]  # what the reviewer added, alone


def test_label_studio_reads_offsets_as_a_browser_counts(workspace: Path) -> None:
    storykeeper("review", "teach", "-w", str(workspace), "--as", "r-1", "--gold")
    (task,) = json.loads((workspace / "gold" / "label-studio.json").read_text())
    text = task["data"]["text"].encode("utf-16-le")
    for found in task["annotations"][0]["result"]:
        value = found["value"]
        assert text[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]


def test_shredding_a_person_takes_along_what_was_taught_by_their_words(workspace: Path) -> None:
    storykeeper("review", "teach", "-w", str(workspace), "--as", "r-1", "--gold")
    shred(workspace, "P-001", actor="m-1", yes=True)
    assert list((workspace / "gold").iterdir()) == []
    with open_house(workspace) as house:
        assert learned_of(house) == Learned()


def test_a_dry_run_keeps_nothing(workspace: Path) -> None:
    storykeeper("review", "teach", "-w", str(workspace), "--as", "r-1", "--gold", "--dry-run")
    assert not (workspace / "gold").exists()
