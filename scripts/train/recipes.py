"""Small students that differ in one step of the recipe, for ablations.py.

A step belongs to the published method that is named with it:
  kl           distillation (Hinton et al. 2015, arXiv:1503.02531)
  cosine       alignment to the teacher's embedding (Reimers & Gurevych 2020, arXiv:2004.09813)
  outliers     outlier exposure (Hendrycks et al. 2019, arXiv:1812.04606), with made-up words
  consistency  two noisy views of a query held to each other (R-Drop: Liang et al. 2021, arXiv:2106.14448)
  contrastive  supervised contrastive (Khosla et al. 2020, arXiv:2004.11362), negatives mined by the current encoder
               every epoch (ANCE: Xiong et al. 2020, arXiv:2007.00808), those that share a label left out
  tree         soft labels by distance in the tree (Bertinetto et al. 2020, arXiv:1912.09393)
  graph        head weights of neighbours in the taxonomy pulled together (RAMEN: Mehta et al. 2024)
  gce          generalised cross-entropy, robust to wrong labels (Zhang & Sabuncu 2018, arXiv:1805.07836)
"""
import dataclasses
import random

import torch
from torch import nn
from torch.nn import functional as F

import model
from common import length_sorted_batches
from student import ADOPTED_RATE, teacher_loss
from teacher import soft_targets
from training import optimise


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Which steps are on; those of the basic recipe when left out."""

    pieces: bool = True  # piece table from the teacher
    noise: bool = True
    unlabelled: bool = True
    outliers: bool = True
    kl: float = 0.5
    cosine: float = 2.0
    consistency: float = 0.0
    contrastive: float = 0.0
    tree: bool = False
    graph: float = 0.0
    gce: bool = False
    structure: str = "flat"  # "flat", or "heads": router and group heads trained with the encoder
    shape: tuple = (2, 128)  # layers and width of a new encoder
    keep: tuple = ()  # in its place, numbers of the teacher's layers, with their weights (bert.py)
    hidden: int | None = None  # of the inner neurons of each layer kept; all when None


BARE = {"unlabelled": False, "outliers": False}
BASIC = "+ made-up words (the basic recipe)"
STEPS = {
    "labels only": Recipe(pieces=False, noise=False, kl=0, cosine=0, **BARE),
    "+ piece table from the teacher": Recipe(noise=False, kl=0, cosine=0, **BARE),
    "+ query noise": Recipe(kl=0, cosine=0, **BARE),
    "+ teacher's probabilities": Recipe(cosine=0, **BARE),
    "+ teacher's embedding": Recipe(**BARE),
    "+ unlabelled lines": Recipe(outliers=False),
    BASIC: Recipe(),
}
CHANGES = {
    "without query noise": Recipe(noise=False),
    "consistency of two noisy views": Recipe(consistency=1.0),
    "contrastive, mined negatives": Recipe(contrastive=0.3),
    "tree distance": Recipe(tree=True),
    "graph regulariser": Recipe(graph=1.0),
    "generalised cross-entropy": Recipe(gce=True),
    "router and heads end to end": Recipe(structure="heads"),
}
SHAPES = {
    "4 layers x 256": Recipe(shape=(4, 256)),
    "MiniLM-L6's first 2 layers": Recipe(keep=(0, 1)),
    "MiniLM-L6's first 2 layers, 1,152 of 1,536 inner neurons": Recipe(keep=(0, 1), hidden=1152),
    "the same with generalised cross-entropy (ships)": Recipe(keep=(0, 1), hidden=1152, gce=True),
    "MiniLM-L6's first 3 layers": Recipe(keep=(0, 1, 2)),
}


class Net(nn.Module):
    """A student with the heads that train it."""

    def __init__(self, encoder, taxonomy, structure, teacher_width):
        super().__init__()
        self.encoder, self.structure, self.taxonomy = encoder, structure, taxonomy
        width = encoder.config["width"]
        self.project = nn.Linear(width, teacher_width)
        self.head = nn.Linear(width, len(taxonomy.classes))
        self.router = nn.Linear(width, len(taxonomy.groups) + 2)
        self.dropout = nn.Dropout(0.1)

    def log_probabilities(self, embedding, structure):
        """[rows, classes]; with group heads log P(group) + log P(subcategory | group), group-only classes getting the group's."""
        logits = self.head(self.dropout(embedding)).float()
        if structure == "flat":
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
    itself = torch.eye(len(z), dtype=torch.bool)
    same = (first_labels[:, None] == first_labels[None]) & ~itself
    usable = same.any(1)
    log_p = F.log_softmax(z @ z.T / temperature - 1e4 * itself, -1)
    return -(log_p * same).sum(1)[usable].div(same.sum(1)[usable]).mean() if usable.any() else torch.zeros(())


def disagreement(log_p):
    """Symmetric KL divergence of the two halves, row by row."""
    one, other = log_p.chunk(2)
    return 0.5 * (F.kl_div(one, other, reduction="batchmean", log_target=True) + F.kl_div(other, one, reduction="batchmean", log_target=True))


@torch.no_grad()
def mine(encoder, processor, rows, candidates=12000):
    """For each row the number of its nearest row (of a sample) that shares no label; -1 for unlabelled ones."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        z = F.normalize(model.embed(encoder, processor, [row.query for row in rows]), dim=-1)
    encoder.train()
    labelled = [i for i, row in enumerate(rows) if row.labels]
    pool = random.sample(labelled, min(candidates, len(labelled)))
    names = {label: n for n, label in enumerate(sorted({rows[i].labels[0] for i in labelled}))}
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


class Training:
    """Of one Net by one recipe. A batch costs the same in all of them: where rows come in pairs there are half as many."""

    def __init__(self, net, processor, rows, noise, targets, recipe, batch):
        self.net, self.processor, self.rows, self.noise, self.targets, self.recipe = net, processor, rows, noise, targets, recipe
        self.where = torch.tensor([targets.of(row) for row in rows])
        self.batches = length_sorted_batches([len(row.query) for row in rows], batch)
        self.epoch, self.nearest = len(rows) // batch, None

    def run(self, epochs, rate):
        pretrained = list(self.net.encoder.layers.parameters()) if self.recipe.keep else []
        others = [parameter for parameter in self.net.parameters() if all(parameter is not one for one in pretrained)]
        optimise(self.net, [others, pretrained], [rate, ADOPTED_RATE * rate], int(epochs * self.epoch), self.loss, lambda: None, decay=0.02,
                 betas=(0.9, 0.98), warm_up=0.08, every=500)

    def chosen(self, step):
        chosen = next(self.batches)
        if not (self.recipe.contrastive or self.recipe.consistency):
            return chosen
        chosen = chosen[: len(chosen) // 2]
        if self.recipe.consistency:
            return chosen + chosen
        if (step - 1) % self.epoch == 0:
            self.nearest = mine(self.net.encoder, self.processor, self.rows)
        return chosen + [n for n in self.nearest[chosen].tolist() if n >= 0]

    def ids(self, rows):
        if self.recipe.noise:
            return model.noisy_ids(rows, self.noise, self.processor, 40)
        return model.pad([model.tokenize(self.processor, row.query, 40) for row in rows])

    def loss(self, step):
        chosen = self.chosen(step)
        rows = [self.rows[i] for i in chosen]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            embedding = self.net.encoder(self.ids(rows))
        log_p = self.net.log_probabilities(embedding, self.recipe.structure)
        labelled = torch.tensor([row.labels is not None for row in rows])
        truth = soft_targets([row.labels for row in rows if row.labels is not None], self.net.taxonomy)
        loss = self.label_loss(log_p[labelled], truth, self.where[chosen][labelled] >= 0) / len(rows)
        loss = loss + teacher_loss(log_p, self.net.project(embedding), self.targets, self.where[chosen], self.recipe.kl, self.recipe.cosine)
        if self.recipe.consistency:
            loss = loss + self.recipe.consistency * disagreement(log_p)
        if self.recipe.graph:
            loss = loss + self.recipe.graph * graph_penalty(self.net.head.weight, self.net.structure)
        if self.recipe.contrastive:
            loss = loss + self.recipe.contrastive * contrastive_loss(embedding[labelled], truth.argmax(1))
        return loss

    def label_loss(self, log_p, truth, taught):
        """Summed over the rows; where the teacher is silent the label counts for both, as in student.py."""
        truth = tree_targets(truth, self.net.structure) if self.recipe.tree else 0.95 * truth + 0.05 / truth.shape[1]
        if self.recipe.gce:
            losses = (1 - (truth * log_p).sum(-1).exp().clamp(1e-6, 1) ** 0.5) / 0.5
        else:
            losses = -(truth * log_p).sum(-1)
        return (torch.where(taught, 1 - self.recipe.kl, 1.0) * losses).sum()
