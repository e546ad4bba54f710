"""aisle classify --context, with a pack that aisle calibrate gave a bound."""
import json
import pathlib
import tempfile
import unittest

from engine import PACK, ROOT, Case, aisle

SET = ROOT / "scripts" / "train" / "data" / "calibration.tsv"
BOUND = 16


class Context(Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        few, cls.pack, cls.without = (pathlib.Path(cls.folder.name) / name for name in ("few.tsv", "bound.aisle", "without.aisle"))
        few.write_text("".join(SET.read_text(encoding="utf-8").splitlines(keepends=True)[:300]), encoding="utf-8")
        how = ("calibrate", few, "--prior", "a test", "--error-rates", "0.2", "--default-error-rate", "0.2")
        status, _, err = aisle(*how, "--pack", PACK, "--out", cls.pack, "--context-bound", BOUND)
        assert status == 0, err
        cls.again = lambda out: aisle(*how, "--pack", cls.pack, "--out", out)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def decision(self, query, *options):
        status, out, err = aisle("classify", "--pack", self.pack, "--json", "--top", "100", *options, query)
        self.assertEqual((status, err), (0, ""))
        return json.loads(out)

    def test_it_helps_an_ambiguous_query(self):
        for context, group in (("phones/smartphones", "electronics"), ("automotive/vehicles-marine", "automotive")):
            self.assertEqual(self.decision("battery", "--context", context)["alternatives"][0]["id"].split("/")[0], group)
        case = [self.decision("case", *options)["alternatives"][0] for options in ((), ("--context", "phones/smartphones"))]
        self.assertEqual(case[1]["id"], "phones/phone-cases")
        self.assertGreater(case[1]["probability"], case[0]["probability"] + 0.05)

    def test_it_leaves_a_clear_one_alone(self):
        for query, label in (("cute floral summer dress", "clothing/dresses"), ("cordless drill", "tools/power-tools")):
            self.assertEqual(self.decision(query, "--context", "phones/smartphones,pets")["category"]["id"], label)

    def test_its_influence_is_bounded(self):
        before, after = ({a["id"]: a["probability"] for a in self.decision("case", *options)["alternatives"]} for options in ((), ("--context", "phones/phone-cases,bags")))
        ids = [i for i in before if i in after and min(before[i], after[i]) > 0.001]  # six decimals
        self.assertGreater(len(ids), 2)
        changes = [after[i] / before[i] for i in ids]
        self.assertLess(max(changes) / min(changes), BOUND * 1.01)
        self.assertGreater(max(changes) / min(changes), 2)

    def test_shopping_stays(self):
        self.assertEqual(self.decision("case")["shopping"], self.decision("case", "--context", "bags")["shopping"])

    def test_unknown_ids(self):
        for context in ("phones/no-such", "none", "phones/smartphones, bags"):
            status, out, err = aisle("classify", "--pack", self.pack, "--context", context, "case")
            self.assertEqual((status, out), (2, ""), context)
            self.assertIn("is no group or subcategory of the pack", err)
        self.assertIn('"phones/no-such"', aisle("classify", "--pack", self.pack, "--context", "bags,phones/no-such", "case")[2])

    def test_calibrating_keeps_the_bound(self):
        out = pathlib.Path(self.folder.name) / "again.aisle"
        self.assertEqual(type(self).again(out)[0], 0)
        for pack in (self.pack, out):
            self.assertIn("at most 16 times as likely", aisle("inspect", "--pack", pack)[1])

    def test_bounds_out_of_range(self):
        for bound in ("0", "0.5", "1001", "x"):
            status, _, err = aisle("calibrate", SET, "--pack", PACK, "--out", self.without, "--prior", "a test", "--context-bound", bound)
            self.assertEqual(status, 2, bound)
            self.assertIn("--context-bound", err)
            self.assertFalse(self.without.exists())


if __name__ == "__main__":
    unittest.main()
