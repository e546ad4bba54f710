#!/usr/bin/env python3
"""Encoders as ONNX files, for tests/bench/peer.mjs to start in onnxruntime-web.

out: build/peer/4x256.onnx, 2x384.onnx; left as they are when this script and onnx are those that wrote them.

The start-up budget is one for 4 pre-norm layers of 256; the shipped encoder has as many weights in 2 post-norm layers of 384. Both have a
table of 32,000 x 128 with a projection and the mean over tokens; no tokenizer and no heads, which favours the peer. Products and table are int8 as onnxruntime's own quantize_dynamic writes them: DynamicQuantizeLinear,
MatMulInteger, scale and bias. The weights are noise: start-up and latency do not depend on them.
"""
import hashlib
import typing
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

PIECES, COLUMNS, MAX_TOKENS = 32000, 128, 40
OUT = Path(__file__).parents[2] / "build" / "peer"


class Shape(typing.NamedTuple):
    layers: int
    width: int
    heads: int
    hidden: int
    post_norm: bool  # what a layer adds to is its normalised input


SHAPES = {"4x256": Shape(4, 256, 4, 1024, False), "2x384": Shape(2, 384, 12, 1152, True)}


class Graph:
    """Nodes and constants as they are needed; each method returns the name of its result."""

    def __init__(self, shape):
        self.shape, self.nodes, self.constants, self.random = shape, [], [], numpy.random.default_rng(1)

    def constant(self, values, dtype):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.ascontiguousarray(values, dtype), name))
        return name

    def add(self, operator, *inputs, outputs=1, **attributes):
        names = [f"{operator}{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def integers(self, rows, columns):
        return self.constant(self.random.normal(0, 40, (rows, columns)).clip(-127, 127).round(), numpy.int8)

    def floats(self, *shape, scale=0.02):
        return self.constant(self.random.normal(0, scale, shape), numpy.float32)

    def linear(self, x, inputs, outputs):
        """x W + b, x quantised as it comes, W with a scale a column."""
        quantized, scale, zero = self.add("DynamicQuantizeLinear", x, outputs=3)
        product = self.add("MatMulInteger", quantized, self.integers(inputs, outputs), zero, self.constant(numpy.zeros(outputs), numpy.int8))
        scales = self.add("Mul", scale, self.constant(numpy.full(outputs, 1 / (40 * inputs**0.5)), numpy.float32))
        scaled = self.add("Mul", self.add("Cast", product, to=TensorProto.FLOAT), scales)
        return self.add("Add", scaled, self.floats(outputs))

    def norm(self, x):
        width = self.shape.width
        return self.add("LayerNormalization", x, self.constant(numpy.ones(width), numpy.float32), self.floats(width), axis=-1, epsilon=1e-5)

    def heads(self, x, order):
        """[1, tokens, width] -> [1, heads, ...] with the axes in this order."""
        split = self.add("Reshape", x, self.constant([1, -1, self.shape.heads, self.shape.width // self.shape.heads], numpy.int64))
        return self.add("Transpose", split, perm=order)

    def attention(self, x):
        width, heads = self.shape.width, self.shape.heads
        queries, keys, values = self.add("Split", self.linear(x, width, 3 * width), outputs=3, axis=-1, num_outputs=3)
        scores = self.add("MatMul", self.heads(queries, [0, 2, 1, 3]), self.heads(keys, [0, 2, 3, 1]))
        scaled = self.add("Mul", scores, self.constant((width // heads) ** -0.5, numpy.float32))
        mixed = self.add("MatMul", self.add("Softmax", scaled, axis=-1), self.heads(values, [0, 2, 1, 3]))
        joined = self.add("Reshape", self.add("Transpose", mixed, perm=[0, 2, 1, 3]), self.constant([1, -1, width], numpy.int64))
        return self.linear(joined, width, width)

    def layer(self, x):
        _, width, _, hidden, post_norm = self.shape
        normed = self.norm(x)
        x = self.add("Add", normed if post_norm else x, self.attention(normed))
        normed = self.norm(x)
        wide = self.add("HardSwish", self.linear(normed, width, hidden))
        return self.add("Add", normed if post_norm else x, self.linear(wide, hidden, width))

    def embed(self, tokens):
        rows = self.add("Gather", self.integers(PIECES, COLUMNS), tokens)
        pieces = self.add("DequantizeLinear", rows, self.constant(0.001, numpy.float32), self.constant(0, numpy.int8))
        length = self.add("Slice", self.add("Shape", tokens), *(self.constant([i], numpy.int64) for i in (1, 2)))
        positions = self.add("Slice", self.floats(MAX_TOKENS, self.shape.width), self.constant([0], numpy.int64), length)
        return self.add("Add", self.linear(pieces, COLUMNS, self.shape.width), positions)


def encoder(shape):
    graph = Graph(shape)
    x = graph.embed("tokens")
    for _ in range(shape.layers):
        x = graph.layer(x)
    graph.nodes.append(helper.make_node("ReduceMean", [graph.norm(x), graph.constant([1], numpy.int64)], ["embedding"], keepdims=0))
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "length"])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, shape.width])
    body = helper.make_graph(graph.nodes, "encoder", [tokens], [embedding], graph.constants)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def main():
    stamp = OUT / "stamp"
    inputs = hashlib.sha256(Path(__file__).read_bytes() + onnx.__version__.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == inputs:
        return
    OUT.mkdir(parents=True, exist_ok=True)
    for name, shape in SHAPES.items():
        model = encoder(shape)
        onnx.checker.check_model(model, full_check=True)
        (OUT / f"{name}.onnx").write_bytes(model.SerializeToString())
        print(f"{name}.onnx: {model.ByteSize()} bytes")
    stamp.write_text(inputs)


if __name__ == "__main__":
    main()
