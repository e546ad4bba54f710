#!/usr/bin/env python3
"""What tells that a query is nothing the model can classify: writes models/storefront/UNKNOWN.md.

in:  VOCABULARY.model, STUDENT.pt, HEADS.npz (of the shipped pack), the DATASET they were trained on, data/calibration.tsv, an
     evaluation TSV (id, query, accepted), which is only measured on
out: models/storefront/UNKNOWN.md: each score's AUROC and FPR at 95 % TPR, and the bytes that it would add to a pack
     models/storefront/unknown.json: the weights of the combination that the engine computes, for aisle calibrate --none-weights

Means and prototypes are of training lines; whatever is fitted by none-ness is fitted on the English lines of the calibration set.
"""
import argparse
import json
import pathlib
import random
import typing

import numpy
import torch
from scipy.optimize import minimize

import decisions
import measure
import model
import outliers
from common import ROOT, Taxonomy, calibration_lines, read_dataset, table
from pack import load_trained
from pseudo import pseudo_queries, pseudo_words, unseen_names, with_brand, words
from segmentation import free_signals

COUNT = 1000  # pseudo-words, and queries with a brand that nobody has seen
UNSEEN = ("names", "pseudo")
ENGINE = "P(none), energy, log-likelihood; pseudo-words besides"  # src/decision/calibrate.cc
Table = typing.NamedTuple("Table", [("bytes", int), ("score", object)])


class Seen:
    """What the model and the tokenizer say of some queries."""

    def __init__(self, rows, factors, world):
        self.queries = [query for _, query, _ in rows]
        self.rows = decisions.Rows(rows, world.encoder, world.processor, world.heads, world.taxonomy)
        self.outcomes, self.subcategories = self.rows.probabilities(*(factors or decisions.top_label_factors(self.rows)))
        self.x = self.rows.embeddings.numpy().astype(float)
        self.logits = self.rows.router
        self.free = free_signals(world.processor, self.queries)
        self.is_none = self.rows.is_outcome[:, -1]
        self.is_product = self.rows.is_subcategory.any(1) & ~self.is_none


World = typing.NamedTuple("World", [("encoder", object), ("processor", object), ("heads", tuple), ("taxonomy", Taxonomy)])


def training_embeddings(world, rows, each, seed):
    """(embeddings, subcategory numbers) of at most `each` English training lines a subcategory."""
    random.Random(seed).shuffle(rows)
    number, taken, chosen = {s: i for i, s in enumerate(world.taxonomy.subcategories)}, {}, []
    for row in rows:
        label = row.labels[0]
        if label in number and taken.get(label, 0) < each:
            taken[label] = taken.get(label, 0) + 1
            chosen.append(row)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        x = model.embed(model.baked(world.encoder), world.processor, [row.query for row in chosen])
    return x.numpy().astype(float), numpy.array([number[row.labels[0]] for row in chosen])


def model_scores():
    """Of what the engine has anyway."""
    return {
        "1 - max P(subcategory)": Table(0, lambda s: 1 - s.subcategories.max(1)),
        "1 - max P(group)": Table(0, lambda s: 1 - s.outcomes[:, :-2].max(1)),
        "P(none)": Table(0, lambda s: s.outcomes[:, -1]),
        "entropy over outcomes": Table(0, lambda s: outliers.entropy(s.outcomes)),
        "entropy over subcategories": Table(0, lambda s: outliers.entropy(s.subcategories)),
        "margin of the two best subcategories": Table(0, lambda s: outliers.margin(s.subcategories)),
        "energy of the router's logits": Table(0, lambda s: outliers.energy(s.logits)),
        "energy of the shopping components alone": Table(0, lambda s: outliers.energy(s.logits[:, s.rows.outcome_of < len(s.rows.names) - 1])),
    }


def distance_scores(x, labels, seed):
    """Of tables that a pack would have to hold, in int8."""
    classes, width = len(numpy.unique(labels)), x.shape[1]
    on = lambda scorer: lambda s: scorer(s.x)
    whitening = width * (width + 1) // 2
    centres = lambda count: outliers.k_means(outliers.unit(x), count, seed)
    means = numpy.stack([x[labels == c].mean(0) for c in numpy.unique(labels)])
    return {
        "Mahalanobis": Table(classes * width + whitening, on(outliers.Mahalanobis(x, labels))),
        "relative Mahalanobis": Table(classes * width + 2 * whitening, on(outliers.Mahalanobis(x, labels, relative=True))),
        "nearest class mean, cosine": Table(classes * width, on(outliers.Neighbours(means))),
        "nearest of 512 prototypes (k-means)": Table(512 * width, on(outliers.Neighbours(centres(512)))),
        "nearest of 2,048 prototypes (k-means)": Table(2048 * width, on(outliers.Neighbours(centres(2048)))),
        "5th nearest training line (no pack could hold them)": Table(len(x) * width, on(outliers.Neighbours(x, 5))),
    }


def free_scores():
    return {
        "log-likelihood a byte": Table(0, lambda s: -s.free[:, 0]),
        "log-likelihood a character of the least likely word": Table(0, lambda s: -s.free[:, 1]),
        "share of characters that are pieces of their own": Table(0, lambda s: s.free[:, 2]),
        "share of words in three pieces or more": Table(0, lambda s: s.free[:, 3]),
    }


def logit(p):
    return numpy.log(p.clip(1e-6) / (1 - p).clip(1e-6))


INPUTS = {
    "logit P(none)": lambda s: logit(s.outcomes[:, -1]),
    "logit max P(sub)": lambda s: logit(s.subcategories.max(1)),
    "energy": lambda s: outliers.energy(s.logits),
    "log-likelihood": lambda s: s.free[:, 0],
    "worst word": lambda s: s.free[:, 1],
    "single characters": lambda s: s.free[:, 2],
    "fragmented words": lambda s: s.free[:, 3],
}
FREE = ("log-likelihood", "worst word", "single characters", "fragmented words")


class Combination:
    """Logistic regression of a few inputs on "none of its accepted labels is a product"."""

    def __init__(self, names, sets):
        """sets: [(Seen, truth)]"""
        self.names = names
        x, y = numpy.concatenate([self.inputs(s) for s, _ in sets]), numpy.concatenate([truth for _, truth in sets])
        mean, deviation = x.mean(0), x.std(0) + 1e-9
        x = (x - mean) / deviation
        loss = lambda w: numpy.logaddexp(0, numpy.where(y, -1, 1) * (x @ w[1:] + w[0])).mean() + 1e-4 * (w[1:] ** 2).sum()
        found = minimize(loss, numpy.zeros(1 + len(names)), method="L-BFGS-B").x
        self.weights = found[1:] / deviation
        self.bias = found[0] - self.weights @ mean

    def inputs(self, seen):
        return numpy.stack([INPUTS[name](seen) for name in self.names], 1)

    def __call__(self, seen):
        return self.inputs(seen) @ self.weights + self.bias

    def formula(self):
        return f"{self.bias:.3f}" + "".join(f" {w:+.3f} x {name}" for w, name in zip(self.weights, self.names))


def combinations(fitted, strange):
    """`strange`: [(Seen, truth)] of made-up lines for the rows that say so."""
    lines = [(fitted, fitted.is_none & ~fitted.rows.is_subcategory.any(1))]
    choices = {
        "P(none), energy": ("logit P(none)", "energy"),
        "P(none), max P(sub)": ("logit P(none)", "logit max P(sub)"),
        "P(none), max P(sub), energy": ("logit P(none)", "logit max P(sub)", "energy"),
        "P(none), log-likelihood": ("logit P(none)", "log-likelihood"),
        "P(none), energy, log-likelihood": ("logit P(none)", "energy", "log-likelihood"),
        "P(none), free signals": ("logit P(none)", *FREE),
        "P(none), max P(sub), energy, free signals": ("logit P(none)", "logit max P(sub)", "energy", *FREE),
    }
    return {f"{name}{more}": Combination(inputs, lines + extra) for more, extra in (("", []), ("; pseudo-words besides", strange))
            for name, inputs in choices.items()}


def measured(score, sets):
    """Cells: none against shopping, names, pseudo-words, brands kept, right against wrong."""
    real = score(sets["real"])
    known = real[sets["real"].is_product]
    pairs = [real[sets["real"].is_none], *(score(sets[name]) for name in UNSEEN)]
    cells = [f"{f(known, unknown):.3f}" for unknown in pairs for f in (outliers.auroc, outliers.fpr95)]
    kept = (score(sets["brands"]) <= numpy.quantile(known, 0.95)).mean()
    rows = sets["real"].rows
    right = rows.is_subcategory[numpy.arange(len(real)), sets["real"].subcategories.argmax(1)]
    some = sets["real"].is_product
    return [*cells, f"{kept:.3f}", f"{outliers.auroc(real[some & right], real[some & ~right]):.3f}"]


def gain(score, sets, seed, draws=100):
    """What `score` adds to the AUROC of P(none): for none, names and pseudo-words, with the interval that holds nine of ten redrawn samples."""
    base, random, cells = model_scores()["P(none)"].score, numpy.random.default_rng(seed), []
    real, some = sets["real"], sets["real"].is_product
    pair = lambda s: numpy.stack([score(s), base(s)], 1)
    known = pair(real)[some]
    for unknown in (pair(real)[real.is_none], *(pair(sets[name]) for name in UNSEEN)):
        differences = []
        for draw in range(draws + 1):  # the first as it is
            a, b = (x if draw == 0 else x[random.integers(0, len(x), len(x))] for x in (known, unknown))
            differences.append(outliers.auroc(a[:, 0], b[:, 0]) - outliers.auroc(a[:, 1], b[:, 1]))
        low, high = numpy.quantile(differences[1:], (0.05, 0.95))
        cells.append(f"{differences[0]:+.3f} ({low:+.3f} to {high:+.3f})")
    return cells


def collect(options):
    """(the fitted set, made-up lines for fitting, {name: Seen} to measure on, distance scores)"""
    taxonomy = Taxonomy()
    world = World(*load_trained(options, taxonomy), taxonomy)
    train = read_dataset(options.dataset, "train", locale="en-")
    calibration = [("", *line) for line in calibration_lines("en-US")]
    real = [row for row in measure.read_evaluation(options.evaluation) if row[0] != "zh"]
    seen_words = words(row.query for row in train)
    make = pseudo_words(world.processor, seen_words | words(q for _, q, _ in calibration + real))
    names = unseen_names(read_dataset(options.dataset, "heldout", locale="en-US"), seen_words, [query for _, query, _ in calibration])
    nothing = lambda queries: [("", query, ["none"]) for query in queries]
    products = lambda lines: [row for row in lines if any("/" in label for label in row[2]) and "none" not in row[2]]

    fitted = Seen(calibration, None, world)
    factors = decisions.top_label_factors(fitted.rows)
    see = lambda lines: Seen(lines, factors, world)
    strange = [(see(nothing(pseudo_queries(make, COUNT // 2, options.seed + 1))), True),
               (see(with_brand(products(calibration), make, COUNT, options.seed + 1)[:COUNT // 2]), False)]
    strange = [(s, numpy.full(len(s.queries), truth)) for s, truth in strange]
    sets = {"real": see(real), "names": see(nothing(names)), "pseudo": see(nothing(pseudo_queries(make, COUNT, options.seed))),
            "brands": see(with_brand(products(real), make, COUNT, options.seed))}
    english = [row for row in train if row.locale == "en-US" and row.source.startswith("queries/")]
    return fitted, strange, sets, distance_scores(*training_embeddings(world, english, options.each, options.seed), options.seed)


COLUMNS = ("bytes", "none: AUROC", "FPR95", "names: AUROC", "FPR95", "pseudo-words: AUROC", "FPR95", "new brands kept", "right or wrong: AUROC")


def parts(options):
    """[(heading, rows of a table)], lines of what combinations gain, combinations, sets"""
    fitted, strange, sets, distances = collect(options)
    mixed = combinations(fitted, strange)
    rows = lambda scores: [(name, one.bytes, measured(one.score, sets)) for name, one in scores.items()]
    mixed_rows = [(name, 4 * (1 + len(one.names)), measured(one, sets)) for name, one in mixed.items()]
    gains = [f"| {name} | " + " | ".join(gain(one, sets, options.seed)) + " |" for name, one in mixed.items()]
    return [("of the model's outputs", rows(model_scores())), ("of distances", rows(distances)), ("of the segmentation", rows(free_scores())),
            ("combined by logistic regression", mixed_rows)], gains, mixed, sets


def conclusion(tables, mixed):
    """By rule: of what a pack need hold no table for, the best mean AUROC of the three sets among those that lose none of P(none)'s."""
    rows = {name: (size, [float(cells[i]) for i in (0, 2, 4)], cells) for _, part in tables for name, size, cells in part}
    base = rows["P(none)"][1]
    small = [name for name, (size, values, _) in rows.items() if size < 100 and values[0] >= base[0]]
    best = max(small, key=lambda name: sum(rows[name][1]))
    far = max((name for name, (size, _, _) in rows.items() if size >= 100), key=lambda name: rows[name][1][0])
    says = lambda name: "none {}, names {}, pseudo-words {}".format(*(f"{v:.3f}" for v in rows[name][1]))
    lines = ["## Conclusion", "", f"Tables of distances lose: the best of them by none, \"{far}\", for {rows[far][0]:,} bytes, is at {says(far)};", f"P(none), for nothing, at {says('P(none)')}.",
             f"Fitted on the calibration lines alone no combination gains over {max(v - b for name in mixed if ';' not in name for v, b in zip(rows[name][1], base)):.3f} on any of the three; pseudo-words besides do it.",
             "The measured pseudo-words are of the same generator as those fitted on, so that their column flatters such rows; the names are not.",
             f"Of what costs no table and loses nothing on none, \"{best}\" is best on the mean of the three: {says(best)};", f"it keeps {rows[best][2][6]} of the queries for a new brand."]
    return lines + ["", f"The engine computes \"{ENGINE}\" where a pack has its weights (`unknown.json`, by `aisle calibrate --none-weights`): log-odds of none",
                    f"`{mixed[ENGINE].formula()}`; the other outcomes share the rest as they did."]


def engine_weights(combination):
    """Named as in models/pack.fbs; "fitted" says what they are."""
    found = dict(zip(("bias", "logit", "energy", "log_likelihood"), (combination.bias, *combination.weights)))
    return {name: float(f"{value:.5g}") for name, value in found.items()} | {"fitted": f"{ENGINE}; English lines of data/calibration.tsv"}


def page(tables, gains, mixed, sets):
    real = sets["real"]
    return [
        "# Knowing what can't be classified", "",
        "Written by `scripts/train/unknown.py`, from the float student and its quantised heads. Every score is higher for what is less likely to be",
        "classifiable. AUROC: the chance that such a query scores higher than a product query. FPR95: the share of such queries that pass where",
        "95 % of the product queries do. Bytes: what int8 tables (float32 weights of a combination) would add to the pack, before brotli.", "",
        f"Product queries, everywhere: the {real.is_product.sum():,} real English dev queries with a subcategory and without `none`.", "",
        f"- none: the {real.is_none.sum()} real dev queries with `none` among their labels. Nothing was fitted on dev queries.",
        f"- names: the {len(sets['names'].queries)} lines held out of training that are `none` and hold a word that stands in no English training line; people,",
        "  places, works, firms, taxa: \"" + "\", \"".join(sets["names"].queries[:8]) + "\".",
        f"- pseudo-words: {COUNT:,} queries of one or two words of 5 to 11 letters, drawn by a character 4-gram model of the vocabulary's English-lettered",
        "  pieces that begin a word; none of them is a piece or stands in an English training line: \"" + "\", \"".join(sets["pseudo"].queries[:6]) + "\".",
        f"- new brands kept: of {len(sets['brands'].queries):,} product queries behind one such word (\"" + "\", \"".join(sets["brands"].queries[:3]) + "\"),",
        "  the share that passes where 95 % of the product queries do. A score that takes every unseen word for nonsense loses here.",
        f"- right or wrong: product queries whose most probable subcategory is not accepted, against those where it is.", "",
        "Combinations are fitted on the English lines of `data/calibration.tsv`; those with \"pseudo-words besides\" also on 500 pseudo-words as unknown",
        "and 500 calibration queries behind a pseudo-word as known, of another seed than the measured ones.", "",
        *(line for heading, rows in tables for line in table([heading, *COLUMNS], [[name, f"{size:,}", *cells] for name, size, cells in rows])),
        "AUROC gained over P(none) alone; in brackets, where nine of ten samples drawn anew from the same queries lie:", "",
        "| combination | none | names | pseudo-words |", "|---|---|---|---|", *gains, "", *conclusion(tables, mixed), "",
        "## The combinations", "", "Log-odds of \"none\", of the inputs in natural units: logit P(none) and logit max P(sub) are ln(p / (1 - p)) after calibration;",
        "energy is -ln(sum(exp(logit))) over the router's components; the log-likelihood is a byte of the text as the pieces see it,",
        "since a character of Chinese says as much as three of English; that of the worst word is a character, the first being the space before it.", "",
        *(f"- {name}: `{one.formula()}`" for name, one in mixed.items()), "",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("student")
    parser.add_argument("heads", help="path without suffix")
    parser.add_argument("dataset")
    parser.add_argument("evaluation")
    parser.add_argument("--out", default=ROOT / "models" / "storefront" / "UNKNOWN.md")
    parser.add_argument("--weights", default=ROOT / "models" / "storefront" / "unknown.json")
    parser.add_argument("--each", type=int, default=20, help="training lines a subcategory, for means and prototypes")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tables, gains, mixed, sets = parts(options)
    pathlib.Path(options.out).write_text("\n".join(page(tables, gains, mixed, sets)), encoding="utf-8")
    pathlib.Path(options.weights).write_text(json.dumps(engine_weights(mixed[ENGINE])) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
