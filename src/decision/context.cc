#include "decision/context.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aisle {
namespace {

std::optional<Earlier> find(std::string_view id, const TaxonomyView& taxonomy) {
  for (size_t g = 0; g < taxonomy.groups.size(); ++g) {
    const GroupView& group = taxonomy.groups[g];
    if (group.id == id) return Earlier{g, std::nullopt};
    if (!id.starts_with(group.id)) continue;
    for (size_t s = 0; s < group.subcategories.size(); ++s) {
      if (group.subcategories[s].id == id) return Earlier{g, s};
    }
  }
  return std::nullopt;
}

// How much likelier a subcategory has become; 1 where nothing of its group was decided.
float factor(const Context& context, size_t group, size_t subcategory, float bound, float root) {
  float found = 1;
  for (size_t i = 0; i < context.count; ++i) {
    if (context.earlier[i].group != group) continue;
    if (context.earlier[i].subcategory == subcategory) return bound;
    found = root;
  }
  return found;
}

}  // namespace

Result<Context> read_context(std::span<const std::string_view> ids, const TaxonomyView& taxonomy, const DecisionRules& rules) {
  Context context;
  if (!ids.empty() && rules.context_bound == 0) {
    return error(ErrorCode::kInvalidArgument, "a context is given, but the pack has no context bound: aisle calibrate --context-bound sets one");
  }
  for (const std::string_view id : ids.last(std::min(ids.size(), kMostContext))) {
    const auto earlier = find(id, taxonomy);
    if (!earlier) return error(ErrorCode::kInvalidArgument, "context: \"" + std::string(id) + "\" is no group or subcategory of the pack");
    context.earlier[context.count++] = *earlier;
  }
  return context;
}

void apply_context(const Context& context, float bound, const TaxonomyView& taxonomy, Probabilities& p) {
  if (context.count == 0) return;
  const auto shopping_end = p.outcomes.begin() + static_cast<std::ptrdiff_t>(taxonomy.groups.size() + 1);  // groups and broad
  const float before = std::accumulate(p.outcomes.begin(), shopping_end, 0.0f);
  const float root = std::sqrt(bound);
  size_t at = 0;
  for (size_t g = 0; g < taxonomy.groups.size(); ++g) {
    const size_t count = taxonomy.groups[g].subcategories.size();
    const auto last = context.earlier.begin() + static_cast<std::ptrdiff_t>(context.count);
    if (std::any_of(context.earlier.begin(), last, [&](const Earlier& earlier) { return earlier.group == g; })) {
      p.outcomes[g] = 0;
      for (size_t s = 0; s < count; ++s) p.outcomes[g] += p.subcategories[at + s] *= factor(context, g, s, bound, root);
    }
    at += count;
  }
  const float after = std::accumulate(p.outcomes.begin(), shopping_end, 0.0f);
  if (!(after > 0)) return;  // nothing is shopping
  const float scale = before / after;
  for (auto outcome = p.outcomes.begin(); outcome != shopping_end; ++outcome) *outcome *= scale;
  for (float& subcategory : p.subcategories) subcategory *= scale;
}

}  // namespace aisle
