"""Label-keeping noise on a training query: what shoppers' fingers and habits do to it."""
import gzip
import random

from common import DATA

KEYS = {"q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol",
        "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv", "g": "fthb", "h": "gyjn", "j": "hukm", "k": "jil", "l": "kop",
        "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk"}
# Attribute families whose values describe a product without saying what it is.
FAMILIES = ("Color", "Pattern", "Fabric", "Material", "Style", "Finish", "Neckline", "Sleeve length type", "Fit",
            "Clothing features", "Furniture/Fixture material", "Occasion style", "Waist rise")
# Groups whose shoppers stack such words.
STACKING = {"clothing", "shoes", "bags", "accessories", "jewelry", "furniture", "decor", "household"}


def attributes():
    """English attribute values of FAMILIES (Shopify, MIT), short ones: "navy", "floral", "stainless steel"."""
    words = set()
    with gzip.open(DATA / "shopify" / "attribute_values.en.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if len(cells) >= 3 and cells[2] in FAMILIES and cells[1] != "Other" and len(cells[1].split()) <= 2:
                words.add(cells[1].lower())
    return sorted(words)


def typo(query):
    """One slip: a letter lost, doubled, swapped with its neighbour, or its neighbour's key hit; or a space lost."""
    if len(query) < 5:
        return query
    i = random.randrange(1, len(query) - 1)
    kind = random.random()
    if kind < 0.25:
        return query[:i] + query[i + 1:]
    if kind < 0.4:
        return query[:i] + query[i] + query[i:]
    if kind < 0.6:
        return query[:i] + query[i + 1] + query[i] + query[i + 2:]
    if kind < 0.8:
        return query[:i] + random.choice(KEYS.get(query[i].lower(), query[i])) + query[i + 1:]
    spaces = [k for k, c in enumerate(query) if c == " "]
    k = random.choice(spaces) if spaces else i
    return query[:k] + query[k + 1:]


def plural(query):
    """The last word's plural dropped or added."""
    return query[:-1] if query.endswith("s") and not query.endswith("ss") else query + "s"


class Noise:
    """Callable: (query, label) -> the query, noisy in some share of calls."""

    def __init__(self, typo_share=0.10, order_share=0.10, plural_share=0.03, attribute_share=0.20):
        self.shares = (typo_share, order_share, plural_share, attribute_share)
        self.attributes = attributes()

    def __call__(self, query, label):
        typo_share, order_share, plural_share, attribute_share = self.shares
        if "/" in label and label.split("/")[0] in STACKING and random.random() < attribute_share:
            words = random.sample(self.attributes, random.choice((1, 1, 2)))
            query = " ".join(words + [query]) if random.random() < 0.75 else " ".join([query] + words)
        kind = random.random()
        if kind < typo_share:
            return typo(query)
        if kind < typo_share + order_share:
            words = query.split(" ")
            random.shuffle(words)
            return " ".join(words)
        if kind < typo_share + order_share + plural_share:
            return plural(query)
        return query
