// The engine's arithmetic against a plain double-precision reference of the same definitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "encoder/kernels.h"
#include "encoder/linear.h"
#include "tiny_pack.h"

namespace aisle {
namespace {

using Matrix = std::vector<std::vector<double>>;

// One fluent tester for the operator: shapes in, agreement with the scalar reference out.
class LinearTester {
 public:
  LinearTester& rows(size_t n) { rows_ = n; return *this; }
  LinearTester& inputs(size_t n) { inputs_ = n; return *this; }
  LinearTester& outputs(size_t n) { outputs_ = n; return *this; }

  void test() const {
    std::vector<int8_t> weights(outputs_ * inputs_);
    std::vector<float> scales(outputs_), bias(outputs_), x(rows_ * inputs_ + 64), y(rows_ * outputs_ + 64);
    for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int8_t>(static_cast<int>(i * 37 % 255) - 127);
    for (size_t o = 0; o < outputs_; ++o) scales[o] = 0.001f * static_cast<float>(o % 7 + 1), bias[o] = 0.1f * static_cast<float>(o % 5) - 0.2f;
    for (size_t i = 0; i < rows_ * inputs_; ++i) x[i] = std::sin(static_cast<float>(i) * 0.7f) * static_cast<float>(i % 3 + 1);
    LinearView view;
    view.weight = {TensorType::kInt8, outputs_, inputs_, {reinterpret_cast<const uint8_t*>(weights.data()), weights.size()}, scales};
    view.bias = bias;
    auto linear = Linear::create(view);
    ASSERT_TRUE(linear) << linear.error().message;
    auto quantized = QuantizedRows::create(rows_, inputs_);
    ASSERT_TRUE(quantized);
    quantized->quantize(x.data(), rows_, inputs_);
    linear->run(*quantized, y.data());
    for (size_t r = 0; r < rows_; ++r) {
      // the row's step bounds what quantising the input can cost
      const auto [low, high] = std::minmax_element(x.begin() + static_cast<std::ptrdiff_t>(r * inputs_), x.begin() + static_cast<std::ptrdiff_t>((r + 1) * inputs_));
      const double step = (std::max(*high, 0.0f) - std::min(*low, 0.0f)) / 255.0;
      for (size_t o = 0; o < outputs_; ++o) {
        double expected = bias[o], allowed = 1e-4;
        for (size_t i = 0; i < inputs_; ++i) {
          const double w = scales[o] * static_cast<double>(weights[o * inputs_ + i]);
          expected += w * static_cast<double>(x[r * inputs_ + i]);
          allowed += std::abs(w) * step * 0.51;
        }
        ASSERT_NEAR(y[r * outputs_ + o], expected, allowed) << "row " << r << " output " << o;
      }
    }
  }

 private:
  size_t rows_ = 1, inputs_ = 16, outputs_ = 16;
};

TEST(Linear, OneRow) { LinearTester().test(); }
TEST(Linear, ManyRows) { for (size_t rows = 1; rows <= 17; ++rows) LinearTester().rows(rows).inputs(64).outputs(48).test(); }
TEST(Linear, OddShapes) { LinearTester().rows(3).inputs(7).outputs(5).test(); }
TEST(Linear, OneOutput) { LinearTester().rows(5).inputs(33).outputs(1).test(); }
TEST(Linear, LayerShape) { LinearTester().rows(9).inputs(256).outputs(1024).test(); }

TEST(Kernels, HardSwish) {
  std::vector<float> x = {-4, -3, -1, 0, 1, 3, 5};
  hard_swish(x.data(), x.size());
  const std::vector<double> expected = {0, 0, -1.0 / 3, 0, 2.0 / 3, 3, 5};
  for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], expected[i], 1e-6);
}

TEST(Kernels, SoftmaxOfLargeLogits) {
  std::vector<float> x = {1000, 1000, -1000};
  softmax(x.data(), x.size());
  EXPECT_FLOAT_EQ(x[0], 0.5f);
  EXPECT_FLOAT_EQ(x[1], 0.5f);
  EXPECT_FLOAT_EQ(x[2], 0);
}

TEST(Kernels, LayerNorm) {
  const std::vector<float> gain = {1, 2, 1, 1, 1}, bias = {0, 0, 1, 0, 0}, x = {1, 2, 3, 4, 5};
  std::vector<float> y(5);
  layer_norm({gain, bias}, x.data(), 1, y.data());
  const double deviation = std::sqrt(2.0 + 1e-5);
  for (size_t i = 0; i < 5; ++i) EXPECT_NEAR(y[i], (x[i] - 3) / deviation * gain[i] + bias[i], 1e-5);
}

TEST(Kernels, Int4RowsUnpackLowNibbleFirst) {
  const std::vector<uint8_t> values = {0x1F, 0x80};
  const std::vector<float> scales = {0.5f};
  std::vector<float> out = {1, 1, 1, 1};
  add_row({TensorType::kInt4, 1, 4, values, scales}, 0, out.data());
  EXPECT_THAT(out, testing::ElementsAre(1 + 3.5f, 1 - 3.5f, 1 - 4.0f, 1));
}

double at(const TensorView& t, size_t row, size_t column) {
  std::vector<float> values(t.columns);
  add_row(t, row, values.data());
  return static_cast<double>(values[column]);
}

Matrix linear(const LinearView& l, const Matrix& x) {
  Matrix y(x.size(), std::vector<double>(l.weight.rows));
  for (size_t r = 0; r < x.size(); ++r) {
    for (size_t o = 0; o < l.weight.rows; ++o) {
      y[r][o] = l.bias[o];
      for (size_t i = 0; i < l.weight.columns; ++i) y[r][o] += at(l.weight, o, i) * x[r][i];
    }
  }
  return y;
}

Matrix norm(const LayerNormView& n, Matrix x) {
  for (auto& row : x) {
    double mean = 0, variance = 0;
    for (const double v : row) mean += v / static_cast<double>(row.size());
    for (const double v : row) variance += (v - mean) * (v - mean) / static_cast<double>(row.size());
    for (size_t i = 0; i < row.size(); ++i) row[i] = (row[i] - mean) / std::sqrt(variance + 1e-5) * n.gain[i] + n.bias[i];
  }
  return x;
}

Matrix reference_attention(const Matrix& qkv, size_t width, size_t heads) {
  Matrix out(qkv.size(), std::vector<double>(width, 0));
  const size_t depth = width / heads;
  for (size_t h = 0; h < heads; ++h) {
    for (size_t t = 0; t < qkv.size(); ++t) {
      std::vector<double> weights(qkv.size());
      double sum = 0;
      for (size_t u = 0; u < qkv.size(); ++u) {
        double score = 0;
        for (size_t i = h * depth; i < (h + 1) * depth; ++i) score += qkv[t][i] * qkv[u][width + i];
        sum += weights[u] = std::exp(score / std::sqrt(static_cast<double>(depth)));
      }
      for (size_t u = 0; u < qkv.size(); ++u) {
        for (size_t i = h * depth; i < (h + 1) * depth; ++i) out[t][i] += weights[u] / sum * qkv[u][2 * width + i];
      }
    }
  }
  return out;
}

void add(Matrix& to, const Matrix& from) {
  for (size_t r = 0; r < to.size(); ++r) {
    for (size_t i = 0; i < to[r].size(); ++i) to[r][i] += from[r][i];
  }
}

std::vector<double> reference_encode(const EncoderView& e, const std::vector<int>& tokens, std::span<const float> locale) {
  Matrix x(tokens.size(), std::vector<double>(e.width));
  for (size_t t = 0; t < tokens.size(); ++t) {
    for (size_t i = 0; i < e.width; ++i) {
      x[t][i] = at(e.pieces, static_cast<size_t>(tokens[t]), i) + at(e.positions, t, i) + (locale.empty() ? 0.0 : static_cast<double>(locale[i]));
    }
  }
  for (const LayerView& l : e.layers) {
    Matrix normed = norm(l.norm1, x);
    if (e.post_norm) x = normed;
    add(x, linear(l.out, reference_attention(linear(l.qkv, normed), e.width, e.heads)));
    normed = norm(l.norm2, x);
    if (e.post_norm) x = normed;
    Matrix up = linear(l.up, normed);
    for (auto& row : up) {
      for (double& v : row) v *= std::min(std::max(v + 3, 0.0), 6.0) / 6;
    }
    add(x, linear(l.down, up));
  }
  x = norm(e.final_norm, x);
  std::vector<double> mean(e.width, 0);
  for (const auto& row : x) {
    for (size_t i = 0; i < e.width; ++i) mean[i] += row[i] / static_cast<double>(x.size());
  }
  return mean;
}

void expect_agreement(const TinyPack& tiny) {
  const auto pack = Pack::open(tiny.build());
  ASSERT_TRUE(pack);
  auto encoder = Encoder::create((*pack)->encoder);
  ASSERT_TRUE(encoder);
  for (const std::vector<int>& tokens : std::vector<std::vector<int>>{{7}, {3, 4}, {199, 0, 5, 17, 17, 100, 42, 8}}) {
    for (const std::string& locale : {std::string(), std::string("en-GB")}) {
      const auto expected = reference_encode((*pack)->encoder, tokens, locale.empty() ? std::span<const float>() : (*pack)->encoder.locales[0].vector);
      const auto embedding = encoder->encode(tokens, locale);
      for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(embedding[i], expected[i], 0.08) << tokens.size() << " tokens, value " << i;
    }
  }
}

TEST(Encoder, AgreesWithTheReference) { expect_agreement(TinyPack()); }

// Layers as BERT has them give another embedding, and the reference's.
TEST(Encoder, PostNorm) {
  TinyPack tiny;
  const std::vector<int> tokens = {3, 4, 5};
  const auto embedding = [&] {
    const auto pack = Pack::open(tiny.build());
    auto encoder = Encoder::create((*pack)->encoder);
    const auto found = encoder->encode(tokens, "");
    return std::vector<float>(found.begin(), found.end());
  };
  const auto before = embedding();
  tiny.root.format_version = 3;
  tiny.encoder.post_norm = true;
  EXPECT_NE(embedding(), before);
  expect_agreement(tiny);
}

TEST(Encoder, UnknownLocaleAddsNothing) {
  const auto pack = Pack::open(TinyPack().build());
  ASSERT_TRUE(pack);
  auto encoder = Encoder::create((*pack)->encoder);
  ASSERT_TRUE(encoder);
  const std::vector<int> tokens = {3, 4, 5};
  const auto copy = [](std::span<const float> s) { return std::vector<float>(s.begin(), s.end()); };
  const auto plain = copy(encoder->encode(tokens, ""));
  EXPECT_EQ(copy(encoder->encode(tokens, "xx-XX")), plain);
  EXPECT_NE(copy(encoder->encode(tokens, "en-GB")), plain);
}

// With a projection, a narrower table leads to the same encoder.
TEST(Encoder, FactorisedTable) {
  TinyPack tiny;
  tiny.encoder.pieces->columns = 8;
  tiny.encoder.pieces->values.resize(200 * 4);
  tiny.encoder.projection = std::make_unique<format::LinearT>(*tiny.encoder.layers[0]->out);
  tiny.encoder.projection->weight->columns = 8;
  tiny.encoder.projection->weight->values.resize(16 * 8);
  auto classifier = Classifier::open(tiny.build());
  ASSERT_TRUE(classifier) << classifier.error().message;
  Decision decision;
  ASSERT_TRUE(classifier->classify("cordless drill", {}, decision));
  EXPECT_EQ(decision.alternatives.size(), 5u);
}

}  // namespace
}  // namespace aisle
