"""Words that nobody has seen: pseudo-words of a character n-gram model, and held-out names."""
import collections
import random
import re

from common import Row, dedup_key

ORDER = 4  # characters of which the last is drawn by the ones before it
START, END = "^", "$"


def words(queries):
    return {word for query in queries for word in re.findall(r"\w+", query.casefold())}


class PseudoWords:
    """Callable: random -> a word of 5 to 11 letters that is neither in `known` nor a piece, drawn by the n-grams of the pieces that begin a word."""

    def __init__(self, pieces, known):
        texts = [piece[1:] for piece in pieces if re.fullmatch("\u2581[a-z]{3,}", piece)]
        self.known, self.next = known | set(texts), collections.defaultdict(list)
        for text in texts:
            padded = START * (ORDER - 1) + text + END
            for i in range(ORDER - 1, len(padded)):
                self.next[padded[i - ORDER + 1:i]].append(padded[i])

    def __call__(self, random):
        while True:
            text = START * (ORDER - 1)
            while text[-1] != END:
                text += random.choice(self.next[text[1 - ORDER:]])
            word = text[ORDER - 1:-1]
            if 5 <= len(word) <= 11 and word not in self.known:
                return word


def pseudo_words(processor, known):
    """The PseudoWords of a vocabulary."""
    return PseudoWords([processor.id_to_piece(i) for i in range(processor.vocab_size())], known)


def outlier_rows(make, count):
    """Training rows without any label, by the random module: what nobody can classify (teacher.soft_targets says what they teach)."""
    return [Row([], " ".join(make(random) for _ in range(random.choice((1, 1, 2)))), "", "pseudo") for _ in range(count)]


def pseudo_queries(make, count, seed):
    """One pseudo-word, or two."""
    draw = random.Random(seed)
    return [" ".join(make(draw) for _ in range(draw.choice((1, 2)))) for _ in range(count)]


def with_brand(rows, make, count, seed):
    """Product queries behind a word that nobody has seen, as a new brand's are."""
    draw = random.Random(seed)
    chosen = draw.sample(rows, min(count, len(rows)))
    return [(pool, f"{make(draw)} {query}", labels) for pool, query, labels in chosen]


def unseen_names(rows, known, fitted):
    """Of held-out English lines that no store sells (`none` alone) those with a word of four letters or more, no numeral in it, that
    stands in no training line: mostly names of people, places, works, firms and taxa. `fitted`: queries to leave out."""
    left_out = {dedup_key(query) for query in fitted}
    strange = lambda query: any(len(word) >= 4 and word.isalpha() for word in words([query]) - known)
    return [row.query for row in rows if row.labels == ["none"] and dedup_key(row.query) not in left_out and strange(row.query)]
