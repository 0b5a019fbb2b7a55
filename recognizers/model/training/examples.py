"""Segments as the network takes them in training: token ids and the tag each token should get.

Rules:
- The tokens are those of the running model (`recognizers.model.tokens`): [CLS], lines, a separator after each.
- A word that touches a mark belongs to it whole; its first token begins the mark, all others are inside.
- Separators and padding are not learned from.
"""

# torch and onnx belong to the training extra and are not installed where types are checked
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pipeline.labels import Label
from recognizers.model import tags
from recognizers.model.tokens import CLASSIFY, tokenize
from recognizers.model.training.prepare import Pieces

IGNORED = -100  # the target that torch's cross entropy leaves out
LONGEST = 256  # tokens; longer segments (numbers said digit by digit) are cut
POOL = 24  # batches sorted by length at a time, so that a batch holds little padding
Example = tuple[list[int], list[int]]
Batch = tuple[Tensor, Tensor, Tensor]


def example(segment: Pieces, labels: tuple[Label, ...], tokenizer: Any) -> Example:
    """Ids and target tags of one segment."""
    text = "".join(words for words, _ in segment)
    owner = np.full(len(text) + 1, -1)
    at = 0
    for number, (words, label) in enumerate(segment):
        if label is not None:
            owner[at : at + len(words)] = number
        at += len(words)
    lines = text.split("\n")
    line_at = np.cumsum([0, *(len(line) + 1 for line in lines)])
    coded = tokenize(lines, tokenizer)
    targets = [IGNORED]
    held: dict[int, int] = {}
    for line, start, end, word in zip(coded.line, coded.start, coded.end, coded.word, strict=True):
        touched = owner[line_at[line] + start : line_at[line] + end]
        if word >= 0 and touched.size and touched.max() >= 0:
            held.setdefault(int(word), int(touched.max()))
    begun: set[int] = set()
    for word in coded.word.tolist():
        piece = held.get(word, -1)
        label = segment[piece][1] if piece >= 0 else None
        if word < 0:
            targets.append(IGNORED)
        elif label is None:
            targets.append(tags.OUTSIDE)
        else:
            index = labels.index(label)
            targets.append(tags.inside(index) if piece in begun else tags.begin(index))
            begun.add(piece)
    return [CLASSIFY, *coded.ids.tolist()][:LONGEST], targets[:LONGEST]


def batches(examples: list[Example], size: int, rng: random.Random) -> list[Batch]:
    """Shuffled batches of examples of like length."""
    order = list(examples)
    rng.shuffle(order)
    out: list[Batch] = []
    for at in range(0, len(order), size * POOL):
        pool = sorted(order[at : at + size * POOL], key=lambda item: len(item[0]))
        out += [padded(pool[i : i + size]) for i in range(0, len(pool), size)]
    rng.shuffle(out)
    return out


def padded(examples: list[Example]) -> Batch:
    """Ids, mask and targets [batch, tokens] of these examples."""
    longest = max(len(ids) for ids, _ in examples)
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    targets = torch.full((len(examples), longest), IGNORED)
    for row, (some, wanted) in enumerate(examples):
        ids[row, : len(some)] = torch.tensor(some)
        targets[row, : len(wanted)] = torch.tensor(wanted)
    mask = torch.arange(longest)[None, :] < torch.tensor([len(some) for some, _ in examples])[:, None]
    return ids, mask, targets
