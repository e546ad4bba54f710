#!/usr/bin/env python3
"""Stage 4, targets: what the teachers say of every line, labelled or not.

in:  DATASET.tsv, one or more teacher weights (teacher.py)
out: OUT.npz: `embeddings` [lines, 384] of the first teacher, `logits` [lines, classes] averaged over teachers (as log
     probabilities), float16, in the dataset's order; then the unlabelled lines of OUT.unlabelled.txt in theirs.
Unlabelled: Shopify's English category names, alone and with an attribute before them.
"""
import argparse
import gzip
import random

import numpy
import torch

from augment import attributes
from common import DATA, Taxonomy, dedup_key, normalize, read_dataset, record, seed_everything
from teacher import Teacher, predict, tokenizer


def unlabelled(known, limit):
    """Category names (last part of the path) and attribute compositions that are no dataset line."""
    words = attributes()
    names = set()
    with gzip.open(DATA / "shopify" / "categories.en.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            names.add(normalize(line.rstrip("\n").split("\t")[1].split(" > ")[-1]).lower())
    names = sorted(names)
    texts = names + [f"{random.choice(words)} {name}" for name in names]
    return [t for t in dict.fromkeys(texts) if dedup_key(t) not in known][:limit]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("teachers", nargs="+")
    parser.add_argument("--unlabelled", type=int, default=25000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seed_everything(options.seed)
    taxonomy, tokens = Taxonomy(), tokenizer()
    queries = [query for _, query in read_dataset(options.dataset)]
    extra = unlabelled({dedup_key(q) for q in queries}, options.unlabelled)
    queries += extra
    embeddings, mean = None, torch.zeros(len(queries), len(taxonomy.classes))
    for path in options.teachers:
        teacher = Teacher(len(taxonomy.classes))
        teacher.load_state_dict(torch.load(path))
        found, logits = predict(teacher, tokens, queries)
        embeddings = found if embeddings is None else embeddings
        mean += logits.softmax(-1) / len(options.teachers)
    numpy.savez(f"{options.out}.npz", embeddings=embeddings.half().numpy(), logits=mean.clamp(min=1e-7).log().half().numpy())
    with open(f"{options.out}.unlabelled.txt", "w", encoding="utf-8") as out:
        out.writelines(f"{text}\n" for text in extra)
    record(options.out, options=vars(options), lines=len(queries), unlabelled=len(extra))


if __name__ == "__main__":
    main()
