#!/usr/bin/env python3
"""Stage 9, report: scores every row with the shipped engine or its stage's record, and writes RESULTS.md and
models/registry.json.

in:  the packs, an evaluation TSV (measured only, never trained on), records of the stages and baselines
out: models/storefront/RESULTS.md, models/registry.json; with more than one pack docs/tiers.svg
"""
import argparse
import functools
import hashlib
import json
import pathlib
import random
import re
import statistics
import subprocess
import tempfile

import brotli

from common import LOCALES, ROOT, table

AISLE = ROOT / "build" / "release" / "aisle"
ENGLISH = "mq,hd,esci,wands,algolia,fashion"
COLUMNS = [("groupTop1", "group top-1"), ("subcategoryTop1", "subcategory top-1"), ("subcategoryTop3", "top-3"), ("noneAuroc", "none AUROC"),
           ("coverageAt5", "coverage at 5 % error"), ("coverageAt10", "at 10 %"), ("ece", "ECE")]


@functools.cache
def evaluate(pack, file, *options):
    done = subprocess.run([AISLE, "eval", "--pack", pack, "--json", *options, file], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def read(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8")) if path else None


def cells(scores):
    return [f"{scores[key]:.3f}" if isinstance(scores.get(key), float) else "" for key, _ in COLUMNS]


def scored(first, named):
    """A table of {name: scores}."""
    return table([first] + [title for _, title in COLUMNS], [[name] + cells(s) for name, s in named.items()])


def interval(pack, file, seed=1):
    """95 % bootstrap interval of subcategory top-1 over the English rows with a subcategory."""
    rows = [line.split("\t") for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()[1:]]
    rows = [r for r in rows if "/" in r[2] and re.match("[a-z]+", r[0])[0] in ENGLISH.split(",")]
    done = subprocess.run([AISLE, "classify", "--pack", pack, "--json", "--top", "1"], input="".join(r[1] + "\n" for r in rows), capture_output=True, text=True, check=True)
    right = [bool(d["alternatives"]) and d["alternatives"][0]["id"] in r[2].split("|") for d, r in zip(map(json.loads, done.stdout.splitlines()), rows)]
    random.seed(seed)
    means = sorted(sum(random.choices(right, k=len(right))) / len(right) for _ in range(1000))
    return means[25], means[974]


def english(pack, scores, options):
    low, high = interval(pack, options.evaluation)
    named = {f"**{scores['pack']}** (int8, shipped)": scores["all"]} | read(options.float_scores)
    named[options.baseline_name] = read(options.baseline)["scores"]
    return [f"## English pools together: {scores['all']['withSubcategory']:,} shopping queries with a subcategory, {scores['all']['none']:,} not shopping", "",
            *scored("model", named),
            f"Subcategory top-1 of the pack: 95 % bootstrap interval {low:.3f} to {high:.3f} (1,000 resamples, seed 1). Queries are classified without a locale.", ""]


def pools(everything, options):
    fasttext = read(options.baseline)["scores"]["pools"]
    return ["## Per pool", "", "mq web search, hd home improvement, esci marketplace, wands furniture, algolia electronics, fashion; zh Chinese marketplace.", "",
            *scored("pool", {f"{name} ({s['withSubcategory']})": s for name, s in everything["pools"].items()}),
            "fastText, subcategory top-1: " + ", ".join(f"{k} {v:.3f}" for k, v in sorted(fasttext.items())) + ".", ""]


def per_locale(pack):
    file = ROOT / "tests" / "data" / "locales.tsv"
    told = evaluate(pack, file)["locales"]
    lines = file.read_text(encoding="utf-8").splitlines()
    bare = [line.split("\t", 1)[1] for line in lines]
    untold = {}
    for locale in LOCALES:
        some = [b for line, b in zip(lines, bare) if line.startswith(f"{locale}\t")]
        with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as rows:
            rows.write("\n".join([bare[0]] + some) + "\n")
            rows.flush()
            untold[locale] = evaluate(pack, rows.name)["all"]
    mean = lambda scores, key: statistics.mean(s[key] for s in scores.values())
    rows = [[l, str(told[l]["withSubcategory"]), *(f"{told[l][k]:.3f}" for k in ("groupTop1", "subcategoryTop1", "subcategoryTop3")), f"{untold[l]['subcategoryTop1']:.3f}"]
            for l in LOCALES]
    rows.append(["mean", "", *(f"{mean(told, k):.3f}" for k in ("groupTop1", "subcategoryTop1", "subcategoryTop3")), f"{mean(untold, 'subcategoryTop1'):.3f}"])
    return ["## Per locale: held-out written log lines (`tests/data/locales.tsv`), the locale told", "",
            *table(["locale", "with a subcategory", "group top-1", "subcategory top-1", "top-3", "subcategory top-1, locale not told"], rows)]


def decisions(scores):
    rows = []
    for name, count in scores["all"]["outcomes"].items():
        right = f"{count['right'] / count['stated']:.3f}" if count["stated"] and name != "unknown" else ""
        rows.append([name, str(count["stated"]), right])
    return ["## Decisions at the default error rate (5 %, set on the written calibration set), English pools", "", *table(["outcome", "stated", "right"], rows)]


def tiers(registry, options):
    """The packs by size, speed and accuracy; the plot of it goes to docs/tiers.svg."""
    packs, speed = sorted(registry["packs"], key=lambda e: e["brotli"]), {one["pack"]: one for one in map(read, options.latency)}
    median = lambda e, build: f"{speed[e['name']]['results'][build]['p50']:.2f}" if e["name"] in speed else ""
    mean = lambda e: statistics.mean(v for l, v in e["scores"]["locales"].items() if not l.startswith("en-"))
    rows = [[e["name"], f"{e['bytes']:,}", f"{e['brotli']:,}", median(e, "relaxed"), median(e, "simd"), *cells(e["scores"]["english"])[:5], f"{mean(e):.3f}"] for e in packs]
    plot(packs)
    machines = "; ".join(sorted({one["machine"] for one in speed.values()}))
    return ["## Tiers", "", f"Milliseconds a query, median of `tests/bench/wasm.mjs` ({machines or 'not measured'}). Other languages: subcategory top-1, mean over the locales not English.", "",
            *table(["pack", "bytes", "brotli", "ms, relaxed SIMD", "ms, SIMD", *(t for _, t in COLUMNS[:5]), "other languages"], rows),
            "![Bytes against accuracy](../../docs/tiers.svg)", ""]


def plot(packs):
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    for key, label in (("groupTop1", "group top-1"), ("subcategoryTop1", "subcategory top-1"), ("coverageAt5", "coverage at 5 % error")):
        axes.plot([e["brotli"] / 1e6 for e in packs], [e["scores"]["english"][key] for e in packs], "o-", label=label)
    for e in packs:
        axes.annotate(e["name"], (e["brotli"] / 1e6, e["scores"]["english"]["groupTop1"]), textcoords="offset points", xytext=(0, 8), ha="center")
    axes.set(xlabel="MB after brotli", ylabel="real English queries", xlim=(0, 1.15 * packs[-1]["brotli"] / 1e6), ylim=(0.4, 1))
    axes.legend(loc="lower right", frameon=False)
    figure.savefig(ROOT / "docs" / "tiers.svg", metadata={"Date": None})


def stages(records):
    rows = []
    for path in records:
        facts = read(path)
        options = facts.get("options", {})
        shape = () if options.get("warm") else ("columns", "keep", "hidden") if options.get("adopt") else ("columns", "layers", "width")
        shown = {k: v for k, v in options.items() if v is not None and k in
                 ("epochs", "batch", "rate", *shape, "quantized", "step", "pieces", "share", "seed", "label_share", "decay")}
        held = facts.get("heldout_subcategory_top1")
        rows.append([facts["stage"], ", ".join(f"{k} {v}" for k, v in shown.items()), str(facts.get("seconds", "")), "" if held is None else f"{held:.3f}"])
    return ["## Stages", "", *table(["stage", "options", "seconds", "held-out written English lines, subcategory top-1"], rows)]


def entry(pack, options):
    """A pack's line in the registry."""
    data, scores = pack.read_bytes(), evaluate(pack, options.evaluation, "--pools", ENGLISH)
    keys = ("groupTop1", "subcategoryTop1", "subcategoryTop3")
    wands = evaluate(pack, ROOT / "tests" / "data" / "wands.tsv")["all"]
    locales = evaluate(pack, ROOT / "tests" / "data" / "locales.tsv")["locales"]
    return {"name": scores["pack"], "version": scores["version"], "file": f"{pack.parent.name}/{pack.name}", "bytes": len(data),
            "brotli": len(brotli.compress(data, quality=11, lgwin=24)), "sha256": hashlib.sha256(data).hexdigest(),
            "scores": {"english": {k: scores["all"][k] for k, _ in COLUMNS}, "wands": {k: wands[k] for k in keys},
                       "locales": {l: s["subcategoryTop1"] for l, s in locales.items()}}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("evaluation")
    parser.add_argument("--baseline", required=True, help="record of baseline_fasttext.py")
    parser.add_argument("--baseline-name", default="fastText on the same English lines")
    parser.add_argument("--float-scores", required=True, help="record of score_float.py")
    parser.add_argument("--latency", nargs="*", default=[], help="what tests/bench/wasm.mjs --json printed, a file a pack")
    parser.add_argument("--records", nargs="*", default=[], help="stage records, for times and held-out scores")
    options = parser.parse_args()
    packs = sorted((ROOT / "models").glob("*/*.aisle"))
    pack = ROOT / "models" / "storefront" / "storefront.aisle"
    scores, everything = evaluate(pack, options.evaluation, "--pools", ENGLISH), evaluate(pack, options.evaluation)
    registry = {"packs": [entry(p, options) for p in packs]}
    own = next(e for e in registry["packs"] if e["name"] == "storefront")
    lines = ["# storefront: results", "",
             f"Pack {own['name']} {own['version']}, {own['bytes']:,} bytes, {own['brotli']:,} after brotli. Written by `scripts/train/report.py`; every figure of the pack is",
             "the shipped int8 pack run by the native engine (`aisle eval`). The evaluation set is real queries labelled by reading;",
             "nothing was trained on it or tuned to it, and training lines that equal one of its queries were left out.", "",
             *english(pack, scores, options), *pools(everything, options), *per_locale(pack),
             "## Per group (English pools, rows by their first accepted label)", "", *scored("group", {f"{n} ({s['queries']})": s for n, s in scores["groups"].items()}),
             *decisions(scores), *(tiers(registry, options) if len(packs) > 1 else []), *stages(options.records)]
    (pack.parent / "RESULTS.md").write_text("\n".join(lines), encoding="utf-8")
    (ROOT / "models" / "registry.json").write_text(json.dumps(registry, indent=1) + "\n", encoding="utf-8")
    print("\n".join(scored("pack", {"storefront": scores["all"]})))


if __name__ == "__main__":
    main()
