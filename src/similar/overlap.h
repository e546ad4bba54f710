// How alike two texts are in writing: the pairs of neighbouring characters that they share (Dice 1945, "Measures of the amount of
// ecologic association between species"; on letter pairs, Adamson & Boreham 1974).
#ifndef AISLE_SIMILAR_OVERLAP_H_
#define AISLE_SIMILAR_OVERLAP_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace aisle {

class CharacterPairs {
 public:
  // `text` is folded (Tokenizer::fold); a space counts as standing at either end. Allocates only for longer texts than before.
  void assign(std::string_view text);

  // 0..1: twice the pairs in common over all pairs of both; 1 for the same text.
  float overlap(const CharacterPairs& other) const;

 private:
  std::vector<uint64_t> pairs_;  // sorted; a pair that is there twice counts twice
};

}  // namespace aisle

#endif  // AISLE_SIMILAR_OVERLAP_H_
