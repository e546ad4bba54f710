// A pack measured on labelled queries: what `aisle eval` prints, and what its report shows.
#ifndef AISLE_LEARN_EVALUATION_H_
#define AISLE_LEARN_EVALUATION_H_

#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "classifier.h"
#include "learn/labelled.h"
#include "learn/scorecard.h"

namespace aisle {

using ScoreTable = std::vector<std::pair<std::string, Scores>>;  // by label, sorted

// What came of all queries at one of the pack's error rates.
struct OperatingPoint {
  float error_rate = 0;
  std::array<Scores::OutcomeCount, 6> outcomes{};
  size_t decided = 0, wrong = 0;
  double accept_alone = 0;  // largest coverage of accept-or-abstain, without roll-up, at no more than the measured error; NaN without a decision
};

// Queries of this first label that were taken for something else, thresholds aside.
struct Confusion {
  std::string label, said, example;
  size_t count = 0;
};

// A decision at the pack's default error rate that is not among the labels.
struct StatedError {
  std::string query, labels, said;
  float confidence = 0;
};

struct Evaluation {
  Scores all;
  ScoreTable pools, locales, groups;  // of rows that name a pool, a locale; by the group (or broad, none) of the first label
  std::vector<Answer> subcategory;    // rows with a subcategory: the most probable one
  std::vector<Answer> shopping;       // all rows: is it shopping or not
  std::vector<Answer> accept;         // all rows: the most probable subcategory, broad or none, stated without roll-up
  std::vector<OperatingPoint> points;
  std::vector<Confusion> confusions;  // the most frequent first
  std::vector<StatedError> errors;    // the surest first
};

struct EvaluationOptions {
  std::set<std::string> pools;  // only these; empty: all
  std::string locale;           // of queries without one of their own
};

// Errors: kInvalidArgument (a malformed locale).
Result<Evaluation> evaluate(Classifier& classifier, const std::vector<LabelledQuery>& queries, const EvaluationOptions& options);

}  // namespace aisle

#endif  // AISLE_LEARN_EVALUATION_H_
