// More rows for a softmax whose others stay as they are.
#ifndef AISLE_LEARN_SOFTMAX_ROWS_H_
#define AISLE_LEARN_SOFTMAX_ROWS_H_

#include <cstddef>
#include <limits>
#include <vector>

namespace aisle {

struct SoftmaxExample {
  const float* x;                                          // [width]
  float others = -std::numeric_limits<float>::infinity();  // log-sum-exp of the rows that stay; minus infinity: there are none
  int target = -1;                                         // the new row, or -1: one of the others
  float weight = 1;
};

struct SoftmaxRows {
  std::vector<std::vector<float>> weights;  // [rows][width]
  std::vector<float> biases;                // [rows]
};

// The weighted cross-entropy's least, with an L2 penalty on the weights; by Adam (Kingma & Ba 2015, arXiv:1412.6980) over all examples
// at once. The same for the same input.
SoftmaxRows fit_rows(const std::vector<SoftmaxExample>& examples, size_t width, size_t rows);

}  // namespace aisle

#endif  // AISLE_LEARN_SOFTMAX_ROWS_H_
