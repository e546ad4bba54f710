#!/usr/bin/env python3
"""The baseline: fastText trained on the same lines, scored as `aisle eval` scores a pack.

in:  DATASET.tsv, an evaluation TSV (id, query, accepted)    out: OUT.json
fastText: Joulin et al. 2017, arXiv:1607.01759; dim 100, character 2- to 5-grams, word 2-grams.
"""
import argparse
import json
import tempfile
import time

import fasttext

import measure
from common import Taxonomy, normalize, read_dataset, record


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("evaluation")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    taxonomy = Taxonomy()
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as lines:
        for row in read_dataset(options.dataset, "train", locale="en-"):
            lines.write(f"__label__{row.labels[0]} {normalize(row.query).lower()}\n")
        lines.flush()
        started = time.time()
        model = fasttext.train_supervised(lines.name, dim=100, minn=2, maxn=5, wordNgrams=2, epoch=options.epochs, lr=0.5, loss="softmax", thread=2, verbose=0)
        seconds = time.time() - started
    rows = measure.read_evaluation(options.evaluation)
    ranked, groups = [], []
    for _, query, _ in rows:
        found = [(label.removeprefix("__label__"), p) for p, label in model.f.predict(normalize(query).lower() + "\n", len(taxonomy.classes), 0.0, "strict")]
        ranked.append([(label, p) for label, p in found if "/" in label])
        sums = dict.fromkeys(taxonomy.groups, 0.0)  # the group with the largest sum, as the router's
        for label, p in found:
            if taxonomy.group_of(label) in sums:
                sums[taxonomy.group_of(label)] += p
        groups.append(max(sums, key=sums.get))
    scores = measure.scores(rows, ranked, groups, taxonomy)
    record(options.out, options=vars(options), seconds=round(seconds), scores=scores)
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
