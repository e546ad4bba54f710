// From a regular expression's text to its automaton.
#ifndef AISLE_RULES_PATTERN_PARSER_H_
#define AISLE_RULES_PATTERN_PARSER_H_

#include <string_view>

#include "error.h"
#include "rules/literals.h"
#include "rules/program.h"

namespace aisle {

struct ParsedPattern {
  Program program;
  Known known;
};

// Errors: kInvalidArgument, "at character N: " and what is wrong there, or that it takes too many steps.
Result<ParsedPattern> parse_pattern(std::string_view expression);

}  // namespace aisle

#endif  // AISLE_RULES_PATTERN_PARSER_H_
