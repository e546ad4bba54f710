#!/usr/bin/env python3
"""What the choices behind a decision earn: ways to calibrate, ways to set thresholds, roll-up; models/storefront/DECISIONS.md.

in:  VOCABULARY.model, STUDENT.pt, HEADS.npz (of the shipped pack), data/calibration.tsv, an evaluation TSV (id, query, accepted)
Everything is fitted on the English lines of the calibration set and measured on the evaluation file, whose rows chose nothing here.
`aisle calibrate` (src/learn/calibration.cc) does what the rows marked "ships" say.
"""
import argparse
import math

import numpy
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import binom

import measure
import model
from common import ROOT, Taxonomy, calibration_lines, normalize
from heads import Structure
from pack import load_trained

RATES = (0.02, 0.05, 0.1, 0.2)
DELTA = 0.1
GRID = numpy.arange(199, 0, -1) / 200


def softmax(x):
    e = numpy.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


class Rows:
    """Logits of queries, and which outcomes and subcategories are right."""

    def __init__(self, rows, encoder, processor, heads, taxonomy):
        router, groups, outcome_of = heads
        embeddings = model.embed(encoder, processor, [normalize(query) for _, query, _ in rows])
        self.embeddings = embeddings
        self.router = router(embeddings).detach().numpy().astype(float)
        self.groups = [group(embeddings).detach().numpy().astype(float) for group in groups]
        self.temperature = router.temperature, [group.temperature for group in groups]
        self.outcome_of = outcome_of.numpy()
        self.names = [*taxonomy.groups, "broad", "none"]
        self.pools = numpy.array([pool for pool, _, _ in rows])
        self.is_outcome = numpy.array([[name in {taxonomy.group_of(l) for l in labels} for name in self.names] for _, _, labels in rows])
        self.is_subcategory = numpy.array([[s in labels for s in taxonomy.subcategories] for _, _, labels in rows])
        self.start = numpy.cumsum([0] + [g.shape[1] for g in self.groups])

    def take(self, which):
        taken = object.__new__(Rows)
        taken.__dict__ = dict(self.__dict__)
        taken.embeddings, taken.router, taken.groups = self.embeddings[which], self.router[which], [g[which] for g in self.groups]
        taken.is_outcome, taken.is_subcategory, taken.pools = self.is_outcome[which], self.is_subcategory[which], self.pools[which]
        return taken

    def probabilities(self, temperature=1.0, factor=1.0, bias=0.0):
        """P(outcome), P(subcategory); `bias`: of each outcome's components."""
        bias = bias[self.outcome_of] if isinstance(bias, numpy.ndarray) else bias
        components = softmax(self.router / (self.temperature[0] * temperature) + bias)
        outcomes = components @ (self.outcome_of[:, None] == numpy.arange(len(self.names)))
        inside = [softmax(g / (t * factor)) for g, t in zip(self.groups, self.temperature[1])]
        return outcomes, numpy.concatenate([outcomes[:, [i]] * p for i, p in enumerate(inside)], 1)

    def answers(self, outcomes, subcategories):
        """((confidence, right) of the best outcome, the same of the best subcategory), over all queries: where no subcategory is
        right, none is."""
        best = lambda p, right: (p.max(1), right[numpy.arange(len(p)), p.argmax(1)])
        return best(outcomes, self.is_outcome), best(subcategories, self.is_subcategory)


def log_loss(answer):
    confidence = answer[0].clip(1e-6, 1 - 1e-6)
    return -numpy.where(answer[1], numpy.log(confidence), numpy.log(1 - confidence)).mean()


def ece(confidence, right, bins=15):
    which = numpy.minimum((confidence * bins).astype(int), bins - 1)
    return sum(abs((confidence - right)[which == b].sum()) for b in range(bins)) / len(confidence)


def best_factor(loss):
    return math.exp(minimize_scalar(lambda x: loss(math.exp(x)), bounds=(-1.4, 1.4), method="bounded").x)


def top_label_factors(rows):
    temperature = best_factor(lambda t: log_loss(rows.answers(*rows.probabilities(t))[0]))
    return temperature, best_factor(lambda f: log_loss(rows.answers(*rows.probabilities(temperature, f))[1]))


def top_label(rows):
    factors = top_label_factors(rows)
    return lambda other: other.answers(*other.probabilities(*factors))


def label_likelihood(rows):
    """Temperatures by the likelihood of the accepted labels together."""
    chance = lambda p, right: -numpy.log((p * right).sum(1).clip(1e-9)).mean()
    temperature = best_factor(lambda t: chance(rows.probabilities(t)[0], rows.is_outcome))
    some = rows.take(rows.is_subcategory.any(1))
    factor = best_factor(lambda f: chance(some.probabilities(temperature, f)[1], some.is_subcategory))
    return lambda other: other.answers(*other.probabilities(temperature, factor))


def vector_scaling(rows):
    def loss(x):
        outcomes, _ = rows.probabilities(math.exp(x[0]), 1.0, x[1:])
        return -numpy.log((outcomes * rows.is_outcome).sum(1).clip(1e-9)).mean() + 1e-3 * (x[1:] ** 2).sum()

    x = minimize(loss, numpy.zeros(1 + len(rows.names)), method="L-BFGS-B", options={"maxiter": 10}).x
    factor = best_factor(lambda f: log_loss(rows.answers(*rows.probabilities(math.exp(x[0]), f, x[1:]))[1]))
    return lambda other: other.answers(*other.probabilities(math.exp(x[0]), factor, x[1:]))


def isotonic(rows):
    """Pool adjacent violators on the confidences of the best outcome and of the best subcategory."""
    def fit(confidence, right):
        order = numpy.argsort(confidence)
        blocks = []
        for x, y in zip(confidence[order], right[order].astype(float)):
            blocks.append([x, y, 1])
            while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
                _, y2, n2 = blocks.pop()
                blocks[-1] = [blocks[-1][0], (blocks[-1][1] * blocks[-1][2] + y2 * n2) / (blocks[-1][2] + n2), blocks[-1][2] + n2]
        edges, values = numpy.array([b[0] for b in blocks]), numpy.array([b[1] for b in blocks])
        return lambda c: values[(numpy.searchsorted(edges, c, side="right") - 1).clip(0)]

    maps = [fit(*answer) for answer in rows.answers(*rows.probabilities())]
    return lambda other: [(m(confidence), right) for m, (confidence, right) in zip(maps, other.answers(*other.probabilities()))]


METHODS = {
    "one temperature a head, by log loss of the held-out lines' labels": lambda rows: lambda other: other.answers(*other.probabilities()),
    "the same, and two factors by likelihood of all accepted labels": label_likelihood,
    "the same, and two factors by top-label log loss (ships)": top_label,
    "vector scaling: a bias for each outcome besides": vector_scaling,
    "isotonic regression of the confidences": isotonic,
}


def cross_fitted(method, rows, folds=5):
    parts = []
    for fold in range(folds):
        out = numpy.arange(len(rows.router)) % folds == fold
        parts.append(method(rows.take(~out))(rows.take(out)))
    return [tuple(numpy.concatenate(x) for x in zip(*(part[i] for part in parts))) for i in (0, 1)]


class Candidates:
    """For each query its best outcome, and the best subcategory of that group."""

    def __init__(self, rows, probabilities):
        outcomes, subcategories = probabilities
        n = numpy.arange(len(outcomes))
        best = outcomes.argmax(1)
        groups = len(rows.groups)
        self.kind = numpy.where(best < groups, 0, best - groups + 1)  # a group, broad, none
        self.outcome, self.outcome_right = outcomes.max(1), rows.is_outcome[n, best]
        first, last = rows.start[best.clip(max=groups - 1)], rows.start[best.clip(max=groups - 1) + 1]
        top = numpy.array([a + subcategories[i, a:b].argmax() for i, (a, b) in enumerate(zip(first, last))])
        self.category = numpy.where(self.kind == 0, subcategories[n, top], 0)
        self.category_right = rows.is_subcategory[n, top]

    def stated(self, category, group, other, which=slice(None)):
        """(decided, right) at these thresholds; a group of 2 is never stated."""
        sub = self.category[which] >= category
        limit = numpy.where(self.kind[which] == 0, group, other)
        decided = sub | (self.outcome[which] >= limit)
        return decided, numpy.where(sub, self.category_right[which], self.outcome_right[which])


def lowest_safe(states, rate, total):
    """As lowest_safe() in src/learn/selective.cc; states: threshold -> (decided, right)."""
    proof = math.log(DELTA) / math.log1p(-rate)
    enough, best = max(proof, min(4 * proof, total / 4)), 2.0
    for threshold in GRID:
        decided, right = states(threshold)
        if decided.sum() < enough:
            continue
        if binom.cdf((decided & ~right).sum(), decided.sum(), rate) > DELTA:
            break
        best = threshold
    return best


def one_for_all(c, rate, rollup=True):
    t = lowest_safe(lambda t: c.stated(t, t if rollup else 2, t), rate, len(c.kind))
    return t, t if rollup else 2, t


def one_each(c, rate):
    """Each kind of decision keeps the rate by itself."""
    only = lambda kind: c.kind == kind
    category = lowest_safe(lambda t: c.stated(t, 2, 2), rate, only(0).sum())
    rest = only(0) & (c.category < category)
    group = lowest_safe(lambda t: c.stated(2, t, 2, rest), rate, rest.sum())
    return category, group, lowest_safe(lambda t: c.stated(2, 2, t, only(2)), rate, only(2).sum())


POLICIES = {"a threshold for each outcome, roll-up": one_each, "one threshold, accept or abstain": lambda c, rate: one_for_all(c, rate, False),
            "one threshold, roll-up (ships)": one_for_all}


def exceeded(c, rate, draws=200, seed=1):
    """Share of draws (half as many queries as there are, with replacement) whose threshold breaks the rate on all of them."""
    random, count, broken = numpy.random.default_rng(seed), len(c.kind), 0
    for _ in range(draws):
        which = random.integers(0, count, count // 2)
        t = lowest_safe(lambda t: c.stated(t, t, t, which), rate, len(which))
        decided, right = c.stated(t, t, t)
        broken += decided.any() and (decided & ~right).sum() > rate * decided.sum()
    return broken / draws


def share(decided, right):
    return f"{decided.mean():.3f} / {(~right[decided]).mean() if decided.any() else 0:.3f}"


def write(out, fitted, measured, numbers):
    out.write("# The decision's choices\n\nMade by `scripts/train/decisions.py`; its docstring says how. "
              f"Calibration set: {len(fitted.router)} English queries; measured on {len(measured.router)} real ones.\n\n"
              "## Calibration\n\nExpected calibration error (15 bins) of the most probable outcome and of the most probable subcategory; the first two "
              "columns are the calibration set, cross-fitted in five folds.\n\n| | outcome | subcategory | outcome, real | subcategory, real |\n|---|---|---|---|---|\n")
    for name, method in METHODS.items():
        found = cross_fitted(method, fitted) + list(method(fitted)(measured))
        out.write(f"| {name} | " + " | ".join(f"{ece(*answer):.3f}" for answer in found) + " |\n")
    shipped = top_label(fitted)
    out.write("\nBy pool, as shipped:\n\n| pool | queries | outcome | subcategory |\n|---|---|---|---|\n")
    for pool in sorted(set(measured.pools)):
        part = measured.take(measured.pools == pool)
        a, b = shipped(part)
        out.write(f"| {pool} | {len(part.router)} | {ece(*a):.3f} | {ece(*b):.3f} |\n")
    out.write(f"\nA perfectly calibrated classifier would be measured at {numbers['floor']:.3f} (subcategory) with so few rows: bins are not empty of chance.\n\n"
              "## Thresholds\n\nShare of the real queries decided / share of these decided wrongly, at each stated error rate "
              f"(chance of failure {DELTA}).\n\n| | " + " | ".join(f"{100 * r:g} %" for r in RATES) + " |\n|---|" + "---|" * len(RATES) + "\n")
    for name, rows in numbers["policies"].items():
        out.write(f"| {name} | " + " | ".join(rows) + " |\n")
    out.write(f"\nOver 200 draws of half the calibration set the rate was broken on the whole of it in {100 * numbers['exceeded']:.1f} % (stated: at most {100 * DELTA:g} %), at 5 %.\n")


def noise_floor(confidence, draws=50, seed=1):
    random = numpy.random.default_rng(seed)
    return numpy.mean([ece(confidence, random.random(len(confidence)) < confidence) for _ in range(draws)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("student")
    parser.add_argument("heads", help="path without suffix")
    parser.add_argument("evaluation")
    parser.add_argument("--out", default=ROOT / "models" / "storefront" / "DECISIONS.md")
    options = parser.parse_args()
    taxonomy = Taxonomy()
    trained = load_trained(options, taxonomy)
    fitted = Rows([("", *line) for line in calibration_lines("en-US")], *trained, taxonomy)
    english = [row for row in measure.read_evaluation(options.evaluation) if row[0] != "zh"]
    measured = Rows(english, *trained, taxonomy)

    factors = top_label_factors(fitted)
    c, d = (Candidates(rows, rows.probabilities(*factors)) for rows in (fitted, measured))
    policies = {name: [share(*d.stated(*policy(c, rate))) for rate in RATES] for name, policy in POLICIES.items()}
    numbers = {"policies": policies, "exceeded": exceeded(c, 0.05), "floor": noise_floor(top_label(fitted)(measured)[1][0])}
    with open(options.out, "w", encoding="utf-8") as out:
        write(out, fitted, measured, numbers)
    print(open(options.out, encoding="utf-8").read())


if __name__ == "__main__":
    main()
