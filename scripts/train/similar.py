#!/usr/bin/env python3
"""What finds the head query that a rare one means: writes models/storefront/SIMILAR.md.

in:  the pack, build/release/aisle, data/pairs (equivalence.tsv, rewordings.tsv: written, never trained on), data/queries/en-US
out: models/storefront/SIMILAR.md: dimensions and steps of the index, what refines its order, what a score is worth

Embeddings are the engine's; the rows of the tables are computed from them here, and the chosen one is also run through
`aisle index` and `aisle similar`. Choices were made on odd lines of the pairs, the figures are of the even ones.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import typing

import brotli
import numpy

from common import DATA, ROOT, dedup_key, normalize

AISLE = ROOT / "build" / "release" / "aisle"
SIZE = 20000
CANDIDATES = 100  # of the nearest by cosine: QueryIndex::kCandidates
SHARE = 1 / 3  # of the overlap in the score
SETS = ("equivalence", "rewordings")


class Pairs(typing.NamedTuple):
    """Rare queries and the head query that each of them means."""

    heads: list
    tails: list
    gold: numpy.ndarray  # of each tail: its head's number
    kinds: list  # of each tail, in rewordings


def read_pairs(name):
    rows = [line.split("\t") for line in (DATA / "pairs" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]
    tails = [(tail, i, row[3] if len(row) > 3 else "") for i, row in enumerate(rows) for tail in row[2].split("|") if i % 2]  # the second, fourth ... line
    return Pairs([row[1] for row in rows], [t for t, _, _ in tails], numpy.array([i for _, i, _ in tails]), [k for _, _, k in tails])


def fillers(sets, count, seed):
    """Written queries of at most three words that stand in no set, to make the lists as long as a store's."""
    seen = {dedup_key(q) for pairs in sets for q in (*pairs.heads, *pairs.tails)}
    lines = [line.split("\t")[-1] for path in sorted((DATA / "queries" / "en-US").glob("*.tsv")) for line in path.read_text(encoding="utf-8").splitlines()]
    random.Random(seed).shuffle(lines)
    found = []
    for query in lines:
        key = dedup_key(query)
        if key and key not in seen and len(query.split()) <= 3:
            seen.add(key)
            found.append(query)
    return found[:count]


def engine(verb, queries, *options):
    """The engine's JSON for each query."""
    done = subprocess.run([AISLE, verb, *map(str, options)], input="".join(normalize(q) + "\n" for q in queries), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Embedder:
    """Unit embeddings of queries, each computed once."""

    def __init__(self, pack):
        self.pack, self.known = pack, {}

    def __call__(self, queries):
        new = [q for q in dict.fromkeys(queries) if q not in self.known]
        if new:
            self.known |= zip(new, numpy.array(engine("classify", new, "--pack", self.pack, "--embedding"), numpy.float32))
        return unit(numpy.stack([self.known[q] for q in queries]))


class Reference(Embedder):
    """MiniLM-L6 as published, in float32."""

    def __init__(self):
        import torch
        from transformers import AutoModel, AutoTokenizer

        import pretrained

        self.torch, self.known = torch, {}
        self.tokenizer, self.model = AutoTokenizer.from_pretrained(pretrained.minilm()), AutoModel.from_pretrained(pretrained.minilm()).eval()

    def __call__(self, queries):
        new = sorted({q for q in queries if q not in self.known}, key=len)
        with self.torch.no_grad():
            for start in range(0, len(new), 256):
                batch = self.tokenizer(new[start:start + 256], padding=True, truncation=True, max_length=40, return_tensors="pt")
                mask = batch["attention_mask"][..., None]
                mean = (self.model(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
                self.known |= zip(new[start:start + 256], mean.numpy())
        return unit(numpy.stack([self.known[q] for q in queries]))


def unit(rows):
    return rows / numpy.maximum(numpy.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


def rounded(rows, steps):
    """(integers, what they stand for)"""
    scales = numpy.abs(rows).max(-1, keepdims=True) / steps
    integers = numpy.round(rows / scales)
    return integers.astype(numpy.int8), integers * scales


def projection(heads, dimensions):
    """Principal components of the head queries, about zero."""
    return numpy.linalg.eigh(heads.T.astype(float) @ heads)[1][:, ::-1][:, :dimensions].astype(numpy.float32)


def pairs_of(text):
    """How often each pair of neighbouring characters is there."""
    text, counts = f" {normalize(text).casefold()} ", {}
    for i in range(len(text) - 1):
        counts[text[i:i + 2]] = counts.get(text[i:i + 2], 0) + 1
    return counts


def overlap(a, b):
    return 2 * sum(min(n, b[pair]) for pair, n in a.items() if pair in b) / (sum(a.values()) + sum(b.values()))


class Search(typing.NamedTuple):
    """The candidates of each tail, nearest by cosine, and what is known of them."""

    gold: numpy.ndarray  # bool
    cosine: numpy.ndarray
    overlap: numpy.ndarray
    agreement: numpy.ndarray  # of the decisions: sum of sqrt(p q) (Bhattacharyya 1943)


def nearest(heads, tails):
    rows = [numpy.argpartition(-(tails[start:start + 500] @ heads.T), CANDIDATES, 1)[:, :CANDIDATES] for start in range(0, len(tails), 500)]
    return numpy.concatenate(rows)


def probabilities(pack, queries):
    found = []
    for decision in engine("classify", queries, "--pack", pack, "--json", "--top", 20):
        found.append({a["id"]: a["probability"] ** 0.5 for a in decision["alternatives"]} | {"none": (1 - decision["shopping"]) ** 0.5})
    return found


def search(pairs, list_of_heads, vectors, tails, decisions):
    candidates = nearest(vectors, tails)
    cosine = numpy.einsum("td,tcd->tc", tails, vectors[candidates])
    written = [pairs_of(q) for q in list_of_heads]
    overlaps = numpy.array([[overlap(mine, written[c]) for c in row] for mine, row in zip(map(pairs_of, pairs.tails), candidates)])
    agreement = numpy.zeros_like(cosine)
    if decisions:
        of_heads, of_tails = decisions
        agreement = numpy.array([[sum(p * of_heads[c].get(k, 0) for k, p in mine.items()) for c in row] for mine, row in zip(of_tails, candidates)])
    return Search(candidates == pairs.gold[:, None], cosine, overlaps, agreement)


def ranks(score, gold):
    """Of the right head query; the list's end stands for one that is no candidate."""
    right = numpy.where(gold, score, -numpy.inf).max(1)
    return numpy.where(gold.any(1), (score > right[:, None]).sum(1) + 1, SIZE)


def scores(rank):
    return [f"{numpy.mean(rank <= 1):.3f}", f"{numpy.mean(rank <= 5):.3f}", f"{numpy.mean(1 / rank):.3f}"]


def all_ranks(vectors, tails, gold):
    found = []
    for start in range(0, len(tails), 500):
        cosine = tails[start:start + 500] @ vectors.T
        found.append((cosine > cosine[numpy.arange(len(cosine)), gold[start:start + 500]][:, None]).sum(1) + 1)
    return numpy.concatenate(found)


def table(columns, rows):
    return ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|", *("| " + " | ".join(row) + " |" for row in rows), ""]


HEADINGS = [f"{name}: {score}" for name in ("equivalence", "equivalence, 20,000", "rewordings", "rewordings, 20,000") for score in ("first", "among 5", "MRR")]


def lists(sets, filler):
    """(pairs, head queries) of each set, alone and filled up."""
    for pairs in sets:
        yield pairs, pairs.heads
        yield pairs, pairs.heads + filler[:SIZE - len(pairs.heads)]


def sizes(sets, filler, embed):
    """Rows of the first table: the index in so many dimensions and steps, by cosine alone."""
    rows = []
    for dimensions, steps in ((256, 127), (128, 127), (64, 127), (256, 15), (128, 15), (64, 15), (128, 7)):
        cells, stored = [], b""
        for pairs, heads in [*lists(sets, filler)][1::2]:
            vectors, tails = embed(heads), embed(pairs.tails)
            basis = projection(vectors, dimensions)
            integers, values = rounded(unit(vectors @ basis), steps)
            stored = integers.tobytes()
            cells += scores(all_ranks(values, rounded(unit(tails @ basis), 127)[1], pairs.gold))
        download = len(brotli.compress(stored, quality=9, lgwin=24))
        rows.append([f"{dimensions}", f"{steps}", f"{len(stored) / 1e6:.2f}", f"{download / 1e6:.2f}", *cells])
    return rows


ORDERS = {
    "cosine alone": lambda s: s.cosine,
    "cosine, and .3 of the decisions' agreement": lambda s: s.cosine + 0.3 * s.agreement,
    "**two thirds cosine, one third overlap** (chosen)": lambda s: (1 - SHARE) * s.cosine + SHARE * s.overlap,
    "all three: 2 cosine, 1 overlap, .6 agreement": lambda s: 2 * s.cosine + s.overlap + 0.6 * s.agreement,
    "overlap alone, of the 100 nearest by cosine": lambda s: s.overlap,
}


def orders(pack, sets, filler, embed, named=ORDERS):
    """(rows of the second table, the searches)"""
    cells, searches = {name: [] for name in named}, []
    for pairs, heads in lists(sets, filler):
        decisions = (probabilities(pack, heads), probabilities(pack, pairs.tails)) if pack else None
        searches.append(search(pairs, heads, embed(heads), embed(pairs.tails), decisions))
        for name, order in named.items():
            cells[name] += scores(ranks(order(searches[-1]), searches[-1].gold))
    return [[name, *row] for name, row in cells.items()], searches


def run_engine(pack, sets, filler):
    """(cells of the chosen row as the engine itself answers, {list: (score of the first, whether it is right)}, bytes)"""
    cells, firsts, size = [], [], ""
    for pairs, heads in lists(sets, filler):
        with tempfile.TemporaryDirectory() as folder:
            names, indexed = pathlib.Path(folder) / "heads.txt", pathlib.Path(folder) / "indexed.aisle"
            names.write_text("".join(normalize(q) + "\n" for q in heads), encoding="utf-8")
            subprocess.run([AISLE, "index", names, "--pack", pack, "--out", indexed], check=True, capture_output=True)
            found = [line["similar"] for line in engine("similar", pairs.tails, "--pack", indexed, "--json", "--top", 100)]
            whole, plain = indexed.read_bytes(), pathlib.Path(pack).read_bytes()
            download = len(brotli.compress(whole, quality=11, lgwin=24)) - len(brotli.compress(plain, quality=11, lgwin=24)) if len(heads) == SIZE else 0
            size = f"{len(whole) - len(plain):,} bytes, {download:,} after brotli"
        wanted = [dedup_key(heads[g]) for g in pairs.gold]
        right = [[dedup_key(s["query"]) == mine for s in row] for row, mine in zip(found, wanted)]
        cells += scores(numpy.array([row.index(True) + 1 if True in row else SIZE for row in right]))
        firsts.append([(row[0]["score"], r[0]) for row, r in zip(found, right) if row])
    return cells, firsts, size


def worth(firsts):
    """Rows of the third table: the first head query, where its score is at least so much."""
    rows = []
    for least in (0.5, 0.6, 0.7, 0.8, 0.9):
        row = [f"{least}"]
        for results in firsts:
            stated = [right for score, right in results if score >= least]
            row += [f"{len(stated) / len(results):.3f}", f"{numpy.mean(stated):.3f}" if stated else ""]
        rows.append(row)
    return rows


def kinds(pairs, found):
    rows = []
    for kind in sorted(set(pairs.kinds)):
        of_kind = numpy.array([k == kind for k in pairs.kinds])
        part = Search(*(values[of_kind] for values in found))
        cells = [scores(ranks(order(part), part.gold))[1] for name, order in ORDERS.items() if "cosine alone" in name or "chosen" in name]
        rows.append([kind, str(of_kind.sum()), *cells])
    return rows


def page(options):
    sets, embed = [read_pairs(name) for name in SETS], Embedder(options.pack)
    filler = fillers(sets, SIZE, options.seed)
    order_rows, searches = orders(options.pack, sets, filler, embed)
    engine_cells, firsts, size = run_engine(options.pack, sets, filler)
    order_rows.append(["the chosen one, as the engine answers (`aisle index`, `aisle similar`)", *engine_cells])
    if options.reference:
        named = {f"MiniLM-L6 as published (22.7 M parameters, float32): {name}": ORDERS[name] for name in ORDERS if "cosine alone" in name or "chosen" in name}
        order_rows += orders(None, sets, filler, Reference(), named)[0]
    titles = [f"{t}, {n} head queries" for t in SETS for n in ("its own", "20,000")]
    return [
        "# Similar queries: results", "",
        "Written by `scripts/train/similar.py`. For a rare query the head query that means the same is looked for, in two written sets that",
        f"nothing was trained on: equivalence ({len(sets[0].heads):,} head queries) and rewordings ({len(sets[1].heads):,}), each among its own head queries, and among 20,000,",
        "filled up with written queries of at most three words. Among those many mean the same as the one that is looked for, and count as",
        f"wrong: these figures are too low by an unknown amount. Choices were made on odd lines, the figures are of the even ones ({len(sets[0].tails):,} and {len(sets[1].tails):,}",
        "queries; one standard error of a share is about .012). All of it is English.", "",
        "## Size of the index", "",
        "Among 20,000, by cosine alone, exact; embeddings projected to their principal components, scaled to length 1, rounded row by row to so",
        "many steps on either side. Megabytes of 20,000 rows, and after brotli. The index has 128 dimensions and 15 steps: half the bytes of 256,",
        "and 40 % less to download than with all steps that fit, for no recall that these sets could tell; 64 dimensions lose some.", "",
        *table(["dimensions", "steps", "MB", "MB after brotli", *HEADINGS[3:6], *HEADINGS[9:]], sizes(sets, filler, embed)),
        f"The whole index of 20,000 head queries in a pack, their text included: {size}.", "",
        "## Order", "",
        "The 100 nearest by cosine, put in order by a second score. Overlap: the pairs of neighbouring characters in common (Dice). Agreement:",
        "of the two queries' decisions, the sum of sqrt(p q) over subcategories. There is no trained cross-encoder to compare with yet: none",
        "of these rows is one. Overlap costs no bytes and a tenth of a millisecond and earns more than the decisions' agreement, which",
        "harms rewordings and would need each head query's decision.", "",
        *table(["order", *HEADINGS], order_rows),
        "## By kind of rewording", "", "Right one among the first 5, of 20,000.", "",
        *table(["kind", "queries", "cosine alone", "with overlap"], kinds(sets[1], searches[3])),
        "## What a score is worth", "", "The first head query, where its score is at least so much: share of the queries, and of those the share where it is the right one.", "",
        *table(["score", *(f"{t}: {c}" for t in titles for c in ("share", "right"))], worth(firsts)),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", default=ROOT / "models" / "storefront" / "storefront.aisle")
    parser.add_argument("--out", default=ROOT / "models" / "storefront" / "SIMILAR.md")
    parser.add_argument("--reference", action="store_true", help="also MiniLM-L6, which needs the training environment")
    parser.add_argument("--seed", type=int, default=1, help="of the queries that fill up the lists")
    options = parser.parse_args()
    pathlib.Path(options.out).write_text("\n".join(page(options)), encoding="utf-8")


if __name__ == "__main__":
    main()
