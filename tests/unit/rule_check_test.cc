#include "learn/rule_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// "line: message" of each finding.
std::vector<std::string> findings(const std::string& lines) {
  static auto classifier = Classifier::open(TinyPack().build());
  RuleFile file = classifier->read_rules("id\tmatch\ttext\tdecision\tlocale\tpriority\n" + lines);
  EXPECT_TRUE(file.problems.empty()) << file.problems[0].message;
  Rules rules(std::move(file.rules));
  std::vector<std::string> found;
  for (const RuleProblem& problem : check_rules(rules)) found.push_back(std::to_string(problem.line) + ": " + problem.message);
  return found;
}

TEST(RuleCheck, SaysNothingOfRulesThatAllFire) {
  EXPECT_THAT(findings("a\texact\tred saw\tnone\nb\tprefix\tred\tnone\nc\tcontains\tsaw\ttools/saw\nd\tpattern\ts.w\tbroad\n"
                       "e\tcontains\tred saw\tnone\nf\texact\tred saw\tbroad\ten\ng\tpattern\ts.w\tnone\ten\n"),
              ElementsAre());
}

TEST(RuleCheck, FindsRulesThatNeverFire) {
  const auto never = [](const std::string& by, const std::string& rule) {
    const auto found = findings(rule + "\nby\t" + by + "\n");
    return found.size() == 1 && found[0] == "2: rule \"a\" can never fire: rule \"by\" (line 3) comes before it and matches all of its queries";
  };
  const std::string exact = "a\texact\tred saw\tnone", prefix = "a\tprefix\tred saw\tnone", contains = "a\tcontains\tred saw\tnone", pattern = "a\tpattern\tred s.w\tnone";
  EXPECT_TRUE(never("prefix\tred\tnone\t\t1", exact));
  EXPECT_TRUE(never("contains\tsaw\tnone\t\t1", exact));
  EXPECT_TRUE(never("pattern\ts[ae]w\tnone\t\t1", exact));
  EXPECT_FALSE(never("contains\tsaw\tnone", exact));  // at equal priority the exact rule comes first
  EXPECT_FALSE(never("contains\tsaw\tnone\ten\t1", exact));  // elsewhere it fires
  EXPECT_TRUE(never("contains\tsaw\tnone\ten\t1", exact + "\ten-GB"));
  EXPECT_TRUE(never("prefix\tred\tnone\t\t1", prefix));
  EXPECT_TRUE(never("contains\tred\tnone\t\t1", prefix));
  EXPECT_FALSE(never("contains\tsaw\tnone\t\t1", prefix));  // "red sawdust"
  EXPECT_FALSE(never("exact\tred saw\tnone\t\t1", prefix));
  EXPECT_FALSE(never("pattern\tred\tnone\t\t1", prefix));  // which is so, but no text tells
  EXPECT_TRUE(never("contains\tsaw\tnone\t\t1", contains));
  EXPECT_FALSE(never("prefix\tred\tnone\t\t1", contains));
  EXPECT_TRUE(never("pattern\tred s.w\tnone\t\t1", pattern));
  EXPECT_FALSE(never("contains\tred\tnone\t\t1", pattern));
}

TEST(RuleCheck, FindsClashes) {
  const auto same = findings("a\texact\tsaw\ttools/saw\nb\texact\tＳＡＷ\tnone\n");
  ASSERT_EQ(same.size(), 2u);
  EXPECT_THAT(same[0], HasSubstr("3: rule \"b\" can never fire"));
  EXPECT_EQ(same[1], "3: rule \"b\" clashes with rule \"a\" (line 2) at equal priority: both match \"saw\" and decide differently; the first in the file wins");
  EXPECT_THAT(findings("a\tpattern\t^red\tnone\nb\tpattern\tsaw$\tbroad\nc\texact\tred saw\tnone\n"), ElementsAre(HasSubstr("3: rule \"b\" clashes with rule \"a\" (line 2)")));
  EXPECT_THAT(findings("a\tpattern\t^red\tnone\nb\tpattern\tsaw$\tnone\nc\texact\tred saw\tnone\n"), ElementsAre());           // they agree
  EXPECT_THAT(findings("a\tpattern\t^red\tnone\nb\tpattern\tsaw$\tbroad\t\t1\nc\texact\tred saw\tnone\t\t2\n"), ElementsAre());  // a priority settles it
  EXPECT_THAT(findings("a\tpattern\tsaw\tnone\nb\tpattern\tsaw\tbroad\n").size(), 2u);                                        // never fires, and clashes
}

TEST(RuleCheck, TakesThousandsOfRules) {
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += std::to_string(i) + "\tcontains\tsaw number " + std::to_string(i) + "\tnone\n";
  EXPECT_TRUE(findings(lines).empty());
}

}  // namespace
}  // namespace aisle
