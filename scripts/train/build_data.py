#!/usr/bin/env python3
"""Stage 1, data: every written line -> one clean dataset.

in:  scripts/train/data (queries/en-US, wordnet), taxonomy/storefront.json
out: OUT.tsv  split<TAB>labels<TAB>query<TAB>source    OUT.json (counts)    OUT.contradictions.tsv

Steps: validate labels against the taxonomy, normalise, drop what an evaluation file holds (--exclude),
cap WordNet (its plants and foods outweigh any log), merge duplicates (one row a dedup key),
settle contradictions, hold out whole near-duplicate groups (words sorted) for head fitting and calibration.
"""
import argparse
import collections
import hashlib

from common import DATA, Taxonomy, dedup_key, normalize, read_labelled, record

# When files disagree the more deliberate one wins: logs and contrast lines were written with the sense of a whole
# query in mind, lists category by category, WordNet by rule.
RANK = [("wordnet", 0), ("_brands", 2), ("_terms", 2), ("_log", 3), ("_none3", 3), ("_multi", 4)]


def rank(source):
    return next((r for name, r in RANK if name in source), 1)


def sources(languages):
    for language in languages:
        pattern = "queries/en-US/*.tsv" if language == "en-US" else f"queries/locales/*{language}.tsv"
        yield from sorted(DATA.glob(pattern))
    yield from sorted(DATA.glob("wordnet/no*.tsv"))


def collect(taxonomy, files, wordnet_cap, excluded):
    """dedup key -> list of (rank, labels, query, source)"""
    found = collections.defaultdict(list)
    counts = collections.Counter()
    capped = collections.Counter()
    for path in files:
        source = str(path.relative_to(DATA)).removesuffix(".tsv")
        for number, labels, query in read_labelled(path):
            unknown = [label for label in labels if label not in taxonomy.index]
            if unknown:
                raise SystemExit(f"{path}:{number}: no label {unknown[0]!r} in the taxonomy")
            query = normalize(query)
            key = dedup_key(query)
            if not key or key in excluded:
                counts["empty or in an evaluation file"] += 1
                continue
            if source.startswith("wordnet"):
                capped[labels[0]] += 1
                if labels[0] != "none" and capped[labels[0]] > wordnet_cap:
                    counts["WordNet over the cap"] += 1
                    continue
            counts[source] += 1
            found[key].append((rank(source), labels, query, source))
    return found, counts


def settle(versions):
    """One (labels, query, source, contradiction?) of all rows with one key."""
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
    return labels, top[0][2], top[0][3], disagree


def held_out(key, percent):
    """Decides by the bag of words, so that reorderings of a query fall on the same side."""
    digest = hashlib.sha256(" ".join(sorted(key.split())).encode()).digest()
    return int.from_bytes(digest[:4], "big") % 1000 < percent * 10


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", help="path without suffix")
    parser.add_argument("--languages", nargs="+", default=["en-US"])
    parser.add_argument("--exclude", nargs="*", default=[], help="labelled files (id, query, ...) whose queries must not be trained on")
    parser.add_argument("--held-out-percent", type=float, default=4)
    parser.add_argument("--wordnet-cap", type=int, default=60, help="lines a label")
    parser.add_argument("--limit", type=int, help="keep this many rows (for trials)")
    options = parser.parse_args()

    taxonomy = Taxonomy()
    excluded = set()
    for path in options.exclude:
        with open(path, encoding="utf-8") as lines:
            excluded |= {dedup_key(line.split("\t")[1]) for line in lines if line.count("\t") >= 2}
    found, counts = collect(taxonomy, sources(options.languages), options.wordnet_cap, excluded)
    keys = sorted(found, key=lambda k: hashlib.sha256(k.encode()).digest())[: options.limit]
    splits = collections.Counter()
    per_label = collections.Counter()
    with open(f"{options.out}.tsv", "w", encoding="utf-8") as out, \
            open(f"{options.out}.contradictions.tsv", "w", encoding="utf-8") as odd:
        for key in keys:
            labels, query, source, disagree = settle(found[key])
            if disagree:
                odd.write(f"{query}\t{'|'.join(labels)}\t" + "  ".join(f"{s}:{'|'.join(l)}" for _, l, _, s in found[key]) + "\n")
            split = "heldout" if held_out(key, options.held_out_percent) else "train"
            splits[split] += 1
            per_label[labels[0]] += 1
            splits["contradictions settled"] += disagree
            out.write(f"{split}\t{'|'.join(labels)}\t{query}\t{source}\n")
    missing = [s for s in taxonomy.subcategories if not per_label[s]]
    record(options.out, lines_read=dict(counts), rows=dict(splits), labels=dict(per_label.most_common()), labels_without_rows=missing)
    print(dict(splits), f"{len(missing)} labels without rows")


if __name__ == "__main__":
    main()
