"""A cross-encoder that puts the candidates for a rare query in order, for SIMILAR.md alone: nothing of it is shipped.

MiniLM-L6 reads query and head query together (Nogueira & Cho 2019, arXiv:1901.04085), fine-tuned to tell the right head query from
others that lie near by (softmax over each list).
"""
import random
import typing

import numpy
import torch
from torch import nn
from torch.nn import functional as F

import pretrained
from training import optimise

BASE = "minilm-l6"
OTHERS = 5  # wrong head queries beside a right one
LISTS = 16  # a batch
EPOCHS = 2
RATES = (6e-5, 1e-3)


class Question(typing.NamedTuple):
    """A rare query, head queries that lie near it, and whether each is the right one."""

    query: str
    offered: list
    right: list


class Reranker(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = pretrained.encoder(BASE)
        self.head = nn.Linear(self.encoder.config.hidden_size, 1)
        self.tokens = pretrained.tokenizer(BASE)

    def forward(self, pairs):
        """A logit for each (query, head query)."""
        batch = self.tokens(*map(list, zip(*pairs)), padding=True, truncation=True, max_length=64, return_tensors="pt")
        with torch.autocast("cpu", dtype=torch.bfloat16):
            first = self.encoder(**batch).last_hidden_state[:, 0]
        return self.head(first.float())[:, 0]


def trained(questions, seed):
    """A reranker fitted to those of the questions that offer the right head query."""
    random.seed(seed)
    torch.manual_seed(seed)
    model = Reranker()
    usable = [q for q in questions if any(q.right) and not all(q.right)]
    steps = EPOCHS * len(usable) // LISTS
    order = [random.sample(usable, len(usable)) for _ in range(EPOCHS + 1)]
    drawn = iter([question for epoch in order for question in epoch])

    def list_of(question):
        right = [h for h, is_right in zip(question.offered, question.right) if is_right][0]
        wrong = [h for h, is_right in zip(question.offered, question.right) if not is_right]
        return [(question.query, head) for head in [right, *random.choices(wrong, k=OTHERS)]]

    def loss_at(_):
        logits = model([pair for _ in range(LISTS) for pair in list_of(next(drawn))]).view(LISTS, -1)
        return F.cross_entropy(logits, torch.zeros(LISTS, dtype=torch.long))

    groups = [list(model.encoder.parameters()), list(model.head.parameters())]
    optimise(model, groups, list(RATES), steps, loss_at, lambda: None, every=20)
    return model.eval()


@torch.no_grad()
def order(model, questions):
    """[questions, offered]: a logit for each."""
    pairs = [(q.query, head) for q in questions for head in q.offered]
    by_length = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
    logits = numpy.zeros(len(pairs), numpy.float32)
    for start in range(0, len(pairs), 256):
        part = by_length[start:start + 256]
        logits[part] = model([pairs[i] for i in part]).numpy()
    return logits.reshape(len(questions), -1)
