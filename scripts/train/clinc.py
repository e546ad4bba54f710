#!/usr/bin/env python3
"""Small encoders on public benchmarks of intents and of what belongs to none: writes models/clinc150/RESULTS.md.

in:  data/clinc150, data/banking77; for --mode frozen VOCABULARY.model and STUDENT.pt
out: models/clinc150/RUN.MODE.json of each run, and models/clinc150/RESULTS.md from all that are there
Runs: `clinc` (150 intents; out-of-scope queries only measured on), `banking` (77 intents), and the open-intent protocol of ADB
(Zhang, Xu & Lin 2021, arXiv:2012.10209): `clinc-75-1` knows 75 % of the intents, drawn with seed 1; queries of the others,
and out-of-scope ones, are "open" in its test part. Modes: `small` (an encoder trained on the run's intents, small_intents.py) and
`frozen` (the storefront student's encoder as it is, and a linear head on the means after its layers).
"""
import argparse
import collections
import json
import pathlib
import time
import typing

import numpy
import sentencepiece
import torch
from torch.nn import functional as F

import model
import outliers
from common import ROOT, normalize, seed_everything, table
from heads import Fitting, best_temperature, fit
from intents import split_of
from small_intents import Small, Trained, sizes

TITLES = {
    "small": ("Trained for the benchmark", "The first layers of MiniLM-L6, taught by the whole of it (`small_intents.py`), in the engine's integer arithmetic."),
    "frozen": ("The shop's encoder as it is", "The storefront student's encoder, frozen, and a linear head on the means after its layers."),
}
KEPT = (0.9, 0.95)  # share of the known validation lines that a threshold keeps; the first is the main one
RUNS = ["clinc", "banking", *(f"{name}-{percent}-{seed}" for name in ("clinc", "banking") for percent in (75, 50, 25) for seed in (1, 2, 3))]


class Outputs(typing.NamedTuple):
    logits: numpy.ndarray
    x: numpy.ndarray


class Frozen:
    """The encoder as it is; a linear head on the means over tokens after its layers and at its end."""

    def __init__(self, options):
        encoder, _ = model.load(options.student)
        self.processor = sentencepiece.SentencePieceProcessor(model_file=f"{options.vocabulary}.model")
        self.encoder, self.facts, self.known = model.baked(encoder).eval(), sizes(encoder, self.processor), {}

    @torch.no_grad()
    def means(self, ids):
        kept, share = [], (ids != model.PADDING)[..., None].float()
        keep = lambda _, __, out: kept.append((out.float() * share).sum(1) / share.sum(1))
        hooks = [part.register_forward_hook(keep) for part in (*self.encoder.layers[:-1], self.encoder.final_norm)]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            self.encoder(ids)
        [hook.remove() for hook in hooks]
        return torch.cat(kept, 1)

    def features(self, texts):
        new = sorted({t for t in texts if t not in self.known}, key=len)
        for start in range(0, len(new), 256):
            batch = new[start:start + 256]
            ids = [model.tokenize(self.processor, normalize(t), self.encoder.config["max_tokens"]) for t in batch]
            self.known |= dict(zip(batch, self.means(model.pad(ids)).numpy()))
        return torch.from_numpy(numpy.stack([self.known[t] for t in texts]))

    def train(self, split, labels, classes, seed):
        seed_everything(seed)
        x = self.features([t for t, _ in split.train])
        mean, deviation = x.mean(0), x.std(0) + 1e-6
        weight, bias = fit((x - mean) / deviation, 0.9 * F.one_hot(labels, classes).float() + 0.1 / classes, how=Fitting(rate=0.01, batch=1024))

        def run(texts):
            found = (self.features(texts) - mean) / deviation
            return found @ weight.T + bias, found

        return Trained(run, self.facts)


def outputs(run, texts):
    logits, x = run(texts)
    return Outputs(logits.numpy().astype(float), x.numpy().astype(float))


def strangeness(train, labels):
    """{name: Outputs -> score, higher for what is in no intent}"""
    plain = outliers.Mahalanobis(train.x, labels)
    relative = outliers.Mahalanobis(train.x, labels, relative=True)
    near = outliers.Neighbours(train.x, 5)
    return {"1 - max P": lambda o: 1 - outliers.softmax(o.logits).max(1), "energy": lambda o: outliers.energy(o.logits),
            "largest logit": lambda o: -o.logits.max(1), "Mahalanobis": lambda o: plain(o.x), "relative Mahalanobis": lambda o: relative(o.x),
            "5th nearest training line": lambda o: near(o.x)}


def decided(score, validation, test, truth, right, strange):
    """Scores of the K + 1 classes at each threshold; `right`: is the best known intent the true one?"""
    found = {}
    for kept in KEPT:
        limit = numpy.quantile(score(validation), kept)
        stays, refused = score(test) <= limit, score(strange) > limit
        accuracy = ((stays & right).sum() + refused.sum()) / (len(right) + len(refused))
        best = test.logits.argmax(1)
        f1s = [f1((stays & right & (truth == c)).sum(), (stays & (best == c)).sum() + (~refused & (strange.logits.argmax(1) == c)).sum(), (truth == c).sum())
               for c in range(test.logits.shape[1])]
        opened = f1(refused.sum(), refused.sum() + (~stays).sum(), len(refused))
        found[kept] = {"accuracy": accuracy, "macroF1": numpy.mean([*f1s, opened]), "openF1": opened, "knownF1": numpy.mean(f1s)}
    return found


def f1(hits, stated, true):
    return 2 * hits / max(stated + true, 1)


def calibration(validation, validation_truth, test, right):
    loss = lambda t: -numpy.log(outliers.softmax(validation.logits / t)[numpy.arange(len(validation_truth)), validation_truth].clip(1e-12)).mean()
    temperature = best_temperature(loss)
    confidence = lambda t: outliers.softmax(test.logits / t).max(1)
    return {"temperature": temperature, "ece": outliers.ece(confidence(temperature), right), "eceBefore": outliers.ece(confidence(1.0), right)}


def score_run(method, run, seed):
    split, started = split_of(run), time.process_time()
    intents = sorted({intent for _, intent in split.train})
    number = {intent: i for i, intent in enumerate(intents)}
    labels = {name: numpy.array([number[i] for _, i in getattr(split, name)]) for name in ("train", "validation", "test")}
    trained = method.train(split, torch.from_numpy(labels["train"]), len(intents), seed)
    facts = {"run": run, "intents": len(intents), "lines": len(split.train), **trained.facts, **measured(trained.run, split, labels)}
    if trained.teacher:
        taught = measured(trained.teacher, split, labels)
        facts["teacher"] = {"accuracy": taught["accuracy"], "auroc": {name: score["auroc"] for name, score in taught["scores"].items()}}
    return facts | {"cpuSeconds": round(time.process_time() - started)}


def measured(run, split, labels):
    train, validation, test = (outputs(run, [t for t, _ in getattr(split, name)]) for name in labels)
    right = test.logits.argmax(1) == labels["test"]
    facts = {"accuracy": right.mean(), **calibration(validation, labels["validation"], test, right),
             "validation": (validation.logits.argmax(1) == labels["validation"]).mean(), "scores": {}}
    if split.strange_test:
        strange = outputs(run, split.strange_test)
        for name, score in strangeness(train, labels["train"]).items():
            known, unknown = score(test), score(strange)
            facts["scores"][name] = {"auroc": outliers.auroc(known, unknown), "fpr95": outliers.fpr95(known, unknown)}
            if split.strange_validation:
                facts["scores"][name]["validation"] = outliers.auroc(score(validation), score(outputs(run, split.strange_validation)))
            else:
                facts["scores"][name]["open"] = decided(score, validation, test, labels["test"], right, strange)
    return facts


def best(facts):
    """The score with the best AUROC: by the validation part where it has out-of-scope lines."""
    return max(facts["scores"], key=lambda name: facts["scores"][name].get("validation", 0))


def open_rows(runs, score):
    """A row for each data set and share of known intents: means over the seeds."""
    groups = collections.defaultdict(list)
    for facts in runs:
        parts = facts["run"].split("-")
        if len(parts) == 3:
            groups[parts[0], int(parts[1])].append(facts["scores"][score])
    mean = lambda values: f"{100 * numpy.mean([*values]):.1f}"
    for (name, percent), found in sorted(groups.items(), key=lambda item: (item[0][0] != "clinc", -item[0][1])):
        cells = [mean(f["open"][str(kept)][key] for f in found) for kept in KEPT for key in ("accuracy", "macroF1", "openF1")]
        yield [f"{name}, {percent} % known", str(len(found)), f"{numpy.mean([f['auroc'] for f in found]):.3f}", *cells]


def teachers(facts):
    return f"{100 * facts['teacher']['accuracy']:.2f}" if "teacher" in facts else ""


def mode_part(mode, runs):
    whole = {facts["run"]: facts for facts in runs if "-" not in facts["run"]}
    f = next(iter(whole.values()), runs[0])
    shape = f"{f['layers']} layers, width {f['width']}, {f['hidden']} inner neurons, {f['pieces']:,} pieces: {f['brotli'] / 1e6:.2f} MB after brotli, {f['bytes'] / 1e6:.2f} before"
    rows = [[name, str(f["intents"]), f"{100 * f['validation']:.1f}", f"{100 * f['accuracy']:.2f}", teachers(f), f"{f['eceBefore']:.4f}", f"{f['ece']:.4f}", f"{f['temperature']:.2f}",
             str(f["cpuSeconds"])] for name, f in whole.items()]
    lines = [f"## {TITLES[mode][0]}", "", f"{TITLES[mode][1]} {shape}.", "", *table(["run", "intents", "validation", "in-scope accuracy", "the teacher's", "ECE", "ECE after temperature", "temperature", "CPU seconds"], rows)]
    if "clinc" not in whole:
        return lines
    f = whole["clinc"]
    lines += ["Out-of-scope queries of CLINC150 (1,000) against its 4,500 others; of the 100 of the validation part, by which a score is chosen:", "",
              *table(["score", "AUROC, validation", "AUROC", "FPR95"], [[name, *(f"{s[key]:.3f}" for key in ("validation", "auroc", "fpr95"))] for name, s in f["scores"].items()])]
    rows = [*open_rows(runs, best(f))]
    heads = [f"{what}, {100 * kept:g} % kept" for kept in KEPT for what in ("accuracy", "macro F1", "F1 of open")]
    return lines + ([f"ADB's protocol by \"{best(f)}\"; means over the seeds:", "", *table(["", "seeds", "AUROC", *heads], rows)] if rows else [])


def page(folder):
    lines = ["# CLINC150 and BANKING77", "", "Written by `scripts/train/clinc.py` from the records beside this page. No line of a validation, test or out-of-scope part was trained on,",
             "and none of the out-of-scope lines of CLINC150's training part.", "",
             "Targets: in-scope accuracy 96.5, out-of-scope AUROC .97, ECE .0104, accuracy at 75 % known intents above 87. A threshold keeps a share of the",
             f"validation lines of known intents that was set before any run, {100 * KEPT[0]:g} % (and {100 * KEPT[1]:g} %, to show what it costs).", "",
             "The storefront student saw some of these texts: up to 50 lines an intent of the two *training* parts were among its training lines, all under",
             "one label, `none` (`sources.py`). So the intents are not known to it, but \"unseen intents\" of ADB's protocol were seen as text, and the figures",
             "of that protocol flatter the frozen encoder by an unknown amount. The encoder trained for the benchmark has seen the known intents alone.", ""]
    for mode in TITLES:
        runs = [json.loads(path.read_text()) for path in sorted(folder.glob(f"*.{mode}.json"))]
        lines += mode_part(mode, runs) if runs else []
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", help=f"of: {' '.join(RUNS)}; or all; none: only the page is written anew")
    parser.add_argument("--mode", choices=TITLES, default="small")
    parser.add_argument("--vocabulary", help="frozen: the student's, path without suffix")
    parser.add_argument("--student", help="frozen: its weights")
    parser.add_argument("--keep", type=int, nargs="+", default=[0, 1, 2, 3], help="small: layers of MiniLM-L6, from 0")
    parser.add_argument("--hidden", type=int, default=1152, help="small: inner neurons of each")
    parser.add_argument("--pieces", type=int, default=8000, help="small: size of the vocabulary")
    parser.add_argument("--columns", type=int, default=128, help="small: width of its table")
    parser.add_argument("--teacher-epochs", type=float, default=5)
    parser.add_argument("--teacher-rate", type=float, default=1.5e-4)
    parser.add_argument("--epochs", type=float, default=5, help="small: of the training lines and those made of them")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--cosine", type=float, default=2, help="small: weight of the teacher's embedding")
    parser.add_argument("--step", type=float, default=0.25, help="as in student.py")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "models" / "clinc150")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.runs and options.mode == "frozen" and not (options.vocabulary and options.student):
        parser.error("--mode frozen needs --vocabulary and --student")
    method = {"frozen": Frozen, "small": Small}[options.mode](options) if options.runs else None
    for run in RUNS if options.runs == ["all"] else options.runs:
        facts = score_run(method, run, options.seed)
        (options.out / f"{run}.{options.mode}.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        print(run, options.mode, f"{facts['accuracy']:.4f}", {k: f"{v['auroc']:.3f}" for k, v in facts["scores"].items()}, flush=True)
    (options.out / "RESULTS.md").write_text("\n".join(page(options.out)), encoding="utf-8")


if __name__ == "__main__":
    main()
