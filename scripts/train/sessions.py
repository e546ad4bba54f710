#!/usr/bin/env python3
"""What earlier decisions of a session say of a short query, and how far to trust them: models/storefront/SESSIONS.md.

in:  VOCABULARY.model, STUDENT.pt, HEADS.npz (of the pack), PACK (its temperatures and thresholds), build/release/aisle,
     data/sessions/sessions.tsv
Every form multiplies P(subcategory) by factors and scales shopping back to what it was, so that P(none) stays. Every second session
serves to choose the bound and to fit the matrix, the other figures are of the rest. A query's context is what the pack states of the
queries before it, each with its own context, as a store would pass it on.
"""
import argparse
import math
import re
import subprocess
import typing

import numpy

from common import DATA, ROOT, Taxonomy, table
from decisions import Rows, ece
from pack import load_trained
from read_pack import temperatures

AISLE = ROOT / "build" / "release" / "aisle"
EARLIER = 8  # decisions that count: kMostContext in src/decision/context.h
BOUNDS = (1, 2, 4, 8, 16, 32, 64)
CHOSEN = 16  # of these; scripts/train/all passes it to aisle calibrate
SMOOTHING = 30  # transitions that the overall shares of the groups are worth, in each row of the matrix


class Sessions(typing.NamedTuple):
    """Queries in the order typed, session after session."""

    outcomes: numpy.ndarray  # [queries, groups + 2], without context
    subcategories: numpy.ndarray
    is_outcome: numpy.ndarray
    is_subcategory: numpy.ndarray
    start: numpy.ndarray  # of each group's subcategories, and their end
    session: numpy.ndarray  # number of each query's session
    position: numpy.ndarray  # in the session, from 0

    def take(self, which):
        return self._replace(**{name: getattr(self, name)[which] for name in self._fields if name != "start"})

    @property
    def group_of(self):
        return numpy.repeat(numpy.arange(len(self.start) - 1), numpy.diff(self.start))


def read(options):
    taxonomy = Taxonomy()
    lines = [line.split("\t") for line in (DATA / "sessions" / "sessions.tsv").read_text(encoding="utf-8").splitlines()]
    rows = Rows([(name, query, labels.split("|")) for name, query, labels in lines], *load_trained(options, taxonomy), taxonomy)
    rows.temperature = temperatures(options.pack)
    _, first, session = numpy.unique(rows.pools, return_index=True, return_inverse=True)
    return Sessions(*rows.probabilities(), rows.is_outcome, rows.is_subcategory, rows.start, session, numpy.arange(len(lines)) - first[session])


def stated_from(pack):
    """The default threshold."""
    said = subprocess.run([AISLE, "inspect", "--pack", pack], capture_output=True, text=True, check=True).stdout
    return float(re.search(r"% +([\d.]+).*\(default\)", said)[1])


def stated(data, outcomes, subcategories, threshold):
    """(subcategory, group) that the pack states of each query; -1: none."""
    groups, rows = len(data.start) - 1, numpy.arange(len(outcomes))
    group = outcomes.argmax(1)
    inside = numpy.where(data.group_of == group[:, None], subcategories, -1)
    subcategory = inside.argmax(1)
    sure = inside[rows, subcategory] >= threshold
    known = (group < groups) & (sure | (outcomes[rows, group] >= threshold))
    return numpy.where(known & sure, subcategory, -1), numpy.where(known, group, -1)


# ---- Forms: history [(subcategory, group) of each earlier query, the newest last] -> log of each subcategory's factor, 0..1 of the bound's ----


def marked(data, decided, size):
    """[queries, size]: 1 at what was decided."""
    return (decided[:, None] == numpy.arange(size)).astype(float)


def again(group_share, decay, latest=EARLIER):
    """What was decided is likelier again: `group_share` of the bound's logarithm for its group, the rest for the subcategory itself."""
    def form(data, history):
        found = 0
        for age, (subcategory, group) in enumerate(reversed(history[-latest:])):
            inside = marked(data, group, len(data.start) - 1)[:, data.group_of]
            weight = group_share * inside + (1 - group_share) * marked(data, subcategory, len(data.group_of))
            found = numpy.maximum(found, decay**age * weight)
        return found
    return form


def transitions(data, bound):
    """The matrix of the sessions' labels, each group against its overall share: as logarithms, within half the bound's either way."""
    groups = len(data.start) - 1
    shares = data.is_outcome[:, :groups] / numpy.maximum(data.is_outcome.sum(1, keepdims=True), 1)
    follows = data.position[1:] > 0
    counts = shares[:-1][follows].T @ shares[1:][follows]
    overall = shares.sum(0) / shares.sum()
    chance = (counts + SMOOTHING * overall) / (counts.sum(1, keepdims=True) + SMOOTHING)
    half = math.log(bound) / 2
    matrix = numpy.log(chance / overall).clip(-half, half) / (2 * half)

    def form(data, history):
        found = numpy.zeros((len(history[-1][1]), groups))
        for _, group in history:
            found = numpy.where(group[:, None] >= 0, matrix[group], found)  # the latest that was stated
        return found[:, data.group_of]
    return form


def with_context(data, factors):
    """P(outcome), P(subcategory) once each subcategory is that much likelier, P(none) as it was."""
    groups = len(data.start) - 1
    subcategories = data.subcategories * factors
    shopping = 1 - data.outcomes[:, -1:]
    scale = shopping / (subcategories.sum(1, keepdims=True) + data.outcomes[:, [groups]])
    subcategories = subcategories * scale
    outcomes = numpy.add.reduceat(subcategories, data.start[:-1], 1)
    return numpy.concatenate([outcomes, data.outcomes[:, [groups]] * scale, data.outcomes[:, -1:]], 1), subcategories


def labelled(data):
    """(subcategory, group) of a label of each query, to stand for what the shopper then opened."""
    groups = len(data.start) - 1
    named, shopping = data.is_subcategory.any(1), data.is_outcome[:, :groups].any(1)
    subcategory = numpy.where(named, data.is_subcategory.argmax(1), -1)
    return subcategory, numpy.where(named, data.group_of[subcategory], numpy.where(shopping, data.is_outcome.argmax(1), -1))


OWN, LABELS, OTHER = "what the pack stated", "the written labels", "what it stated in another session"


def follow(data, form, bound, threshold, context=OWN):
    """P(outcome), P(subcategory) of all queries, session by session."""
    outcomes, subcategories = data.outcomes.copy(), data.subcategories.copy()
    sessions, session = numpy.unique(data.session, return_inverse=True)
    decided = numpy.full((len(sessions), data.position.max() + 1, 2), -1)
    right = numpy.stack(labelled(data), 1)
    for step in range(data.position.max() + 1):
        rows = numpy.flatnonzero(data.position == step)
        part, of = data.take(rows), session[rows]
        if step:
            earlier = decided[(of + 7) % len(sessions) if context == OTHER else of]
            factors = bound ** form(part, [tuple(earlier[:, s].T) for s in range(step)])
            outcomes[rows], subcategories[rows] = with_context(part, factors)
        found = numpy.stack(stated(part, outcomes[rows], subcategories[rows], threshold), 1)
        decided[of, step] = right[rows] if context == LABELS else found
    return outcomes, subcategories


class Judge:
    """The later queries of the sessions, by what the pack says of them without context, and scores of them."""

    def __init__(self, data, threshold):
        groups, sure = len(data.start) - 1, data.outcomes.max(1)
        self.data, self.threshold, later = data, threshold, data.position > 0
        seen = numpy.zeros((data.session.max() + 1, groups), bool)
        changed = numpy.zeros(len(later), bool)
        for i in numpy.lexsort((data.position, data.session)):
            mine, before = data.is_outcome[i, :groups], seen[data.session[i]]
            changed[i] = mine.any() and before.any() and not (mine & before).any()
            before |= mine
        self.later = later
        self.kinds = {"ambiguous": later & (sure < 0.5), "clear": later & (sure >= threshold), "changed": later & changed}
        known = numpy.isin(data.session, data.session[(data.position == 0) & (stated(data, data.outcomes, data.subcategories, threshold)[1] >= 0)])
        self.kinds |= {"known": later & known, "unknown": later & ~known}

    def right(self, probabilities):
        outcomes, subcategories = probabilities
        rows = numpy.arange(len(outcomes))
        return self.data.is_outcome[rows, outcomes.argmax(1)], self.data.is_subcategory[rows, subcategories.argmax(1)]

    def shares(self, probabilities, kinds=("ambiguous", "clear", "changed")):
        """Cells: the group right, and, where the label is a subcategory, that."""
        group, subcategory = self.right(probabilities)
        named = self.data.is_subcategory.any(1)
        return [f"{group[self.kinds[k]].mean():.3f} / {subcategory[self.kinds[k] & named].mean():.3f}" for k in kinds]

    def loss(self, probabilities):
        named = self.later & self.data.is_subcategory.any(1)
        return f"{-numpy.log((probabilities[1] * self.data.is_subcategory).sum(1)[named].clip(1e-9)).mean():.3f}"

    def promises(self, probabilities):
        """Cells: share stated, of these wrong, calibration errors of the best outcome and subcategory."""
        rows, (group, subcategory) = numpy.arange(len(self.later)), self.right(probabilities)
        chosen, told = stated(self.data, *probabilities, self.threshold)
        decided = self.later & (told >= 0)
        right = numpy.where(chosen >= 0, self.data.is_subcategory[rows, chosen], group)
        errors = [ece(p.max(1)[self.later], r[self.later]) for p, r in zip(probabilities, (group, subcategory))]
        return [f"{x:.3f}" for x in (decided.sum() / self.later.sum(), 1 - right[decided].mean(), *errors)]


SHIPS = "**each of the last 8 once, half for the group (ships)**"


def forms(fitting):
    return {
        "no context": None, "the last query's decision alone": again(0.5, 1, 1), "the last 8, each worth half of the one after it": again(0.5, 0.5),
        "the last 8, each worth .8 of the one after it": again(0.5, 0.8), SHIPS: again(0.5, 1), "the same, a quarter for the group": again(0.25, 1),
        "the same, all for the group": again(1, 1), "matrix of transitions between groups, from the last decision": transitions(fitting, CHOSEN),
    }


def page(fitting, measured, threshold):
    form = again(0.5, 1)
    choosing, judge = Judge(fitting, threshold), Judge(measured, threshold)
    plain = lambda data: (data.outcomes, data.subcategories)
    counts = ", ".join(f"{judge.kinds[k].sum()} {k}" for k in judge.kinds)
    compared, bounds, held = [], [], []
    for name, one in forms(fitting).items():
        found = follow(measured, one, CHOSEN, threshold) if one else plain(measured)
        compared.append([name, *judge.shares(found), judge.loss(found)])
    for bound in BOUNDS:
        other = choosing.shares(follow(fitting, form, bound, threshold, OTHER), ("ambiguous", "clear"))
        bounds.append([f"**{bound} (ships)**" if bound == CHOSEN else f"{bound}", *choosing.shares(follow(fitting, form, bound, threshold)), *other])
    for context in (None, OWN, LABELS, OTHER):
        found = follow(measured, form, CHOSEN, threshold, context) if context else plain(measured)
        held.append([context or "none", *judge.shares(found, judge.kinds), *judge.promises(found)])
    tabled = lambda *of: "".join(f"{line}\n" for line in table(*of))
    return TEXT.format(
        sessions=len(numpy.unique(fitting.session)) + len(numpy.unique(measured.session)), queries=len(fitting.session) + len(measured.session), counts=counts,
        threshold=threshold, chosen=CHOSEN, root=f"{CHOSEN ** 0.5:g}", safe=CHOSEN / (CHOSEN + 1),
        forms=tabled(["", "ambiguous", "clear", "changed", "log loss"], compared),
        bounds=tabled(["bound", "ambiguous", "clear", "changed", "ambiguous, other session's context", "clear, other session's context"], bounds),
        held=tabled(["context", *judge.kinds, "stated", "of these wrong", "ECE outcome", "ECE subcategory"], held))


TEXT = """# Earlier decisions as a prior

Made by `scripts/train/sessions.py`; its docstring says how. {sessions} written sessions, {queries} queries; their labels are what the shopper
meant, given the session. Figures are of the queries after a session's first: group right / subcategory right. Of the measured half: {counts}.
Ambiguous: no outcome has a probability of .5 without context. Clear: one has the default threshold, {threshold:.3f}. Changed: none of the
groups that fit was one of an earlier query's in the session. Known: the session's first query was stated; unknown: it was not.

## Forms

All within one bound: no ratio between two subcategories changes by more than {chosen}. Log loss is of the subcategory.

{forms}What ships has one parameter, the bound: an earlier subcategory is multiplied by it, the others of its group by its square root. The matrix is
fitted on the other half of the sessions, with {chosen} as the most that it may change a ratio.

## The bound

Of the half that chooses. The sessions were written to hold what only the session explains, so that they would ask for an ever larger bound: it
is a caution, not a fit.

{bounds}An earlier group gains on others between {root} and {chosen} times. A group with a probability of {safe:.3f} so stays the best one, whatever is
passed. The price is paid by queries with which the shopper turns to something else: the larger the bound, the more of them go wrong.

## What holds with it

"Stated" is the share of queries for which a category or a group is stated at the default error rate. The guarantee of the thresholds is for
queries without context; with it, these figures are all there is. Sessions hold more short and ambiguous queries than what the thresholds were
calibrated on, so that the stated rate does not hold for them without context either.

{held}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("student")
    parser.add_argument("heads", help="path without suffix")
    parser.add_argument("pack")
    parser.add_argument("--out", default=ROOT / "models" / "storefront" / "SESSIONS.md")
    options = parser.parse_args()
    data = read(options)
    text = page(data.take(data.session % 2 == 0), data.take(data.session % 2 == 1), stated_from(options.pack))
    with open(options.out, "w", encoding="utf-8") as out:
        out.write(text.rstrip("\n") + "\n")
    print(text)


if __name__ == "__main__":
    main()
