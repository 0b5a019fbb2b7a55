"""Write trained weights as an 8-bit ONNX file, with the tokenizer, the labels and their digest beside it.

Rules:
- The graph is written here node by node for one window without padding: ids [tokens] in, probabilities [tokens, tags]
  out, so what a window gets never depends on another window.
- Weights are stored in 8 bits, products are taken in 8 bits (dynamic quantisation of onnxruntime).
- `digest.txt` holds the SHA-256 of every file that decides the result; the running model refuses other bytes.
"""

# torch and onnx belong to the training extra and are not installed where types are checked
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from recognizers.model.files import DIGEST, LABELS_FILE, TOKENIZER, WEIGHTS, digest_of
from recognizers.model.training import network
from recognizers.model.training.coder import LABELS, tokenizer

OPSET = 20  # the first with Gelu


class Graph:
    """Nodes and constants of a graph in the making; each method adds what it is named after and returns its output."""

    def __init__(self, parameters: dict[str, NDArray[np.float32]]) -> None:
        self.parameters = parameters
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add one node, return the name of its output."""
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Store an array under a name once."""
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        """A trained tensor under its own name."""
        return self.constant(name, self.parameters[name])

    def linear(self, name: str, x: str) -> str:
        """x @ weight.T + bias."""
        turned = self.constant(f"{name}.weight.T", self.parameters[f"{name}.weight"].T)
        return self.op("Add", self.op("MatMul", x, turned), self.weight(f"{name}.bias"))

    def thirds(self, layer: str, x: str) -> list[str]:
        """Query, key and value in one product, so that `x` is quantised once."""
        parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        for kind in ("weight", "bias"):
            joined = np.concatenate([self.parameters[f"{part}.{kind}"] for part in parts])
            self.parameters[f"{layer}.qkv.{kind}"] = joined
        names = [f"{layer}.{part}" for part in ("query", "key", "value")]
        joined_name = self.linear(f"{layer}.qkv", x)
        self.nodes.append(helper.make_node("Split", [joined_name], names, axis=-1, num_outputs=3))
        return names

    def normal(self, name: str, x: str) -> str:
        """Layer normalisation over the last axis."""
        scale, bias = self.weight(f"{name}.LayerNorm.weight"), self.weight(f"{name}.LayerNorm.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=network.EPSILON)

    def heads(self, x: str, order: tuple[int, ...]) -> str:
        """[tokens, width] as heads, in the order of axes given."""
        width = self.parameters["tags.weight"].shape[1]
        shape = self.constant("heads", np.array([-1, network.HEADS, width // network.HEADS], dtype=np.int64))
        return self.op("Transpose", self.op("Reshape", x, shape), perm=list(order))


def build(parameters: dict[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """The whole network in 32 bits."""
    g = Graph(parameters)
    words = g.op("Gather", g.weight("embeddings.word_embeddings.weight"), "ids")
    kind = parameters["embeddings.token_type_embeddings.weight"][0]
    places = g.constant("places", parameters["embeddings.position_embeddings.weight"] + kind)
    zero, one = (g.constant(n, np.array([v], dtype=np.int64)) for n, v in (("zero", 0), ("one", 1)))
    here = g.op("Slice", places, zero, g.op("Shape", "ids"), zero, one)
    x = g.normal("embeddings", g.op("Add", words, here))
    for number in range(network.LAYERS):
        x = _layer(g, f"encoder.layer.{number}", x)
    g.nodes.append(helper.make_node("Softmax", [g.linear("tags", x)], ["probabilities"], axis=-1))
    tags = parameters["tags.bias"].shape[0]
    graph = helper.make_graph(
        g.nodes,
        "storykeeper",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["tokens", tags])],
        list(g.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    return model


def _layer(g: Graph, layer: str, x: str) -> str:
    width = g.parameters["tags.weight"].shape[1]
    scale = g.constant("scale", np.array(1 / math.sqrt(width // network.HEADS), dtype=np.float32))
    query, key, value = g.thirds(layer, x)
    asked = g.op("Mul", g.heads(query, (1, 0, 2)), scale)
    weights = g.op("Softmax", g.op("MatMul", asked, g.heads(key, (1, 2, 0))), axis=-1)
    mixed = g.op("MatMul", weights, g.heads(value, (1, 0, 2)))
    flat = g.constant("flat", np.array([-1, width], dtype=np.int64))
    joined = g.op("Reshape", g.op("Transpose", mixed, perm=[1, 0, 2]), flat)
    x = g.normal(f"{layer}.attention.output", g.op("Add", x, g.linear(f"{layer}.attention.output.dense", joined)))
    wide = g.op("Gelu", g.linear(f"{layer}.intermediate.dense", x))
    return g.normal(f"{layer}.output", g.op("Add", x, g.linear(f"{layer}.output.dense", wide)))


def export(checkpoint: Path, out: Path) -> None:
    """Write weights, tokenizer, labels and digest of a checkpoint into `out`."""
    loaded = torch.load(checkpoint, weights_only=True)
    full = out / "full.onnx"
    onnx.save(build({name: value.float().numpy() for name, value in loaded.items()}), full)
    quantize_dynamic(
        full, out / WEIGHTS, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"]
    )
    full.unlink()
    tokenizer().save(str(out / TOKENIZER), pretty=False)
    (out / LABELS_FILE).write_text("".join(f"{label.value}\n" for label in LABELS), encoding="utf-8")
    (out / DIGEST).write_text(digest_of(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    export(given.checkpoint, given.out)
