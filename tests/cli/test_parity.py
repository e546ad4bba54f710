"""The native engine and today's Python against what training recorded (tests/golden)."""
import json
import tempfile
import unittest

import sentencepiece

from engine import GOLDEN, PACK, ROOT, Case, classify

import sys

sys.path.insert(0, str(ROOT / "scripts" / "train"))
from common import normalize  # noqa: E402

LOGIT_TOLERANCE = 0.15  # of logits that span tens; int8 inputs rounded the other way by the last bit of a float


def golden_tokens():
    rows = [line.split("\t") for line in (GOLDEN / "tokens.tsv").read_text(encoding="utf-8").split("\n")[:-1]]
    return [(query, [int(i) for i in ids.split()], text) for query, ids, text in rows]


def sentencepiece_model():
    """The model inside the pack, found by its length in front of it: the largest vector of the tokenizer section."""
    import struct

    data = PACK.read_bytes()
    at = data.index(b"<unk>") - 4  # the first piece: field, length, field, length, text
    return data[at:at + struct.unpack("<I", data[at - 4:at])[0]]


class Tokens(Case):
    def test_native(self):
        rows = golden_tokens()
        self.assertEqual(len(rows), 10000)
        lines = classify([query for query, _, _ in rows], "--logits")
        found = [json.loads(line) for line in lines]
        self.assertEqual([query for (query, ids, _), f in zip(rows, found) if f["tokens"] != ids], [])
        self.assertEqual([query for (query, _, text), f in zip(rows, found) if f["pieces"].replace("\u2581", " ").strip(" ") != text], [])

    def test_python(self):
        with tempfile.NamedTemporaryFile(suffix=".model") as file:
            file.write(sentencepiece_model())
            file.flush()
            processor = sentencepiece.SentencePieceProcessor(model_file=file.name)
        for query, ids, text in golden_tokens():
            clean = normalize(query)
            self.assertEqual(processor.encode(clean)[:40] if clean else [], ids, query)
            pieces = "".join(processor.encode(clean, out_type=str)).replace("\u2581", " ").strip(" ") if clean else ""
            self.assertEqual(pieces, text, query)


class PyTorch(Case):
    def test_native_agrees(self):
        rows = [line.split("\t") for line in (GOLDEN / "pytorch.tsv").read_text(encoding="utf-8").split("\n")[:-1]]
        self.assertGreaterEqual(len(rows), 2000)
        queries = [row[0] for row in rows]
        taxonomy = json.loads((ROOT / "taxonomy" / "storefront.json").read_text(encoding="utf-8"))
        subcategories = [s["id"] for g in taxonomy["groups"] for s in g["subcategories"]]
        decisions = [json.loads(line) for line in classify(queries, "--json", "--top", "1")]
        same = sum(d["alternatives"][0]["id"] == subcategories[int(row[2])] for d, row in zip(decisions, rows))
        largest, differences = 0, []
        for row, line in zip(rows, classify(queries, "--logits")):
            logits = json.loads(line)["logits"]
            for pair in row[3].split():
                index, value = pair.split(":")
                differences.append(abs(logits[int(index)] - float(value)))
        largest = max(differences)
        print(f"native against PyTorch: best subcategory the same for {same} of {len(rows)}, largest logit difference {largest:.4f}")
        self.assertGreaterEqual(same / len(rows), 0.995)
        self.assertLessEqual(sorted(differences)[int(len(differences) * 0.999)], LOGIT_TOLERANCE)


if __name__ == "__main__":
    unittest.main()
