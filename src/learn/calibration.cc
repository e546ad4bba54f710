#include "learn/calibration.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "learn/metrics.h"
#include "learn/scorecard.h"
#include "learn/selective.h"
#include "text/locale.h"

namespace aisle {
namespace {

Answer best_of(const std::vector<float>& p, const std::vector<size_t>& accepted) {
  const auto best = std::max_element(p.begin(), p.end());
  return {static_cast<double>(*best), holds(accepted, static_cast<size_t>(best - p.begin()))};
}

// Calls use(query, probabilities) for each query.
template <typename Use>
void each(std::span<const ScoredQuery> queries, const HeadsView& heads, const Use& use) {
  Logits scratch;
  Probabilities p;
  for (const ScoredQuery& scored : queries) {
    scratch = scored.logits;
    calibrate(heads, scored.query.locale, scored.log_likelihood, scratch, p);
    use(scored.query, p);
  }
}

struct Answers {
  std::vector<Answer> outcome, subcategory;
};

Answers answers(std::span<const ScoredQuery> queries, const HeadsView& heads) {
  Answers found;
  each(queries, heads, [&](const LabelledQuery& query, const Probabilities& p) {
    found.outcome.push_back(best_of(p.outcomes, query.outcomes));
    found.subcategory.push_back(best_of(p.subcategories, query.subcategories));
  });
  return found;
}

double log_loss(const std::vector<Answer>& answers) {
  double sum = 0;
  for (const Answer& a : answers) sum -= std::log(std::max(1e-6, a.right ? a.confidence : 1 - a.confidence));
  return sum;
}

// Where `loss` is least between 1/8 and 8, by golden-section search on a logarithmic scale.
template <typename Loss>
float best_temperature(const Loss& loss) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double low = -std::log(8.0), high = std::log(8.0);
  double a = high - ratio * (high - low), b = low + ratio * (high - low);
  double at_a = loss(std::exp(a)), at_b = loss(std::exp(b));
  for (int i = 0; i < 22; ++i) {
    if (at_a < at_b) {
      high = b, b = a, at_b = at_a;
      a = high - ratio * (high - low);
      at_a = loss(std::exp(a));
    } else {
      low = a, a = b, at_a = at_b;
      b = low + ratio * (high - low);
      at_b = loss(std::exp(b));
    }
  }
  return static_cast<float>(std::exp((low + high) / 2));
}

// The router's temperature, and the geometric mean of the group heads': among these the pack's proportions stay. Neither depends on the
// temperatures that the pack has, so that a calibrated pack is calibrated to the same.
void fit_all(std::span<const ScoredQuery> queries, HeadsView& heads) {
  heads.router.temperature = best_temperature([&](double temperature) {
    heads.router.temperature = static_cast<float>(temperature);
    return log_loss(answers(queries, heads).outcome);
  });
  double logarithms = 0;
  for (const HeadView& group : heads.groups) logarithms += std::log(static_cast<double>(group.temperature));
  const double mean = std::exp(logarithms / static_cast<double>(heads.groups.size()));
  const std::vector<HeadView> groups = heads.groups;
  const auto set = [&](double temperature) {
    for (size_t g = 0; g < groups.size(); ++g) heads.groups[g].temperature = static_cast<float>(static_cast<double>(groups[g].temperature) / mean * temperature);
  };
  set(best_temperature([&](double temperature) {
    set(temperature);
    return log_loss(answers(queries, heads).subcategory);
  }));
}

// A grid of thresholds from the strictest down.
std::vector<Stated> grid() {
  constexpr int kSteps = 200;
  std::vector<Stated> tested;
  for (int step = kSteps - 1; step > 0; --step) tested.push_back({static_cast<float>(step) / kSteps, 0, 0});
  return tested;
}

}  // namespace

Result<std::vector<ScoredQuery>> score_queries(Classifier& classifier, std::vector<LabelledQuery> queries) {
  std::vector<ScoredQuery> scored;
  for (LabelledQuery& query : queries) {
    const auto locale = canonical_locale(query.locale);
    if (!locale) return error(locale.error().code, "query \"" + query.query + "\": " + locale.error().message);
    const Logits& logits = classifier.logits(query.query, *locale);
    if (logits.router.empty()) continue;
    query.locale = *locale;
    scored.push_back({std::move(query), logits, classifier.log_likelihood()});
  }
  return scored;
}

void fit_temperatures(std::span<const ScoredQuery> queries, std::string_view language, HeadsView& heads) {
  constexpr size_t kEnough = 100;
  std::map<std::string_view, std::vector<ScoredQuery>> by_locale;
  for (const ScoredQuery& scored : queries) by_locale[scored.query.locale == language ? std::string_view() : scored.query.locale].push_back(scored);
  heads.locales.clear();
  const auto none = std::exchange(heads.none, std::nullopt);
  fit_all(by_locale[""].size() < kEnough ? queries : by_locale[""], heads);
  for (const auto& [tag, own] : by_locale) {
    if (tag.empty() || own.size() < kEnough) continue;
    heads.locales.push_back({tag, 1});
    float& temperature = heads.locales.back().temperature;
    temperature = best_temperature([&](double tried) {
      temperature = static_cast<float>(tried);
      const Answers found = answers(own, heads);
      return log_loss(found.outcome) + log_loss(found.subcategory);
    });
  }
  heads.none = none;
}

CalibrationError calibration_error(std::span<const ScoredQuery> queries, const HeadsView& heads) {
  const Answers found = answers(queries, heads);
  return {expected_calibration_error(found.outcome), expected_calibration_error(found.subcategory)};
}

CalibrationError cross_fitted_error(std::span<const ScoredQuery> queries, std::string_view language, const HeadsView& heads) {
  constexpr size_t kFolds = 5;
  Answers all;
  for (size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<ScoredQuery> fitted, left_out;
    for (size_t i = 0; i < queries.size(); ++i) (i % kFolds == fold ? left_out : fitted).push_back(queries[i]);
    if (fitted.empty()) continue;
    HeadsView own = heads;
    fit_temperatures(fitted, language, own);
    const Answers found = answers(left_out, own);
    all.outcome.insert(all.outcome.end(), found.outcome.begin(), found.outcome.end());
    all.subcategory.insert(all.subcategory.end(), found.subcategory.begin(), found.subcategory.end());
  }
  return {expected_calibration_error(all.outcome), expected_calibration_error(all.subcategory)};
}

std::vector<Thresholds> fit_thresholds(std::span<const ScoredQuery> queries, const HeadsView& heads, const TaxonomyView& taxonomy,
                                       const DecisionRules& rules, std::span<const float> error_rates, double delta) {
  std::vector<Stated> tested = grid();
  Decision decision;
  each(queries, heads, [&](const LabelledQuery& query, const Probabilities& p) {
    for (Stated& at : tested) {
      decide(p, taxonomy, rules, {0, at.threshold, at.threshold, at.threshold, at.threshold, 0}, 0, decision);
      at.count += decision.outcome != Outcome::kUnknown;
      at.wrong += !is_right(query, decision, p, taxonomy, rules.ambiguous);
    }
  });
  std::vector<Thresholds> rows;
  if (queries.empty()) return rows;
  for (const float rate : error_rates) {
    const Stated* safe = lowest_safe(tested, queries.size(), static_cast<double>(rate), delta);
    const float t = safe ? safe->threshold : 1;
    rows.push_back({rate, t, t, t, t, safe ? static_cast<float>(safe->count) / static_cast<float>(queries.size()) : 0});
  }
  return rows;
}

float fit_label_threshold(std::span<const ScoredQuery> queries, const HeadsView& heads, double precision, double delta) {
  std::vector<Stated> tested = grid();
  size_t accepted = 0;
  each(queries, heads, [&](const LabelledQuery& query, const Probabilities& p) {
    accepted += query.subcategories.size();
    for (size_t s = 0; s < p.subcategories.size(); ++s) {
      const bool right = holds(query.subcategories, s);
      for (auto at = tested.rbegin(); at != tested.rend() && p.subcategories[s] >= at->threshold; ++at) {
        ++at->count;
        at->wrong += !right;
      }
    }
  });
  const Stated* safe = lowest_safe(tested, accepted, 1 - precision, delta);
  return safe ? safe->threshold : 1;
}

}  // namespace aisle
