#!/usr/bin/env python3
"""Stage 9, report: scores every row with the shipped engine or its stage's record, and writes the pack's RESULTS.md and its
entry in models/registry.json.

in:  the pack, an evaluation TSV (measured only, never trained on), the fastText baseline's record, stage records
out: models/storefront/RESULTS.md, models/registry.json
"""
import argparse
import hashlib
import json
import pathlib
import random
import re
import subprocess

import brotli

from common import ROOT

AISLE = ROOT / "build" / "release" / "aisle"
ENGLISH = "mq,hd,esci,wands,algolia,fashion"
COLUMNS = [("groupTop1", "group top-1"), ("subcategoryTop1", "subcategory top-1"), ("subcategoryTop3", "top-3"), ("noneAuroc", "none AUROC"),
           ("coverageAt5", "coverage at 5 % error"), ("coverageAt10", "at 10 %"), ("ece", "ECE")]


def evaluate(pack, file, *options):
    done = subprocess.run([AISLE, "eval", "--pack", pack, "--json", *options, file], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def row(name, scores):
    cells = [f"{scores[key]:.3f}" if isinstance(scores.get(key), float) else "" for key, _ in COLUMNS]
    return f"| {name} | " + " | ".join(cells) + " |"


def header(first):
    return [f"| {first} | " + " | ".join(title for _, title in COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]


def interval(pack, file, seed=1):
    """95 % bootstrap interval of subcategory top-1 over the English rows with a subcategory."""
    rows = [line.split("\t") for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()[1:]]
    rows = [r for r in rows if "/" in r[2] and re.match("[a-z]+", r[0])[0] in ENGLISH.split(",")]
    done = subprocess.run([AISLE, "classify", "--pack", pack, "--json", "--top", "1"], input="".join(r[1] + "\n" for r in rows), capture_output=True, text=True, check=True)
    right = [bool(d["alternatives"]) and d["alternatives"][0]["id"] in r[2].split("|") for d, r in zip(map(json.loads, done.stdout.splitlines()), rows)]
    random.seed(seed)
    means = sorted(sum(random.choices(right, k=len(right))) / len(right) for _ in range(1000))
    return means[25], means[974]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("evaluation")
    parser.add_argument("--baseline", required=True, help="record of baseline_fasttext.py")
    parser.add_argument("--float-scores", required=True, help="record of score_float.py")
    parser.add_argument("--records", nargs="*", default=[], help="stage records, for times and held-out scores")
    parser.add_argument("--pack", default=str(ROOT / "models" / "storefront" / "storefront.aisle"))
    options = parser.parse_args()
    pack = pathlib.Path(options.pack)
    data = pack.read_bytes()
    scores = evaluate(pack, options.evaluation, "--pools", ENGLISH)
    everything = evaluate(pack, options.evaluation)
    wands = evaluate(pack, ROOT / "tests" / "data" / "wands.tsv")["all"]
    baseline = json.loads(pathlib.Path(options.baseline).read_text())["scores"]
    low, high = interval(pack, options.evaluation)
    size = len(brotli.compress(data, quality=11, lgwin=24))
    lines = ["# storefront: results", "",
             f"Pack {scores['pack']} {scores['version']}, {len(data):,} bytes, {size:,} after brotli. Written by `scripts/train/report.py`; every figure of the pack is",
             "the shipped int8 pack run by the native engine (`aisle eval`). The evaluation set is real queries labelled by reading;",
             "nothing was trained on it or tuned to it, and training lines that equal one of its queries were left out.", "",
             f"## English pools together: {scores['all']['withSubcategory']:,} shopping queries with a subcategory, {scores['all']['none']:,} not shopping", ""]
    lines += header("model") + [row("**storefront** (int8, shipped)", scores["all"])]
    lines += [row(name, s) for name, s in json.loads(pathlib.Path(options.float_scores).read_text()).items()]
    lines += [row("fastText on the same lines", baseline), "",
              f"Subcategory top-1 of the pack: 95 % bootstrap interval {low:.3f} to {high:.3f} (1,000 resamples, seed 1).", "",
              "## Per pool", "", "mq web search, hd home improvement, esci marketplace, wands furniture, algolia electronics, fashion; zh Chinese marketplace (the pack is English).", ""]
    lines += header("pool") + [row(f"{name} ({s['withSubcategory']})", s) for name, s in everything["pools"].items()]
    lines += ["", "fastText, subcategory top-1: " + ", ".join(f"{k} {v:.3f}" for k, v in sorted(baseline["pools"].items())) + ".", "",
              "## Per group (English pools, rows by their first accepted label)", ""]
    lines += header("group") + [row(f"{name} ({s['queries']})", s) for name, s in scores["groups"].items()]
    lines += ["", "## Decisions at the default error rate (5 %, set on held-out written logs)", "",
              "| outcome | stated | right |", "|---|---|---|"]
    for name, count in scores["all"]["outcomes"].items():
        right = f"{count['right'] / count['stated']:.3f}" if count["stated"] and name != "unknown" else ""
        lines.append(f"| {name} | {count['stated']} | {right} |")
    lines += ["", "## Stages", "", "| stage | options | seconds | held-out written lines, subcategory top-1 |", "|---|---|---|---|"]
    for path in options.records:
        facts = json.loads(pathlib.Path(path).read_text())
        shown = {k: v for k, v in facts.get("options", {}).items() if k in ("epochs", "batch", "rate", "quantized", "step", "pieces", "seed", "label_share", "decay")}
        held = facts.get("heldout_subcategory_top1")
        lines.append(f"| {facts['stage']} | {', '.join(f'{k} {v}' for k, v in shown.items())} | {facts.get('seconds', '')} | {'' if held is None else f'{held:.3f}'} |")
    (pack.parent / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    keys = ("groupTop1", "subcategoryTop1", "subcategoryTop3")
    entry = {"name": scores["pack"], "version": scores["version"], "file": f"{pack.parent.name}/{pack.name}", "bytes": len(data), "brotli": size,
             "sha256": hashlib.sha256(data).hexdigest(), "scores": {"english": {k: scores["all"][k] for k, _ in COLUMNS}, "wands": {k: wands[k] for k in keys}}}
    (ROOT / "models" / "registry.json").write_text(json.dumps({"packs": [entry]}, indent=1) + "\n", encoding="utf-8")
    print(row("storefront", scores["all"]))


if __name__ == "__main__":
    main()
