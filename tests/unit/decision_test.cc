#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "decision/json.h"
#include "pack/checksum.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using testing::ElementsAre;

// Two groups of two and three subcategories, broad, none; the rules of TinyPack.
struct Case {
  std::vector<float> outcomes;
  std::vector<float> subcategories;
};

Decision decided(const Case& c, size_t top = 3) {
  static const auto pack = Pack::open(TinyPack().build());
  Decision decision;
  decide({c.outcomes, c.subcategories}, (*pack)->taxonomy, (*pack)->rules, (*pack)->rules.thresholds[0], top, decision);
  return decision;
}

TEST(Decide, AcceptsASureCategory) {
  const Decision d = decided({{0.05f, 0.9f, 0.02f, 0.03f}, {0.03f, 0.02f, 0.1f, 0.75f, 0.05f}});
  EXPECT_EQ(d.outcome, Outcome::kCategory);
  EXPECT_EQ(d.category->id, "tools/saw");
  EXPECT_EQ(d.category->name, "Sub saw");
  EXPECT_FLOAT_EQ(d.category->confidence, 0.75f);
  EXPECT_EQ(d.group->id, "tools");
  EXPECT_FLOAT_EQ(d.group->confidence, 0.9f);
  EXPECT_FLOAT_EQ(d.confidence, 0.75f);
  EXPECT_FLOAT_EQ(d.shopping, 0.97f);
  EXPECT_THAT(d.labels, ElementsAre("tools/saw"));
  ASSERT_EQ(d.alternatives.size(), 3u);
  EXPECT_EQ(d.alternatives[0].id, "tools/saw");
  EXPECT_EQ(d.alternatives[1].id, "tools/hammer");
  EXPECT_EQ(d.alternatives[2].id, "tools/drill");
}

TEST(Decide, RollsUpToTheGroup) {
  const Decision d = decided({{0.9f, 0.05f, 0.02f, 0.03f}, {0.45f, 0.45f, 0.02f, 0.02f, 0.01f}});
  EXPECT_EQ(d.outcome, Outcome::kGroup);
  EXPECT_FALSE(d.category);
  EXPECT_EQ(d.group->id, "fruit");
  EXPECT_FLOAT_EQ(d.confidence, 0.9f);
  EXPECT_THAT(d.labels, ElementsAre("fruit/apple", "fruit/pear"));  // both above the label threshold; equal, so in order
}

TEST(Decide, SeveralGroupsAreAmbiguous) {
  const Decision d = decided({{0.45f, 0.42f, 0.1f, 0.03f}, {0.4f, 0.05f, 0.4f, 0.01f, 0.01f}});
  EXPECT_EQ(d.outcome, Outcome::kAmbiguous);
  EXPECT_FLOAT_EQ(d.confidence, 0.87f);
  EXPECT_FALSE(d.group);
}

TEST(Decide, BroadAndNone) {
  EXPECT_EQ(decided({{0.1f, 0.1f, 0.7f, 0.1f}, {0, 0, 0, 0, 0}}).outcome, Outcome::kBroad);
  const Decision none = decided({{0.1f, 0.05f, 0.05f, 0.8f}, {0.1f, 0, 0.05f, 0, 0}});
  EXPECT_EQ(none.outcome, Outcome::kNone);
  EXPECT_FLOAT_EQ(none.confidence, 0.8f);
  EXPECT_NEAR(none.shopping, 0.2f, 1e-6);
}

TEST(Decide, AbstainsBelowEveryThreshold) {
  const Decision d = decided({{0.4f, 0.15f, 0.05f, 0.4f}, {0.3f, 0.1f, 0.1f, 0.03f, 0.02f}});
  EXPECT_EQ(d.outcome, Outcome::kUnknown);
  EXPECT_FLOAT_EQ(d.confidence, 0.4f);
  EXPECT_EQ(decided({{0.2f, 0.1f, 0.25f, 0.45f}, {0, 0, 0, 0, 0}}).outcome, Outcome::kUnknown);
}

TEST(Decide, AsManyAlternativesAsAsked) {
  const Case c = {{0.05f, 0.9f, 0.02f, 0.03f}, {0.03f, 0.02f, 0.1f, 0.75f, 0.05f}};
  EXPECT_TRUE(decided(c, 0).alternatives.empty());
  EXPECT_EQ(decided(c, 0).labels.size(), 1u);
  EXPECT_EQ(decided(c, 100).alternatives.size(), 5u);
}

Decision listed(std::vector<float> subcategories, float label, float category, size_t top) {
  static const auto pack = Pack::open(TinyPack().build());
  DecisionRules rules = (*pack)->rules;
  rules.label = label;
  Decision decision;
  decide({{0.2f, 0.8f, 0, 0}, std::move(subcategories)}, (*pack)->taxonomy, rules, {0.05f, category, 0.5f, 0.5f, 0.5f, 0}, top, decision);
  return decision;
}

TEST(Decide, LabelsFromTheThresholdOnHoweverManyAlternatives) {
  for (const size_t top : {0u, 2u, 5u, 100u}) {
    EXPECT_THAT(listed({0.1f, 0.21f, 0.23f, 0.2f, 0.26f}, 0.2f, 0.6f, top).labels, ElementsAre("tools/drill", "tools/hammer", "fruit/pear", "tools/saw")) << top;
  }
  EXPECT_TRUE(listed({0.1f, 0.21f, 0.23f, 0.2f, 0.26f}, 0.27f, 0.6f, 3).labels.empty());
}

TEST(Decide, TheStatedCategoryIsTheFirstLabel) {
  EXPECT_THAT(listed({0.3f, 0, 0.1f, 0.25f, 0}, 0.9f, 0.25f, 3).labels, ElementsAre("tools/saw")) << "below the label threshold, but stated";
  EXPECT_THAT(listed({0.3f, 0, 0.1f, 0.25f, 0}, 0.1f, 0.25f, 3).labels, ElementsAre("tools/saw", "fruit/apple", "tools/hammer"));
}

TEST(Decide, ListsNoMoreLabelsThanItSays) {
  std::vector<float> outcomes = {0.9f, 0.1f, 0, 0}, subcategories(8, 0.1f);
  TaxonomyView taxonomy{"1", "", {{"fruit", "Fruit", std::vector<SubcategoryView>(7, {"fruit/x", "X"})}, {"tools", "Tools", {{"tools/saw", "Saw"}}}}};
  Decision decision;
  decide({outcomes, subcategories}, taxonomy, {{}, {}, 0.05f, 0.2f, 0, ""}, {0.05f, 0.6f, 0.5f, 0.5f, 0.5f, 0}, 8, decision);
  EXPECT_EQ(decision.labels.size(), kMostLabels);
  EXPECT_EQ(decision.alternatives.size(), 8u);
}

TEST(Decide, Bands) {
  const std::vector<std::pair<float, std::string>> cases = {{0.95f, "certain"}, {0.94f, "very-likely"}, {0.85f, "very-likely"}, {0.7f, "likely"},
                                                            {0.69f, "possible"}, {0.5f, "possible"},     {0.49f, "unlikely"},    {0, "unlikely"}};
  for (const auto& [confidence, expected] : cases) EXPECT_EQ(band(confidence), expected) << confidence;
}

TEST(Calibrate, ProbabilitiesAddUp) {
  const auto pack = Pack::open(TinyPack().build());
  ASSERT_TRUE(pack);
  Logits logits{{1, 2, 0, -1, 0.5f}, {0, 1, 2, 0, 0}};
  Probabilities p;
  calibrate((*pack)->heads, "", 0, logits, p);
  ASSERT_EQ(p.outcomes.size(), 4u);
  EXPECT_NEAR(std::accumulate(p.outcomes.begin(), p.outcomes.end(), 0.0), 1, 1e-6);
  EXPECT_NEAR(p.subcategories[0] + p.subcategories[1], p.outcomes[0], 1e-6);
  EXPECT_NEAR(p.subcategories[2] + p.subcategories[3] + p.subcategories[4], p.outcomes[1], 1e-6);
  // components 1 and 2 both lead to group 1
  const double sum = std::exp(1) + std::exp(2) + 1 + std::exp(-1) + std::exp(0.5);
  EXPECT_NEAR(p.outcomes[1], (std::exp(2) + 1) / sum, 1e-6);
}

TEST(Calibrate, HighTemperatureFlattens) {
  TinyPack tiny;
  tiny.heads.router->temperature = 100;
  const auto pack = Pack::open(tiny.build());
  ASSERT_TRUE(pack);
  Logits logits{{9, 0, 0, 0, 0}, {0, 0, 0, 0, 0}};
  Probabilities p;
  calibrate((*pack)->heads, "", 0, logits, p);
  EXPECT_NEAR(p.outcomes[0], 0.2, 0.03);
}

class CalibrateNone : public testing::Test {
 protected:
  // As calibrate() gives them; the last component leads to none.
  Probabilities calibrated(std::optional<NoneWeights> none, float log_likelihood, std::vector<float> router = {1, 2, 0, -1, 0.5f}) {
    heads.none = none;
    Logits logits{std::move(router), {0, 1, 2, 0, 0}};
    Probabilities p;
    calibrate(heads, "", log_likelihood, logits, p);
    return p;
  }
  std::shared_ptr<const Pack> pack = *Pack::open(TinyPack().build());
  HeadsView heads = pack->heads;
};

TEST_F(CalibrateNone, GoesByItsWeights) {
  heads.router.temperature = 2;
  const NoneWeights weights{0.3f, 0.6f, 0.25f, -0.7f};
  double energy = 0, sum = 0;
  for (const double logit : {1.0, 2.0, 0.0, -1.0, 0.5}) energy += std::exp(logit), sum += std::exp(logit / 2);
  energy = -std::log(energy);
  const double router = std::exp(0.25) / sum;
  const double log_odds = 0.3 + 0.6 * std::log(router / (1 - router)) + 0.25 * energy - 0.7 * -2.5, none = 1 / (1 + std::exp(-log_odds));
  const Probabilities before = calibrated(std::nullopt, -2.5f), p = calibrated(weights, -2.5f);
  EXPECT_NEAR(before.outcomes[3], router, 1e-6);
  EXPECT_NEAR(p.outcomes[3], none, 1e-6);
  for (size_t o = 0; o < 3; ++o) EXPECT_NEAR(p.outcomes[o], before.outcomes[o] * (1 - none) / (1 - router), 1e-6) << o;
  for (size_t s = 0; s < 5; ++s) EXPECT_NEAR(p.subcategories[s], before.subcategories[s] * (1 - none) / (1 - router), 1e-6) << s;
}

TEST_F(CalibrateNone, WeightsThatChangeNothing) {
  const Probabilities before = calibrated(std::nullopt, -3), p = calibrated(NoneWeights{0, 1, 0, 0}, -3);
  for (size_t o = 0; o < 4; ++o) EXPECT_NEAR(p.outcomes[o], before.outcomes[o], 1e-6) << o;
  for (size_t s = 0; s < 5; ++s) EXPECT_NEAR(p.subcategories[s], before.subcategories[s], 1e-6) << s;
}

TEST_F(CalibrateNone, StaysAProbability) {
  constexpr float kMost = NoneWeights::kMost;
  for (const NoneWeights& weights : {NoneWeights{kMost, kMost, kMost, kMost}, NoneWeights{-kMost, -kMost, -kMost, -kMost}}) {
    for (const auto& router : {std::vector<float>{0, 0, 0, 0, 500}, std::vector<float>{500, 0, 0, 0, 0}, std::vector<float>{0, 0, 0, 0, 20}}) {
      const Probabilities p = calibrated(weights, -25, router);
      EXPECT_NEAR(std::accumulate(p.outcomes.begin(), p.outcomes.end(), 0.0), 1, 1e-5);
      EXPECT_NEAR(p.subcategories[0] + p.subcategories[1], p.outcomes[0], 1e-6);
      for (const float outcome : p.outcomes) EXPECT_TRUE(outcome >= 0 && outcome <= 1);
    }
  }
}

TEST(Json, HoldsTheWholeDecision) {
  const auto pack = Pack::open(TinyPack().build());
  ASSERT_TRUE(pack);
  const Decision d = decided({{0.05f, 0.9f, 0.02f, 0.03f}, {0.03f, 0.02f, 0.1f, 0.75f, 0.05f}}, 2);
  std::string text;
  append_json("a \"saw\"\\\n\xFF", d, **pack, text);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["query"], "a \"saw\"\\\n\uFFFD");
  EXPECT_EQ(json["outcome"], "category");
  EXPECT_EQ(json["category"]["id"], "tools/saw");
  EXPECT_EQ(json["category"]["confidence"], 0.75);
  EXPECT_EQ(json["group"]["name"], "Group tools");
  EXPECT_EQ(json["band"], "likely");
  EXPECT_NEAR(json["shopping"], 0.97, 1e-5);
  EXPECT_EQ(json["labels"], nlohmann::json({"tools/saw"}));
  EXPECT_EQ(json["alternatives"].size(), 2u);
  EXPECT_EQ(json["alternatives"][1]["id"], "tools/hammer");
  EXPECT_EQ(json["source"], "model");
  EXPECT_FALSE(json.contains("rule"));
  EXPECT_EQ(json["pack"]["name"], "tiny");
  EXPECT_EQ(json["pack"]["taxonomy"], "sha256:" + std::string(64, '0'));
}

TEST(Json, NamesTheRuleThatDecided) {
  const auto pack = Pack::open(TinyPack().build());
  ASSERT_TRUE(pack);
  Decision d = decided({{0.1f, 0.05f, 0.05f, 0.8f}, {0.1f, 0, 0.05f, 0, 0}});
  d.source = Source::kOverride;
  d.rule = "no \"saws\"";
  std::string text;
  append_json("", d, **pack, text);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["source"], "override");
  EXPECT_EQ(json["rule"], "no \"saws\"");
}

TEST(Json, LeavesOutWhatWasNotDecided) {
  const auto pack = Pack::open(TinyPack().build());
  ASSERT_TRUE(pack);
  std::string text;
  append_json("", decided({{0.1f, 0.05f, 0.05f, 0.8f}, {0.1f, 0, 0.05f, 0, 0}}), **pack, text);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["outcome"], "none");
  EXPECT_FALSE(json.contains("category"));
  EXPECT_FALSE(json.contains("group"));
}

TEST(Json, TellsAPacksFacts) {
  TinyPack tiny;
  tiny.root.licence = "a \"licence\"";
  tiny.root.languages = {"en-US", "en-GB"};
  const auto pack = Pack::open(tiny.build());
  ASSERT_TRUE(pack);
  std::string text;
  append_json(**pack, (*pack)->taxonomy, text);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["name"], "tiny");
  EXPECT_EQ(json["licence"], "a \"licence\"");
  EXPECT_EQ(json["bytes"], (*pack)->size());
  EXPECT_EQ(json["taxonomy"], "sha256:" + std::string(64, '0'));
  EXPECT_EQ(json["prior"], "made up");
  EXPECT_EQ(json["defaultErrorRate"], 0.05);
  EXPECT_EQ(json["languages"], nlohmann::json({"en-US", "en-GB"}));
  EXPECT_EQ(json["sources"], nlohmann::json({"made up"}));
  EXPECT_EQ(json["groups"][1]["id"], "tools");
  EXPECT_EQ(json["groups"][1]["subcategories"][2]["name"], (*pack)->taxonomy.groups[1].subcategories[2].name);
  EXPECT_EQ(json["errorRates"][0]["coverage"], 0.7);
  EXPECT_EQ(json["errorRates"][0]["thresholds"]["group"], (*pack)->rules.thresholds[0].group);
  EXPECT_EQ(json["otherLanguages"], nlohmann::json::array());
  EXPECT_EQ(json["sections"].size(), 6u);
  EXPECT_EQ(json["sections"][0]["name"], "tokenizer");
  EXPECT_EQ(json["sections"][0]["xxh64"], hexadecimal((*pack)->sections[0].xxh64));
}

}  // namespace
}  // namespace aisle
