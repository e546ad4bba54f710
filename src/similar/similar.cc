#include "similar/similar.h"

#include <algorithm>
#include <cmath>

#include "text/normalize.h"

namespace aisle {
namespace {

// Eight products an instruction where there is SIMD. Values of 8 bits, at most 2048 of them (the reader sees to it): no overflow.
int32_t dot(const int16_t* query, const int8_t* row, size_t count) {
  int32_t sum = 0;
  for (size_t i = 0; i < count; ++i) sum += query[i] * int16_t{row[i]};
  return sum;
}

}  // namespace

QueryIndex::QueryIndex(const IndexView& view, QuantizedRows quantized, Linear projection)
    : view_(&view), quantized_(std::move(quantized)), projection_(std::move(projection)), projected_(projection_.outputs()), query_(projection_.outputs()) {
  candidates_.reserve(kCandidates);
}

[[gnu::noinline]] Result<QueryIndex> QueryIndex::create(const IndexView& view) {
  auto quantized = QuantizedRows::create(1, view.projection.weight.columns);
  if (!quantized) return tl::unexpected(quantized.error());
  auto projection = Linear::create(view.projection);
  if (!projection) return tl::unexpected(projection.error());
  return QueryIndex(view, std::move(*quantized), std::move(*projection));
}

// Of two with the same score the more frequent query, which the store named first.
bool QueryIndex::better(const Candidate& a, const Candidate& b) { return a.score != b.score ? a.score > b.score : a.row < b.row; }

// query_ = the embedding, projected, in steps of a 127th of its largest value; returns such a step at length 1, or 0 for no vector.
float QueryIndex::quantize(std::span<const float> embedding) {
  quantized_.quantize(embedding.data(), 1, embedding.size());
  projection_.run(quantized_, projected_.data());
  float squares = 0, most = 0;
  for (const float value : projected_) {
    squares += value * value;
    most = std::max(most, std::abs(value));
  }
  if (!(squares > 0) || !std::isfinite(squares)) return 0;
  for (size_t i = 0; i < projected_.size(); ++i) {
    const float steps = projected_[i] / most * 127.0f;
    query_[i] = static_cast<int16_t>(steps < 0 ? steps - 0.5f : steps + 0.5f);
  }
  return most / 127.0f / std::sqrt(squares);
}

// candidates_ = the nearest by cosine, in no order.
void QueryIndex::search(std::span<const float> embedding) {
  candidates_.clear();
  const float step = quantize(embedding);
  if (step == 0) return;
  const TensorView& rows = view_->rows;
  const auto* row = reinterpret_cast<const int8_t*>(rows.values.data());
  for (size_t r = 0; r < rows.rows; ++r, row += rows.columns) {
    const Candidate candidate{r, static_cast<float>(dot(query_.data(), row, rows.columns)) * rows.scales[r] * step};
    if (candidates_.size() < kCandidates) {
      candidates_.push_back(candidate);
      if (candidates_.size() == kCandidates) std::make_heap(candidates_.begin(), candidates_.end(), better);
    } else if (candidate.score > candidates_.front().score) {  // the worst of them is at the heap's top
      std::pop_heap(candidates_.begin(), candidates_.end(), better);
      candidates_.back() = candidate;
      std::push_heap(candidates_.begin(), candidates_.end(), better);
    }
  }
}

// From the cosine to the score.
void QueryIndex::add_overlap(std::string_view text, size_t max_code_points, Tokenizer& tokenizer) {
  wanted_.assign(tokenizer.fold(text));
  for (Candidate& candidate : candidates_) {
    normalize(view_->queries[candidate.row], max_code_points, text_);
    offered_.assign(tokenizer.fold(text_));
    const float cosine = std::clamp(candidate.score, 0.0f, 1.0f);
    candidate.score = (2.0f * cosine + wanted_.overlap(offered_)) / 3.0f;
  }
}

void QueryIndex::find(std::span<const float> embedding, std::string_view text, size_t max_code_points, Tokenizer& tokenizer, size_t top,
                      std::vector<SimilarQuery>& found) {
  search(embedding);
  add_overlap(text, max_code_points, tokenizer);
  std::sort(candidates_.begin(), candidates_.end(), better);
  found.clear();
  for (size_t i = 0; i < std::min(top, candidates_.size()); ++i) found.push_back({view_->queries[candidates_[i].row], candidates_[i].score});
}

}  // namespace aisle
