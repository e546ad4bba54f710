#!/usr/bin/env python3
"""Stage 2, teacher: fine-tunes a pretrained encoder (pretrained.py) end to end on the labelled lines that it can read (flat
softmax over all training classes).

in:  DATASET.tsv of build_data.py
out: OUT.pt (`base`, `locale`, float16 `weights`) and OUT.json (options, seconds, held-out scores)
"""
import argparse
import time

import torch
from torch import nn
from torch.nn import functional as F

import pretrained
from augment import Noise
from common import Taxonomy, length_sorted_batches, read_dataset, record, seed_everything
from training import optimise

MAX_TOKENS = 40


class Teacher(nn.Module):
    """A pretrained encoder, mean pooling over tokens, one linear head."""

    def __init__(self, base, classes):
        super().__init__()
        self.base = base
        self.encoder = pretrained.encoder(base)
        self.head = nn.Linear(self.encoder.config.hidden_size, classes)
        self.dropout = nn.Dropout(0.1)
        self.tokens = pretrained.tokenizer(base)

    def embed(self, batch):
        hidden = self.encoder(**batch).last_hidden_state
        mask = batch["attention_mask"][..., None].to(hidden.dtype)
        return (hidden * mask).sum(1) / mask.sum(1)

    def forward(self, batch):
        return self.head(self.dropout(self.embed(batch)))


def load(path, taxonomy):
    saved = torch.load(path)
    model = Teacher(saved["base"], len(taxonomy.classes))
    model.load_state_dict(saved["weights"])
    model.locale = saved["locale"]
    return model


def encode(tokens, queries):
    batch = tokens(queries, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
    return {k: batch[k] for k in ("input_ids", "attention_mask")}


def soft_targets(label_lists, taxonomy):
    """Several accepted labels share the probability evenly. No label at all: one half `none`, the rest spread over all classes
    (outlier exposure, Hendrycks et al. 2019, arXiv:1812.04606, with the share of `none` among real queries). None: all zero."""
    targets = torch.zeros(len(label_lists), len(taxonomy.classes))
    for row, labels in enumerate(label_lists):
        if labels == []:
            targets[row] = 0.5 / len(taxonomy.classes)
            targets[row, taxonomy.index["none"]] += 0.5
            continue
        for label in labels or ():
            targets[row, taxonomy.index[label]] += 1 / len(labels)
    return targets


@torch.no_grad()
def predict(model, queries, batch=512):
    """(embeddings, logits), float32, in the order of the queries."""
    model.eval()
    order = sorted(range(len(queries)), key=lambda i: len(queries[i]))
    embeddings = torch.zeros(len(queries), model.head.in_features)
    logits = torch.zeros(len(queries), model.head.out_features)
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            embedding = model.embed(encode(model.tokens, [queries[i] for i in rows]))
            logits[rows] = model.head(embedding).float()
        embeddings[rows] = embedding.float()
    return embeddings, logits


def accuracy(logits, rows, taxonomy):
    """Share of rows with a subcategory whose best subcategory is accepted."""
    best = logits[:, : len(taxonomy.subcategories)].argmax(1).tolist()
    hits = [taxonomy.subcategories[b] in row.labels for b, row in zip(best, rows) if "/" in row.labels[0]]
    return sum(hits) / len(hits)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--base", choices=pretrained.BASES, default="minilm-l6")
    parser.add_argument("--locale", default="en-", help="only lines whose locale holds this text")
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--head-rate", type=float, default=3e-3)
    parser.add_argument("--warm", help="weights of an earlier run to go on from")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    seed_everything(options.seed)
    taxonomy = Taxonomy()
    rows = read_dataset(options.dataset, "train", locale=options.locale)
    held = read_dataset(options.dataset, "heldout", "queries/", options.locale)
    model, noise = load(options.warm, taxonomy) if options.warm else Teacher(options.base, len(taxonomy.classes)), Noise()
    steps = max(1, int(options.epochs * len(rows) / options.batch))
    batches = length_sorted_batches([len(row.query) for row in rows], options.batch)

    def loss_at(_):
        chosen = [rows[i] for i in next(batches)]
        batch = encode(model.tokens, [noise(row) for row in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(batch)
        return F.cross_entropy(logits.float(), soft_targets([row.labels for row in chosen], taxonomy), label_smoothing=0.05)

    def save():
        torch.save({"base": model.base, "locale": options.locale, "weights": {k: v.half() for k, v in model.state_dict().items()}}, f"{options.out}.pt")

    started = time.time()
    losses = optimise(model, [list(model.encoder.parameters()), list(model.head.parameters())], [options.rate, options.head_rate], steps, loss_at, save)
    save()
    score = accuracy(predict(model, [row.query for row in held])[1], held, taxonomy)
    record(options.out, options=vars(options), rows=len(rows), seconds=round(time.time() - started), losses=losses, heldout_subcategory_top1=score)
    print(f"held-out written lines: subcategory top-1 {score:.4f}")


if __name__ == "__main__":
    main()
