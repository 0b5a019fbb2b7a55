"""Choose a bar for each label: `python -m recognizers.model.training.bars MODEL --authors LETTERS`.

Rules:
- Only authors that the model was not trained on decide; dev never does.
- For each label in turn, the others as they are, the bar with the least cost is taken: a leaked identifier costs LEAK
  letters and digits masked without need; a wrong disclosure costs WRONG missed ones.
- Printed as it is written into `recognizers.model.decode.Bars`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.labels import DISCLOSURES, Label
from recognizers.model.decode import Bars
from recognizers.model.runtime import Look
from recognizers.model.training.evaluate import found, looks, row, score
from recognizers.model.training.prepare import GOLD, Gold, read_gold

GRID = (0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6)
LEAK = 50.0  # letters and digits: some ten words too many for a leak less
WRONG = 0.5  # missed ones: what is missed passes the consent gate, what is wrong holds a sentence back


def cost(documents: Sequence[Gold], seen: dict[str, Look], bars: Bars) -> tuple[float, float]:
    """Cost of the identifiers and of the disclosures at these bars."""
    spans = found(seen, tuple(Label), bars)
    result = score(documents, spans)
    wasted = 0
    for gold in documents:
        marked = {i for s, e, _ in gold.spans for i in range(s, e)}
        masked = {i for s, e, name in spans[gold.name] if Label(name) in _masked() for i in range(s, e)}
        wasted += sum(gold.text[i].isalnum() for i in masked - marked)
    soft = sum(total - covered for name, (covered, total) in result["by_type"].items() if name == "AGE")
    leaks = result["identifiers"] - result["covered"] + 0.5 * soft
    told = sum(total for _, total in result["disclosures"].values())
    predicted = sum(Label(name) in DISCLOSURES for some in spans.values() for _, _, name in some)
    missed = (1 - result["disclosure_recall"]) * told
    return LEAK * leaks + wasted, missed + WRONG * (1 - result["disclosure_precision"]) * predicted


def _masked() -> frozenset[Label]:
    return frozenset(Label) - DISCLOSURES | {Label.SOBRIETY_DATE}


def choose(documents: Sequence[Gold], seen: dict[str, Look], start: Bars) -> Bars:
    """One round over all labels, each at its least cost."""
    own: dict[Label, float] = {}
    for label in Label:
        kind = 1 if label in DISCLOSURES and label is not Label.SOBRIETY_DATE else 0
        tried = {bar: replace(start, own=tuple((own | {label: bar}).items())) for bar in GRID}
        costs = {bar: cost(documents, seen, bars)[kind] for bar, bars in tried.items()}
        own[label] = min(costs, key=lambda bar: (costs[bar], bar))
    return replace(start, own=tuple(own.items()))


def main() -> None:
    """Print the bars chosen and what they reach on the same authors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--authors", required=True)
    parser.add_argument("--gold", type=Path, default=GOLD)
    given = parser.parse_args()
    documents = [g for g in read_gold(given.gold) if g.author in given.authors]
    seen, _ = looks(documents, given.model)
    chosen = choose(documents, seen, Bars(own=()))
    for label, bar in chosen.own:
        sys.stdout.write(f"(Label.{label.value}, {bar}),\n")
    sys.stdout.write(row(score(documents, found(seen, tuple(Label), chosen))) + "\n")


if __name__ == "__main__":
    main()
