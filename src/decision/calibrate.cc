#include "decision/calibrate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "encoder/kernels.h"

namespace aisle {
namespace {

void softmax_at(float temperature, float* logits, size_t count) {
  for (size_t i = 0; i < count; ++i) logits[i] /= temperature;
  softmax(logits, count);
}

float temperature_of(const std::vector<LocaleTemperature>& locales, std::string_view tag) {
  const auto found = std::find_if(locales.begin(), locales.end(), [&](const LocaleTemperature& l) { return l.tag == tag; });
  return found == locales.end() ? 1 : found->temperature;
}

// "none" by its weights; what is left goes to the others in proportion.
void weigh_none(const NoneWeights& weights, float energy, float log_likelihood, Probabilities& p) {
  constexpr float kLeast = 1e-6f;
  float& none = p.outcomes.back();
  const float others = std::accumulate(p.outcomes.begin(), p.outcomes.end() - 1, 0.0f);
  if (!(others > 0)) return;
  const float logit = std::log(std::max(none, kLeast) / std::max(others, kLeast));
  const float log_odds = weights.bias + weights.logit * logit + weights.energy * energy + weights.log_likelihood * log_likelihood;
  none = 1 / (1 + std::exp(-log_odds));
  const float scale = (1 - none) / others;
  for (auto outcome = p.outcomes.begin(); outcome != p.outcomes.end() - 1; ++outcome) *outcome *= scale;
  for (float& subcategory : p.subcategories) subcategory *= scale;
}

}  // namespace

void calibrate(const HeadsView& heads, std::string_view locale, float log_likelihood, Logits& logits, Probabilities& probabilities) {
  const float energy = heads.none ? -log_sum_exp(logits.router) : 0;
  const float all = temperature_of(heads.locales, locale);
  softmax_at(all * heads.router.temperature, logits.router.data(), logits.router.size());
  probabilities.outcomes.assign(heads.groups.size() + 2, 0.0f);
  for (size_t c = 0; c < logits.router.size(); ++c) probabilities.outcomes[heads.outcomes[c]] += logits.router[c];

  probabilities.subcategories.resize(logits.subcategories.size());
  size_t start = 0;
  for (size_t g = 0; g < heads.groups.size(); ++g) {
    const size_t count = heads.groups[g].linear.weight.rows;
    softmax_at(all * heads.groups[g].temperature, logits.subcategories.data() + start, count);
    for (size_t s = start; s < start + count; ++s) probabilities.subcategories[s] = probabilities.outcomes[g] * logits.subcategories[s];
    start += count;
  }
  if (heads.none) weigh_none(*heads.none, energy, log_likelihood, probabilities);
}

}  // namespace aisle
