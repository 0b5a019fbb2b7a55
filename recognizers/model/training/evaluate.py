"""Score an exported model on gold documents: `python -m recognizers.model.training.evaluate GOLD [--model FOLDER]`.

Rules:
- Scored by the corpus's own score.py, the model alone, no roster, no rules.
- One row a pair of bars, so that the bars can be chosen; choose on held-out authors of train, never on dev.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.labels import Label
from recognizers.model import files
from recognizers.model.decode import Bars
from recognizers.model.runtime import Look, decoded, load_model
from recognizers.model.training.prepare import Gold, document, read_gold

SCORER = Path("sample_data/gold/score.py")
IDENTIFIER_BARS = (0.5, 0.3, 0.2, 0.1, 0.05, 0.03)
DISCLOSURE_BARS = (0.5, 0.4, 0.3)


def scorer() -> Any:
    """The corpus's scorer as a module."""
    spec = importlib.util.spec_from_file_location("gold_score", SCORER)
    if spec is None or spec.loader is None:
        raise FileNotFoundError("run this in the repository's root: the corpus's scorer is not here")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


Found = dict[str, list[tuple[int, int, str]]]  # spans by document, as the scorer wants them


def looks(documents: Sequence[Gold], folder: Path) -> tuple[dict[str, Look], int]:
    """What the network says of each document, and words a second."""
    model = load_model(folder)
    began = time.perf_counter()
    seen = {g.name: model.look(document(g)) for g in documents}
    words = sum(len(g.text.split()) for g in documents)
    return seen, round(words / (time.perf_counter() - began))


def found(seen: dict[str, Look], labels: tuple[Label, ...], bars: Bars) -> Found:
    """The spans of every document by these bars."""
    return {name: [(s.start, s.end, s.label.value) for s in decoded(look, labels, bars)] for name, look in seen.items()}


def score(documents: Sequence[Gold], spans: Found) -> dict[str, Any]:
    """The scorer's result for these documents."""
    gold = {g.name: (g.text, [(s, e, label.value) for s, e, label in g.spans]) for g in documents}
    result: dict[str, Any] = scorer().score(gold, spans)
    return result


def scored(documents: Sequence[Gold], folder: Path, bars: Bars) -> dict[str, Any]:
    """The scorer's result of a model at these bars, with words a second."""
    seen, speed = looks(documents, folder)
    return score(documents, found(seen, tuple(Label), bars)) | {"words_per_second": speed}


def row(result: dict[str, Any]) -> str:
    """The five figures of a result as one line."""
    names = ("recall", "precision", "leaks_per_1000_words", "disclosure_recall", "disclosure_precision")
    return "  ".join(f"{name} {result[name]:.3f}" for name in names)


def main() -> None:
    """Print a table of bars, then the types at the bars in use."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--model", type=Path, default=files.FOLDER)
    parser.add_argument("--authors", default="", help="letters; only these authors' documents")
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--misses", type=Path, help="write what was missed to this file (it holds words)")
    given = parser.parse_args()
    documents = [g for g in read_gold(given.gold) if not given.authors or g.author in given.authors]
    seen, speed = looks(documents, given.model)
    if given.sweep:
        for number, bar in enumerate(IDENTIFIER_BARS):
            bars = Bars(identifier=bar, disclosure=DISCLOSURE_BARS[number % len(DISCLOSURE_BARS)])
            result = score(documents, found(seen, tuple(Label), bars))
            sys.stdout.write(f"{bars.identifier} {bars.disclosure}  {row(result)}\n")
    result = score(documents, found(seen, tuple(Label), Bars())) | {"words_per_second": speed}
    missed = result.pop("missed")
    sys.stdout.write(f"in use  {row(result)}\n{json.dumps(result, indent=1)}\n")
    if given.misses:
        given.misses.write_text(json.dumps(missed, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
