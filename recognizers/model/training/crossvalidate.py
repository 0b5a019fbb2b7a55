"""Five-fold cross-validation over authors: `python -m recognizers.model.training.crossvalidate --out FOLDER`.

Rules:
- Authors (first letters of file names) are dealt to folds in a fixed order, the sparse ones (p, q, y, z) apart, so that
  each fold holds out some of both.
- Each fold trains from the published encoder with surfaces of its own training documents alone, and is scored on its
  held-out authors; `--dev` adds the authors of dev to the deal (for measuring only; shipped weights never see them).
- Written to FOLDER: a model a fold, beside it the documents it did not see (`held_out`), and `folds.json`. What the
  whole detector reaches with it: `storykeeper evaluate FOLDER/fold0/held_out --model FOLDER/fold0`.
- It takes about two hours on two cores; `--folds` names the ones to run.
"""

# torch and onnx belong to the training extra and are not installed where types are checked
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from recognizers.model.decode import Bars
from recognizers.model.training.evaluate import row, scored
from recognizers.model.training.prepare import GOLD, read_gold
from recognizers.model.training.train import Recipe, train

DEV = Path("sample_data/gold/dev")
SPARSE = frozenset("pqyz")
FOLDS = 5


def deal(authors: Sequence[str]) -> tuple[str, ...]:
    """The authors held out in each fold."""
    ordered = sorted(a for a in authors if a not in SPARSE) + sorted(a for a in authors if a in SPARSE)
    return tuple("".join(ordered[fold::FOLDS]) for fold in range(FOLDS))


def gather(sources: Sequence[Path], out: Path) -> Path:
    """All gold documents in one folder, as the training command reads them."""
    together = out / "gold"
    together.mkdir(parents=True, exist_ok=True)
    for source in sources:
        for gold in read_gold(source):
            shutil.copyfile(source / gold.name, together / gold.name)
    return together


def run_fold(held_out: str, gold: Path, out: Path, epochs: int) -> dict[str, Any]:
    """Train without these authors, score on them."""
    from recognizers.model.training.export import export  # needs onnx, which dealing and scoring do not

    unseen = [g for g in read_gold(gold) if g.author in held_out]
    (out / "held_out").mkdir(parents=True, exist_ok=True)
    for document in unseen:
        shutil.copyfile(gold / document.name, out / "held_out" / document.name)
    train(Recipe(hold_out=held_out, epochs=epochs), gold, out)
    export(out / "checkpoint.pt", out)
    result = scored(unseen, out, Bars())
    result.pop("missed")  # holds words
    return result | {"held_out": held_out}


def main() -> None:
    """Run the folds named and write what they reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--folds", default="01234")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    gold = gather([GOLD, DEV] if given.dev else [GOLD], given.out)
    folds = deal(sorted({g.author for g in read_gold(gold)}))
    results = []
    for number in map(int, given.folds):
        results.append(run_fold(folds[number], gold, given.out / f"fold{number}", given.epochs))
        sys.stdout.write(f"{folds[number]}  {row(results[-1])}\n")
        (given.out / "folds.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
