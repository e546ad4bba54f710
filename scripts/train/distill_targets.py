#!/usr/bin/env python3
"""Stage 4, targets: what the teachers say of every text they can read, labelled or not.

in:  DATASET.tsv, one or more teacher weights (teacher.py)
out: OUT.texts.txt: the texts, one a line: English queries, the English names behind translated ones, then unlabelled texts
     OUT.npz, in their order: `embeddings` [texts, 384] of the first teacher, `logits` [texts, classes] averaged over
     teachers (as log probabilities), float16; `unlabelled`: the number of the first unlabelled text
Unlabelled: category names with an attribute before them, and splices (the beginning of one query and the end of another),
on which the teacher shows what it does with what nobody would label.
"""
import argparse
import random

import numpy
import torch

import teacher
from augment import attributes
from common import Taxonomy, dedup_key, normalize, read_dataset, record, seed_everything
from sources import shopify_names


def splice(queries):
    """Halves of two random queries."""
    first, second = (random.choice(queries).split() for _ in range(2))
    return " ".join(first[: (len(first) + 1) // 2] + second[len(second) // 2:])


def unlabelled(queries, count):
    """Half compositions, half splices; none of them a query of the dataset."""
    known = {dedup_key(q) for q in queries}
    words, names = attributes(), sorted({normalize(n).lower() for n in shopify_names("en").values()})
    texts = [f"{random.choice(words)} {random.choice(names)}" for _ in range(count // 2)] + [splice(queries) for _ in range(count - count // 2)]
    return [t for t in dict.fromkeys(texts) if dedup_key(t) not in known]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("teachers", nargs="+")
    parser.add_argument("--unlabelled", type=int, default=60000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seed_everything(options.seed)
    taxonomy = Taxonomy()
    rows = read_dataset(options.dataset)
    texts = list(dict.fromkeys(row.taught for row in rows if row.taught))
    count = len(texts)
    texts += unlabelled([row.query for row in rows if row.locale == "en-US"], options.unlabelled)
    embeddings, mean = None, torch.zeros(len(texts), len(taxonomy.classes))
    for path in options.teachers:
        found, logits = teacher.predict(teacher.load(path, taxonomy), texts)
        embeddings = found if embeddings is None else embeddings
        mean += logits.softmax(-1) / len(options.teachers)
    numpy.savez(f"{options.out}.npz", embeddings=embeddings.half().numpy(), logits=mean.clamp(min=1e-7).log().half().numpy(), unlabelled=count)
    with open(f"{options.out}.texts.txt", "w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{text}\n" for text in texts)
    record(options.out, options=vars(options), texts=len(texts), unlabelled=len(texts) - count)


if __name__ == "__main__":
    main()
