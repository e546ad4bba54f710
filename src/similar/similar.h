// A query -> the head queries of the pack's index that are nearest to it, for a store whose rare queries find little.
//
// Goals: exact search by the cosine of the embeddings, in place, within a millisecond for 20,000 head queries in wasm; no
// allocation a query; the same answers on every wasm engine. The nearest by cosine are then put in order by a second score: what
// each choice here earns stands in models/storefront/SIMILAR.md. Non-goals: building an index (learn/index.h).
#ifndef AISLE_SIMILAR_SIMILAR_H_
#define AISLE_SIMILAR_SIMILAR_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/linear.h"
#include "error.h"
#include "pack/pack.h"
#include "similar/overlap.h"
#include "text/tokenizer.h"

namespace aisle {

struct SimilarQuery {
  std::string_view query;  // a head query; lives as long as the pack
  float score = 0;         // 0..1: two thirds the cosine (nothing when negative), one third the overlap of the writing
};

class QueryIndex {
 public:
  // As many of the nearest by cosine are scored; no more can be asked for.
  static constexpr size_t kCandidates = 100;

  // `view` must outlive it; only the projection is copied. Errors: kOutOfMemory, kInternal.
  static Result<QueryIndex> create(const IndexView& view);

  // Overwrites `found` with the best `top` (at most kCandidates) of the head queries, best first. `text`: the query, normalised,
  // and `embedding`, [width], its embedding. `max_code_points`: as much of a head query's text counts.
  void find(std::span<const float> embedding, std::string_view text, size_t max_code_points, Tokenizer& tokenizer, size_t top,
            std::vector<SimilarQuery>& found);

 private:
  struct Candidate {
    size_t row;
    float score;
  };

  QueryIndex(const IndexView& view, QuantizedRows quantized, Linear projection);

  static bool better(const Candidate& a, const Candidate& b);
  float quantize(std::span<const float> embedding);
  void search(std::span<const float> embedding);
  void add_overlap(std::string_view text, size_t max_code_points, Tokenizer& tokenizer);

  const IndexView* view_;
  QuantizedRows quantized_;
  Linear projection_;
  // Scratch, kept so that a query does not allocate.
  std::vector<float> projected_;
  std::vector<int16_t> query_;
  std::vector<Candidate> candidates_;
  CharacterPairs wanted_, offered_;
  std::string text_;
};

}  // namespace aisle

#endif  // AISLE_SIMILAR_SIMILAR_H_
