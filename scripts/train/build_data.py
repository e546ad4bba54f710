#!/usr/bin/env python3
"""Stage 1, data: every line the project has -> one clean dataset.

in:  scripts/train/data (sources.py reads it), taxonomy/storefront.json
out: OUT.tsv  split, labels, query, locale, source, anchor (tab-separated; common.Row)
     OUT.json (counts a source, label and locale)    OUT.contradictions.tsv

Steps: validate labels against the taxonomy, normalise, drop what an evaluation file holds (--exclude), merge duplicates
(one row a locale and dedup key), settle contradictions, hold out whole near-duplicate groups (words sorted) for head
fitting and calibration, and a third of the homonyms by word.
"""
import argparse
import collections
import hashlib

import sources
from common import LOCALES, Taxonomy, dedup_key, normalize, record

# When files disagree the more deliberate one wins: logs and contrast lines were written with the sense of a whole
# query in mind, lists category by category, WordNet and Shopify's names by rule.
RANK = [("wordnet", 0), ("shopify", 0), ("queries/en-US/_brands", 2), ("_terms", 2), ("_log", 3), ("_none3", 3), ("_multi", 4), ("_homonyms", 4)]
HOMONYMS_HELD_OUT = 33  # percent


def rank(source):
    return next((r for name, r in RANK if name in source), 1)


def collect(lines, excluded):
    """(locale, dedup key) -> list of (rank, labels, query, source, anchor), and counts"""
    found = collections.defaultdict(list)
    counts = collections.Counter()
    for source, locale, labels, query, anchor in lines:
        query = normalize(query)
        key = dedup_key(query)
        if not key or key in excluded:
            counts["empty or in an evaluation file"] += 1
            continue
        counts[source] += 1
        found[locale, key].append((rank(source), labels, query, source, anchor))
    return found, counts


def settle(versions):
    """One (labels, query, source, anchor, contradiction?) of all rows with one key."""
    best = max(v[0] for v in versions)
    top = [v for v in versions if v[0] == best]
    votes = collections.Counter(tuple(v[1]) for v in top)
    if len(votes) == 1:
        labels = list(top[0][1])
    else:  # equally deliberate rows disagree: keep every label that one of them names first, most named first
        firsts = collections.Counter()
        for labels_, n in votes.items():
            for label in labels_:
                firsts[label] += n
        labels = [label for label, _ in firsts.most_common(3)]
        if len(labels) > 1:
            labels = [label for label in labels if label != "none" or firsts["none"] > 1] or labels[:1]
    disagree = len({tuple(sorted(v[1])) for v in versions}) > 1
    return labels, top[0][2], top[0][3], top[0][4], disagree


def held_out(key, percent):
    """Decides by the bag of words, so that reorderings of a query fall on the same side."""
    digest = hashlib.sha256(" ".join(sorted(key.split())).encode()).digest()
    return int.from_bytes(digest[:4], "big") % 1000 < percent * 10


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--locales", nargs="+", default=list(LOCALES))
    parser.add_argument("--exclude", nargs="*", default=[], help="labelled files (id, query, ...) whose queries must not be trained on")
    parser.add_argument("--held-out-percent", type=float, default=4)
    parser.add_argument("--wordnet-cap", type=int, default=60, help="lines a label")
    parser.add_argument("--assistants-cap", type=int, default=50, help="lines an intent")
    parser.add_argument("--limit", type=int, help="keep this many rows (for trials)")
    options = parser.parse_args()

    taxonomy = Taxonomy()
    excluded = set()
    for path in options.exclude:
        with open(path, encoding="utf-8") as lines:
            excluded |= {dedup_key(line.split("\t")[1]) for line in lines if line.count("\t") >= 2}
    found, counts = collect(sources.lines(options.locales, taxonomy, options.wordnet_cap, options.assistants_cap), excluded)
    keys = sorted(found, key=lambda k: hashlib.sha256("\t".join(k).encode()).digest())[: options.limit]
    splits, per_label, per_locale = collections.Counter(), collections.Counter(), collections.Counter()
    with open(f"{options.out}.tsv", "w", encoding="utf-8") as out, \
            open(f"{options.out}.contradictions.tsv", "w", encoding="utf-8") as odd:
        for locale, key in keys:
            labels, query, source, anchor, disagree = settle(found[locale, key])
            if disagree:
                versions = "  ".join(f"{s}:{'|'.join(l)}" for _, l, _, s, _ in found[locale, key])
                odd.write(f"{locale}\t{query}\t{'|'.join(labels)}\t{versions}\n")
            percent = HOMONYMS_HELD_OUT if "_homonyms" in source else options.held_out_percent
            split = "heldout" if held_out(key, percent) else "train"
            splits[split] += 1
            per_label[labels[0]] += 1
            per_locale[locale] += 1
            splits["contradictions settled"] += disagree
            out.write("\t".join((split, "|".join(labels), query, locale, source, anchor)) + "\n")
    missing = [s for s in taxonomy.subcategories if not per_label[s]]
    record(options.out, options=vars(options), lines_read=dict(counts), rows=dict(splits), locales=dict(per_locale.most_common()),
           labels=dict(per_label.most_common()), labels_without_rows=missing)
    print(dict(splits), f"{len(missing)} labels without rows")


if __name__ == "__main__":
    main()
