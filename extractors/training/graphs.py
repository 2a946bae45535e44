"""The layers of a BERT as ONNX graphs, weights rounded to int8: what the accurate English models are served as.

Source: https://arxiv.org/abs/1810.04805 (the layers), https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from extractors.linear import Floats

HEADS, WIDTH = 12, 384
LAYERS_BELOW = 4
"""Layers that all tasks share; those above are a task's own."""
OPSET, IR = 20, 9
EPSILON = 1e-12


class Graph:
    """Nodes and weights that are put together one after another."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.stored: list[onnx.TensorProto] = []

    def weight(self, values: NDArray[np.generic], name: str) -> str:
        """A tensor of the model."""
        self.stored.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], **attributes: object) -> str:
        """A node with one output, whose name is returned."""
        out = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def linear(self, rows: str, weights: Floats, bias: Floats, name: str) -> str:
        """Rows times weights (outputs by inputs), plus a bias."""
        made = self.add("MatMul", [rows, self.weight(weights.T, f"{name}.weight")])
        return self.add("Add", [made, self.weight(bias, f"{name}.bias")])

    def normal(self, rows: str, weights: Mapping[str, Floats], name: str) -> str:
        """Layer normalisation."""
        scale, bias = (self.weight(weights[f"{name}.{part}"], f"{name}.{part}") for part in ("weight", "bias"))
        return self.add("LayerNormalization", [rows, scale, bias], axis=-1, epsilon=EPSILON)

    def layer(self, rows: str, weights: Mapping[str, Floats], here: str) -> str:
        """One layer: attention, then two wide steps."""
        apart = self.weight(np.array([0, 0, HEADS, WIDTH // HEADS]), f"{here}.apart")
        together = self.weight(np.array([0, 0, WIDTH]), f"{here}.together")

        def linear(given: str, name: str) -> str:
            return self.linear(
                given, weights[f"{here}.{name}.weight"], weights[f"{here}.{name}.bias"], f"{here}.{name}"
            )

        def head(name: str, order: list[int]) -> str:
            split = self.add("Reshape", [linear(rows, f"attention.self.{name}"), apart])
            return self.add("Transpose", [split], perm=order)

        query, key, value = head("query", [0, 2, 1, 3]), head("key", [0, 2, 3, 1]), head("value", [0, 2, 1, 3])
        scale = self.weight(np.array(np.sqrt(WIDTH / HEADS), np.float32), f"{here}.scale")
        seen = self.add("Softmax", [self.add("Div", [self.add("MatMul", [query, key]), scale])], axis=-1)
        joined = self.add("Transpose", [self.add("MatMul", [seen, value])], perm=[0, 2, 1, 3])
        made = linear(self.add("Reshape", [joined, together]), "attention.output.dense")
        rows = self.normal(self.add("Add", [rows, made]), weights, f"{here}.attention.output.LayerNorm")
        wide = self.add("Gelu", [linear(rows, "intermediate.dense")])
        return self.normal(self.add("Add", [rows, linear(wide, "output.dense")]), weights, f"{here}.output.LayerNorm")


def embedded(graph: Graph, weights: Mapping[str, Floats], longest: int) -> str:
    """Pieces (``ids``: texts by pieces) as rows; a piece's row is rounded to int8 by a scale of its own."""
    table = weights["embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-9) / 127
    small = graph.weight(np.rint(table / scale).astype(np.int8), "pieces")
    rows = graph.add("Cast", [graph.add("Gather", [small, "ids"])], to=onnx.TensorProto.FLOAT)
    rows = graph.add("Mul", [rows, graph.add("Gather", [graph.weight(scale.astype(np.float32), "scales"), "ids"])])
    places = weights["embeddings.position_embeddings.weight"][:longest]
    places = places + weights["embeddings.token_type_embeddings.weight"][0]
    one, zero, end = (graph.weight(np.array([number]), name) for number, name in ((1, "one"), (0, "zero"), (2, "two")))
    size = graph.add("Slice", [graph.add("Shape", ["ids"]), one, end])
    here = graph.add("Slice", [graph.weight(places.astype(np.float32), "places"), zero, size])
    return graph.normal(graph.add("Add", [rows, here]), weights, "embeddings.LayerNorm")


def write_bottom(path: Path, weights: Mapping[str, Floats], layers: int, longest: int) -> None:
    """Store the pieces' rows and the first ``layers`` layers."""
    graph = Graph()
    rows = embedded(graph, weights, longest)
    for number in range(layers):
        rows = graph.layer(rows, weights, f"encoder.layer.{number}")
    ids = helper.make_tensor_value_info("ids", onnx.TensorProto.INT64, ["texts", "length"])
    store(path, graph, ids, rows, WIDTH)


def write_top(
    path: Path, weights: Mapping[str, Floats], layers: Sequence[int], out: tuple[Floats, Floats] | None = None
) -> None:
    """Store the layers above; ``out`` is a last step that turns each row into scores: weights (scores by 384) and bias."""
    graph = Graph()
    rows, width = "rows", WIDTH
    for number in layers:
        rows = graph.layer(rows, weights, f"encoder.layer.{number}")
    if out is not None:
        rows, width = graph.linear(rows, *out, "out"), len(out[1])
    given = helper.make_tensor_value_info("rows", onnx.TensorProto.FLOAT, ["texts", "length", WIDTH])
    store(path, graph, given, rows, width)


def store(path: Path, graph: Graph, given: onnx.ValueInfoProto, last: str, width: int) -> None:
    """Write a graph with its weights rounded; 7 bits, since processors without VNNI overflow on 8."""
    graph.nodes.append(helper.make_node("Identity", [last], ["seen"]))
    out = helper.make_tensor_value_info("seen", onnx.TensorProto.FLOAT, ["texts", "length", width])
    model = helper.make_model(
        helper.make_graph(graph.nodes, path.parent.name, [given], [out], graph.stored),
        opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, producer_name="mentionary",
    )  # fmt: skip
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        onnx.save(model, full)
        quantize_dynamic(
            full,
            path,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
