#!/usr/bin/env python3
"""Stage 4, targets: what the teachers say of every text they can read, labelled or not.

in:  DATASET.tsv, one or more teacher weights (teacher.py), the first of which must read English; with --student an earlier student is
     one more teacher, or the only one (born-again training, Furlanello et al. 2018, arXiv:1805.04770: what it knows it keeps)
out: OUT.texts.tsv: language and text: queries in the teachers' languages, the English names behind translated ones, then
     unlabelled English texts
     OUT.npz, in their order: `embeddings` [texts, width] of the first teacher (zero where it can't read, and of a student), `logits` [texts,
     classes] averaged over the teachers of the language (as log probabilities), float16; `languages`; `unlabelled`: the number
     of the first unlabelled text
Unlabelled: category names with an attribute before them, and splices (the beginning of one query and the end of another),
on which the teacher shows what it does with what nobody would label.
"""
import argparse
import random

import numpy
import sentencepiece
import torch

import model
import teacher
from augment import attributes
from common import Taxonomy, dedup_key, normalize, read_dataset, record, seed_everything
from sources import shopify_names
from targets import ENGLISH, judged


def splice(queries):
    """Halves of two random queries."""
    first, second = (random.choice(queries).split() for _ in range(2))
    return " ".join(first[: (len(first) + 1) // 2] + second[len(second) // 2:])


def unlabelled(queries, count):
    """Half compositions, half splices; none of them a query of the dataset."""
    known = {dedup_key(q) for q in queries}
    words, names = attributes(), sorted({normalize(n).lower() for n in shopify_names("en").values()})
    texts = [f"{random.choice(words)} {random.choice(names)}" for _ in range(count // 2)] + [splice(queries) for _ in range(count - count // 2)]
    return [t for t in dict.fromkeys(texts) if dedup_key(t) not in known]


class EarlierStudent:
    """A student that speaks of what is in one language in a teacher's place; its embedding is not what the next one is held to."""

    def __init__(self, path, vocabulary, locale):
        encoder, saved = model.load(path)
        self.encoder, self.locale = model.baked(encoder), locale
        self.head = torch.nn.Linear(encoder.config["width"], len(saved["head"]["bias"]))
        self.head.load_state_dict(saved["head"])
        self.processor = sentencepiece.SentencePieceProcessor(model_file=f"{vocabulary}.model")
        self.width = 1

    @torch.no_grad()
    def predict(self, texts):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return torch.zeros(len(texts), self.width), self.head(model.embed(self.encoder, self.processor, texts)).float()


class FineTuned:
    """A teacher of teacher.py."""

    def __init__(self, path, taxonomy):
        self.model = teacher.load(path, taxonomy)
        self.locale, self.width = self.model.locale, self.model.head.in_features

    def predict(self, texts):
        return teacher.predict(self.model, texts)


def load_teachers(options, taxonomy):
    teachers = [FineTuned(path, taxonomy) for path in options.teachers]
    return teachers + [EarlierStudent(options.student, options.vocabulary, language) for language in (ENGLISH, "zh-CN") if options.student]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("teachers", nargs="*")
    parser.add_argument("--student", metavar="STUDENT.pt", help="an earlier one, as a teacher of English and Chinese")
    parser.add_argument("--vocabulary", help="the student's, path without suffix")
    parser.add_argument("--unlabelled", type=int, default=60000)
    parser.add_argument("--sources", nargs="*", default=[""], help="only rows whose source holds one of these texts; the others keep their labels alone")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not (options.teachers or options.student) or bool(options.student) != bool(options.vocabulary):
        parser.error("expected teachers, or --student with its --vocabulary, or both")
    seed_everything(options.seed)
    taxonomy = Taxonomy()
    rows = read_dataset(options.dataset)
    teachers = load_teachers(options, taxonomy)
    languages = list(dict.fromkeys(t.locale for t in teachers))
    texts = list(dict.fromkeys(filter(None, (judged(row, languages) for row in rows if any(text in row.source for text in options.sources)))))
    count = len(texts)
    texts += [(text, ENGLISH) for text in unlabelled([row.query for row in rows if row.locale == "en-US"], options.unlabelled)]
    embeddings = torch.zeros(len(texts), teachers[0].width)
    probabilities = torch.zeros(len(texts), len(taxonomy.classes))
    for one in teachers:
        mine = [i for i, (_, language) in enumerate(texts) if language == one.locale]
        found, logits = one.predict([texts[i][0] for i in mine])
        probabilities[mine] += logits.softmax(-1) / sum(t.locale == one.locale for t in teachers)
        if one is teachers[0]:
            embeddings[mine] = found
    numpy.savez(f"{options.out}.npz", embeddings=embeddings.half().numpy(), logits=probabilities.clamp(min=1e-7).log().half().numpy(),
                languages=numpy.array(languages), unlabelled=count)
    with open(f"{options.out}.texts.tsv", "w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{language}\t{text}\n" for text, language in texts)
    record(options.out, options=vars(options), texts=len(texts), unlabelled=len(texts) - count)


if __name__ == "__main__":
    main()
