// y = W x + b with int8 weights (one scale an output) and inputs quantised row by row at run time
// (XNNPACK's qd8-f32-qc8w fully connected operator).
#ifndef AISLE_ENCODER_LINEAR_H_
#define AISLE_ENCODER_LINEAR_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "error.h"
#include "pack/pack.h"

namespace aisle {

// Float rows quantised for Linear::run; one object serves every Linear of one thread, in turn.
class QuantizedRows {
 public:
  // Room for `max_rows` rows of `max_columns` values. Errors: kOutOfMemory, kInternal.
  static Result<QuantizedRows> create(size_t max_rows, size_t max_columns);
  QuantizedRows(QuantizedRows&&) noexcept;
  QuantizedRows& operator=(QuantizedRows&&) noexcept;
  ~QuantizedRows();

  // `input` is [rows, columns]. Each row gets its own scale and zero point. No allocation.
  void quantize(const float* input, size_t rows, size_t columns);

 private:
  friend class Linear;
  struct State;
  explicit QuantizedRows(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Linear {
 public:
  // Packs the weights into XNNPACK's layout (a copy). Errors: kOutOfMemory, kInternal.
  static Result<Linear> create(const LinearView& weights);
  Linear(Linear&&) noexcept;
  Linear& operator=(Linear&&) noexcept;
  ~Linear();

  // Overwrites `output`, [rows of `input`, outputs()]. No allocation after the first call with the most rows.
  void run(const QuantizedRows& input, float* output) const;

  size_t inputs() const;
  size_t outputs() const;

 private:
  struct State;
  explicit Linear(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace aisle

#endif  // AISLE_ENCODER_LINEAR_H_
