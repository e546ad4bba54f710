// Writes what the command line adds to a pack; training writes whole ones (scripts/train/pack.py).
#ifndef AISLE_PACK_WRITE_H_
#define AISLE_PACK_WRITE_H_

#include <span>
#include <string_view>

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

// Writes a file beside its place first: whatever goes wrong, the one that was there stays. Errors: kNotFound, naming the path and
// the system's reason.
Result<void> write_file(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace aisle

#endif  // AISLE_PACK_WRITE_H_
