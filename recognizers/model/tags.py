"""The tags of the model: outside, and for each label its begin and its inside.

The order is part of the weights: `labels.txt` beside the weights lists the labels in it, and is covered by the digest.
"""

from __future__ import annotations

from pipeline.labels import Label

OUTSIDE = 0


def begin(index: int) -> int:
    """Tag of the first word of the label at `index` of labels.txt."""
    return 1 + 2 * index


def inside(index: int) -> int:
    """Tag of a following word of the label at `index` of labels.txt."""
    return 2 + 2 * index


def count(labels: tuple[Label, ...]) -> int:
    """Number of tags for these labels."""
    return 1 + 2 * len(labels)


def read_labels(text: str) -> tuple[Label, ...]:
    """Labels of a labels.txt, one a line. ValueError for a label this version does not know."""
    return tuple(Label(line) for line in text.split())
