#!/usr/bin/env python3
"""Stage 6, heads: throws the training head away and fits, on frozen embeddings, the router and one head a group; then a
temperature each on held-out lines. What the probabilities mean to a store, and thresholds, `aisle calibrate` fits on the pack.

in:  DATASET.tsv, VOCABULARY.model, STUDENT.pt (with its integer arithmetic on), TARGETS of distill_targets.py
out: OUT.npz (weights, biases, temperatures), OUT.json

Router: a softmax over components, one for each training class; P(group) sums the components of its subcategories and of
its "group only" class. A linear router with one component a group loses accuracy, since a group is a union of clusters.
Group heads: softmax over the group's own subcategories, each fitted on the lines of that group alone.
Fitting on the lines the encoder was trained on overfits their collapsed embeddings; against that the heads see noisy
queries and the teacher's soft targets.
"""
import argparse
import typing

import numpy
import sentencepiece
import torch
from torch.nn import functional as F

import model
from common import Taxonomy, read_dataset, record, seed_everything
from student import epoch_rows, parse_shares, told_locale, training_rows
from targets import Targets
from teacher import soft_targets


class Structure:
    """How training classes map onto outcomes (groups, broad, none) and onto groups' own subcategories."""

    def __init__(self, taxonomy):
        self.groups = len(taxonomy.groups)
        number = {g: i for i, g in enumerate(taxonomy.groups)} | {"broad": self.groups, "none": self.groups + 1}
        self.outcome = torch.tensor([number[taxonomy.group_of(c)] for c in taxonomy.classes])
        self.members = [[i for i, s in enumerate(taxonomy.subcategories) if taxonomy.group_of(s) == g] for g in taxonomy.groups]

    def outcomes(self, class_probabilities):
        """[rows, classes] -> [rows, groups + 2]"""
        return torch.zeros(len(class_probabilities), self.groups + 2).index_add_(1, self.outcome, class_probabilities)


class Fitting(typing.NamedTuple):
    """How a head is fitted; no epochs: it stays as it starts."""

    epochs: float = 20
    rate: float = 0.02
    decay: float = 1e-4
    batch: int = 4096


def fit(x, targets, weights=None, how=Fitting(), start=None):
    """Softmax regression of soft targets: (weight [classes, width], bias [classes]); `start`: such a pair to go on from."""
    weight, bias = start or (torch.zeros(targets.shape[1], x.shape[1]), torch.zeros(targets.shape[1]))
    if not how.epochs:
        return weight, bias
    weight, bias = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    weights = torch.ones(len(x)) if weights is None else weights
    steps = max(60, int(how.epochs * len(x) / how.batch))
    optimizer = torch.optim.AdamW([weight, bias], lr=how.rate, weight_decay=how.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, how.rate, total_steps=steps, pct_start=0.1)
    for _ in range(steps):
        rows = torch.randint(0, len(x), (min(how.batch, len(x)),))
        losses = F.cross_entropy(x[rows] @ weight.T + bias, targets[rows], reduction="none")
        loss = (losses * weights[rows]).sum() / weights[rows].sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return weight.detach(), bias.detach()


def best_temperature(loss):
    """Where `loss` is least over 0.3..4, by golden-section search."""
    low, high = 0.3, 4.0
    for _ in range(40):
        a, b = high - 0.618 * (high - low), low + 0.618 * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return (low + high) / 2


def head_temperature(logits, targets, weights):
    """The temperature with the least weighted cross-entropy (Guo et al. 2017)."""
    return best_temperature(lambda t: float((-(targets * F.log_softmax(logits / t, -1)).sum(-1) * weights).sum() / weights.sum()))


def router_temperature(logits, outcomes, structure):
    """Likewise for the summed components."""
    return best_temperature(lambda t: float(-(outcomes * structure.outcomes((logits / t).softmax(-1)).clamp(min=1e-9).log()).sum(-1).mean()))


def class_targets(rows, targets, label_share, taxonomy):
    """[rows, classes]: the written labels mixed with the teacher's probabilities; one alone where there is only one."""
    written = soft_targets([row.labels for row in rows], taxonomy)
    where = torch.tensor([targets.of(row) for row in rows])
    taught = torch.zeros_like(written)
    taught[where >= 0] = targets.logits[where[where >= 0]].float().softmax(-1)
    share = torch.where(written.sum(1) > 0, torch.where(where >= 0, label_share, 1.0), 0.0)[:, None]
    return share * written + (1 - share) * taught


def fit_heads(x, targets, structure, how=Fitting(), start=None):
    """(weight, bias) of the router and of each group's head; `start`: of one softmax over all classes, from which all of them go on."""
    router = fit(x, targets, how=how, start=start)
    groups = []
    for members in structure.members:
        mass = targets[:, members].sum(1)
        rows = mass > 0.3
        inside = targets[rows][:, members]
        own = start and (start[0][members], start[1][members])
        groups.append(fit(x[rows], inside / inside.sum(1, keepdim=True), mass[rows], how, own))
    return router, groups


def calibrate(x, truth, router, groups, structure):
    """Temperatures (router, [groups]) and the calibrated P(subcategory) of held-out embeddings."""
    logits = x @ router[0].T + router[1]
    temperature = router_temperature(logits, structure.outcomes(truth), structure)
    outcomes = structure.outcomes((logits / temperature).softmax(-1))
    joint = torch.zeros(len(x), sum(map(len, structure.members)))
    temperatures = []
    for g, (members, (weight, bias)) in enumerate(zip(structure.members, groups)):
        logits = x @ weight.T + bias
        mass = truth[:, members].sum(1)
        some = mass > 0
        inside = truth[some][:, members] / mass[some][:, None]
        temperatures.append(head_temperature(logits[some], inside, mass[some]) if some.sum() > 30 else 1.0)
        joint[:, members] = outcomes[:, g:g + 1] * (logits / temperatures[g]).softmax(-1)
    return temperature, temperatures, joint


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("student")
    parser.add_argument("targets", help="path without suffix")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--label-share", type=float, default=0.5, help="weight of the written labels against the teacher's probabilities")
    parser.add_argument("--start", choices=("nothing", "training"), default="nothing", help="what the heads start from: the student's training head, or nothing")
    parser.add_argument("--epochs", type=float, default=Fitting().epochs, help="0: the heads stay as they start")
    parser.add_argument("--rate", type=float, default=Fitting().rate)
    parser.add_argument("--decay", type=float, default=Fitting().decay)
    parser.add_argument("--share", nargs="*", default=["shopify/=0.35"], metavar="SOURCE=TIMES", help="as in student.py")
    parser.add_argument("--outliers", type=int, default=12000, metavar="ROWS", help="as in student.py")
    parser.add_argument("--calibrate-on", default="_log", help="held-out lines of files with this in their name")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seed_everything(options.seed)
    taxonomy = Taxonomy()
    structure = Structure(taxonomy)
    processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
    encoder, saved = model.load(options.student)
    targets = Targets(options.targets, taxonomy)
    rows, noise = training_rows(options, processor, targets)
    rows = [rows[i] for i in epoch_rows(rows, parse_shares(options.share))]
    texts = [noise(row) for row in rows]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        x = model.embed(model.baked(encoder), processor, texts, [told_locale(row) for row in rows])
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    start = None
    if options.start == "training":
        weight, bias = saved["head"]["weight"], saved["head"]["bias"]
        start = weight * deviation, bias + weight @ mean
    how = Fitting(options.epochs, options.rate, options.decay)
    router, groups = fit_heads((x - mean) / deviation, class_targets(rows, targets, options.label_share, taxonomy), structure, how, start)

    # Lists of rare names are harder than what shoppers type; logs, written as whole logs, are the closest to it.
    held = read_dataset(options.dataset, "heldout", options.calibrate_on)
    truth = soft_targets([row.labels for row in held], taxonomy)
    h = (model.embed(encoder, processor, [row.query for row in held], [row.locale for row in held]) - mean) / deviation
    temperature, temperatures, joint = calibrate(h, truth, router, groups, structure)

    arrays = {"router.temperature": numpy.float32(temperature), "outcomes": structure.outcome.numpy().astype(numpy.uint16)}
    arrays |= {f"groups.{g}.temperature": numpy.float32(t) for g, t in enumerate(temperatures)}
    for name, (weight, bias) in [("router", router)] + [(f"groups.{g}", head) for g, head in enumerate(groups)]:
        arrays[f"{name}.weight"] = (weight / deviation).numpy()  # the standardisation folded in
        arrays[f"{name}.bias"] = (bias - (weight * mean / deviation).sum(1)).numpy()
    numpy.savez(f"{options.out}.npz", **arrays)
    with_sub = [i for i, row in enumerate(held) if "/" in row.labels[0]]
    top1 = sum(taxonomy.subcategories[int(joint[i].argmax())] in held[i].labels for i in with_sub) / len(with_sub)
    mix = structure.outcomes(truth).mean(0)
    record(options.out, options=vars(options), heldout_subcategory_top1=top1, temperature=temperature,
           heldout_mix={"none": float(mix[-1]), "broad": float(mix[-2]), "category": float(mix[:-2].sum())})
    print(f"{len(held)} held-out lines: subcategory top-1 {top1:.4f}; router temperature {temperature:.3f}")


if __name__ == "__main__":
    main()
