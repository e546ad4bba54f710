#include "decision/calibrate.h"

#include <algorithm>

#include "encoder/kernels.h"

namespace aisle {
namespace {

void softmax_at(float temperature, float* logits, size_t count) {
  for (size_t i = 0; i < count; ++i) logits[i] /= temperature;
  softmax(logits, count);
}

}  // namespace

void calibrate(const HeadsView& heads, Logits& logits, Probabilities& probabilities) {
  softmax_at(heads.router.temperature, logits.router.data(), logits.router.size());
  probabilities.outcomes.assign(heads.groups.size() + 2, 0.0f);
  for (size_t c = 0; c < logits.router.size(); ++c) probabilities.outcomes[heads.outcomes[c]] += logits.router[c];

  probabilities.subcategories.resize(logits.subcategories.size());
  size_t start = 0;
  for (size_t g = 0; g < heads.groups.size(); ++g) {
    const size_t count = heads.groups[g].linear.weight.rows;
    softmax_at(heads.groups[g].temperature, logits.subcategories.data() + start, count);
    for (size_t s = start; s < start + count; ++s) probabilities.subcategories[s] = probabilities.outcomes[g] * logits.subcategories[s];
    start += count;
  }
}

}  // namespace aisle
