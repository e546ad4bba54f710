#include "rules/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <random>

namespace aisle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

bool matches(std::string_view expression, std::string_view text) {
  const auto pattern = Pattern::create(expression);
  EXPECT_TRUE(pattern) << expression << ": " << pattern.error().message;
  return pattern && pattern->matches(text);
}

std::string refusal(std::string_view expression) {
  const auto pattern = Pattern::create(expression);
  return pattern ? "" : pattern.error().message;
}

TEST(Pattern, MatchesAnywhere) {
  EXPECT_TRUE(matches("aw", "saws"));
  EXPECT_TRUE(matches("Saw", "my SAW"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("aw", "a w"));
  EXPECT_TRUE(matches("^saw$", "saw"));
  EXPECT_FALSE(matches("^saw$", "saws"));
  EXPECT_FALSE(matches("^saw$", "a saw"));
}

TEST(Pattern, KnowsItsSyntax) {
  EXPECT_TRUE(matches("\\bm\\d+ (bolt|screw)s?\\b", "steel m12 screws, zinc"));
  EXPECT_FALSE(matches("\\bm\\d+ (bolt|screw)s?\\b", "mm12 screws"));
  EXPECT_TRUE(matches("^[^a-c]{2,3}[\\d-]+?\\Bx*$", "xy4-"));
  EXPECT_FALSE(matches("^[^a-c]{2,3}$", "XBX"));
  EXPECT_TRUE(matches("^(?:a|b|)c|d\\.$", "c"));
  EXPECT_TRUE(matches("^(ab){2,}$", "ababab"));
  EXPECT_FALSE(matches("^(ab){2,}$", "ab"));
  EXPECT_FALSE(matches("^a{0,2}$", "aaa"));
  EXPECT_TRUE(matches("^x{0}a{2}$", "aa"));
  EXPECT_TRUE(matches("^.[连-逑]衣\\S$", "é连衣裙"));
  EXPECT_FALSE(matches("^.{3}$", "é连"));  // characters, not bytes
  EXPECT_TRUE(matches("[]^-]\\[\\\\", "-[\\"));
}

TEST(Pattern, SaysWhatIsWrongAndWhere) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"连衣(裙", "at character 3: a ( without its )"},
      {"saw)", "at character 4: a ) without its ("},
      {"a[b-", "at character 2: a [ without its ]"},
      {"[]", "at character 1: a [ without its ]"},
      {"[b-a]", "at character 2: the range ends before it starts"},
      {"[[:alpha:]]", "at character 2: names such as [:alpha:] are not known"},
      {"[\\q]", "at character 2: no such character in a class"},
      {"a|*", "at character 3: nothing stands before it to repeat"},
      {"{2}", "at character 1: nothing stands before it to repeat; the character itself is \\{"},
      {"a+*", "at character 3: one repetition right behind another"},
      {"a{2,1}", "at character 2: expected {N}, {N,} or {N,M} with numbers up to 1000; the character itself is \\{"},
      {"a{,5}", "at character 2: expected {N}"},
      {"a{1001}", "at character 2: expected {N}"},
      {"a{99999999999999999999}", "at character 2: expected {N}"},
      {"(a)\\1", "at character 4: no such escape"},
      {"\\p{Greek}", "at character 1: no such escape"},
      {"a\\", "at character 2: no such escape"},
      {"saw(?!s)", "at character 5: of groups that start with (? only (?: is known"},
      {"(?i)saw", "only (?: is known"},
      {"((a{100}){100}){100}", "at character 15: up to here it takes over 1000 steps"},
      {"(saw.{900}){1,9}", "takes over 1000 steps"},
      {std::string(1000, 'a'), "at character 1001: up to here it takes over 1000 steps"},
      {std::string(100000, '('), "at character 51: groups stand within each other 50 deep"},
  };
  for (const auto& [expression, message] : cases) EXPECT_THAT(refusal(expression), HasSubstr(message));
  EXPECT_EQ(refusal(std::string(999, 'a')), "");
}

TEST(Pattern, TellsWhatAMatchHolds) {
  const auto literals = [](const std::string& expression) { return Pattern::create(expression)->literals(); };
  EXPECT_THAT(literals("^Red (saw|hammer)s?$"), ElementsAre("red saw", "red hammer"));
  EXPECT_THAT(literals("size \\d+ shoes"), ElementsAre(" shoes"));
  EXPECT_THAT(literals("gr[ae]y"), ElementsAre("gray", "grey"));
  EXPECT_THAT(literals("(ab)+c"), ElementsAre("ab"));
  EXPECT_THAT(literals("连衣裙|裙子"), ElementsAre("裙子", "连衣裙"));
  EXPECT_THAT(literals("\\d+ ?(mm|cm)\\b"), ElementsAre("cm", "mm"));
  for (const char* none : {"", "a", "saw|\\d+", "a.*b", "(saw)?", "(saw)*", "[a-z]+", "saw|x"}) EXPECT_THAT(literals(none), ElementsAre()) << none;
  std::string words = "word0";
  for (int i = 1; i < 60; ++i) words += "|word" + std::to_string(i) + "\\d";
  EXPECT_EQ(literals(words).size(), 10u);  // word10 and the like hold word1
}

// The time of backtracking would be beyond any count.
TEST(Pattern, TakesTimeLinearInTheText) {
  for (const char* expression : {"(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "a{0,60}a{60}c", "(((a?)*)*)*b"}) {
    const auto pattern = Pattern::create(expression);
    ASSERT_TRUE(pattern) << pattern.error().message;
    for (int i = 0; i < 100; ++i) pattern->matches(std::string(256, i % 2 ? 'a' : 'x') + "!");
  }
}

std::string of(const std::vector<std::string>& choice, size_t most, std::mt19937& random) {
  std::string text;
  for (size_t i = random() % (most + 1); i > 0; --i) text += choice[random() % choice.size()];
  return text;
}

// What is accepted here, RE2 accepts, and it matches the same; and a text that matches has a literal of the pattern's.
TEST(Pattern, AgreesWithRe2) {
  const std::vector<std::string> parts = {"a", "b", "B", "ab", "1", "_", "-", " ", "é", "连", ".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "^", "$", "|", "(", "(?:", ")",
                                          ")", "*", "+", "?", "??", "{2}", "{0,2}", "{1,}", "{", "}", "[", "]", "[ab]", "[^a-c]", "[A-C1]", "[^\\W_]", "[\\D-]", "\\.", "\\", ","};
  const std::vector<std::string> characters = {"a", "A", "b", "B", "c", "1", "_", "-", " ", "é", "连", ".", "}", "]"};
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_case_sensitive(false);
  std::mt19937 random(5);
  size_t accepted = 0, matching = 0;
  for (int round = 0; round < 20000; ++round) {
    const std::string expression = of(parts, 9, random);
    const auto pattern = Pattern::create(expression);
    if (!pattern) continue;
    const re2::RE2 reference(expression, options);
    ASSERT_TRUE(reference.ok()) << expression << ": " << reference.error();
    ++accepted;
    for (int i = 0; i < 10; ++i) {
      const std::string text = of(characters, 7, random);
      const bool found = pattern->matches(text);
      // RE2 finds \\B within a character of several bytes, where this looks between characters.
      const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
      if (!ascii && expression.find("\\B") != expression.npos) continue;
      ASSERT_EQ(found, re2::RE2::PartialMatch(text, reference)) << '"' << expression << "\" in \"" << text << '"';
      matching += found;
      if (!found || pattern->literals().empty()) continue;
      std::string lower = text;
      for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      const auto within = [&](const std::string& literal) { return lower.find(literal) != lower.npos; };
      ASSERT_TRUE(std::any_of(pattern->literals().begin(), pattern->literals().end(), within)) << '"' << expression << "\" in \"" << text << '"';
    }
  }
  EXPECT_GT(accepted, 4000u);
  EXPECT_GT(matching, 8000u);
}

}  // namespace
}  // namespace aisle
