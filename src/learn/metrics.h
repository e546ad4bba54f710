// Scores of ranked, probabilistic predictions.
#ifndef AISLE_LEARN_METRICS_H_
#define AISLE_LEARN_METRICS_H_

#include <cstddef>
#include <vector>

namespace aisle {

// A stated answer: how sure (0..1), and was it right.
struct Answer {
  double confidence = 0;
  bool right = false;
};

// Probability that a positive scores above a negative, ties counting half (area under the ROC curve). NaN without both.
double auroc(std::vector<double> positives, std::vector<double> negatives);

// Largest share of answers, taken from the surest down, whose share of errors is at most `error_rate`. Answers of equal
// confidence are taken together. NaN without answers.
double coverage_at(std::vector<Answer> answers, double error_rate);

// Area under the risk-coverage curve (Geifman & El-Yaniv 2017, arXiv:1705.08500): the error share, averaged over all
// coverages. NaN without answers.
double aurc(std::vector<Answer> answers);

// The curve itself: for each number of answers taken, from the surest down, its coverage and the share of errors among them.
struct RiskPoint {
  double coverage = 0, risk = 0;
};
std::vector<RiskPoint> risk_coverage(std::vector<Answer> answers);

// Answers whose confidence lies in one of equal widths, from 0 up: how many, how many of them right, and the sum of their confidence.
struct ReliabilityBin {
  size_t count = 0, right = 0;
  double confidence = 0;
};
std::vector<ReliabilityBin> reliability(const std::vector<Answer>& answers, int bins = 15);

// A share and what it may be in truth, with a probability of 95 % (Wilson's score interval). `whole` is not 0.
struct Interval {
  double low = 0, high = 0;
};
Interval wilson_interval(size_t part, size_t whole);

// Expected calibration error (Guo et al. 2017): |accuracy - mean confidence| of equal-width bins, weighted by their
// sizes. NaN without answers.
double expected_calibration_error(const std::vector<Answer>& answers, int bins = 15);

// Of the labels listed for queries.
struct LabelScores {
  size_t queries = 0;
  double precision = 0;     // share of the listed labels that are accepted
  double macro_recall = 0;  // share of a label's queries that list it, mean over the labels that some query accepts
  double micro_f1 = 0;
  double a_query = 0;       // how many are listed
};

class LabelCounts {
 public:
  // Labels are numbers from 0 to `labels` - 1, none twice.
  void add(const std::vector<size_t>& accepted, const std::vector<size_t>& listed, size_t labels);
  LabelScores scores() const;  // NaN where nothing was there to count

 private:
  size_t queries_ = 0, listed_ = 0;
  std::vector<size_t> accepted_, hits_;  // of each label
};

}  // namespace aisle

#endif  // AISLE_LEARN_METRICS_H_
