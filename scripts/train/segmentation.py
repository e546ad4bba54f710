"""What the tokenizer's segmentation of a query tells for free: its log-likelihood and how broken its words are."""
import functools

import numpy

from common import normalize


@functools.cache
def unknown_cost(processor):
    """What sentencepiece lets an unknown character cost."""
    return min(processor.get_score(i) for i in range(processor.vocab_size())) - 10


def log_likelihood(processor, query):
    """Of the query's pieces, a byte of their text with plain spaces: Tokenizer::encode() of the engine finds the same. A byte, not a
    character, since a character of Chinese says as much as three of English."""
    cost, pieces = unknown_cost(processor), processor.encode(normalize(query), out_type="immutable_proto").pieces
    total = sum(cost * len(piece.piece) if piece.id == processor.unk_id() else processor.get_score(piece.id) for piece in pieces)
    return total / max(1, sum(len(piece.piece.replace("\u2581", " ").encode()) for piece in pieces))


def free_signals(processor, queries):
    """[queries, 4] of the segmentation alone: log-likelihood a byte, a character of the least likely word, share of the
    characters that are pieces of their own, share of the words in three pieces or more."""
    unknown, found = unknown_cost(processor), []
    for query in queries:
        ids = processor.encode(normalize(query)) or [processor.unk_id()]
        parts = []  # of each word: [log-likelihood, characters, single characters, pieces]
        for i in ids:
            piece = processor.id_to_piece(i)
            text = piece.lstrip("\u2581")
            if piece.startswith("\u2581") or not parts:
                parts.append([0.0, 1, 0, 0])
            cost = unknown if i == processor.unk_id() else processor.get_score(i)
            parts[-1] = [a + b for a, b in zip(parts[-1], (cost, len(text), len(text) == 1, len(text) > 0))]
        parts = numpy.array(parts)
        found.append([log_likelihood(processor, query), (parts[:, 0] / parts[:, 1]).min(),
                      parts[:, 2].sum() / parts[:, 1].sum(), (parts[:, 3] >= 3).mean()])
    return numpy.array(found)
