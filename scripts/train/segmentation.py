"""What the tokenizer's segmentation of a query tells for free: its log-likelihood and how broken its words are."""
import numpy

from common import normalize


def free_signals(processor, queries):
    """[queries, 4] of the segmentation alone: mean log-likelihood a character, that of the least likely word, share of the
    characters that are pieces of their own, share of the words in three pieces or more."""
    lowest = min(processor.get_score(i) for i in range(processor.vocab_size()))
    found = []
    for query in queries:
        ids = processor.encode(normalize(query)) or [processor.unk_id()]
        parts = []  # of each word: [log-likelihood, characters, single characters, pieces]
        for i in ids:
            piece = processor.id_to_piece(i)
            text = piece.lstrip("\u2581")
            if piece.startswith("\u2581") or not parts:
                parts.append([0.0, 1, 0, 0])
            # The unknown piece costs what sentencepiece lets it cost.
            cost = lowest - 10 if i == processor.unk_id() else processor.get_score(i)
            parts[-1] = [a + b for a, b in zip(parts[-1], (cost, len(text), len(text) == 1, len(text) > 0))]
        parts = numpy.array(parts)
        found.append([parts[:, 0].sum() / parts[:, 1].sum(), (parts[:, 0] / parts[:, 1]).min(),
                      parts[:, 2].sum() / parts[:, 1].sum(), (parts[:, 3] >= 3).mean()])
    return numpy.array(found)
