#!/usr/bin/env python3
"""What telling the locale does to words that mean different things by locale, and to queries that don't need it; writes
models/storefront/LOCALES.md.

in:  PACK, an evaluation TSV (id, query, accepted; English), build/release/aisle, data/queries/locales/_homonyms*.tsv,
     tests/data/locales.tsv
out: models/storefront/LOCALES.md

The held-out third of the homonyms is build_data.py's. It is drawn query by query ("taps" may be held out and "tap" trained), so the
figures that count are of whole words: held-out lines whose word stands in no trained line.
"""
import argparse
import collections
import pathlib
import random
import typing

import numpy

import measure
from build_data import HOMONYMS_HELD_OUT, held_out
from common import DATA, LOCALES, ROOT, Taxonomy, dedup_key, normalize, table
from robustness import lost, pack_name, share
from similar import engine

LISTS = ("_homonyms", "_homonyms2", "_homonyms3")
TOLD = ("its own", "none", "another")
SEED = 5
LIMIT = 1.0  # points that a wrong locale may cost clear queries


class Row(typing.NamedTuple):
    query: str
    accepted: list
    locale: str


def homonyms(name):
    lines = [line.split("\t") for line in (DATA / "queries" / "locales" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]
    return [Row(query, labels.split("|"), locale) for locale, labels, query in lines if locale in LOCALES]


def words(rows):
    """query -> its homonym: the word that stands alone in some line, its plural s aside; else the whole query."""
    singular = lambda word: word[:-1] if len(word) > 3 and word.endswith("s") else word
    alone = {singular(dedup_key(row.query)) for row in rows if " " not in row.query}
    return {row.query: next((singular(w) for w in dedup_key(row.query).split() if singular(w) in alone), dedup_key(row.query)) for row in rows}


def best(found):
    """The answer when one must be given: the subcategory of the most probable group, or broad or none."""
    groups = collections.Counter()
    for one in found["alternatives"]:
        groups[Taxonomy.group_of(one["id"])] += one["probability"]
    groups |= {"none": 1 - found["shopping"], "broad": found["shopping"] - groups.total()}
    group = max(groups, key=groups.get)
    return next((one["id"] for one in found["alternatives"] if Taxonomy.group_of(one["id"]) == group), group)


def answers(rows, locales, pack):
    """(best answers, whether each query was decided) when these locales are told, "" for none."""
    found = [None] * len(rows)
    for locale in sorted(set(locales)):
        which = [i for i, told in enumerate(locales) if told == locale]
        options = ("--locale", locale) if locale else ()
        for i, one in zip(which, engine("classify", [rows[i].query for i in which], "--pack", pack, "--json", "--top", 100, *options), strict=True):
            found[i] = best(one), one["outcome"] != "unknown"
    return [f[0] for f in found], numpy.array([f[1] for f in found], bool)


def others(rows):
    """For each row a locale of another language (English stores differ by words only: theirs are all one)."""
    language = lambda locale: locale.split("-")[0]
    return [random.Random(f"{SEED} {row.locale} {row.query}").choice([l for l in LOCALES if language(l) != language(row.locale)]) for row in rows]


def right(rows, found):
    return numpy.array([a in row.accepted or f"group:{Taxonomy.group_of(a)}" in row.accepted for row, a in zip(rows, found)], bool)


class Told:
    """Rows answered with their own locale, with none and with another."""

    def __init__(self, rows, pack):
        told = ([row.locale for row in rows], [""] * len(rows), others(rows))
        self.rows, self.found = rows, {name: answers(rows, locales, pack) for name, locales in zip(TOLD, told)}
        self.right = {name: right(rows, found) for name, (found, _) in self.found.items()}

    def cells(self, which=None):
        which = numpy.ones(len(self.rows), bool) if which is None else numpy.array(which, bool)
        return [f"{which.sum():,}", *(share(self.right[name][which]) for name in TOLD)]

    def cost(self):
        """Points that another locale costs against none: at the best answer, with a standard error, and of the share decided."""
        points, error = lost(self.right["none"], self.right["another"])
        return [f"{points:.2f} ± {error:.2f}", f"{lost(self.found['none'][1], self.found['another'][1])[0]:.2f}"]

    def moved(self):
        return share([a != b for a, b in zip(self.found["its own"][0], self.found["none"][0])])


def ceiling(rows):
    """The most that one answer a query can get right, whatever the locale; and which rows' queries no one answer settles."""
    by_word = collections.defaultdict(list)
    for i, row in enumerate(rows):
        by_word[row.query].append(i)
    score, divided = 0, numpy.zeros(len(rows), bool)
    for which in by_word.values():
        votes = collections.Counter(label for i in which for label in rows[i].accepted)
        score += max(votes.values())
        divided[which] = max(votes.values()) < len(which)
    return score / len(rows), divided


def splits(rows):
    """(held out, held out as whole words: no line of the word is trained), of each row"""
    word_of = words(rows)
    out = numpy.array([held_out(dedup_key(normalize(row.query)), HOMONYMS_HELD_OUT) for row in rows], bool)
    trained = {word_of[row.query] for row, o in zip(rows, out) if not o}
    return out, out & numpy.array([word_of[row.query] not in trained for row in rows], bool)


def divided_rows(told, which):
    """(how many of these rows one answer a word can get right, the rows of words that no one answer settles)"""
    test = [row for row, w in zip(told.rows, which) if w]
    most, divided = ceiling(test)
    spread = numpy.zeros(len(which), bool)
    spread[which] = divided
    return most, spread


def clear_sets(evaluation):
    """{name: rows} with a subcategory whose locale says nothing new."""
    head, *lines = (ROOT / "tests" / "data" / "locales.tsv").read_text(encoding="utf-8").splitlines()
    logs = [Row(query, labels.split("|"), locale) for locale, query, labels in (line.split("\t") for line in lines) if "/" in labels]
    real = [Row(query, accepted, "en-US") for _, query, accepted in measure.read_evaluation(evaluation) if any("/" in a for a in accepted)]
    return {"written log lines, English": [row for row in logs if row.locale.startswith("en-")],
            "written log lines, other languages": [row for row in logs if not row.locale.startswith("en-")], "real English queries": real}


def measured(options):
    first, *later = (Told(homonyms(name), options.pack) for name in LISTS)
    out, whole = splits(first.rows)
    most, divided = divided_rows(first, whole)
    lines = [
        ["held out, whole words", *first.cells(whole)], ["of these, words that no one answer settles", *first.cells(divided)],
        ["held out by query", *first.cells(out)], ["trained", *first.cells(~out)],
    ]
    for ordinal, told in zip(("second", "third"), later):
        held, words_held = splits(told.rows)
        lines += [[f"{ordinal} list, held out, whole words", *told.cells(words_held)], [f"{ordinal} list, trained", *told.cells(~held)]]
    locales = [[locale, *first.cells(whole & numpy.array([row.locale == locale for row in first.rows]))] for locale in LOCALES]
    return {
        "homonyms": lines, "by locale": [row for row in locales if int(row[1]) >= 5], "ceiling": most, "moved": first.moved(),
        "trained": int((~out).sum()), "trained English": sum(row.locale.startswith("en-") for row, o in zip(first.rows, out) if not o),
        "clear": [[name, *t.cells(), *t.cost()] for name, rows in clear_sets(options.evaluation).items() for t in [Told(rows, options.pack)]],
        "pack": pack_name(options.pack),
    }


def page(facts):
    columns = ["lines", *(f"told {name}" if name != "none" else "told none" for name in TOLD)]
    wide = max(float(row[5].split()[0]) for row in facts["clear"])
    return [
        "# The locale: results", "",
        f"Written by `scripts/train/homonyms.py`; pack {facts['pack']}, int8, by the native engine. The share whose best answer is accepted (the subcategory",
        "of the most probable group, or broad or none), when the engine is told the line's own locale, none, or one of another language.", "",
        "## Words that mean different things by locale", "",
        f"`data/queries/locales/_homonyms.tsv`, written; {facts['trained']} of its lines are trained on ({facts['trained English']} of them English). Whole words:",
        f"no line of the word is trained; one answer a word, whatever the locale, can get at most {facts['ceiling']:.3f} of these right. The second and third",
        "list (`_homonyms2.tsv`, `_homonyms3.tsv`) have no test word of an earlier one; packs since 0.4 and 0.5 are trained on two thirds of them.", "",
        *table(["", *columns], facts["homonyms"]),
        f"Telling the locale changes the best answer of {facts['moved']} of all lines. Whole words, by locale:", "", *table(["locale", *columns], facts["by locale"]),
        "## Queries that don't need it", "",
        f"What a locale of another language costs, against none: at most {LIMIT:g} point is allowed; the most found here is {wide:.2f}.", "",
        *table(["", *columns, "points lost by another", "points of decided lost"], facts["clear"]),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack")
    parser.add_argument("evaluation")
    parser.add_argument("--out", default=ROOT / "models" / "storefront" / "LOCALES.md")
    options = parser.parse_args()
    pathlib.Path(options.out).write_text("\n".join(page(measured(options))), encoding="utf-8")


if __name__ == "__main__":
    main()
