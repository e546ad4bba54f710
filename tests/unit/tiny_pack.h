// A whole pack of a few kilobytes with made-up weights: two groups, five subcategories, width 16. Tests change a field and
// build again, so that every check of the reader can be met.
#ifndef AISLE_TESTS_TINY_PACK_H_
#define AISLE_TESTS_TINY_PACK_H_

#include <string>
#include <vector>

#include "classifier.h"
#include "pack_generated.h"

namespace aisle {

struct TinyPack {
  static constexpr uint32_t kWidth = 16, kHeads = 2, kHidden = 32, kMaxTokens = 8, kDimensions = 8;

  format::PackFileT root;  // without sections
  format::TokenizerT tokenizer;
  format::EncoderT encoder;
  format::HeadsT heads;
  format::DecisionRulesT rules;
  format::TaxonomyT taxonomy;
  format::GoldenT golden;
  format::IndexT index;  // written where it has rows: add_index()
  std::string override_rules;  // none: no such section
  format::PrototypesT prototypes;  // written where it has a centre: add_prototypes()

  TinyPack();

  // The sections as build() writes them; change them to damage a pack beneath its hashes.
  std::vector<format::SectionT> sections() const;
  AlignedBytes build() const { return build(sections()); }
  AlignedBytes build(std::vector<format::SectionT> parts) const;

  // Three head queries whose rows are made up: "apple", "saw", "Hand drill".
  void add_index();
  // New categories may be added; none is there yet.
  void add_prototypes();

  // Puts in the golden answers that this engine gives.
  void fill_golden(const std::vector<std::string>& queries);
};

AlignedBytes to_bytes(const std::vector<uint8_t>& data);

// The message with which the reader refuses the pack; "" when it does not.
std::string refusal(AlignedBytes bytes);

}  // namespace aisle

#endif  // AISLE_TESTS_TINY_PACK_H_
