#include "learn/selective.h"

#include <algorithm>
#include <cmath>

namespace aisle {

double risk_p_value(const Stated& stated, double error_rate) {
  const auto n = static_cast<double>(stated.count);
  const auto log_choose = [&](double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); };
  double sum = 0;
  for (size_t k = 0; k <= stated.wrong && k <= stated.count; ++k) {
    const auto wrong = static_cast<double>(k);
    sum += std::exp(log_choose(wrong) + wrong * std::log(error_rate) + (n - wrong) * std::log1p(-error_rate));
  }
  return std::min(sum, 1.0);
}

const Stated* lowest_safe(std::span<const Stated> tested, size_t queries, double error_rate, double delta) {
  // So many decisions prove the rate when all are right; some more, lest the first wrong one end the search at its start.
  const double proof = std::log(delta) / std::log1p(-error_rate);
  const double enough = std::max(proof, std::min(4 * proof, static_cast<double>(queries) / 4));
  const Stated* best = nullptr;
  for (const Stated& stated : tested) {
    if (static_cast<double>(stated.count) < enough) continue;
    if (risk_p_value(stated, error_rate) > delta) break;
    best = &stated;
  }
  return best;
}

}  // namespace aisle
