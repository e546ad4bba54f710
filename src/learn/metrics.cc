#include "learn/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

void surest_first(std::vector<Answer>& answers) {
  std::stable_sort(answers.begin(), answers.end(), [](const Answer& a, const Answer& b) { return a.confidence > b.confidence; });
}

}  // namespace

double auroc(std::vector<double> positives, std::vector<double> negatives) {
  if (positives.empty() || negatives.empty()) return kNone;
  std::sort(negatives.begin(), negatives.end());
  double wins = 0;
  for (const double p : positives) {
    const auto [first, last] = std::equal_range(negatives.begin(), negatives.end(), p);
    wins += static_cast<double>(first - negatives.begin()) + static_cast<double>(last - first) / 2;
  }
  return wins / static_cast<double>(positives.size()) / static_cast<double>(negatives.size());
}

double coverage_at(std::vector<Answer> answers, double error_rate) {
  if (answers.empty()) return kNone;
  surest_first(answers);
  size_t wrong = 0, covered = 0;
  for (size_t i = 0; i < answers.size(); ++i) {
    wrong += !answers[i].right;
    const bool last_of_equals = i + 1 == answers.size() || answers[i + 1].confidence < answers[i].confidence;
    if (last_of_equals && static_cast<double>(wrong) <= error_rate * static_cast<double>(i + 1)) covered = i + 1;
  }
  return static_cast<double>(covered) / static_cast<double>(answers.size());
}

std::vector<RiskPoint> risk_coverage(std::vector<Answer> answers) {
  surest_first(answers);
  std::vector<RiskPoint> curve;
  double wrong = 0;
  for (size_t i = 0; i < answers.size(); ++i) {
    wrong += !answers[i].right;
    const auto taken = static_cast<double>(i + 1);
    curve.push_back({taken / static_cast<double>(answers.size()), wrong / taken});
  }
  return curve;
}

double aurc(std::vector<Answer> answers) {
  if (answers.empty()) return kNone;
  double sum = 0;
  for (const RiskPoint& point : risk_coverage(answers)) sum += point.risk;
  return sum / static_cast<double>(answers.size());
}

std::vector<ReliabilityBin> reliability(const std::vector<Answer>& answers, int bins) {
  std::vector<ReliabilityBin> sums(static_cast<size_t>(bins));
  for (const Answer& a : answers) {
    ReliabilityBin& bin = sums[static_cast<size_t>(std::clamp(static_cast<int>(a.confidence * bins), 0, bins - 1))];
    ++bin.count;
    bin.right += a.right;
    bin.confidence += a.confidence;
  }
  return sums;
}

Interval wilson_interval(size_t part, size_t whole) {
  constexpr double z = 1.959964;
  const auto n = static_cast<double>(whole);
  const double share = static_cast<double>(part) / n;
  const double middle = share + z * z / (2 * n), reach = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (middle - reach) / scale), std::min(1.0, (middle + reach) / scale)};
}

double expected_calibration_error(const std::vector<Answer>& answers, int bins) {
  if (answers.empty()) return kNone;
  double error = 0;
  for (const ReliabilityBin& bin : reliability(answers, bins)) error += std::abs(bin.confidence - static_cast<double>(bin.right));
  return error / static_cast<double>(answers.size());
}

void LabelCounts::add(const std::vector<size_t>& accepted, const std::vector<size_t>& listed, size_t labels) {
  accepted_.resize(labels);
  hits_.resize(labels);
  ++queries_;
  listed_ += listed.size();
  for (const size_t label : accepted) {
    ++accepted_[label];
    hits_[label] += static_cast<size_t>(std::count(listed.begin(), listed.end(), label));
  }
}

LabelScores LabelCounts::scores() const {
  const auto share = [](double part, size_t whole) { return whole ? part / static_cast<double>(whole) : kNone; };
  double recall = 0;
  size_t labels = 0, accepted = 0, hits = 0;
  for (size_t l = 0; l < accepted_.size(); ++l) {
    if (accepted_[l] == 0) continue;
    recall += share(static_cast<double>(hits_[l]), accepted_[l]);
    ++labels;
    accepted += accepted_[l];
    hits += hits_[l];
  }
  const auto right = static_cast<double>(hits);
  return {queries_, share(right, listed_), share(recall, labels), share(2 * right, listed_ + accepted), share(static_cast<double>(listed_), queries_)};
}

}  // namespace aisle
