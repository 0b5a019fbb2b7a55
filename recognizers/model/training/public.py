"""Optional public NER data: names in noisy English, as further examples.

Rules:
- Nothing is fetched: a folder holding `wnut17` and `btc` is named on the command line, with the SHA-256 digest of the
  files used; other bytes are refused. The shipped weights are made without it (see CARD.md).
- Their guides differ from ours, so only what both mean is learned: persons, and plain lower-case words outside. Every
  other token (places, firms, digits, capitals) is not learned from.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pipeline.labels import Label
from recognizers.model import tags
from recognizers.model.tokens import CLASSIFY, tokenize
from recognizers.model.training.examples import IGNORED, Example

FILES = ("wnut17/wnut17train.conll", "btc/a.conll", "btc/b.conll", "btc/e.conll", "btc/f.conll", "btc/g.conll")
PERSONS = frozenset({"B-person", "I-person", "B-PER", "I-PER"})
PACKED = 6  # posts to one example, some 100 tokens


def digest(folder: Path) -> str:
    """SHA-256 over the files in order."""
    total = hashlib.sha256()
    for name in FILES:
        total.update((folder / name).read_bytes())
    return total.hexdigest()


def examples(folder: Path, wanted: str, labels: tuple[Label, ...], tokenizer: Any) -> list[Example]:
    """Examples of all files. ValueError where the digest of the folder is not `wanted`."""
    if digest(folder) != wanted:
        raise ValueError("the public data has another digest than --public names")
    posts = [post for name in FILES for post in _posts((folder / name).read_text(encoding="utf-8"))]
    person = labels.index(Label.PERSON)
    return [_example(posts[i : i + PACKED], person, tokenizer) for i in range(0, len(posts), PACKED)]


def _posts(text: str) -> list[list[tuple[str, str]]]:
    out: list[list[tuple[str, str]]] = [[]]
    for line in text.splitlines():
        parts = line.split("\t") if "\t" in line else line.split()
        if len(parts) >= 2 and parts[0].strip():
            out[-1].append((parts[0].strip(), parts[-1].strip()))
        elif out[-1]:
            out.append([])
    return [post for post in out if post]


def _example(posts: list[list[tuple[str, str]]], person: int, tokenizer: Any) -> Example:
    ids, targets = [CLASSIFY], [IGNORED]
    for post in posts:
        for word, tag in post:
            coded = tokenize([word], tokenizer).ids.tolist()[:-1]
            if tag in PERSONS and not word.startswith("@"):
                first = tags.begin(person) if tag.startswith("B") else tags.inside(person)
                wanted = [first] + [tags.inside(person)] * (len(coded) - 1)
            else:
                wanted = [tags.OUTSIDE if tag == "O" and word.islower() and word.isalpha() else IGNORED] * len(coded)
            ids += coded
            targets += wanted[: len(coded)]
        ids.append(102)
        targets.append(IGNORED)
    return ids, targets
