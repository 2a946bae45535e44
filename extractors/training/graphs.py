"""The layers of a BERT as an ONNX graph that computes in whole numbers: what the accurate English models are served as.

Each row is rounded by its own largest number, so that a text comes out the same whatever stands beside it in a batch.

Source: https://arxiv.org/abs/1810.04805 (the layers), https://arxiv.org/abs/2208.07339 (a scale for each row and each output),
https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md (MatMulIntegerToFloat)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from extractors.linear import Floats
from extractors.minilm import PADDING

HEADS, WIDTH, LAYERS = 12, 384, 6
OPSET, IR = 20, 9
EPSILON = 1e-12
MOST = 63
"""Of a rounded weight: 7 bits, since processors without VNNI overflow on 8."""
MIDDLE = 128
"""What zero is rounded to among the rows."""
FAR = -1e4
"""Added to what an empty place says."""


def rounded(table: Floats, most: int = 127) -> tuple[NDArray[np.int8], Floats]:
    """Rows as whole numbers up to ``most``, and the scale of each."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-9) / most
    return np.rint(table / scale).astype(np.int8), scale.astype(np.float32)


class Graph:
    """Nodes and weights that are put together one after another; rows lie end to end, whichever text they are of."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.stored: dict[str, onnx.TensorProto] = {}
        self.small: dict[str, tuple[str, str]] = {}
        """By name of rows: their whole numbers and their scales."""

    def weight(self, values: NDArray[np.generic], name: str) -> str:
        """A tensor of the model; one of a name that is known is stored once."""
        if name not in self.stored:
            self.stored[name] = numpy_helper.from_array(np.array(values, order="C"), name)
        return name

    def add(self, kind: str, inputs: Sequence[str], **attributes: object) -> str:
        """A node with one output, whose name is returned."""
        out = f"{kind.lower()}_{len(self.nodes)}"
        domain = "com.microsoft" if kind == "MatMulIntegerToFloat" else ""
        self.nodes.append(helper.make_node(kind, list(inputs), [out], domain=domain, **attributes))
        return out

    def whole_numbers(self, rows: str) -> tuple[str, str]:
        """Rows as whole numbers, each by a scale of its own, and the scales."""
        if rows not in self.small:
            most = self.add("ReduceMax", [self.add("Abs", [rows]), self.weight(np.array([1]), "across")], keepdims=1)
            scales = self.add("Mul", [most, self.weight(np.array(1 / 127, np.float32), "step")])
            # A row of nothing but zeros would be divided by zero.
            scales = self.add("Max", [scales, self.weight(np.array(1e-12, np.float32), "least")])
            flat = self.add("Reshape", [scales, self.weight(np.array([-1]), "flat")])
            self.small[rows] = self.add("QuantizeLinear", [rows, flat, "middles"], axis=0), scales
        return self.small[rows]

    def linear(self, rows: str, weights: Floats, bias: Floats, name: str) -> str:
        """Rows times weights (outputs by inputs), plus a bias."""
        small, scales = self.whole_numbers(rows)
        whole, steps = rounded(weights, MOST)
        made = self.add(
            "MatMulIntegerToFloat",
            [
                small,
                self.weight(whole.T, f"{name}.weight"),
                self.weight(np.array(1, np.float32), "one"),
                self.weight(steps[:, 0], f"{name}.steps"),
                self.weight(np.array(MIDDLE, np.uint8), "middle"),
                self.weight(np.zeros(len(weights), np.int8), f"zeros.{len(weights)}"),
            ],
        )
        return self.add("Add", [self.add("Mul", [made, scales]), self.weight(bias, f"{name}.bias")])

    def normal(self, rows: str, weights: Mapping[str, Floats], name: str) -> str:
        """Layer normalisation."""
        scale, bias = (self.weight(weights[f"{name}.{part}"], f"{name}.{part}") for part in ("weight", "bias"))
        return self.add("LayerNormalization", [rows, scale, bias], axis=-1, epsilon=EPSILON)

    def layer(self, rows: str, weights: Mapping[str, Floats], here: str) -> str:
        """One layer: attention, then two wide steps."""

        def linear(given: str, name: str) -> str:
            return self.linear(
                given, weights[f"{here}.{name}.weight"], weights[f"{here}.{name}.bias"], f"{here}.{name}"
            )

        def joined(kind: str) -> Floats:
            query, key, value = (weights[f"{here}.attention.self.{each}.{kind}"] for each in ("query", "key", "value"))
            return np.concatenate([query / np.float32(np.sqrt(WIDTH / HEADS)), key, value])

        every = self.linear(rows, joined("weight"), joined("bias"), f"{here}.attention.self")
        # Parts by texts by heads by pieces by numbers.
        parts = self.add("Transpose", [self.add("Reshape", [every, "apart"])], perm=[2, 0, 3, 1, 4])
        query, key, value = (
            self.add("Gather", [parts, self.weight(np.array(number), f"part.{number}")], axis=0) for number in range(3)
        )
        likeness = self.add("MatMul", [query, self.add("Transpose", [key], perm=[0, 1, 3, 2])])
        seen = self.add("Softmax", [self.add("Add", [likeness, "far"])], axis=-1)
        together = self.add("Transpose", [self.add("MatMul", [seen, value])], perm=[0, 2, 1, 3])
        made = linear(self.add("Reshape", [together, self.width()]), "attention.output.dense")
        rows = self.normal(self.add("Add", [rows, made]), weights, f"{here}.attention.output.LayerNorm")
        wide = self.add("Gelu", [linear(rows, "intermediate.dense")])
        return self.normal(self.add("Add", [rows, linear(wide, "output.dense")]), weights, f"{here}.output.LayerNorm")

    def width(self) -> str:
        """The shape of rows end to end."""
        return self.weight(np.array([-1, WIDTH]), "width")

    def named(self, made: str, name: str) -> None:
        """Give what was made a name that other nodes know."""
        self.nodes.append(helper.make_node("Identity", [made], [name]))


def embedded(graph: Graph, weights: Mapping[str, Floats], longest: int) -> str:
    """Pieces (``ids``: texts by pieces) as rows; a piece's row is rounded to int8 by a scale of its own."""
    small, scale = rounded(weights["embeddings.word_embeddings.weight"])
    rows = graph.add("Cast", [graph.add("Gather", [graph.weight(small, "pieces"), "ids"])], to=onnx.TensorProto.FLOAT)
    rows = graph.add("Mul", [rows, graph.add("Gather", [graph.weight(scale, "scales"), "ids"])])
    places = weights["embeddings.position_embeddings.weight"][:longest]
    places = places + weights["embeddings.token_type_embeddings.weight"][0]
    first, second, third = (graph.weight(np.array([number]), f"at.{number}") for number in range(3))
    shape = graph.add("Shape", ["ids"])
    size = graph.add("Slice", [shape, second, third])
    here = graph.add("Slice", [graph.weight(places.astype(np.float32), "places"), first, size])
    rows = graph.normal(graph.add("Add", [rows, here]), weights, "embeddings.LayerNorm")
    heads = graph.weight(np.array([3, HEADS, WIDTH // HEADS]), "heads")
    graph.named(graph.add("Concat", [shape, heads], axis=0), "apart")
    graph.named(graph.add("Concat", [shape, graph.weight(np.array([WIDTH]), "last")], axis=0), "whole")
    empty = graph.add("Equal", ["ids", graph.weight(np.array(PADDING), "padding")])
    far = graph.add("Mul", [
        graph.add("Cast", [empty], to=onnx.TensorProto.FLOAT), graph.weight(np.array(FAR, np.float32), "distance"),
    ])  # fmt: skip
    # One row of places for all heads and all pieces of a text.
    graph.named(graph.add("Unsqueeze", [far, graph.weight(np.array([1, 2]), "beside")]), "far")
    rows = graph.add("Reshape", [rows, graph.width()])
    count = graph.add("Slice", [graph.add("Shape", [rows]), first, second])
    middle = helper.make_tensor("value", onnx.TensorProto.UINT8, [1], [MIDDLE])
    graph.named(graph.add("ConstantOfShape", [count], value=middle), "middles")
    return rows


def write_network(path: Path, weights: Mapping[str, Floats], longest: int) -> None:
    """Store pieces and layers: from ``ids`` (texts by pieces, PADDING where a text has ended) to ``seen`` (those by 384)."""
    graph = Graph()
    rows = embedded(graph, weights, longest)
    for number in range(LAYERS):
        rows = graph.layer(rows, weights, f"encoder.layer.{number}")
    graph.named(graph.add("Reshape", [rows, "whole"]), "seen")
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            path.parent.name,
            [helper.make_tensor_value_info("ids", onnx.TensorProto.INT64, ["texts", "length"])],
            [helper.make_tensor_value_info("seen", onnx.TensorProto.FLOAT, ["texts", "length", WIDTH])],
            list(graph.stored.values()),
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)],
        ir_version=IR,
        producer_name="mentionary",
    )
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)
