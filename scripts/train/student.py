#!/usr/bin/env python3
"""Stage 5, student: trains the small encoder on labels and on what the teacher says of the same lines.

in:  DATASET.tsv, VOCABULARY.model, TARGETS.npz + .unlabelled.txt (distill_targets.py), a teacher (for the piece table)
out: OUT.pt (model.save), OUT.json
Loss: cross-entropy on labels + KL to the teacher's distribution (Hinton et al. 2015, arXiv:1503.02531) + cosine distance
of a projection to the teacher's embedding. The query the student sees is noisy, the teacher's was clean. The last
--quantized share of steps runs with the engine's integer arithmetic (quantisation-aware training, Jacob et al. 2018).
The linear head used here is thrown away: heads.py fits the ones that ship.
"""
import argparse
import pathlib
import random
import sys
import time

import numpy
import sentencepiece
import torch
from torch import nn
from torch.nn import functional as F

import model
from augment import Noise
from common import Taxonomy, length_sorted_batches, read_dataset, record, seed_everything
from teacher import Teacher, accuracy, predict, soft_targets, tokenizer


class Student(nn.Module):
    def __init__(self, encoder, classes, teacher_width):
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.config["width"], classes)
        self.project = nn.Linear(encoder.config["width"], teacher_width)
        self.dropout = nn.Dropout(0.1)


def rows_with_targets(dataset, targets):
    """[(labels or None, query)] of training rows and unlabelled lines, and the matching row numbers of the targets."""
    everything = read_dataset(dataset)
    parts = [line.split("\t", 1)[0] for line in open(dataset, encoding="utf-8")]
    rows = [(row, i) for i, (row, part) in enumerate(zip(everything, parts)) if part == "train"]
    extra = pathlib.Path(f"{targets}.unlabelled.txt").read_text(encoding="utf-8").splitlines()
    rows += [((None, text), len(everything) + i) for i, text in enumerate(extra)]
    return [row for row, _ in rows], torch.tensor([i for _, i in rows])


def loss_of(student, ids, labels, teacher_embeddings, teacher_logits, taxonomy):
    embedding = student.encoder(ids)
    logits = student.head(student.dropout(embedding)).float()
    labelled = torch.tensor([l is not None for l in labels])
    loss = 2 * (1 - F.cosine_similarity(student.project(embedding.float()), teacher_embeddings).mean())
    loss = loss + 0.5 * F.kl_div(F.log_softmax(logits, -1), F.softmax(teacher_logits, -1), reduction="batchmean")
    if labelled.any():
        targets = soft_targets([l for l in labels if l is not None], taxonomy)
        loss = loss + 0.5 * F.cross_entropy(logits[labelled], targets, label_smoothing=0.05)
    return loss


def train(student, processor, rows, targets, where, options, taxonomy):
    embeddings, teacher_logits = (torch.from_numpy(targets[k]) for k in ("embeddings", "logits"))
    noise, batches = Noise(), length_sorted_batches([len(q) for _, q in rows], options.batch)
    steps = max(1, int(options.epochs * len(rows) / options.batch))
    optimizer = torch.optim.AdamW(student.parameters(), lr=options.rate, weight_decay=0.02, betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.rate, total_steps=steps + 1, pct_start=0.08)
    max_tokens = student.encoder.config["max_tokens"]
    losses, total, started = [], 0.0, time.time()
    student.train()
    for step in range(1, steps + 1):
        if step == int(steps * (1 - options.quantized)) + 1:
            student.encoder.quantize(options.step)
        chosen = next(batches)
        labels = [rows[i][0] for i in chosen]
        texts = [noise(rows[i][1], labels_[0] if labels_ else "") for i, labels_ in zip(chosen, labels)]
        ids = model.pad([model.tokenize(processor, t, max_tokens, random.random() < 0.3) for t in texts])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = loss_of(student, ids, labels, embeddings[where[chosen]].float(), teacher_logits[where[chosen]].float(), taxonomy)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += loss.item()
        if step % 200 == 0 or step == steps:
            losses.append(total / (step % 200 or 200))
            total = 0.0
            print(f"step {step}/{steps} loss {losses[-1]:.3f} {time.time() - started:.0f} s", file=sys.stderr, flush=True)
        if step % 2000 == 0:
            model.save(student.encoder, f"{options.out}.pt", head=student.head.state_dict(), project=student.project.state_dict())
    return losses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("targets", help="path without suffix")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--teacher", help="teacher weights, to start the piece table from")
    parser.add_argument("--warm", help="an earlier OUT.pt to go on from")
    parser.add_argument("--epochs", type=float, default=8)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--quantized", type=float, default=0.15, help="share of the steps, at the end, in integer arithmetic")
    parser.add_argument("--step", type=float, default=0.2, help="weight step in standard deviations (quantize.weight_scales)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    seed_everything(options.seed)
    taxonomy = Taxonomy()
    processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
    rows, where = rows_with_targets(options.dataset, options.targets)
    targets = numpy.load(f"{options.targets}.npz")
    if options.warm:
        encoder, saved = model.load(options.warm)
    else:
        encoder = model.Encoder(processor.vocab_size(), options.width, options.width // 64, 4 * options.width, options.layers)
    student = Student(encoder, len(taxonomy.classes), targets["embeddings"].shape[1])
    if options.warm:
        student.head.load_state_dict(saved["head"])
        student.project.load_state_dict(saved["project"])
    elif options.teacher:
        teacher = Teacher(len(taxonomy.classes))
        teacher.load_state_dict(torch.load(options.teacher))
        pieces = [processor.id_to_piece(i).replace("\u2581", " ").strip() or "," for i in range(processor.vocab_size())]
        encoder.initialize_pieces(predict(teacher, tokenizer(), pieces)[0])
        del teacher
    started = time.time()
    losses = train(student, processor, rows, targets, where, options, taxonomy)
    if options.quantized == 0:
        encoder.table_scales = None
    model.save(encoder, f"{options.out}.pt", head=student.head.state_dict(), project=student.project.state_dict())
    held = read_dataset(options.dataset, "heldout")
    with torch.no_grad():
        score = accuracy(student.head(model.embed(encoder, processor, [q for _, q in held])), held, taxonomy)
    record(options.out, options=vars(options), rows=len(rows), seconds=round(time.time() - started), losses=losses, heldout_subcategory_top1=score)
    print(f"held-out written lines: subcategory top-1 {score:.4f}")


if __name__ == "__main__":
    main()
