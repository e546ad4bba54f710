"""The scores of `aisle eval`, for models that only Python can run (teacher, float student, fastText)."""
import pathlib
import re

import numpy

ENGLISH = ("mq", "hd", "esci", "wands", "algolia", "fashion")
PRECISION = 0.8  # of listed labels
NEVER = -1e9  # a margin of labels that are not to be listed
MOST = 5  # labels of a query: kMostLabels in src/decision/decide.h


def read_evaluation(path, pools=ENGLISH):
    """[(pool, query, accepted labels)] of an evaluation file (id, query, accepted)."""
    rows = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()[1:]:
        row, query, accepted = line.split("\t")
        pool = re.match("[a-z]+", row)[0]
        if pool in pools:
            rows.append((pool, query, accepted.split("|")))
    return rows


def scores(rows, ranked, groups, taxonomy):
    """rows of read_evaluation; ranked: for each, [(subcategory, probability)] from the best down (three at least);
    groups: for each, the best group."""
    answers, none, hits, pools = [], [], {"group": 0, "top3": 0}, {}
    for (pool, _, accepted), subcategories, group in zip(rows, ranked, groups):
        best, confidence = subcategories[0]
        if "none" in accepted:
            none.append(confidence)
        if not any("/" in label for label in accepted):
            continue
        answers.append((confidence, best in accepted, "none" in accepted))
        pools.setdefault(pool, []).append(best in accepted)
        hits["group"] += group in {taxonomy.group_of(label) for label in accepted}
        hits["top3"] += any(label in accepted for label, _ in subcategories[:3])
    answers.sort(key=lambda a: -a[0])
    coverage, wrong = {0.05: 0.0, 0.10: 0.0}, 0
    for i, (_, right, _) in enumerate(answers, 1):
        wrong += not right
        for rate in coverage:
            if wrong <= rate * i:
                coverage[rate] = i / len(answers)
    shopping = [p for p, _, is_none in answers if not is_none]
    auroc = sum((p > n) + 0.5 * (p == n) for p in shopping for n in none) / len(shopping) / len(none) if none else None
    return {"withSubcategory": len(answers), "none": len(none), "groupTop1": hits["group"] / len(answers),
            "subcategoryTop1": sum(a[1] for a in answers) / len(answers), "subcategoryTop3": hits["top3"] / len(answers), "noneAuroc": auroc,
            "coverageAt5": coverage[0.05], "coverageAt10": coverage[0.10], "pools": {k: sum(v) / len(v) for k, v in pools.items()}}


def scores_of_probabilities(rows, joint, outcomes, taxonomy):
    """joint [rows, subcategories], outcomes [rows, groups, ...], torch tensors of probabilities."""
    top = joint.topk(3)
    ranked = [[(taxonomy.subcategories[i], float(p)) for i, p in zip(ids, ps)] for ids, ps in zip(top.indices.tolist(), top.values.tolist())]
    groups = [taxonomy.groups[g] for g in outcomes[:, : len(taxonomy.groups)].argmax(1).tolist()]
    return scores(rows, ranked, groups, taxonomy)


class Listed:
    """Scores of the labels whose margin is at least 0; margins and right: [queries, subcategories]; `weights`: how often a query counts."""

    def __init__(self, margins, right):
        best = numpy.argsort(-margins, 1)[:, :MOST]
        row = numpy.repeat(numpy.arange(len(right)), MOST)
        order = numpy.argsort(-numpy.take_along_axis(margins, best, 1), axis=None, kind="stable")
        self.row, self.label = row[order], best.flat[order]
        self.margin, self.hit = margins[self.row, self.label], right[self.row, self.label]
        self.accepted, self.shape = numpy.nonzero(right), right.shape

    def macro_recall(self, stated, weights):
        """Mean over the subcategories that some query accepts."""
        positives = numpy.bincount(self.accepted[1], weights[self.accepted[0]], self.shape[1])
        hits = numpy.bincount(self.label[:stated], self.hit[:stated] * weights[self.row[:stated]], self.shape[1])
        return (hits[positives > 0] / positives[positives > 0]).mean()

    def scores(self, weights=None):
        """(precision, macro recall, micro-F1, labels a query, macro recall where one shift of all thresholds gives the precision)"""
        weights = numpy.ones(self.shape[0]) if weights is None else weights
        count = weights[self.row].cumsum()
        hits = (weights[self.row] * self.hit).cumsum()
        stated = numpy.searchsorted(-self.margin, 0, side="right")
        all_stated, all_hits = (count[stated - 1], hits[stated - 1]) if stated else (0, 0)
        enough = numpy.flatnonzero((hits >= PRECISION * count) & (self.margin > NEVER / 2))
        return numpy.array([all_hits / max(1, all_stated), self.macro_recall(stated, weights), 2 * all_hits / (all_stated + weights[self.accepted[0]].sum()),
                            all_stated / weights.sum(), self.macro_recall(enough[-1] + 1, weights) if len(enough) else 0])

    def draws(self, count=100):
        """Scores over draws of the queries, the same draws for whatever is measured on them."""
        dice, queries = numpy.random.default_rng(1), self.shape[0]
        return numpy.array([self.scores(numpy.bincount(dice.integers(0, queries, queries), minlength=queries).astype(float)) for _ in range(count)])
