#include "rules/rules.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "text/words.h"

namespace aisle {
namespace {

bool precedes(const Rule& a, const Rule& b) {
  // The longer expression need not be the narrower one.
  const auto length = [](const Rule& rule) { return rule.match == Match::kPattern ? 0 : rule.text.size(); };
  return std::tuple(b.priority, a.match, length(b), b.locale.size(), a.line) < std::tuple(a.priority, b.match, length(a), a.locale.size(), b.line);
}

void sort_once(std::vector<uint32_t>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

Rules::Rules(std::vector<Rule> rules) : rules_(std::move(rules)) {
  std::sort(rules_.begin(), rules_.end(), precedes);
  std::vector<std::pair<std::string_view, uint32_t>> strings;
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (rule.match == Match::kExact) {
      exact_.emplace(rule.text, i);
    } else if (rule.match != Match::kPattern) {
      strings.emplace_back(rule.text, i);
    } else if (rule.pattern->literals().empty()) {
      unfiltered_.push_back(i);
    } else {
      for (const std::string& literal : rule.pattern->literals()) strings.emplace_back(literal, i);
    }
  }
  std::sort(strings.begin(), strings.end());
  std::vector<std::string_view> once;
  for (const auto& [string, rule] : strings) {
    if (once.empty() || once.back() != string) {
      once.push_back(string);
      first_owner_.push_back(static_cast<uint32_t>(owners_.size()));
    }
    owners_.push_back(rule);
  }
  first_owner_.push_back(static_cast<uint32_t>(owners_.size()));
  strings_ = AhoCorasick(once);
}

// matches_: exact, prefix and contains rules that match; candidates_: patterns that may.
void Rules::collect(std::string_view text, std::string_view locale) {
  matches_.clear();
  candidates_.clear();
  if (text.empty()) return;
  const auto add = [&](uint32_t rule, std::vector<uint32_t>& to) {
    if (rules_[rule].applies_in(locale)) to.push_back(rule);
  };
  for (const uint32_t rule : unfiltered_) add(rule, candidates_);
  const auto [first, last] = exact_.equal_range(text);
  for (auto at = first; at != last; ++at) add(at->second, matches_);
  strings_.scan(text, [&](uint32_t string, size_t end) {
    for (uint32_t i = first_owner_[string]; i < first_owner_[string + 1]; ++i) {
      const Rule& rule = rules_[owners_[i]];
      if (rule.match == Match::kPattern) {
        add(owners_[i], candidates_);
        continue;
      }
      const size_t start = end - rule.text.size();
      const bool here = rule.match == Match::kPrefix ? start == 0 : is_word_border(text, start) && is_word_border(text, end);
      if (here) add(owners_[i], matches_);
    }
  });
  sort_once(candidates_);
}

const Rule* Rules::find(std::string_view text, std::string_view locale) {
  collect(text, locale);
  uint32_t best = static_cast<uint32_t>(rules_.size());
  for (const uint32_t match : matches_) best = std::min(best, match);
  for (const uint32_t candidate : candidates_) {
    if (candidate > best) break;
    if (rules_[candidate].pattern->matches(text)) best = candidate;
  }
  return best < rules_.size() ? &rules_[best] : nullptr;
}

void Rules::find_all(std::string_view text, std::string_view locale, std::vector<const Rule*>& found) {
  collect(text, locale);
  for (const uint32_t candidate : candidates_) {
    if (rules_[candidate].pattern->matches(text)) matches_.push_back(candidate);
  }
  sort_once(matches_);
  found.clear();
  for (const uint32_t match : matches_) found.push_back(&rules_[match]);
}

void apply(const Rule& rule, Decision& decision) {
  const auto node = [](const auto& named) { return Node{named.id, named.name, 1}; };
  decision.source = Source::kOverride;
  decision.rule = rule.id;
  decision.outcome = rule.outcome;
  decision.category.reset();
  decision.group.reset();
  decision.labels.clear();
  if (rule.group) decision.group = node(*rule.group);
  if (!rule.subcategories.empty()) decision.category = node(*rule.subcategories.front());
  for (const SubcategoryView* subcategory : rule.subcategories) decision.labels.push_back(subcategory->id);
  const bool stated = rule.outcome != Outcome::kUnknown;
  decision.confidence = stated ? 1 : 0;
  if (stated) decision.shopping = rule.outcome != Outcome::kNone ? 1 : 0;
}

}  // namespace aisle
