"""What the command-line tests share: the built binary, the shipped pack, and ways to run them."""
import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AISLE = ROOT / "build" / "release" / "aisle"
PACK = ROOT / "models" / "storefront" / "storefront.aisle"
GOLDEN = ROOT / "tests" / "golden"


def aisle(*arguments, stdin=b"", environment=None):
    """Runs the binary: (exit status, stdout text, stderr text)."""
    done = subprocess.run([AISLE, *map(str, arguments)], input=stdin, capture_output=True, timeout=120, env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def classify(queries, *options):
    """One output line for each query."""
    status, out, err = aisle("classify", "--pack", PACK, *options, stdin="".join(q + "\n" for q in queries).encode())
    if status != 0:
        raise AssertionError(err)
    return out.splitlines()


class Case(unittest.TestCase):
    maxDiff = 2000
