"""Drafts: sealed between the steps of a run, found again by name alone, gone when they should be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StateError, VerificationError
from pipeline.storage.drafts import ERRORS, Drafts
from tests.storage_room import open_room

WORD = b"a word that nobody may find on the disk"


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[Drafts]:
    (tmp_path / "room").mkdir()
    with open_room(tmp_path / "room") as room:
        yield Drafts(folder=tmp_path / "drafts", keyring=room.keyring)


def _files(drafts: Drafts) -> list[Path]:
    return [p for p in drafts.folder.rglob("*") if p.is_file()]


def test_a_draft_comes_back_and_the_last_one_stays(drafts: Drafts) -> None:
    drafts.put("run", "copy-1", b"first")
    drafts.put("run", "copy-1", WORD)
    assert drafts.get("run", "copy-1") == WORD


def test_neither_words_nor_names_lie_on_the_disk(drafts: Drafts) -> None:
    drafts.put("a-run-id", "a-name", WORD)
    (file,) = _files(drafts)
    assert WORD not in file.read_bytes()
    assert "a-name" not in str(file)
    assert "a-run-id" not in str(file)
    assert file.stat().st_mode & 0o077 == 0


def test_what_was_dropped_or_never_there_is_missing(drafts: Drafts) -> None:
    drafts.put("run", "copy-1", WORD)
    drafts.drop("run")
    with pytest.raises(StateError, match="run again"):
        drafts.get("run", "copy-1")


def test_a_draft_under_another_name_does_not_open(drafts: Drafts) -> None:
    drafts.put("run", "one", WORD)
    drafts.put("run", "two", b"other")
    one, two = _files(drafts)
    two.write_bytes(one.read_bytes())
    one.unlink()
    told = []
    for name in ("one", "two"):
        try:
            drafts.get("run", name)
        except (StateError, VerificationError) as error:
            told.append(type(error))
    assert sorted(t.__name__ for t in told) == ["StateError", "VerificationError"]


def test_the_story_of_a_failure_is_found_by_its_id(drafts: Drafts) -> None:
    assert drafts.story(drafts.note("lone surrogate \udc80 and all")) == "lone surrogate \\udc80 and all"


def test_a_sweep_removes_old_shelves_but_those_to_keep(drafts: Drafts) -> None:
    for shelf in ("old", "young", ERRORS):
        drafts.put(shelf, "x", WORD)
    for shelf in ("old", ERRORS):
        os.utime(drafts._shelf(shelf), (0, 0))
    assert drafts.sweep(keep=(ERRORS,), older_than_s=3600.0) == 1
    assert drafts.get("young", "x") == drafts.get(ERRORS, "x") == WORD
    with pytest.raises(StateError):
        drafts.get("old", "x")
