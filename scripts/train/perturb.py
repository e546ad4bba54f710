"""Ways to write a query otherwise that should not change what it is about, for robustness.py. Each takes a query and a
random.Random and gives the other query, or None where there is nothing to change. Not the training noise (augment.py): the
kinds of typo in SEEN are those of its typo(), drawn anew; those in UNSEEN training never makes."""
import re

from augment import KEYS, fold_accents

VOWELS = "aeiou"
# Spellings that sound alike, each a mistake in either direction.
SOUNDS = (("ph", "f"), ("ck", "k"), ("qu", "kw"), ("ie", "ei"), ("c", "k"), ("s", "z"), ("y", "i"), ("g", "j"))


def insert(query, i, text):
    return query[:i] + text + query[i:]


def inner(query):
    """Positions of letters that are neither the first nor the last character: where training's typos fall."""
    return [i for i in range(1, len(query) - 1) if query[i].isalpha()] if len(query) >= 5 else []


def at_letter(change):
    """A perturbation that changes the query at one inner letter; change(query, position, random) -> query."""
    def perturb(query, random):
        places = inner(query)
        random.shuffle(places)
        return next((found for i in places if (found := change(query, i, random)) != query), None)
    return perturb


def pressed(query, i, random):
    return random.choice(KEYS.get(query[i].lower(), query[i]))


def press_both(query, i, random):
    key = pressed(query, i, random)
    return query if key == query[i] else insert(query, i, key)


def swap_vowel(query, i, random):
    return query[:i] + random.choice([v for v in VOWELS if v != query[i]]) + query[i + 1:] if query[i] in VOWELS else query


def lose_first(query, random):
    return query[1:] if len(query) >= 5 and query[0].isalpha() and query[1] != " " else None


def sound_alike(query, random):
    found = [(i, a, b) for pair in SOUNDS for a, b in (pair, pair[::-1]) for i in range(len(query)) if query.startswith(a, i)]
    if not found or len(query) < 5:
        return None
    i, a, b = random.choice(found)
    return query[:i] + b + query[i + len(a):]


def break_word(query, random):
    """A space inside a word of at least six letters."""
    places = [i for word in re.finditer(r"\w{6,}", query) for i in range(word.start() + 2, word.end() - 1)]
    return insert(query, random.choice(places), " ") if places else None


def lose_space(query, random, instead=""):
    spaces = [i for i, c in enumerate(query) if c == " "]
    if not spaces:
        return None
    i = random.choice(spaces)
    return query[:i] + instead + query[i + 1:]


def shuffle_words(query, random):
    words = query.split(" ")
    if len(set(words)) < 2:
        return None
    other = words
    while other == words:
        other = random.sample(words, len(words))
    return " ".join(other)


def last_word_first(query, random):
    words = query.split(" ")
    return " ".join([words[-1], *words[:-1]]) if len(set(words)) > 1 else None


def other_number(query, random):
    """The last word's plural for its singular, or the other way round, by the regular endings."""
    if not query[-3:].isalpha() or query.endswith(("ss", "us", "is")):
        return None
    if re.search("(ch|sh|x|ss|zz)es$", query):
        return query[:-2]
    if query.endswith("ies"):
        return query[:-3] + "y"
    if query.endswith("s"):
        return query[:-1]
    if re.search("(ch|sh|x)$", query):
        return query + "es"
    return query[:-1] + "ies" if re.search("[^aeiou]y$", query) else query + "s"


def unequal(change):
    """A perturbation of a change that needs no chance, where it changes anything."""
    return lambda query, random: found if (found := change(query)) != query else None


SEEN = {
    "a letter lost": at_letter(lambda q, i, r: q[:i] + q[i + 1:]),
    "a letter doubled": at_letter(lambda q, i, r: insert(q, i, q[i])),
    "two letters swapped": at_letter(lambda q, i, r: q[:i] + q[i + 1] + q[i] + q[i + 2:] if q[i + 1].isalpha() else q),
    "a neighbouring key instead": at_letter(lambda q, i, r: q[:i] + pressed(q, i, r) + q[i + 1:]),
}
UNSEEN = {
    "a neighbouring key as well": at_letter(press_both),
    "a vowel for another": at_letter(swap_vowel),
    "a spelling that sounds alike": sound_alike,
    "the first letter lost": lose_first,
    "a space inside a word": break_word,
}
FORM = {
    "words in another order": shuffle_words,
    "last word first": last_word_first,
    "plural for singular, or back": other_number,
    "a space lost": lose_space,
    "a hyphen for a space": lambda query, random: lose_space(query, random, "-"),
    "upper case": unequal(str.upper),
    "Title Case": unequal(str.title),
}
ACCENTS = {"accents dropped": unequal(fold_accents)}

UNITS = ("inches inch in feet foot ft yard yd mm cm m km oz ounce lb lbs pound g kg mg gallon gal qt quart pint liter litre l ml "
         "v volt volts w watt watts amp amps mah hz ghz gb tb mp hp btu psi gauge ga ply grit mil pc pcs pk pack ct count tooth light degree").split()
GLUED = re.compile(rf"(?<![\w.])(\d+(?:[./]\d+)*)({'|'.join(sorted(UNITS, key=len, reverse=True))})\b", re.IGNORECASE)
APART = re.compile(rf"(?<![\w.])(\d+(?:[./]\d+)*)[ -]({'|'.join(sorted(UNITS, key=len, reverse=True))})\b", re.IGNORECASE)
NUMBER = re.compile(r"[\W\d]*\d[\W\d]*")


def drop_numbers(query):
    """Without the words that are numbers and signs alone; as it was when nothing else is there."""
    return " ".join(word for word in query.split(" ") if not NUMBER.fullmatch(word)) or query


# What could be done to every query before it is classified.
NORMALISATIONS = {
    "every digit a 0": lambda query: re.sub(r"\d", "0", query),
    "numbers dropped": drop_numbers,
    "unit split off (10mm -> 10 mm)": lambda query: GLUED.sub(r"\1 \2", query),
    "unit joined (10 mm -> 10mm)": lambda query: APART.sub(r"\1\2", query),
}


def unhyphened(query):
    """A space for each hyphen between letters."""
    return re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", " ", query)


# The first that fits is a query's slice.
SLICES = {
    "price": r"[$£€]|\b(under|below|over|less than|up to|cheaper than) \d+\b(?! ?(" + "|".join(UNITS) + r")\b)",
    "dimensions": r"\d['\"]?( ?[a-z]{2}\.?)? ?(x|by) ?\d",
    "size": r"\b(size|sz) ?\d|\b\d?(xl|xs)\b|\b\d+(\.5)? ?(wide|narrow)\b|\b\dt\b",
    "unit": r"\d['\"]|\d[ -]?(" + "|".join(UNITS) + r")\b",
    "model number": r"\b(?=\w*\d)(?=\w*[a-z])\w{2,}|\d{5,}",
    "name and number": r"\b[a-z]\w+ \d{1,4}( (plus|pro|max|mini|ultra))?(?![\w/.-])",
    "other number": r"\d",
}
ORDINAL = re.compile(r"\b\d+(st|nd|rd|th|s)\b|\b(19|20)\d\d\b")  # "5th" and a year name no model


def slice_of(query):
    """The name of a query's slice; None without a number or price."""
    query = query.casefold()
    for name, pattern in SLICES.items():
        if re.search(pattern, ORDINAL.sub("", query) if name in ("model number", "name and number") else query):
            return name
    return None
