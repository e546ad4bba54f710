#include "decision/calibrate.h"

#include <algorithm>

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

}  // namespace

void calibrate(const HeadsView& heads, std::string_view locale, Logits& logits, Probabilities& probabilities) {
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
}

}  // namespace aisle
