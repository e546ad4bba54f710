// Which of many strings occur in a text, and where, in one pass over its bytes (Aho & Corasick 1975).
#ifndef AISLE_RULES_AHO_CORASICK_H_
#define AISLE_RULES_AHO_CORASICK_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace aisle {

class AhoCorasick {
 public:
  // `strings`: sorted by their bytes, none empty, none twice. They are not kept.
  explicit AhoCorasick(const std::vector<std::string_view>& strings = {});

  // Calls found(string's index, end in `text`) for each place where one of them ends, from left to right.
  template <class Function>
  void scan(std::string_view text, Function found) const {
    uint32_t node = kRoot;
    for (size_t i = 0; i < text.size(); ++i) {
      node = next(node, static_cast<uint8_t>(text[i]));
      for (uint32_t at = ending_[node]; at != kRoot; at = ending_[fail_[at]]) found(string_[at], i + 1);
    }
  }

 private:
  static constexpr uint32_t kRoot = 0;

  uint32_t child(uint32_t node, uint8_t byte) const;
  uint32_t next(uint32_t node, uint8_t byte) const;
  void add_node(uint32_t parent, uint8_t byte);

  // By node; nodes are numbered in breadth-first order, so that a node's children stand side by side, by their bytes.
  std::vector<uint8_t> byte_;           // that leads to it
  std::vector<uint32_t> first_child_;   // and up to the next node's first child
  std::vector<uint32_t> fail_;          // of the longest proper suffix of its string that is a node
  std::vector<uint32_t> ending_;        // itself or the nearest node on the way of fail_ that ends a string; kRoot: none
  std::vector<uint32_t> string_;        // that ends here
};

}  // namespace aisle

#endif  // AISLE_RULES_AHO_CORASICK_H_
