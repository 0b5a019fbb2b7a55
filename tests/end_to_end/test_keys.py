"""Keys are changed while a program is at work: nothing sealed is lost, nothing signed stops verifying."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.verbs import keys
from flows.verbs.asking import Asked
from flows.verbs.doctor import check
from flows.verbs.init import init
from flows.verbs.keys import file_of, listed, rotate_program_key, rotate_signing_key, write_public_keys
from flows.verbs.verify import verify_release
from flows.wiring import KEY_FILE, open_house
from pipeline.errors import StateError, VerificationError
from pipeline.events import EventKind
from tests.end_to_end.canary import plant
from tests.end_to_end.test_bad_input import typed
from tests.end_to_end.workspaces import AS_OF, run

pytestmark = pytest.mark.xdist_group("sample")
ASKED = Asked(use="group", recipient="program", as_of=AS_OF.isoformat(), actor="manager-1", ingest=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small program whose release is out."""
    place = tmp_path_factory.mktemp("keys") / "ws"
    init(place, name="Canary", contact="office", now=AS_OF)
    plant(place)
    with open_house(place) as house:
        assert run(house, ASKED).release_id
    return place


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ws"))


def release_of(workspace: Path) -> Path:
    (release,) = (workspace / "releases").iterdir()
    return release


def test_with_a_new_program_key_all_goes_on_and_the_old_one_opens_nothing(workspace: Path) -> None:
    old = (workspace / KEY_FILE).read_bytes()
    rotate_program_key(workspace, actor="manager-1")
    new = (workspace / KEY_FILE).read_bytes()
    assert new != old
    with open_house(workspace) as house:
        for source in house.vault.sources():
            house.vault.check(source.ref.source_id)
        told = [e.event for e in house.ledger.events(kinds=[EventKind.CONFIG_CHANGED])][-1]
        assert (told.actor, told.get("setting")) == ("manager-1", "program-key")
        assert house.ledger.verify().verifies
        assert run(house, ASKED).release_id == ""
    (workspace / KEY_FILE).write_bytes(old)
    with pytest.raises(VerificationError, match="another key") as refused, open_house(workspace):
        pass
    assert refused.value.exit_code == 16
    (workspace / KEY_FILE).write_bytes(new)


def test_what_an_old_signing_key_signed_verifies_and_the_old_key_stays_listed(workspace: Path) -> None:
    old = (workspace / "public-key.pem").read_bytes()
    told = rotate_signing_key(workspace, actor="manager-1")
    assert set(told.files) == {"public-key.pem", file_of(told.retired[0])}
    assert (workspace / file_of(told.retired[0])).read_bytes() == old
    assert (workspace / "public-key.pem").read_bytes() != old
    release = release_of(workspace)
    assert verify_release(release, workspace / file_of(told.retired[0])).report.proven
    assert not verify_release(release, workspace / "public-key.pem").report.proven
    note = next((workspace / "inbox").glob("*note.txt"))
    note.write_text(note.read_text(encoding="utf-8") + "\nThen it rained.\n", encoding="utf-8")
    with open_house(workspace) as house:
        later = run(house, ASKED).release_id
        assert house.ledger.verify().verifies
    assert verify_release(workspace / "releases" / later, workspace / "public-key.pem").report.proven
    assert [row[1] for row in listed(workspace).rows()] == ["public-key.pem", file_of(told.retired[0])]


def test_after_a_kill_doctor_names_the_stale_files_and_they_are_written_again(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(place: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(keys, "write_public_keys", killed)
    with pytest.raises(KeyboardInterrupt):
        rotate_signing_key(workspace, actor="manager-1")
    monkeypatch.undo()
    said = {found.what: found for found in check(workspace)}
    assert said["the public keys beside the settings are those of the database"].state == "bad"
    assert len(write_public_keys(workspace).files) == 2
    assert write_public_keys(workspace).files == ()
    assert verify_release(release_of(workspace), workspace / file_of(listed(workspace).retired[0])).report.proven


def test_a_key_from_the_environment_is_not_changed_behind_its_back(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYKEEPER_KEY", (workspace / KEY_FILE).read_text().strip())
    with pytest.raises(StateError, match="STORYKEEPER_KEY"):
        rotate_program_key(workspace, actor="manager-1")
    with open_house(workspace) as house:
        assert house.ledger.verify().verifies


def test_a_dry_run_changes_no_key(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in (workspace / KEY_FILE, workspace / "public-key.pem")}
    for more in ((), ("--signing",)):
        code, said = typed(capsys, monkeypatch, "keys", "rotate", *more, "--dry-run", "-w", str(workspace))
        assert (code, "a dry run" in said) == (0, True)
    assert before == {p.name: p.read_bytes() for p in (workspace / KEY_FILE, workspace / "public-key.pem")}
    assert listed(workspace).retired == ()
