"""Recall: what is no longer permitted goes, all else stays as it was, and nobody is named to a recipient."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

import flows.verbs.recall
from flows.verbs.notices import mark, notices
from flows.verbs.prepare import Workbench
from flows.verbs.recall import asked_now, check_recall, look_only
from flows.verbs.verify import verify_release
from flows.wiring import open_house
from pipeline.errors import ConsentError, StateError
from pipeline.events import EventKind
from pipeline.labels import Category, Label
from pipeline.model import Document, Roster, Span
from pipeline.storage.keyring import public_key, signature_holds
from pipeline.storage.runs import ReleaseState
from tests.end_to_end.recalls import (
    LATER,
    REVOKED,
    add_version,
    change_consent,
    code_of,
    recall,
    recall_in,
    releases,
    turns,
)
from tests.end_to_end.sampled import Released, released
from tests.end_to_end.workspaces import RECIPIENT, asked, run_in

pytestmark = pytest.mark.xdist_group("sample")

MARGIE = "P-001"  # in S-001 and S-005 and a row of the table; spoken of in other sessions of the group use


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Released:
    return released(tmp_path_factory)


@pytest.fixture
def workspace(sample: Released, tmp_path: Path) -> Path:
    return sample.copied(tmp_path / "ws")


def test_nothing_is_called_back_while_everybody_stands_by_their_yes(workspace: Path) -> None:
    told = recall(workspace)
    assert {t.state for t in told.values()} == {"stays"}
    assert [r.state for r in releases(workspace)] == [ReleaseState.COMPLETE] * 2
    assert not list((workspace / "recalls").iterdir())


def test_who_takes_a_yes_back_is_in_the_replacement_no_more(sample: Released, workspace: Path) -> None:
    change_consent(workspace, "C-001", **REVOKED)
    number = code_of(workspace, "research", RECIPIENT["research"], MARGIE)
    before = turns(sample.release("research"))
    told = recall(workspace)["research"]
    assert (told.state, told.causes, told.persons) == ("replaced", ("revoked",), (MARGIE,))
    assert set(told.sessions) >= {"S-001", "S-005", "S-017.1"}
    release = workspace / "releases" / told.replaced_by
    assert verify_release(release, workspace / "public-key.pem").report.proven
    after = turns(release)
    assert before["text"].str.contains(f"PERSON_{number}]", regex=False).any()
    for path in (p for p in release.rglob("*") if p.is_file()):
        assert f"PERSON_{number}" not in path.read_text("utf-8", "replace")
    assert not after["text"].str.contains(f"PERSON_{number}").any()
    assert not (after["speaker"] == f"PERSON_{number}").any()
    assert len(before) - len(after) == told.rows


def test_what_stays_is_the_same_under_the_same_codes(sample: Released, workspace: Path) -> None:
    change_consent(workspace, "C-001", **REVOKED)
    told = recall(workspace)["research"]
    old, new = sample.release("research"), workspace / "releases" / told.replaced_by
    rows = turns(new)
    assert rows.drop(columns="categories").equals(turns(old).loc[rows.index].drop(columns="categories"))
    same = [p for p in (new / "data").iterdir() if (old / "data" / p.name).read_bytes() == p.read_bytes()]
    assert len(list((new / "data").iterdir())) - len(same) == 1, "the table alone is made again, without one row"


def test_the_recipient_is_told_files_and_rows_and_never_who_or_why(sample: Released, workspace: Path) -> None:
    change_consent(workspace, "C-001", **REVOKED)
    told = recall(workspace)["research"]
    notice, old = workspace / "recalls" / told.release_id, sample.release("research")
    machine = json.loads((notice / "recall.json").read_bytes())
    assert (machine["release"], machine["replaced_by"]) == (told.release_id, told.replaced_by)
    for entry in machine["delete_files"]:
        assert hashlib.sha256((old / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    kept = {p.name for p in (workspace / "releases" / told.replaced_by / "data").iterdir()}
    gone = {p.name for p in (old / "data").iterdir()} - kept
    assert {f"data/{name}" for name in gone} <= {entry["path"] for entry in machine["delete_files"]}
    rows = (notice / "recalled_rows.csv").read_text(encoding="utf-8").split()[1:]
    assert rows == machine["destroy_rows"]
    left = turns(workspace / "releases" / told.replaced_by)
    assert set(rows) == set(turns(old).index) - set(left.index)
    with open_house(workspace) as house:
        public = public_key(house.keyring.public_key_pem())
    assert signature_holds(public, (notice / "recall.json").read_bytes(), (notice / "recall.sig").read_bytes())
    for path in (*notice.iterdir(), *(workspace / "releases" / told.replaced_by).rglob("RECALL.txt")):
        said = path.read_text("utf-8", "replace").lower()
        # whole words: the code of a row is random and may end in `c-0012`
        assert not re.search(r"\b(p-001|margie|s-001|revoked|c-001)\b", said), path.name


def test_the_ledger_tells_who_and_why_and_the_release_is_off_the_disk(workspace: Path) -> None:
    change_consent(workspace, "C-001", **REVOKED)
    told = recall(workspace)["research"]
    assert not (workspace / "releases" / told.release_id).exists()
    states = {r.release_id: (r.state, r.replaced_by) for r in releases(workspace)}
    assert states[told.release_id] == (ReleaseState.REPLACED, told.replaced_by)
    with open_house(workspace) as house:
        assert house.ledger.verify().verifies
        events = [e.event for e in house.ledger.events(kinds=[EventKind.RECALLED])]
        event = next(e for e in events if e.get("release") == told.release_id)
        assert (event.get("persons"), event.get("kinds"), event.get("state")) == ((MARGIE,), ("revoked",), "open")
        again = [e.event for e in house.ledger.events(kinds=[EventKind.RELEASED])]
        assert {e.get("replaces") for e in again if e.get("release") == told.replaced_by} == {told.release_id}


def test_a_second_recall_and_the_next_release_find_nothing_to_do(workspace: Path) -> None:
    change_consent(workspace, "C-001", **REVOKED)
    recall(workspace)
    before = {r.release_id for r in releases(workspace)}
    assert {t.state for t in recall(workspace).values()} == {"stays"}
    with open_house(workspace) as house:
        from tests.end_to_end.workspaces import run

        later = asked("research")
        summary = run(house, type(later)(**{f: getattr(later, f) for f in later.__slots__} | {"as_of": LATER}))
    assert summary.release_id == ""
    assert {r.release_id for r in releases(workspace)} == before


def test_a_category_that_is_refused_later_takes_its_turns_alone(sample: Released, workspace: Path) -> None:
    """Of the sessions of Margie some turns touch substances; the row numbers of the others stay."""
    add_version(workspace, "C-001", "2", cat_substance="no", signed_on="2026-06-17")
    told = recall(workspace)["research"]
    old = turns(sample.release("research"))
    new = turns(workspace / "releases" / told.replaced_by)
    assert told.causes == ("revoked",)
    assert told.persons == (MARGIE,)
    documents = set(old.loc[sorted(set(old.index) - set(new.index))]["document"])
    parts = [d for d in documents if (new["document"] == d).any()]
    assert parts, "some documents stay in part"
    for document in parts:
        left = new[new["document"] == document]
        assert set(left.index) < set(old[old["document"] == document].index)
        assert (left["order"] == old.loc[left.index]["order"]).all()


def test_where_nothing_is_left_there_is_no_replacement_and_a_new_yes_starts_anew(workspace: Path) -> None:
    clients = ("C-001", "C-002", "C-003", "C-011", "C-013", "C-014")
    for consent in clients:
        change_consent(workspace, consent, **REVOKED)
    change_consent(workspace, "C-010", "2", **REVOKED)
    change_consent(workspace, "C-010", "1", **REVOKED)
    change_consent(workspace, "C-012", **REVOKED)
    change_consent(workspace, "C-009", **REVOKED)
    told = recall(workspace)
    assert {(t.state, t.replaced_by) for t in told.values()} == {("recalled", "")}
    assert not list((workspace / "releases").iterdir())
    for consent in (*clients, "C-012", "C-009"):
        change_consent(workspace, consent, revoked_on="", revocation_scope="")
    change_consent(workspace, "C-010", "2", revoked_on="", revocation_scope="")
    again = run_in(workspace, "research")
    assert again.release_id
    assert verify_release(workspace / "releases" / again.release_id, workspace / "public-key.pem").report.proven


@pytest.mark.parametrize(("promised", "state"), [("", "stays"), ("yes", "replaced")])
def test_an_end_alone_recalls_only_what_was_promised(workspace: Path, promised: str, state: str) -> None:
    for consent, version in (("C-001", "1"), ("C-003", "1"), ("C-010", "2"), ("C-011", "1")):
        change_consent(workspace, consent, version, recall_promised="", expires_on="2026-12-31")
    for consent in ("C-002", "C-012", "C-013", "C-014"):
        change_consent(workspace, consent, recall_promised="")
    change_consent(workspace, "C-001", recall_promised=promised)
    told = recall(workspace, as_of="2026-08-31T16:00:00+00:00")["research"]
    assert told.state == "stays", "nothing has ended yet"
    told = recall(workspace, as_of="2027-01-02T16:00:00+00:00")["research"]
    young = {"majority"} if told.causes else set()
    assert (told.state, set(told.causes) - young) in ((state, set()), ("replaced", {"expired"}))
    assert ("expired" in told.causes) == (promised == "yes")


def test_read_again_nothing_else_is_found(workspace: Path) -> None:
    """What detection, consent and policy say of every document is what they said when it went out."""
    assert {t.state for t in recall(workspace, labels=True).values()} == {"stays"}


def test_what_was_labelled_wrong_is_called_back_without_a_change_of_any_consent(
    sample: Released, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Darnell says no to trauma; a turn of his turns out to touch it."""
    whole = Workbench._spans

    def seen_right(bench: Workbench, document: Document, roster: Roster, source_id: str) -> tuple[Span, ...]:
        found = whole(bench, document, roster, source_id)
        turn = next((t for t in document.turns if t.speaker == "Darnell Whitcombe"), None)
        if turn is None:
            return found
        body = document.bodies(turn.n)[0]
        seen = Span(
            start=body.start, end=body.end, label=Label.TRAUMA, score=1.0, source="test", category=Category.TRAUMA
        )
        return (*found, seen)

    monkeypatch.setattr(Workbench, "_spans", seen_right)
    assert recall(workspace)["research"].state == "stays", "nobody's answer changed: it is not opened"
    told = recall(workspace, labels=True)["research"]
    assert (told.causes, told.sessions, told.rows) == (("wrong_label",), ("S-002",), 1)
    assert len(turns(sample.release("research"))) - len(turns(workspace / "releases" / told.replaced_by)) == 1


def test_records_that_cannot_be_read_recall_nothing(workspace: Path) -> None:
    table = workspace / "records" / "consents.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("consent_id,", "consent,", 1), encoding="utf-8")
    with pytest.raises(ConsentError, match="nothing was recalled") as refused:
        recall(workspace)
    assert refused.value.exit_code == 12
    assert len(list((workspace / "releases").iterdir())) == 2
    with open_house(workspace) as house:
        assert check_recall(house) == 0


def test_a_row_with_a_fault_leaves_its_person_undecided(workspace: Path) -> None:
    change_consent(workspace, "C-001", cat_trauma="maybe")
    told = recall(workspace)["research"]
    assert told.state == "stays"
    assert {"S-001", "S-005"} <= set(told.undecided)


def test_a_record_that_changes_meanwhile_stops_the_recall_whole(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_consent(workspace, "C-001", **REVOKED)
    whole = flows.verbs.recall.make_left

    def changing(*given: object, **named: object) -> object:
        made = whole(*given, **named)  # type: ignore[arg-type]  # passed on as it came
        change_consent(workspace, "C-002", **REVOKED)
        return made

    monkeypatch.setattr(flows.verbs.recall, "make_left", changing)
    with pytest.raises(StateError, match="RELEASE_STALE_DECISION") as stale:
        recall(workspace)
    assert stale.value.exit_code == 14
    assert [r.state for r in releases(workspace)] == [ReleaseState.COMPLETE] * 2
    assert len(list((workspace / "releases").iterdir())) == 2
    monkeypatch.undo()
    told = recall(workspace)["research"]
    assert {"P-001", "P-002"} <= set(told.persons)


def test_a_dry_run_and_the_nightly_look_write_nothing_but_the_report(workspace: Path) -> None:
    change_consent(workspace, "C-001", **REVOKED)
    with open_house(workspace) as house:
        head = house.ledger.head()
        told = look_only(house, asked_now(house, LATER, actor="manager-1"))
        assert {t.state for t in told} == {"to be recalled"}
        assert check_recall(house) == 2
        assert house.ledger.head() == head
    due = json.loads((workspace / "reports" / "recall-due.json").read_text(encoding="utf-8"))
    assert len(due["releases"]) == 2
    recall(workspace)
    assert not (workspace / "reports" / "recall-due.json").exists()


def test_a_notice_goes_its_way_and_no_other(workspace: Path) -> None:
    change_consent(workspace, "C-001", **REVOKED)
    with open_house(workspace) as house:
        release = recall_in(house)[0].release_id
    assert [n.state for n in notices(workspace)] == ["open", "open"]
    with pytest.raises(StateError, match="cannot become `confirmed`; it may become `sent`, `cannot`"):
        mark(workspace, release, "confirmed", actor="manager-1")
    for state in ("sent", "cannot", "confirmed"):
        assert mark(workspace, release, state, actor="manager-1").state == state
    with pytest.raises(StateError, match="nothing more"):
        mark(workspace, release, "sent", actor="manager-1")
    with open_house(workspace) as house:
        assert house.ledger.verify().verifies
