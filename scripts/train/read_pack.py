#!/usr/bin/env python3
"""A pack back into what training goes on from: fine-tuning without the checkpoints that the pack was made of.

in:  a .aisle file
out: OUT.model (its vocabulary), OUT.pt (its encoder, as student.py --warm and distill_targets.py --student read it, with the router in
     the training head's place)
The weights are those that the pack stores, so what quantisation has rounded away is gone; the scales they were rounded with come along.
"""
import argparse
import pathlib

import numpy
import torch
from flatbuffers import encode, number_types, packer
from flatbuffers.table import Table

import model
from common import LOCALES, Taxonomy, record

INT8, INT4, FLOAT32 = 0, 1, 2  # models/pack.fbs: TensorType
SECTIONS = {"tokenizer": 1, "encoder": 2, "heads": 3, "decision": 4, "taxonomy": 5, "golden": 6}


class Reader:
    """A FlatBuffers table without generated code; fields by their number in models/pack.fbs."""

    def __init__(self, data, at=None):
        self.table = Table(data, encode.Get(packer.uoffset, data, 0) if at is None else at)

    def has(self, field):
        return bool(self.table.Offset(4 + 2 * field))

    def _at(self, field):
        return self.table.Pos + self.table.Offset(4 + 2 * field)

    def number(self, field, flags, default=0):
        return self.table.Get(flags, self._at(field)) if self.has(field) else default

    def count(self, field):
        return self.number(field, number_types.Uint32Flags)

    def child(self, field):
        return Reader(self.table.Bytes, self.table.Indirect(self._at(field)))

    def children(self, field):
        start = self.table.Vector(self.table.Offset(4 + 2 * field))
        return [Reader(self.table.Bytes, self.table.Indirect(start + 4 * i)) for i in range(self.table.VectorLen(self.table.Offset(4 + 2 * field)))]

    def values(self, field, kind):
        """A vector of numbers; kind: of numpy."""
        offset = self.table.Offset(4 + 2 * field)
        return numpy.frombuffer(self.table.Bytes, kind, self.table.VectorLen(offset), self.table.Vector(offset))

    def text(self, field):
        return self.table.String(self._at(field)).decode()


def section(path, name):
    """The root of a section of a pack file."""
    file = Reader(bytearray(pathlib.Path(path).read_bytes()))
    (found,) = (s for s in file.children(6) if s.number(0, number_types.Uint8Flags) == SECTIONS[name])
    return Reader(bytearray(found.values(3, numpy.uint8).tobytes()))


def temperatures(path):
    """(of the router, of each group's head) in a pack file: `aisle calibrate` changes them."""
    heads = section(path, "heads")
    return heads.child(0).number(2, number_types.Float32Flags, 1.0), [g.number(1, number_types.Float32Flags, 1.0) for g in heads.children(1)]


def tensor(reader):
    """(weight [rows, columns], scales [rows] or None)"""
    kind, rows, columns = reader.number(0, number_types.Uint8Flags), reader.count(1), reader.count(2)
    if kind == FLOAT32:
        return torch.from_numpy(reader.values(3, numpy.uint8).view("<f4").reshape(rows, columns).copy()), None
    stored = reader.values(3, numpy.uint8 if kind == INT4 else numpy.int8)
    if kind == INT4:
        stored = numpy.stack([stored & 15, stored >> 4], 1).astype(numpy.int8) - 8
    scales = torch.from_numpy(reader.values(4, "<f4").copy())
    return torch.from_numpy(stored.reshape(rows, columns).astype(numpy.float32)) * scales[:, None], scales


def floats(reader, field):
    return torch.from_numpy(reader.values(field, "<f4").copy())


def read_linear(linear, reader):
    weight, linear.scales = tensor(reader.child(0))
    linear.weight.copy_(weight)
    linear.bias.copy_(floats(reader, 1))


def read_norm(norm, reader):
    norm.weight.copy_(floats(reader, 0))
    norm.bias.copy_(floats(reader, 1))


@torch.no_grad()
def read_encoder(root, max_tokens):
    layers, table = root.children(6), root.child(3)
    encoder = model.Encoder(table.count(1), root.count(0), root.count(1), root.count(2), len(layers), max_tokens, table.count(2), LOCALES,
                            bool(root.number(9, number_types.BoolFlags, False)))
    pieces, encoder.table_scales = tensor(table)
    encoder.pieces.weight.copy_(pieces)
    if root.has(4):
        read_linear(encoder.projection, root.child(4))
    encoder.positions.weight.copy_(tensor(root.child(5))[0])
    for layer, stored in zip(encoder.layers, layers):
        read_norm(layer.norm1, stored.child(0))
        read_norm(layer.norm2, stored.child(3))
        for linear, field in ((layer.qkv, 1), (layer.out, 2), (layer.up, 4), (layer.down, 5)):
            read_linear(linear, stored.child(field))
    read_norm(encoder.final_norm, root.child(7))
    for vector in root.children(8):
        encoder.locales.weight[LOCALES.index(vector.text(0)) + 1] = floats(vector, 1)
    return encoder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack")
    parser.add_argument("out", help="path without suffix")
    options = parser.parse_args()
    tokenizer, heads = section(options.pack, "tokenizer"), section(options.pack, "heads")
    pathlib.Path(f"{options.out}.model").write_bytes(tokenizer.values(0, numpy.uint8).tobytes())
    encoder = read_encoder(section(options.pack, "encoder"), tokenizer.count(2))
    router = heads.child(0)
    weight, _ = tensor(router.child(0).child(0))
    classes = len(Taxonomy().classes)
    if len(weight) != classes:
        raise SystemExit(f"{options.pack}: its router has {len(weight)} components, expected one for each of the taxonomy's {classes} training classes")
    # The logits of the pack, not those before its temperature: what it says is what training goes on from.
    temperature = router.number(2, number_types.Float32Flags, 1.0)
    model.save(encoder, f"{options.out}.pt", head={"weight": weight / temperature, "bias": floats(router.child(0), 1) / temperature})
    record(options.out, options=vars(options), config=encoder.config)


if __name__ == "__main__":
    main()
