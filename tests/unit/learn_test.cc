#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>

#include "learn/scorecard.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

TEST(Metrics, Auroc) {
  EXPECT_DOUBLE_EQ(auroc({0.9, 0.8}, {0.1, 0.2}), 1);
  EXPECT_DOUBLE_EQ(auroc({0.1, 0.9}, {0.5}), 0.5);
  EXPECT_DOUBLE_EQ(auroc({0.5}, {0.5, 0.5}), 0.5);
  EXPECT_TRUE(std::isnan(auroc({}, {0.5})));
}

TEST(Metrics, CoverageTakesTheLargestCut) {
  // sure to unsure: right, right, wrong, right, right: 1 error in 5 is 20 %, 1 in 4 is 25 %
  const std::vector<Answer> answers = {{0.9, true}, {0.8, true}, {0.7, false}, {0.6, true}, {0.5, true}};
  EXPECT_DOUBLE_EQ(coverage_at(answers, 0.0), 0.4);
  EXPECT_DOUBLE_EQ(coverage_at(answers, 0.2), 1);
  EXPECT_DOUBLE_EQ(coverage_at(answers, 0.19), 0.4);
  // equals stand or fall together
  EXPECT_DOUBLE_EQ(coverage_at({{0.9, true}, {0.5, true}, {0.5, false}}, 0.0), 1.0 / 3);
}

TEST(Metrics, CalibrationError) {
  std::vector<Answer> sure(100, {0.8, true});
  for (int i = 0; i < 20; ++i) sure[static_cast<size_t>(i)].right = false;
  EXPECT_NEAR(expected_calibration_error(sure), 0, 1e-9);
  EXPECT_NEAR(expected_calibration_error({{1.0, false}}), 1, 1e-9);
  EXPECT_NEAR(expected_calibration_error({{0.9, true}, {0.1, true}}), 0.5, 1e-9);
}

TEST(Metrics, Aurc) {
  EXPECT_DOUBLE_EQ(aurc({{0.9, true}, {0.1, true}}), 0);
  EXPECT_DOUBLE_EQ(aurc({{0.9, true}, {0.1, false}}), 0.25);
  EXPECT_DOUBLE_EQ(aurc({{0.9, false}, {0.1, true}}), 0.75);
}

TEST(Metrics, RiskCoverageIsTheCurveOfAurc) {
  const auto curve = risk_coverage({{0.1, false}, {0.9, true}});
  ASSERT_EQ(curve.size(), 2u);
  EXPECT_DOUBLE_EQ(curve[0].coverage, 0.5);
  EXPECT_DOUBLE_EQ(curve[0].risk, 0);
  EXPECT_DOUBLE_EQ(curve[1].coverage, 1);
  EXPECT_DOUBLE_EQ(curve[1].risk, 0.5);
  EXPECT_TRUE(risk_coverage({}).empty());
}

TEST(Metrics, ReliabilityBins) {
  const auto bins = reliability({{0, false}, {0.55, true}, {0.45, false}, {1, true}}, 2);
  ASSERT_EQ(bins.size(), 2u);
  EXPECT_EQ(bins[0].count, 2u);
  EXPECT_EQ(bins[0].right, 0u);
  EXPECT_EQ(bins[1].right, 2u);
  EXPECT_DOUBLE_EQ(bins[1].confidence, 1.55);
}

TEST(Metrics, WilsonInterval) {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20
  EXPECT_NEAR(wilson_interval(81, 263).low, 0.2553, 1e-4);
  EXPECT_NEAR(wilson_interval(81, 263).high, 0.3662, 1e-4);
  EXPECT_NEAR(wilson_interval(15, 148).low, 0.0624, 1e-4);
  EXPECT_NEAR(wilson_interval(15, 148).high, 0.1605, 1e-4);
  EXPECT_DOUBLE_EQ(wilson_interval(0, 20).low, 0);
  EXPECT_NEAR(wilson_interval(0, 20).high, 0.1611, 1e-4);
  EXPECT_DOUBLE_EQ(wilson_interval(20, 20).high, 1);
}

TEST(Metrics, LabelScores) {
  LabelCounts counts;
  counts.add({0, 1}, {0, 2}, 4);
  counts.add({0}, {}, 4);
  counts.add({1}, {1}, 4);
  counts.add({}, {0}, 4);
  const LabelScores s = counts.scores();
  EXPECT_EQ(s.queries, 4u);
  EXPECT_DOUBLE_EQ(s.precision, 0.5);     // 2 of 4 listed
  EXPECT_DOUBLE_EQ(s.macro_recall, 0.5);  // of label 0 one of two, of label 1 one of two; none accepts 2 and 3
  EXPECT_DOUBLE_EQ(s.micro_f1, 0.5);      // 2 hits, 4 listed, 4 accepted
  EXPECT_DOUBLE_EQ(s.a_query, 1);
}

TEST(Metrics, LabelScoresOfNothing) {
  const LabelScores none = LabelCounts().scores();
  EXPECT_EQ(none.queries, 0u);
  EXPECT_TRUE(std::isnan(none.precision) && std::isnan(none.macro_recall) && std::isnan(none.micro_f1) && std::isnan(none.a_query));
  LabelCounts silent;
  silent.add({0}, {}, 1);
  EXPECT_TRUE(std::isnan(silent.scores().precision));
  EXPECT_EQ(silent.scores().macro_recall, 0);
}

class LabelledTest : public testing::Test {
 protected:
  LabelledFile read(const std::string& text) {
    const std::string path = testing::TempDir() + "labelled.tsv";
    std::ofstream(path, std::ios::binary) << text;
    auto file = read_labelled(path, (*pack_)->taxonomy);
    EXPECT_TRUE(file);
    std::remove(path.c_str());
    return *file;
  }
  Result<std::shared_ptr<const Pack>> pack_ = Pack::open(TinyPack().build());
};

TEST_F(LabelledTest, TwoColumns) {
  const LabelledFile file = read("tools/saw\thand saw\r\nfruit/pear|tools/saw\tpear saw\n\nnone\tweather\nbroad\tgifts\ngroup:tools\ttools\n");
  ASSERT_EQ(file.queries.size(), 5u);
  EXPECT_TRUE(file.bad_lines.empty());
  EXPECT_EQ(file.queries[0].query, "hand saw");
  EXPECT_THAT(file.queries[0].subcategories, testing::ElementsAre(3));
  EXPECT_THAT(file.queries[0].outcomes, testing::ElementsAre(1));
  EXPECT_THAT(file.queries[1].outcomes, testing::ElementsAre(0, 1));
  EXPECT_THAT(file.queries[2].outcomes, testing::ElementsAre(3));
  EXPECT_THAT(file.queries[3].outcomes, testing::ElementsAre(2));
  EXPECT_TRUE(file.queries[4].subcategories.empty());
}

TEST_F(LabelledTest, NamedColumnsAndPools) {
  const LabelledFile file = read("id\tquery\taccepted\nhd001\thand saw\ttools/saw\nmq7\tweather\tnone\n");
  ASSERT_EQ(file.queries.size(), 2u);
  EXPECT_EQ(file.queries[0].pool, "hd");
  EXPECT_EQ(file.queries[1].pool, "mq");
}

TEST_F(LabelledTest, LocaleColumn) {
  const LabelledFile file = read("locale\tquery\taccepted\nde-DE\tsäge\ttools/saw\n\thand saw\ttools/saw\n");
  ASSERT_EQ(file.queries.size(), 2u);
  EXPECT_EQ(file.queries[0].locale, "de-DE");
  EXPECT_EQ(file.queries[1].locale, "");
  EXPECT_EQ(file.queries[0].pool, "");
}

TEST_F(LabelledTest, BadLinesAreNamed) {
  const LabelledFile file = read("tools/saw\thand saw\nno tab here\ntools/axe\taxe\n\tempty label\n");
  EXPECT_EQ(file.queries.size(), 1u);
  ASSERT_EQ(file.bad_lines.size(), 3u);
  EXPECT_THAT(file.bad_lines[0], testing::HasSubstr(":2: 1 columns, expected 2 (label, query)"));
  EXPECT_THAT(file.bad_lines[1], testing::HasSubstr(":3: no label \"tools/axe\" in the pack's taxonomy"));
  EXPECT_THAT(file.bad_lines[2], testing::HasSubstr(":4: no label \"(empty)\""));
  EXPECT_FALSE(read_labelled("/nowhere.tsv", (*pack_)->taxonomy));
}

TEST_F(LabelledTest, ScorecardCounts) {
  const auto& taxonomy = (*pack_)->taxonomy;
  Scorecard card(2);
  Decision decision;
  const auto add = [&](const LabelledQuery& query, const Probabilities& p) {
    decide(p, taxonomy, (*pack_)->rules, (*pack_)->rules.thresholds[0], 3, decision);
    card.add(query, p, decision, taxonomy, (*pack_)->rules);
  };
  add({"", "", "", {3}, {1}}, {{0.05f, 0.9f, 0.02f, 0.03f}, {0.03f, 0.02f, 0.1f, 0.75f, 0.05f}});  // accepted and right
  add({"", "", "", {0}, {0}}, {{0.9f, 0.05f, 0.02f, 0.03f}, {0.44f, 0.46f, 0.02f, 0.02f, 0.01f}});  // rolled up: group right
  add({"", "", "", {}, {3}}, {{0.1f, 0.05f, 0.05f, 0.8f}, {0.1f, 0, 0.05f, 0, 0}});                 // none and right
  const Scores s = card.scores();
  EXPECT_EQ(s.queries, 3u);
  EXPECT_EQ(s.with_subcategory, 2u);
  EXPECT_EQ(s.none, 1u);
  EXPECT_DOUBLE_EQ(s.group_top1, 1);
  EXPECT_DOUBLE_EQ(s.subcategory_top1, 0.5);
  EXPECT_DOUBLE_EQ(s.subcategory_top3, 1);
  EXPECT_DOUBLE_EQ(s.none_auroc, 1);
  EXPECT_DOUBLE_EQ(s.coverage_5, 0.5);
  EXPECT_EQ(s.outcomes[static_cast<size_t>(Outcome::kGroup)].right, 1u);
  EXPECT_EQ(s.outcomes[static_cast<size_t>(Outcome::kNone)].right, 1u);
  EXPECT_EQ(s.labels.queries, 3u);
  EXPECT_DOUBLE_EQ(s.labels.precision, 2.0 / 3);  // saw, and apple and pear
  EXPECT_DOUBLE_EQ(s.labels.micro_f1, 4.0 / 5);
  EXPECT_EQ(s.several_labels.queries, 0u);
  add({"", "", "", {0, 3}, {0, 1}}, {{0.4f, 0.5f, 0.05f, 0.05f}, {0.3f, 0.1f, 0.1f, 0.3f, 0.1f}});
  EXPECT_EQ(card.scores().several_labels.queries, 1u);
  EXPECT_DOUBLE_EQ(card.scores().several_labels.micro_f1, 1);
}

}  // namespace
}  // namespace aisle
