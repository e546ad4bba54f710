#!/usr/bin/env python3
"""Stage 3, vocabulary: a sentencepiece unigram model over the dataset's queries.

in:  DATASET.tsv    out: OUT.model (sentencepiece ModelProto) and OUT.json
Ids: 0 unknown, 1 padding (never produced by the encoder of text). Rules: nmt_nfkc_cf, which fold case and widths.
"""
import argparse
import io

import sentencepiece

from common import read_dataset, record

UNKNOWN, PADDING = 0, 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--pieces", type=int, default=16000)
    parser.add_argument("--coverage", type=float, default=0.9995, help="share of characters that must be pieces")
    options = parser.parse_args()
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(query for _, query in read_dataset(options.dataset)), model_writer=model, vocab_size=options.pieces,
        model_type="unigram", character_coverage=options.coverage, normalization_rule_name="nmt_nfkc_cf", unk_id=UNKNOWN, pad_id=PADDING,
        bos_id=-1, eos_id=-1, num_threads=2, minloglevel=2)
    with open(f"{options.out}.model", "wb") as out:
        out.write(model.getvalue())
    record(options.out, options=vars(options), bytes=len(model.getvalue()), sentencepiece=sentencepiece.__version__)


if __name__ == "__main__":
    main()
