#include "learn/scorecard.h"

#include <algorithm>

namespace aisle {
namespace {

size_t best(const std::vector<float>& p, size_t count) {
  return static_cast<size_t>(std::max_element(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(count)) - p.begin());
}

double share(size_t part, size_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

// Number of a subcategory, counted through the groups.
size_t index_of(std::string_view id, const TaxonomyView& taxonomy) {
  size_t index = 0;
  for (const GroupView& g : taxonomy.groups) {
    for (const SubcategoryView& s : g.subcategories) {
      if (s.id == id) return index;
      ++index;
    }
  }
  return index;
}

}  // namespace

bool is_right(const LabelledQuery& query, const Decision& d, const Probabilities& p, const TaxonomyView& taxonomy, float ambiguous) {
  const size_t groups = taxonomy.groups.size();
  const auto group_index = [&] {
    return static_cast<size_t>(std::find_if(taxonomy.groups.begin(), taxonomy.groups.end(), [&](const GroupView& g) { return g.id == d.group->id; }) -
                               taxonomy.groups.begin());
  };
  switch (d.outcome) {
    case Outcome::kCategory: return holds(query.subcategories, index_of(d.category->id, taxonomy));
    case Outcome::kGroup: return holds(query.outcomes, group_index());
    case Outcome::kAmbiguous:
      return holds(query.outcomes, groups) ||
             std::any_of(query.outcomes.begin(), query.outcomes.end(), [&](size_t o) { return o < groups && p.outcomes[o] >= ambiguous; });
    case Outcome::kBroad: return holds(query.outcomes, groups);
    case Outcome::kNone: return holds(query.outcomes, groups + 1);
    case Outcome::kUnknown: return true;
  }
  return false;
}

void Scorecard::add(const LabelledQuery& query, const Probabilities& p, const Decision& decision, const TaxonomyView& taxonomy,
                    const DecisionRules& rules) {
  const size_t none = groups_ + 1;
  const size_t top = best(p.subcategories, p.subcategories.size());
  const double confidence = p.subcategories[top];
  const bool is_none = holds(query.outcomes, none);
  ++counts_.queries;
  const double shopping = 1 - static_cast<double>(p.outcomes[none]);
  shopping_answers_.push_back({std::max(shopping, 1 - shopping), (shopping < 0.5) == is_none});
  auto& outcome = counts_.outcomes[static_cast<size_t>(decision.outcome)];
  ++outcome.stated;
  outcome.right += is_right(query, decision, p, taxonomy, rules.ambiguous);
  std::vector<size_t> listed;
  for (const std::string_view id : decision.labels) listed.push_back(index_of(id, taxonomy));
  labels_.add(query.subcategories, listed, p.subcategories.size());
  if (query.subcategories.size() > 1) several_labels_.add(query.subcategories, listed, p.subcategories.size());
  if (is_none) {
    ++counts_.none;
    none_confidence_.push_back(confidence);
  }
  if (query.subcategories.empty()) return;
  ++counts_.with_subcategory;
  group_hits_ += holds(query.outcomes, best(p.outcomes, groups_));
  const bool right = holds(query.subcategories, top);
  top1_hits_ += right;
  std::vector<size_t> order(p.subcategories.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::partial_sort(order.begin(), order.begin() + 3, order.end(), [&](size_t a, size_t b) { return p.subcategories[a] > p.subcategories[b]; });
  top3_hits_ += std::any_of(order.begin(), order.begin() + 3, [&](size_t s) { return holds(query.subcategories, s); });
  answers_.push_back({confidence, right});
  if (!is_none) shopping_confidence_.push_back(confidence);
}

Scores Scorecard::scores() const {
  Scores s = counts_;
  s.group_top1 = share(group_hits_, s.with_subcategory);
  s.subcategory_top1 = share(top1_hits_, s.with_subcategory);
  s.subcategory_top3 = share(top3_hits_, s.with_subcategory);
  s.none_auroc = auroc(shopping_confidence_, none_confidence_);
  s.coverage_5 = coverage_at(answers_, 0.05);
  s.coverage_10 = coverage_at(answers_, 0.10);
  s.aurc = aurc(answers_);
  s.ece = expected_calibration_error(answers_);
  s.shopping_ece = expected_calibration_error(shopping_answers_);
  s.labels = labels_.scores();
  s.several_labels = several_labels_.scores();
  return s;
}

}  // namespace aisle
