#!/usr/bin/env python3
"""Stage 8, files for the tests: what Python makes of 10,000 queries, and held-out lines of every locale.

in:  DATASET.tsv, VOCABULARY.model, STUDENT.pt, HEADS.npz, the shipped pack (its temperatures)
out: tests/golden/tokens.tsv   query, token ids, normalised text (10,000 lines: dataset lines, and made-up hard ones)
     tests/golden/pytorch.tsv  query, best outcome, best subcategory, router logits of those two highest (2,000 held-out lines)
     tests/data/locales.tsv    locale, query, accepted: held-out log lines that no stage trained or calibrated on (at most 400 a locale)
"""
import argparse
import random

import numpy
import sentencepiece

import model
from common import LOCALES, ROOT, Taxonomy, calibration_lines, dedup_key, normalize, read_dataset, seed_everything
from pack import load_trained, predict
from read_pack import temperatures

HARD = ["ＦＵＬＬ　ｗｉｄｔｈ　ｄｒｅｓｓ", "İstanbul HALI", "straße STRASSE", "ﬁsh ﬂakes", "２ｘ４ ｌｕｍｂｅｒ", "½ inch pvc", "size 10½", "№ 5 perfume", "café CRÈME",
        "cafe\u0301 cre\u0300me", "a\u200bb zero width", "e\u00a0nbsp\u2003em", "👗 dress 👠", "dress👗", "ワンピース 花柄", "연필", "платье летнее", "فستان صيفي", "ชุดเดรส",
        "ｶﾀｶﾅ ﾊﾝｶｸ", "㎏ ㎝ ℃ ™ ®", "Ǆ ǅ ǆ", "Ω ohm Ω", "µm μm", "\ufeffbom dress", "tab\tseparated", "ALL CAPS QUERY", "x" * 300, "a " * 200, "!!!???", "---", "#1 dad mug",
        "c++ book", "at&t", "l'oréal", "men’s “running” shoes", "90° elbow", "1/2\" x 10'", "yahooo", "aaaa bbbb cccc", "iphone15promax256gb", "\u0130\u0131\u017f\u1e9e"]


def write_locales(dataset, most=400):
    calibration = {dedup_key(query) for query, _ in calibration_lines()}
    rows = [row for row in read_dataset(dataset, "heldout", "_log") if dedup_key(row.query) not in calibration]
    with open(ROOT / "tests" / "data" / "locales.tsv", "w", encoding="utf-8", newline="\n") as out:
        out.write("locale\tquery\taccepted\n")
        for locale in LOCALES:
            for row in [row for row in rows if row.locale == locale][:most]:  # a dataset is in the order of hashes
                out.write(f"{locale}\t{row.query}\t{'|'.join(row.labels)}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("vocabulary", help="path without suffix")
    parser.add_argument("student")
    parser.add_argument("heads", help="path without suffix")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seed_everything(options.seed)
    encoder, processor, (router, groups, outcome_of) = load_trained(options, Taxonomy())
    rows = [row.query for row in read_dataset(options.dataset)]
    queries = HARD + random.sample(rows, min(10000 - len(HARD), len(rows)))
    folder = ROOT / "tests" / "golden"
    with open(folder / "tokens.tsv", "w", encoding="utf-8", newline="\n") as out:
        for query in queries:
            text = normalize(query)
            ids = processor.encode(text)[: encoder.config["max_tokens"]] if text else []
            pieces = "".join(processor.encode(text, out_type=str)).replace("\u2581", " ").strip(" ") if text else ""
            assert "\n" not in query
            out.write(f"{query.replace(chr(9), ' ')}\t{' '.join(map(str, ids))}\t{pieces}\n")
    write_locales(options.dataset)
    router.temperature, calibrated = temperatures(ROOT / "models" / "storefront" / "storefront.aisle")
    for group, temperature in zip(groups, calibrated, strict=True):
        group.temperature = temperature
    held = [row.query for row in read_dataset(options.dataset, "heldout")]
    held = random.sample(held, min(2000, len(held)))
    _, logits, outcomes, subcategories = predict(encoder, processor, router, groups, outcome_of, held)
    with open(folder / "pytorch.tsv", "w", encoding="utf-8", newline="\n") as out:
        for query, row, outcome, subcategory in zip(held, logits, outcomes.argmax(1), subcategories.argmax(1)):
            top = numpy.argsort(-row)[:2]
            out.write(f"{query}\t{outcome}\t{subcategory}\t" + " ".join(f"{i}:{row[i]:.5f}" for i in top) + "\n")


if __name__ == "__main__":
    main()
