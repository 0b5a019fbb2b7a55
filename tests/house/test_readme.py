"""The README's commands, executed in a fresh clone. The nightly form installs from nothing; the other one uses the
environment at hand with the clone's own code, and leaves `make demo` and `make test` to the build, which runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands() -> list[str]:
    """Every shell block of the README, in order."""
    return _BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))


def clone(directory: Path) -> Path:
    """What is committed, checked out elsewhere."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(directory)], check=True)
    return directory


def execute(place: Path, environment: dict[str, str], timeout: int, blocks: list[str]) -> None:
    """Each block in turn; `make test` runs one file of the tests, since this is one of them."""
    for block in blocks:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=place,
            env=environment | {"PYTEST_ADDOPTS": "tests/unit/test_policy.py"},
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def check_demo(place: Path) -> None:
    """The demo leaves one release."""
    sums = [p for p in place.rglob("SHA256SUMS") if ".venv" not in p.parts and "my-program" not in p.parts]
    assert len(sums) == 1, "nothing else is called SHA256SUMS"
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=sums[0].parent, check=True)


def check_result(place: Path) -> None:
    """The folder of the reader is all that is new."""
    assert subprocess.run(["git", "status", "--short"], cwd=place, capture_output=True, text=True).stdout.split() == [
        "??",
        "my-program/",
    ]


@pytest.mark.xdist_group("prefect")
def test_the_commands_of_the_readme_work_in_a_fresh_clone(tmp_path: Path) -> None:
    place = clone(tmp_path / "clone")
    venv = Path(sys.prefix)
    for name in ("requirements.lock", "pyproject.toml"):
        os.utime(place / name, (0, 0))  # older than the environment at hand: nothing is installed into it
    (place / ".venv").symlink_to(venv)
    environment = os.environ | {"PYTHONPATH": str(place), "PATH": f"{venv / 'bin'}:{os.environ['PATH']}"}
    execute(place, environment, timeout=280, blocks=[block for block in commands() if not block.startswith("make ")])
    check_result(place)


@pytest.mark.nightly
def test_the_commands_of_the_readme_work_without_any_environment(tmp_path: Path) -> None:
    place = clone(tmp_path / "clone")
    kept = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    execute(place, kept | {"PATH": f"{place / '.venv' / 'bin'}:{os.environ['PATH']}"}, 1800, commands())
    check_demo(place)
    check_result(place)
