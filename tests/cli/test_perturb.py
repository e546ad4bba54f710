"""The other spellings that scripts/train/robustness.py tries on queries: each changes what its name says and nothing else."""
import random
import sys
import unittest

from engine import ROOT, Case

sys.path.insert(0, str(ROOT / "scripts" / "train"))
import perturb  # noqa: E402

QUERIES = ["running shoes women", "10mm socket wrench", "café table", "iphone 15 pro max case", "2x4", "a", "", "ss", "--", "日本語の本", "x" * 300]
KINDS = perturb.SEEN | perturb.UNSEEN | perturb.FORM | perturb.ACCENTS


def made(kind, query, draws=50):
    """What a kind makes of a query, over some draws."""
    return {KINDS[kind](query, random.Random(seed)) for seed in range(draws)}


class Perturb(Case):
    def test_each_kind_changes_the_query_or_says_that_it_cannot(self):
        for kind in KINDS:
            for query in QUERIES:
                for found in made(kind, query, 10):
                    self.assertTrue(found is None or found and found != query, (kind, query, found))

    def test_the_same_seed_gives_the_same_query(self):
        for kind in KINDS:
            self.assertEqual(KINDS[kind]("blue running shoes", random.Random(3)), KINDS[kind]("blue running shoes", random.Random(3)), kind)

    def test_typos_change_the_length_as_their_names_say(self):
        longer = {"a letter lost": -1, "a letter doubled": 1, "two letters swapped": 0, "a neighbouring key instead": 0, "a neighbouring key as well": 1,
                  "a vowel for another": 0, "the first letter lost": -1, "a space inside a word": 1}
        for kind, more in longer.items():
            for found in made(kind, "running shoes"):
                self.assertEqual(len(found), len("running shoes") + more, (kind, found))

    def test_typos_of_training_leave_the_first_and_last_letter(self):
        for kind in perturb.SEEN.keys() - {"two letters swapped"}:
            for found in made(kind, "frying pan"):
                self.assertEqual((found[0], found[-1]), ("f", "n"), (kind, found))

    def test_swapped_letters_are_the_same_letters(self):
        for found in made("two letters swapped", "frying pan"):
            self.assertEqual(sorted(found), sorted("frying pan"))

    def test_every_word_stays_when_words_move(self):
        for kind in ("words in another order", "last word first"):
            for found in made(kind, "red running shoes women"):
                self.assertEqual(sorted(found.split()), ["red", "running", "shoes", "women"])
            self.assertEqual(made(kind, "shoes"), {None})
            self.assertEqual(made(kind, "chat chat"), {None})

    def test_plural_and_back(self):
        for one, other in (("dress shoe", "dress shoes"), ("toothbrush", "toothbrushes"), ("baby", "babies"), ("toy", "toys"), ("box", "boxes")):
            self.assertEqual(made("plural for singular, or back", one), {other})
            self.assertEqual(made("plural for singular, or back", other), {one})
        self.assertEqual(made("plural for singular, or back", "glass"), {None})

    def test_accents_and_case(self):
        self.assertEqual(made("accents dropped", "łóżko dla niemowląt"), {"lozko dla niemowlat"})
        self.assertEqual(made("accents dropped", "shoes"), {None})
        self.assertEqual(made("upper case", "café 2x4"), {"CAFÉ 2X4"})

    def test_numbers_normalised(self):
        rows = {
            "every digit a 0": {"iphone 15": "iphone 00", "2x4": "0x0", "shoes": "shoes"},
            "numbers dropped": {"iphone 15 case": "iphone case", "1/2 inch bolt": "inch bolt", "2x4": "2x4", "15": "15", '48" rug': "rug"},
            "unit split off (10mm -> 10 mm)": {"10mm socket": "10 mm socket", "1/2in bolt": "1/2 in bolt", "2x4": "2x4", "ps5": "ps5", "10mmx": "10mmx"},
            "unit joined (10 mm -> 10mm)": {"10 mm socket": "10mm socket", "6-ft ladder": "6ft ladder", "iphone 15 pro": "iphone 15 pro"},
        }
        self.assertEqual(rows.keys(), perturb.NORMALISATIONS.keys())
        for kind, pairs in rows.items():
            for query, wanted in pairs.items():
                self.assertEqual(perturb.NORMALISATIONS[kind](query), wanted, kind)

    def test_slices(self):
        wanted = {"headphones under 50": "price", "$20 gift": "price", "shelf under 20 inches": "unit", "2x4": "dimensions", "4-1/8 in. x 82": "dimensions",
                  "dress size 10": "size", "zip hoodie 2xl": "size", "10 ft ladder": "unit", '48" vanity': "unit", "iphone 15": "name and number",
                  "ryobi bmm2400": "model number", "amerimax 854054": "model number", "1980 census": "other number", "7/8 drill bit": "other number",
                  "5th wheel": "other number", "running shoes": None, "": None}
        self.assertEqual({query: perturb.slice_of(query) for query in wanted}, wanted)


if __name__ == "__main__":
    unittest.main()
