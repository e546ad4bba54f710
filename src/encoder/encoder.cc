#include "encoder/encoder.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "encoder/kernels.h"
#include "encoder/linear.h"

namespace aisle {
namespace {

struct Layer {
  LayerNormView norm1, norm2;
  Linear qkv, out, up, down;
};

Result<Layer> create_layer(const LayerView& view) {
  auto qkv = Linear::create(view.qkv), out = Linear::create(view.out), up = Linear::create(view.up), down = Linear::create(view.down);
  for (const auto* linear : {&qkv, &out, &up, &down}) {
    if (!*linear) return tl::unexpected(linear->error());
  }
  return Layer{view.norm1, view.norm2, std::move(*qkv), std::move(*out), std::move(*up), std::move(*down)};
}

}  // namespace

struct Encoder::State {
  const EncoderView& view;
  std::vector<Layer> layers;
  std::optional<Linear> projection;
  QuantizedRows quantized;
  // Scratch for the longest query; [tokens, ...] row by row.
  std::vector<float> stream, normed, wide, scores, embedding;

  void embed(std::span<const int> tokens, std::string_view locale);
  void norm(const LayerNormView& norm, size_t tokens);
  void run_layer(const Layer& layer, size_t tokens);
};

Encoder::Encoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;
Encoder::~Encoder() = default;

// XNNPACK copies the layers' weights. A page's memory grows in small steps that take their time; here it makes one large one.
static void make_room(const EncoderView& view) {
  size_t bytes = 0;
  for (const LayerView& layer : view.layers) {
    for (const LinearView* linear : {&layer.qkv, &layer.out, &layer.up, &layer.down}) bytes += linear->weight.values.size() + 16 * linear->weight.rows;
  }
  void* volatile room = std::malloc(bytes);  // volatile, or the compiler sees that it is for nothing
  std::free(room);
}

[[gnu::noinline]] Result<Encoder> Encoder::create(const EncoderView& view) {
  make_room(view);
  const size_t tokens = view.positions.rows, width = view.width;
  const size_t widest = std::max({3 * width, view.hidden, view.pieces.columns});
  auto quantized = QuantizedRows::create(tokens, widest);
  if (!quantized) return tl::unexpected(quantized.error());
  // XNNPACK may read a little past a row's end, hence the slack.
  constexpr size_t kSlack = 64;
  auto state = std::make_unique<State>(State{view, {}, {}, std::move(*quantized), std::vector<float>(tokens * width + kSlack),
                                             std::vector<float>(tokens * width + kSlack), std::vector<float>(tokens * widest + kSlack),
                                             std::vector<float>(tokens), std::vector<float>(width + kSlack)});
  for (const LayerView& layer : view.layers) {
    auto created = create_layer(layer);
    if (!created) return tl::unexpected(created.error());
    state->layers.push_back(std::move(*created));
  }
  if (view.projection) {
    auto projection = Linear::create(*view.projection);
    if (!projection) return tl::unexpected(projection.error());
    state->projection = std::move(*projection);
  }
  return Encoder(std::move(state));
}

// stream = piece + position + locale, for each token
void Encoder::State::embed(std::span<const int> tokens, std::string_view locale) {
  const size_t width = view.width, columns = view.pieces.columns;
  float* pieces = projection ? wide.data() : stream.data();
  std::fill_n(pieces, tokens.size() * columns, 0.0f);
  for (size_t t = 0; t < tokens.size(); ++t) add_row(view.pieces, static_cast<size_t>(tokens[t]), pieces + t * columns);
  if (projection) {
    quantized.quantize(pieces, tokens.size(), columns);
    projection->run(quantized, stream.data());
  }
  const auto same = [&](const LocaleVectorView& l) { return l.tag == locale; };
  const auto known = std::find_if(view.locales.begin(), view.locales.end(), same);
  for (size_t t = 0; t < tokens.size(); ++t) {
    add_row(view.positions, t, stream.data() + t * width);
    if (known != view.locales.end()) add(known->vector.data(), width, stream.data() + t * width);
  }
}

// normed = norm(stream), which a post-norm layer goes on from
void Encoder::State::norm(const LayerNormView& norm, size_t tokens) {
  layer_norm(norm, stream.data(), tokens, normed.data());
  if (view.post_norm) std::copy_n(normed.data(), tokens * view.width, stream.data());
}

// x += out(attention(qkv(norm1(x)))); x += down(hard_swish(up(norm2(x))))
void Encoder::State::run_layer(const Layer& layer, size_t tokens) {
  const size_t width = view.width;
  norm(layer.norm1, tokens);
  quantized.quantize(normed.data(), tokens, width);
  layer.qkv.run(quantized, wide.data());
  attention(wide.data(), tokens, width, view.heads, scores.data(), normed.data());
  quantized.quantize(normed.data(), tokens, width);
  layer.out.run(quantized, wide.data());
  add(wide.data(), tokens * width, stream.data());

  norm(layer.norm2, tokens);
  quantized.quantize(normed.data(), tokens, width);
  layer.up.run(quantized, wide.data());
  hard_swish(wide.data(), tokens * view.hidden);
  quantized.quantize(wide.data(), tokens, view.hidden);
  layer.down.run(quantized, normed.data());
  add(normed.data(), tokens * width, stream.data());
}

std::span<const float> Encoder::encode(std::span<const int> tokens, std::string_view locale) {
  State& s = *state_;
  s.embed(tokens, locale);
  for (const Layer& layer : s.layers) s.run_layer(layer, tokens.size());
  layer_norm(s.view.final_norm, s.stream.data(), tokens.size(), s.normed.data());
  std::fill(s.embedding.begin(), s.embedding.end(), 0.0f);
  for (size_t t = 0; t < tokens.size(); ++t) add(s.normed.data() + t * width(), width(), s.embedding.data());
  for (size_t i = 0; i < width(); ++i) s.embedding[i] /= static_cast<float>(tokens.size());
  return {s.embedding.data(), width()};
}

size_t Encoder::width() const { return state_->view.width; }

}  // namespace aisle
