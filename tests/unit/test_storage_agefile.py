"""A release as one encrypted file: what its recipient gets, and what nobody else gets."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pyrage
import pytest

from flows.verbs.packing import key_in
from flows.verbs.verify import verify_release
from pipeline.errors import StorageError, VerificationError
from pipeline.storage.agefile import TarOfFolder, recipient_key, seal_folder
from tests.unit.release_made import PUBLIC, on_disk, package

IDENTITY = pyrage.x25519.Identity.generate()
KEY = str(IDENTITY.to_public())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return on_disk(tmp_path / "clear", package())


def test_the_recipient_opens_it_and_it_verifies(folder: Path, tmp_path: Path) -> None:
    sealed = tmp_path / "releases" / "R-1.tar.age"
    seal_folder(folder, sealed, inside="R-1", key=KEY)
    assert (sealed.stat().st_mode & 0o777, [p.name for p in sealed.parent.iterdir()]) == (0o600, ["R-1.tar.age"])
    clear = pyrage.decrypt(sealed.read_bytes(), [IDENTITY])
    assert clear == TarOfFolder(folder, "R-1").read()
    with tarfile.open(fileobj=io.BytesIO(clear)) as tar:
        tar.extractall(tmp_path / "opened", filter="data")
    (tmp_path / "key.pem").write_bytes(PUBLIC)
    assert verify_release(tmp_path / "opened" / "R-1", tmp_path / "key.pem").report.proven


def test_nobody_else_opens_it_and_no_word_stands_in_it(folder: Path, tmp_path: Path) -> None:
    sealed = tmp_path / "R-1.tar.age"
    seal_folder(folder, sealed, inside="R-1", key=KEY)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed.read_bytes(), [pyrage.x25519.Identity.generate()])
    assert b"turns" not in sealed.read_bytes()


def test_the_tar_is_the_same_for_the_same_files_and_reads_in_any_piece(folder: Path) -> None:
    whole = TarOfFolder(folder, "R-1").read()
    (folder / "README.md").touch()
    (folder / "README.md").chmod(0o600)
    stream = TarOfFolder(folder, "R-1")
    pieces = b"".join(iter(lambda: stream.read(1000), b""))
    assert hashlib.sha256(pieces).digest() == hashlib.sha256(whole).digest()


@pytest.mark.parametrize(
    "key",
    ["", "x", str(IDENTITY), KEY[:-1], KEY[:-1] + ("q" if KEY[-1] != "q" else "p")],
    ids=["empty", "a letter", "an identity", "cut", "changed"],
)
def test_a_key_that_is_none_is_refused_and_not_shown(folder: Path, tmp_path: Path, key: str) -> None:
    for refused in (lambda: recipient_key(key), lambda: key_in(key),
                    lambda: seal_folder(folder, tmp_path / "out.age", inside="R", key=key)):  # fmt: skip
        with pytest.raises(VerificationError) as caught:
            refused()
        assert caught.value.exit_code == 16
        assert len(key) < 5 or key not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["clear"]


def test_a_key_file_is_read_for_its_public_line(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    path.write_text(f"# from the university\n{KEY}\n")
    assert key_in(str(path)) == key_in(KEY) == KEY
    path.write_text(f"# public key: {KEY}\n{IDENTITY}\n")
    with pytest.raises(VerificationError, match="secret key"):
        key_in(str(path))


def test_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "R.age").write_bytes(b"another")
    with pytest.raises(StorageError, match="overwritten"):
        seal_folder(folder, tmp_path / "R.age", inside="R", key=KEY)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["R.age", "clear"]
    assert (tmp_path / "R.age").read_bytes() == b"another"


def test_a_full_disk_leaves_nothing_and_says_so(folder: Path, tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from pipeline.errors import StorageError\n"
        "from pipeline.storage.agefile import seal_folder\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: seal_folder(Path(sys.argv[1]), Path(sys.argv[2]), inside='R', key=sys.argv[3])\n"
        "except StorageError as error: sys.stdout.write(str(error))\n"
    )
    place = tmp_path / "out" / "R.age"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(place), KEY], capture_output=True, text=True, timeout=60
    )
    assert "nothing was half written" in done.stdout, done.stderr
    assert str(tmp_path) not in done.stdout
    assert list(place.parent.iterdir()) == []
