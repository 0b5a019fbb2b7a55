"""The main job on input that nobody made for it: 57 real consultations, and the development documents without marks."""

from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path
from types import ModuleType

import pytest

from flows.verbs.asking import Asked
from flows.verbs.init import init
from flows.wiring import open_house
from pipeline.formats import read
from pipeline.summary import Outcome
from tests.benchmarks.consultations import consent_of, read_dialogues, write_records, write_tables
from tests.end_to_end.workspaces import AS_OF, ROOT, run

DATA = os.environ.get("STORYKEEPER_DATA")
GROUP = Asked(use="group", recipient="program", as_of=AS_OF.isoformat(), actor="bench", ingest=True)
OUT = {Outcome.RELEASED, Outcome.RELEASED_IN_PART, Outcome.HELD}


@pytest.mark.skipif(DATA is None, reason="set STORYKEEPER_DATA to the folder that holds primock57")
def test_exactly_the_permitted_half_of_57_consultations_goes_out(tmp_path: Path) -> None:
    workspace = tmp_path / "ws"
    init(workspace, name="Clinic", contact="office", now=AS_OF)
    dialogues = read_dialogues(Path(str(DATA)))
    permitted = write_records(workspace, dialogues)
    began = time.perf_counter()
    with open_house(workspace) as house:
        told = run(house, GROUP)
        assert house.ledger.verify().verifies
    seconds = time.perf_counter() - began
    outcomes = {line.session_id: line.outcome for line in told.lines}
    assert len(outcomes) == len(dialogues) == 57
    assert {session for session, outcome in outcomes.items() if outcome in OUT} == permitted
    assert {outcomes[s] for s in outcomes if s not in permitted} == {Outcome.NOT_PERMITTED}
    copies = [p.read_text(encoding="utf-8") for p in (workspace / "releases").glob("*/data/*")]
    words = sum(len(copy.split()) for copy in copies)
    print(f"\n57 consultations in {seconds:.0f} s; {len(copies)} copies of {words} words went out")


def test_every_development_document_runs_through(tmp_path: Path) -> None:
    workspace = tmp_path / "ws"
    init(workspace, name="Gold", contact="office", now=AS_OF)
    gold = _gold_reader()
    tables: dict[str, list[dict[str, str]]] = {"people": [], "sessions": [], "participants": [], "consents": []}
    documents = sorted((ROOT / "sample_data" / "gold" / "dev").iterdir())
    for n, path in enumerate(documents):
        text, _ = gold.parse(path.read_text(encoding="utf-8"))
        (workspace / "inbox" / path.name).write_text(text, encoding="utf-8", newline="")
        _list(n, path.name, text.encode(), workspace, tables)
    write_tables(workspace, tables)
    with open_house(workspace) as house:
        told = run(house, GROUP)
    outcomes = {line.session_id.partition(".")[0]: line.outcome for line in told.lines}
    assert len(outcomes) == len(documents)
    assert Outcome.UNREADABLE not in outcomes.values()
    assert sum(outcome in OUT for outcome in outcomes.values()) >= len(documents) // 2


def _gold_reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold", ROOT / "sample_data" / "gold" / "gold.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _list(n: int, name: str, data: bytes, workspace: Path, tables: dict[str, list[dict[str, str]]]) -> None:
    """Records for one document: its first speaker is the worker, the others are clients who say yes to everything."""
    session, is_table = f"S-{n:02}", name.endswith(".csv")
    labels = (
        list(dict.fromkeys(t.speaker for t in read(data, doc_id=session).turns if t.speaker)) if not is_table else []
    )
    labels = labels or ["A Worker", "A Client"]
    clients = [(f"P-{n:02}-{i}", label) for i, label in enumerate(labels[1:] or ["A Client"])]
    people = [(f"W-{n:02}", labels[0]), *clients]
    kind = "table" if is_table else "individual" if len(clients) == 1 else "group"
    note_class = "transcript" if name.endswith((".vtt", ".srt")) or len(labels) > 2 else "peer_note"
    tables["sessions"].append(
        {"session_id": session, "session_date": "2026-03-01", "kind": kind, "note_class": note_class,
         "program": "gold", "file": name, "roster_complete": "yes"}
    )  # fmt: skip
    for i, label in people:
        tables["people"].append({"person_id": i, "name": label, "birth_date": "1980-01-01", "legal_status": "adult"})
        role = "staff" if i.startswith("W") else "client"
        tables["participants"].append({"session_id": session, "person_id": i, "role": role, "speaker_label": label})
    tables["consents"] += [consent_of(i) for i, _ in clients]
    if is_table:
        _map(workspace, name, data.decode().partition("\n")[0].strip().split(","), tables)


def _map(workspace: Path, name: str, header: list[str], tables: dict[str, list[dict[str, str]]]) -> None:
    """The columns of a table file, by what their names say; the people of its rows are nobody the records know."""
    date = next(c for c in header if "date" in c)
    person = next(c for c in header if c in ("client_id", "group_name"))
    settings = workspace / "storykeeper.toml"
    section = (
        f'\n[tables."{name}"]\nperson = "{person}"\nkey = "{header[0]}"\ndate = "{date}"\ntext = ["{header[-1]}"]\n'
    )
    settings.write_text(settings.read_text() + section)
