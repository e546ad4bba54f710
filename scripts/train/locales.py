#!/usr/bin/env python3
"""One model for all stores? Per-locale models against a unified one against a unified one that is told the locale, and what
1, 2, 4 and 8 lines a subcategory give in a new locale. Small students (2 layers x 128), labels only, alike otherwise.

in:  DATASET.tsv, VOCABULARY.model    out: OUT.json, OUT.rows.json: {row: {locale: subcategory top-1 on held-out log lines}}
"""
import argparse
import collections
import hashlib
import json
import pathlib
import sys

import sentencepiece
import torch
from torch import nn
from torch.nn import functional as F

import model
from augment import Noise
from common import LOCALES, Taxonomy, length_sorted_batches, read_dataset, record, seed_everything
from student import score_locales
from teacher import soft_targets
from training import optimise


class Net(nn.Module):
    def __init__(self, pieces, classes):
        super().__init__()
        self.encoder = model.Encoder(pieces, 128, 2, 512, 2, locales=LOCALES)
        self.head = nn.Linear(128, classes)


def train(rows, processor, taxonomy, aware, steps, options):
    """A network trained on `rows`; `aware`: told the locale of half of them."""
    net, noise = Net(processor.vocab_size(), len(taxonomy.classes)), Noise()
    tags = net.encoder.locale_ids(row.locale for row in rows)
    batches = length_sorted_batches([len(row.query) for row in rows], options.batch)

    def loss_at(_):
        chosen = next(batches)
        ids = model.noisy_ids([rows[i] for i in chosen], noise, processor, net.encoder.config["max_tokens"])
        told = tags[chosen] * (torch.rand(len(chosen)) < 0.5) if aware else None
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net.head(F.dropout(net.encoder(ids, told), 0.1))
        return F.cross_entropy(logits.float(), soft_targets([rows[i].labels for i in chosen], taxonomy), label_smoothing=0.05)

    optimise(net, [list(net.parameters())], [options.rate], steps, loss_at, lambda: None, decay=0.02, betas=(0.9, 0.98), warm_up=0.08, every=1000)
    return net


def few(rows, count):
    """At most `count` lines a locale and first label, of the lists written 8 a subcategory; English as it is."""
    seen, kept = collections.Counter(), []
    for row in rows:
        if row.locale != "en-US":
            if row.source != f"queries/locales/{row.locale}":
                continue
            seen[row.locale, row.labels[0]] += 1
        if row.locale == "en-US" or seen[row.locale, row.labels[0]] <= count:
            kept.append(row)
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--english", type=int, default=100000, help="lines of en-US")
    parser.add_argument("--epochs", type=float, default=4)
    parser.add_argument("--alone-epochs", type=float, default=12, help="of a model of one locale")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    taxonomy = Taxonomy()
    processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
    rows = [row for row in read_dataset(options.dataset, "train", "queries/")]
    rows.sort(key=lambda row: hashlib.sha256(row.query.encode()).digest())
    rows = [row for row in rows if row.locale == "en-US"][: options.english] + [row for row in rows if row.locale != "en-US"]
    held = read_dataset(options.dataset, "heldout", "_log")
    homonyms = read_dataset(options.dataset, "heldout", "_homonyms")
    path = pathlib.Path(f"{options.out}.rows.json")
    done = json.loads(path.read_text()) if path.exists() else {}

    def run(name, some, aware, epochs, tests=held):
        seed_everything(options.seed)
        net = train(some, processor, taxonomy, aware, int(epochs * len(some) / options.batch), options)
        found = score_locales(net.encoder, net.head, tests, processor, taxonomy, aware)
        if tests is held:
            found["homonyms"] = score_locales(net.encoder, net.head, homonyms, processor, taxonomy, aware)
        done.setdefault(name, {}).update(found)
        path.write_text(json.dumps(done, indent=1))
        print(name, found, file=sys.stderr, flush=True)

    for locale in LOCALES:
        if locale not in done.get("per-locale", {}):
            run("per-locale", [row for row in rows if row.locale == locale], False, options.epochs if locale == "en-US" else options.alone_epochs,
                [row for row in held if row.locale == locale])
    for name, aware in (("unified", False), ("unified, locale-aware", True)):
        if name not in done:
            run(name, rows, aware, options.epochs)
    for count in (1, 2, 4, 8):
        if f"{count} lines a subcategory" not in done:
            run(f"{count} lines a subcategory", few(rows, count), True, options.epochs)
    record(options.out, options=vars(options), rows=done)


if __name__ == "__main__":
    main()
