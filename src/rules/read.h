// Rules from tab-separated text, one a line (models/RULES.md).
#ifndef AISLE_RULES_READ_H_
#define AISLE_RULES_READ_H_

#include <string>
#include <string_view>
#include <vector>

#include "pack/pack.h"
#include "rules/rule.h"
#include "text/tokenizer.h"

namespace aisle {

// Patterns without a literal are tried on every query.
inline constexpr size_t kMostUnfilteredPatterns = 16;

struct RuleProblem {
  size_t line;  // from 1
  std::string message;
};

struct RuleFile {
  std::vector<Rule> rules;  // in the order of the file
  std::vector<RuleProblem> problems;
};

// Texts are normalised by the pack's own rules. Lines with a problem are left out and listed; blank ones are skipped.
RuleFile read_rules(std::string_view tsv, const Pack& pack, Tokenizer& tokenizer);

}  // namespace aisle

#endif  // AISLE_RULES_READ_H_
