"""A run that is killed at any moment leaves whole things only, and the next run finishes without losing or doubling.

The run seals documents together with their events, allots codes, enters reviews, rotates the program key and publishes
packages. It is killed by SIGKILL after a random time; then another process looks, and the run goes on.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from storage_room import AT, GRANT, Room, ingested, open_room

from pipeline.storage.keyring import rotate
from pipeline.storage.packages import STAGING, publish
from pipeline.storage.reviews import Copy, ReviewState
from pipeline.storage.runs import Release, ReleaseState

DOCUMENTS = 60
PACKAGE_EVERY = 10
# A tenth of the whole work and more, so that ten kills fall all over it.
LONGEST_S = 0.5


def work(folder: Path) -> None:
    """What is left of the whole work, as a program would do it: ask what is there, then go on."""
    with open_room(folder) as room:
        _settle_releases(room)
        for n in range(DOCUMENTS):
            _document(room, n)
            if n % PACKAGE_EVERY == PACKAGE_EVERY - 1:
                _package(room, f"R-{n}")
        rotate(room.database, folder / "program.key")


def _document(room: Room, n: int) -> None:
    place = f"{n}.vtt"
    if room.vault.find([place]):
        return
    with room.database.writing() as transaction:
        ref = room.vault.seal(_words(n), place=place, joined=transaction)
        room.ledger.append([ingested(n)], joined=transaction)
        room.crosswalk.allot("UNIV-A", [f"P-{n}"], joined=transaction)
        copy = Copy(session_id=f"S-{n}", source_id=ref.source_id, use="group", recipient="PEERS", digest=ref.digest)
        room.reviews.enter(copy, state=ReviewState.NEEDS_REVIEW, requested_by="a-1", at=AT, joined=transaction)


def _settle_releases(room: Room) -> None:
    for begun in room.releases.unfinished():
        if (room.folder / "releases" / begun.release_id).exists():
            room.releases.complete(begun.release_id, manifest_digest="d" * 64)
        else:
            room.releases.drop(begun.release_id)


def _package(room: Room, name: str) -> None:
    if room.releases.find(name) is not None:
        return
    room.releases.begin(
        Release(
            release_id=name,
            series="UNIV-A",
            use="group",
            recipient="PEERS",
            fingerprint=name,
            manifest_digest="",
            state=ReleaseState.BEGUN,
            at=AT,
            replaced_by=None,
        )
    )
    files = [(f"data/{n}.vtt", _words(n)) for n in range(12)]
    publish(room.folder / "releases" / name, [*files, ("manifest.json", json.dumps([f for f, _ in files]).encode())])
    room.releases.complete(name, manifest_digest="d" * 64)


def _words(n: int) -> bytes:
    return f"document {n}\n".encode() * 2_000


def _look(folder: Path) -> int:
    """All that is there is whole; returns how many documents are."""
    with open_room(folder) as room:
        room.ledger.verify().demand()
        sources = room.vault.sources()
        for n, source in enumerate(sources):
            assert room.vault.unseal(source.ref.source_id, permit=GRANT) == _words(n)
        assert [r.event for r in room.ledger.events()] == [ingested(n) for n in range(len(sources))]
        assert len(room.crosswalk.known("UNIV-A", (f"P-{n}" for n in range(DOCUMENTS)))) == len(sources)
        assert len(room.reviews.list()) == len(sources)
        for release in room.releases.list():
            if release.state is ReleaseState.COMPLETE:
                assert (folder / "releases" / release.release_id / "manifest.json").exists()
    for package in (folder / "releases").glob("R-*"):
        names = json.loads((package / "manifest.json").read_bytes())
        assert [(package / name).read_bytes() for name in names] == [_words(n) for n in range(12)]
    return len(sources)


def _kill_and_look(folder: Path, kills: int) -> int:
    """Kill `kills` runs one after another, each after a random time; returns how many were still at work."""
    chance = random.Random()  # a failure shows the state it left; the moment cannot be replayed anyway
    killed = 0
    command = [sys.executable, __file__, str(folder)]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    }
    for _ in range(kills):
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            assert run.stdout is not None
            assert run.stdout.readline() == b"imported\n"
            time.sleep(chance.random() * LONGEST_S)
            run.send_signal(signal.SIGKILL)
            _, said = run.communicate()
        assert run.returncode in (0, -signal.SIGKILL), said.decode()
        killed += run.returncode != 0
        _look(folder)
    return killed


def _finish_and_look(folder: Path) -> None:
    work(folder)
    assert _look(folder) == DOCUMENTS
    releases = sorted(path.name for path in (folder / "releases").iterdir())
    assert releases == sorted(f"R-{n}" for n in range(PACKAGE_EVERY - 1, DOCUMENTS, PACKAGE_EVERY))
    assert not list((folder / "releases").glob(f"{STAGING}*"))
    with open_room(folder) as room:
        room.vault.sweep()
        assert [r.state for r in room.releases.list()] == [ReleaseState.COMPLETE] * len(releases)
        assert not room.releases.unfinished()
        kept = {
            p.name for p in (folder / "vault" / "sealed").rglob("*") if p.is_file() and not p.name.startswith(".tmp-")
        }
        assert kept == {source.ref.source_id for source in room.vault.sources()}


def test_ten_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    assert _kill_and_look(tmp_path, 10) >= 1
    _finish_and_look(tmp_path)


@pytest.mark.nightly
def test_two_hundred_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    for part in range(20):
        (tmp_path / str(part)).mkdir()
        _kill_and_look(tmp_path / str(part), 10)
        _finish_and_look(tmp_path / str(part))


if __name__ == "__main__":
    sys.stdout.write("imported\n")
    sys.stdout.flush()
    work(Path(sys.argv[1]))
