#include "rules/rule.h"

namespace aisle {

const char* name(Match match) {
  switch (match) {
    case Match::kExact: return "exact";
    case Match::kPrefix: return "prefix";
    case Match::kContains: return "contains";
    case Match::kPattern: return "pattern";
  }
  return "exact";
}

}  // namespace aisle
