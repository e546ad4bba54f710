#!/usr/bin/env python3
"""Stage 3, vocabulary: a sentencepiece unigram model over the dataset's queries.

in:  DATASET.tsv    out: OUT.model (sentencepiece ModelProto) and OUT.json
Ids: 0 unknown, 1 padding (never produced by the encoder of text). Rules: nmt_nfkc_cf, which fold case and widths.
Locales other than English are --share of the text, all alike, so that none of them is cut into letters. Scores are rounded
to SCORE_STEP: a model with round numbers is a third smaller after brotli.
"""
import argparse
import collections
import io
import random

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from common import read_dataset, record, seed_everything

UNKNOWN, PADDING = 0, 1
SCORE_STEP = 1 / 16


def texts(rows, share):
    """Queries, those of other locales repeated or thinned until all together are `share` of the text, each as much as the next."""
    english = [row.query for row in rows if row.locale.startswith("en-")]
    others = collections.defaultdict(list)
    for row in rows:
        if not row.locale.startswith("en-"):
            others[row.locale].append(row.query)
    each = round(share * len(english) / (1 - share) / max(1, len(others)))
    return english + [query for queries in others.values() for query in random.choices(queries, k=each)]


def rounded(model):
    """The model with its scores on a coarse grid."""
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model)
    for piece in proto.pieces:
        piece.score = round(piece.score / SCORE_STEP) * SCORE_STEP
    proto.trainer_spec.Clear()
    proto.trainer_spec.model_type = sentencepiece_model_pb2.TrainerSpec.UNIGRAM
    proto.trainer_spec.unk_id, proto.trainer_spec.pad_id, proto.trainer_spec.bos_id, proto.trainer_spec.eos_id = UNKNOWN, PADDING, -1, -1
    proto.trainer_spec.vocab_size = len(proto.pieces)
    return proto.SerializeToString()


def train(texts, pieces, coverage):
    """A serialised ModelProto."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, vocab_size=pieces, model_type="unigram", character_coverage=coverage,
        normalization_rule_name="nmt_nfkc_cf", unk_id=UNKNOWN, pad_id=PADDING, bos_id=-1, eos_id=-1, num_threads=2, minloglevel=2)
    return rounded(model.getvalue())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--pieces", type=int, default=32000)
    parser.add_argument("--coverage", type=float, default=0.99999, help="share of characters that must be pieces")
    parser.add_argument("--share", type=float, default=0.5, help="of the text in other languages than English")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seed_everything(options.seed)
    data = train(texts(read_dataset(options.dataset), options.share), options.pieces, options.coverage)
    with open(f"{options.out}.model", "wb") as out:
        out.write(data)
    record(options.out, options=vars(options), bytes=len(data), sentencepiece=sentencepiece.__version__)


if __name__ == "__main__":
    main()
