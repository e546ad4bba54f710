// The sections made of tensors: encoder, heads and index.
#include <cmath>

#include "pack/sections.h"

namespace aisle {
namespace {

constexpr uint64_t kMaxValues = uint64_t{1} << 31;

Problem read_tensor(const format::Tensor* from, const std::string& name, TensorView& to) {
  if (!from) return name + " is missing";
  if (from->type() > format::TensorType::MAX) return name + " has the unknown type " + std::to_string(static_cast<int>(from->type()));
  to = {static_cast<TensorType>(from->type()), from->rows(), from->columns(), view(from->values()), view(from->scales())};
  const std::string named = name + " " + shape(to.rows, to.columns);
  const uint64_t count = uint64_t{from->rows()} * from->columns();
  if (count == 0 || count > kMaxValues) return named + " is empty or too large";
  if (to.type == TensorType::kInt4 && to.columns % 2) return named + ": int4 needs an even number of columns";
  const uint64_t bytes = to.type == TensorType::kFloat32 ? count * 4 : to.type == TensorType::kInt4 ? count / 2 : count;
  if (to.values.size() != bytes) return named + " holds " + std::to_string(to.values.size()) + " bytes, not " + std::to_string(bytes);
  if (to.type == TensorType::kFloat32) {
    if (!to.scales.empty()) return named + " is float32 and yet has scales";
    if (!all_finite({reinterpret_cast<const float*>(to.values.data()), static_cast<size_t>(count)})) return named + " has a value that is not finite";
    return std::nullopt;
  }
  if (to.scales.size() != to.rows) return named + " has " + std::to_string(to.scales.size()) + " scales, not one a row";
  for (const float scale : to.scales) {
    // XNNPACK wants normal positive scales
    if (!(scale > 0) || !std::isnormal(scale)) return named + " has a scale that is not a normal positive number";
  }
  return std::nullopt;
}

Problem read_floats(const flatbuffers::Vector<float>* from, size_t count, const std::string& name, std::span<const float>& to) {
  to = view(from);
  if (to.size() != count) return name + " has " + std::to_string(to.size()) + " values, not " + std::to_string(count);
  if (!all_finite(to)) return name + " has a value that is not finite";
  return std::nullopt;
}

// rows 0: any number of outputs
Problem read_linear(const format::Linear* from, size_t rows, size_t columns, const std::string& name, LinearView& to) {
  if (!from) return name + " is missing";
  if (auto p = read_tensor(from->weight(), name + ".weight", to.weight)) return p;
  if (to.weight.type != TensorType::kInt8) return name + ".weight is not int8";
  if ((rows && to.weight.rows != rows) || to.weight.columns != columns) {
    return name + ".weight is " + shape(to.weight.rows, to.weight.columns) + ", not " + shape(rows ? rows : to.weight.rows, columns);
  }
  return read_floats(from->bias(), to.weight.rows, name + ".bias", to.bias);
}

Problem read_norm(const format::LayerNorm* from, size_t width, const std::string& name, LayerNormView& to) {
  if (!from) return name + " is missing";
  if (auto p = read_floats(from->gain(), width, name + ".gain", to.gain)) return p;
  return read_floats(from->bias(), width, name + ".bias", to.bias);
}

Problem read_layer(const format::Layer& from, size_t width, size_t hidden, const std::string& name, LayerView& to) {
  if (auto p = read_norm(from.norm1(), width, name + ".norm1", to.norm1)) return p;
  if (auto p = read_linear(from.qkv(), 3 * width, width, name + ".qkv", to.qkv)) return p;
  if (auto p = read_linear(from.out(), width, width, name + ".out", to.out)) return p;
  if (auto p = read_norm(from.norm2(), width, name + ".norm2", to.norm2)) return p;
  if (auto p = read_linear(from.up(), hidden, width, name + ".up", to.up)) return p;
  return read_linear(from.down(), width, hidden, name + ".down", to.down);
}

Problem read_temperature(float from, const std::string& name, float& to) {
  to = from;
  if (!(from > 0) || !std::isfinite(from)) return name + ".temperature is not a positive number";
  return std::nullopt;
}

Problem read_head(const format::Linear* linear, float temperature, size_t width, const std::string& name, HeadView& to) {
  if (auto p = read_linear(linear, 0, width, name, to.linear)) return p;
  return read_temperature(temperature, name, to.temperature);
}

}  // namespace

Problem read_encoder(const format::Encoder& from, EncoderView& to) {
  to.width = from.width();
  to.heads = from.heads();
  to.hidden = from.hidden();
  to.post_norm = from.post_norm();
  const auto in_range = [](size_t n, size_t most) { return n >= 1 && n <= most; };
  if (!in_range(to.width, 2048) || !in_range(to.heads, 64) || !in_range(to.hidden, 16384) || to.width % to.heads) {
    return "width " + std::to_string(to.width) + ", heads " + std::to_string(to.heads) + ", hidden " + std::to_string(to.hidden) + " do not make an encoder";
  }
  if (auto p = read_tensor(from.pieces(), "pieces", to.pieces)) return p;
  if (from.projection()) {
    to.projection.emplace();
    if (auto p = read_linear(from.projection(), to.width, to.pieces.columns, "projection", *to.projection)) return p;
  } else if (to.pieces.columns != to.width) {
    return "pieces is " + shape(to.pieces.rows, to.pieces.columns) + ", and no projection leads to width " + std::to_string(to.width);
  }
  if (auto p = read_tensor(from.positions(), "positions", to.positions)) return p;
  if (to.positions.type != TensorType::kFloat32 || to.positions.columns != to.width) return std::string("positions is not float32 of the encoder's width");
  if (!from.layers() || !in_range(from.layers()->size(), 48)) return std::string("it has no layers, or more than 48");
  for (const auto* layer : *from.layers()) {
    const std::string name = "layers[" + std::to_string(to.layers.size()) + "]";
    if (auto p = read_layer(*layer, to.width, to.hidden, name, to.layers.emplace_back())) return p;
  }
  if (auto p = read_norm(from.final_norm(), to.width, "final_norm", to.final_norm)) return p;
  if (!from.locales()) return std::nullopt;
  for (const auto* locale : *from.locales()) {
    const std::string tag(view(locale->tag()));
    to.locales.push_back({view(locale->tag()), {}});
    if (auto p = read_floats(locale->vector(), to.width, "locale " + tag, to.locales.back().vector)) return p;
  }
  return std::nullopt;
}

Problem read_heads(const format::Heads& from, HeadsView& to) {
  const format::Router* router = from.router();
  if (!router || !router->linear() || !router->linear()->weight()) return "the router is missing";
  const size_t width = router->linear()->weight()->columns();
  if (auto p = read_head(router->linear(), router->temperature(), width, "router", to.router)) return p;
  const auto outcomes = view(router->outcomes());
  to.outcomes.assign(outcomes.begin(), outcomes.end());
  if (to.outcomes.size() != to.router.linear.weight.rows) return std::string("the router has a component without an outcome");
  if (!from.groups()) return std::string("it has no group heads");
  for (const auto* group : *from.groups()) {
    const std::string name = "groups[" + std::to_string(to.groups.size()) + "]";
    if (auto p = read_head(group->linear(), group->temperature(), width, name, to.groups.emplace_back())) return p;
  }
  if (const format::NoneWeights* none = from.none()) {
    to.none = {none->bias(), none->logit(), none->energy(), none->log_likelihood()};
    for (const float weight : {to.none->bias, to.none->logit, to.none->energy, to.none->log_likelihood}) {
      if (!(std::abs(weight) <= NoneWeights::kMost)) return "a weight of none is " + std::to_string(weight) + ", not within -1000..1000";
    }
  }
  if (!from.locales()) return std::nullopt;
  for (const auto* locale : *from.locales()) {
    to.locales.push_back({view(locale->tag())});
    if (auto p = read_temperature(locale->temperature(), "locale " + std::string(view(locale->tag())), to.locales.back().temperature)) return p;
  }
  return std::nullopt;
}

Problem read_index(const format::Index& from, std::optional<IndexView>& to) {
  IndexView& index = to.emplace();
  if (!from.projection() || !from.projection()->weight()) return std::string("its projection is missing");
  if (auto p = read_linear(from.projection(), 0, from.projection()->weight()->columns(), "projection", index.projection)) return p;
  if (auto p = read_tensor(from.rows(), "rows", index.rows)) return p;
  const size_t rows = index.rows.rows, dimensions = index.projection.weight.rows;
  if (index.rows.type != TensorType::kInt8 || index.rows.columns != dimensions || dimensions > 2048) {
    return "rows " + shape(rows, index.rows.columns) + " are not int8, not of the projection's " + std::to_string(dimensions) + " dimensions, or those over 2048";
  }
  std::string_view text = view(from.queries());
  index.queries.reserve(rows);
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == 0 || end == text.npos) return "head query " + std::to_string(index.queries.size()) + (end == 0 ? " is empty" : " has no line feed");
    index.queries.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (index.queries.size() != rows) return "it has " + std::to_string(index.queries.size()) + " head queries for " + std::to_string(rows) + " rows";
  return std::nullopt;
}

}  // namespace aisle
