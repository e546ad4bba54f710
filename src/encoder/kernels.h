// The float pieces between the int8 products. All are row-wise and use only + - * / and square root (exp and log in softmaxes),
// without contraction to fused multiply-add, so that every wasm engine gives the same bits.
#ifndef AISLE_ENCODER_KERNELS_H_
#define AISLE_ENCODER_KERNELS_H_

#include <cstddef>
#include <span>

#include "pack/pack.h"

namespace aisle {

// out[i] += the row's values, for any tensor type; `out` is [columns].
void add_row(const TensorView& tensor, size_t row, float* out);

// out = (x - mean) / sqrt(variance + 1e-5) * gain + bias over each of `rows` rows (Ba et al. 2016); out may be x.
void layer_norm(const LayerNormView& norm, const float* x, size_t rows, float* out);

// x = x * min(max(x + 3, 0), 6) / 6 in place.
void hard_swish(float* x, size_t count);

void add(const float* from, size_t count, float* to);

// Scaled dot-product attention of all heads. qkv is [tokens, 3 * width] (queries, keys, values; each split into heads),
// scores is scratch of [tokens], out is [tokens, width].
void attention(const float* qkv, size_t tokens, size_t width, size_t heads, float* scores, float* out);

// In place; subtracts the maximum first.
void softmax(float* x, size_t count);

// Logarithm of the sum of exp(x / temperature); of one element at least.
float log_sum_exp(std::span<const float> x, float temperature = 1);

}  // namespace aisle

#endif  // AISLE_ENCODER_KERNELS_H_
