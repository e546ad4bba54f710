"""The whole training pipeline on a sample: every stage runs, losses fall, and the engine takes the pack."""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AISLE = ROOT / "build" / "release" / "aisle"


class TinyTraining(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.work = pathlib.Path(cls.folder.name)
        cls.run_ = subprocess.run([ROOT / "scripts" / "train" / "all", "--tiny", "--lite", "--work", cls.work], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def record(self, name):
        return json.loads((self.work / f"{name}.json").read_text(encoding="utf-8"))

    def test_every_stage_succeeds(self):
        self.assertEqual(self.run_.returncode, 0, self.run_.stdout[-4000:])

    def test_losses_fall(self):
        for name in ("teacher", "student0", "student-lite"):
            losses = self.record(name)["losses"]
            self.assertGreater(len(losses), 2, name)
            self.assertLess(losses[-1], 0.95 * losses[0], name)  # the first is a mean over a quarter or more of the run

    def test_teacher_learns_more_than_chance(self):
        self.assertGreater(self.record("teacher")["heldout_subcategory_top1"], 0.05)  # chance is under 0.01

    def test_it_takes_minutes(self):
        stages = [int(seconds) for seconds in re.findall(r"^== .* \((\d+) s\)$", self.run_.stdout, re.M)]
        data = int(re.search(r"^== data \((\d+) s\)$", self.run_.stdout, re.M)[1])
        print(f"training on a sample: {stages[-1] - data} s, after {data} s of set-up")
        self.assertLess(stages[-1] - data, 20 * 60)  # under four on two free cores; a busy machine takes several times as long

    def test_engine_takes_the_packs(self):
        for name in ("storefront", "storefront-lite"):
            done = subprocess.run([AISLE, "verify", "--pack", self.work / f"{name}.aisle"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("32 golden queries match", done.stdout)

    def test_adopted_layers(self):
        python = ROOT / ".deps" / "venv-train" / "bin" / "python"
        done = subprocess.run([python, "-m", "unittest", pathlib.Path(__file__).parent / "adopted.py"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_pack_knows_the_locales(self):
        done = subprocess.run([AISLE, "classify", "--json", "--locale", "de-DE", "--pack", self.work / "storefront.aisle", "rote schuhe"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["query"], "rote schuhe")


if __name__ == "__main__":
    unittest.main()
