"""`python -m tests.benchmarks.accuracy`: every set, every tool, one run; writes the tables of docs/accuracy.md.

STORYKEEPER_DATA names the folder of the public sets; STORYKEEPER_OTHER_TOOLS the Python of the environment that has
other_tools.txt. Without the second, Presidio's default alone stands beside this project.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.formats import read
from pipeline.labels import REDACTED_BY_DEFAULT, Label
from pipeline.model import Roster
from recognizers.engine import build_detector
from recognizers.presidio_default import LANGUAGE, build_default
from recognizers.reading import read_plain
from tests.benchmarks.accuracy import sets
from tests.benchmarks.accuracy.scores import Ranges, Score, score

PAGE = Path("docs/accuracy.md")
OPENS, CLOSES = "<!-- measured -->", "<!-- /measured -->"
FOREIGN = ("scrubadub", "datafog smart", "datafog", "openmed", "philter-ucsf")
Look = Callable[[Sequence[sets.Sample]], list[Ranges]]


def ours() -> Look:
    """All default layers, nobody known, ages apart: the sets do not mark them."""
    detector = build_detector()

    def one(text: str) -> Ranges:
        document = read(text.encode("utf-8"), doc_id="text.txt")
        document = document if document.text == text else read_plain(text).document
        spans = detector.detect(document, Roster()).spans
        return [(s.start, s.end, s.label.value) for s in spans if s.label in REDACTED_BY_DEFAULT - {Label.AGE}]

    return lambda samples: [one(s.text) for s in samples]


def presidio() -> Look:
    """Presidio as it comes, offline."""
    analyzer = build_default()
    return lambda samples: [
        [(r.start, r.end, r.entity_type) for r in analyzer.analyze(s.text, LANGUAGE)] for s in samples
    ]


def foreign(python: str, tool: str) -> Look | None:
    """A tool of the other environment, None where it does not run without a network."""
    program = [python, str(Path(__file__).with_name("other_tools.py")), tool]
    if subprocess.run(program, input="", capture_output=True, text=True, check=False).returncode:
        return None

    def look(samples: Sequence[sets.Sample]) -> list[Ranges]:
        told = "".join(json.dumps(s.text) + "\n" for s in samples)
        answer = subprocess.run(program, input=told, capture_output=True, text=True, check=True)
        return [[(s, e, kind) for s, e, kind in json.loads(line)] for line in answer.stdout.splitlines()]

    return look


def tools() -> tuple[dict[str, Look], list[str]]:
    """The tools that run here by name, and those that do not."""
    found: dict[str, Look] = {"Storykeeper": ours(), "Presidio default": presidio()}
    silent = []
    python = os.environ.get("STORYKEEPER_OTHER_TOOLS")
    for tool in FOREIGN if python else ():
        look = foreign(str(python), tool)
        if look is None:
            silent.append(tool)
        else:
            found[tool] = look
    return found, silent


def measured(data: Path, looks: dict[str, Look]) -> dict[str, dict[str, Score]]:
    """Scores by set and tool; a set whose folder is not there is left out."""
    out: dict[str, dict[str, Score]] = {}
    for name, load in (sets.MARKED | sets.CLEAN).items():
        try:
            samples = load(data)
        except FileNotFoundError:
            sys.stderr.write(f"{name}: its folder is not there\n")
            continue
        out[name] = {tool: score(samples, look(samples)) for tool, look in looks.items()}
        sys.stderr.write(f"{name}: {len(samples)} texts\n")
    return out


def rendered(results: dict[str, dict[str, Score]], names: Sequence[str], silent: Sequence[str]) -> str:
    """The tables as Markdown."""
    head = f"| | {' | '.join(names)} |\n|{' --- |' * (len(names) + 1)}\n"
    marked = [_marked_row(n, s, names) for n, s in results.items() if n in sets.MARKED]
    clean = [_clean_row(n, s, names) for n, s in results.items() if n in sets.CLEAN]
    parts = [
        "Marks found whole / touched at all / share of masked letters and digits that are marked:\n",
        head + "\n".join(marked) + "\n",
        "Texts without identifiers: share of words masked (texts in which anything is masked):\n",
        head + "\n".join(clean) + "\n",
    ]
    if silent:
        parts.append(f"Installed and not able to run without a network: {', '.join(silent)}.\n")
    return "\n".join(parts)


def _marked_row(name: str, scores: dict[str, Score], names: Sequence[str]) -> str:
    some = next(iter(scores.values()))
    cells = []
    for tool in names:
        s = scores[tool]
        precision = "-" if name.startswith("aci") else f"{s.right / max(1, s.masked):.3f}"
        cells.append(f"{s.whole / s.marks:.3f} / {s.touched / s.marks:.3f} / {precision}")
    return f"| {name} ({some.texts} texts, {some.marks} marks) | {' | '.join(cells)} |"


def _clean_row(name: str, scores: dict[str, Score], names: Sequence[str]) -> str:
    some = next(iter(scores.values()))
    cells = [f"{100 * scores[t].words_masked / scores[t].words:.2f} % ({scores[t].texts_masked})" for t in names]
    return f"| {name} ({some.texts} texts, {some.words} words) | {' | '.join(cells)} |"


def main() -> int:
    """Measure, print as JSON, write the page."""
    data = os.environ.get("STORYKEEPER_DATA")
    if not data:
        sys.stderr.write("set STORYKEEPER_DATA to the folder of the public sets\n")
        return 2
    looks, silent = tools()
    results = measured(Path(data), looks)
    told = {name: {tool: asdict(s) for tool, s in scores.items()} for name, scores in results.items()}
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    if "--write" in sys.argv:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(OPENS)[0], page.split(CLOSES)[1]
        table = rendered(results, list(looks), silent)
        PAGE.write_text(f"{before}{OPENS}\n\n{table}\n{CLOSES}{after}", encoding="utf-8")
    else:
        sys.stderr.write(rendered(results, list(looks), silent))
    return 0


if __name__ == "__main__":
    sys.exit(main())
