"""Reads the word lists of lists.toml (its head says where they come from)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def words(section: str, key: str) -> tuple[str, ...]:
    """One list; the entry `_` stands for nothing. KeyError for a list that is not there."""
    entries = _lists()[section][key].replace("\n", "").split("|")
    return tuple("" if entry == "_" else entry for entry in entries if entry)


@cache
def _lists() -> Any:
    return tomllib.loads((Path(__file__).parent / "lists.toml").read_text(encoding="utf-8"))
