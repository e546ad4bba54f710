#!/usr/bin/env python3
"""The baseline: fastText trained on the same lines, scored as `aisle eval` scores a pack.

in:  DATASET.tsv, an evaluation TSV (id, query, accepted)    out: OUT.json
fastText: Joulin et al. 2017, arXiv:1607.01759; dim 100, character 2- to 5-grams, word 2-grams.
"""
import argparse
import json
import pathlib
import re
import tempfile
import time

import fasttext

from common import Taxonomy, normalize, read_dataset, record


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("evaluation")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--pools", nargs="+", default=["mq", "hd", "esci", "wands", "algolia", "fashion"])
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    taxonomy = Taxonomy()
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as lines:
        for labels, query in read_dataset(options.dataset, "train"):
            lines.write(f"__label__{labels[0]} {normalize(query).lower()}\n")
        lines.flush()
        started = time.time()
        model = fasttext.train_supervised(lines.name, dim=100, minn=2, maxn=5, wordNgrams=2, epoch=options.epochs, lr=0.5, loss="softmax", thread=2, verbose=0)
        seconds = time.time() - started
    answers, none, group, top3, pools = [], [], 0, 0, {}
    for line in pathlib.Path(options.evaluation).read_text(encoding="utf-8").splitlines()[1:]:
        row, query, accepted = line.split("\t")
        pool = re.match("[a-z]+", row)[0]
        if pool not in options.pools:
            continue
        accepted = accepted.split("|")
        ranked = [(label.removeprefix("__label__"), p) for p, label in model.f.predict(normalize(query).lower() + "\n", len(taxonomy.classes), 0.0, "strict")]
        subcategories = [(label, p) for label, p in ranked if "/" in label]
        if "none" in accepted:
            none.append(subcategories[0][1])
        if not any("/" in a for a in accepted):
            continue
        right = subcategories[0][0] in accepted
        answers.append((subcategories[0][1], right, "none" in accepted))
        pools.setdefault(pool, []).append(right)
        # the group with the largest sum, as the router's
        sums = {}
        for label, p in ranked:
            sums[taxonomy.group_of(label)] = sums.get(taxonomy.group_of(label), 0) + p
        best = max((g for g in sums if g in taxonomy.groups), key=sums.get)
        group += best in {taxonomy.group_of(a) for a in accepted}
        top3 += any(label in accepted for label, _ in subcategories[:3])
    answers.sort(key=lambda a: -a[0])
    coverage = {rate: 0.0 for rate in (0.05, 0.10)}
    wrong = 0
    for i, (_, right, _) in enumerate(answers, 1):
        wrong += not right
        for rate in coverage:
            if wrong <= rate * i:
                coverage[rate] = i / len(answers)
    shopping = [p for p, _, is_none in answers if not is_none]
    auroc = sum((p > n) + 0.5 * (p == n) for p in shopping for n in none) / len(shopping) / len(none) if none else None
    scores = {"withSubcategory": len(answers), "none": len(none), "groupTop1": group / len(answers),
              "subcategoryTop1": sum(a[1] for a in answers) / len(answers), "subcategoryTop3": top3 / len(answers), "noneAuroc": auroc,
              "coverageAt5": coverage[0.05], "coverageAt10": coverage[0.10], "pools": {k: sum(v) / len(v) for k, v in pools.items()}}
    record(options.out, options=vars(options), seconds=round(seconds), scores=scores)
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
