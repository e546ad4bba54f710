// Calibrated probabilities -> a Decision: accept, roll up to the group, or abstain (selective classification,
// Geifman & El-Yaniv 2017, arXiv:1705.08500).
#ifndef AISLE_DECISION_DECIDE_H_
#define AISLE_DECISION_DECIDE_H_

#include <optional>
#include <string_view>
#include <vector>

#include "decision/calibrate.h"
#include "pack/pack.h"

namespace aisle {

enum class Outcome {
  kCategory,   // one subcategory, accepted
  kGroup,      // rolled up: the group is sure enough, the subcategory is not
  kAmbiguous,  // several groups share the probability
  kBroad,      // shopping, but no single group
  kNone,       // not shopping
  kUnknown,    // abstained
};

// All probabilities are in 0..1. The views point into the pack and live as long as its Classifier, those of a new
// category until it is removed.
struct Node {
  std::string_view id, name;
  float confidence = 0;
};

struct Alternative {
  std::string_view id;
  float probability = 0;
};

enum class Source {
  kModel,
  kOverride,   // a rule (rules/rules.h)
  kPrototype,  // the category, or the group of its own, is a new one (prototypes/prototypes.h)
};

inline constexpr size_t kMostLabels = 5;

struct Decision {
  Outcome outcome = Outcome::kUnknown;
  Source source = Source::kModel;
  std::string_view rule;                  // with kOverride: its id, which lives until the Classifier's rules change
  std::optional<Node> category;           // with kCategory
  std::optional<Node> group;              // with kCategory and kGroup
  std::vector<std::string_view> labels;   // subcategories from the label threshold on, best first, kMostLabels at most
  std::vector<Alternative> alternatives;  // the most probable subcategories, whatever the outcome
  float confidence = 0;  // of the outcome: P(category), P(group), sum over the ambiguous groups, P(broad), P(none);
                         // when unknown, of the best candidate, which was not good enough
  float shopping = 0;    // P(the query is shopping at all)
};

// "certain" >= .95, "very-likely" >= .85, "likely" >= .7, "possible" >= .5, else "unlikely".
const char* band(float confidence);

// "category", "group", "ambiguous", "broad", "none", "unknown".
const char* name(Outcome outcome);

// "model", "override", "prototype".
const char* name(Source source);

// Those of the pack that serve queries of this locale (canonical tag or empty), by ascending error rate.
const std::vector<Thresholds>& thresholds_for(const Pack& pack, std::string_view locale);

// Overwrites `decision`, reusing its memory. `top`: how many alternatives.
void decide(const Probabilities& probabilities, const TaxonomyView& taxonomy, const DecisionRules& rules, const Thresholds& thresholds,
            size_t top, Decision& decision);

}  // namespace aisle

#endif  // AISLE_DECISION_DECIDE_H_
