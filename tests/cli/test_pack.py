import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import unittest

from engine import PACK, ROOT, Case, aisle

REGISTRY = json.loads((ROOT / "models" / "registry.json").read_text(encoding="utf-8"))
WANDS = ROOT / "tests" / "data" / "wands.tsv"
NUMBERS = ROOT / "tests" / "data" / "numbers.tsv"
LOCALES = ROOT / "tests" / "data" / "locales.tsv"


class ShippedPacks(Case):
    def test_registry_holds_each_pack_as_it_is(self):
        listed = {ROOT / "models" / entry["file"] for entry in REGISTRY["packs"]}
        self.assertEqual(listed, set((ROOT / "models").glob("*/*.aisle")))
        for entry in REGISTRY["packs"]:
            data = (ROOT / "models" / entry["file"]).read_bytes()
            self.assertEqual(hashlib.sha256(data).hexdigest(), entry["sha256"], entry["file"])
            self.assertEqual(len(data), entry["bytes"])

    def test_self_test(self):
        status, out, err = aisle("verify", "--pack", PACK)
        self.assertEqual(status, 0, err)
        self.assertIn("32 golden queries match", out)

    def test_size(self):
        brotli = shutil.which("brotli")
        self.assertIsNotNone(brotli, "the brotli command is missing")
        size = len(subprocess.run([brotli, "-q", "11", "--large_window=24", "-c", PACK], capture_output=True, check=True).stdout)
        print(f"storefront.aisle: {PACK.stat().st_size} bytes, {size} after brotli")
        self.assertLessEqual(size, 4_000_000)

    def test_inspect_shows_the_pack(self):
        status, out, _ = aisle("inspect", "--pack", PACK)
        self.assertEqual(status, 0)
        for fact in ("pack         storefront", "29 groups, 347 subcategories", "32 golden queries", "section      encoder"):
            self.assertIn(fact, out)

    def test_taxonomy_is_the_project_s(self):
        digest = hashlib.sha256((ROOT / "taxonomy" / "storefront.json").read_bytes()).hexdigest()
        self.assertIn(digest, aisle("inspect", "--pack", PACK)[1])

    def test_scores_on_the_committed_test_set(self):
        status, out, err = aisle("eval", "--pack", PACK, "--json", WANDS)
        self.assertEqual(status, 0, err)
        scores = json.loads(out)["all"]
        (entry,) = [e for e in REGISTRY["packs"] if e["name"] == "storefront"]
        for key, value in entry["scores"]["wands"].items():
            self.assertAlmostEqual(scores[key], value, delta=0.012, msg=key)
        labels = scores["labels"], scores["severalLabels"]
        self.assertEqual([l["queries"] for l in labels], [192, 21])
        for name in ("precision", "macroRecall", "microF1"):
            self.assertTrue(all(0.2 < l[name] < 1 for l in labels), labels)

    def test_scores_of_every_locale(self):
        status, out, err = aisle("eval", "--pack", PACK, "--json", LOCALES)
        self.assertEqual(status, 0, err)
        scores = json.loads(out)["locales"]
        (entry,) = [e for e in REGISTRY["packs"] if e["name"] == "storefront"]
        self.assertEqual(len(scores), 24)
        self.assertEqual(set(scores), set(entry["scores"]["locales"]))
        for locale, value in entry["scores"]["locales"].items():
            self.assertAlmostEqual(scores[locale]["subcategoryTop1"], value, delta=0.03, msg=locale)


class TrainingData(Case):
    def test_no_test_query_is_trained_on(self):
        """The rows of wands.tsv and numbers.tsv must not stand in the training lines; locales.tsv is held out by build_data.py."""
        sys.path.insert(0, str(ROOT / "scripts" / "train"))
        from common import dedup_key

        tested = {dedup_key(line.split("\t")[1]) for path in (WANDS, NUMBERS) for line in path.read_text(encoding="utf-8").splitlines()[1:]}
        self.assertGreater(len(tested), 250)
        found = []
        for path in (ROOT / "scripts" / "train" / "data" / "queries").glob("*/*.tsv"):
            for line in path.read_text(encoding="utf-8").splitlines():
                if dedup_key(line.split("\t")[-1]) in tested:
                    found.append(f"{path.name}: {line}")
        self.assertEqual(found, [])


class DamagedPacks(Case):
    """Damaged copies of the real pack: refused with a message, without a crash."""

    def refused(self, data):
        with tempfile.NamedTemporaryFile(suffix=".aisle") as file:
            file.write(data)
            file.flush()
            status, out, err = aisle("verify", "--pack", file.name)
        self.assertEqual((status, out), (2, ""), err)
        return err

    def test_truncated(self):
        data = PACK.read_bytes()
        for size in (0, 3, 15, 16, 1000, len(data) // 2, len(data) - 64):  # the last bytes, up to 63, are padding
            self.assertRegex(self.refused(data[:size]), "not an Aisle pack|truncated or damaged|is damaged")

    def test_flipped_bits(self):
        data = PACK.read_bytes()
        for part in range(1, 20):
            damaged = bytearray(data)
            damaged[len(data) * part // 20] ^= 1 << part % 8
            self.assertIn("damaged", self.refused(damaged))


class Eval(Case):
    def test_text_and_strict(self):
        status, out, _ = aisle("eval", "--pack", PACK, WANDS)
        self.assertEqual(status, 0)
        self.assertRegex(out, r"together +rows")
        self.assertRegex(out, r"\nwands +\d+")
        self.assertRegex(out, r"\n +all +192 +0\.\d+ +0\.\d+ +0\.\d+ +\d\.\d+\n +several accepted +21 ")
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write("clothing/dresses\tred dress\nclothing/dress\tblue dress\n")
            file.flush()
            status, _, err = aisle("eval", "--pack", PACK, file.name)
            self.assertEqual(status, 0)
            self.assertIn(f'{file.name}:2: no label "clothing/dress" in the pack\'s taxonomy', err)
            self.assertEqual(aisle("eval", "--pack", PACK, "--strict", file.name)[0], 1)
        self.assertEqual(aisle("eval", "--pack", PACK, "/nowhere.tsv")[0], 2)


if __name__ == "__main__":
    unittest.main()
