"""Rules of the house that no linter holds: modules are under the contracts, files stay small, names say something."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = [p for room in ("pipeline", "recognizers", "flows") for p in sorted((ROOT / room).rglob("*.py"))]
LONGEST = 300
VAGUE = {"utils", "util", "manager", "helper", "helpers", "base", "common", "misc"}


def _contracts() -> list[dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = settings["tool"]["importlinter"]["contracts"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", ["nothing in the pure part reaches storage", "the pure part has no effects"])
def test_every_module_of_the_pure_part_is_under_the_contract(name: str) -> None:
    tree = {
        f"pipeline.{p.stem}"
        for p in (ROOT / "pipeline").iterdir()
        if (p.suffix == ".py" and p.stem != "__init__") or (p / "__init__.py").is_file()
    }
    contract = next(c for c in _contracts() if c["name"] == name)
    assert set(contract["source_modules"]) == tree - {"pipeline.storage"}


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_one_sitting_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST
    assert path.stem not in VAGUE
    assert text.lstrip().startswith('"""'), "a module begins with its rules"
