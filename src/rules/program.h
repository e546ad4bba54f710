// A regular expression as the steps of an automaton: what pattern_parser.h makes and pattern.h runs.
#ifndef AISLE_RULES_PROGRAM_H_
#define AISLE_RULES_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace aisle {

inline constexpr size_t kMostSteps = 1000;

struct CharacterRange {
  char32_t first, last;
};

using CharacterSet = std::vector<CharacterRange>;

// All but the last kind go on at the next step, if at all.
struct Step {
  enum Kind : uint8_t {
    kCharacter,    // takes the character `value`
    kSet,          // takes a character of sets[value]
    kFork,         // goes on at the next step, and at the one `value` steps from here
    kJump,         // goes on there alone
    kStart,        // goes on at the text's start
    kEnd,          // at its end
    kBorder,       // where one of two neighbours is a letter, digit or _ of ASCII
    kNoBorder,     // elsewhere
    kMatch,        // the last step: the text matches
  };
  Kind kind;
  int32_t value = 0;
};

// Characters are code points, those of ASCII in lower case.
struct Program {
  std::vector<Step> steps;  // at most kMostSteps
  std::vector<CharacterSet> sets;
};

}  // namespace aisle

#endif  // AISLE_RULES_PROGRAM_H_
