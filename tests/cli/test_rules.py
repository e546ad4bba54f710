import json
import pathlib
import tempfile
import unittest

from engine import PACK, Case, aisle

HEADER = "id\tmatch\ttext\tdecision\tlocale\tpriority\n"


class Rules(Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def rules(self, lines):
        return self.file("rules.tsv", HEADER + lines)

    def decide(self, path, query, *options, pack=PACK):
        status, out, err = aisle("classify", "--pack", pack, "--json", *(["--rules", path] if path else []), *options, query)
        self.assertEqual((status, err), (0, ""))
        return json.loads(out)

    def test_a_rule_decides(self):
        path = self.rules("calendar\texact\tAdvent  Calendar\ttoys/dolls-pretend-play|food/coffee\t\t\nshop\tcontains\topening hours\tnone\tde\n")
        decision = self.decide(path, "advent calendar")
        self.assertEqual((decision["source"], decision["rule"]), ("override", "calendar"))
        self.assertEqual((decision["outcome"], decision["category"]["id"], decision["group"]["id"]), ("category", "toys/dolls-pretend-play", "toys"))
        self.assertEqual(decision["labels"], ["toys/dolls-pretend-play", "food/coffee"])
        self.assertEqual((decision["confidence"], decision["band"], decision["shopping"]), (1, "certain", 1))
        self.assertEqual(len(decision["alternatives"]), 5)
        self.assertEqual(self.decide(path, "opening hours")["source"], "model")
        self.assertEqual(self.decide(path, "opening hours berlin", "--locale", "de-AT")["outcome"], "none")
        model = self.decide(path, "cordless drill")
        self.assertEqual(model["source"], "model")
        self.assertNotIn("rule", model)
        self.assertEqual(model, self.decide(None, "cordless drill"))

    def test_in_words(self):
        status, out, _ = aisle("classify", "--pack", PACK, "--rules", self.rules("x\tprefix\tred\tgroup:shoes\n"), "red anything")
        self.assertEqual((status, out), (0, "red anything -> somewhere in Shoes (100 %, certain), by rule x\n"))

    def test_rules_that_are_not_sound(self):
        for text, message in (("a\texact\tx\tno/where\n", 'rules.tsv: line 2: rule "a": no label "no/where" in the pack\'s taxonomy'),
                              ("a\tpattern\t[x\tnone\n", "its pattern is wrong at character 1: a [ without its ]")):
            status, out, err = aisle("classify", "--pack", PACK, "--rules", self.rules(text), "x")
            self.assertEqual((status, out), (2, ""))
            self.assertIn(message, err)
        self.assertIn("cannot open /nowhere.tsv", aisle("classify", "--pack", PACK, "--rules", "/nowhere.tsv", "x")[2])

    def test_check(self):
        path = self.rules("a\tprefix\tred\tnone\t\t1\n"                # 2
                          "b\texact\tred shoes\tgroup:shoes\n"         # 3: never fires
                          "c\tcontains\tblue hat\tnone\n"              # 4
                          "d\tcontains\tBLUE hat\tbroad\n"             # 5: never fires, clashes
                          "e\texact\tx\tshoes/unknown\n"               # 6: no such label
                          "f\tpattern\t(y\tnone\n"                     # 7: no pattern
                          "\n"
                          "g\texact\tz\tnone\tGerman please\n")        # 9: no locale
        status, out, err = aisle("rules", "--pack", PACK, "--check", path)
        self.assertEqual((status, err), (1, ""))
        found = [line.split(": ", 1) for line in out.splitlines()]
        self.assertEqual([place for place, _ in found], [f"{path}:{n}" for n in (3, 5, 5, 6, 7, 9)] + [str(path)])
        for (_, said), expected in zip(found, ('rule "b" can never fire: rule "a" (line 2)', 'rule "d" can never fire: rule "c" (line 4)',
                                               'rule "d" clashes with rule "c" (line 4) at equal priority: both match "blue hat"', 'rule "e": no label "shoes/unknown"',
                                               'rule "f": its pattern is wrong at character 1: a ( without its )', '"German please" is no locale', "4 sound rules, 6 problems")):
            self.assertIn(expected, said)
        self.assertEqual(aisle("rules", "--pack", PACK, "--check", self.rules("a\texact\tx\tnone\n"))[:2], (0, f"{path}: 1 sound rules, 0 problems\n"))

    def test_check_of_files_that_are_no_rules(self):
        for name, text, message in (("empty", b"", "1: the header names no column \"id\""), ("pack", PACK.read_bytes()[:5000], "1: no column"),
                                    ("binary", bytes(range(256)) * 4, "1: no column"), ("header", HEADER.encode(), None)):
            status, out, err = aisle("rules", "--pack", PACK, "--check", self.file(name, text))
            self.assertEqual((status, err), (1 if message else 0, ""), name)
            self.assertIn(message or "0 sound rules, 0 problems", out)

    def test_dry_run(self):
        path = self.rules("boots\texact\tred shoes\tshoes/boots\ndress\tcontains\tdress\tclothing/dresses\nfloral\tpattern\t^cute.*summer\tgroup:clothing\t\t5\nidle\texact\tnever asked\tnone\n")
        queries = self.file("queries.txt", "RED shoes\r\ncute floral summer dress\n\nhammer\na\tdress")
        expected = [["query", "rule", "line", "before", "after", "also"], ["RED shoes", "boots", "2", None, "shoes/boots", ""],
                    ["cute floral summer dress", "floral", "4", "clothing/dresses", "group:clothing", "dress"], ["a dress", "dress", "3", None, "clothing/dresses", ""]]
        status, out, err = aisle("rules", "--pack", PACK, "--dry-run", path, queries)
        self.assertEqual(status, 0, err)
        rows = [line.split("\t") for line in out.splitlines()]
        self.assertEqual(len(rows), len(expected))
        for row, wanted in zip(rows, expected):
            self.assertEqual([cell if w is not None else None for cell, w in zip(row, wanted)], wanted)
            self.assertEqual(len(row), 6)
        self.assertIn("3 of 5 queries decided by a rule", err)
        self.assertIn("3 of 4 rules fired", err)

    def test_dry_run_reads_stdin_and_a_locale(self):
        path = self.rules("de\texact\thandy\tphones/smartphones\tde\n")
        self.assertEqual(len(aisle("rules", "--pack", PACK, "--dry-run", path, "--locale", "de-DE", stdin=b"handy\nHANDY\n")[1].splitlines()), 3)
        self.assertEqual(len(aisle("rules", "--pack", PACK, "--dry-run", path, stdin=b"handy\n")[1].splitlines()), 1)
        self.assertEqual(aisle("rules", "--pack", PACK, "--dry-run", path, "/nowhere.txt")[0], 2)
        self.assertEqual(aisle("rules", "--pack", PACK, "--dry-run", path, "--locale", "no locale", stdin=b"handy\n")[0], 2)
        status, out, err = aisle("rules", "--pack", PACK, "--dry-run", self.rules("x\texact\ty\tz\n"), stdin=b"y\n")
        self.assertEqual((status, out), (2, ""))
        self.assertRegex(err, r'rules\.tsv:2: rule "x": no label "z"')

    def test_store(self):
        stored = self.folder / "shop.aisle"
        for rule in ("first", "second"):
            source = stored if stored.exists() else PACK
            self.assertEqual(aisle("rules", "--pack", source, "--store", stored, self.rules(f"{rule}\texact\tred shoes\tnone\n")), (0, "", ""))
            self.assertEqual(self.decide(None, "red shoes", pack=stored)["rule"], rule)
        self.assertEqual(aisle("verify", "--pack", stored)[0], 0)
        self.assertRegex(aisle("inspect", "--pack", stored)[1], r"section      overrides +\d+ bytes  optional")
        self.assertEqual(self.decide(self.rules("other\texact\tx\tnone\n"), "red shoes", pack=stored)["source"], "model")  # at run time: in their place
        self.assertEqual(aisle("rules", "--pack", PACK, "--store", stored, self.rules("x\texact\ty\tz\n"))[0], 2)
        self.assertEqual(self.decide(None, "red shoes", pack=stored)["rule"], "second")
        self.assertEqual(aisle("rules", "--pack", PACK, "--store", "/nowhere/x.aisle", self.rules("x\texact\ty\tnone\n"))[0], 2)

    def test_usage(self):
        path = self.rules("a\texact\tx\tnone\n")
        self.assertEqual(aisle("rules", "--pack", PACK, path)[0], 2)
        self.assertEqual(aisle("rules", "--pack", PACK, "--check", "--dry-run", path)[0], 2)
        self.assertEqual(aisle("rules", "--pack", PACK, "--check")[0], 2)


if __name__ == "__main__":
    unittest.main()
