// An override rule: for queries like this, decide that, whatever the model says.
#ifndef AISLE_RULES_RULE_H_
#define AISLE_RULES_RULE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decision/decide.h"
#include "pack/pack.h"
#include "rules/pattern.h"

namespace aisle {

// In the order of precedence: the narrower kind first.
enum class Match {
  kExact,     // the query is the text
  kPrefix,    // it starts with the text, be it within a word
  kContains,  // it has the text in it, from word border to word border
  kPattern,   // the regular expression matches somewhere in it
};

// "exact", "prefix", "contains", "pattern".
const char* name(Match match);

// Views point into the pack.
struct Rule {
  std::string id;
  Match match = Match::kExact;
  std::string text;                // as queries are normalised; of a pattern, as written
  std::optional<Pattern> pattern;  // with kPattern
  std::string locale;              // canonical tag, for that locale and what is within it ("en" for "en-GB" too); empty: all
  int priority = 0;
  size_t line = 0;                 // of the file, from 1
  // What it decides: one or more subcategories, or else a group, or else the outcome alone.
  Outcome outcome = Outcome::kUnknown;
  const GroupView* group = nullptr;  // with kCategory (of the first subcategory) and kGroup
  std::vector<const SubcategoryView*> subcategories;

  bool applies_in(std::string_view query_locale) const {
    return query_locale.starts_with(locale) && (locale.empty() || query_locale.size() == locale.size() || query_locale[locale.size()] == '-');
  }

  bool decides_as(const Rule& other) const {
    return outcome == other.outcome && group == other.group && subcategories == other.subcategories;
  }
};

}  // namespace aisle

#endif  // AISLE_RULES_RULE_H_
