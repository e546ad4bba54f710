"""Label-keeping noise on a training query: what shoppers' fingers and habits do to it."""
import gzip
import random
import unicodedata

from common import DATA
from sources import SHOPIFY

KEYS = {"q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol",
        "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv", "g": "fthb", "h": "gyjn", "j": "hukm", "k": "jil", "l": "kop",
        "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk"}
# Attribute families whose values describe a product without saying what it is.
FAMILIES = ("Color", "Pattern", "Fabric", "Material", "Style", "Finish", "Neckline", "Sleeve length type", "Fit",
            "Clothing features", "Furniture/Fixture material", "Occasion style", "Waist rise")
UNSPACED = ("ja-JP", "th-TH", "zh-CN")  # languages written without spaces
PLAIN = str.maketrans("øØłŁđĐı", "oOlLdDi")
# Groups whose shoppers stack such words.
STACKING = {"clothing", "shoes", "bags", "accessories", "jewelry", "furniture", "decor", "household"}


def attributes(language="en"):
    """Attribute values of FAMILIES in one of Shopify's languages (MIT), short ones: "navy", "floral", "stainless steel"."""
    english, words = [], set()
    with gzip.open(DATA / "shopify" / "attribute_values.en.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if len(cells) >= 3 and cells[2] in FAMILIES and cells[1] != "Other":
                english.append(cells[0])
    chosen = set(english)
    with gzip.open(DATA / "shopify" / f"attribute_values.{language}.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if cells[0] in chosen and len(cells[1].split()) <= 2 and len(cells[1]) <= 24:
                words.add(cells[1].lower())
    return sorted(words)


def typo(query):
    """One slip: a letter lost, doubled, swapped with its neighbour, or its neighbour's key hit."""
    if len(query) < 5:
        return query
    i = random.randrange(1, len(query) - 1)
    kind = random.random()
    if kind < 0.3:
        return query[:i] + query[i + 1:]
    if kind < 0.5:
        return query[:i] + query[i] + query[i:]
    if kind < 0.75:
        return query[:i] + query[i + 1] + query[i] + query[i + 2:]
    return query[:i] + random.choice(KEYS.get(query[i].lower(), query[i])) + query[i + 1:]


def respace(query):
    """One space lost, or a hyphen in its place."""
    spaces = [k for k, c in enumerate(query) if c == " "]
    if not spaces:
        return query
    k = random.choice(spaces)
    return query[:k] + random.choice(("", "", "-")) + query[k + 1:]


def plural(query):
    """The last word's plural dropped or added."""
    return query[:-1] if query.endswith("s") and not query.endswith("ss") else query + "s"


def fold_accents(query):
    """Typed without diacritics, as on a foreign keyboard; scripts that need their marks stay."""
    text = unicodedata.normalize("NFD", query)
    return unicodedata.normalize("NFC", "".join(c for c in text if not "\u0300" <= c <= "\u036f")).translate(PLAIN)


def alphabetic(query):
    """Latin, Greek or Cyrillic throughout: only there is one letter more or less a slip and not another word."""
    return all(c < "\u0530" or not c.isalpha() for c in query)


class Noise:
    """Callable: row -> its query, noisy in some share of calls. new_word: makes a word nobody knows (pseudo.PseudoWords), which
    then stands as a brand before some products."""

    def __init__(self, new_word=None, typo_share=0.20, spacing_share=0.06, order_share=0.08, plural_share=0.03, attribute_share=0.20, accent_share=0.3,
                 brand_share=0.04):
        self.new_word = new_word
        self.typo_share, self.spacing_share, self.order_share, self.plural_share = typo_share, spacing_share, order_share, plural_share
        self.attribute_share, self.accent_share, self.brand_share = attribute_share, accent_share, brand_share
        self.attributes = {locale: attributes(language) for locale, language in SHOPIFY.items()}
        self.attributes["en-GB"] = self.attributes["en-IN"] = self.attributes["en-US"]

    def described(self, query, label, locale):
        """With words around it that say nothing of what it is: attributes, a brand."""
        words = self.attributes.get(locale)
        if words and label.split("/")[0] in STACKING and random.random() < self.attribute_share:
            words = random.sample(words, random.choice((1, 1, 2)))
            joint = "" if locale in UNSPACED else " "
            query = joint.join(words + [query] if random.random() < 0.75 else [query] + words)
        if self.new_word and random.random() < self.brand_share:
            query = f"{self.new_word(random)} {query}"
        return query

    def misspelt(self, query, locale):
        """With at most one slip or habit."""
        kind = random.random() - self.typo_share
        if kind < 0:
            return typo(query) if alphabetic(query) else query
        if (kind := kind - self.spacing_share) < 0:
            return respace(query)
        if (kind := kind - self.order_share) < 0:
            words = query.split(" ")
            random.shuffle(words)
            return " ".join(words)
        if kind < self.plural_share and locale.startswith("en-"):
            return plural(query)
        return query

    def __call__(self, row):
        query, label, locale = row.query, row.labels[0] if row.labels else "", row.locale
        if "/" in label:
            query = self.described(query, label, locale)
        if not locale.startswith("en-") and random.random() < self.accent_share:
            query = fold_accents(query)
        return self.misspelt(query, locale)
