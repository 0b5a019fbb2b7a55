"""Train the model: `python -m recognizers.model.training.train --out FOLDER`.

Rules:
- Everything that is drawn comes from the seed; the gold documents are the only data unless --public names more.
- `--hold-out` names authors (first letters of file names) that are not looked at, for validation.
- After each epoch the weights are saved, so that a run that is stopped still yields a model.
- AdamW, linear warm-up over a tenth of the steps, linear decay to zero; sixteen-bit products, thirty-two-bit weights.
"""

# torch and onnx belong to the training extra and are not installed where types are checked
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import argparse
import json
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from recognizers.model import tags
from recognizers.model.training import network, prepare, public, surfaces
from recognizers.model.training.augment import augmented, noisy
from recognizers.model.training.coder import LABELS, tokenizer
from recognizers.model.training.examples import IGNORED, Batch, Example, batches, example

PLAIN = 0.15  # share of segments with their own surfaces, as in the first prototype


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What decides the weights, together with the documents and the versions of the libraries."""

    seed: int = 20
    epochs: int = 14
    batch: int = 16
    rate: float = 3e-4
    head_rate: float = 1e-3
    warm_up: float = 0.1
    dropout: float = 0.1
    decay: float = 0.01
    smoothing: float = 0.0
    stop_after: int = 0  # epochs really run of the schedule; 0 for all
    hold_out: str = ""
    public: str = ""


def epoch_examples(
    documents: list[list[prepare.Pieces]], pool: surfaces.Pool, coder: Any, rng: random.Random
) -> list[Example]:
    """Every segment of every document once, cut and changed anew."""
    out = []
    for lines in documents:
        for segment in prepare.segments(lines, rng):
            if rng.random() >= PLAIN:
                changed = augmented(segment, pool, rng)
            else:
                changed = noisy(segment, rng) if rng.random() < 0.3 else segment
            out.append(example(changed, LABELS, coder))
    return out


def train(
    recipe: Recipe, gold: Path, out: Path, data: Path | None = None, start: Path | None = None
) -> network.Parameters:
    """Train by `recipe` on the documents in `gold`; write a checkpoint an epoch to `out`. `start`: a checkpoint to
    go on from in the place of the published encoder (a second leg with a schedule of its own)."""
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)  # noqa: S311 - draws examples, no secret
    documents = [g for g in prepare.read_gold(gold) if g.author not in recipe.hold_out]
    pool, coder = surfaces.pool(documents, recipe.seed), tokenizer()
    lines = [prepare.training_lines(g) for g in documents]
    more = public.examples(data, recipe.public, LABELS, coder) if data else []
    parameters = network.resumed(start) if start else network.initial(tags.count(LABELS), recipe.seed)
    segments = sum(len(prepare.segments(some, random.Random(recipe.seed))) for some in lines)  # noqa: S311 - as above
    steps = -(-segments // recipe.batch) * recipe.epochs
    optimizer, schedule = _optimizer(parameters, recipe, steps)
    out.mkdir(parents=True, exist_ok=True)
    for epoch in range(recipe.stop_after or recipe.epochs):
        began = time.monotonic()
        drawn = epoch_examples(lines, pool, coder, rng) + rng.sample(more, min(len(more), 400))
        losses = [_step(parameters, b, recipe, optimizer, schedule) for b in batches(drawn, recipe.batch, rng)]
        torch.save({k: v.detach() for k, v in parameters.items()}, out / "checkpoint.pt")
        told = {
            "epoch": epoch + 1,
            "loss": round(sum(losses) / len(losses), 4),
            "seconds": round(time.monotonic() - began),
        }
        sys.stdout.write(json.dumps(told | {"segments": len(drawn)}) + "\n")
        sys.stdout.flush()
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n", encoding="utf-8")
    return parameters


def _optimizer(parameters: network.Parameters, recipe: Recipe, steps: int) -> tuple[Any, Any]:
    head = [k for k in parameters if k.startswith("tags.")]
    plain = [k for k in parameters if k not in head and (k.endswith("bias") or "LayerNorm" in k)]
    rest = [k for k in parameters if k not in head and k not in plain]
    groups = [
        {"params": [parameters[k] for k in names], "weight_decay": decay, "lr": rate}
        for names, decay, rate in (
            (rest, recipe.decay, recipe.rate),
            (plain, 0.0, recipe.rate),
            (head, recipe.decay, recipe.head_rate),  # starts from noise, so it has farther to go
        )
    ]
    optimizer = torch.optim.AdamW(groups, fused=True)
    warm = max(1, int(steps * recipe.warm_up))

    def slope(step: int) -> float:
        return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, slope)


def _step(parameters: network.Parameters, batch: Batch, recipe: Recipe, optimizer: Any, schedule: Any) -> float:
    ids, mask, targets = batch
    with torch.autocast("cpu", torch.bfloat16):
        scores = network.scores(parameters, ids, mask, recipe.dropout)
    loss = cross_entropy(
        scores.float().flatten(0, 1), targets.flatten(), ignore_index=IGNORED, label_smoothing=recipe.smoothing
    )
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters.values(), 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad(set_to_none=True)
    return float(loss.item())


def main() -> None:
    """Train, then export to the folder given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and the exported model")
    parser.add_argument("--gold", type=Path, default=prepare.GOLD)
    parser.add_argument("--public-data", type=Path, help="folder with wnut17 and btc; see public.py")
    parser.add_argument("--start", type=Path, help="a checkpoint to go on from")
    parser.add_argument("--threads", type=int, default=2)
    for name, value in asdict(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args())
    torch.set_num_threads(given["threads"])
    recipe = Recipe(**{name: given[name] for name in asdict(Recipe())})
    train(recipe, given["gold"], given["out"], given["public_data"], given["start"])
    from recognizers.model.training.export import export  # only the last step needs onnx

    export(given["out"] / "checkpoint.pt", given["out"])


if __name__ == "__main__":
    main()
