#!/usr/bin/env python3
"""New categories from a few example queries: which score tells their queries, what they win and cost, what their probability is worth.

in:  DATASET.tsv, HEADS.npz and the pack of one student, build/release/aisle
out: models/storefront/PROTOTYPES.md; models/storefront/prototypes.json, which `aisle prototypes --weights` puts into the pack

English lines. Two kinds of new category, of which the pack's heads say nothing: see INTRODUCTION. The weights are fitted on one half
of the categories and judged on the other, both ways, for all numbers of examples at once.
"""
import argparse
import collections
import json
import pathlib
import random
import tempfile
import typing

import numpy
from scipy.optimize import minimize
from scipy.special import expit, logit

from common import ROOT, Taxonomy, table
from new_categories import REST, SHOTS, TESTED, Category, engine, gather, unit

PAGE = ROOT / "models" / "storefront" / "PROTOTYPES.md"
FITTED = 600  # of those, for fitting the weights
SHARE = 0.02  # of the queries: what a new category is taken to be
TOGETHER = 10  # categories added at once
ASKED = 400  # queries of other labels then


class Space:
    """A way to score a row against examples."""

    def __init__(self, x, background, name):
        mean = background.mean(0)
        if name == "cosine":
            self.z = unit(x)
        elif name == "cosine, centred":
            self.z = unit(x - mean)
        else:
            values, vectors = numpy.linalg.eigh(numpy.cov((background - mean).T))
            self.z = unit((x - mean) @ (vectors / numpy.sqrt(values + 0.3 * values.mean())).astype(numpy.float32))

    def scores(self, examples, rows):
        return self.z[rows] @ unit(self.z[examples].sum(0))


def features(c, score, shots, beside):
    columns = [score, score / shots, numpy.ones(len(score)) / shots]
    if "rival" in beside:
        columns.append(logit(c.rival.clip(1e-5, 1 - 1e-5)))
    if "group" in beside:
        columns.append(numpy.log(c.group + 1e-3))
    return numpy.stack([*columns, numpy.ones(len(score))], 1)


def fit(a, truth, weights):
    """Logistic regression: weights of the features, the last of which is 1."""
    scale = numpy.maximum(numpy.abs(a).max(0), 1e-9)
    a, weights = a / scale, weights / weights.sum()

    def loss(w):
        u = a @ w
        return weights @ (numpy.logaddexp(0, u) - truth * u) + 1e-6 * w @ w, a.T @ (weights * (expit(u) - truth)) + 2e-6 * w

    return minimize(loss, numpy.zeros(a.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x / scale


class Sample(typing.NamedTuple):
    """A category whose examples are drawn, and the rows that are left."""

    category: Category
    kept: numpy.ndarray
    features: numpy.ndarray
    own: numpy.ndarray  # bool
    share: numpy.ndarray  # of the queries, which each row stands for


def samples(categories, space, shots, beside, seed):
    """Of each category with enough rows."""
    draw, found = numpy.random.default_rng(seed), []
    for c in categories:
        order = draw.permutation(c.count)
        if c.count < shots + TESTED:
            continue
        kept = numpy.r_[order[shots:], numpy.arange(c.count, len(c.rows))]
        own = kept < c.count
        share = numpy.where(own, SHARE / own.sum(), (1 - SHARE) / (~own).sum())
        found.append(Sample(c, kept, features(c, space.scores(c.rows[order[:shots]], c.rows), shots, beside)[kept], own, share))
    return found


def weights_of(drawn):
    """Fitted weights, each category counting alike."""
    thin = [(s, slice(0, int(s.own.sum()) + FITTED)) for s in drawn]
    share = [numpy.where(s.own[t], SHARE / s.own[t].sum(), (1 - SHARE) / (~s.own[t]).sum()) for s, t in thin]
    return fit(numpy.concatenate([s.features[t] for s, t in thin]), numpy.concatenate([s.own[t] for s, t in thin]), numpy.concatenate(share))


class Judged(typing.NamedTuple):
    scores: numpy.ndarray  # [categories, 4]: found, loss, loss in the parent group, log loss
    p: numpy.ndarray  # of all rows
    own: numpy.ndarray
    share: numpy.ndarray


def judge(drawn, weights):
    rows, p = [], [expit(s.features @ weights) for s in drawn]
    for s, mine in zip(drawn, p):
        win = mine > s.category.beat[s.kept] * (1 - mine)
        lost, near = win & s.category.right[s.kept], ~s.own & s.category.near[s.kept]
        entropy = -s.share @ numpy.log(numpy.where(s.own, mine, 1 - mine).clip(1e-9))
        rows.append([win[s.own].mean(), lost[~s.own].mean(), lost[near].mean() if near.any() else 0, entropy])
    return Judged(numpy.array(rows), numpy.concatenate(p), numpy.concatenate([s.own for s in drawn]), numpy.concatenate([s.share for s in drawn]))


def cross(kinds, space, beside, seed):
    """{(kind, shots): Judged}: both halves, each by weights fitted on the other half of all kinds together."""
    results = collections.defaultdict(list)
    for turn in (0, 1):
        weights = weights_of([s for c in kinds.values() for n in SHOTS for s in samples(c[turn::2], space, n, beside, seed + n)])
        for kind, c in kinds.items():
            for n in SHOTS:
                results[kind, n].append(judge(samples(c[1 - turn::2], space, n, beside, seed + 100 + n), weights))
    return {key: Judged(*map(numpy.concatenate, zip(*parts))) for key, parts in results.items()}


def answers(path, queries):
    """The engine's most probable subcategory, or none where that is more probable."""
    found = engine("classify", "--json", "--top", 1, "--pack", path, queries=queries)
    return ["none" if not d["alternatives"] or 1 - d["shopping"] > d["alternatives"][0]["probability"] else d["alternatives"][0]["id"] for d in found]


def together(options, weights, fine, held, sample):
    """Rows: ten finer categories at once, as the engine answers, by prototypes and by fitted heads."""
    draw = random.Random(options.seed)
    chosen = draw.sample(fine, TOGETHER)
    ids = [f"{parent.split('/')[0]}/new-{i}" for i, (_, parent, _) in enumerate(chosen)]
    apart = lambda row: not any(phrase in row.query for phrase, _, _ in chosen)
    rest, others = [list(filter(apart, rows))[:ASKED] for rows in (held, sample)]
    queries = [draw.sample(own, len(own)) for _, _, own in chosen]
    tests = [(i, q) for i, own in zip(ids, queries) for q in own[max(SHOTS):]]
    rows, asked = [], [row.query for row in rest]
    with tempfile.TemporaryDirectory() as folder:
        based, made, lines = (pathlib.Path(folder) / name for name in ("based.aisle", "made.aisle", "lines.tsv"))
        engine("prototypes", "--weights", weights, "--pack", options.pack, "--out", based)
        before = answers(based, asked)
        for verb in ("prototypes", "fit"):
            for n in SHOTS[verb == "fit":]:
                own = [f"{i}\t{q}\n" for i, mine in zip(ids, queries) for q in mine[:n]]
                lines.write_text("".join(own + [f"{'|'.join(row.labels)}\t{row.query}\n" for row in others if verb == "fit"]), encoding="utf-8")
                engine(verb, lines, *(option for i in ids for option in ("--new", f"{i}={i}")), "--pack", based, "--out", made)
                found = numpy.mean([best == i for best, (i, _) in zip(answers(made, [q for _, q in tests]), tests)])
                lost = numpy.mean([was in row.labels and now not in row.labels for was, now, row in zip(before, answers(made, asked), rest)])
                rows.append([f"`aisle {verb}`", str(n), f"{100 * found:.1f}", f"{100 * lost:.2f}"])
    return rows


METHODS = [("cosine", "rival group"), ("cosine, centred", ""), ("cosine, centred", "rival"), ("cosine, centred", "rival group"), ("whitened", "rival group")]
CHOSEN = METHODS[3]
IN_WORDS = {"": "nothing", "rival": "the best other subcategory", "rival group": "that and the parent group"}
INTRODUCTION = """\
A new category's probability is made of how near the query lies to its examples, of the most probable other subcategory and of the
parent group (models/FORMAT.md states the formula); it takes its share from all others in proportion. Written by
`scripts/train/prototypes.py DATASET HEADS --held {held} --sample {sample} --finer {listed}`, which also writes [prototypes.json](prototypes.json),
the weights. Percent throughout, English lines, the pack {version}.

- **hidden** ({hidden}): a subcategory is taken out of the pack's heads (its component of the router, its row of the group's head). The
  encoder was trained with it, which flatters. Held-out lines.
- **finer** ({finer}): the queries that hold a phrase such as "{phrase}", which has no label of its own: no training ever saw that border,
  though it saw the queries under the parent's label. All of them share the phrase with the examples, which flatters more.

Found: of a new category's other queries, those for which it is the most probable subcategory. Loss: of {rest} held-out queries of all other
labels and of none, those that were right and are no longer; in the group: of those in its parent group. Each category is added alone and
taken to be {share:.0%} of the queries; weights are fitted on one half of the categories and judged on the other, both ways.
"""


def choice(results):
    rows = []
    for (name, beside), found in results.items():
        means = {key: judged.scores.mean(0) for key, judged in found.items()}
        both = (means["hidden", 5] + means["finer", 5]) / 2
        cells = [f"{100 * means[k, n][0]:.1f}" for k in ("hidden", "finer") for n in (1, 5, 20)]
        mark = "**" if (name, beside) == CHOSEN else ""
        rows.append([f"{mark}{name}{mark}", IN_WORDS[beside], *cells, f"{100 * both[1]:.2f}", f"{100 * both[2]:.2f}", f"{both[3]:.4f}"])
    return table(["score", "beside it", *(f"{k}: found of {n}" for k in ("hidden", "finer") for n in (1, 5, 20)), "loss, of 5", "in the group, of 5", "log loss, of 5"], rows)


def by_shots(found):
    rows = [[kind, str(n), *(f"{100 * value:.{digits}f}" for value, digits in zip(judged.scores.mean(0)[:3], (1, 2, 2)))] for (kind, n), judged in found.items()]
    return table(["kind", "examples", "found", "loss", "in the group"], rows)


def reliability(found):
    """What the probability says against what is so, for 5 examples."""
    rows, bounds = [], (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.01)
    for low, high in zip(bounds, bounds[1:]):
        row = [f"{100 * low:.0f} to {min(100 * high, 100):.0f}"]
        for kind in ("hidden", "finer"):
            j = found[kind, 5]
            at = (j.p >= low) & (j.p < high)
            total = j.share[at].sum()
            row += [f"{100 * total / j.share.sum():.2f}", f"{100 * (j.share @ (at * j.p)) / total:.1f}", f"{100 * (j.share @ (at & j.own)) / total:.1f}"]
        rows.append(row)
    return table(["probability of the new category", *(f"{k}: {what}" for k in ("hidden", "finer") for what in ("of the queries", "said", "so"))], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("heads", help="path without suffix")
    parser.add_argument("--pack", default=ROOT / "models" / "storefront" / "storefront.aisle")
    parser.add_argument("--out", default=PAGE, type=pathlib.Path, help="the page; the weights go to prototypes.json beside it")
    parser.add_argument("--held", type=int, default=8000, help="held-out lines, for the hidden categories and the rest")
    parser.add_argument("--sample", type=int, default=10000, help="training lines, for the centre")
    parser.add_argument("--finer", type=int, default=60, help="how many finer categories")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kinds, x, background, fine, held, sample = gather(options, Taxonomy())
    results = {(name, beside): cross(kinds, Space(x, background, name), beside, options.seed) for name, beside in METHODS}
    space = Space(x, background, CHOSEN[0])
    drawn = lambda beside: weights_of([s for c in kinds.values() for n in SHOTS for s in samples(c, space, n, beside, options.seed + n)])
    weights, apart = drawn("rival group"), drawn("rival")
    digits = lambda values: [float(f"{v:.5g}") for v in values]
    section = {"centre": digits(background.mean(0)), "weights": digits(weights), "apart": digits([*apart[:4], 0, apart[4]])}
    path = options.out.parent / "prototypes.json"
    path.write_text(json.dumps(section) + "\n", encoding="utf-8")
    version = engine("inspect", "--pack", options.pack).split("\n")[0].split(",")[0].removeprefix("pack").strip()
    intro = INTRODUCTION.format(version=version, held=options.held, sample=options.sample, listed=options.finer,
                                hidden=len(kinds["hidden"]), finer=len(kinds["finer"]), phrase=fine[len(fine) // 2][0], rest=min(REST, len(held)), share=SHARE)
    lines = ["# New categories from examples", "", intro, "## The chosen score", "", *by_shots(results[CHOSEN]),
             "## What the probability is worth", "", "Of 5 examples.", "", *reliability(results[CHOSEN]),
             f"## {TOGETHER} finer categories at once, against heads fitted to the same examples", "",
             f"As the engine answers. `aisle fit` is given {ASKED} lines of other labels, too.", "",
             *table(["way", "examples", "found", "loss"], together(options, path, fine, held, sample)), "## The choice", "", *choice(results)]
    options.out.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
