"""Word lists beside this file, read once a process: lines of words, `#` lines say where they come from."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def words_in(name: str) -> frozenset[str]:
    """The words of lexicons/NAME.txt, lower case."""
    text = files("recognizers").joinpath("lexicons", f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())
