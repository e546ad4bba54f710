"""The written homonyms: lines that build_data.py takes, and later lists that leave the test words of earlier ones alone."""
import collections
import itertools
import re
import sys
import unittest

from engine import ROOT, Case

sys.path.insert(0, str(ROOT / "scripts" / "train"))
from build_data import HOMONYMS_HELD_OUT, held_out  # noqa: E402
from common import DATA, LOCALES, Taxonomy, dedup_key, normalize  # noqa: E402

LISTS = ("_homonyms", "_homonyms2", "_homonyms3")


def lines(name):
    text = (DATA / "queries" / "locales" / f"{name}.tsv").read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines()]


class Homonyms(Case):
    def test_every_line_has_a_locale_and_labels_of_the_taxonomy(self):
        known = Taxonomy().index
        for name in LISTS:
            for locale, labels, query in lines(name):
                self.assertRegex(locale, "^[a-z]{2}-[A-Z]{2}$")
                self.assertEqual([label for label in labels.split("|") if label not in known], [], query)
                self.assertEqual(normalize(query), query)

    def test_no_query_twice_in_a_locale(self):
        counts = collections.Counter((locale, dedup_key(query)) for name in LISTS for locale, _, query in lines(name))
        self.assertEqual([key for key, count in counts.items() if count > 1], [])

    def test_each_word_of_the_later_lists_has_more_than_one_meaning(self):
        meanings = collections.defaultdict(set)
        for name in LISTS:
            for _, labels, query in lines(name):
                meanings[dedup_key(query)].add(labels)
        for name in LISTS[1:]:
            self.assertEqual([query for _, _, query in lines(name) if len(meanings[dedup_key(query)]) < 2], [])
            self.assertEqual({locale for locale, _, _ in lines(name)} - set(LOCALES), set())

    def test_no_list_has_a_test_word_of_an_earlier_one(self):
        word = lambda text: re.sub("(?<=...)s$", "", text)
        for earlier, later in itertools.combinations(LISTS, 2):
            tested = {word(dedup_key(query)) for _, _, query in lines(earlier) if held_out(dedup_key(normalize(query)), HOMONYMS_HELD_OUT)}
            self.assertGreater(len(tested), 80)
            self.assertEqual([query for _, _, query in lines(later) if {word(w) for w in dedup_key(query).split()} & tested], [], (earlier, later))


if __name__ == "__main__":
    unittest.main()
