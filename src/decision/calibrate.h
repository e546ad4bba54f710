// Logits -> calibrated probabilities: temperature scaling of each head (Guo et al. 2017, arXiv:1706.04599) and of a locale; where the
// pack weighs it so, "none" also by the router's energy (Liu et al. 2020, arXiv:2010.03759) and by how likely the query's pieces are
// (models/storefront/UNKNOWN.md compares what else it could be).
#ifndef AISLE_DECISION_CALIBRATE_H_
#define AISLE_DECISION_CALIBRATE_H_

#include <string_view>
#include <vector>

#include "heads/heads.h"
#include "pack/pack.h"

namespace aisle {

// `outcomes` sums to 1. subcategories[s] = P(its group) x P(s | group), so that a group's subcategories sum to P(group).
struct Probabilities {
  std::vector<float> outcomes;       // [groups + 2]: each group, broad, none
  std::vector<float> subcategories;  // [all subcategories], group after group
};

// `locale`: canonical tag or empty. `log_likelihood`: of the query, a byte (Tokenizer::encode). Overwrites `probabilities` (and `logits`,
// as scratch). No allocation after the first call.
void calibrate(const HeadsView& heads, std::string_view locale, float log_likelihood, Logits& logits, Probabilities& probabilities);

}  // namespace aisle

#endif  // AISLE_DECISION_CALIBRATE_H_
