"""A package stands whole or not at all."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import InputError, StateError, StorageError, StorykeeperError
from pipeline.storage.packages import publish, sweep

FILES = [("manifest.json", b"{}"), ("data/a1b2.vtt", b"WEBVTT\n"), ("data/deep/c3.txt", b"")]


def _left(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_every_file_stands_as_it_was_given_and_is_told_with_its_digest(tmp_path: Path) -> None:
    written = publish(tmp_path / "releases" / "R-1", iter(FILES))
    assert [(w.name, w.digest, w.size) for w in written] == [
        (name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in FILES
    ]
    assert all((tmp_path / "releases" / "R-1" / name).read_bytes() == data for name, data in FILES)
    assert [p.name for p in (tmp_path / "releases").iterdir()] == ["R-1"]


def test_folders_and_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    publish(tmp_path / "releases" / "R-1", FILES)
    modes = {p.stat().st_mode & 0o777 for p in (tmp_path / "releases").rglob("*") if p.is_file()}
    assert modes == {0o600}
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "releases").rglob("*") if p.is_dir()} == {0o700}


@pytest.mark.parametrize("there", ["folder", "empty folder", "file", "dangling link"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    place = tmp_path / "R-1"
    if there == "folder":
        publish(place, FILES)
    elif there == "empty folder":
        place.mkdir()
    elif there == "file":
        place.write_bytes(b"")
    else:
        place.symlink_to(tmp_path / "nowhere")
    before = _left(tmp_path)
    with pytest.raises(StorageError, match="not overwritten"):
        publish(place, [("other.txt", b"other")])
    assert _left(tmp_path) == before


@pytest.mark.parametrize(
    "name",
    ["../up.txt", "/etc/passwd", "a/../../b", "a//b", "", ".", "..", "a/.", "a\\b", "a\0b", ".hidden", "-rf", "a b",
     "name\n", "x" * 101, "data/"],
)  # fmt: skip
def test_a_name_that_leads_out_or_hides_is_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    with pytest.raises(StateError, match="not a plain relative one") as refused:
        publish(tmp_path / "releases" / "R-1", [("good.txt", b"x"), (name, b"x")])
    assert _left(tmp_path) == ["releases"]
    assert len(name) < 4 or name not in str(refused.value)


def test_two_files_of_one_name_are_refused_also_where_only_case_tells_them_apart(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="same name"):
        publish(tmp_path / "R-1", [("data/A.txt", b"x"), ("data/a.txt", b"y")])
    assert _left(tmp_path) == []


@pytest.mark.parametrize("error", [InputError("broken"), KeyboardInterrupt(), MemoryError()])
def test_an_error_of_who_makes_the_files_leaves_nothing_and_passes_through(
    tmp_path: Path, error: BaseException
) -> None:
    def files() -> Iterator[tuple[str, bytes]]:
        yield "a.txt", b"x"
        raise error

    with pytest.raises(type(error)):
        publish(tmp_path / "releases" / "R-1", files())
    assert _left(tmp_path) == ["releases"]


def test_a_read_only_folder_is_a_storage_error_without_a_path(tmp_path: Path) -> None:
    """Root may write anywhere, so the write runs as another user where the test runs as root."""
    folder = tmp_path / "releases"
    folder.mkdir()
    folder.chmod(0o500)
    code = (
        "import sys, os; from pathlib import Path; from pipeline.errors import StorageError\n"
        "from pipeline.storage.packages import publish\n"
        "os.geteuid() or (os.setgid(65534), os.setuid(65534))\n"
        "try: publish(Path(sys.argv[1]) / 'R-1', [('a.txt', b'x')])\n"
        "except StorageError as error: sys.stdout.write(str(error))\n"
    )
    if os.geteuid() == 0:
        for above in (tmp_path, *tmp_path.parents):
            if above != Path("/tmp") and above.is_relative_to("/tmp"):
                above.chmod(0o755)
        os.chown(folder, 65534, 65534)
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=60)
    assert "release folder: permission is missing" in done.stdout, done.stderr
    assert str(tmp_path) not in done.stdout
    folder.chmod(0o700)
    assert _left(folder) == []


def test_a_full_disk_leaves_nothing_and_says_so_without_a_path(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import resource; from pipeline.errors import StorageError\n"
        "from pipeline.storage.packages import publish\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: publish(Path(sys.argv[1]) / 'R-1', [('a.txt', b'x' * 100), ('b.txt', b'x' * 10_000)])\n"
        "except StorageError as error: sys.stdout.write(str(error))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert "a file would be larger than this process may write" in done.stdout, done.stderr
    assert str(tmp_path) not in done.stdout
    assert _left(tmp_path) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096


def test_leftovers_of_dead_runs_are_removed_and_those_of_living_ones_are_not(tmp_path: Path) -> None:
    dead = tmp_path / ".staging-dead" / "data"
    dead.mkdir(parents=True)
    (dead / "a.txt").write_bytes(b"x")

    def files() -> Iterator[tuple[str, bytes]]:
        yield "a.txt", b"x"
        assert sweep(tmp_path) == 0  # the one that is being made is alive
        publish(tmp_path / "R-2", [("b.txt", b"y")])

    publish(tmp_path / "R-1", files())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["R-1", "R-2"]


def test_a_folder_of_the_workspace_that_is_a_file_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "releases").write_bytes(b"")
    with pytest.raises(StorykeeperError) as refused:
        publish(tmp_path / "releases" / "R-1", FILES)
    assert isinstance(refused.value, StorageError)
    assert refused.value.__context__ is None
