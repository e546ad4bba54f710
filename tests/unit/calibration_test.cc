#include "learn/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <tuple>

#include "learn/scorecard.h"
#include "learn/selective.h"
#include "pack/write.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

// The same numbers on every platform, unlike the library's distributions.
struct Dice {
  std::mt19937 engine{7};
  double uniform() { return (engine() + 0.5) / 4294967296.0; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * M_PI * uniform()); }
  size_t pick(const float* p, size_t count) {
    double left = uniform();
    for (size_t i = 0; i + 1 < count; ++i) {
      if ((left -= static_cast<double>(p[i])) < 0) return i;
    }
    return count - 1;
  }
};

// Queries that are right exactly as often as heads of these temperatures say.
std::vector<ScoredQuery> draw(size_t count, const HeadsView& truth, const std::string& locale, Dice& dice) {
  std::vector<ScoredQuery> queries(count);
  Probabilities p;
  for (ScoredQuery& scored : queries) {
    scored.query.locale = locale;
    for (int i = 0; i < 5; ++i) scored.logits.router.push_back(static_cast<float>(3 * dice.normal()));
    for (int i = 0; i < 5; ++i) scored.logits.subcategories.push_back(static_cast<float>(3 * dice.normal()));
    Logits scratch = scored.logits;
    calibrate(truth, locale, 0, scratch, p);
    const size_t outcome = dice.pick(p.outcomes.data(), p.outcomes.size());
    scored.query.outcomes = {outcome};
    if (outcome >= 2) continue;
    const size_t start = outcome ? 2 : 0, own = outcome ? 3 : 2;
    scored.query.subcategories = {start + dice.pick(scratch.subcategories.data() + start, own)};
  }
  return queries;
}

class Calibration : public testing::Test {
 protected:
  std::shared_ptr<const Pack> pack = *Pack::open(TinyPack().build());
  HeadsView heads = pack->heads;
  Dice dice;
};

TEST_F(Calibration, FindsTheTemperatures) {
  HeadsView truth = heads;
  truth.router.temperature = 2;
  for (HeadView& group : truth.groups) group.temperature *= 0.5f;
  const auto queries = draw(4000, truth, "", dice);
  const CalibrationError before = calibration_error(queries, heads);
  fit_temperatures(queries, "en-US", heads);
  EXPECT_NEAR(heads.router.temperature, 2, 0.2);
  EXPECT_NEAR(heads.groups[1].temperature / pack->heads.groups[1].temperature, 0.5, 0.1);
  EXPECT_TRUE(heads.locales.empty());
  const CalibrationError after = cross_fitted_error(queries, "en-US", pack->heads);
  EXPECT_GT(before.outcome, 0.1);
  EXPECT_LT(after.outcome, 0.03);
  EXPECT_LT(after.subcategory, 0.03);
}

TEST_F(Calibration, OfACalibratedPackChangesNothing) {
  HeadsView truth = heads;
  truth.router.temperature = 6;
  for (HeadView& group : truth.groups) group.temperature *= 0.3f;
  const auto queries = draw(1000, truth, "", dice);
  fit_temperatures(queries, "en-US", heads);
  const HeadsView once = heads;
  fit_temperatures(queries, "en-US", heads);
  EXPECT_EQ(heads.router.temperature, once.router.temperature);
  for (size_t g = 0; g < heads.groups.size(); ++g) EXPECT_NEAR(heads.groups[g].temperature, once.groups[g].temperature, 1e-5) << g;
}

TEST_F(Calibration, TheWeightsOfNoneStayAndHaveNoSay) {
  const auto queries = draw(1000, heads, "", dice);
  HeadsView weighed = heads;
  weighed.none = NoneWeights{0.5f, 0.6f, 0.2f, -0.7f};
  fit_temperatures(queries, "en-US", heads);
  fit_temperatures(queries, "en-US", weighed);
  EXPECT_EQ(weighed.router.temperature, heads.router.temperature);
  EXPECT_EQ(weighed.groups[1].temperature, heads.groups[1].temperature);
  EXPECT_EQ(weighed.none->log_likelihood, -0.7f);
  EXPECT_FALSE(heads.none);
  EXPECT_NE(calibration_error(queries, weighed).outcome, calibration_error(queries, heads).outcome);
}

TEST_F(Calibration, IsWrittenWithTheWeightsOfNone) {
  heads.none = NoneWeights{0.5f, 0.6f, 0.2f, -0.7f};
  heads.router.temperature = 2;
  const auto weighed = Pack::open(*with_calibration(pack->bytes(), heads, pack->rules));
  ASSERT_TRUE(weighed) << weighed.error().message;
  const HeadsView& read = (*weighed)->heads;
  ASSERT_TRUE(read.none);
  EXPECT_EQ(std::tie(read.none->bias, read.none->logit, read.none->energy, read.none->log_likelihood), std::make_tuple(0.5f, 0.6f, 0.2f, -0.7f));
  EXPECT_EQ(read.router.temperature, 2);
  heads.none.reset();
  EXPECT_FALSE((*Pack::open(*with_calibration((*weighed)->bytes(), heads, pack->rules)))->heads.none);
}

TEST_F(Calibration, ALocaleThatIsOverconfidentGetsItsOwn) {
  HeadsView truth = heads;
  auto queries = draw(2000, truth, "en-US", dice);
  truth.locales = {{"de-DE", 3}};
  for (const ScoredQuery& scored : draw(2000, truth, "de-DE", dice)) queries.push_back(scored);
  for (const ScoredQuery& scored : draw(20, truth, "fr-FR", dice)) queries.push_back(scored);
  fit_temperatures(queries, "en-US", heads);
  EXPECT_NEAR(heads.router.temperature / pack->heads.router.temperature, 1, 0.1);
  ASSERT_EQ(heads.locales.size(), 1u) << "twenty queries are too few for a temperature";
  EXPECT_EQ(heads.locales[0].tag, "de-DE");
  EXPECT_NEAR(heads.locales[0].temperature, 3, 0.4);
}

TEST_F(Calibration, ThresholdsAreInOrderAndOneForAllOutcomes) {
  const std::vector<float> rates = {0.001f, 0.05f, 0.2f};
  const auto rows = fit_thresholds(draw(4000, heads, "", dice), heads, pack->taxonomy, pack->rules, rates, 0.1);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].category, 1) << "a thousandth can't be proven with so few";
  EXPECT_EQ(rows[0].coverage, 0);
  EXPECT_GT(rows[1].category, rows[2].category);
  EXPECT_LT(rows[1].coverage, rows[2].coverage);
  EXPECT_GT(rows[1].coverage, 0.2);
  const float t = rows[1].category;
  EXPECT_TRUE(t == rows[1].group && t == rows[1].broad && t == rows[1].none);
}

// The stated rate may be exceeded on new queries in a tenth of the draws.
TEST_F(Calibration, ThresholdsHoldOnNewQueries) {
  const std::vector<float> rates = {0.05f};
  const auto fresh = draw(20000, heads, "", dice);
  int exceeded = 0;
  for (int i = 0; i < 20; ++i) {
    const auto rows = fit_thresholds(draw(800, heads, "", dice), heads, pack->taxonomy, pack->rules, rates, 0.1);
    Probabilities p;
    Decision decision;
    size_t stated = 0, wrong = 0;
    for (const ScoredQuery& scored : fresh) {
      Logits scratch = scored.logits;
      calibrate(heads, "", 0, scratch, p);
      decide(p, pack->taxonomy, pack->rules, rows[0], 0, decision);
      stated += decision.outcome != Outcome::kUnknown;
      wrong += !is_right(scored.query, decision, p, pack->taxonomy, pack->rules.ambiguous);
    }
    exceeded += static_cast<double>(wrong) > 0.05 * static_cast<double>(stated);
  }
  EXPECT_LE(exceeded, 4);
}

TEST_F(Calibration, LabelThresholdRisesWithThePrecision) {
  const auto queries = draw(4000, heads, "", dice);
  const float half = fit_label_threshold(queries, heads, 0.5, 0.1), most = fit_label_threshold(queries, heads, 0.8, 0.1);
  EXPECT_GT(half, 0);
  EXPECT_LT(half, most);
  EXPECT_LT(most, 0.8) << "what is surer than the threshold makes up for what stands at it";
  EXPECT_EQ(fit_label_threshold(queries, heads, 0.9999, 0.1), 1) << "so much can't be proven with so few";
  EXPECT_EQ(fit_label_threshold(std::span(queries).first(5), heads, 0.8, 0.1), 1);
  EXPECT_EQ(fit_label_threshold({}, heads, 0.8, 0.1), 1);
}

// Queries that accept nothing make every listed label wrong.
TEST_F(Calibration, LabelsOfQueriesThatAcceptNoneAreWrong) {
  auto queries = draw(2000, heads, "", dice);
  for (ScoredQuery& scored : queries) scored.query.subcategories.clear();
  EXPECT_EQ(fit_label_threshold(queries, heads, 0.8, 0.1), 1);
}

// The stated precision may be missed on new queries in a tenth of the draws.
TEST_F(Calibration, LabelPrecisionHoldsOnNewQueries) {
  const auto fresh = draw(20000, heads, "", dice);
  int missed = 0;
  for (int i = 0; i < 20; ++i) {
    const float threshold = fit_label_threshold(draw(800, heads, "", dice), heads, 0.8, 0.1);
    LabelCounts counts;
    Probabilities p;
    for (const ScoredQuery& scored : fresh) {
      Logits scratch = scored.logits;
      calibrate(heads, "", 0, scratch, p);
      std::vector<size_t> listed;
      for (size_t s = 0; s < p.subcategories.size(); ++s) {
        if (p.subcategories[s] >= threshold) listed.push_back(s);
      }
      counts.add(scored.query.subcategories, listed, p.subcategories.size());
    }
    missed += counts.scores().precision < 0.8;
    EXPECT_GT(counts.scores().a_query, 0.1);
  }
  EXPECT_LE(missed, 4);
}

TEST(Selective, PValueIsTheBinomialTail) {
  EXPECT_NEAR(risk_p_value({0, 45, 0}, 0.05), std::pow(0.95, 45), 1e-12);
  EXPECT_NEAR(risk_p_value({0, 3, 1}, 0.5), 0.5, 1e-12);
  EXPECT_EQ(risk_p_value({0, 0, 0}, 0.05), 1);
  EXPECT_NEAR(risk_p_value({0, 5, 5}, 0.1), 1, 1e-12);
}

TEST(Selective, TheFirstFailureEndsTheSearch) {
  const std::vector<Stated> tested = {{0.9f, 3, 0}, {0.8f, 300, 2}, {0.7f, 400, 60}, {0.6f, 5000, 0}};
  const Stated* found = lowest_safe(tested, 5000, 0.05, 0.1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->threshold, 0.8f);
  EXPECT_EQ(lowest_safe(std::span(tested).subspan(2), 5000, 0.05, 0.1), nullptr);
  EXPECT_EQ(lowest_safe({}, 0, 0.05, 0.1), nullptr);
}

// Over 200 draws of calibration queries the true error rate at the threshold exceeds the stated one no more often than delta.
TEST(Selective, TheStatedRateHoldsAsOftenAsStated) {
  Dice dice;
  int exceeded = 0;
  double coverage = 0;
  constexpr int kDraws = 200, kQueries = 600;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<Stated> tested;
    for (int step = 199; step > 0; --step) tested.push_back({static_cast<float>(step) / 200, 0, 0});
    for (int i = 0; i < kQueries; ++i) {  // confidence is uniform and true: the error rate above t is (1 - t) / 2
      const double confidence = dice.uniform();
      const bool wrong = dice.uniform() > confidence;
      for (Stated& at : tested) {
        if (confidence < static_cast<double>(at.threshold)) continue;
        ++at.count;
        at.wrong += wrong;
      }
    }
    const Stated* found = lowest_safe(tested, kQueries, 0.2, 0.1);
    if (!found) continue;
    exceeded += (1 - static_cast<double>(found->threshold)) / 2 > 0.2;
    coverage += 1 - static_cast<double>(found->threshold);
  }
  EXPECT_LE(exceeded, kDraws / 10);
  EXPECT_GT(coverage / kDraws, 0.25);  // of 0.4 that an oracle could state
}

}  // namespace
}  // namespace aisle
