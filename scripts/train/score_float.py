#!/usr/bin/env python3
"""Scores, in float32, of what stands between the written lines and the shipped pack; for RESULTS.md.

in:  an evaluation TSV; any of: --teachers NAME=WEIGHTS..., --student WEIGHTS with --vocabulary and --heads
out: OUT.json: {row name: scores}
"""
import argparse
import json

import numpy
import sentencepiece
import torch

import measure
import model
import teacher
from common import Taxonomy, normalize
from heads import Structure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("evaluation")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--teachers", nargs="*", default=[], metavar="NAME=WEIGHTS", help="each of them and, of several, their average")
    parser.add_argument("--student")
    parser.add_argument("--vocabulary")
    parser.add_argument("--heads")
    options = parser.parse_args()
    taxonomy = Taxonomy()
    structure = Structure(taxonomy)
    rows = measure.read_evaluation(options.evaluation)
    queries = [normalize(query) for _, query, _ in rows]
    count, table = len(taxonomy.subcategories), {}
    taught = [(name, teacher.predict(teacher.load(weights, taxonomy), queries)[1].softmax(-1))
              for name, _, weights in (text.partition("=") for text in options.teachers)]
    if len(taught) > 1:
        taught.append(("average of these, which the student follows", sum(p for _, p in taught) / len(taught)))
    for name, p in taught:
        table[f"English teacher: {name} (flat softmax end to end, float32)"] = measure.scores_of_probabilities(rows, p[:, :count], structure.outcomes(p), taxonomy)
    if options.student:
        processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
        encoder, saved = model.load(options.student)
        encoder.dequantize()
        x = model.embed(encoder, processor, queries)
        head = saved["head"]
        p = (x @ head["weight"].T + head["bias"]).softmax(-1)
        table["student with its training head (flat softmax, float32)"] = measure.scores_of_probabilities(rows, p[:, :count], structure.outcomes(p), taxonomy)
        arrays = {k: torch.from_numpy(v) for k, v in numpy.load(f"{options.heads}.npz").items() if v.dtype == numpy.float32}
        logits = x @ arrays["router.weight"].T + arrays["router.bias"]
        outcomes = structure.outcomes((logits / arrays["router.temperature"]).softmax(-1))
        joint = torch.zeros(len(rows), count)
        for g, members in enumerate(structure.members):
            inside = (x @ arrays[f"groups.{g}.weight"].T + arrays[f"groups.{g}.bias"]) / arrays[f"groups.{g}.temperature"]
            joint[:, members] = outcomes[:, g:g + 1] * inside.softmax(-1)
        table["student, router and group heads refitted (float32)"] = measure.scores_of_probabilities(rows, joint, outcomes, taxonomy)
    with open(f"{options.out}.json", "w", encoding="utf-8") as out:
        json.dump(table, out, indent=1)
    for name, scores in table.items():
        print(name, {k: round(v, 4) for k, v in scores.items() if isinstance(v, float)})


if __name__ == "__main__":
    main()
