// What is known of the texts that a part of a regular expression matches, so that the index can tell which patterns a query may
// match at all.
#ifndef AISLE_RULES_LITERALS_H_
#define AISLE_RULES_LITERALS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace aisle {

inline constexpr size_t kShortestLiteral = 2;  // bytes

using Texts = std::vector<std::string>;

struct Known {
  std::optional<Texts> all;  // the texts that it matches, when they are few
  Texts needed;              // else: each text has one of these in it; empty when there is no telling

  // Each text has one of these in it, none of which is within another and each of kShortestLiteral bytes or more; empty when there
  // is no telling.
  Texts literals() const;
};

// One part or the other.
Known either(Known a, Known b);

// The part, `least` to `most` times.
Known repeated(Known part, size_t least, size_t most);

// One part after the other.
class KnownSequence {
 public:
  void add(Known part);
  Known finish();

 private:
  void end_run();

  Texts run_ = {""};     // what the last parts match together
  bool whole_ = true;    // the run is all of the parts
  Texts needed_;
};

}  // namespace aisle

#endif  // AISLE_RULES_LITERALS_H_
