"""Reading the lexicons of disclosures into rules.

A lexicon is a package file `lexicons/disclosure_*.txt` in the language of `disclosure_phrases`. All faults of a file
are told together, by line, without its words.
"""

from __future__ import annotations

import re
from importlib.resources import files

from pipeline.errors import Fault, InputError
from pipeline.labels import Label
from recognizers.disclosure_forms import word_set
from recognizers.disclosure_phrases import Rule, alternatives, compile_rule

FLAGS = word_set("use cap caps sub kit misuse med meet tied sexual plain")
SECTION = re.compile(r"\[([A-Z_]+) ([01](?:\.\d+)?)((?: [a-z]+)*)\]")
LEXICONS = (
    "substance",
    "medication",
    "diagnosis",
    "use_event",
    "self_harm",
    "trauma",
    "legal",
    "health_condition",
    "identity",
    "mutual_aid",
)


def parse_lexicon(text: str, name: str) -> tuple[Rule, ...]:
    """The rules of one lexicon. InputError with every fault when a line is not in the language."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    section: tuple[Label, float, frozenset[str]] | None = None
    for n, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("["):
                section = _section(line)
            elif section is None:
                raise ValueError("a rule stands before the first section")
            else:
                parts = [way for part in line.split(";") if part.strip() for way in alternatives(part)]
                rules += [compile_rule(part, *section) for part in parts]
        except (ValueError, KeyError) as error:
            faults.append(Fault(place=name, what=f"{error}; see recognizers/disclosure_phrases.py", line=n))
    if faults:
        raise InputError("a lexicon cannot be read", faults)
    return tuple(rules)


def _section(line: str) -> tuple[Label, float, frozenset[str]]:
    found = SECTION.fullmatch(line)
    if found is None:
        raise ValueError("a section is not `[LABEL score flags]`")
    flags = frozenset(found[3].split())
    if not flags <= FLAGS:
        raise ValueError("a section has an unknown flag")
    return Label(found[1]), float(found[2]), flags


def load_rules() -> tuple[Rule, ...]:
    """The rules of every lexicon, in the order of LEXICONS."""
    folder = files("recognizers") / "lexicons"
    found: list[Rule] = []
    for name in LEXICONS:
        file = f"disclosure_{name}.txt"
        found += parse_lexicon((folder / file).read_text(encoding="utf-8"), file)
    return tuple(found)
