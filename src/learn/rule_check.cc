#include "learn/rule_check.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "text/words.h"

namespace aisle {
namespace {

// Is the phrase in each query that starts with `prefix`? At the prefix's end the word may go on.
bool is_within_prefix(std::string_view phrase, std::string_view prefix) {
  for (size_t at = prefix.find(phrase); at != prefix.npos; at = prefix.find(phrase, at + 1)) {
    const size_t end = at + phrase.size();
    if (end < prefix.size() && is_word_border(prefix, at) && is_word_border(prefix, end)) return true;
  }
  return false;
}

// Does `by`, which matches the text of `rule`, match each query that `rule` does?
bool covers(const Rule& by, const Rule& rule) {
  switch (rule.match) {
    case Match::kExact: return true;
    case Match::kPrefix: return by.match == Match::kPrefix || (by.match == Match::kContains && is_within_prefix(by.text, rule.text));
    case Match::kContains: return by.match == Match::kContains;
    case Match::kPattern: return by.match == Match::kPattern && by.text == rule.text;
  }
  return false;
}

// Does nothing but the file's order tell which of the two comes first?
bool tie(const Rule& a, const Rule& b) {
  const bool same_length = a.match == Match::kPattern || a.text.size() == b.text.size();
  return a.priority == b.priority && a.match == b.match && same_length && a.locale == b.locale;
}

std::string named(const Rule& rule) { return "rule \"" + rule.id + "\""; }

std::string with_line(const Rule& rule) { return named(rule) + " (line " + std::to_string(rule.line) + ")"; }

class Check {
 public:
  std::vector<RuleProblem> run(Rules& rules) {
    std::unordered_map<std::string_view, std::vector<const Rule*>> patterns;  // by their text, which is no query
    std::vector<const Rule*> found;
    for (const Rule& rule : rules.all()) {
      if (rule.match == Match::kPattern) {
        auto& same = patterns[rule.text];
        std::erase_if(found = same, [&](const Rule* other) { return !other->applies_in(rule.locale); });
        same.push_back(&rule);
        found.push_back(&rule);
      } else {
        rules.find_all(rule.text, rule.locale, found);
      }
      look_for_cover(rule, found);
      look_for_clashes(rule, found);
    }
    std::move(clashes_.begin(), clashes_.end(), std::back_inserter(problems_));
    std::stable_sort(problems_.begin(), problems_.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    return std::move(problems_);
  }

 private:
  // `found`: what matches the rule's text, by precedence.
  void look_for_cover(const Rule& rule, const std::vector<const Rule*>& found) {
    for (const Rule* by : found) {
      if (by == &rule) return;
      if (!covers(*by, rule)) continue;
      problems_.push_back({rule.line, named(rule) + " can never fire: " + with_line(*by) + " comes before it and matches all of its queries"});
      return;
    }
  }

  void look_for_clashes(const Rule& rule, const std::vector<const Rule*>& found) {
    for (size_t i = 1; i < found.size(); ++i) {
      const Rule &first = *found[i - 1], &second = *found[i];
      if (!tie(first, second) || first.decides_as(second) || !clashing_.insert(&second).second) continue;
      clashes_.push_back({second.line, named(second) + " clashes with " + with_line(first) + " at equal priority: both match \"" + rule.text +
                                           "\" and decide differently; the first in the file wins"});
    }
  }

  std::vector<RuleProblem> problems_, clashes_;
  std::unordered_set<const Rule*> clashing_;
};

}  // namespace

std::vector<RuleProblem> check_rules(Rules& rules) { return Check().run(rules); }

}  // namespace aisle
