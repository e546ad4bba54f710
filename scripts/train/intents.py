"""CLINC150 and BANKING77 as their protocols split them."""
import collections
import csv
import gzip
import json
import random
import typing

from common import DATA


class Split(typing.NamedTuple):
    """(text, intent) pairs; `strange_*`: texts that belong to no known intent."""

    train: list
    validation: list
    test: list
    strange_validation: list
    strange_test: list


def clinc():
    parts = json.load(gzip.open(DATA / "clinc150" / "data_full.json.gz"))
    texts = lambda name: [text for text, _ in parts[name]]
    return Split(parts["train"], parts["val"], parts["test"], texts("oos_val"), texts("oos_test"))


def banking():
    """One line in ten of each intent of the training part validates: no validation part was published."""
    def read(name):
        with gzip.open(DATA / "banking77" / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
            return [tuple(pair) for pair in list(csv.reader(lines))[1:]]

    seen, train, validation = collections.Counter(), [], []
    lines = read("train")
    random.Random(0).shuffle(lines)
    for text, intent in lines:
        (validation if seen[intent] % 10 == 9 else train).append((text, intent))
        seen[intent] += 1
    return Split(train, validation, read("test"), [], [])


def open_intents(split, percent, seed):
    """ADB's protocol. Its test part of CLINC150 is the 4,500 queries and the 1,000 out-of-scope ones of the test part here (theirs
    holds 200 more, of the other parts)."""
    intents = sorted({intent for _, intent in split.train})
    known = set(random.Random(seed).sample(intents, round(len(intents) * percent / 100)))
    only = lambda lines: [(text, intent) for text, intent in lines if intent in known]
    strange = [text for text, intent in split.test if intent not in known]
    return Split(only(split.train), only(split.validation), only(split.test), [], strange + split.strange_test)


def split_of(run):
    name, _, rest = run.partition("-")
    split = {"clinc": clinc, "banking": banking}[name]()
    return open_intents(split, *map(int, rest.split("-"))) if rest else split
