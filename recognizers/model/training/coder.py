"""What every part of training agrees on: the labels in their order, and the tokenizer of the published encoder."""

from __future__ import annotations

from tokenizers import Tokenizer

from pipeline.labels import Label
from recognizers.model.training import network

LABELS = tuple(Label)


def tokenizer() -> Tokenizer:
    """The published tokenizer without its cutting and padding."""
    made = Tokenizer.from_file(str(network.base_folder() / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made
