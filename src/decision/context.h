// Earlier decisions of the same session as a prior: what was decided before is likelier again, within a bound
// (models/storefront/SESSIONS.md compares the forms this could have).
#ifndef AISLE_DECISION_CONTEXT_H_
#define AISLE_DECISION_CONTEXT_H_

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "decision/calibrate.h"
#include "error.h"
#include "pack/pack.h"

namespace aisle {

inline constexpr size_t kMostContext = 8;

// A group that was decided, and the subcategory if that was decided too; both by their place in the taxonomy.
struct Earlier {
  size_t group = 0;
  std::optional<size_t> subcategory;  // within the group
};

struct Context {
  std::array<Earlier, kMostContext> earlier;
  size_t count = 0;
};

// `ids`: of groups or subcategories, the newest last; of more than kMostContext the oldest are not looked at.
// Errors: kInvalidArgument, naming an id that the taxonomy lacks, or when there are ids and the pack has no context bound.
Result<Context> read_context(std::span<const std::string_view> ids, const TaxonomyView& taxonomy, const DecisionRules& rules);

// Multiplies the probability of each earlier subcategory by `bound` (at least 1), that of the others in an earlier group by its square
// root, and scales back to what shopping had: P(none) stays. So no ratio between two subcategories, two groups, or a group and broad
// changes by more than `bound`. An empty context changes no bit. No allocation.
void apply_context(const Context& context, float bound, const TaxonomyView& taxonomy, Probabilities& probabilities);

}  // namespace aisle

#endif  // AISLE_DECISION_CONTEXT_H_
