#!/usr/bin/env python3
"""Ablations: what each step of the recipe earns. Every row trains a small student (2 layers x 128) on a sample of the
English lines, alike but for what its name says (recipes.py), and is scored on real queries and on held-out written lines.

in:  DATASET.tsv, VOCABULARY.model, TARGETS, teacher weights, an evaluation TSV (measured only)
out: OUT.rows.json: {row: {seed: scores}}; rows already there are kept, so that a run can go on where it stopped; and the page
"""
import argparse
import hashlib
import json
import pathlib
import random
import sys
import time

import numpy
import sentencepiece
import torch

import bert
import heads as refit
import measure
import model
from augment import Noise
from common import ROOT, Taxonomy, normalize, read_dataset, seed_everything, table
from outliers import auroc
from perturb import SEEN
from pseudo import outlier_rows, pseudo_queries, pseudo_words, unseen_names, words
from recipes import BASIC, CHANGES, SHAPES, STEPS, Net, Recipe, Training
from targets import Targets
from teacher import load as load_teacher, predict

REFITTED = {
    "one global softmax": "its encoder, one global softmax refitted",
    "components": "its encoder, router of components and group heads refitted (shipped)",
    "linear": "its encoder, linear router and group heads refitted",
    "masked": "its encoder, linear router, only its best group's head (hierarchical masking)",
}
COLUMNS = {"groupTop1": "group", "subcategoryTop1": "subcategory", "subcategoryTop3": "top-3", "noneAuroc": "none AUROC", "coverageAt5": "coverage at 5 %",
           "held": "held-out lines", "typo": "after a typo", "kept": "answer kept", "names": "names AUROC", "pseudo": "pseudo-words AUROC"}


def misspelt(query, seed):
    """With one typo of a kind that training makes, too, drawn anew."""
    draw = random.Random(f"{seed} {query}")
    return next(filter(None, (SEEN[kind](query, draw) for kind in draw.sample(list(SEEN), len(SEEN)))), query)


def teachers_pieces(weights, processor, taxonomy):
    """The teacher's embedding of each piece's text."""
    pieces = [processor.id_to_piece(i).replace("\u2581", " ").strip() or "," for i in range(processor.vocab_size())]
    return predict(load_teacher(weights, taxonomy), pieces)[0]


class Tests:
    """What every row is scored on: real queries, these with a typo, held-out log lines, unseen names and pseudo-words."""

    def __init__(self, options, known, new_word):
        self.real = measure.read_evaluation(options.evaluation)
        self.held = [row for row in read_dataset(options.dataset, "heldout", "queries/en-US/_log") if "/" in row.labels[0]]
        names = unseen_names(read_dataset(options.dataset, "heldout", locale="en-US"), known, [])
        real = [normalize(query) for _, query, _ in self.real]
        self.parts = [real, [misspelt(query, 1) for query in real], [row.query for row in self.held], names, pseudo_queries(new_word, 1000, 1)]
        self.queries = [query for part in self.parts for query in part]

    def scores(self, joint, outcomes, taxonomy):
        """joint [queries, subcategories], outcomes [queries, groups + 2]: probabilities of the queries."""
        sizes = [len(part) for part in self.parts]
        real, typo, held, _, _ = joint.split(sizes)
        none = [part[:, -1].numpy() for part in outcomes.split(sizes)]
        best = real.argmax(1), typo.argmax(1), held.argmax(1)
        product = [i for i, (_, _, accepted) in enumerate(self.real) if any("/" in label for label in accepted) and "none" not in accepted]
        right = lambda numbers, rows, labels: sum(taxonomy.subcategories[int(numbers[i])] in labels(rows[i]) for i in range(len(rows))) / len(rows)
        shopping = [i for i, (_, _, accepted) in enumerate(self.real) if any("/" in label for label in accepted)]
        return measure.scores_of_probabilities(self.real, real, outcomes[: sizes[0]], taxonomy) | {
            "held": right(best[2], self.held, lambda row: row.labels),
            "typo": right(best[1][shopping], [self.real[i] for i in shopping], lambda row: row[2]),
            "kept": float((best[0] == best[1])[shopping].float().mean()),
            "names": float(auroc(none[0][product], none[3])), "pseudo": float(auroc(none[0][product], none[4]))}


def refitted(x, rows, targets, tested, taxonomy, structure):
    """{name: (P(subcategory), P(outcome)) of the embeddings `tested`} for heads fitted anew on the frozen embeddings x."""
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    x, tested = (x - mean) / deviation, (tested - mean) / deviation
    truth = refit.class_targets(rows, targets, 0.5, taxonomy)
    router, groups = refit.fit_heads(x, truth, structure)
    p = (tested @ router[0].T + router[1]).softmax(-1)
    count = len(taxonomy.subcategories)

    def joint(outcomes):
        out = torch.zeros(len(tested), count)
        for g, (members, (weight, bias)) in enumerate(zip(structure.members, groups)):
            out[:, members] = outcomes[:, g:g + 1] * (tested @ weight.T + bias).softmax(-1)
        return out

    linear = refit.fit(x, structure.outcomes(truth))
    routed = (tested @ linear[0].T + linear[1]).softmax(-1)
    best = torch.zeros_like(routed).scatter_(1, routed.argmax(1, keepdim=True), 1.0) * routed
    summed = structure.outcomes(p)
    return {"one global softmax": (p[:, :count], summed), "components": (joint(summed), summed), "linear": (joint(routed), routed),
            "masked": (joint(best), routed)}


class Study:
    def __init__(self, options):
        self.options, self.taxonomy = options, Taxonomy()
        self.structure = refit.Structure(self.taxonomy)
        self.processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
        self.targets = Targets(options.targets, self.taxonomy)
        lines = [row for row in read_dataset(options.dataset, "train", locale="en-US") if self.targets.of(row) >= 0]
        self.lines = sorted(lines, key=lambda row: hashlib.sha256(row.query.encode()).digest())[: options.lines]
        known = words(row.query for row in lines)
        self.new_word = pseudo_words(self.processor, known)
        self.tests = Tests(options, known, self.new_word)
        self.pieces = teachers_pieces(options.teacher, self.processor, self.taxonomy)

    def rows(self, recipe):
        rows = self.lines + (self.targets.unlabelled[: len(self.lines) // 5] if recipe.unlabelled else [])
        return rows + (outlier_rows(self.new_word, len(self.lines) // 30) if recipe.outliers else [])

    def encoder(self, recipe):
        if recipe.keep:
            return bert.adopt(load_teacher(self.options.teacher, self.taxonomy), self.processor, recipe.keep, [row.query for row in self.lines[:4000]], recipe.hidden, columns=128)
        layers, width = recipe.shape
        encoder = model.Encoder(self.processor.vocab_size(), width, width // 64, 4 * width, layers, columns=128)
        if recipe.pieces:
            encoder.initialize_pieces(self.pieces)
        return encoder

    def run(self, name, recipe, seed):
        """{row: scores} of the recipe, and of heads refitted on the basic one's encoder."""
        seed_everything(seed)
        started = time.time()
        rows, noise = self.rows(recipe), Noise(self.new_word)
        net = Net(self.encoder(recipe), self.taxonomy, self.structure, self.targets.embeddings.shape[1])
        rate = self.options.rate * min(1, 256 / net.encoder.config["width"])
        Training(net, self.processor, rows, noise, self.targets, recipe, self.options.batch).run(self.options.epochs, rate)
        net.eval()
        with torch.no_grad():
            x = model.embed(net.encoder, self.processor, self.tests.queries)
            p = net.log_probabilities(x, recipe.structure).exp()
        found = {name: (p[:, : len(self.taxonomy.subcategories)], self.structure.outcomes(p) if recipe.structure == "flat" else net.router(x).detach().softmax(-1))}
        if recipe == Recipe():
            fitted = model.embed(net.encoder, self.processor, [noise(row) for row in rows])
            found |= {REFITTED[one]: p for one, p in refitted(fitted, rows, self.targets, x, self.taxonomy, self.structure).items()}
        seconds = round(time.time() - started)
        return {row: self.tests.scores(*p, self.taxonomy) | {"seconds": seconds} for row, p in found.items()}


def compared(rows, done, base=None):
    """A table of means over the seeds; with `base`, of what is gained over that row."""
    mean = lambda row, key: numpy.mean([scores[key] for scores in done[row].values()])
    cell = lambda row, key: f"{mean(row, key):.3f}" if base in (None, row) else f"{mean(row, key) - mean(base, key):+.3f}"
    return table(["recipe", "seeds", *COLUMNS.values()], [[row, str(len(done[row])), *(cell(row, key) for key in COLUMNS)] for row in rows if row in done])


def noise_floor(done):
    """Half the mean distance between two seeds of a row, by column."""
    pairs = [(a, b) for scores in done.values() for i, a in enumerate(scores.values()) for b in list(scores.values())[i + 1:]]
    return {key: float(numpy.mean([abs(a[key] - b[key]) for a, b in pairs])) for key in COLUMNS} if pairs else None


def page(done, options):
    floor = noise_floor(done)
    made = json.loads(pathlib.Path(f"{options.targets}.json").read_text(encoding="utf-8"))["options"]
    teachers = [pathlib.Path(path).stem for path in (*made["teachers"], *filter(None, [made.get("student")]))]
    return [
        "# Ablations: results", "",
        f"Written by `scripts/train/ablations.py`. Every row trains a student of 2 layers x 128 from nothing on the same {options.lines:,} English lines",
        f"({options.epochs:g} epochs, float32, means over the seeds), alike but for what it says; the steps and the papers they come from are in `recipes.py`. Rows that need pairs",
        "of queries take half as many, so that a step costs the same. These students are smaller and less trained than the shipped one: what counts",
        f"are the differences. Teachers of the targets: {', '.join(teachers)}. Group to coverage: the real English queries as in RESULTS.md. *After a typo*: subcategory top-1 of the same queries with",
        "one typo each; *answer kept*: with the same best subcategory. *Names*, *pseudo-words*: AUROC of P(none) against products (UNKNOWN.md).", "",
        *([f"Two seeds of a row differ by {floor['subcategoryTop1']:.3f} in subcategory top-1, {floor['noneAuroc']:.3f} in none AUROC and {floor['coverageAt5']:.3f} in coverage on average: less than that is no difference.", ""] if floor else []),
        "## Step by step", "", "Each row adds to the one above.", "", *compared(STEPS, done),
        "## In the place of the basic recipe's", "", "First the basic recipe, then what each change alone adds to it.", "", *compared([BASIC, *CHANGES], done, BASIC),
        "## Shape", "", "The basic recipe, other encoders, every piece table 128 wide. MiniLM-L6's layers come from the teacher with its fine-tuning (`bert.py`), and keep",
        "a quarter of the rate. Weights of the layers: 2 x 128 .4 million, 4 x 256 3.1, two of MiniLM's 3.5, three 5.3. The rate of the others is lower as the width goes beyond 256.", "", *compared([BASIC, *SHAPES], done),
        "## Heads", "", "The basic recipe's encoder with the head that trained it (a flat softmax), then frozen, with heads fitted anew.", "",
        *compared([BASIC, *REFITTED.values()], done),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("targets", help="path without suffix")
    parser.add_argument("teacher", help="weights")
    parser.add_argument("evaluation")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--rows", nargs="*", default=[*STEPS, *CHANGES, *SHAPES])
    parser.add_argument("--lines", type=int, default=100000)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--page", default=ROOT / "models" / "storefront" / "ABLATIONS.md")
    options = parser.parse_args()
    path = pathlib.Path(f"{options.out}.rows.json")
    done = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    study = Study(options)
    for seed in options.seeds:
        for name in options.rows:
            if str(seed) in done.get(name, {}):
                continue
            for row, scores in study.run(name, (STEPS | CHANGES | SHAPES)[name], seed).items():
                done.setdefault(row, {})[str(seed)] = scores
                print(row, seed, {key: round(scores[key], 4) for key in COLUMNS}, file=sys.stderr, flush=True)
            path.write_text(json.dumps(done, indent=1), encoding="utf-8")
    pathlib.Path(options.page).write_text("\n".join(page(done, options)), encoding="utf-8")


if __name__ == "__main__":
    main()
