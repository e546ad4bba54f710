"""What distill_targets.py wrote, joined to the rows of a dataset."""
import math
import pathlib

import numpy
import torch

from common import Row

BELIEVED = 0.01  # a teacher that gives the written labels less has not learned the line, and is not listened to
BELIEVED_ABROAD = 0.5  # likewise in other locales of its language: it read the line without its locale
HOME = ("en-US", "zh-CN")
ENGLISH = "en-"


def judged(row, languages):
    """(text, language) that a teacher can judge in a row's place: a translated name's English, or the query in a teacher's own
    language (a part of its locale tags, such as "en-"); None where there is none."""
    if row.anchor:
        return row.anchor, ENGLISH
    language = next((l for l in languages if l in row.locale), None)
    return language and (row.query, language)


class Targets:
    """embeddings [texts, English teacher's width], zero where a text is in another language, and logits [texts, classes], by text
    number."""

    def __init__(self, path, taxonomy):
        self.index = taxonomy.index
        arrays = numpy.load(f"{path}.npz")
        self.embeddings, self.logits = torch.from_numpy(arrays["embeddings"]), torch.from_numpy(arrays["logits"])
        self.languages = arrays["languages"].tolist()
        lines = pathlib.Path(f"{path}.texts.tsv").read_text(encoding="utf-8").split("\n")[:-1]
        texts = [tuple(line.split("\t")) for line in lines]  # language, text
        self.number = {(text, language): i for i, (language, text) in enumerate(texts)}
        self.unlabelled = [Row(None, text, source="unlabelled") for _, text in texts[int(arrays["unlabelled"]):]]

    def of(self, row):
        """The text number of a row's target; -1 where no teacher can judge it, or judges it all wrong."""
        number = self.number.get(judged(row, self.languages), -1)
        if number < 0 or row.labels is None:
            return number
        believed = BELIEVED if row.locale in HOME or row.anchor else BELIEVED_ABROAD
        return number if max(self.logits[number, self.index[label]] for label in row.labels) > math.log(believed) else -1
