"""Fit the weights of the lexical disclosures: `python -m recognizers.model.training.cues KIND`.

KIND is one of lengths (CLEAN_TIME), dates (SOBRIETY_DATE), self_harm, trauma. Rules:
- Every candidate of the training documents is a row: which cues are present, and whether a mark of the label overlaps.
- Ridge-penalised logistic regression (penalty 1, the bias free), by Newton's method: no chance in it.
- `--hold-out` names authors that are not looked at; what the weights reach on them is printed beside. Without it the
  weights of all training authors come out, as they stand in the modules, rounded to one decimal.
- Printed: the bias, then a weight a cue in the module's order, beside the one that is there now.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.labels import Label
from pipeline.model import Roster
from recognizers import disclosure_dates, disclosure_self_harm, disclosure_times, disclosure_trauma
from recognizers.disclosure_cues import Cues
from recognizers.disclosure_dark import candidates
from recognizers.disclosure_phrases import plain
from recognizers.model.training.prepare import GOLD, Gold, document, read_gold
from recognizers.reading import stitch

Floats = NDArray[np.float64]
Places = Iterable[tuple[int, int]]
PENALTY = 1.0
ROUNDS = 60
KINDS: dict[str, tuple[Label, Cues, Callable[[str], Places]]] = {
    "lengths": (
        Label.CLEAN_TIME,
        disclosure_times.CUES,
        lambda text: (m.span() for m in disclosure_times.LENGTH.finditer(text)),
    ),
    "dates": (
        Label.SOBRIETY_DATE,
        disclosure_dates.CUES,
        lambda text: (m.span() for m in disclosure_dates.DATE.finditer(text)),
    ),
    "self_harm": (
        Label.SELF_HARM,
        disclosure_self_harm.CUES,
        lambda text: candidates(text, disclosure_self_harm.SEED),
    ),
    "trauma": (Label.TRAUMA, disclosure_trauma.CUES, lambda text: candidates(text, disclosure_trauma.SEED)),
}


def rows(documents: Sequence[Gold], kind: str) -> tuple[Floats, Floats]:
    """[candidates, cues] of 0 and 1, and [candidates] of whether each is meant."""
    cues = KINDS[kind][1]
    found = [(list(cues.present(text, s, e)), meant) for text, s, e, meant in _candidates(documents, kind)]
    present = np.array([row for row, _ in found], dtype=np.float64).reshape(len(found), len(cues.cues))
    return present, np.array([meant for _, meant in found], dtype=np.float64)


def _candidates(documents: Sequence[Gold], kind: str) -> Iterator[tuple[str, int, int, bool]]:
    label, _, places = KINDS[kind]
    for gold in documents:
        reading = stitch(document(gold), Roster())
        marks = [(s, e) for s, e, named in gold.spans if named is label]
        text = plain(reading.text)
        for start, end in places(text):
            back = reading.back(start, end)
            yield text, start, end, any(s < b and e > a for s, e in marks for a, b in back)


def fit(present: Floats, meant: Floats) -> Floats:
    """Bias and weights."""
    x = np.column_stack([np.ones(len(present)), present])
    weights = np.zeros(x.shape[1])
    ridge = np.eye(x.shape[1]) * PENALTY
    ridge[0, 0] = 1e-6  # the bias is not penalised; enough to keep the matrix regular
    for _ in range(ROUNDS):
        likely = chance(present, weights)
        slope = likely * (1 - likely) + 1e-9
        step = x.T @ (meant - likely) - ridge @ weights
        weights += np.linalg.solve(x.T @ (x * slope[:, None]) + ridge, step)
    return weights


def chance(present: Floats, weights: Floats) -> Floats:
    """Probability of each candidate by these weights."""
    out: Floats = 1 / (1 + np.exp(-(weights[0] + present @ weights[1:])))
    return out


def _reached(present: Floats, meant: Floats, weights: Floats, floor: float) -> str:
    said = chance(present, weights) >= floor
    right = float((said * meant).sum())
    return f"recall {right / max(1.0, meant.sum()):.3f} precision {right / max(1.0, float(said.sum())):.3f}"


def main() -> None:
    """Print the weights of one kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--hold-out", default="")
    given = parser.parse_args()
    documents = read_gold(given.gold)
    learned = [g for g in documents if g.author not in given.hold_out]
    present, meant = rows(learned, given.kind)
    weights = np.round(fit(present, meant), 1)
    cues = KINDS[given.kind][1]
    told = sys.stdout.write
    told(f"{len(meant)} candidates, {int(meant.sum())} meant; {_reached(present, meant, weights, cues.floor)}\n")
    if len(learned) < len(documents):
        others = rows([g for g in documents if g.author in given.hold_out], given.kind)
        told(f"held out: {_reached(*others, weights, cues.floor)}\n")
    told(f"bias {weights[0]} (now {cues.bias})\n")
    for cue, weight in zip(cues.cues, weights[1:], strict=True):
        told(f"{cue.where:6} {weight:5} (now {cue.weight})\n")


if __name__ == "__main__":
    main()
