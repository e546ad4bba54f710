#include "encoder/kernels.h"

#include <algorithm>
#include <cmath>

namespace aisle {

void add_row(const TensorView& tensor, size_t row, float* out) {
  const size_t columns = tensor.columns;
  if (tensor.type == TensorType::kFloat32) {
    add(reinterpret_cast<const float*>(tensor.values.data()) + row * columns, columns, out);
    return;
  }
  const float scale = tensor.scales[row];
  if (tensor.type == TensorType::kInt8) {
    const auto* values = reinterpret_cast<const int8_t*>(tensor.values.data()) + row * columns;
    for (size_t i = 0; i < columns; ++i) out[i] += scale * static_cast<float>(values[i]);
    return;
  }
  const uint8_t* pairs = tensor.values.data() + row * columns / 2;
  for (size_t i = 0; i < columns / 2; ++i) {
    out[2 * i] += scale * static_cast<float>((pairs[i] & 15) - 8);
    out[2 * i + 1] += scale * static_cast<float>((pairs[i] >> 4) - 8);
  }
}

void layer_norm(const LayerNormView& norm, const float* x, size_t rows, float* out) {
  const size_t width = norm.gain.size();
  for (size_t r = 0; r < rows; ++r, x += width, out += width) {
    // four sums side by side: the order of additions is fixed and yet fits a SIMD register
    float sums[4] = {}, squares[4] = {};
    for (size_t i = 0; i < width; ++i) sums[i % 4] += x[i];
    const float mean = (sums[0] + sums[1] + sums[2] + sums[3]) / static_cast<float>(width);
    for (size_t i = 0; i < width; ++i) squares[i % 4] += (x[i] - mean) * (x[i] - mean);
    const float variance = (squares[0] + squares[1] + squares[2] + squares[3]) / static_cast<float>(width);
    const float inverse = 1.0f / std::sqrt(variance + 1e-5f);
    for (size_t i = 0; i < width; ++i) out[i] = (x[i] - mean) * inverse * norm.gain[i] + norm.bias[i];
  }
}

void hard_swish(float* x, size_t count) {
  for (size_t i = 0; i < count; ++i) x[i] = x[i] * std::min(std::max(x[i] + 3.0f, 0.0f), 6.0f) * (1.0f / 6.0f);
}

void add(const float* from, size_t count, float* to) {
  for (size_t i = 0; i < count; ++i) to[i] += from[i];
}

void softmax(float* x, size_t count) {
  const float most = *std::max_element(x, x + count);
  float sum = 0;
  for (size_t i = 0; i < count; ++i) sum += x[i] = std::exp(x[i] - most);
  for (size_t i = 0; i < count; ++i) x[i] /= sum;
}

float log_sum_exp(std::span<const float> x, float temperature) {
  const float most = *std::max_element(x.begin(), x.end());
  float sum = 0;
  for (const float value : x) sum += std::exp((value - most) / temperature);
  return most / temperature + std::log(sum);
}

void attention(const float* qkv, size_t tokens, size_t width, size_t heads, float* scores, float* out) {
  const size_t depth = width / heads, stride = 3 * width;
  const float scale = 1.0f / std::sqrt(static_cast<float>(depth));
  std::fill_n(out, tokens * width, 0.0f);
  for (size_t h = 0; h < heads; ++h) {
    for (size_t t = 0; t < tokens; ++t) {
      const float* query = qkv + t * stride + h * depth;
      for (size_t u = 0; u < tokens; ++u) {
        const float* key = qkv + u * stride + width + h * depth;
        float sums[4] = {};
        for (size_t i = 0; i < depth; ++i) sums[i % 4] += query[i] * key[i];
        scores[u] = (sums[0] + sums[1] + sums[2] + sums[3]) * scale;
      }
      softmax(scores, tokens);
      float* to = out + t * width + h * depth;
      for (size_t u = 0; u < tokens; ++u) {
        const float* value = qkv + u * stride + 2 * width + h * depth;
        for (size_t i = 0; i < depth; ++i) to[i] += scores[u] * value[i];
      }
    }
  }
}

}  // namespace aisle
