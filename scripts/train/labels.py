#!/usr/bin/env python3
"""Which subcategories a decision lists when several fit: ways to score them and to choose thresholds; models/storefront/LABELS.md.

in:  DATASET.tsv, VOCABULARY.model, STUDENT.pt, HEADS.npz (of the shipped pack), data/calibration.tsv, an evaluation TSV (id, query, accepted)
Thresholds are chosen for a precision of .8 on the English lines of the calibration set, each read for all labels that fit; they are measured
on those lines (each fifth with the thresholds of the other four), on the held-out `_multi` lines, written to have several labels, and on
real queries, which chose nothing here. One-vs-rest heads are fitted on lines that the encoder was trained on, as the shipped heads are.
`aisle calibrate` (src/learn/calibration.cc) does what the row marked "ships" says, on the lines of all locales together.
"""
import argparse
import operator
import random
import typing

import numpy
import torch
from scipy.optimize import minimize
from scipy.stats import binom
from torch.nn import functional as F

import measure
import model
from common import ROOT, Taxonomy, calibration_lines, normalize, read_dataset, seed_everything
from decisions import Rows, top_label_factors
from measure import NEVER, PRECISION, Listed
from pack import load_trained

DELTA = 0.1
FOLDS = 5
TODAY = 0.25  # the threshold of pack 0.3.0, set by hand


class Queries(typing.NamedTuple):
    """What there is to score the labels of queries by, each [queries, subcategories]; `right`: accepted."""

    softmax: numpy.ndarray  # log odds of P(group) x P(subcategory | group)
    logit: numpy.ndarray  # of the router's component
    heads: numpy.ndarray  # log odds by the one-vs-rest heads
    right: numpy.ndarray

    def take(self, which):
        return Queries(*(x[which] for x in self))


def log_odds(p):
    p = p.clip(1e-7, 1 - 1e-7)
    return numpy.log(p) - numpy.log1p(-p)


def precision_curve(scores, right):
    """(the 10 highest scores a query from the top, precision of all at least as high)."""
    most = min(scores.size, 10 * len(scores)) - 1
    best = numpy.argpartition(-scores, most, axis=None)[:most + 1]
    order = best[numpy.argsort(-scores.flat[best])]
    return scores.flat[order], numpy.cumsum(right.flat[order]) / numpy.arange(1, len(order) + 1)


def one_threshold(scores, right):
    """The lowest with the precision."""
    ordered, precision = precision_curve(scores, right)
    return ordered[numpy.flatnonzero(precision >= PRECISION)[-1]]


def proven_threshold(scores, right):
    """As fit_label_threshold() in src/learn/calibration.cc: of a grid from above, the last before one where the precision can't be proven."""
    best = numpy.inf
    for t in log_odds(numpy.arange(199, 0, -1) / 200):
        stated = scores >= t
        if stated.sum() < 50:
            continue
        if binom.cdf((stated & ~right).sum(), stated.sum(), 1 - PRECISION) > DELTA:
            break
        best = t
    return best


def threshold_each(scores, right, weight):
    """For each subcategory the lowest with the precision, which is drawn to that of all subcategories together by as many statements as
    `weight` says."""
    ordered, precision = precision_curve(scores, right)
    thresholds = numpy.empty(scores.shape[1])
    count = numpy.arange(1, len(scores) + 1)
    for s in range(scores.shape[1]):
        order = numpy.argsort(-scores[:, s])
        own = scores[order, s]
        pooled = precision[numpy.searchsorted(-ordered, -own, side="right").clip(1) - 1]
        drawn = (numpy.cumsum(right[order, s]) + weight * pooled) / (count + weight)
        enough = numpy.flatnonzero(drawn >= PRECISION)
        thresholds[s] = own[enough[-1]] if len(enough) else numpy.inf
    return thresholds


def platt(scores, right, ridge, start, steps=8):
    """(scale, bias) of a sigmoid for each column of scores (Platt 1999), drawn to `start` by the ridge."""
    a, b = (numpy.full(scores.shape[1], x) for x in start)
    for _ in range(steps):  # Newton's
        p = 1 / (1 + numpy.exp(-(a * scores + b).clip(-30, 30)))
        slope, gap = p * (1 - p), p - right
        ga, gb = (gap * scores).sum(0) + ridge * (a - start[0]), gap.sum(0) + ridge * (b - start[1])
        haa, hbb, hab = (slope * scores ** 2).sum(0) + ridge, slope.sum(0) + ridge, (slope * scores).sum(0)
        determinant = haa * hbb - hab ** 2
        a, b = a - (hbb * ga - hab * gb) / determinant, b - (haa * gb - hab * ga) / determinant
    return a, b


def best_only(scores):
    return numpy.where(scores == scores.max(1, keepdims=True), scores, NEVER)


def one_by(scores, choose=one_threshold):
    def fit(fitted):
        t = choose(scores(fitted), fitted.right)
        return lambda other: scores(other) - t
    return fit


def each_by(scores, weight):
    return one_by(scores, lambda *fitted: threshold_each(*fitted, weight))


def sigmoids(scores, ridge=4.0):
    """A sigmoid for each subcategory on its score, and one threshold on what they give."""
    def fit(fitted):
        own = scores(fitted)
        common = platt(own.reshape(-1, 1), fitted.right.reshape(-1, 1), 0.1, (1.0, 0.0))
        a, b = platt(own, fitted.right, ridge, [x[0] for x in common])
        t = one_threshold(a * own + b, fitted.right)
        return lambda other: a * scores(other) + b - t
    return fit


def together(fitted):
    """One sigmoid for all subcategories on the softmax's log odds and the router's logit, and one threshold on what it gives."""
    best = numpy.argsort(-fitted.softmax, 1)[:, :20]
    of = lambda x: numpy.take_along_axis(x, best, 1).ravel()
    scores, right = numpy.stack([of(fitted.softmax), of(fitted.logit), numpy.ones(best.size)]), of(fitted.right)

    def loss(weights):
        z = weights @ scores
        return numpy.logaddexp(0, numpy.where(right, -z, z)).sum(), scores @ (1 / (1 + numpy.exp(-z)) - right)

    a, b, _ = minimize(loss, numpy.zeros(3), jac=True, method="L-BFGS-B").x
    t = one_threshold(a * fitted.softmax + b * fitted.logit, fitted.right)
    return lambda other: a * other.softmax + b * other.logit - t


softmax, logit, heads = (operator.attrgetter(name) for name in Queries._fields[:3])
WAYS = {
    "top-1 only": lambda fitted: lambda other: best_only(other.softmax) - NEVER / 2,
    "top-1 only, from one threshold on": one_by(lambda queries: best_only(queries.softmax)),
    f"softmax, one threshold of {TODAY} (pack 0.3.0)": one_by(softmax, lambda *_: log_odds(numpy.float64(TODAY))),
    "softmax, one threshold": one_by(softmax),
    "softmax, one threshold, precision proven (ships)": one_by(softmax, proven_threshold),
    "softmax, a threshold a label (weight of the common 10)": each_by(softmax, 10),
    "softmax, a threshold a label (weight 160)": each_by(softmax, 160),
    "softmax, a sigmoid a label on its log odds": sigmoids(softmax),
    "one-vs-rest: router's logit, one scale and bias": one_by(logit),
    "one-vs-rest: router's logit and softmax, one sigmoid": together,
    "one-vs-rest heads fitted anew, one threshold": one_by(heads),
    "one-vs-rest heads fitted anew, a sigmoid a label": sigmoids(heads),
}
BASE = "softmax, one threshold"


def cross_fitted(way, queries):
    """The margins of queries by what was fitted on the others."""
    margins = numpy.empty(queries.right.shape)
    for fold in range(FOLDS):
        out = numpy.arange(len(margins)) % FOLDS == fold
        margins[out] = way(queries.take(~out))(queries.take(out))
    return margins


class Embedder:
    """Everything that makes scores of queries."""

    def __init__(self, options):
        self.taxonomy = Taxonomy()
        self.trained = load_trained(options, self.taxonomy)

    def rows(self, lines):
        return Rows([("", query, labels) for query, labels in lines], *self.trained, self.taxonomy)

    def embed(self, lines):
        return model.embed(model.baked(self.trained.encoder), self.trained.processor, [normalize(query) for query, _ in lines])

    def queries(self, rows, factors, heads):
        _, p = rows.probabilities(*factors)
        return Queries(log_odds(p), rows.router[:, :p.shape[1]] / rows.temperature[0], heads(rows.embeddings).numpy().astype(float), rows.is_subcategory)


def fit_one_vs_rest(x, targets, steps=600, batch=1024, rate=0.02):
    """Embeddings -> log odds of each subcategory by itself, by binary cross-entropy."""
    torch.manual_seed(1)
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    x, targets = (x - mean) / deviation, targets.float()
    weight = torch.zeros(targets.shape[1], x.shape[1], requires_grad=True)
    bias = torch.full((targets.shape[1],), -6.0, requires_grad=True)
    optimizer = torch.optim.AdamW([weight, bias], lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.1)
    for _ in range(steps):
        rows = torch.randint(0, len(x), (batch,))
        loss = F.binary_cross_entropy_with_logits(x[rows] @ weight.T + bias, targets[rows], reduction="sum") / batch
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    weight, bias = weight.detach(), bias.detach()
    return lambda e: ((e - mean) / deviation) @ weight.T + bias


def training_lines(dataset, count):
    """All English lines with several labels, and a sample of the logs."""
    rows = [row for row in read_dataset(dataset, "train", "queries/", "en-") if row.labels]
    several = [row for row in rows if len(row.labels) > 1]
    logs = [row for row in rows if len(row.labels) == 1 and "_log" in row.source]
    return [(row.query, row.labels) for row in several + random.sample(logs, min(count, len(logs)))]


def sets_of(fitted, written, real):
    """title -> ({way: margins}, queries)"""
    made = {name: way(fitted) for name, way in WAYS.items()}
    crossed = {name: cross_fitted(way, fitted) for name, way in WAYS.items()}
    by = lambda queries: ({name: way(queries) for name, way in made.items()}, queries)
    some = fitted.right.sum(1) > 1
    return {"The calibration set, cross-fitted": (crossed, fitted),
            "Its queries with several labels": ({name: x[some] for name, x in crossed.items()}, fitted.take(some)),
            "Held-out lines written to have several labels": by(written), "Real queries": by(real),
            "Real queries that have a label": by(real.take(real.right.any(1))), "Real queries with several labels": by(real.take(real.right.sum(1) > 1))}


def write(out, sets, extra):
    classes = next(iter(sets.values()))[1].right.shape[1]
    out.write("# Several labels\n\nMade by `scripts/train/labels.py`; its docstring says how. Precision: share of the listed labels that are accepted; macro recall: mean over "
              "subcategories of the share of their queries that list them; the last two columns are where one shift of the thresholds gives a precision "
              f"of {PRECISION} on the very queries measured, so that ways are compared at the same precision, with the 95 % interval of the gain over "
              f"\"{BASE}\".\n")
    for title, (margins, queries) in sets.items():
        several = queries.right.sum(1) > 1
        out.write(f"\n## {title}: {len(several)} queries, {several.sum()} with several labels\n\n| | precision | macro recall | micro-F1 | labels a query | gain in micro-F1 | "
                  f"macro recall at precision {PRECISION} | gain |\n|---|---|---|---|---|---|---|---|\n")
        measured = {name: Listed(x, queries.right) for name, x in margins.items()}
        base = measured[BASE].draws()
        for name, one in measured.items():
            found = one.scores()
            low, high = numpy.percentile(one.draws() - base, [2.5, 97.5], axis=0)
            f1, recall = (f"{low[i]:+.3f} to {high[i]:+.3f}" for i in (2, 4))
            out.write(f"| {name} | " + " | ".join(f"{x:.3f}" for x in found[:4]) + f" | {f1} | {found[4]:.3f} | {recall} |\n")
    out.write(f"\n## Bytes\n\nOne threshold: 4, which every pack has. A threshold a label: {4 * classes}; a sigmoid a label: {8 * classes}; one-vs-rest heads "
              f"(int8, a scale and a bias a row): {classes * (extra['width'] + 8)}, and as many multiplications a query as the router. They were fitted on {extra['lines']} lines.\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("student")
    parser.add_argument("heads", help="path without suffix")
    parser.add_argument("evaluation")
    parser.add_argument("--lines", type=int, default=30000, help="of the logs, to fit one-vs-rest heads on")
    parser.add_argument("--out", default=ROOT / "models" / "storefront" / "LABELS.md")
    options = parser.parse_args()
    seed_everything(1)
    embedder = Embedder(options)
    written = [(row.query, row.labels) for row in read_dataset(options.dataset, "heldout", "_multi")]
    real = [(query, labels) for _, query, labels in measure.read_evaluation(options.evaluation)]
    lines = training_lines(options.dataset, options.lines)
    heads = fit_one_vs_rest(embedder.embed(lines), torch.tensor([[s in labels for s in embedder.taxonomy.subcategories] for _, labels in lines]))
    fitted, written, real = (embedder.rows(x) for x in (calibration_lines("en-US"), written, real))
    factors = top_label_factors(fitted)
    fitted, written, real = (embedder.queries(x, factors, heads) for x in (fitted, written, real))
    sets = sets_of(fitted, written, real)
    with open(options.out, "w", encoding="utf-8") as out:
        write(out, sets, {"width": embedder.trained.encoder.config["width"], "lines": len(lines)})
    print(open(options.out, encoding="utf-8").read())


if __name__ == "__main__":
    main()
