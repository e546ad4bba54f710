// What is wrong with rules that are sound line by line: those that can never decide, and those that clash.
#ifndef AISLE_LEARN_RULE_CHECK_H_
#define AISLE_LEARN_RULE_CHECK_H_

#include <vector>

#include "rules/read.h"
#include "rules/rules.h"

namespace aisle {

// By line. A rule never decides when another, which precedes it, matches all of its queries. Two clash when both match a query,
// decide differently, and only their order in the file tells which comes first. Queries are the rules' own texts, so that of two
// patterns, about which no text tells, nothing is said; nor of what several rules together leave to another.
std::vector<RuleProblem> check_rules(Rules& rules);

}  // namespace aisle

#endif  // AISLE_LEARN_RULE_CHECK_H_
