// Embedding -> logits: a router over groups (+ broad, none), and one independent head a group over its subcategories.
#ifndef AISLE_HEADS_HEADS_H_
#define AISLE_HEADS_HEADS_H_

#include <span>
#include <vector>

#include "encoder/linear.h"
#include "error.h"
#include "pack/pack.h"

namespace aisle {

// Uncalibrated; sized once by Heads::score and reused.
struct Logits {
  std::vector<float> router;         // [router components]
  std::vector<float> subcategories;  // [all subcategories], group after group in the taxonomy's order
};

class Heads {
 public:
  // Copies the weights. Errors: kOutOfMemory, kInternal.
  static Result<Heads> create(const HeadsView& view);

  // `embedding` is [width]. No allocation after the first call.
  void score(std::span<const float> embedding, Logits& logits);

 private:
  Heads(QuantizedRows quantized, Linear router) : quantized_(std::move(quantized)), router_(std::move(router)) {}
  QuantizedRows quantized_;
  Linear router_;
  std::vector<Linear> groups_;
  size_t subcategories_ = 0;
};

}  // namespace aisle

#endif  // AISLE_HEADS_HEADS_H_
