#include "rules/aho_corasick.h"

#include <algorithm>

namespace aisle {

AhoCorasick::AhoCorasick(const std::vector<std::string_view>& strings) {
  // The strings that start with a node's, as a range of `strings`.
  struct Range {
    size_t start, end, depth;
  };
  std::vector<Range> ranges = {{0, strings.size(), 0}};
  byte_ = {0};
  fail_ = ending_ = string_ = {kRoot};
  for (uint32_t node = 0; node < ranges.size(); ++node) {
    first_child_.push_back(static_cast<uint32_t>(ranges.size()));
    auto [at, end, depth] = ranges[node];
    if (at < end && strings[at].size() == depth) {
      string_[node] = static_cast<uint32_t>(at++);
      ending_[node] = node;
    } else if (node != kRoot) {
      ending_[node] = ending_[fail_[node]];
    }
    while (at < end) {
      const size_t first = at;
      while (at < end && strings[at][depth] == strings[first][depth]) ++at;
      add_node(node, static_cast<uint8_t>(strings[first][depth]));
      ranges.push_back({first, at, depth + 1});
    }
  }
  first_child_.push_back(static_cast<uint32_t>(ranges.size()));
}

// All nodes of less depth than the new one are there, so its suffixes are.
void AhoCorasick::add_node(uint32_t parent, uint8_t byte) {
  fail_.push_back(parent == kRoot ? kRoot : next(fail_[parent], byte));
  byte_.push_back(byte);
  ending_.push_back(kRoot);
  string_.push_back(0);
}

// kRoot: none.
uint32_t AhoCorasick::child(uint32_t node, uint8_t byte) const {
  const auto start = byte_.begin() + first_child_[node], end = byte_.begin() + first_child_[node + 1];
  const auto found = std::lower_bound(start, end, byte);
  return found != end && *found == byte ? static_cast<uint32_t>(found - byte_.begin()) : kRoot;
}

uint32_t AhoCorasick::next(uint32_t node, uint8_t byte) const {
  for (;; node = fail_[node]) {
    if (const uint32_t found = child(node, byte); found != kRoot || node == kRoot) return found;
  }
}

}  // namespace aisle
