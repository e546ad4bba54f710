"""aisle calibrate, on the shipped pack and the calibration set."""
import json
import pathlib
import re
import sys
import tempfile
import unittest

from engine import PACK, ROOT, Case, aisle

SET = ROOT / "scripts" / "train" / "data" / "calibration.tsv"
WEIGHTS = ROOT / "models" / "storefront" / "unknown.json"


sys.path.append(str(ROOT / "scripts" / "train"))
from build_data import held_out  # noqa: E402
from common import dedup_key  # noqa: E402


class Set(Case):
    def test_training_never_sees_it(self):
        for line in SET.read_text(encoding="utf-8").splitlines()[1:]:
            query = line.split("\t")[1]
            self.assertTrue(held_out(dedup_key(query), 4), query)

    def test_it_is_no_evaluation_set(self):
        tests = {dedup_key(line.split("\t")[1]) for name in ("wands", "locales") for line in (ROOT / "tests" / "data" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()}
        queries = [line.split("\t")[1] for line in SET.read_text(encoding="utf-8").splitlines()[1:]]
        self.assertEqual([query for query in queries if dedup_key(query) in tests], [])


class Calibrate(Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.folder.name) / "out.aisle"
        cls.lines = SET.read_text(encoding="utf-8").splitlines(keepends=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def calibrate(self, text, *options):
        file = pathlib.Path(self.folder.name) / "set.tsv"
        file.write_text(text, encoding="utf-8")
        return aisle("calibrate", file, "--pack", PACK, "--out", self.out, "--prior", "a test", *options)

    def refused(self, text, *options):
        self.out.unlink(missing_ok=True)
        status, _, err = self.calibrate(text, *options)
        self.assertEqual(status, 2)
        self.assertFalse(self.out.exists())
        return err

    def test_the_shipped_pack_is_what_it_makes(self):
        """Calibrating the shipped pack again changes nothing that counts: it was calibrated on this set."""
        status, out, err = aisle("calibrate", SET, "--pack", PACK, "--out", self.out, "--prior", "the same")
        self.assertEqual((status, err), (0, ""))
        self.assertIn(f"calibrated on {len(self.lines) - 1} queries", out)
        (labels,) = re.findall(r"\nlabels +(listed from 0\.\d+ on)\n", out)
        self.assertIn(labels, aisle("inspect", "--pack", self.out)[1])
        rows = [[[float(cell) for cell in re.findall(r"[0-9.]+", line)] for line in aisle("inspect", "--pack", pack)[1].splitlines()
                 if re.match(r" +[0-9.]+ % +[01]\.", line)] for pack in (PACK, self.out)]
        self.assertEqual(len(rows[0]), 10, "five error rates, for English and for the other languages")
        for shipped, made in zip(*rows, strict=True):  # the search for a temperature ends a hair elsewhere, and a threshold a step of the grid
            for a, b in zip(shipped, made, strict=True):
                self.assertAlmostEqual(a, b, delta=0.015 if a <= 1 else 2.5)
        self.assertEqual(aisle("verify", "--pack", self.out)[0], 0)

    def test_a_harder_mix_raises_the_bar(self):
        wrong = [line.replace("\t" + line.rstrip("\n").split("\t")[2], "\tnone") if i % 20 == 5 else line for i, line in enumerate(self.lines)]
        status, out, err = self.calibrate("".join(wrong), "--default-error-rate", "0.2")
        self.assertEqual((status, err), (0, ""))
        decided = [sum(json.loads(line)["outcome"] != "unknown" for line in
                       aisle("classify", "--pack", pack, "--json", "--error-rate", "0.2", stdin="".join(l.split("\t")[1] + "\n" for l in self.lines[1:400]).encode())[1].splitlines())
                   for pack in (PACK, self.out)]
        self.assertGreater(decided[0], decided[1])

    def test_too_few(self):
        self.assertIn("49 labelled queries with a known piece, expected at least 50", self.refused("".join(self.lines[:50])))

    def test_a_default_that_can_not_be_promised(self):
        self.assertIn("must be one of the --error-rates", self.refused("".join(self.lines[:200]), "--default-error-rate", "0.01"))
        self.assertIn("must be one of the --error-rates", self.refused("".join(self.lines[:200]), "--default-error-rate", "0.03"))

    def test_bad_lines(self):
        text = "".join(self.lines[:300]) + "en-US\tblue thing\tno/such-label\n"
        status, _, err = self.calibrate(text, "--default-error-rate", "0.2")
        self.assertEqual(status, 0)
        self.assertIn("set.tsv:301: ", err)
        self.assertIn("no/such-label", err)
        self.out.unlink()
        status, out, err = self.calibrate(text, "--default-error-rate", "0.2", "--strict")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("set.tsv:301: ", err)
        self.assertFalse(self.out.exists())

    def none_line(self, pack):
        return [line for line in aisle("inspect", "--pack", pack)[1].splitlines() if re.match("none +log-odds ", line)]

    def test_the_weights_of_none(self):
        text = "".join(self.lines[:600])
        status, _, err = self.calibrate(text, "--default-error-rate", "0.2", "--none-weights", WEIGHTS)
        self.assertEqual((status, err), (0, ""))
        weights = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        expected = [weights[name] for name in ("bias", "logit", "energy", "log_likelihood")]
        (line,) = self.none_line(self.out)
        for found, weight in zip(re.findall(r"[-+]?\d+\.\d+", line), expected, strict=True):
            self.assertAlmostEqual(float(found), weight, delta=0.001)
        self.assertEqual(aisle("verify", "--pack", self.out)[0], 0)
        # calibrated again it keeps them, and everything else is as it was
        once = aisle("inspect", "--pack", self.out)[1]
        file = pathlib.Path(self.folder.name) / "set.tsv"
        self.assertEqual(aisle("calibrate", file, "--pack", self.out, "--out", self.out, "--prior", "a test", "--default-error-rate", "0.2")[0], 0)
        without_checksums = lambda text: [line for line in text.splitlines() if not line.startswith("section")]
        self.assertEqual(without_checksums(aisle("inspect", "--pack", self.out)[1]), without_checksums(once))

    def test_bad_weights_of_none(self):
        sound, file = {"bias": 0, "logit": 1, "energy": 0, "log_likelihood": 0}, pathlib.Path(self.folder.name) / "weights.json"
        cases = [("", "bias"), ("[]", "bias"), ('"', "bias"), (json.dumps({**sound, "energy": "1"}), "energy"), (json.dumps({**sound, "logit": 1001}), "logit"),
                 (json.dumps(sound).replace("\"bias\": 0", "\"bias\": 1e60"), "bias"), (json.dumps({name: 0 for name in sound if name != "log_likelihood"}), "log_likelihood")]
        for text, name in cases:
            file.write_text(text, encoding="utf-8")
            err = self.refused("".join(self.lines[:60]), "--none-weights", file)
            self.assertIn(f'weights.json: its "{name}" is not a number within -1000..1000', err)
        self.assertIn("cannot open no.json", self.refused("".join(self.lines[:60]), "--none-weights", "no.json"))

    def test_files(self):
        self.assertIn("no.tsv", aisle("calibrate", "no.tsv", "--pack", PACK, "--out", self.out, "--prior", "a test")[2])
        status, _, err = aisle("calibrate", SET, "--pack", PACK, "--out", "/no/such/folder/out.aisle", "--prior", "a test")
        self.assertEqual(status, 2)
        self.assertIn("cannot write /no/such/folder/out.aisle", err)


if __name__ == "__main__":
    unittest.main()
