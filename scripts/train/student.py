#!/usr/bin/env python3
"""Stage 5, student: trains the small encoder on labels and on what the teacher says of the same lines.

in:  DATASET.tsv, VOCABULARY.model, TARGETS of distill_targets.py; a teacher, some of whose layers the student starts with, an earlier
     student, or both
out: OUT.pt (model.save), OUT.json
Loss: generalised cross-entropy on labels (Zhang & Sabuncu 2018, arXiv:1805.07836) + KL to the teacher's distribution (Hinton et
al. 2015, arXiv:1503.02531) + cosine distance of a projection to the teacher's embedding; a translated name is held to the
teacher's view of the English one (Reimers & Gurevych 2020, arXiv:2004.09813). The query the student sees is noisy, the teacher's
was clean. Its locale is told most of the time. The last --quantized share of steps runs with the engine's integer arithmetic
(quantisation-aware training, Jacob et al. 2018). The linear head used here is thrown away: heads.py fits the ones that ship.
"""
import argparse
import random
import time

import sentencepiece
import torch
from torch import nn
from torch.nn import functional as F

import bert
import model
from augment import Noise
from common import LOCALES, Taxonomy, length_sorted_batches, read_dataset, record, seed_everything
from pseudo import outlier_rows, pseudo_words, words
from targets import Targets
from teacher import accuracy, load as load_teacher, soft_targets
from training import optimise

LOCALE_TOLD = 0.75  # share of rows whose locale the student is told: it must do without, too
LOCALE_WRONG = 0.05  # share of rows told any locale: clear queries must bear a wrong one
LOCALE_RATE = 5  # times the rate of the other parameters: few rows depend on the locale
ADOPTED_RATE = 0.25  # likewise of a pretrained encoder's layers: what was learned before should last


def teacher_loss(log_p, projected, targets, where, kl=0.5, cosine=2.0):
    """The rows' distance from what the teacher says of them (log_p [batch, classes]) and from its embedding (projected), weighted
    and times the share of rows that it speaks of (where: Targets.of each row)."""
    taught = where >= 0
    if not taught.any():
        return 0.0
    embeddings, logits = targets.embeddings[where[taught]].float(), targets.logits[where[taught]].float()
    seen = embeddings.any(1)  # not by a teacher of another language
    distance = (1 - F.cosine_similarity(projected[taught], embeddings)) * seen
    divergence = F.kl_div(log_p[taught], F.softmax(logits, -1), reduction="batchmean")
    return taught.float().mean() * (kl * divergence + cosine * distance.mean())


def generalised(cross_entropy, q=0.5):
    """Generalised cross-entropy (1 - p^q) / q of -log p, which doubts a label that the student is sure to be wrong."""
    return (1 - torch.exp(-q * cross_entropy)) / q


class Student(nn.Module):
    def __init__(self, encoder, classes, teacher_width):
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.config["width"], classes)
        self.project = nn.Linear(encoder.config["width"], teacher_width)
        self.dropout = nn.Dropout(0.1)
        self.stretch, self.scales = nn.Parameter(torch.zeros(encoder.config["pieces"])), None

    def quantize(self, step):
        """From here on in integer arithmetic; the piece table's scales are learned (LSQ: Esser et al. 2020, arXiv:1902.08153)."""
        self.encoder.quantize(step)
        self.scales = self.encoder.table_scales

    def loss(self, ids, locales, labels, targets, where, taxonomy):
        """ids, locales: of model.forward; labels: a list or None each; where [batch]: Targets.of each row."""
        if self.scales is not None:
            self.encoder.table_scales = self.scales * self.stretch.exp()
        embedding = self.encoder(ids, locales)
        logits = self.head(self.dropout(embedding)).float()
        labelled = torch.tensor([l is not None for l in labels])
        loss = teacher_loss(F.log_softmax(logits, -1), self.project(embedding.float()), targets, where)
        if labelled.any():
            # Where the teacher is silent the label counts for both.
            weight = torch.where(where >= 0, 0.5, 1.0)[labelled]
            truth = soft_targets([l for l in labels if l is not None], taxonomy)
            losses = generalised(F.cross_entropy(logits[labelled], truth, label_smoothing=0.05, reduction="none"))
            loss = loss + (weight * losses).sum() / len(labels)
        return loss


def parse_shares(texts):
    """["shopify/=0.25", ...] -> [("shopify/", 0.25), ...]"""
    return [(pattern, float(share)) for pattern, _, share in (text.rpartition("=") for text in texts)]


def training_rows(options, processor, targets):
    """(labelled, unlabelled and made-up rows, their Noise)"""
    rows = read_dataset(options.dataset, "train") + targets.unlabelled
    new_word = pseudo_words(processor, words(row.query for row in rows if row.locale.startswith("en-")))
    return rows + outlier_rows(new_word, options.outliers), Noise(new_word)


def epoch_rows(rows, shares):
    """Row numbers of an epoch. shares: (text, times): rows whose source holds the text come so often, a fraction by chance;
    the first text that fits counts, other rows come once."""
    chosen = []
    for i, row in enumerate(rows):
        times = next((share for text, share in shares if text in row.source), 1.0)
        chosen += [i] * (int(times) + (random.random() < times % 1))
    return chosen


def told_locale(row):
    """The locale that a student, or its heads, are told of a training row; "" for none."""
    if "_homonyms" in row.source:
        return row.locale  # without it their labels contradict each other
    chance = random.random()
    return random.choice(LOCALES) if chance < LOCALE_WRONG else row.locale if chance < LOCALE_WRONG + LOCALE_TOLD else ""


def endless_batches(rows, size, shares):
    lengths = [len(row.query) for row in rows]
    while True:
        chosen = epoch_rows(rows, shares)
        batches = length_sorted_batches([lengths[i] for i in chosen], size)
        for _ in range(-(-len(chosen) // size)):
            yield [chosen[i] for i in next(batches)]


def train(student, processor, rows, noise, targets, options, taxonomy):
    encoder = student.encoder
    where = torch.tensor([targets.of(row) for row in rows])
    shares = parse_shares(options.share)
    batches = endless_batches(rows, options.batch, shares)
    steps = max(1, int(options.epochs * len(epoch_rows(rows, shares)) / options.batch))
    quantized_from = int(steps * (1 - options.quantized)) + 1

    def loss_at(step):
        if step == quantized_from:
            student.quantize(options.step)
        chosen = next(batches)
        labels = [rows[i].labels for i in chosen]
        ids = model.noisy_ids([rows[i] for i in chosen], noise, processor, encoder.config["max_tokens"])
        locales = encoder.locale_ids(told_locale(rows[i]) for i in chosen)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return student.loss(ids, locales, labels, targets, where[chosen], taxonomy)

    special = {id(encoder.locales.weight): LOCALE_RATE} | {id(parameter): ADOPTED_RATE for parameter in encoder.layers.parameters() if encoder.config["post_norm"]}
    rates = sorted({1, *special.values()})
    groups = [[parameter for parameter in student.parameters() if special.get(id(parameter), 1) == rate] for rate in rates]
    return optimise(student, groups, [rate * options.rate for rate in rates], steps, loss_at, lambda: save(student, options), decay=0.02,
                    betas=(0.9, 0.98), warm_up=0.08, every=200)


def save(student, options):
    if student.scales is not None:
        student.encoder.table_scales = student.encoder.table_scales.detach()
    model.save(student.encoder, f"{options.out}.pt", head=student.head.state_dict(), project=student.project.state_dict())


@torch.no_grad()
def score_locales(encoder, head, held, processor, taxonomy, told=True):
    """{locale: subcategory top-1} of held-out rows that have a subcategory; `told`: with their locale."""
    held, scores = [row for row in held if "/" in row.labels[0]], {}
    for locale in sorted({row.locale for row in held}):
        rows = [row for row in held if row.locale == locale]
        logits = head(model.embed(encoder, processor, [row.query for row in rows], [locale] * len(rows) if told else None))
        scores[locale] = round(accuracy(logits, rows, taxonomy), 4)
    return scores


def start(options, processor, rows, taxonomy, teacher_width):
    """A student to train: an earlier one as it is (--warm); layers of a teacher (--adopt) with the neurons that English log lines of
    `rows` use; or a new one. The pieces of the last two start from those of a --donor."""
    saved, vectors = {}, None
    if options.donor:
        donor_processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.donor_vocabulary}.model")
        vectors = model.piece_vectors(model.load(options.donor)[0], donor_processor, processor)
    if options.warm:
        encoder, saved = model.load(options.warm)
        encoder.dequantize()
    elif options.adopt:
        teacher = load_teacher(options.adopt, taxonomy)
        logs = [row.query for row in rows if row.locale == "en-US" and "_log" in row.source]
        queries = random.sample(logs, min(4000, len(logs)))
        keep = options.keep or range(len(teacher.encoder.encoder.layer))
        encoder = bert.adopt(teacher, processor, keep, queries, options.hidden, options.columns, vectors, LOCALES)
        saved = {"head": teacher.head.state_dict()}
    else:
        encoder = model.Encoder(processor.vocab_size(), options.width, options.width // 64, 4 * options.width, options.layers,
                                columns=options.columns, locales=LOCALES)
        if vectors is not None:
            encoder.initialize_pieces(vectors)
    student = Student(encoder, len(taxonomy.classes), teacher_width)
    for part in saved.keys() & {"head", "project"}:
        getattr(student, part).load_state_dict(saved[part])
    return student


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("targets", help="path without suffix")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--warm", help="an earlier OUT.pt to go on from")
    parser.add_argument("--donor", help="an earlier OUT.pt whose pieces the student's start from")
    parser.add_argument("--donor-vocabulary", help="the donor's, path without suffix")
    parser.add_argument("--adopt", help="teacher weights whose layers the student starts with")
    parser.add_argument("--keep", type=int, nargs="+", help="which of them, from 0; all when left out")
    parser.add_argument("--hidden", type=int, help="inner neurons of a kept layer; all when left out")
    parser.add_argument("--epochs", type=float, default=6)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--columns", type=int, help="width of the piece table when it is factorised")
    parser.add_argument("--share", nargs="*", default=["shopify/=0.35"], metavar="SOURCE=TIMES", help="how often rows of a source come in an epoch")
    parser.add_argument("--outliers", type=int, default=12000, metavar="ROWS", help="rows of made-up words, to be told from everything")
    parser.add_argument("--quantized", type=float, default=0.15, help="share of the steps, at the end, in integer arithmetic")
    parser.add_argument("--step", type=float, default=0.2, help="weight step in standard deviations (quantize.weight_scales)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    seed_everything(options.seed)
    taxonomy = Taxonomy()
    processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
    targets = Targets(options.targets, taxonomy)
    rows, noise = training_rows(options, processor, targets)
    student = start(options, processor, rows, taxonomy, targets.embeddings.shape[1])
    started = time.time()
    losses = train(student, processor, rows, noise, targets, options, taxonomy)
    save(student, options)
    held = read_dataset(options.dataset, "heldout", "queries/")
    scores = score_locales(student.encoder, student.head, held, processor, taxonomy)
    record(options.out, options=vars(options), rows=len(rows), seconds=round(time.time() - started), losses=losses,
           heldout_subcategory_top1=scores.get("en-US"), heldout_locales=scores)
    print("held-out written lines, subcategory top-1:", scores)


if __name__ == "__main__":
    main()
