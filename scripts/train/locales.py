#!/usr/bin/env python3
"""One model for all stores? Models of one locale each against a unified one against unified ones that are told the locale, in
several ways, and what 1, 2, 4 and 8 lines a subcategory give in a new locale. Small students (2 layers x 128), labels only,
alike otherwise.

in:  DATASET.tsv, VOCABULARY.model
out: OUT.rows.json: {row: {test: score}}; rows already there are kept, so that a run can go on where it stopped; and the page
"""
import argparse
import collections
import hashlib
import json
import pathlib
import random
import sys

import numpy
import sentencepiece
import torch
from torch import nn
from torch.nn import functional as F

import model
from augment import Noise
from common import LOCALES, ROOT, Taxonomy, length_sorted_batches, read_dataset, seed_everything, table
from teacher import accuracy, soft_targets
from training import optimise

# How the encoder is told the locale, and in which share of the training rows.
UNIFIED = {
    "unified": ("", 0.0),
    "unified, locale added to every token, told in three of four (as shipped)": ("added", 0.75),
    "unified, locale added to every token, told always": ("added", 1.0),
    "unified, locale as the first token, told in half": ("token", 0.5),
}
ALONE, AWARE = "one model a locale", list(UNIFIED)[1]
FEW = (1, 2, 4, 8)


class Net(nn.Module):
    def __init__(self, pieces, classes, way):
        super().__init__()
        self.first, self.way = pieces, way
        self.encoder = model.Encoder(pieces + 1 + len(LOCALES), 128, 2, 512, 2, max_tokens=41, locales=LOCALES)
        self.head = nn.Linear(128, classes)

    def forward(self, ids, tags):
        """tags: of Encoder.locale_ids; 0 where it is not told."""
        if self.way == "token":  # a piece of the table for each locale, and one for none
            ids = torch.cat([(self.first + tags)[:, None], ids], 1)
        return self.head(F.dropout(self.encoder(ids, tags if self.way == "added" else None), 0.1, self.training)).float()


class Study:
    def __init__(self, options):
        self.options, self.taxonomy, self.noise = options, Taxonomy(), Noise()
        self.processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
        rows = read_dataset(options.dataset, "train", "queries/")
        rows.sort(key=lambda row: hashlib.sha256(row.query.encode()).digest())
        self.lines = {locale: [row for row in rows if row.locale == locale and "_homonyms" not in row.source] for locale in LOCALES}
        self.homonyms = [row for row in rows if "_homonyms" in row.source]
        sub = lambda source: [row for row in read_dataset(options.dataset, "heldout", source) if "/" in row.labels[0]]
        self.held, self.held_homonyms = sub("_log"), sub("_homonyms")

    def train(self, rows, way, told, steps):
        """A network trained on the rows, with their locale in a share `told` of them."""
        seed_everything(self.options.seed)
        net = Net(self.processor.vocab_size(), len(self.taxonomy.classes), way)
        tags = net.encoder.locale_ids(row.locale for row in rows)
        batches = length_sorted_batches([len(row.query) for row in rows], self.options.batch)

        def loss_at(_):
            chosen = next(batches)
            ids = model.noisy_ids([rows[i] for i in chosen], self.noise, self.processor, 40)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = net(ids, tags[chosen] * (torch.rand(len(chosen)) < told))
            return F.cross_entropy(logits.float(), soft_targets([rows[i].labels for i in chosen], self.taxonomy), label_smoothing=0.05)

        optimise(net, [list(net.parameters())], [self.options.rate], steps, loss_at, lambda: None, decay=0.02, betas=(0.9, 0.98), warm_up=0.08, every=1000)
        return net.eval()

    @torch.no_grad()
    def score(self, net, rows, locales):
        """Subcategory top-1, told `locales` ("" for none)."""
        tags, logits = net.encoder.locale_ids(locales), torch.zeros(len(rows), len(self.taxonomy.classes))
        order = sorted(range(len(rows)), key=lambda i: len(rows[i].query))
        for start in range(0, len(order), 512):
            some = order[start:start + 512]
            logits[some] = net(model.pad([model.tokenize(self.processor, rows[i].query, 40) for i in some]), tags[some])
        return accuracy(logits, rows, self.taxonomy)

    def scores(self, net, told):
        own = lambda rows: [row.locale if told else "" for row in rows]
        found = {locale: self.score(net, rows, own(rows)) for locale in LOCALES if (rows := [row for row in self.held if row.locale == locale])}
        if told:
            draw = random.Random(1)
            wrong = [draw.choice([locale for locale in LOCALES if locale[:2] != row.locale[:2]]) for row in self.held]
            found |= {"untold": self.score(net, self.held, [""] * len(wrong)), "wrong": self.score(net, self.held, wrong),
                      "homonyms untold": self.score(net, self.held_homonyms, [""] * len(self.held_homonyms))}
        return found | {"all": self.score(net, self.held, own(self.held)), "homonyms": self.score(net, self.held_homonyms, own(self.held_homonyms))}

    def alone(self):
        """Scores of a model a locale, each on its own."""
        found = {}
        for locale in LOCALES:
            rows, tests = self.lines[locale][: self.options.lines], [row for row in self.held if row.locale == locale]
            if tests:
                net = self.train(rows, "", 0.0, max(200, int(self.options.alone_epochs * len(rows) / self.options.batch)))
                found[locale] = self.score(net, tests, [""] * len(tests))
                print(locale, len(rows), found[locale], file=sys.stderr, flush=True)
        return found

    def unified(self, way, told, lines):
        rows = [row for some in lines.values() for row in some] + self.homonyms * self.options.homonyms
        return self.scores(self.train(rows, way, told, int(self.options.epochs * len(rows) / self.options.batch)), told > 0)

    def few(self, count):
        """English as it is, and of the other locales at most `count` lines a first label of the lists written 8 a subcategory."""
        seen, kept = collections.Counter(), collections.defaultdict(list)
        for locale, rows in self.lines.items():
            for row in rows if locale == "en-US" else (row for row in rows if row.source == f"queries/locales/{locale}"):
                seen[locale, row.labels[0]] += 1
                if locale == "en-US" and len(kept[locale]) < self.options.lines or locale != "en-US" and seen[locale, row.labels[0]] <= count:
                    kept[locale].append(row)
        return self.unified(*UNIFIED[AWARE], kept)

    def run(self, name):
        if name == ALONE:
            return self.alone()
        if name in UNIFIED:
            return self.unified(*UNIFIED[name], {locale: rows[: self.options.lines] for locale, rows in self.lines.items()})
        return self.few(int(name.split()[0]))


def names():
    return [ALONE, *UNIFIED, *(f"{count} line{'s' * (count > 1)} a subcategory" for count in FEW)]


def page(done, options):
    locales = [locale for locale in LOCALES if locale in done[ALONE]]
    some = [name for name in names() if name in done]
    cell = lambda name, key: f"{done[name][key]:.3f}" if key in done[name] else ""
    rows = [[key, *(cell(name, key) for name in some)] for key in locales]
    mean = lambda name, keys: numpy.mean([done[name][key] for key in keys])
    english = [locale for locale in locales if locale.startswith("en-")]
    means = [[what, *(f"**{mean(name, keys):.3f}**" for name in some)]
             for what, keys in (("mean", locales), ("mean of the other languages", [l for l in locales if l not in english]))]
    tests = ("all", "untold", "wrong", "homonyms", "homonyms untold")
    told = [[name, *(cell(name, key) for key in tests)] for name in some if "homonyms untold" in done[name] and name in UNIFIED]
    if "unified" in done:
        told.append(["unified", "", cell("unified", "all"), "", "", cell("unified", "homonyms")])
    return [
        "# One model for all stores: results", "",
        f"Written by `scripts/train/locales.py`: students of 2 layers x 128, labels alone, at most {options.lines:,} written lines a locale, one seed. A model of one locale",
        f"sees them {options.alone_epochs:g} times, unified ones {options.epochs:g} times, and written homonyms {options.homonyms} times as often. Subcategory top-1 on held-out log lines of each locale, told",
        "where the model can be told. The columns of few lines: English as in the others, of each other locale so many lines a subcategory.", "",
        *table(["locale", *some], [*rows, *means]),
        "## What being told the locale does", "",
        "All locales' held-out lines together; *wrong*: told a locale of another language. Homonyms: words that mean something else elsewhere, none of them in training.", "",
        *table(["model", "told", "not told", "told a wrong one", "homonyms, told", "homonyms, not told"], told),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--lines", type=int, default=4000, help="most lines a locale")
    parser.add_argument("--homonyms", type=int, default=10, help="how often each of their lines comes in an epoch")
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--alone-epochs", type=float, default=8, help="of a model of one locale")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", default=ROOT / "models" / "storefront" / "ONE_MODEL.md")
    options = parser.parse_args()
    path = pathlib.Path(f"{options.out}.rows.json")
    done = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    study = Study(options)
    for name in names():
        if name not in done:
            done[name] = study.run(name)
            print(name, done[name], file=sys.stderr, flush=True)
            path.write_text(json.dumps(done, indent=1), encoding="utf-8")
            pathlib.Path(options.page).write_text("\n".join(page(done, options)), encoding="utf-8")


if __name__ == "__main__":
    main()
