"""A rerun changes nothing; what changed is done again, alone; what was decided in between counts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import flows.verbs.prepare
from flows.motion import RunTold
from flows.motion import ingest as ingest_command
from flows.motion import run as run_command
from flows.verbs import review
from flows.verbs.asking import Asked
from flows.verbs.ingest import ingest
from flows.verbs.init import init
from flows.verbs.runs import begin, ingest_run, plan_run, prepare_chunk, publish_run, told_run
from flows.verbs.verify import verify_release
from flows.wiring import House, detector, open_house
from pipeline.errors import LeakHeldError, StateError, VerificationError
from pipeline.model import Document, Roster
from pipeline.reviewing.review import BLOCKING, Copy, ReviewState
from tests.end_to_end.canary import NAMES, WORD, plant
from tests.end_to_end.workspaces import AS_OF, ROOT, run

pytestmark = pytest.mark.xdist_group("sample")

OUT = {"S-1": "released", "S-2": "released", "S-3.1": "released", "S-3.2": "not permitted"}
AGAIN = {session: "already released" if outcome == "released" else outcome for session, outcome in OUT.items()}
HELD = {session: "held for review" if outcome == "released" else outcome for session, outcome in OUT.items()}
NOTE = f"{NAMES['file']} note.txt"
ASKED = Asked(use="group", recipient="program", as_of=AS_OF.isoformat(), actor="manager-1", ingest=True)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init(tmp_path / "ws", name="Canary", contact="office", now=AS_OF)
    plant(tmp_path / "ws")
    return tmp_path / "ws"


def ran(workspace: Path, asked: Asked = ASKED) -> RunTold:
    with open_house(workspace) as house:
        return RunTold(summary=run(house, asked), dry=False)


def outcomes(told: RunTold) -> dict[str, str]:
    return {line.session_id: line.outcome.value for line in told.summary.lines}


def releases(workspace: Path) -> set[str]:
    return {p.name for p in (workspace / "releases").iterdir()}


def prepared(house: House, asked: Asked = ASKED) -> str:
    """A run up to the point where it would publish."""
    run_id = begin(house, asked)
    ingest_run(house, run_id)
    for chunk in range(plan_run(house, run_id)):
        prepare_chunk(house, run_id, chunk)
    return run_id


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder and what is in it, and every folder."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "folder"
        for p in sorted(folder.rglob("*"))
    }


def own_policy(workspace: Path, old: str, new: str) -> None:
    """The program goes over to a policy of its own: the shipped one with one thing changed."""
    text = (ROOT / "pipeline" / "policies" / "group.toml").read_text(encoding="utf-8")
    assert old in text
    (workspace / "own.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    settings = workspace / "storykeeper.toml"
    settings.write_text(settings.read_text().replace('group = "group"', 'group = "own.toml"'))


def always_reviewed(workspace: Path) -> None:
    own_policy(workspace, 'rule = "findings"', 'rule = "always"')


def item_of(workspace: Path, session: str) -> str:
    return next(w.item_id for w in review.waiting(workspace) if w.item.copy.session_id == session)


def edit_note(workspace: Path) -> None:
    path = workspace / "inbox" / NOTE
    path.write_text(path.read_text() + "\nThen it rained.\n", encoding="utf-8")


def edit_consents(workspace: Path, old: str, new: str) -> None:
    path = workspace / "records" / "consents.csv"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_a_rerun_changes_nothing(workspace: Path) -> None:
    first = ran(workspace)
    assert outcomes(first) == OUT
    before = tree(workspace / "releases") | tree(workspace / "vault" / "sealed")
    again = ran(workspace)
    assert outcomes(again) == AGAIN
    assert (again.exit_code, again.summary.release_id) == (0, "")
    assert tree(workspace / "releases") | tree(workspace / "vault" / "sealed") == before


def test_a_changed_file_is_done_again_alone(workspace: Path) -> None:
    first = ran(workspace)
    edit_note(workspace)
    told = ran(workspace)
    assert outcomes(told) == AGAIN | {"S-2": "released"}
    assert releases(workspace) == {first.summary.release_id, told.summary.release_id}
    copies = list((workspace / "releases" / told.summary.release_id / "data").iterdir())
    assert [copy.read_text(encoding="utf-8").count("Then it rained.") for copy in copies] == [1]


def test_a_touched_file_is_not_done_again(workspace: Path) -> None:
    ran(workspace)
    (workspace / "inbox" / NOTE).touch()
    assert outcomes(ran(workspace)) == AGAIN


def test_a_copy_that_was_approved_goes_out_alone(workspace: Path) -> None:
    always_reviewed(workspace)
    held = ran(workspace)
    assert (outcomes(held), held.exit_code, releases(workspace)) == (HELD, 13, set())
    review.decide(workspace, item_of(workspace, "S-2"), by="reviewer-1", approve=True)
    told = ran(workspace)
    assert outcomes(told) == HELD | {"S-2": "released"}
    assert releases(workspace) == {told.summary.release_id}
    assert len(list((workspace / "releases" / told.summary.release_id / "data").iterdir())) == 1
    assert outcomes(ran(workspace)) == HELD | {"S-2": "already released"}


def test_a_changed_copy_loses_its_approval(workspace: Path) -> None:
    always_reviewed(workspace)
    ran(workspace)
    approved = item_of(workspace, "S-2")
    review.decide(workspace, approved, by="reviewer-1", approve=True)
    edit_note(workspace)
    told = ran(workspace)
    assert (outcomes(told), releases(workspace)) == (HELD, set())
    assert item_of(workspace, "S-2") != approved


def test_who_asked_cannot_approve(workspace: Path) -> None:
    always_reviewed(workspace)
    ran(workspace)
    with pytest.raises(StateError, match="a second person has to") as refusal:
        review.decide(workspace, item_of(workspace, "S-2"), by=ASKED.actor, approve=True)
    assert refusal.value.exit_code == 14
    assert outcomes(ran(workspace)) == HELD


def test_what_blocks_cannot_be_approved(workspace: Path) -> None:
    ran(workspace)
    with open_house(workspace) as house:
        source = house.vault.sources()[0].ref.source_id
        copy = Copy(
            session_id="S-1", source_id=source, use="group", recipient="program", digest="f" * 64,
            findings=((BLOCKING, 1), ("known_value", 1)),
        )  # fmt: skip
        item = house.reviews.enter(copy, state=ReviewState.NEEDS_REVIEW, requested_by="manager-1", at=AS_OF).item_id
    with pytest.raises(LeakHeldError) as refusal:
        review.decide(workspace, item, by="reviewer-1", approve=True)
    assert refusal.value.exit_code == 13
    with open_house(workspace) as house:
        assert house.reviews.show(item).state is ReviewState.NEEDS_REVIEW


def test_a_consent_that_is_taken_back_after_the_copy_was_made_stops_the_whole_release(workspace: Path) -> None:
    with open_house(workspace) as house:
        run_id = prepared(house)
        edit_consents(workspace, "C-1,1,consent,active", "C-1,1,consent,revoked")
        with pytest.raises(StateError, match="RELEASE_STALE_DECISION") as stale:
            publish_run(house, run_id)
        assert stale.value.exit_code == 14
        assert house.releases.list() == ()
        assert house.ledger.verify().verifies
    assert list((workspace / "releases").iterdir()) == []
    assert set(outcomes(ran(workspace)).values()) == {"not permitted"}


def test_a_consent_that_is_taken_back_before_the_copy_is_made_stops_the_run(workspace: Path) -> None:
    with open_house(workspace) as house:
        run_id = begin(house, ASKED)
        ingest_run(house, run_id)
        assert plan_run(house, run_id) == 1
        edit_consents(workspace, "C-1,1,consent,active", "C-1,1,consent,revoked")
        with pytest.raises(StateError, match="RELEASE_STALE_DECISION"):
            prepare_chunk(house, run_id, 0)
        assert "read" not in {recorded.event.kind for recorded in house.ledger.events()}, "nothing was opened"
    assert list((workspace / "releases").iterdir()) == []


def test_a_new_policy_makes_new_copies_without_looking_again(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(workspace)
    own_policy(workspace, 'style = "plain"', 'style = "tag"')

    class Known:
        """The same detector, which may not look."""

        digest = detector().digest

        def detect(self, document: Document, roster: Roster) -> None:
            raise AssertionError("it looked again")

    monkeypatch.setattr(flows.verbs.prepare, "detector", Known)
    told = ran(workspace)
    assert outcomes(told) == OUT | {"S-2": "already released"}, "nothing in the note is replaced: the same copy"
    assert len(releases(workspace)) == 2


def test_a_policy_that_is_changed_and_changed_back_does_not_lose_a_copy(workspace: Path) -> None:
    always_reviewed(workspace)
    ran(workspace)
    text = (workspace / "own.toml").read_text()
    (workspace / "own.toml").write_text(text.replace('PERSON = { action = "stand-in"', 'PERSON = { action = "tag"'))
    assert outcomes(ran(workspace)) == HELD
    (workspace / "own.toml").write_text(text)
    assert outcomes(ran(workspace)) == HELD
    review.decide(workspace, item_of(workspace, "S-1"), by="reviewer-1", approve=True)
    assert outcomes(ran(workspace)) == HELD | {"S-1": "released"}


def test_of_two_runs_at_once_one_releases_and_the_other_says_so(workspace: Path) -> None:
    with open_house(workspace) as house:
        first, second = prepared(house), prepared(house)
        publish_run(house, first)
        with pytest.raises(StateError, match="another run released it"):
            publish_run(house, second)
        assert house.releases.unfinished() == ()
        release_id = told_run(house, first).release_id
    assert releases(workspace) == {release_id}
    assert outcomes(ran(workspace)) == AGAIN


def test_a_copy_that_is_sent_back_while_a_run_is_on_its_way_stays_in(workspace: Path) -> None:
    always_reviewed(workspace)
    ran(workspace)
    item = item_of(workspace, "S-2")
    review.decide(workspace, item, by="reviewer-1", approve=True)
    with open_house(workspace) as house:
        run_id = prepared(house)
        review.decide(workspace, item, by="reviewer-2", approve=False)
        with pytest.raises(StateError, match="decided about it meanwhile"):
            publish_run(house, run_id)
        assert house.releases.list() == ()
    assert outcomes(ran(workspace)) == HELD


@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
def test_a_dry_run_writes_nothing(workspace: Path, used: bool) -> None:
    if used:
        ran(workspace)
        edit_note(workspace)
    before = tree(workspace)
    told = run_command(
        workspace, use="group", recipient="program", as_of=ASKED.as_of, actor="manager-1", ingest=True, dry_run=True
    )
    counts = ingest_command(workspace, actor="manager-1", remove=True, rehash=True, dry_run=True)
    assert tree(workspace) == before
    assert told.exit_code == 0
    assert counts["new" if not used else "changed"] > 0
    assert counts["removed"] == 0


def test_what_is_removed_from_the_inbox_can_still_be_released(workspace: Path) -> None:
    with open_house(workspace) as house:
        counts = ingest(house, at=AS_OF, actor="manager-1", remove=True)
    assert (counts.new, counts.removed) == (3, 3)
    assert list((workspace / "inbox").iterdir()) == []
    told = ran(workspace)
    assert outcomes(told) == OUT
    copies = b"".join(p.read_bytes() for p in (workspace / "releases").rglob("*") if p.is_file())
    assert WORD.encode() in copies


def test_a_file_whose_sealing_does_not_open_stays_in_the_inbox(workspace: Path) -> None:
    with open_house(workspace) as house:
        ingest(house, at=AS_OF, actor="manager-1")
        before = tree(workspace / "inbox")
        for sealed in (p for p in (workspace / "vault" / "sealed").rglob("*") if p.is_file()):
            sealed.write_bytes(sealed.read_bytes()[:-1] + b"\x00")
        with pytest.raises(VerificationError):
            ingest(house, at=AS_OF, actor="manager-1", remove=True)
    assert tree(workspace / "inbox") == before


def test_every_release_of_many_runs_verifies(workspace: Path) -> None:
    for _ in range(3):
        edit_note(workspace)
        ran(workspace)
    assert len(releases(workspace)) == 3
    for release in (workspace / "releases").iterdir():
        assert verify_release(release, workspace / "public-key.pem").report.proven
    with open_house(workspace) as house:
        assert house.ledger.verify().verifies
