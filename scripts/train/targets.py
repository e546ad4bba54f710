"""What distill_targets.py wrote, joined to the rows of a dataset."""
import pathlib

import numpy
import torch

from common import Row


class Targets:
    """embeddings [texts, teacher's width] and probabilities [texts, classes] by text number."""

    def __init__(self, path):
        arrays = numpy.load(f"{path}.npz")
        self.embeddings, self.logits = torch.from_numpy(arrays["embeddings"]), torch.from_numpy(arrays["logits"])
        texts = pathlib.Path(f"{path}.texts.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self.number = {text: i for i, text in enumerate(texts)}
        self.unlabelled = [Row(None, text) for text in texts[int(arrays["unlabelled"]):]]

    def of(self, row):
        """The text number of a row's target; -1 where no teacher can judge it."""
        return self.number.get(row.taught, -1)
