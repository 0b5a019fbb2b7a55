"""Tokens and word lists of the community recognizers.

- A token is a word with its inner apostrophes, hyphens and points ("st.", "men's", "drop-in"), where it stands, and
  whether it is written like a name (a capital or a digit first).
- The lists come from `lexicons/community.txt` and `lexicons/community_stop.txt`; a faulty file is refused with every
  fault, by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType

from pipeline.errors import Fault, InputError
from recognizers.disclosure_forms import word_set
from recognizers.disclosure_phrases import plain

TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*['’]?|&|@")
LISTS = word_set("FACILITY_HEAD ORG_HEAD CHAIN JAILS GENERIC DAY GROUP_HEAD")


@dataclass(frozen=True, slots=True)
class Token:
    """One word: [start, end), its plain form, whether it begins with a capital or a digit."""

    start: int
    end: int
    low: str
    cap: bool


def tokens(text: str, low: str) -> list[Token]:
    """The tokens of `text`, whose plain form is `low`."""
    found = []
    for m in TOKEN.finditer(low):
        start, end = m.span()
        first = text[start]
        found.append(Token(start, end, m.group().replace("’", "'"), first.isupper() or first.isdigit()))
    return found


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of one or more words, looked up by their first word, the longest first."""

    by_first: Mapping[str, tuple[tuple[str, ...], ...]] = field(repr=False)

    def at(self, words: list[Token], i: int) -> int:
        """How many words from i on make a term; 0 for none."""
        for term in self.by_first.get(words[i].low, ()):
            if len(term) == 1 or [t.low for t in words[i : i + len(term)]] == list(term):
                return len(term)
        return 0


def terms(entries: Iterable[str]) -> Terms:
    """Terms from their written form."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        words = tuple(m.group() for m in TOKEN.finditer(plain(entry)))
        by_first.setdefault(words[0], []).append(words)
    return Terms(MappingProxyType({k: tuple(sorted(v, key=len, reverse=True)) for k, v in by_first.items()}))


def parse_lists(text: str, name: str) -> dict[str, frozenset[str]]:
    """The lists of one file by name. InputError with every fault."""
    found: dict[str, set[str]] = {}
    faults: list[Fault] = []
    current: set[str] | None = None
    for n, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if line.strip("[]") not in LISTS:
                faults.append(Fault(place=name, what="a list has a name that is not known; see LISTS", line=n))
            current = found.setdefault(line.strip("[]"), set())
        elif current is None:
            faults.append(
                Fault(place=name, what="words stand before the first list; put a `[NAME]` line first", line=n)
            )
        else:
            current |= {plain(entry.strip()) for entry in line.split(",") if entry.strip()}
    if faults:
        raise InputError("a lexicon cannot be read", faults)
    return {k: frozenset(v) for k, v in found.items()}


def load_lists() -> dict[str, frozenset[str]]:
    """The lists of lexicons/community.txt."""
    file = "community.txt"
    return parse_lists((files("recognizers") / "lexicons" / file).read_text(encoding="utf-8"), file)


def load_stop() -> frozenset[str]:
    """The words of lexicons/community_stop.txt."""
    text = (files("recognizers") / "lexicons" / "community_stop.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(plain(word) for line in lines for word in line.split())
