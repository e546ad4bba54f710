// Token ids -> one embedding: a pre-norm transformer (Vaswani et al. 2017; Xiong et al. 2020, arXiv:2002.04745) with
// hard-swish (Howard et al. 2019, arXiv:1905.02244), mean over tokens; int8 products by XNNPACK.
//
// Goals: exact sequence length (no padding), no allocation after create(), the same bits on every wasm engine.
// Non-goals: batches, training, other architectures.
#ifndef AISLE_ENCODER_ENCODER_H_
#define AISLE_ENCODER_ENCODER_H_

#include <memory>
#include <span>
#include <string_view>

#include "error.h"
#include "pack/pack.h"

namespace aisle {

class Encoder {
 public:
  // `view` must outlive the encoder. Errors: kOutOfMemory, kInternal.
  static Result<Encoder> create(const EncoderView& view);
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;
  ~Encoder();

  // `tokens`: 1..max_tokens ids below the piece count. `locale`: a BCP 47 tag; one the pack does not know (or an empty
  // one) adds nothing. The result, [width], stays valid until the next call. Not thread-safe: one object a thread.
  std::span<const float> encode(std::span<const int> tokens, std::string_view locale);

  size_t width() const;

 private:
  struct State;
  explicit Encoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace aisle

#endif  // AISLE_ENCODER_ENCODER_H_
