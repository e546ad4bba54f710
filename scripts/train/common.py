"""What every stage shares: the taxonomy and its label space, reading and normalising query lines, and run records."""
import json
import pathlib
import random
import re
import subprocess
import sys
import time
import typing
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA = HERE / "data"
MAX_CODE_POINTS = 256  # src/text/normalize.h holds the same limit
LOCALES = ("en-US", "ar-AE", "cs-CZ", "da-DK", "de-DE", "en-GB", "en-IN", "es-ES", "es-MX", "fi-FI", "fr-FR", "hi-IN", "id-ID", "it-IT", "ja-JP",
           "ko-KR", "nl-NL", "pl-PL", "pt-BR", "sv-SE", "th-TH", "tr-TR", "vi-VN", "zh-CN")


class Taxonomy:
    """Groups, subcategories and the flat list of training classes: subcategories, then broad, none, then group:G."""

    def __init__(self, path=ROOT / "taxonomy" / "storefront.json"):
        self.json = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.groups = [g["id"] for g in self.json["groups"]]
        self.subcategories = [s["id"] for g in self.json["groups"] for s in g["subcategories"]]
        self.classes = self.subcategories + ["broad", "none"] + [f"group:{g}" for g in self.groups]
        self.index = {c: i for i, c in enumerate(self.classes)}

    @staticmethod
    def group_of(label):
        """The router's class of a label: a group id, "broad" or "none"."""
        if label.startswith("group:"):
            return label[6:]
        return label.split("/")[0]


CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def normalize(query):
    """The steps before sentencepiece's own rules (NFKC, case fold); src/text/normalize.cc does the same."""
    return " ".join(CONTROL.sub(" ", query[:MAX_CODE_POINTS]).split(" ")).strip(" ")


def dedup_key(query):
    """Queries with one key are one query: letters, marks and digits only, case and Latin accents folded. Vowel signs of
    other scripts stay: without them different Hindi or Thai words would be one."""
    text = unicodedata.normalize("NFKD", query.casefold())
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text if not "\u0300" <= c <= "\u036f")
    return " ".join("".join(kept).split())


def calibration_lines(locale=None):
    """[(query, accepted labels)] of data/calibration.tsv; of all locales or one."""
    lines = (line.split("\t") for line in (DATA / "calibration.tsv").read_text(encoding="utf-8").splitlines()[1:])
    return [(query, accepted.split("|")) for tag, query, accepted in lines if locale in (None, tag)]


def read_labelled(path):
    """Yields (line number, labels, query) of a `label[|label]<TAB>query` file; raises ValueError naming file:line."""
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if not line.strip():
                continue
            cells = line.split("\t")
            if len(cells) != 2:
                raise ValueError(f"{path}:{number}: {len(cells)} columns, expected label<TAB>query")
            yield number, cells[0].split("|"), cells[1]


class Row(typing.NamedTuple):
    """A line of a dataset (build_data.py)."""

    labels: list  # accepted training classes, the most usual first; None: unlabelled
    query: str
    locale: str = "en-US"
    source: str = ""  # the file it came from
    anchor: str = ""  # the same in English, for a translated name


def read_dataset(path, split=None, source="", locale=""):
    """Rows of a dataset: of one split ("train" or "heldout") or all; only those whose source and locale hold these texts."""
    rows = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            part, labels, query, tag, origin, anchor = line.rstrip("\n").split("\t")
            if split in (None, part) and source in origin and locale in tag:
                rows.append(Row(labels.split("|"), query, tag, origin, anchor))
    return rows


def seed_everything(seed):
    import numpy
    import torch

    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)


def record(out, **facts):
    """Writes a stage's record (options, commit, seconds, scores) next to its output."""
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    facts = {"stage": pathlib.Path(sys.argv[0]).name, "arguments": sys.argv[1:], "commit": commit.stdout.strip() or None,
             "date": time.strftime("%Y-%m-%d"), **facts}
    pathlib.Path(f"{out}.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(columns, rows):
    """Lines of a Markdown table and the empty line after it."""
    return ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|", *("| " + " | ".join(row) + " |" for row in rows), ""]


def length_sorted_batches(lengths, size, window=32):
    """Endless batches of row numbers: shuffled, then sorted by length inside windows so that little is padding."""
    while True:
        order = list(range(len(lengths)))
        random.shuffle(order)
        for start in range(0, len(order), size * window):
            chunk = sorted(order[start:start + size * window], key=lambda i: lengths[i])
            batches = [chunk[i:i + size] for i in range(0, len(chunk), size)]
            random.shuffle(batches)
            yield from batches
