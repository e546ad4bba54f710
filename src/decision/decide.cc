#include "decision/decide.h"

#include <algorithm>

#include "text/locale.h"

namespace aisle {
namespace {

// Where a subcategory stands: subcategories are counted through the groups in the taxonomy's order.
const SubcategoryView& subcategory(const TaxonomyView& taxonomy, size_t index) {
  size_t group = 0;
  while (index >= taxonomy.groups[group].subcategories.size()) index -= taxonomy.groups[group++].subcategories.size();
  return taxonomy.groups[group].subcategories[index];
}

// The `top` most probable subcategories, best first; equal ones in the taxonomy's order.
void list_alternatives(const std::vector<float>& p, const TaxonomyView& taxonomy, size_t top, std::vector<Alternative>& out) {
  out.clear();
  float bound = 2;
  for (size_t last = p.size(); out.size() < std::min(top, p.size());) {
    size_t best = p.size();
    for (size_t s = 0; s < p.size(); ++s) {
      const bool after = p[s] < bound || (p[s] == bound && s > last);
      if (after && (best == p.size() || p[s] > p[best])) best = s;
    }
    if (best == p.size()) break;
    out.push_back({subcategory(taxonomy, best).id, p[best]});
    bound = p[best];
    last = best;
  }
}

struct Span {
  size_t start, count;
};

Span subcategories_of(const TaxonomyView& taxonomy, size_t group) {
  size_t start = 0;
  for (size_t g = 0; g < group; ++g) start += taxonomy.groups[g].subcategories.size();
  return {start, taxonomy.groups[group].subcategories.size()};
}

// The stated category, and of the alternatives those that are probable enough.
void list_labels(float threshold, Decision& decision) {
  if (decision.category) decision.labels.push_back(decision.category->id);
  for (const Alternative& a : decision.alternatives) {
    if (a.probability < threshold || decision.labels.size() == kMostLabels) return;
    const bool stated = decision.category && decision.category->id == a.id;
    if (!stated) decision.labels.push_back(a.id);
  }
}

void abstain(float confidence, Decision& decision) {
  decision.outcome = Outcome::kUnknown;
  decision.confidence = confidence;
}

// No group alone is sure enough: ambiguous when those with a fair share each are together.
void decide_between_groups(const std::vector<float>& outcomes, size_t groups, const DecisionRules& rules, float threshold, Decision& decision) {
  float sum = 0;
  int several = 0;
  for (size_t g = 0; g < groups; ++g) {
    if (outcomes[g] < rules.ambiguous) continue;
    sum += outcomes[g];
    ++several;
  }
  if (several < 2 || sum < threshold) return abstain(*std::max_element(outcomes.begin(), outcomes.end()), decision);
  decision.outcome = Outcome::kAmbiguous;
  decision.confidence = sum;
}

void decide_within_group(size_t best, const Probabilities& p, const TaxonomyView& taxonomy, const DecisionRules& rules,
                         const Thresholds& thresholds, Decision& decision) {
  const auto [start, count] = subcategories_of(taxonomy, best);
  const auto first = p.subcategories.begin() + static_cast<std::ptrdiff_t>(start);
  const auto top = std::max_element(first, first + static_cast<std::ptrdiff_t>(count));
  const GroupView& group = taxonomy.groups[best];
  const bool category = *top >= thresholds.category;
  if (!category && p.outcomes[best] < thresholds.group) return decide_between_groups(p.outcomes, taxonomy.groups.size(), rules, thresholds.group, decision);
  decision.group = Node{group.id, group.name, p.outcomes[best]};
  decision.outcome = category ? Outcome::kCategory : Outcome::kGroup;
  decision.confidence = category ? *top : p.outcomes[best];
  if (!category) return;
  const SubcategoryView& sub = group.subcategories[static_cast<size_t>(top - first)];
  decision.category = Node{sub.id, sub.name, *top};
}

}  // namespace

const char* band(float confidence) {
  if (confidence >= 0.95f) return "certain";
  if (confidence >= 0.85f) return "very-likely";
  if (confidence >= 0.7f) return "likely";
  return confidence >= 0.5f ? "possible" : "unlikely";
}

const char* name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCategory: return "category";
    case Outcome::kGroup: return "group";
    case Outcome::kAmbiguous: return "ambiguous";
    case Outcome::kBroad: return "broad";
    case Outcome::kNone: return "none";
    case Outcome::kUnknown: return "unknown";
  }
  return "unknown";
}

const char* name(Source source) {
  switch (source) {
    case Source::kModel: return "model";
    case Source::kOverride: return "override";
    case Source::kPrototype: return "prototype";
  }
  return "model";
}

const std::vector<Thresholds>& thresholds_for(const Pack& pack, std::string_view locale) {
  const DecisionRules& rules = pack.rules;
  const bool other = !locale.empty() && !rules.other_languages.empty() && !pack.languages.empty() && !same_language(locale, pack.languages.front());
  return other ? rules.other_languages : rules.thresholds;
}

void decide(const Probabilities& p, const TaxonomyView& taxonomy, const DecisionRules& rules, const Thresholds& thresholds, size_t top,
            Decision& decision) {
  const size_t broad = taxonomy.groups.size(), none = broad + 1;
  const size_t best = static_cast<size_t>(std::max_element(p.outcomes.begin(), p.outcomes.end()) - p.outcomes.begin());
  decision.source = Source::kModel;
  decision.rule = {};
  decision.category.reset();
  decision.group.reset();
  decision.labels.clear();
  decision.shopping = 1 - p.outcomes[none];
  list_alternatives(p.subcategories, taxonomy, std::max(top, kMostLabels), decision.alternatives);
  if (best == none || best == broad) {
    const bool sure = p.outcomes[best] >= (best == none ? thresholds.none : thresholds.broad);
    abstain(p.outcomes[best], decision);
    if (sure) decision.outcome = best == none ? Outcome::kNone : Outcome::kBroad;
  } else {
    decide_within_group(best, p, taxonomy, rules, thresholds, decision);
  }
  list_labels(rules.label, decision);
  decision.alternatives.resize(std::min(top, decision.alternatives.size()));
}

}  // namespace aisle
