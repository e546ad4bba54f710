// Override rules: which of many matches a query, by an index, so that ten thousand cost a few microseconds.
//
// Of the rules that match, the one with the highest priority decides; of equals the narrower kind (exact, prefix, contains,
// pattern), then the longer text (of prefixes and phrases), then the narrower locale, then the first in the file.
#ifndef AISLE_RULES_RULES_H_
#define AISLE_RULES_RULES_H_

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/aho_corasick.h"
#include "rules/rule.h"

namespace aisle {

class Rules {
 public:
  Rules() = default;
  explicit Rules(std::vector<Rule> rules);

  Rules(Rules&&) noexcept = default;
  Rules& operator=(Rules&&) noexcept = default;

  // The rule that decides this query, or null. `text`: as Tokenizer::fold gives it; an empty one matches nothing. `locale`:
  // canonical tag, or empty. Not thread-safe. Time is linear in the text and in what of the rules' texts is found there;
  // allocates only for more finds than before.
  const Rule* find(std::string_view text, std::string_view locale);

  // Overwrites `found` with all rules that match, by precedence.
  void find_all(std::string_view text, std::string_view locale, std::vector<const Rule*>& found);

  // By precedence.
  const std::vector<Rule>& all() const { return rules_; }

 private:
  void collect(std::string_view text, std::string_view locale);

  // Rules are named by their index in rules_.
  std::vector<Rule> rules_;
  std::unordered_multimap<std::string_view, uint32_t> exact_;
  AhoCorasick strings_;                // prefixes, phrases, and literals of patterns
  std::vector<uint32_t> first_owner_;  // of each string; owners_ holds the rules up to the next string's first
  std::vector<uint32_t> owners_;
  std::vector<uint32_t> unfiltered_;   // patterns without literals
  // Scratch: what one query meets.
  std::vector<uint32_t> matches_, candidates_;
};

// Puts in the decision what the rule says, with confidence 1; the alternatives stay the model's.
void apply(const Rule& rule, Decision& decision);

}  // namespace aisle

#endif  // AISLE_RULES_RULES_H_
