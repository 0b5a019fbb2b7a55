"""The program key: who may read it, where it comes from, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import StateError, StorageError, VerificationError
from pipeline.storage.keys import (
    ENVIRONMENT,
    ProgramKey,
    create_key_file,
    load_program_key,
    new_program_key,
    seal,
    unseal,
)


def test_a_made_key_is_private_and_reads_back(tmp_path: Path) -> None:
    key = create_key_file(tmp_path / "program.key")
    assert (tmp_path / "program.key").stat().st_mode & 0o777 == 0o600
    assert load_program_key(tmp_path / "program.key", {}) == key
    assert [p.name for p in tmp_path.iterdir()] == ["program.key"]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    key = create_key_file(tmp_path / "program.key")
    with pytest.raises(StateError, match="not overwritten"):
        create_key_file(tmp_path / "program.key")
    assert load_program_key(tmp_path / "program.key", {}) == key


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    create_key_file(tmp_path / "program.key")
    other = new_program_key()
    assert load_program_key(tmp_path / "program.key", {ENVIRONMENT: other.secret.hex()}) == other
    assert load_program_key(tmp_path / "missing.key", {ENVIRONMENT: other.secret.hex()}) == other


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    create_key_file(tmp_path / "program.key")
    (tmp_path / "program.key").chmod(mode)
    with pytest.raises(VerificationError, match="0600"):
        load_program_key(tmp_path / "program.key", {})


@pytest.mark.parametrize("written", ["", "hunter2", "ab" * 31, "ab" * 33, "zz" * 32, "\u00e9" * 64])
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path: Path, written: str) -> None:
    path = tmp_path / "program.key"
    path.write_text(written, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(VerificationError, match="64 hex digits") as refused:
        load_program_key(path, {})
    assert not written or written not in str(refused.value)


def test_a_missing_key_says_what_to_do_and_not_where(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="storykeeper init") as refused:
        load_program_key(tmp_path / "program.key", {})
    assert str(tmp_path) not in str(refused.value)
    assert refused.value.__context__ is None


def test_keys_do_not_show_in_reprs() -> None:
    key = ProgramKey(secret=b"k" * 32)
    assert "kk" not in repr(key)
    assert key.secret.hex() not in repr(key)
    assert key.name not in key.secret.hex()
    with pytest.raises(ValueError, match="32 bytes"):
        ProgramKey(secret=b"short")


def test_what_is_sealed_opens_only_with_the_same_key_in_the_same_place() -> None:
    key = b"k" * 32
    sealed = seal(key, b"words", bound_to="source 1")
    assert unseal(key, sealed, bound_to="source 1", place="source") == b"words"
    assert seal(key, b"words", bound_to="source 1") != sealed
    for secret, data, bound in (
        (b"j" * 32, sealed, "source 1"),
        (key, sealed, "source 2"),
        (key, sealed[:-1], "source 1"),
        (key, sealed[:12], "source 1"),
        (key, b"", "source 1"),
    ):
        with pytest.raises(VerificationError, match="altered or exchanged"):
            unseal(secret, data, bound_to=bound, place="source")
