"""One release at a time, and nobody locked out by the dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.errors import StateError, StorageError
from pipeline.storage.lock import in_turn, one_at_a_time

HOLD = (
    "import sys, time; from pathlib import Path; from pipeline.storage.lock import one_at_a_time\n"
    "with one_at_a_time(Path(sys.argv[1]), what='release'):\n"
    "    sys.stdout.write('held\\n'); sys.stdout.flush(); time.sleep(60)\n"
)


def test_the_second_run_is_told_who_is_at_it_and_gets_its_turn_when_the_first_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "release.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StateError, match=f"process `{first.pid}`"), one_at_a_time(lock, what="release"):
            pytest.fail("two runs hold one lock")
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    with one_at_a_time(lock, what="release"):
        assert lock.read_text() == str(os.getpid())


def test_a_lock_is_free_after_its_block_also_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(KeyError), one_at_a_time(tmp_path / "release.lock", what="release"):
            raise KeyError
    assert (tmp_path / "release.lock").stat().st_mode & 0o777 == 0o600


def test_a_lock_in_a_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="release lock"), one_at_a_time(tmp_path / "no" / "lock", what="release"):
        pytest.fail("held nothing")


def test_who_waits_its_turn_comes_after(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with in_turn(tmp_path / "step.lock", what="step"):
            order.append("second")

    with in_turn(tmp_path / "step.lock", what="step"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
