"""What prototypes.py judges new categories on: subcategories taken out of the heads, and finer ones that never had a label."""
import collections
import json
import random
import subprocess
import typing

import numpy
import torch
from scipy.special import softmax

import pack
import read_pack
from common import ROOT, normalize, read_dataset

AISLE = ROOT / "build" / "release" / "aisle"
SHOTS = (1, 5, 10, 20)
TESTED = 6  # queries a category needs beside its examples
MOST = 50  # of its queries that are looked at
REST = 2000  # queries that stand for the rest
SEARCHED = 100000  # training lines, for the phrases of finer categories


def engine(verb, *options, queries=()):
    done = subprocess.run([AISLE, verb, *map(str, options)], input="".join(normalize(q) + "\n" for q in queries), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()] if queries else done.stdout


def embed(path, queries):
    """The engine's embeddings; zeros where no piece is known."""
    rows = engine("classify", "--embedding", "--pack", path, queries=queries)
    return numpy.array([row or [0] * max(map(len, rows)) for row in rows], numpy.float32)


def unit(rows):
    return rows / numpy.maximum(numpy.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


class Model:
    """What the pack says of each row, with or without one subcategory."""

    def __init__(self, heads, temperatures, taxonomy, x):
        router, groups, outcome_of = heads
        self.group = numpy.array([taxonomy.groups.index(taxonomy.group_of(s)) for s in taxonomy.subcategories])
        score = lambda head, temperature: softmax(head(torch.from_numpy(x)).numpy() / temperature, -1)
        routed = score(router, temperatures[0])
        self.own = routed[:, : len(self.group)]  # a component each
        self.outcomes = numpy.stack([routed[:, outcome_of.numpy() == o].sum(1) for o in range(len(taxonomy.groups) + 2)], 1)
        self.inside = numpy.concatenate([score(head, t) for head, t in zip(groups, temperatures[1])], 1)
        self.joint = self.inside * self.outcomes[:, self.group]

    def without(self, c, rows):
        """Of `rows`: P(subcategory), P(outcome) as if c were not there; None: as they are."""
        if c is None:
            return self.joint[rows], self.outcomes[rows]
        g, rest = self.group[c], numpy.maximum(1 - self.own[rows, c], 1e-6)[:, None]
        outcomes = self.outcomes[rows] / rest
        outcomes[:, g] = numpy.maximum(self.outcomes[rows, g] - self.own[rows, c], 0) / rest[:, 0]
        joint, members = self.joint[rows] / rest, numpy.flatnonzero(self.group == g)
        joint[:, members] = self.inside[numpy.ix_(rows, members)] / numpy.maximum(1 - self.inside[rows, c], 1e-6)[:, None] * outcomes[:, [g]]
        joint[:, c] = 0
        return joint.clip(0, 1), outcomes


class Category(typing.NamedTuple):
    """A new category; rows: its own, then those that stand for the rest."""

    rows: numpy.ndarray
    count: int  # of its own
    rival: numpy.ndarray  # probability of each row's best other subcategory
    group: numpy.ndarray  # probability of the parent group
    beat: numpy.ndarray  # what the new category must exceed to take the row: the rival, or P(none) of a row that is no shopping
    right: numpy.ndarray  # whether the pack has the row right
    near: numpy.ndarray  # whether the row is accepted in the parent group


def category(model, taxonomy, labels, hidden, parent, own, rest):
    rows, g = numpy.r_[own, rest], model.group[parent]
    joint, outcomes = model.without(hidden, rows)
    best, rival = joint.argmax(1), joint.max(1)
    none = numpy.array(["none" in labels[i] for i in rows])
    right = numpy.where(none, outcomes.argmax(1) == outcomes.shape[1] - 1, [taxonomy.subcategories[b] in labels[i] for i, b in zip(rows, best)])
    near = numpy.array([any(taxonomy.group_of(l) == taxonomy.groups[g] for l in labels[i]) for i in rows])
    return Category(rows, len(own), rival, outcomes[:, g], numpy.where(none, outcomes[:, -1], rival), right, near)


def hidden(held, taxonomy):
    """{number of a subcategory: its held-out rows}"""
    index, rows = {s: i for i, s in enumerate(taxonomy.subcategories)}, collections.defaultdict(list)
    for i, row in enumerate(held):
        if len(row.labels) == 1 and row.labels[0] in index:
            rows[index[row.labels[0]]].append(i)
    return {c: own[:MOST] for c, own in sorted(rows.items()) if len(own) >= 5 + TESTED}


def phrases(lines):
    """{phrase: (parent, numbers of lines)}: nine in ten lines of one subcategory, at most half of what that has; no line twice."""
    found, sizes = collections.defaultdict(list), collections.Counter(row.labels[0] for row in lines)
    for i, row in enumerate(lines):
        words = row.query.split()
        for phrase in {*words, *map(" ".join, zip(words, words[1:]))}:
            if len(phrase) > 3 and "/" in row.labels[0]:
                found[phrase].append(i)
    kept, used = {}, set()
    for phrase, rows in sorted(found.items()):
        parent, most = collections.Counter(lines[i].labels[0] for i in rows).most_common(1)[0]
        if len(rows) >= max(SHOTS) + TESTED and most >= 0.9 * len(rows) and most <= 0.5 * sizes[parent] and used.isdisjoint(rows):
            kept[phrase] = parent, rows[:MOST]
            used.update(rows)
    return kept


def gather(options, taxonomy):
    """({kind: [Category]}, embeddings, background, [(phrase, parent, queries)] of the finer ones, held-out rows, training rows)"""
    held = [row for row in read_dataset(options.dataset, "heldout", "queries/", "en-")]
    random.Random(options.seed).shuffle(held)
    held = held[: options.held]
    train = random.Random(options.seed).sample(read_dataset(options.dataset, "train", "queries/", "en-"), SEARCHED)
    sample, fine = train[: options.sample], phrases(train)
    fine = {phrase: fine[phrase] for phrase in random.Random(options.seed).sample(sorted(fine), min(options.finer, len(fine)))}
    used = [train[i] for _, rows in fine.values() for i in rows]
    x = embed(options.pack, [row.query for row in [*held, *sample, *used]])
    labels = [row.labels for row in [*held, *sample, *used]]
    model = Model(pack.load_heads(options.heads, len(taxonomy.groups)), read_pack.temperatures(options.pack), taxonomy, x)
    make = lambda *facts: category(model, taxonomy, labels, *facts)
    others = lambda kept: [i for i in range(min(REST, len(held))) if kept(held[i])]
    kinds = {"hidden": [make(c, c, own, others(lambda row: taxonomy.subcategories[c] not in row.labels)) for c, own in hidden(held, taxonomy).items()],
             "finer": []}
    start = len(held) + len(sample)
    for phrase, (parent, rows) in fine.items():
        kinds["finer"].append(make(None, taxonomy.subcategories.index(parent), list(range(start, start + len(rows))), others(lambda row: phrase not in row.query)))
        start += len(rows)
    finer = [(phrase, parent, [train[i].query for i in rows]) for phrase, (parent, rows) in fine.items()]
    return kinds, x, x[len(held):len(held) + len(sample)], finer, held, sample
