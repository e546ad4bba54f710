// A regular expression in time linear in the query: its automaton is in all of its states at once (Thompson 1968).
//
// The syntax is a part of RE2's, with the same meaning (models/RULES.md), matched anywhere, letters of ASCII in any case. RE2 itself
// would make the engine half as large again; the unit tests compare the two.
#ifndef AISLE_RULES_PATTERN_H_
#define AISLE_RULES_PATTERN_H_

#include <bitset>
#include <cstdint>
#include <string_view>

#include "error.h"
#include "rules/literals.h"
#include "rules/program.h"

namespace aisle {

class Pattern {
 public:
  // Errors: kInvalidArgument, saying what is wrong and where.
  static Result<Pattern> create(std::string_view expression);

  // `text`: valid UTF-8. Does not allocate.
  bool matches(std::string_view text) const;

  // A text that matches has at least one of these in it, each kShortestLiteral bytes long or more and in lower case; empty when
  // there is no telling.
  const Texts& literals() const { return literals_; }

 private:
  void find_first_bytes();

  Program program_;
  Texts literals_;
  std::bitset<256> first_bytes_;  // that a match can start with; all when it may be empty
};

}  // namespace aisle

#endif  // AISLE_RULES_PATTERN_H_
