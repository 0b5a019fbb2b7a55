"""A full disk and a workspace that may not be written: every part says so, and all is as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from storage_room import GRANT, ingested, open_room

# Runs in a process of its own, since a limit cannot be lifted again; root gives its rights away first.
STEPS = """
import os, resource, sys
from pathlib import Path
from pipeline.errors import StorageError
from storage_room import ingested, open_room
from pipeline.storage.packages import publish
from pipeline.storage.spancache import CacheKey, CachedSpans
from pipeline.storage.keyring import rotate

folder, limit = Path(sys.argv[1]), int(sys.argv[2])
with open_room(folder) as room:
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    steps = {
        "seal": lambda: room.vault.seal(b"x" * 2_000_000, place="big.vtt"),
        "append": lambda: room.ledger.append(ingested(n) for n in range(20_000)),
        "allot": lambda: room.crosswalk.allot("UNIV-A", [f"P-{n}" for n in range(3_000)]),
        "publish": lambda: publish(folder / "releases" / "R-1", [("a.txt", b"x" * 2_000_000)]),
    }
    for name, step in steps.items():
        try:
            step()
            print(name, "done")
        except StorageError as error:
            print(name, "refused", str(error).replace("\\n", " "))
"""


def _run(folder: Path, limit: int, steps: str = STEPS) -> list[str]:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    }
    done = subprocess.run(
        [sys.executable, "-c", steps, str(folder), str(limit)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_on_a_full_disk_each_step_is_refused_and_leaves_all_as_it_was(tmp_path: Path) -> None:
    with open_room(tmp_path) as room:
        ref = room.vault.seal(b"words", place="a.vtt")
        room.ledger.append([ingested(1)])
    said = _run(tmp_path, 600_000)
    assert [line.split()[:2] for line in said] == [
        [step, "refused"] for step in ("seal", "append", "allot", "publish")
    ], said
    assert all("full" in line or "larger than" in line for line in said), said
    assert str(tmp_path) not in "".join(said)
    with open_room(tmp_path) as room:
        assert [s.ref for s in room.vault.sources()] == [ref]
        assert room.vault.unseal(ref.source_id, permit=GRANT) == b"words"
        assert room.ledger.verify().verifies
        assert room.ledger.head().count == 1
        assert room.crosswalk.known("UNIV-A", ["P-1"]) == {}
        assert room.vault.sweep() == 0
        assert not list((tmp_path / "vault").rglob(".tmp-*"))
        assert not list((tmp_path / "releases").iterdir())


def test_with_room_again_the_same_steps_pass(tmp_path: Path) -> None:
    _run(tmp_path, 600_000)
    assert [line.split()[1] for line in _run(tmp_path, 0)] == ["done"] * 4
    with open_room(tmp_path) as room:
        room.ledger.verify().demand()


# Root writes anywhere, so root gives its rights away; by then everything is imported.
READ_ONLY = """
import os, sys
from pathlib import Path
from pipeline.errors import StorageError
from pipeline.storage import keyring, migrations, vault
from storage_room import GRANT, ingested, open_room

folder = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    with open_room(folder) as room:
        room.ledger.append([ingested(2)])
    print("done")
except StorageError as error:
    print(str(error).replace("\\n", " "))
"""


def test_a_workspace_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    folder.mkdir()
    with open_room(folder) as room:
        room.ledger.append([ingested(1)])
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0o400)
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    if os.geteuid() == 0:
        for above in (tmp_path, *tmp_path.parents):
            if above != Path("/tmp") and above.is_relative_to("/tmp"):
                above.chmod(0o755)
    said = _run(folder, 0, READ_ONLY)
    assert len(said) == 1
    assert "nothing was half written" in said[0]
    assert "permission" in said[0] or "read-only" in said[0]
    assert str(folder) not in said[0]
    for path in paths:
        path.chmod(0o700 if path.is_dir() else 0o600)
    with open_room(folder) as room:
        assert room.ledger.verify().count == 1
