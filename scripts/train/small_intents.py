"""A small encoder for one set of intents: the first layers of MiniLM-L6 with pieces of its own, taught by the whole of it.

The teacher is MiniLM-L6 fine-tuned on the intents. The student is held to labels, to the teacher's probabilities and to its embedding
(TinyBERT: Jiao et al. 2020, arXiv:1909.10351), on the training lines and on lines made of them, which have the teacher's word alone. The
last steps run in the engine's integer arithmetic. Nothing but the split's training lines and, for the pieces, written queries is read.
"""
import io
import random
import typing

import brotli
import sentencepiece
import torch
from torch import nn
from torch.nn import functional as F

import bert
import model
from common import DATA, length_sorted_batches, normalize, seed_everything
from quantize import to_integers
from teacher import Teacher, encode, predict
from training import optimise
from vocabulary import train as train_vocabulary

WRITTEN = 60000  # written queries beside the training lines, so that words of neither part are cut less
ALIKE = 2  # lines made of each training line


def altered(texts):
    """A line with a word or two left out, or the beginning of one and the end of another."""
    words = random.choice(texts).split()
    if random.random() < 0.5 and len(words) > 3:
        gone = set(random.sample(range(len(words)), random.choice((1, 2))))
        return " ".join(word for i, word in enumerate(words) if i not in gone)
    other = random.choice(texts).split()
    return " ".join(words[: random.randint(1, len(words))] + other[random.randrange(len(other)):])


def fine_tune(texts, labels, classes, options):
    teacher = Teacher("minilm-l6", classes)
    batches = length_sorted_batches([len(text) for text in texts], options.batch)

    def loss_at(_):
        chosen = next(batches)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = teacher(encode(teacher.tokens, [texts[i] for i in chosen]))
        return F.cross_entropy(logits.float(), labels[chosen], label_smoothing=0.1)

    steps = max(2, int(options.teacher_epochs * len(texts) / options.batch))
    optimise(teacher, [list(teacher.encoder.parameters()), list(teacher.head.parameters())], [options.teacher_rate, 20 * options.teacher_rate], steps, loss_at, lambda: None)
    return teacher


def stored(encoder):
    """The numbers of an encoder as the engine stores them, one after another."""
    for linear in encoder.linears():
        yield to_integers(linear.weight, linear.scales, 127)
        yield linear.scales
        yield linear.bias
    table = to_integers(encoder.pieces.weight, encoder.table_scales, 7)
    yield ((table[:, ::2] + 8) | ((table[:, 1::2] + 8) << 4)).to(torch.uint8)
    yield encoder.table_scales
    yield encoder.positions.weight
    yield from (parameter for name, parameter in encoder.named_parameters() if "norm" in name)


@torch.no_grad()
def sizes(encoder, processor):
    """What the encoder takes with the scores and texts of its pieces, and after brotli."""
    data = b"".join(numbers.detach().contiguous().numpy().tobytes() for numbers in stored(encoder)) + processor.serialized_model_proto()
    return {"bytes": len(data), "brotli": len(brotli.compress(data, quality=11, lgwin=24)), "pieces": processor.vocab_size(),
            "layers": encoder.config["layers"], "width": encoder.config["width"], "hidden": encoder.config["hidden"]}


class Trained(typing.NamedTuple):
    run: typing.Callable  # texts -> (logits, embeddings), of the intents in the order of their numbers
    facts: dict  # what to note about it
    teacher: typing.Callable | None = None  # likewise


class Small:
    """How clinc.py trains on a split; see Frozen there."""

    def __init__(self, options):
        self.options = options
        lines = [line.split("\t")[-1] for path in sorted((DATA / "queries" / "en-US").glob("_log*.tsv")) for line in path.read_text(encoding="utf-8").splitlines()]
        self.written = [normalize(line) for line in random.Random(1).sample(lines, WRITTEN)]

    def vocabulary(self, texts):
        copies = max(1, WRITTEN // len(texts))
        return sentencepiece.SentencePieceProcessor(model_proto=train_vocabulary(self.written + copies * texts, self.options.pieces, coverage=0.9999))

    def train(self, split, labels, classes, seed):
        seed_everything(seed)
        options, texts = self.options, [normalize(text) for text, _ in split.train]
        teacher = fine_tune(texts, labels, classes, options)
        every = texts + [altered(texts) for _ in range(ALIKE * len(texts))]
        embeddings, taught = predict(teacher, every)
        processor = self.vocabulary(texts)
        encoder = bert.adopt(teacher, processor, options.keep, texts, options.hidden, options.columns)
        head = nn.Linear(encoder.config["width"], classes)
        head.load_state_dict(teacher.head.state_dict())
        batches = length_sorted_batches([len(text) for text in every], options.batch)
        steps = max(4, int(options.epochs * len(every) / options.batch))
        quantized_from = int(steps * 0.8) + 1

        def loss_at(step):
            if step == quantized_from:
                encoder.quantize(options.step)
            chosen = next(batches)
            ids = [model.tokenize(processor, every[i], encoder.config["max_tokens"], random.random() < 0.3) for i in chosen]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                embedding = encoder(model.pad(ids))
                logits = head(F.dropout(embedding, 0.1)).float()
            of_text = torch.tensor([i for i in chosen if i < len(texts)], dtype=torch.long)
            own = torch.tensor([i < len(texts) for i in chosen])
            loss = F.kl_div(F.log_softmax(logits, -1), F.softmax(taught[chosen], -1), reduction="batchmean")
            loss = loss + options.cosine * (1 - F.cosine_similarity(embedding.float(), embeddings[chosen])).mean()
            return loss + 0.5 * F.cross_entropy(logits[own], labels[of_text], label_smoothing=0.1, reduction="sum") / len(chosen)

        layers = list(encoder.layers.parameters())
        others = [parameter for name, parameter in encoder.named_parameters() if not name.startswith("layers.")] + list(head.parameters())
        optimise(nn.ModuleList([encoder, head]), [layers, others], [options.rate / 4, options.rate], steps, loss_at, lambda: None, decay=0.02, betas=(0.9, 0.98))

        @torch.no_grad()
        def run(texts):
            x = model.embed(encoder, processor, [normalize(text) for text in texts])
            return head(x), x

        return Trained(run, sizes(encoder, processor), lambda texts: predict(teacher, [normalize(text) for text in texts])[::-1])
