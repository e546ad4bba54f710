// Writes what the command line adds to a pack; training writes whole ones (scripts/train/pack.py).
#ifndef AISLE_PACK_WRITE_H_
#define AISLE_PACK_WRITE_H_

#include <span>
#include <string_view>
#include <vector>

#include "pack/pack.h"

namespace aisle {

// The pack with this index of head queries as its last section, in the place of one that it has; everything else stays as it is.
// `pack`: the bytes of a pack that opens. `index`: sound, as pack.h states it. Errors: kOutOfMemory.
Result<AlignedBytes> with_index(std::span<const uint8_t> pack, const IndexView& index);

// The pack with this text of a rules file (models/RULES.md), which is taken as it is, in the place of its own rules; everything else
// stays as it is. Errors: kOutOfMemory.
Result<AlignedBytes> with_overrides(std::span<const uint8_t> pack, std::string_view tsv);

// The pack with these temperatures (of `heads`) and these rules; everything else stays as it is. Errors: kOutOfMemory.
Result<AlignedBytes> with_calibration(std::span<const uint8_t> pack, const HeadsView& heads, const DecisionRules& rules);

// The pack with these new categories, and how they compete, in the place of its own; everything else stays as it is. `prototypes`:
// sound, as pack.h states it. Errors: kOutOfMemory.
Result<AlignedBytes> with_prototypes(std::span<const uint8_t> pack, const PrototypesView& prototypes);

// One more row of the router and one of its group's head.
struct FittedLabel {
  std::string_view id, name, group_name;  // as for add_label (prototypes/labels.h)
  std::vector<float> router, head;        // [width] each
  float router_bias = 0, head_bias = 0;
};

// What a pack is to be told of its heads' new rows.
struct FittedNames {
  std::string_view version;          // of the pack
  std::string_view taxonomy_sha256;  // 64 digits
};

// `labels`: sound, in the order in which they are added. Prototypes of the same ids leave the pack. The golden queries keep their best
// classes and get 0 for logits of the new components: put in what the engine finds by with_golden(). Errors: kOutOfMemory.
Result<AlignedBytes> with_labels(std::span<const uint8_t> pack, std::span<const FittedLabel> labels, const FittedNames& names);

// Of the golden queries only those that `kept` names by their places, in that order, with these logits ([components] each).
struct GoldenLogits {
  size_t place;
  std::vector<float> logits;
};
Result<AlignedBytes> with_golden(std::span<const uint8_t> pack, std::span<const GoldenLogits> kept);

// Writes a file beside its place first: whatever goes wrong, the one that was there stays. Errors: kNotFound, naming the path and
// the system's reason.
Result<void> write_file(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace aisle

#endif  // AISLE_PACK_WRITE_H_
