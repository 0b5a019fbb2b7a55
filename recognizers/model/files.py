"""The files of the model and the digest that names them as one."""

from __future__ import annotations

import hashlib
from pathlib import Path

WEIGHTS = "weights.onnx"
TOKENIZER = "tokenizer.json"
LABELS_FILE = "labels.txt"
DIGEST = "digest.txt"
FOLDER = Path(__file__).parent
PLAIN_WORDS = FOLDER / "plain_words.txt"


def digest_of(folder: Path) -> str:
    """SHA-256 over name and bytes of weights, tokenizer and labels. FileNotFoundError where one is missing."""
    total = hashlib.sha256()
    for name in (WEIGHTS, TOKENIZER, LABELS_FILE):
        raw = (folder / name).read_bytes()
        total.update(f"{name} {len(raw)}\n".encode())
        total.update(raw)
    return total.hexdigest()


def full_digest(*parts: str) -> str:
    """SHA-256 over all that decides the spans: digest of the files, list of plain words, bars, version of the code."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
