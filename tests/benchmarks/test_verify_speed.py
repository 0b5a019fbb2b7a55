"""verify reads every byte once: it is limited by the disk and by SHA-256, as sha256sum is."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from flows.verbs.verify import verify_release
from pipeline.release import Copy, compose
from pipeline.storage.packages import publish
from tests.unit.release_made import KEY, ORIGIN, PUBLIC, SCOPE

COPIES, BYTES = 16, 8_000_000  # 128 MB: small beside memory, so that both read from the cache of the disk
ROUNDS = 3
SLOWER = 1.5  # times; measured 1.0 to 1.2 on a quiet core


def test_verify_is_about_as_fast_as_sha256sum(tmp_path: Path) -> None:
    release = tmp_path / "release"
    publish(release, compose(_copies(), SCOPE, ORIGIN, KEY.sign))
    (tmp_path / "key.pem").write_bytes(PUBLIC)
    size = sum(path.stat().st_size for path in release.rglob("*") if path.is_file()) / 1e6
    ours, theirs = [], []
    for _ in range(ROUNDS):  # one after the other, so that both meet the same machine
        start = time.process_time()
        assert verify_release(release, tmp_path / "key.pem").report.proven
        ours.append(time.process_time() - start)
        start = os.times().children_user + os.times().children_system
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release, check=True)
        theirs.append(os.times().children_user + os.times().children_system - start)
    print(f"verify {size / min(ours):.0f} MB/s, sha256sum {size / min(theirs):.0f} MB/s (CPU, {size:.0f} MB)")
    assert min(ours) < SLOWER * min(theirs)


def _copies() -> list[Copy]:
    block = os.urandom(1 << 20)
    data = (block * (BYTES // len(block) + 1))[:BYTES]
    return [
        Copy(
            document=f"D{n:02}", name=f"d{n:02}.txt", data=data, turns=(), kind="individual", note_class="transcript",
            format="text",
        )
        for n in range(COPIES)
    ]  # fmt: skip
