"""`storykeeper verify` as a stranger types it: what it prints, and exit 16 with what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.end_to_end.workspaces import storykeeper
from tests.unit.release_made import PUBLIC, on_disk, package

STRANGE = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()


@pytest.fixture
def release(tmp_path: Path) -> Path:
    (tmp_path / "key.pem").write_bytes(PUBLIC)
    return on_disk(tmp_path / "R", package())


def test_a_whole_release_is_a_line_a_check_and_a_conclusion(release: Path) -> None:
    done = storykeeper("verify", str(release), "--key", str(release.parent / "key.pem"))
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["release", "id", *["ok"] * 8, "VERIFIED:"]
    alone = storykeeper("verify", str(release))
    assert alone.returncode == 0
    assert "not checked who signed it: no key was given" in alone.stdout
    assert "signer is not authenticated" in " ".join(alone.stdout.split())


def _altered(release: Path) -> None:
    path = release / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"uni-a", b"uni-b"))


def _swapped(release: Path) -> None:
    one, two = release / "data" / "d-00.vtt", release / "data" / "d-01.vtt"
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)


def _signed_anew(release: Path) -> None:
    (release / "manifest.sig").write_bytes(bytes(64))


def _other_key(release: Path) -> None:
    pem = STRANGE.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (release.parent / "key.pem").write_bytes(pem)


def _linked(release: Path) -> None:
    (release / "turns.csv").unlink()
    (release / "turns.csv").symlink_to(release / "turns.jsonl")


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (_altered, "does not fit the manifest"),
        (_swapped, "is not the file listed in `manifest.json`"),
        (_signed_anew, "ask for it again"),
        (_other_key, "does not fit the manifest and the key"),
        (_linked, "turns.csv"),
        (lambda release: (release / "NOTICE.txt").unlink(), "NOTICE.txt: is missing"),
        (lambda release: (release / "Keisha Ramos.txt").write_text("x"), "take it out"),
    ],
)
def test_each_attack_ends_with_exit_16_and_says_what_to_do(
    release: Path, attack: Callable[[Path], object], told: str
) -> None:
    attack(release)
    done = storykeeper("verify", str(release), "--key", str(release.parent / "key.pem"), "--json")
    assert done.returncode == 16
    said = json.loads(done.stdout)
    assert any(told in fault for fault in said["faults"])
    assert not any("Keisha" in fault for fault in said["faults"])
    assert any(check["state"] == "failed" for check in said["checks"])
    assert said["conclusion"].startswith("NOT VERIFIED")
    assert "ask its sender for a new copy" in done.stderr


def test_a_key_that_is_none_is_refused_with_exit_16(release: Path) -> None:
    (release.parent / "key.pem").write_text("no key")
    done = storykeeper("verify", str(release), "--key", str(release.parent / "key.pem"))
    assert done.returncode == 16
    assert "no Ed25519 public key" in done.stderr
