#!/usr/bin/env python3
"""Ablations: what each step of the recipe earns. Every row trains a small student (2 layers x 128) on a sample of the
English lines, alike but for what its name says, and is scored on real queries and on held-out written lines.

in:  DATASET.tsv, VOCABULARY.model, TARGETS, teacher weights, an evaluation TSV (measured only)
out: OUT.json: {row: {seed: scores}}; rows already there are kept, so a run can go on where it stopped

A step of the loss belongs to the published method that is named with it:
  kl           distillation (Hinton et al. 2015, arXiv:1503.02531)
  cosine       L2 alignment to the teacher's embedding (Reimers & Gurevych 2020, arXiv:2004.09813)
  contrastive  supervised contrastive (Khosla et al. 2020, arXiv:2004.11362), negatives mined by the current encoder
               every epoch (ANCE: Xiong et al. 2020, arXiv:2007.00808), those that share a label left out
  tree         soft labels by distance in the tree (Bertinetto et al. 2020, arXiv:1912.09393)
  graph        head weights of neighbours in the taxonomy pulled together (RAMEN: Mehta et al. 2024)
  gce          generalised cross-entropy, robust to wrong labels (Zhang & Sabuncu 2018, arXiv:1805.07836)
"""
import argparse
import dataclasses
import hashlib
import json
import pathlib
import random
import sys
import time

import sentencepiece
import torch
from torch import nn
from torch.nn import functional as F

import heads as refit
import measure
import model
from augment import Noise
from common import Taxonomy, length_sorted_batches, normalize, read_dataset, record, seed_everything
from targets import Targets
from teacher import Teacher, predict, soft_targets, tokenizer
from training import optimise


@dataclasses.dataclass(frozen=True)
class Recipe:
    """One row: which steps are on."""

    pieces: bool = True  # piece table from the teacher
    noise: bool = True
    unlabelled: bool = True
    kl: float = 0.5
    cosine: float = 2.0
    contrastive: float = 0.0
    tree: bool = False
    graph: float = 0.0
    gce: bool = False
    structure: str = "flat"  # "flat", or "heads": router and group heads trained with the encoder


ROWS = {
    "labels only": Recipe(pieces=False, noise=False, unlabelled=False, kl=0, cosine=0),
    "+ piece table from the teacher": Recipe(noise=False, unlabelled=False, kl=0, cosine=0),
    "+ query noise": Recipe(unlabelled=False, kl=0, cosine=0),
    "+ teacher's probabilities": Recipe(unlabelled=False, cosine=0),
    "+ teacher's embedding (the shipped loss)": Recipe(unlabelled=False),
    "+ unlabelled lines (the shipped recipe)": Recipe(),
    "shipped recipe + contrastive, mined negatives": Recipe(contrastive=0.3),
    "shipped recipe + tree distance": Recipe(tree=True),
    "shipped recipe + graph regulariser": Recipe(graph=1.0),
    "shipped recipe + generalised cross-entropy": Recipe(gce=True),
    "shipped recipe, router and heads end to end": Recipe(structure="heads"),
}


class Model(nn.Module):
    def __init__(self, encoder, taxonomy, structure, teacher_width):
        super().__init__()
        width = encoder.config["width"]
        self.encoder, self.structure, self.taxonomy = encoder, structure, taxonomy
        self.project = nn.Linear(width, teacher_width)
        self.head = nn.Linear(width, len(taxonomy.classes))
        self.router = nn.Linear(width, len(taxonomy.groups) + 2)
        self.dropout = nn.Dropout(0.1)

    def log_probabilities(self, embedding, recipe):
        """[rows, classes]; with group heads log P(group) + log P(subcategory | group), group-only classes getting the group's."""
        logits = self.head(self.dropout(embedding)).float()
        if recipe.structure == "flat":
            return F.log_softmax(logits, -1)
        route = F.log_softmax(self.router(self.dropout(embedding)).float(), -1)
        out = route[:, self.structure.outcome].clone()
        for g, members in enumerate(self.structure.members):
            out[:, members] = route[:, g:g + 1] + F.log_softmax(logits[:, members], -1)
        return out


def tree_targets(truth, structure, share=0.1):
    """`share` of each label's probability spread over the subcategories of its group."""
    spread = truth.clone()
    for members in structure.members:
        inside = truth[:, members].sum(1, keepdim=True)
        spread[:, members] = (1 - share) * truth[:, members] + share * inside / len(members)
    return spread


def graph_penalty(weight, structure):
    """Mean squared distance of each subcategory's weights to its group's mean."""
    return torch.stack([(weight[m] - weight[m].mean(0)).square().sum(1).mean() for m in structure.members]).mean()


def contrastive_loss(embedding, first_labels, temperature=0.1):
    """Supervised contrastive over a batch."""
    z = F.normalize(embedding.float(), dim=-1)
    scores = z @ z.T / temperature - 1e4 * torch.eye(len(z))
    same = (first_labels[:, None] == first_labels[None]) & ~torch.eye(len(z), dtype=torch.bool)
    usable = same.any(1)
    log_p = F.log_softmax(scores, -1)
    return -(log_p * same).sum(1)[usable].div(same.sum(1)[usable]).mean() if usable.any() else torch.zeros(())


@torch.no_grad()
def mine(encoder, processor, rows, candidates=12000):
    """For each row the number of its nearest row (of a sample) that shares no label; -1 for unlabelled ones."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        z = F.normalize(model.embed(encoder, processor, [row.query for row in rows]), dim=-1)
    encoder.train()
    labelled = [i for i, row in enumerate(rows) if row.labels]
    pool = random.sample(labelled, min(candidates, len(labelled)))
    names = {label: n for n, label in enumerate(sorted({row.labels[0] for row in rows if row.labels}))}
    first = torch.tensor([names[row.labels[0]] if row.labels else -1 for row in rows])
    sets = [set(rows[i].labels) for i in pool]
    nearest = torch.full((len(rows),), -1)
    for start in range(0, len(rows), 4096):
        scores = z[start:start + 4096] @ z[pool].T
        scores[first[start:start + 4096, None] == first[pool][None]] = -1
        for row, best in enumerate(scores.topk(4).indices.tolist()):
            labels = set(rows[start + row].labels or [])
            nearest[start + row] = next((pool[b] for b in best if not labels & sets[b]), -1) if labels else -1
    return nearest


def train(net, processor, rows, targets, recipe, options):
    noise, taxonomy, structure = Noise(), net.taxonomy, net.structure
    where = torch.tensor([targets.of(row) for row in rows])
    steps = int(options.epochs * len(rows) / options.batch)
    batches, epoch_steps, state = length_sorted_batches([len(row.query) for row in rows], options.batch), len(rows) // options.batch, {}

    def loss_at(step):
        chosen = next(batches)
        if recipe.contrastive:
            if (step - 1) % epoch_steps == 0:
                state["nearest"] = mine(net.encoder, processor, rows)
            chosen = chosen[: len(chosen) // 2]
            chosen = chosen + [n for n in state["nearest"][chosen].tolist() if n >= 0]
        labels = [rows[i].labels for i in chosen]
        texts = [noise(rows[i].query, l[0] if l else "") if recipe.noise else rows[i].query for i, l in zip(chosen, labels)]
        ids = model.pad([model.tokenize(processor, t, 40, recipe.noise and random.random() < 0.3) for t in texts])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            embedding = net.encoder(ids)
        taught = where[chosen]
        labelled = torch.tensor([l is not None for l in labels])
        log_p = net.log_probabilities(embedding, recipe)
        truth = soft_targets([l for l in labels if l], taxonomy)
        truth = tree_targets(truth, structure) if recipe.tree else 0.95 * truth + 0.05 / truth.shape[1]
        if recipe.gce:
            losses = (1 - (truth * log_p[labelled]).sum(-1).exp().clamp(1e-6, 1) ** 0.5) / 0.5
        else:
            losses = -(truth * log_p[labelled]).sum(-1)
        loss = (0.5 if recipe.kl else 1.0) * losses.mean()
        if recipe.kl:
            loss = loss + recipe.kl * F.kl_div(log_p, F.softmax(targets.logits[taught].float(), -1), reduction="batchmean")
        if recipe.cosine:
            loss = loss + recipe.cosine * (1 - F.cosine_similarity(net.project(embedding), targets.embeddings[taught].float()).mean())
        if recipe.graph:
            loss = loss + recipe.graph * graph_penalty(net.head.weight, structure)
        if recipe.contrastive:
            loss = loss + recipe.contrastive * contrastive_loss(embedding[labelled], truth.argmax(1))
        return loss

    return optimise(net, [list(net.parameters())], [options.rate], steps, loss_at, lambda: None, decay=0.02, betas=(0.9, 0.98), warm_up=0.08, every=500)


@torch.no_grad()
def probabilities(net, x, recipe):
    """(P(subcategory), P(outcome)) of embeddings."""
    net.eval()
    p = net.log_probabilities(x, recipe).exp()
    subcategories = p[:, : len(net.taxonomy.subcategories)]
    if recipe.structure == "flat":
        return subcategories, net.structure.outcomes(p)
    return subcategories, net.router(x).softmax(-1)


def refitted(x, rows, targets, held_x, taxonomy, structure):
    """{row name: (P(subcategory), P(outcome)) of held_x} for heads fitted anew on the frozen embeddings x."""
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    x, held_x = (x - mean) / deviation, (held_x - mean) / deviation
    truth = refit.class_targets(rows, targets, 0.5, taxonomy)
    router, groups = refit.fit_heads(x, truth, structure, 1e-4)
    p = (held_x @ router[0].T + router[1]).softmax(-1)
    count = len(taxonomy.subcategories)

    def joint(outcomes):
        out = torch.zeros(len(held_x), count)
        for g, (members, (weight, bias)) in enumerate(zip(structure.members, groups)):
            out[:, members] = outcomes[:, g:g + 1] * (held_x @ weight.T + bias).softmax(-1)
        return out

    linear = refit.fit(x, structure.outcomes(truth), decay=1e-4)
    routed = (held_x @ linear[0].T + linear[1]).softmax(-1)
    best = torch.zeros_like(routed).scatter_(1, routed.argmax(1, keepdim=True), 1.0) * routed
    return {"refitted: one global softmax": (p[:, :count], structure.outcomes(p)),
            "refitted: router of components + group heads (shipped)": (joint(structure.outcomes(p)), structure.outcomes(p)),
            "refitted: linear router + group heads": (joint(routed), routed),
            "refitted: linear router, only its best group's head (masking)": (joint(best), routed)}


def score(evaluation, held, probabilities_, taxonomy):
    """probabilities_: of the evaluation rows followed by the held-out rows."""
    joint, outcomes = probabilities_
    n = len(evaluation)
    scores = measure.scores_of_probabilities(evaluation, joint[:n], outcomes[:n], taxonomy)
    best = joint[n:].argmax(1).tolist()
    hits = [taxonomy.subcategories[b] in row.labels for b, row in zip(best, held) if "/" in row.labels[0]]
    return scores | {"heldout": sum(hits) / len(hits)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("targets", help="path without suffix")
    parser.add_argument("teacher", help="weights")
    parser.add_argument("evaluation")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--rows", nargs="*", default=list(ROWS))
    parser.add_argument("--lines", type=int, default=100000)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    options = parser.parse_args()
    taxonomy = Taxonomy()
    structure = refit.Structure(taxonomy)
    processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
    targets = Targets(options.targets, taxonomy)
    lines = [row for row in read_dataset(options.dataset, "train", locale="en-US") if targets.of(row) >= 0]
    lines = sorted(lines, key=lambda row: hashlib.sha256(row.query.encode()).digest())[: options.lines]
    held = read_dataset(options.dataset, "heldout", "queries/en-US/_log")
    evaluation = measure.read_evaluation(options.evaluation)
    queries = [normalize(q) for _, q, _ in evaluation] + [row.query for row in held]
    path = pathlib.Path(f"{options.out}.rows.json")
    done = json.loads(path.read_text()) if path.exists() else {}
    teacher = Teacher(len(taxonomy.classes))
    teacher.load_state_dict(torch.load(options.teacher))
    pieces = [processor.id_to_piece(i).replace("\u2581", " ").strip() or "," for i in range(processor.vocab_size())]
    vectors = predict(teacher, tokenizer(), pieces)[0]
    del teacher
    for seed in options.seeds:
        for name in options.rows:
            if str(seed) in done.get(name, {}):
                continue
            recipe = ROWS[name]
            seed_everything(seed)
            rows = lines + (targets.unlabelled[: options.lines // 5] if recipe.unlabelled else [])
            encoder = model.Encoder(processor.vocab_size(), 128, 2, 512, 2)
            if recipe.pieces:
                encoder.initialize_pieces(vectors)
            net = Model(encoder, taxonomy, structure, targets.embeddings.shape[1])
            started = time.time()
            train(net, processor, rows, targets, recipe, options)
            x = model.embed(encoder, processor, queries)
            found = {name: probabilities(net, x, recipe)}
            if recipe == Recipe():
                noise = Noise()
                fitted = model.embed(encoder, processor, [noise(row.query, row.labels[0] if row.labels else "") for row in rows])
                found |= refitted(fitted, rows, targets, x, taxonomy, structure)
            for row, p in found.items():
                done.setdefault(row, {})[str(seed)] = score(evaluation, held, p, taxonomy) | {"seconds": round(time.time() - started)}
                print(row, seed, {k: round(v, 4) for k, v in done[row][str(seed)].items() if isinstance(v, float)}, file=sys.stderr, flush=True)
            path.write_text(json.dumps(done, indent=1))
    record(options.out, options=vars(options), rows=done)


if __name__ == "__main__":
    main()
