"""aisle prototypes and aisle fit: new categories, on the shipped pack with the weights that belong to it."""
import json
import pathlib
import tempfile
import unittest

from engine import PACK, ROOT, Case, aisle

WEIGHTS = ROOT / "models" / "storefront" / "prototypes.json"

EXAMPLES = ["cross line laser", "self leveling laser level", "green laser level 360", "rotary laser kit", "laser level tripod"]
VAPING = ["e liquid 70 30", "nic salt mango", "vape juice menthol", "eliquid 3mg 100ml", "salt nic pods juice", "shortfill e liquid"]


class NewCategories(Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.based = self.folder / "based.aisle"
        self.assertEqual(aisle("prototypes", "--weights", WEIGHTS, "--pack", PACK, "--out", self.based), (0, "", ""))

    def file(self, text, name="lines.tsv"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def lines(self, label, queries):
        return "".join(f"{label}\t{query}\n" for query in queries)

    def others(self):
        taxonomy = aisle("classify", "--pack", PACK, "--json", "--top", "100", "tools")[1]
        ids = [a["id"] for a in json.loads(taxonomy)["alternatives"]]
        return "".join(f"{label}\t{label.split('/')[1].replace('-', ' ')} {word}\n" for label in ids for word in ("sale", "new"))

    def decide(self, pack, query):
        status, out, err = aisle("classify", "--pack", pack, "--json", query)
        self.assertEqual(status, 0, err)
        return json.loads(out)

    def test_prototypes_into_a_pack(self):
        path, out = self.file(self.lines("tools/laser-levels", EXAMPLES)), self.folder / "out.aisle"
        status, printed, err = aisle("prototypes", path, "--new", "tools/laser-levels=Laser levels", "--pack", self.based, "--out", out)
        self.assertEqual(status, 0, err)
        self.assertEqual(printed, "tools/laser-levels, of 5 examples\n")
        decision = self.decide(out, "cross line laser level")
        self.assertEqual(decision["alternatives"][0]["id"], "tools/laser-levels")
        self.assertAlmostEqual(self.decide(out, "red prom dress")["confidence"], self.decide(PACK, "red prom dress")["confidence"], delta=0.02)
        self.assertIn("tools/laser-levels, of 5 examples", aisle("inspect", "--pack", out)[1])
        self.assertEqual(aisle("verify", "--pack", out)[0], 0)
        # and more into that one
        more = self.file(self.lines("vaping/e-liquids", VAPING), "more.tsv")
        status, _, err = aisle("prototypes", more, "--new", "vaping/e-liquids=E-liquids", "--new-group", "vaping=Vaping", "--pack", out, "--out", out)
        self.assertEqual(status, 0, err)
        self.assertEqual(self.decide(out, "mango nic salt e liquid")["alternatives"][0]["id"], "vaping/e-liquids")
        self.assertEqual(self.decide(out, "cross line laser level")["alternatives"][0]["id"], "tools/laser-levels")

    def test_without_new_categories_the_pack_decides_as_before(self):
        queries = b"cute floral summer dress\nweather tomorrow\nusb c cable\ncross line laser level\n"
        self.assertEqual(aisle("classify", "--pack", self.based, "--json", stdin=queries), aisle("classify", "--pack", PACK, "--json", stdin=queries))
        self.assertEqual(aisle("verify", "--pack", self.based)[0], 0)

    def test_fit_from_lines(self):
        paths = self.file(self.lines("vaping/e-liquids", VAPING), "log.tsv"), self.file(self.others())
        out = self.folder / "out.aisle"
        status, printed, err = aisle("fit", *paths, "--new", "vaping/e-liquids=E-liquids", "--new-group", "vaping=Vaping", "--pack", self.based, "--out", out)
        self.assertEqual(status, 0, err)
        self.assertRegex(printed, r"^1 new categories of \d+ queries; \d+ of 32 golden queries keep their class\n$")
        decision = self.decide(out, "mango nic salt e liquid")
        self.assertEqual((decision["alternatives"][0]["id"], decision["source"]), ("vaping/e-liquids", "model"))
        self.assertNotEqual(decision["pack"]["taxonomy"], self.decide(PACK, "q")["pack"]["taxonomy"])
        self.assertTrue(decision["pack"]["version"].endswith("+fit"))
        self.assertEqual(self.decide(out, "red prom dress")["alternatives"][0]["id"], self.decide(PACK, "red prom dress")["alternatives"][0]["id"])
        self.assertEqual(aisle("verify", "--pack", out)[0], 0)

    def test_fit_makes_heads_of_the_prototypes(self):
        lasers, out = self.file(self.lines("tools/laser-levels", EXAMPLES), "lasers.tsv"), self.folder / "out.aisle"
        self.assertEqual(aisle("prototypes", lasers, "--new", "tools/laser-levels=Laser levels", "--pack", self.based, "--out", out)[0], 0)
        status, printed, err = aisle("fit", lasers, self.file(self.others()), "--pack", out, "--out", out)
        self.assertEqual(status, 0, err)
        self.assertRegex(printed, "^1 new categories of ")
        self.assertIn("prototypes   0 new categories", aisle("inspect", "--pack", out)[1])
        decision = self.decide(out, "cross line laser level")
        self.assertEqual((decision["alternatives"][0]["id"], decision["source"]), ("tools/laser-levels", "model"))

    def feedback(self):
        """As the demo page exports it: corrections, and examples that name their category."""
        lines = [{"query": "cordless drill", "locale": "", "label": "tools/power-tools"}, {"query": "weather", "locale": "en-US", "label": "none"}]
        lines += [{"query": query, "locale": "en-US", "label": "tools/laser-levels", "name": "Laser levels"} for query in EXAMPLES]
        lines += [{"query": query, "locale": "", "label": "vaping/e-liquids", "name": "E-liquids = vape", "groupName": "Vaping"} for query in VAPING]
        return self.file("".join(json.dumps(line) + "\n" for line in lines), "feedback.jsonl")

    def test_json_lines_name_their_categories(self):
        path, out = self.feedback(), self.folder / "out.aisle"
        status, printed, err = aisle("prototypes", path, "--pack", self.based, "--out", out)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(printed, "tools/laser-levels, of 5 examples\nvaping/e-liquids, of 6 examples\n")
        best = self.decide(out, "mango nic salt e liquid")["alternatives"][0]
        self.assertEqual(best["id"], "vaping/e-liquids")
        self.assertIn("E-liquids = vape", aisle("classify", "--pack", out, "mango nic salt e liquid")[1])
        # the same file again: what it names is there, and its lines are of known labels
        status, _, err = aisle("fit", path, self.file(self.others()), "--pack", out, "--out", out)
        self.assertEqual(status, 0, err)
        self.assertEqual(self.decide(out, "cross line laser level")["alternatives"][0]["id"], "tools/laser-levels")
        status, printed, err = aisle("eval", path, "--pack", out, "--json")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(json.loads(printed)["all"]["queries"], 13)

    def test_an_option_goes_before_a_name_of_the_file(self):
        out = self.folder / "out.aisle"
        self.assertEqual(aisle("prototypes", self.feedback(), "--new", "tools/laser-levels=Lasers", "--pack", self.based, "--out", out)[0], 0)
        self.assertIn("Lasers", aisle("classify", "--pack", out, "cross line laser level")[1])

    def test_bad_json_lines(self):
        lines = ['{"query": "a"', '{"query": "a"}', '{"label": "none"}', '{"query": 3, "label": "none"}', '{"query": "a", "label": "tools/nothing"}', '{"query": "a", "label": "none"}']
        path = self.file("\n".join(lines) + "\n", "bad.jsonl")
        status, _, err = aisle("eval", path, "--pack", PACK)
        self.assertEqual(status, 0, err)
        for number, message in enumerate(("it is not a JSON object", 'it has no "label"', 'it has no "query"', 'its "query" is not a text', 'no label "tools/nothing"'), 1):
            self.assertIn(f"bad.jsonl:{number}: {message}", err)

    def test_bad_weights(self):
        sound, out = json.loads(WEIGHTS.read_text(encoding="utf-8")), self.folder / "out.aisle"
        cases = [("", '"centre" is not an array of'), ("[]", '"centre" is not an array of'), ('"', '"centre" is not an array of'),
                 (json.dumps(sound | {"centre": [0.5]}), f'"centre" is not an array of {len(sound["centre"])} numbers'),
                 (json.dumps(sound | {"weights": sound["weights"][:5]}), '"weights" is not an array of 6 numbers'),
                 (json.dumps(sound | {"apart": ["x"] * 6}), '"apart" is not an array of 6 numbers')]
        for text, message in cases:
            status, _, err = aisle("prototypes", "--weights", self.file(text, "weights.json"), "--pack", PACK, "--out", out)
            self.assertEqual(status, 2, err)
            self.assertIn(message, err)
        self.assertEqual(aisle("prototypes", "--weights", WEIGHTS, "--new", "tools/a=A", "--pack", PACK, "--out", out)[0], 2)
        self.assertFalse(out.exists())

    def test_bad_input(self):
        path, out = self.file(self.lines("tools/laser-levels", EXAMPLES)), self.folder / "out.aisle"
        many = self.file(self.lines("tools/laser-levels", EXAMPLES * 5), "many.tsv")
        cases = [
            ((path,), "there is nothing to add: name a category by --new ID=NAME"),
            ((path, "--new", "tools/laser-levels"), "--new tools/laser-levels: expected ID=NAME"),
            ((path, "--new", "tools/laser-levels="), "expected ID=NAME"),
            ((path, "--new", "gadgetz/lasers=Lasers"), 'there is no group "gadgetz"; to make one, give it a name'),
            ((path, "--new", "tools/power-tools=Power tools"), "it is there already"),
            ((path, "--new", "tools/a=A", "--new", "tools/a=A"), "it is there already"),
            ((path, "--new", "tools/a=A", "--new-group", "toys2=Toys"), "no --new is in this group"),
            ((path, "--new", "tools/a=A"), "has 0 examples, expected 1 to 20"),
            ((many, "--new", "tools/laser-levels=Laser levels"), "has 25 examples, expected 1 to 20; aisle fit"),
            ((self.folder / "none.tsv", "--new", "tools/a=A"), "cannot open"),
        ]
        for arguments, message in cases:
            status, _, err = aisle("prototypes", *arguments, "--pack", self.based, "--out", out)
            self.assertEqual(status, 2, err)
            self.assertIn(message, err)
        status, _, err = aisle("fit", path, "--new", "tools/laser-levels=Laser levels", "--pack", self.based, "--out", out)
        self.assertEqual(status, 2)
        self.assertIn("there are 0 lines of other labels, expected at least 100", err)
        self.assertFalse(out.exists())
        status, _, err = aisle("prototypes", path, "--new", "tools/laser-levels=Laser levels", "--pack", self.based, "--out", self.folder / "no" / "out.aisle")
        self.assertEqual(status, 2)
        self.assertIn("cannot write", err)


if __name__ == "__main__":
    unittest.main()
