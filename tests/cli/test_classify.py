import json
import re
import subprocess
import time
import unittest

from engine import PACK, ROOT, Case, aisle, classify


class Classify(Case):
    def test_clear_queries(self):
        expected = {"cute floral summer dress": "clothing/dresses", "iphone 15 pro max case": "phones/phone-cases", "cordless drill": "tools/power-tools",
                    "dog food grain free": "pets/dog-food", "running shoes women": "shoes/athletic-shoes"}
        taxonomy = (ROOT / "taxonomy" / "storefront.json").read_text(encoding="utf-8")
        wanted = {q: s for q, s in expected.items() if f'"{s}"' in taxonomy}
        self.assertGreaterEqual(len(wanted), 3)
        for line, (query, subcategory) in zip(classify(wanted, "--json"), wanted.items()):
            decision = json.loads(line)
            self.assertEqual(decision["alternatives"][0]["id"], subcategory, query)

    def test_json_has_the_agreed_shape(self):
        decision = json.loads(classify(["cute floral summer dress"], "--json")[0])
        self.assertEqual(list(decision), ["query", "outcome", "category", "group", "confidence", "band", "shopping", "labels", "alternatives", "source", "pack"])
        self.assertEqual(decision["outcome"], "category")
        self.assertEqual(decision["category"]["id"], "clothing/dresses")
        self.assertEqual(decision["group"]["name"], "Clothing")
        self.assertEqual(decision["source"], "model")
        self.assertEqual(decision["pack"]["name"], "storefront")
        self.assertRegex(decision["pack"]["taxonomy"], r"^sha256:[0-9a-f]{64}$")
        self.assertEqual(len(decision["alternatives"]), 5)
        self.assertIn("clothing/dresses", decision["labels"])

    def test_readable_line(self):
        status, out, _ = aisle("classify", "--pack", PACK, "cute floral summer dress")
        self.assertEqual(status, 0)
        self.assertRegex(out, r"^cute floral summer dress -> Clothing > Dresses \(\d+ %, [a-z-]+\)")

    def test_one_line_each_in_order_even_for_empty_ones(self):
        queries = ["red shoes", "", "   ", "weather tomorrow", "", "usb c cable"]
        lines = [json.loads(line) for line in classify(queries, "--json")]
        self.assertEqual([d["query"] for d in lines], queries)
        self.assertEqual([d["outcome"] for d in lines if not d["query"].strip()], ["unknown"] * 3)

    def test_last_line_without_its_end_and_carriage_returns(self):
        status, out, _ = aisle("classify", "--pack", PACK, "--json", stdin=b"red shoes\r\nusb c cable")
        self.assertEqual(status, 0)
        self.assertEqual([json.loads(line)["query"] for line in out.splitlines()], ["red shoes", "usb c cable"])

    def test_no_input_no_output(self):
        self.assertEqual(aisle("classify", "--pack", PACK)[:2], (0, ""))

    def test_five_thousand_queries_in_seconds(self):
        rows = (ROOT / "tests" / "golden" / "tokens.tsv").read_text(encoding="utf-8").split("\n")[:5000]
        started = time.monotonic()
        lines = classify([row.split("\t")[0] for row in rows], "--json")
        self.assertEqual(len(lines), 5000)
        self.assertLess(time.monotonic() - started, 15)

    def test_any_bytes_give_a_defined_result(self):
        queries = [b"\xff\xfe\x80", b"x" * 10000, b"\x00\x01\x02", "👗👗👗".encode(), b"\xed\xa0\x80 dress", b"'; drop table", "連衣裙".encode()]
        status, out, err = aisle("classify", "--pack", PACK, "--json", stdin=b"\n".join(queries) + b"\n")
        self.assertEqual((status, err), (0, ""))
        decisions = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(decisions), len(queries))
        for d in decisions:
            self.assertTrue(0 <= d["confidence"] <= 1)

    def test_locale(self):
        for tag in ("en-US", "en", "fr_FR", "xx-XX"):
            self.assertEqual(aisle("classify", "--pack", PACK, "--locale", tag, "red shoes")[0], 0, tag)
        status, out, err = aisle("classify", "--pack", PACK, "--locale", "no locale", "red shoes")
        self.assertEqual((status, out), (2, ""))
        self.assertIn('"no locale" is no locale: expected a BCP 47 tag such as en-US', err)

    def test_top_and_error_rate(self):
        self.assertEqual(len(json.loads(classify(["red shoes"], "--json", "--top", "2")[0])["alternatives"]), 2)
        self.assertEqual(json.loads(classify(["red shoes"], "--json", "--top", "0")[0])["alternatives"], [])
        strict, loose = (json.loads(classify(["black boots"], "--json", "--error-rate", r)[0])["outcome"] for r in ("0.01", "0.2"))
        self.assertEqual(loose, "category")
        self.assertIn(strict, ("category", "group", "unknown", "ambiguous"))
        status, _, err = aisle("classify", "--pack", PACK, "--error-rate", "0.3", "red shoes")
        self.assertEqual(status, 2)
        self.assertRegex(err, r"error rate 0\.3.*: the pack has thresholds for 0\.01")
        self.assertEqual(aisle("classify", "--pack", PACK, "--top", "1000", "red shoes")[0], 2)

    def test_missing_and_foreign_packs(self):
        for path, message in (("/nowhere.aisle", "cannot open /nowhere.aisle: No such file or directory"), (__file__, 'bytes 4 to 7 are not "AISL"'),
                              (str(ROOT), "cannot read")):
            status, out, err = aisle("classify", "--pack", path, "red shoes")
            self.assertEqual((status, out), (2, ""), err)
            self.assertIn(message, err)

    def test_usage_errors(self):
        self.assertEqual(aisle()[0], 2)
        self.assertEqual(aisle("classify", "red shoes", environment={"AISLE_PACK": ""})[0], 2)
        self.assertEqual(aisle("frobnicate")[0], 2)
        self.assertEqual(aisle("--help")[0], 0)

    def test_pack_from_the_environment(self):
        self.assertEqual(aisle("classify", "red shoes", environment={"AISLE_PACK": str(PACK)})[0], 0)


class Run(Case):
    def test_scripts_run(self):
        done = subprocess.run([ROOT / "scripts" / "run", "--json", "--top", "1", "cute floral summer dress"], capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["alternatives"][0]["id"], "clothing/dresses")

    def test_scripts_run_reads_stdin(self):
        done = subprocess.run([ROOT / "scripts" / "run"], input="red shoes\n\nusb c cable\n", capture_output=True, text=True, timeout=600)
        self.assertEqual([line.split(" -> ")[0] for line in done.stdout.splitlines()], ["red shoes", "", "usb c cable"])
        self.assertTrue(re.search(r"^ -> nothing to classify$", done.stdout, re.M))


if __name__ == "__main__":
    unittest.main()
