// Private to src/pack: turns each section's verified FlatBuffer into views, refusing what contradicts itself.
#ifndef AISLE_PACK_SECTIONS_H_
#define AISLE_PACK_SECTIONS_H_

#include <optional>

#include "pack/pack.h"
#include "pack_generated.h"

namespace aisle {

// The message of what is wrong, or nothing.
using Problem = std::optional<std::string>;

Problem read_tokenizer(const format::Tokenizer& from, TokenizerView& to);
Problem read_encoder(const format::Encoder& from, EncoderView& to);
Problem read_heads(const format::Heads& from, HeadsView& to);
Problem read_rules(const format::DecisionRules& from, DecisionRules& to);
Problem read_taxonomy(const format::Taxonomy& from, TaxonomyView& to);
Problem read_golden(const format::Golden& from, GoldenView& to);
Problem read_index(const format::Index& from, std::optional<IndexView>& to);
Problem read_overrides(const format::Overrides& from, std::string_view& to);
Problem read_prototypes(const format::Prototypes& from, std::optional<PrototypesView>& to);

// What only two sections together can tell: sizes and counts that must agree.
Problem check_together(const Pack& pack);

// An absent string or vector reads as an empty one.
std::string_view view(const flatbuffers::String* text);

template <class T>
std::span<const T> view(const flatbuffers::Vector<T>* items) {
  if (!items) return {};
  return {reinterpret_cast<const T*>(items->Data()), items->size()};
}

// "[3, 4]", for messages.
std::string shape(size_t rows, size_t columns);

bool all_finite(std::span<const float> values);

}  // namespace aisle

#endif  // AISLE_PACK_SECTIONS_H_
