"""A recipient with an age key gets one encrypted file; nothing in clear stays outside the vault."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from flows.motion import RunTold
from flows.verbs import publish
from flows.verbs.closing import finish_begun
from flows.verbs.verify import verify_release
from flows.wiring import open_house
from pipeline.events import EventKind
from pipeline.storage.runs import ReleaseState
from tests.end_to_end.sampled import released
from tests.end_to_end.workspaces import asked, run

IDENTITY = pyrage.x25519.Identity.generate()
KEY = str(IDENTITY.to_public())
ASKED = replace(asked("research", ingest=False), recipient="second-university")


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """The sample program with a second university that registered a key; all spans are cached."""
    place = released(tmp_path_factory).copied(tmp_path / "ws")
    path = place / "records" / "recipients.toml"
    text = path.read_text().replace('recipients = ["merrow-university"]', 'recipients = ["second-university"]')
    path.write_text(
        f'{text}\n[recipients.second-university]\nname = "Another"\nclasses = ["research_partner"]\n'
        f'age_public_key = "{KEY}"\n'
    )
    return place


def opened(workspace: Path, release_id: str, place: Path) -> Path:
    """What the recipient has after decrypting and unpacking."""
    clear = pyrage.decrypt((workspace / "releases" / f"{release_id}.tar.age").read_bytes(), [IDENTITY])
    with tarfile.open(fileobj=io.BytesIO(clear)) as tar:
        tar.extractall(place, filter="data")
    return place / release_id


@pytest.mark.xdist_group("sample")
def test_it_goes_out_encrypted_to_the_registered_key_and_verifies(workspace: Path, tmp_path: Path) -> None:
    before = set((workspace / "releases").iterdir())
    with open_house(workspace) as house:
        told = run(house, ASKED)
    assert {p.name for p in set((workspace / "releases").iterdir()) - before} == {f"{told.release_id}.tar.age"}
    assert list((workspace / "vault" / "outgoing").iterdir()) == []
    release = opened(workspace, told.release_id, tmp_path / "theirs")
    assert verify_release(release, workspace / "public-key.pem").report.proven
    with open_house(workspace) as house:
        [event] = {e.event.get("manifest_digest") for e in house.ledger.events(kinds=[EventKind.RELEASED])
                   if e.event.get("release") == told.release_id}  # fmt: skip
        assert event == hashlib.sha256((release / "manifest.json").read_bytes()).hexdigest()
        house.ledger.verify()
    shown = "\n".join(RunTold(summary=told, dry=False, sealed=True).closing())
    assert f"{told.release_id}.tar.age" in shown
    assert "age --decrypt" in shown


@pytest.mark.xdist_group("sample")
def test_a_key_that_was_asked_for_goes_first_and_a_clear_copy_stays_where_asked(workspace: Path) -> None:
    other = pyrage.x25519.Identity.generate()
    with open_house(workspace) as house:
        told = run(house, replace(ASKED, encrypt_to=str(other.to_public()), keep_clear=True))
    sealed = (workspace / "releases" / f"{told.release_id}.tar.age").read_bytes()
    assert pyrage.decrypt(sealed, [other])
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [IDENTITY])
    assert verify_release(workspace / "releases" / told.release_id, workspace / "public-key.pem").report.proven


@pytest.mark.xdist_group("sample")
def test_a_kill_after_the_file_stands_is_finished_by_the_next_run(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """As a kill: nothing after it runs."""

    def killed(*given: object) -> None:
        raise KilledError

    monkeypatch.setattr(publish, "close", killed)
    with open_house(workspace) as house, pytest.raises(KilledError):
        run(house, ASKED)
    with open_house(workspace) as house:
        [begun] = house.releases.unfinished()
        (workspace / "vault" / "outgoing" / ".staging-left").mkdir(parents=True)
        finish_begun(house)
        [stands] = [r for r in house.releases.list() if r.release_id == begun.release_id]
    assert stands.state is ReleaseState.COMPLETE
    release = opened(workspace, begun.release_id, tmp_path / "theirs")
    assert stands.manifest_digest == hashlib.sha256((release / "manifest.json").read_bytes()).hexdigest()
    assert list((workspace / "vault" / "outgoing").iterdir()) == []
