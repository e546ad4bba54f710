"""The scores of `aisle eval`, for models that only Python can run (teacher, float student, fastText)."""
import pathlib
import re

ENGLISH = ("mq", "hd", "esci", "wands", "algolia", "fashion")


def read_evaluation(path, pools=ENGLISH):
    """[(pool, query, accepted labels)] of an evaluation file (id, query, accepted)."""
    rows = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()[1:]:
        row, query, accepted = line.split("\t")
        pool = re.match("[a-z]+", row)[0]
        if pool in pools:
            rows.append((pool, query, accepted.split("|")))
    return rows


def scores(rows, ranked, groups, taxonomy):
    """rows of read_evaluation; ranked: for each, [(subcategory, probability)] from the best down (three at least);
    groups: for each, the best group."""
    answers, none, hits, pools = [], [], {"group": 0, "top3": 0}, {}
    for (pool, _, accepted), subcategories, group in zip(rows, ranked, groups):
        best, confidence = subcategories[0]
        if "none" in accepted:
            none.append(confidence)
        if not any("/" in label for label in accepted):
            continue
        answers.append((confidence, best in accepted, "none" in accepted))
        pools.setdefault(pool, []).append(best in accepted)
        hits["group"] += group in {taxonomy.group_of(label) for label in accepted}
        hits["top3"] += any(label in accepted for label, _ in subcategories[:3])
    answers.sort(key=lambda a: -a[0])
    coverage, wrong = {0.05: 0.0, 0.10: 0.0}, 0
    for i, (_, right, _) in enumerate(answers, 1):
        wrong += not right
        for rate in coverage:
            if wrong <= rate * i:
                coverage[rate] = i / len(answers)
    shopping = [p for p, _, is_none in answers if not is_none]
    auroc = sum((p > n) + 0.5 * (p == n) for p in shopping for n in none) / len(shopping) / len(none) if none else None
    return {"withSubcategory": len(answers), "none": len(none), "groupTop1": hits["group"] / len(answers),
            "subcategoryTop1": sum(a[1] for a in answers) / len(answers), "subcategoryTop3": hits["top3"] / len(answers), "noneAuroc": auroc,
            "coverageAt5": coverage[0.05], "coverageAt10": coverage[0.10], "pools": {k: sum(v) / len(v) for k, v in pools.items()}}


def scores_of_probabilities(rows, joint, outcomes, taxonomy):
    """joint [rows, subcategories], outcomes [rows, groups, ...], torch tensors of probabilities."""
    top = joint.topk(3)
    ranked = [[(taxonomy.subcategories[i], float(p)) for i, p in zip(ids, ps)] for ids, ps in zip(top.indices.tolist(), top.values.tolist())]
    groups = [taxonomy.groups[g] for g in outcomes[:, : len(taxonomy.groups)].argmax(1).tolist()]
    return scores(rows, ranked, groups, taxonomy)
