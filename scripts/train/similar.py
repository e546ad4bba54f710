#!/usr/bin/env python3
"""What finds the head query that a rare one means: writes models/storefront/SIMILAR.md.

in:  the pack, build/release/aisle, data/pairs (equivalence.tsv, rewordings.tsv: written, the encoder never saw them), data/queries/en-US
out: models/storefront/SIMILAR.md: dimensions and steps of the index, what refines its order, what a score is worth

Embeddings are the engine's; the rows of the tables are computed from them here, and the chosen one is also run through
`aisle index` and `aisle similar`. Odd lines of the pairs are for choosing and fitting, the figures are of the even ones.
"""
import argparse
import collections
import json
import pathlib
import random
import subprocess
import tempfile
import typing

import brotli
import numpy

from common import DATA, ROOT, dedup_key, normalize, table

AISLE = ROOT / "build" / "release" / "aisle"
SIZE = 20000
CANDIDATES = 100  # of the nearest by cosine: QueryIndex::kCandidates
SHARE = 1 / 3  # of the overlap in the score
SETS = ("equivalence", "rewordings")
RERANKED = 20  # of the nearest, by the cross-encoder


class Pairs(typing.NamedTuple):
    """Rare queries and the head query that each of them means."""

    heads: list
    tails: list
    gold: numpy.ndarray  # of each tail: its head's number
    kinds: list  # of each tail, in rewordings


def read_pairs(name, even):
    """All head queries of a set, and the rare ones of every second line."""
    rows = [line.split("\t") for line in (DATA / "pairs" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]
    tails = [(tail, i, row[3] if len(row) > 3 else "") for i, row in enumerate(rows) for tail in row[2].split("|") if i % 2 == even]
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


def ngrams(text, size):
    text = f" {normalize(text).casefold()} "
    return collections.Counter(text[i:i + size] for i in range(len(text) - size + 1))


def overlap(a, b):
    return 2 * sum(min(n, b[gram]) for gram, n in a.items() if gram in b) / (a.total() + b.total())


class Search(typing.NamedTuple):
    """The candidates of each tail, nearest by cosine, and what is known of them."""

    candidates: numpy.ndarray  # numbers of head queries
    gold: numpy.ndarray  # bool
    cosine: numpy.ndarray
    overlap: numpy.ndarray  # of pairs of characters
    triples: numpy.ndarray
    agreement: numpy.ndarray  # of the decisions: sum of sqrt(p q) (Bhattacharyya 1943)


def nearest(heads, tails):
    rows = [numpy.argpartition(-(tails[start:start + 500] @ heads.T), CANDIDATES, 1)[:, :CANDIDATES] for start in range(0, len(tails), 500)]
    return numpy.concatenate(rows)


class Decisions:
    """Square roots of each query's probabilities, each computed once."""

    def __init__(self, pack):
        self.pack, self.known = pack, {}

    def __call__(self, queries):
        new = [q for q in dict.fromkeys(queries) if q not in self.known]
        for query, decision in zip(new, engine("classify", new, "--pack", self.pack, "--json", "--top", 20)):
            self.known[query] = {a["id"]: a["probability"] ** 0.5 for a in decision["alternatives"]} | {"none": (1 - decision["shopping"]) ** 0.5}
        return [self.known[q] for q in queries]


def search(pairs, heads, embed, decided=None):
    """`decided`: queries -> probabilities of their decisions."""
    tails, vectors = embed(pairs.tails), embed(heads)
    candidates = nearest(vectors, tails)
    cosine = numpy.einsum("td,tcd->tc", tails, vectors[candidates])

    def compared(of_heads, of_tails, compare):
        return numpy.array([[compare(mine, of_heads[c]) for c in row] for mine, row in zip(of_tails, candidates)])

    written = [compared([ngrams(q, size) for q in heads], [ngrams(q, size) for q in pairs.tails], overlap) for size in (2, 3)]
    agreement = compared(decided(heads), decided(pairs.tails), lambda a, b: sum(p * b.get(k, 0) for k, p in a.items())) if decided else cosine
    return Search(candidates, candidates == pairs.gold[:, None], cosine, *written, agreement)


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


HEADINGS = [f"{name}: {score}" for name in ("equivalence", "equivalence, 20,000", "rewordings", "rewordings, 20,000") for score in ("first", "among 5", "MRR")]


def lists(sets, filler):
    """(pairs, head queries) of each set, alone and filled up."""
    for pairs in sets:
        yield pairs, pairs.heads
        yield pairs, pairs.heads + filler[:SIZE - len(pairs.heads)]


def sizes(sets, filler, embed):
    """Rows of the first table: the index in so many dimensions and steps, by cosine alone."""
    rows = []
    full = embed(filler[:1]).shape[1]
    for dimensions, steps in ((full, 127), (128, 127), (64, 127), (full, 15), (128, 15), (64, 15), (128, 7)):
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


def mixed(share, written="overlap"):
    return lambda s: (1 - share) * s.cosine + share * getattr(s, written)


COSINE, CHOSEN = "cosine alone", "**two thirds cosine, one third overlap** (chosen)"
ORDERS = {
    COSINE: lambda s: s.cosine,
    "four fifths cosine, one fifth overlap": mixed(0.2),
    CHOSEN: mixed(SHARE),
    "half cosine, half overlap": mixed(0.5),
    "two thirds cosine, one third overlap of triples": mixed(SHARE, "triples"),
    "overlap alone, of the 100 nearest by cosine": mixed(1),
    "cosine, and .3 of the decisions' agreement": lambda s: s.cosine + 0.3 * s.agreement,
    "all three: 2 cosine, 1 overlap, .6 agreement": lambda s: 2 * s.cosine + s.overlap + 0.6 * s.agreement,
}


def orders(searches, names=tuple(ORDERS), prefix=""):
    """A row of scores for each order."""
    return [[prefix + name, *(cell for found in searches for cell in scores(ranks(ORDERS[name](found), found.gold)))] for name in names]


def reranked(fitting, figures, heads, embed, options):
    """Rows: the cross-encoder, fitted to the odd lines, against the chosen order on some of the even ones, among 20,000."""
    import cross_encoder

    def questions(sets, count):
        for pairs, listed in zip(sets, heads):
            chosen = numpy.random.default_rng(options.seed).permutation(len(pairs.tails))[:count]
            part = Pairs(pairs.heads, [pairs.tails[i] for i in chosen], pairs.gold[chosen], [])
            found = search(part, listed, embed)
            best = numpy.argsort(-found.cosine, 1)[:, :RERANKED]
            found = Search(*(numpy.take_along_axis(values, best, 1) for values in found))
            yield found, [cross_encoder.Question(q, [listed[c] for c in row], list(right)) for q, row, right in zip(part.tails, found.candidates, found.gold)]

    model = cross_encoder.trained([q for _, part in questions(fitting, options.fit) for q in part], options.seed)
    rows = {COSINE: [], CHOSEN: [], "cross-encoder": [], "cross-encoder's logit / 10 and the chosen order": []}
    for found, part in questions(figures, options.sample):
        logits = cross_encoder.order(model, part)
        chosen = ORDERS[CHOSEN](found)
        for name, score in zip(rows, (found.cosine, chosen, logits, chosen + logits / 10)):
            rows[name] += scores(ranks(score, found.gold))
    return [[name, *cells] for name, cells in rows.items()]


def run_engine(pack, sets, filler):
    """(cells of the chosen row as the engine itself answers, for each list (score of the first, whether it is right), bytes of the last index)"""
    cells, firsts = [], []
    for pairs, heads in lists(sets, filler):
        with tempfile.TemporaryDirectory() as folder:
            names, indexed = pathlib.Path(folder) / "heads.txt", pathlib.Path(folder) / "indexed.aisle"
            names.write_text("".join(normalize(q) + "\n" for q in heads), encoding="utf-8")
            subprocess.run([AISLE, "index", names, "--pack", pack, "--out", indexed], check=True, capture_output=True)
            found = [line["similar"] for line in engine("similar", pairs.tails, "--pack", indexed, "--json", "--top", 100)]
            whole = indexed.read_bytes()
        wanted = [dedup_key(heads[g]) for g in pairs.gold]
        right = [[dedup_key(s["query"]) == mine for s in row] for row, mine in zip(found, wanted)]
        cells += scores(numpy.array([row.index(True) + 1 if True in row else SIZE for row in right]))
        firsts.append([(row[0]["score"], r[0]) for row, r in zip(found, right) if row])
    plain = pathlib.Path(pack).read_bytes()
    download = len(brotli.compress(whole, quality=11, lgwin=24)) - len(brotli.compress(plain, quality=11, lgwin=24))
    return cells, firsts, f"{len(whole) - len(plain):,} bytes, {download:,} after brotli"


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
        rows.append([kind, str(of_kind.sum()), *(scores(ranks(ORDERS[name](part), part.gold))[1] for name in (COSINE, CHOSEN))])
    return rows


def measured(options):
    """{table: rows}, with what the page says in words."""
    choosing, figures = [[read_pairs(name, even) for name in SETS] for even in (False, True)]
    embed = Embedder(options.pack)
    filler = fillers(choosing + figures, SIZE, options.seed)
    decided = Decisions(options.pack)
    searches = [search(pairs, heads, embed, decided) for pairs, heads in lists(figures, filler)]
    engine_cells, firsts, size = run_engine(options.pack, figures, filler)
    facts = {
        "heads": [len(pairs.heads) for pairs in figures], "tails": [len(pairs.tails) for pairs in figures], "size": size,
        "sizes": sizes(choosing, filler, embed),
        "choice": orders([search(pairs, heads, embed, decided) for pairs, heads in lists(choosing, filler)]),
        "orders": [*orders(searches), ["the chosen one, as the engine answers (`aisle index`, `aisle similar`)", *engine_cells]],
        "kinds": kinds(figures[1], searches[3]), "worth": worth(firsts), "sample": options.sample,
    }
    if options.reference:
        minilm = Reference()
        reference = [search(pairs, heads, minilm) for pairs, heads in lists(figures, filler)]
        facts["orders"] += orders(reference, (COSINE, CHOSEN), "MiniLM-L6 as published (22.7 M parameters, float32): ")
        facts["reranked"] = reranked(choosing, figures, [heads for _, heads in lists(figures, filler)][1::2], embed, options)
    return facts


def page(facts):
    titles = [f"{t}, {n} head queries" for t in SETS for n in ("its own", "20,000")]
    (heads_a, heads_b), (tails_a, tails_b) = facts["heads"], facts["tails"]
    return [
        "# Similar queries: results", "",
        "Written by `scripts/train/similar.py --reference`. For a rare query the head query that means the same is looked for, in two written",
        f"sets that the encoder never saw: equivalence ({heads_a:,} head queries) and rewordings ({heads_b:,}), each among its own head queries,",
        "and among 20,000, filled up with written queries of at most three words. Among those many mean the same as the one that is",
        "looked for, and count as wrong: these figures are too low by an unknown amount. Choices were made on odd lines, the figures are of",
        f"the even ones ({tails_a:,} and {tails_b:,} queries; one standard error of a share is about .012). All of it is English.", "",
        "## Size of the index", "",
        "Among 20,000, by cosine alone, exact; embeddings projected to their principal components, scaled to length 1, rounded row by row to so",
        "many steps on either side; on the odd lines. Megabytes of 20,000 rows, and after brotli. The index has 128 dimensions and 15 steps.", "",
        *table(["dimensions", "steps", "MB", "MB after brotli", *HEADINGS[3:6], *HEADINGS[9:]], facts["sizes"]),
        f"The whole index of 20,000 head queries in a pack, their text included: {facts['size']}.", "",
        "## Order", "",
        "The 100 nearest by cosine, put in order by a second score. Overlap: the pairs of neighbouring characters in common (Dice). Agreement:",
        "of the two queries' decisions, the sum of sqrt(p q) over subcategories, for which the decision of each head query would be needed.", "",
        *table(["order", *HEADINGS], facts["orders"]),
        "On the odd lines, by which it was chosen:", "",
        *table(["order", *HEADINGS], facts["choice"]),
        *cross_encoder_part(facts),
        "## By kind of rewording", "", "Right one among the first 5, of 20,000.", "",
        *table(["kind", "queries", "cosine alone", "with overlap"], facts["kinds"]),
        "## What a score is worth", "", "The first head query, where its score is at least so much: share of the queries, and of those the share where it is the right one.", "",
        *table(["score", *(f"{t}: {c}" for t in titles for c in ("share", "right"))], facts["worth"]),
    ]


def cross_encoder_part(facts):
    if "reranked" not in facts:
        return []
    return [
        "## Against a cross-encoder", "",
        "MiniLM-L6 (22.7 M parameters), which reads query and head query together, fine-tuned on the odd lines of both sets, puts the 20 nearest",
        f"by cosine in order; among 20,000, on {facts['sample']} queries a set drawn from the even lines.", "",
        *table(["order of the 20 nearest", *HEADINGS[3:6], *HEADINGS[9:]], facts["reranked"]),
    ]

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", default=ROOT / "models" / "storefront" / "storefront.aisle")
    parser.add_argument("--out", default=ROOT / "models" / "storefront" / "SIMILAR.md")
    parser.add_argument("--reference", action="store_true", help="also MiniLM-L6, as published and as a cross-encoder, which needs the training environment")
    parser.add_argument("--fit", type=int, default=1000, help="queries a set that the cross-encoder is fitted to")
    parser.add_argument("--sample", type=int, default=400, help="queries a set that it is measured on")
    parser.add_argument("--seed", type=int, default=1, help="of the queries that fill up the lists, and of the cross-encoder")
    options = parser.parse_args()
    pathlib.Path(options.out).write_text("\n".join(page(measured(options))), encoding="utf-8")


if __name__ == "__main__":
    main()
