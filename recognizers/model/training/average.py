"""Average two checkpoints: `python -m recognizers.model.training.average A B --share 0.7 --out FOLDER`.

A run that goes on from another one forgets a little of what that one knew; their average keeps more of both. B is the
checkpoint that A went on from: averages of unrelated runs are no model.
"""

# torch and onnx belong to the training extra and are not installed where types are checked
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import argparse
from pathlib import Path

import torch

from recognizers.model.training.export import export


def main() -> None:
    """Write the average's checkpoint and export it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("a", type=Path)
    parser.add_argument("b", type=Path)
    parser.add_argument("--share", type=float, required=True, help="of A, from 0 to 1")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    a, b = torch.load(given.a), torch.load(given.b)
    given.out.mkdir(parents=True, exist_ok=True)
    checkpoint = given.out / "checkpoint.pt"
    torch.save({name: given.share * a[name] + (1 - given.share) * b[name] for name in a}, checkpoint)
    export(checkpoint, given.out)


if __name__ == "__main__":
    main()
