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

double aurc(std::vector<Answer> answers) {
  if (answers.empty()) return kNone;
  surest_first(answers);
  double wrong = 0, sum = 0;
  for (size_t i = 0; i < answers.size(); ++i) {
    wrong += !answers[i].right;
    sum += wrong / static_cast<double>(i + 1);
  }
  return sum / static_cast<double>(answers.size());
}

double expected_calibration_error(const std::vector<Answer>& answers, int bins) {
  if (answers.empty()) return kNone;
  struct Bin {
    double confidence = 0, right = 0;
  };
  std::vector<Bin> sums(static_cast<size_t>(bins));
  for (const Answer& a : answers) {
    const int bin = std::clamp(static_cast<int>(a.confidence * bins), 0, bins - 1);
    sums[static_cast<size_t>(bin)].confidence += a.confidence;
    sums[static_cast<size_t>(bin)].right += a.right;
  }
  double error = 0;
  for (const Bin& bin : sums) error += std::abs(bin.confidence - bin.right);
  return error / static_cast<double>(answers.size());
}

}  // namespace aisle
