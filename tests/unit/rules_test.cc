#include "rules/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kHeader = "id\tmatch\ttext\tdecision\tlocale\tpriority\n";

Classifier tiny() {
  auto classifier = Classifier::open(TinyPack().build());
  if (!classifier) std::abort();
  return std::move(*classifier);
}

class RulesTest : public testing::Test {
 protected:
  // The id of the rule that decides, or "".
  std::string decides(const std::string& lines, std::string_view query, std::string_view locale = "") {
    const auto set = classifier.set_rules(kHeader + lines);
    if (!set) return set.error().message;
    Decision decision;
    EXPECT_TRUE(classifier.classify(query, {.locale = locale}, decision));
    EXPECT_EQ(decision.source, decision.rule.empty() ? Source::kModel : Source::kOverride);
    return std::string(decision.rule);
  }

  // What is wrong with the lines.
  std::string problem(const std::string& lines) {
    const auto set = classifier.set_rules(kHeader + lines);
    return set ? "" : set.error().message;
  }

  Classifier classifier = tiny();
};

TEST_F(RulesTest, ExactIsTheWholeQuery) {
  const std::string rule = "r\texact\tred saw\ttools/saw\n";
  EXPECT_EQ(decides(rule, "red saw"), "r");
  for (const char* query : {"red", "red saws", "a red saw", "redsaw", ""}) EXPECT_EQ(decides(rule, query), "") << query;
}

TEST_F(RulesTest, PrefixMayEndWithinAWord) {
  const std::string rule = "r\tprefix\tred s\ttools/saw\n";
  for (const char* query : {"red s", "red saw", "red skirt long"}) EXPECT_EQ(decides(rule, query), "r") << query;
  for (const char* query : {"red", "a red saw", "reds"}) EXPECT_EQ(decides(rule, query), "") << query;
}

TEST_F(RulesTest, ContainsGoesFromWordToWord) {
  const std::string rule = "r\tcontains\tred saw\ttools/saw\n";
  for (const char* query : {"red saw", "big red saw", "red saw blade", "(red saw)", "red saw's", "non-red saw!", "hundred saw red saw"}) EXPECT_EQ(decides(rule, query), "r") << query;
  for (const char* query : {"red saws", "hundred saw", "red  big saw", "red saw2", "red sawé"}) EXPECT_EQ(decides(rule, query), "") << query;
}

TEST_F(RulesTest, WhereWordsHaveNoSpacesAPhraseMayStandAnywhere) {
  EXPECT_EQ(decides("r\tcontains\t连衣裙\tfruit/pear\n", "红色连衣裙长袖"), "r");
  EXPECT_EQ(decides("r\tcontains\tรองเท้า\tfruit/pear\n", "รองเท้าวิ่ง"), "r");
  EXPECT_EQ(decides("r\tcontains\tкот\tfruit/pear\n", "котик"), "");
}

TEST_F(RulesTest, PatternsMatchAnywhere) {
  const std::string rule = "r\tpattern\t\\bM\\d+ (bolt|screw)s?$\ttools/drill\n";
  for (const char* query : {"m8 bolt", "steel M12 SCREWS", "ｍ８ bolts"}) EXPECT_EQ(decides(rule, query), "r") << query;
  for (const char* query : {"m8 bolt cutter", "mm8 bolt", "m bolt"}) EXPECT_EQ(decides(rule, query), "") << query;
  EXPECT_EQ(decides("r\tpattern\t^\\d+$\tnone\n", "4711"), "r");  // no literal
  EXPECT_EQ(decides("r\tpattern\t^\\d+$\tnone\n", "4711 saw"), "");
  EXPECT_EQ(decides("r\tpattern\t.*\tnone\n", ""), "");
}

TEST_F(RulesTest, QueriesAndTextsAreNormalisedAlike) {
  EXPECT_EQ(decides("r\texact\t Straße  ＸＬ \tnone\n", "STRASSE xl"), "r");
  EXPECT_EQ(decides("r\tcontains\tcafe\xCC\x81\tnone\n", "Le Café"), "r");
  EXPECT_EQ(decides("r\tprefix\tﬁ\tnone\n", "FIsh"), "r");
  EXPECT_EQ(decides("r\tpattern\tcafé (latte|crème)\tnone\n", "CAFÉ CRÈME"), "r");
}

TEST_F(RulesTest, NothingKnownToTheModelMayBeRuled) {
  EXPECT_EQ(decides("r\texact\t\u05D0\u05D1\tbroad\n", "\u05D0\u05D1"), "r");
}

TEST_F(RulesTest, Locales) {
  const std::string english = "r\texact\tsaw\tnone\ten\n", british = "r\texact\tsaw\tnone\ten_gb\n";
  for (const char* locale : {"en", "en-US", "EN_us"}) EXPECT_EQ(decides(english, "saw", locale), "r") << locale;
  for (const char* locale : {"", "de", "enm-GB"}) EXPECT_EQ(decides(english, "saw", locale), "") << locale;
  EXPECT_EQ(decides(british, "saw", "en-GB"), "r");
  for (const char* locale : {"en", "en-US", ""}) EXPECT_EQ(decides(british, "saw", locale), "") << locale;
  EXPECT_EQ(decides("r\texact\tsaw\tnone\n", "saw", "sv-SE"), "r");
}

TEST_F(RulesTest, Precedence) {
  const std::string exact = "exact\texact\tred saw\tnone\n", prefix = "prefix\tprefix\tred\tnone\n", longer = "longer\tprefix\tred s\tnone\n",
                    contains = "contains\tcontains\tsaw\tnone\n", pattern = "pattern\tpattern\tre. saw\tnone\n";
  EXPECT_EQ(decides(pattern + contains + prefix + longer + exact, "red saw"), "exact");
  EXPECT_EQ(decides(pattern + contains + prefix + longer, "red saw"), "longer");
  EXPECT_EQ(decides(pattern + contains + prefix, "red saw"), "prefix");
  EXPECT_EQ(decides(pattern + contains, "red saw"), "contains");
  EXPECT_EQ(decides(exact + "p\tpattern\tsaw\tnone\t\t1\n", "red saw"), "p");  // priority before all
  EXPECT_EQ(decides("low\texact\tred saw\tnone\t\t-2\n" + pattern, "red saw"), "pattern");
  EXPECT_EQ(decides("all\texact\tsaw\tnone\ngb\texact\tsaw\tnone\ten-GB\nen\texact\tsaw\tnone\ten\n", "saw", "en-GB"), "gb");
  EXPECT_EQ(decides("a\tpattern\tsaw\tnone\nb\tpattern\tsaw.*\tnone\n", "saw"), "a");  // else the first in the file
}

TEST_F(RulesTest, DecisionsSayWhatTheRuleSays) {
  Decision model, ruled;
  ASSERT_TRUE(classifier.set_rules(kHeader + "two\texact\tsaw\ttools/drill|fruit/pear\ng\texact\tdrill\tgroup:fruit\nn\texact\tapple\tnone\n"
                                             "b\texact\tpear\tbroad\nu\texact\thammer\tunknown\n"));
  const auto classify = [&](const char* query) { EXPECT_TRUE(classifier.classify(query, {}, ruled)); };
  classify("saw");
  EXPECT_EQ(ruled.outcome, Outcome::kCategory);
  EXPECT_EQ(ruled.category->id, "tools/drill");
  EXPECT_EQ(ruled.category->name, "Sub drill");
  EXPECT_EQ(ruled.group->id, "tools");
  EXPECT_THAT(ruled.labels, ElementsAre("tools/drill", "fruit/pear"));
  EXPECT_EQ(ruled.confidence, 1);
  EXPECT_EQ(ruled.shopping, 1);
  EXPECT_EQ(ruled.alternatives.size(), 5u);  // the model's
  classify("drill");
  EXPECT_EQ(ruled.outcome, Outcome::kGroup);
  EXPECT_FALSE(ruled.category);
  EXPECT_EQ(ruled.group->name, "Group fruit");
  EXPECT_TRUE(ruled.labels.empty());
  classify("apple");
  EXPECT_EQ(ruled.outcome, Outcome::kNone);
  EXPECT_FALSE(ruled.category || ruled.group);
  EXPECT_EQ(ruled.shopping, 0);
  classify("pear");
  EXPECT_EQ(ruled.outcome, Outcome::kBroad);
  EXPECT_EQ(ruled.shopping, 1);
  classify("hammer");
  EXPECT_EQ(ruled.outcome, Outcome::kUnknown);
  EXPECT_EQ(ruled.confidence, 0);
  classify("no rule here");
  EXPECT_EQ(ruled.source, Source::kModel);
  EXPECT_TRUE(ruled.rule.empty());
  ASSERT_TRUE(classifier.set_rules(kHeader));
  classify("saw");
  EXPECT_EQ(ruled.source, Source::kModel);
}

TEST_F(RulesTest, BadLinesAreRefusedWithAReason) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\texact\tsaw\tnone", "line 2: the rule has no id"},
      {"a\texact\tsaw\tnone\na\texact\tpear\tnone", "line 3: the id \"a\" is there twice"},
      {"a\tequals\tsaw\tnone", "rule \"a\": its match is \"equals\", expected exact, prefix, contains or pattern"},
      {"a\texact\t \u3000\tnone", "its text is empty"},
      {"a\texact\t" + std::string(65, 'x') + "\tnone", "its text has 65 characters, queries are cut at 64"},
      {"a\texact\tsaw", "its decision is empty"},
      {"a\texact\tsaw\ttools/axe", "no label \"tools/axe\" in the pack's taxonomy: expected a subcategory"},
      {"a\texact\tsaw\ttools", "no label \"tools\""},
      {"a\texact\tsaw\tgroup:toys", "no label \"group:toys\""},
      {"a\texact\tsaw\tambiguous", "no label \"ambiguous\""},
      {"a\texact\tsaw\ttools/saw|none", "no label \"none\""},
      {"a\texact\tsaw\ttools/saw||fruit/pear", "no label \"\""},
      {"a\texact\tsaw\tnone\tEnglish please", "\"English please\" is no locale"},
      {"a\texact\tsaw\tnone\t\thigh", "its priority is \"high\", expected a whole number"},
      {"a\texact\tsaw\tnone\t\t1.5", "its priority is \"1.5\""},
      {"a\texact\tsaw\tnone\t\t99999999999", "its priority is"},
      {"a\texact\tsaw\tnone\t\t1\tmore", "it has more than the header's 6 columns"},
      {"a\tpattern\t\tnone", "its pattern is empty"},
      {"a\tpattern\tsaw (\tnone", "rule \"a\": its pattern is wrong at character 5: a ( without its )"},
      {"a\tpattern\tStraße\tnone", "its pattern holds what no normalised query does; normalised it reads \"strasse\""},
      {"a\tpattern\t\xFF\tnone", "its pattern"},
  };
  for (const auto& [lines, message] : cases) {
    EXPECT_THAT(problem(lines), HasSubstr(message));
    EXPECT_NE(problem("ok\texact\tapple\tnone\n" + lines), "");
  }
}

TEST_F(RulesTest, HeadersNameTheColumns) {
  const auto message = [&](const std::string& tsv) {
    const auto set = classifier.set_rules(tsv);
    return set ? "" : set.error().message;
  };
  EXPECT_EQ(message("\uFEFFdecision\ttext\tid\tmatch\r\nnone\tsaw\ta\texact\r\n\r\n\t\t\t\r\nnone\tpear\tb\texact"), "");
  Decision decision;
  ASSERT_TRUE(classifier.classify("pear", {}, decision));
  EXPECT_EQ(decision.rule, "b");
  EXPECT_THAT(message(""), HasSubstr("line 1: the header names no column \"id\""));
  EXPECT_THAT(message("id\tmatch\ttext\tlabel\n"), HasSubstr("line 1: no column \"label\" is known"));
  EXPECT_THAT(message("id\tid\tmatch\ttext\tdecision\n"), HasSubstr("column \"id\" is there twice"));
  ASSERT_TRUE(classifier.classify("pear", {}, decision));
  EXPECT_EQ(decision.rule, "b") << "rules with a problem changed those in use";
}

TEST_F(RulesTest, AnyBytesAreRefusedOrRead) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    constexpr std::string_view kBytes = "\t\n\r|:*+?()[]{},\\^$.ab\xFF\x80\xE2 09-";
    std::string lines;
    for (size_t i = random() % 60; i > 0; --i) lines += kBytes[random() % kBytes.size()];
    const auto ignored = classifier.set_rules(kHeader + lines);
    const auto alone = classifier.set_rules(lines);
    const auto pattern = classifier.set_rules(kHeader + "a\tpattern\t" + lines + "\tnone\n");
    Decision decision;
    ASSERT_TRUE(classifier.classify("ab 09", {}, decision));
  }
}

TEST_F(RulesTest, FewPatternsMayBeWithoutLiteral) {
  std::string lines;
  for (size_t i = 0; i < kMostUnfilteredPatterns; ++i) lines += std::to_string(i) + "\tpattern\t^\\d{" + std::to_string(i + 1) + "}$\tnone\n";
  EXPECT_EQ(problem(lines), "");
  EXPECT_EQ(decides(lines, "123"), "2");
  EXPECT_THAT(problem(lines + "more\tpattern\t[aeiou]\tnone\n"), HasSubstr("rule \"more\": its pattern has no text of 2 bytes"));
}

// Each kind of text against the plainest way to tell.
TEST_F(RulesTest, TheIndexFindsWhatLookingAtEachRuleFinds) {
  std::mt19937 random(11);
  const auto words = [&](size_t most) {
    std::string text;
    for (size_t i = 0; i < 1 + random() % most; ++i) text += (i ? " " : "") + std::string(1 + random() % 2, static_cast<char>('a' + random() % 3));
    return text;
  };
  std::string lines = kHeader;
  for (int i = 0; i < 400; ++i) {
    const char* match[] = {"exact", "prefix", "contains", "pattern"};
    lines += std::to_string(i) + "\t" + match[random() % 4] + "\tb" + words(3) + "\tnone\t\t" + std::to_string(random() % 3) + "\n";
  }
  RuleFile file = classifier.read_rules(lines);
  ASSERT_TRUE(file.problems.empty()) << file.problems[0].message;
  Rules rules(std::move(file.rules));
  std::vector<const Rule*> found;
  size_t finds = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string query = words(5), spaced = " " + query + " ";
    std::vector<const Rule*> expected;
    for (const Rule& rule : rules.all()) {
      const bool matches = rule.match == Match::kExact     ? query == rule.text
                           : rule.match == Match::kPrefix  ? query.starts_with(rule.text)
                           : rule.match == Match::kContains ? spaced.find(" " + rule.text + " ") != query.npos
                                                           : query.find(rule.text) != query.npos;
      if (matches) expected.push_back(&rule);
    }
    rules.find_all(query, "", found);
    ASSERT_EQ(found, expected) << query;
    ASSERT_EQ(rules.find(query, ""), expected.empty() ? nullptr : expected[0]);
    finds += found.size();
  }
  EXPECT_GT(finds, 10000u);
}

}  // namespace
}  // namespace aisle
