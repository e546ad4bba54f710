#include "heads/heads.h"

namespace aisle {

[[gnu::noinline]] Result<Heads> Heads::create(const HeadsView& view) {
  auto quantized = QuantizedRows::create(1, view.router.linear.weight.columns);
  if (!quantized) return tl::unexpected(quantized.error());
  auto router = Linear::create(view.router.linear);
  if (!router) return tl::unexpected(router.error());
  Heads heads(std::move(*quantized), std::move(*router));
  for (const HeadView& group : view.groups) {
    auto linear = Linear::create(group.linear);
    if (!linear) return tl::unexpected(linear.error());
    heads.subcategories_ += linear->outputs();
    heads.groups_.push_back(std::move(*linear));
  }
  return heads;
}

void Heads::score(std::span<const float> embedding, Logits& logits) {
  logits.router.resize(router_.outputs());
  logits.subcategories.resize(subcategories_);
  quantized_.quantize(embedding.data(), 1, embedding.size());
  router_.run(quantized_, logits.router.data());
  float* out = logits.subcategories.data();
  for (const Linear& group : groups_) {
    group.run(quantized_, out);
    out += group.outputs();
  }
}

}  // namespace aisle
