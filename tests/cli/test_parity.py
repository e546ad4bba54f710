"""The native engine and today's Python against what training recorded (tests/golden)."""
import json
import math
import pathlib
import tempfile
import unittest

import sentencepiece

from engine import GOLDEN, PACK, ROOT, Case, aisle, classify

import sys

sys.path.insert(0, str(ROOT / "scripts" / "train"))
from common import normalize  # noqa: E402
from segmentation import log_likelihood  # noqa: E402

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


def shipped_processor():
    return sentencepiece.SentencePieceProcessor(model_proto=sentencepiece_model())


class Tokens(Case):
    def test_native(self):
        rows = golden_tokens()
        self.assertEqual(len(rows), 10000)
        lines = classify([query for query, _, _ in rows], "--logits")
        found = [json.loads(line) for line in lines]
        self.assertEqual([query for (query, ids, _), f in zip(rows, found) if f["tokens"] != ids], [])
        self.assertEqual([query for (query, _, text), f in zip(rows, found) if f["pieces"].replace("\u2581", " ").strip(" ") != text], [])

    def test_python(self):
        processor = shipped_processor()
        for query, ids, text in golden_tokens():
            clean = normalize(query)
            self.assertEqual(processor.encode(clean)[:40] if clean else [], ids, query)
            pieces = "".join(processor.encode(clean, out_type=str)).replace("\u2581", " ").strip(" ") if clean else ""
            self.assertEqual(pieces, text, query)


class NoneProbability(Case):
    """The probability of none by its weights, against Python."""

    def test_log_likelihood(self):
        processor, queries = shipped_processor(), [query for query, _, _ in golden_tokens()]
        for query, line in zip(queries, classify(queries, "--logits"), strict=True):
            expected = log_likelihood(processor, query)
            self.assertAlmostEqual(json.loads(line)["logLikelihood"], expected, delta=1e-5 * (1 - expected), msg=query)

    def shopping(self, folder, weights, queries):
        """By the shipped pack with these weights."""
        file, out, lines = folder / "weights.json", folder / "out.aisle", folder / "lines.tsv"
        file.write_text(json.dumps(weights), encoding="utf-8")
        lines.write_text("".join((ROOT / "scripts" / "train" / "data" / "calibration.tsv").read_text(encoding="utf-8").splitlines(keepends=True)[:400]), encoding="utf-8")
        status, _, err = aisle("calibrate", lines, "--pack", PACK, "--out", out, "--prior", "a test", "--default-error-rate", "0.2", "--none-weights", file)
        self.assertEqual(status, 0, err)
        status, answers, err = aisle("classify", "--pack", out, "--json", stdin="".join(query + "\n" for query in queries).encode())
        self.assertEqual(status, 0, err)
        return [json.loads(line)["shopping"] for line in answers.splitlines()]

    def test_probability(self):
        processor, queries = shipped_processor(), [query for query, ids, _ in golden_tokens() if ids][:2000]
        weights = json.loads((ROOT / "models" / "storefront" / "unknown.json").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as name:
            before = self.shopping(pathlib.Path(name), {"bias": 0, "logit": 1, "energy": 0, "log_likelihood": 0}, queries)
            after = self.shopping(pathlib.Path(name), weights, queries)
        logits = [json.loads(line)["logits"] for line in classify(queries, "--logits")]
        compared = 0
        for query, shopping, found, row in zip(queries, before, after, logits, strict=True):
            if not 0.001 < shopping < 0.999:  # its decimals say too little of the logit
                continue
            energy = -max(row) - math.log(sum(math.exp(logit - max(row)) for logit in row))
            log_odds = weights["bias"] - weights["logit"] * math.log(shopping / (1 - shopping)) + weights["energy"] * energy
            log_odds += weights["log_likelihood"] * log_likelihood(processor, query)
            self.assertAlmostEqual(1 - found, 1 / (1 + math.exp(-log_odds)), delta=1e-3, msg=query)
            compared += 1
        self.assertGreater(compared, 500)


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
