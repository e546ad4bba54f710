// Fits what makes of logits probabilities, and of probabilities decisions, on labelled queries that training has not seen.
#ifndef AISLE_LEARN_CALIBRATION_H_
#define AISLE_LEARN_CALIBRATION_H_

#include <span>
#include <vector>

#include "classifier.h"
#include "learn/labelled.h"

namespace aisle {

// A labelled query and what the tokenizer and the heads say of it. A query without a known piece has none, and is left out.
struct ScoredQuery {
  LabelledQuery query;
  Logits logits;
  float log_likelihood = 0;
};

// Errors: kInvalidArgument (a malformed locale).
Result<std::vector<ScoredQuery>> score_queries(Classifier& classifier, std::vector<LabelledQuery> queries);

// Top-label calibration (Gupta & Ramdas 2022, arXiv:2107.08353) by temperature: of each row's most probable outcome, and then of
// its most probable subcategory, the stated probability is to be the chance of being accepted, by log loss. Fits the router's
// temperature and one factor of the groups' heads on the queries without a locale and those of `language` (on all where these are
// few), then one factor for each further locale with enough queries, whose tags in `heads` are then views of the queries. The weights of
// "none" stay, and have no say: they are for the router's probabilities at these temperatures. `queries` must not be empty.
void fit_temperatures(std::span<const ScoredQuery> queries, std::string_view language, HeadsView& heads);

// Expected calibration error of the most probable outcome and of the most probable subcategory (15 bins), over all queries: where no
// subcategory is right, none is.
struct CalibrationError {
  double outcome = 0, subcategory = 0;
};
CalibrationError calibration_error(std::span<const ScoredQuery> queries, const HeadsView& heads);

// The same of queries that the temperatures were not fitted on: each fifth in turn is left out.
CalibrationError cross_fitted_error(std::span<const ScoredQuery> queries, std::string_view language, const HeadsView& heads);

// One row an error rate (each in 0..1, exclusive), none without queries. One threshold serves all outcomes: equal confidence is equal risk once the
// probabilities are calibrated, and the rate holds for all decisions together.
std::vector<Thresholds> fit_thresholds(std::span<const ScoredQuery> queries, const HeadsView& heads, const TaxonomyView& taxonomy,
                                       const DecisionRules& rules, std::span<const float> error_rates, double delta);

// The lowest probability from which on listed subcategories are accepted with the precision (0..1, exclusive), but for a chance of
// delta; 1 where these queries can't prove it. Labels of one query are taken for independent.
float fit_label_threshold(std::span<const ScoredQuery> queries, const HeadsView& heads, double precision, double delta);

}  // namespace aisle

#endif  // AISLE_LEARN_CALIBRATION_H_
