#include "rules/aho_corasick.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace aisle {
namespace {

using testing::ElementsAre;
using Finds = std::vector<std::pair<std::string, size_t>>;  // string, end

Finds scan(const std::vector<std::string_view>& strings, std::string_view text) {
  Finds finds;
  AhoCorasick(strings).scan(text, [&](uint32_t string, size_t end) { finds.emplace_back(strings[string], end); });
  return finds;
}

TEST(AhoCorasick, FindsWhatOverlaps) {
  EXPECT_THAT(scan({"he", "her", "hers", "his", "she"}, "ushers"),
              ElementsAre(std::pair("she", 4), std::pair("he", 4), std::pair("her", 5), std::pair("hers", 6)));
}

TEST(AhoCorasick, WithoutStringsFindsNothing) {
  EXPECT_TRUE(scan({}, "shoes").empty());
  EXPECT_TRUE(scan({"shoes"}, "").empty());
}

// Against looking everywhere, with few letters so that much overlaps, among them the largest and the smallest byte.
TEST(AhoCorasick, FindsAllThatASearchFinds) {
  std::mt19937 random(7);
  const auto word = [&](size_t longest) {
    std::string text(1 + random() % longest, ' ');
    for (char& c : text) c = "ab\0\xFF"[random() % 4];
    return text;
  };
  size_t found = 0;
  for (int round = 0; round < 300; ++round) {
    std::set<std::string> words;
    for (size_t i = 0; i < 1 + random() % 30; ++i) words.insert(word(6));
    const std::string text = word(60);
    std::multiset<std::pair<std::string, size_t>> expected;
    for (const std::string& w : words) {
      for (size_t at = text.find(w); at != text.npos; at = text.find(w, at + 1)) expected.emplace(w, at + w.size());
    }
    const Finds finds = scan({words.begin(), words.end()}, text);
    ASSERT_EQ((std::multiset<std::pair<std::string, size_t>>(finds.begin(), finds.end())), expected);
    found += finds.size();
  }
  EXPECT_GT(found, 2000u);
}

}  // namespace
}  // namespace aisle
