"""aisle index and aisle similar, on the shipped pack."""
import json
import pathlib
import re
import tempfile
import unittest

from engine import PACK, ROOT, Case, aisle

PAIRS = ROOT / "scripts" / "train" / "data" / "pairs"


class Similar(Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.indexed = pathlib.Path(cls.folder.name) / "indexed.aisle"
        cls.rows = [line.split("\t") for line in (PAIRS / "equivalence.tsv").read_text(encoding="utf-8").splitlines()]
        cls.made = cls.index("".join(row[1] + "\n" for row in cls.rows), cls.indexed)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def index(cls, text, out, *options):
        heads = pathlib.Path(cls.folder.name) / "heads.txt"
        heads.write_bytes(text.encode() if isinstance(text, str) else text)
        return aisle("index", heads, "--pack", PACK, "--out", out, *options)

    def similar(self, queries, *options):
        status, out, err = aisle("similar", "--pack", self.indexed, "--json", *options, stdin="".join(q + "\n" for q in queries).encode())
        self.assertEqual(status, 0, err)
        return [json.loads(line) for line in out.splitlines()]

    def test_index_says_what_it_did(self):
        status, out, err = self.made
        self.assertEqual((status, err), (0, ""))
        self.assertIn("indexed.aisle: 890 head queries in 128 dimensions (doubles left out: 0, bad lines: 0)", out)

    def test_recall_on_the_written_equivalence_sets(self):
        tails = [(tail, row[1]) for row in self.rows for tail in row[2].split("|")]
        self.assertGreater(len(tails), 2500)
        found = [[s["query"] for s in line["similar"]] for line in self.similar([tail for tail, _ in tails])]
        recall = sum(head in row for (_, head), row in zip(tails, found)) / len(tails)
        print(f"similar: recall@5 {recall:.3f} of {len(tails)} queries among {len(self.rows)} head queries")
        self.assertGreaterEqual(recall, 0.9)

    def test_the_pack_decides_as_before_and_is_sound(self):
        queries = b"cute floral summer dress\nweather tomorrow\nusb c cable\n"
        self.assertEqual(aisle("classify", "--pack", self.indexed, "--json", stdin=queries), aisle("classify", "--pack", PACK, "--json", stdin=queries))
        status, out, _ = aisle("verify", "--pack", self.indexed)
        self.assertEqual(status, 0)
        sections = lambda text: int(re.search(r"(\d+) sections match", text)[1])
        self.assertEqual(sections(out), sections(aisle("verify", "--pack", PACK)[1]) + 1)
        self.assertIn("index        890 head queries, 128 dimensions", aisle("inspect", "--pack", self.indexed)[1])

    def test_lines_in_order_in_both_forms(self):
        queries = ["wireles ear buds", "", "rain boot"]
        lines = self.similar(queries)
        self.assertEqual([line["query"] for line in lines], queries)
        self.assertEqual([len(line["similar"]) for line in lines], [5, 0, 5])
        self.assertEqual([line["similar"][0]["query"] for line in lines if line["similar"]], ["wireless earbuds", "rain boots"])
        status, out, _ = aisle("similar", "--pack", self.indexed, "--top", "1", "rain boot", "  ")
        self.assertEqual(status, 0)
        self.assertRegex(out, r"^rain boot -> rain boots 0\.\d\d\n   -> nothing to compare\n$")

    def test_an_index_takes_the_place_of_another(self):
        out = pathlib.Path(self.folder.name) / "again.aisle"
        out.write_bytes(self.indexed.read_bytes())
        heads = pathlib.Path(self.folder.name) / "few.txt"
        heads.write_text("red shoes\n")
        self.assertEqual(aisle("index", heads, "--pack", out, "--out", out)[0], 0)
        self.assertEqual(aisle("similar", "--pack", out, "--json", "blue boots")[1].count('"score"'), 1)
        self.assertLess(out.stat().st_size, self.indexed.stat().st_size)

    def test_odd_lists(self):
        out = pathlib.Path(self.folder.name) / "odd.aisle"
        status, text, err = self.index(b"Red  Shoes\r\nred shoes\n\n\xff\xfe boots\n" + b"x" * 5000 + b"\nlast without its end", out)
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(text, r"4 head queries in \d+ dimensions \(doubles left out: 1, bad lines: 0\)")
        status, text, err = self.index("red shoes\n\U00010348\U00010349\n", out)
        self.assertEqual(status, 0)
        self.assertIn('heads.txt:2: no piece of "\U00010348\U00010349" is known to the pack', err)
        self.assertEqual(self.index("red shoes\n\U00010348\U00010349\n", out, "--strict")[0], 1)

    def test_errors(self):
        out = pathlib.Path(self.folder.name) / "never.aisle"
        for text in ("", "\n \n", "\U00010348\n"):
            status, _, err = self.index(text, out)
            self.assertEqual(status, 2)
            self.assertIn("heads.txt: no head query in it", err)
        self.assertIn("cannot open /nowhere.txt", aisle("index", "/nowhere.txt", "--pack", PACK, "--out", out)[2])
        self.assertIn("cannot write /nowhere/at.all: No such file", self.index("red shoes\n", "/nowhere/at.all")[2])
        self.assertIn("is no locale", self.index("red shoes\n", out, "--locale", "no locale")[2])
        self.assertFalse(out.exists())
        status, _, err = aisle("similar", "--pack", PACK, "red shoes")
        self.assertEqual(status, 2)
        self.assertIn("the pack has no index of head queries: aisle index makes one", err)
        self.assertEqual(aisle("similar", "--pack", self.indexed, "--top", "101", "red shoes")[0], 2)
        self.assertEqual(aisle("similar", "--pack", self.indexed, "--locale", "no locale")[0], 2)


if __name__ == "__main__":
    unittest.main()
