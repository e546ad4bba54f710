"""aisle eval --html: a page that parses, holds the printed figures, and lets no query act."""
import html.parser
import pathlib
import re
import tempfile
import unittest

from engine import PACK, ROOT, Case, aisle

WANDS = ROOT / "tests" / "data" / "wands.tsv"
VOID = {"meta", "line", "rect", "circle", "path"}  # those that the page uses without an end
CHARTS = {"line", "rect", "circle", "path"}


class Page(html.parser.HTMLParser):
    """Rows of cells of each table, and every tag and attribute; refuses tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.tags, self.attributes, self.open, self.text = [], set(), [], [], ""
        self.feed(text)
        self.close()
        if self.open:
            raise AssertionError(f"not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        if tag not in VOID or (tag in CHARTS and not self.get_starttag_text().endswith("/>")):
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise AssertionError(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        self.text += data
        if self.open and {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data

    def rows(self):
        return [row for table in self.tables for row in table]


class Report(Case):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.html = pathlib.Path(self.folder.name) / "report.html"

    def report(self, file, *options):
        status, out, err = aisle("eval", "--pack", PACK, file, "--html", self.html, *options)
        self.assertEqual(status, 0, err)
        return out, Page(self.html.read_bytes().decode("utf-8"))

    def test_it_holds_the_printed_figures(self):
        out, page = self.report(WANDS)
        self.assertEqual(out, aisle("eval", "--pack", PACK, WANDS)[1])
        rows = page.rows()
        printed = [line.replace("  -", "  \u2013").split() for line in out.splitlines()]
        scores = [line for line in printed if len(line) == 11 and line[1].isdigit()]
        self.assertGreater(len(scores), 3)
        for line in scores:
            self.assertIn(line, rows)
        outcomes = re.findall(r"^  (\w+) +(\d+)(?:  right +([0-9.]+ %))?$", out, re.M)
        self.assertEqual(len(outcomes), 6)
        for outcome, stated, right in outcomes:
            self.assertIn([outcome, stated, right or ("" if outcome == "unknown" else "\u2013")], rows)

    def test_what_was_measured(self):
        _, page = self.report(WANDS)
        inspected = aisle("inspect", "--pack", PACK)[1]
        version, digest = re.search(r"pack +storefront ([^ ,]+)", inspected)[1], re.search(r"sha256 ([0-9a-f]{64})", inspected)[1]
        for fact in (f"storefront {version}", "sha256:" + digest, str(WANDS), "192, of these "):
            self.assertIn(fact, page.text)
        (rates,) = [table for table in page.tables if table[0][0] == "stated"]
        self.assertEqual([row[0] for row in rates[1:]], ["1 %", "2 %", "5 %", "10 %", "20 %"])
        for row in rates[1:]:
            accepted, rolled_up, abstained = (float(cell.split()[0]) for cell in row[4:7])
            self.assertAlmostEqual(accepted + rolled_up + abstained, 100, delta=0.2)
            self.assertAlmostEqual(float(row[3].split()[0]), accepted + rolled_up, delta=0.2)

    def test_it_needs_nothing_else(self):
        _, page = self.report(WANDS)
        self.assertFalse(page.tags & {"script", "link", "img", "iframe", "object", "base", "form"})
        for key, value in page.attributes:
            self.assertFalse(key.startswith("on") or key in ("src", "href", "action"), (key, value))
        self.assertNotRegex(self.html.read_text(encoding="utf-8"), r"url\(|@import|https?:")
        self.assertIn("svg", page.tags)

    def test_the_same_input_gives_the_same_bytes(self):
        self.report(WANDS)
        first = self.html.read_bytes()
        self.report(WANDS, "--json")
        self.assertEqual(first, self.html.read_bytes())

    def test_hostile_queries(self):
        queries = [b"cute floral summer dress <script>alert(1)</script>", b"mens running shoes size 10 \"'><b onclick=x>", b"&lt;sofa&amp;", b"sofa bed \xff\xc3(",
                   b"running shoes \x1b[31m\x00", "red dress \u202ereversed".encode(), b"-->]]></td></table></svg></style>", b"", b"q" * 5000]
        file = pathlib.Path(self.folder.name) / "hostile<i>.tsv"
        file.write_bytes(b"".join(b"none\t" + query + b"\n" for query in queries) + b"<u>\tbad label\n")
        _, page = self.report(file)
        self.assertFalse(page.tags & {"script", "b", "i", "u"})
        cells = {cell for row in page.rows() for cell in row}
        self.assertIn("cute floral summer dress <script>alert(1)</script>", cells)
        self.assertIn("mens running shoes size 10 \"'><b onclick=x>", cells)
        self.assertIn("running shoes \ufffd[31m\ufffd", cells)
        self.assertIn(str(file), page.text)
        self.assertIn("bad lines, left out1", page.text)

    def test_one_row(self):
        file = pathlib.Path(self.folder.name) / "one.tsv"
        file.write_text("clothing/dresses\tcute floral summer dress\n", encoding="utf-8")
        _, page = self.report(file)
        self.assertIn("1, of these 1 with a subcategory", page.text)
        self.assertNotIn("nan", page.text)

    def test_no_report(self):
        empty = pathlib.Path(self.folder.name) / "empty.tsv"
        empty.write_text("", encoding="utf-8")
        status, _, err = aisle("eval", "--pack", PACK, empty, "--html", self.html)
        self.assertEqual((status, self.html.exists()), (2, False))
        self.assertIn("no labelled query to score", err)
        status, out, err = aisle("eval", "--pack", PACK, WANDS, "--html", "/no/such/folder/report.html")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("cannot write /no/such/folder/report.html", err)
        empty.write_text("no/label\tsofa\n", encoding="utf-8")
        self.assertEqual(aisle("eval", "--pack", PACK, "--strict", empty, "--html", self.html)[0], 1)
        self.assertFalse(self.html.exists())


if __name__ == "__main__":
    unittest.main()
