"""What distill_targets.py wrote, joined to the rows of a dataset."""
import math
import pathlib

import numpy
import torch

from common import Row


BELIEVED = 0.01  # a teacher that gives the written labels less has not learned the line, and is not listened to


class Targets:
    """embeddings [texts, teacher's width] and logits [texts, classes] by text number."""

    def __init__(self, path, taxonomy):
        self.index = taxonomy.index
        arrays = numpy.load(f"{path}.npz")
        self.embeddings, self.logits = torch.from_numpy(arrays["embeddings"]), torch.from_numpy(arrays["logits"])
        texts = pathlib.Path(f"{path}.texts.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self.number = {text: i for i, text in enumerate(texts)}
        self.unlabelled = [Row(None, text, source="unlabelled") for text in texts[int(arrays["unlabelled"]):]]

    def of(self, row):
        """The text number of a row's target; -1 where no teacher can judge it, or judges it all wrong."""
        number = self.number.get(row.taught, -1)
        if number < 0 or row.labels is None:
            return number
        return number if max(self.logits[number, self.index[label]] for label in row.labels) > math.log(BELIEVED) else -1
